// SPDX-License-Identifier: MPL-2.0
/* afvist redrive: dead letters back to the topics that they came from, once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "afviste.h"
#include "cli_revision.h"
#include "cmd.h"

#define ANTAL_MAX 1000 /* ids of one order: they stand in one audit record */
#define DETALJE_MAX 20000
#define FLUSH_MS 30000
#define REASON_MAX 500

/* Inputs of the services. */
static const char *const EMNER[] = {"ind", "svar", "ud", "postkasse", NULL};

struct valgt {
	struct afvist_post *p;
	const char *emne;
	enum plb_err err; /* of putting it back; PLB_E_TIMEOUT until the report has come */
};
struct order {
	const struct cli *c;
	const struct cli_kafka *k;
	struct afviste l;
	struct plb_uuid id;
	struct valgt v[ANTAL_MAX];
	size_t n;
};

static const char *
emne_af(const struct afvist_post *p)
{
	for (size_t i = 0; EMNER[i] != NULL; i++)
		if (plb_slice_is(p->a.emne, EMNER[i]))
			return EMNER[i];
	return NULL;
}

/* ---- which ---- */

static int
choose(struct order *o, struct afvist_post *p)
{
	const char *emne = emne_af(p);

	if (p->a.offset < 0 || emne == NULL)
		return cli_fail(CLI_FAULTS,
		    "%s is no record of a service's input: it cannot be put back", p->id);
	if (p->stand == GENINDSAT_ER_SAT)
		return cli_fail(CLI_FAULTS, "%s has been put back already", p->id);
	if (p->stand == GENINDSAT_UNDER_VEJS)
		return cli_fail(CLI_FAULTS, "%s is being put back by somebody else", p->id);
	if (o->n == ANTAL_MAX)
		return cli_fail(CLI_FAULTS, "more than %d at once: give --max", ANTAL_MAX);
	o->v[o->n++] = (struct valgt){p, emne, PLB_E_TIMEOUT};
	return CLI_OK;
}

static int
by_ids(struct order *o)
{
	int code = CLI_OK;

	for (int i = 1; i < o->c->argc && code == CLI_OK; i++) {
		struct afvist_post *p = afviste_find(&o->l, o->c->argv[i]);

		code = p == NULL
		    ? cli_fail(CLI_FAULTS, "there is no dead letter %s; see parloeb afvist list",
			  o->c->argv[i])
		    : choose(o, p);
		for (size_t k = 0; code == CLI_OK && k + 1 < o->n; k++)
			if (o->v[k].p == p)
				o->n--; /* named twice */
	}
	return code;
}

static int
by_cause(struct order *o, size_t max)
{
	int code = CLI_OK;

	for (size_t i = 0; i < o->l.n && o->n < max && code == CLI_OK; i++) {
		struct afvist_post *p = &o->l.post[i];

		if (plb_slice_is(p->a.kode, o->c->cause) && p->a.offset >= 0 &&
		    emne_af(p) != NULL && p->stand != GENINDSAT_ER_SAT &&
		    p->stand != GENINDSAT_UNDER_VEJS)
			code = choose(o, p);
	}
	return code;
}

static int
usage(const struct cli *c, size_t *max)
{
	char *end = NULL;
	long n = c->max[0] == '\0' ? ANTAL_MAX : strtol(c->max, &end, 10);

	if (n < 1 || (end != NULL && *end != '\0'))
		return cli_fail(CLI_USAGE, "--max takes a number from 1");
	if ((c->argc > 1) == (c->cause[0] != '\0'))
		return cli_fail(CLI_USAGE, "give ids of afvist list, or --cause CODE");
	if (c->yes && c->reason[0] == '\0')
		return cli_fail(CLI_USAGE, "nothing is put back without --reason");
	if (strlen(c->reason) > REASON_MAX || plb_cpr_in_text(plb_slice_str(c->reason)))
		return cli_fail(CLI_USAGE,
		    "a reason has at most %d characters and holds no CPR number", REASON_MAX);
	*max = (size_t)n < ANTAL_MAX ? (size_t)n : ANTAL_MAX;
	return CLI_OK;
}

/* ---- what it says ---- */

static void
tell(const struct order *o, const char *udfald)
{
	char id[PLB_UUID_TEXT];

	if (o->c->json)
		printf("{\"ordre\":\"%s\",\"udfald\":\"%s\",\"antal\":%zu,\"poster\":[",
		    plb_uuid_text(o->id, id), udfald, o->n);
	for (size_t i = 0; i < o->n; i++) {
		const struct valgt *v = &o->v[i];
		const char *what = strcmp(udfald, "plan") == 0 ? "plan"
		    : v->err == PLB_OK                         ? "genindsat"
		    : v->err == PLB_E_TIMEOUT                  ? "uvis"
							       : "mislykket";

		if (o->c->json)
			printf("%s{\"id\":\"%s\",\"emne\":\"%s\",\"udfald\":\"%s\"}",
			    i > 0 ? "," : "", v->p->id, v->emne, what);
		else
			printf("%-10s to %-10s %s\n", v->p->id, v->emne, what);
	}
	if (o->c->json)
		puts("]}");
	else if (o->n == 0)
		puts("none");
	else if (strcmp(udfald, "plan") == 0)
		puts("Each is written once more, as it was, behind what its topic holds now. Mend "
		     "the cause first: otherwise it comes back here.\nNothing has been done. The "
		     "same with --yes and --reason does it.");
}

/* ---- the audit ---- */

/* One record of the order about those whose outcome is `err` (`all`: about each). */
static enum plb_err
audit(const struct order *o, const char *udfald, bool all, enum plb_err err, struct plb_errctx *ec)
{
	struct plb_slice detalje;
	struct plb_buf b;
	int64_t n = 0;
	enum plb_err done;

	plb_buf_init(&b, DETALJE_MAX);
	plb_buf_str(&b, "{\"afvist\":[");
	for (size_t i = 0; i < o->n; i++)
		if (all || o->v[i].err == err)
			plb_buf_printf(&b, "%s\"%s\"", n++ > 0 ? "," : "", o->v[i].p->id);
	plb_buf_str(&b, "]}");
	done = plb_buf_done(&b, &detalje);
	if (done == PLB_OK && n > 0)
		done = cli_revision(o->k,
		    (struct plb_revision_post){.handling = plb_slice_str("afvist.redrive"),
			.udfald = plb_slice_str(udfald),
			.har_ordre = true,
			.ordre = o->id,
			.antal = n,
			.aarsag = plb_slice_str(o->c->reason),
			.detalje = detalje},
		    ec);
	plb_buf_fini(&b);
	return done;
}

/* ---- one whose end the audit does not know: is it on its topic again? ---- */

struct search {
	const char *id;
	bool found;
};

static enum plb_err
look(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct search *s = arg;

	(void)ec;
	for (size_t i = 0; i < r->n_headers && !s->found; i++)
		s->found = strcmp(r->header[i].name, PLB_GENINDSAT_HEADER) == 0 &&
		    plb_slice_is(r->header[i].value, s->id);
	return PLB_OK;
}

static enum plb_err
settle(struct order *o, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	for (size_t i = 0; i < o->n && err == PLB_OK; i++) {
		struct search s = {o->v[i].p->id, false};

		if (o->v[i].p->stand != GENINDSAT_UVIS)
			continue;
		err = cli_scan(o->k->bus, o->v[i].emne, -1, look, &s, ec);
		if (err == PLB_OK && s.found)
			o->v[i].err = PLB_OK;
	}
	return err;
}

/* ---- putting back ---- */

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct valgt *v = opaque;

	(void)arg, (void)partition, (void)offset;
	v->err = err;
}

struct putting {
	struct plb_producer *producer;
	struct valgt *v;
};

/* The record as it was: its own headers, and whence it comes. */
static enum plb_err
put_back(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct putting *p = arg;
	struct plb_header h[PLB_HEADERS_MAX];
	enum plb_err err;
	size_t n = 0;

	for (size_t i = 0; i < r->n_headers && n < PLB_HEADERS_MAX - 1; i++)
		if (!plb_afvist_egen(r->header[i].name) &&
		    strcmp(r->header[i].name, PLB_GENINDSAT_HEADER) != 0)
			h[n++] = r->header[i];
	h[n++] = (struct plb_header){PLB_GENINDSAT_HEADER, plb_slice_str(p->v->p->id)};
	err = plb_producer_send(p->producer, p->v->emne, -1, r->key,
	    r->tombstone ? plb_slice(NULL, 0) : r->value, h, n, p->v);
	return err == PLB_OK ? PLB_OK
			     : plb_err_set(ec, err, "%s was not taken by Kafka", p->v->p->id);
}

static enum plb_err
put_all(struct order *o, struct plb_errctx *ec)
{
	struct putting p = {NULL, NULL};
	enum plb_err err = plb_producer_new(o->k->bus, NULL, EMNER, delivered, o, &p.producer, ec),
		     one;

	for (size_t i = 0; i < o->n && err == PLB_OK; i++) {
		const struct afvist_post *a = o->v[i].p;

		if (o->v[i].err == PLB_OK)
			continue; /* there already */
		p.v = &o->v[i];
		one = a->a.udeladt
		    ? cli_read_one(o->k->bus, o->v[i].emne, (int32_t)a->a.partition, a->a.offset,
			  put_back, &p, ec)
		    : cli_read_one(o->k->bus, "afvist", a->partition, a->offset, put_back, &p, ec);
		if (one != PLB_OK) {
			fprintf(stderr, "parloeb: %s: %s\n", a->id, ec->text);
			o->v[i].err = one == PLB_E_TIMEOUT ? PLB_E_IO : one; /* nothing was sent */
		}
	}
	if (err == PLB_OK)
		err = plb_producer_flush(p.producer, FLUSH_MS);
	plb_producer_free(&p.producer);
	return err;
}

/* Somebody else who began at the same time: both see each other's record, and both let go. */
static bool
alone(const struct order *o)
{
	for (size_t i = 0; i < o->n; i++) {
		enum genindsat_stand s =
		    genindsat_stand(&o->l.sat, o->v[i].p->id, &o->id, plb_time_now());

		if (s == GENINDSAT_UNDER_VEJS || s == GENINDSAT_ER_SAT)
			return false;
	}
	return true;
}

static int
carry_out(struct order *o)
{
	struct plb_errctx ec = {{0}};
	enum plb_err err = settle(o, &ec);
	size_t failed = 0;

	if (err == PLB_OK)
		err = audit(o, "begyndt", true, PLB_OK, &ec);
	if (err == PLB_OK)
		err = afviste_revision(&o->l, o->k, &ec);
	if (err == PLB_OK && !alone(o)) {
		err = audit(o, "mislykket", true, PLB_OK, &ec);
		return err != PLB_OK
		    ? cli_error(err, &ec)
		    : cli_fail(CLI_FAULTS,
			  "somebody else is putting the same back; nothing was done here");
	}
	if (err == PLB_OK)
		err = put_all(o, &ec);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	err = audit(o, "udfoert", false, PLB_OK, &ec);
	for (size_t i = 0; i < o->n; i++) {
		failed += o->v[i].err != PLB_OK;
		if (o->v[i].err != PLB_OK && o->v[i].err != PLB_E_TIMEOUT)
			o->v[i].err = PLB_E_IO;
	}
	if (err == PLB_OK)
		err = audit(o, "mislykket", false, PLB_E_IO, &ec);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	tell(o, failed == 0 ? "udfoert" : "mislykket");
	return failed == 0 ? CLI_OK : CLI_FAULTS;
}

int
cmd_afvist_redrive(const struct cli *c)
{
	struct plb_errctx ec = {{0}};
	struct order *o = calloc(1, sizeof(*o));
	struct cli_kafka k;
	size_t max = 0;
	int code = o == NULL ? cli_fail(CLI_FAULTS, "out of memory") : usage(c, &max);

	if (code != CLI_OK) {
		free(o);
		return code;
	}
	o->c = c;
	o->k = &k;
	plb_uuid4(&o->id);
	afviste_init(&o->l);
	code = cli_kafka_open(c, 0, &k);
	if (code == CLI_OK) {
		enum plb_err err = afviste_laes(&o->l, &k, &ec);

		code = err == PLB_OK ? CLI_OK : cli_error(err, &ec);
	}
	if (code == CLI_OK)
		code = c->argc > 1 ? by_ids(o) : by_cause(o, max);
	if (code == CLI_OK && (!c->yes || o->n == 0))
		tell(o, "plan");
	else if (code == CLI_OK)
		code = carry_out(o);
	afviste_fini(&o->l);
	cli_kafka_close(&k);
	free(o);
	return code;
}
