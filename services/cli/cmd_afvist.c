// SPDX-License-Identifier: MPL-2.0
/* afvist list, show: dead letters, without their bytes. */
#include <stdio.h>
#include <string.h>

#include "afviste.h"
#include "cmd.h"

#define OUT_MAX ((size_t)64 << 20)
#define AARSAGER_MAX 200

static bool
wanted(const struct cli *c, const struct afvist_post *p)
{
	return c->cause[0] == '\0' || plb_slice_is(p->a.kode, c->cause);
}

static void
member(struct plb_buf *b, const char *name, struct plb_slice s)
{
	if (s.len == 0)
		return;
	plb_buf_printf(b, ",\"%s\":", name);
	plb_buf_json(b, s);
}

static void
put_json(struct plb_buf *b, const struct afvist_post *p)
{
	char tid[PLB_TIME_TEXT];

	plb_buf_printf(b,
	    "{\"id\":\"%s\",\"tid\":\"%s\",\"partition\":%lld,\"offset\":%lld,\"noegle\":%zu,"
	    "\"bytes\":%zu,\"stand\":\"%s\"",
	    p->id, plb_time_text(p->tid, tid), (long long)p->a.partition, (long long)p->a.offset,
	    p->noegle_len, p->vaerdi_len, genindsat_tekst(p->stand));
	member(b, "emne", p->a.emne);
	member(b, "tjeneste", p->a.tjeneste);
	member(b, "kode", p->a.kode);
	member(b, "aarsag", p->a.aarsag);
	member(b, "type", p->type);
	member(b, "haendelse", p->haendelse);
	member(b, "kilde", p->kilde);
	member(b, "organisation", p->organisation);
	plb_buf_str(b, "}");
}

/* One cause: what a mend would mend. */
struct cause {
	const struct afvist_post *first;
	size_t n, left;
};

static bool
same(const struct afvist_post *a, const struct afvist_post *b)
{
	return plb_slice_eq(a->a.kode, b->a.kode) && plb_slice_eq(a->a.emne, b->a.emne) &&
	    plb_slice_eq(a->a.tjeneste, b->a.tjeneste);
}

static size_t
causes(const struct cli *c, const struct afviste *l, struct cause out[AARSAGER_MAX])
{
	size_t n = 0, at;

	for (size_t i = 0; i < l->n; i++) {
		if (!wanted(c, &l->post[i]))
			continue;
		for (at = 0; at < n && !same(out[at].first, &l->post[i]); at++)
			;
		if (at == n && n < AARSAGER_MAX)
			out[n++] = (struct cause){&l->post[i], 0, 0};
		if (at == n)
			continue;
		out[at].n++;
		out[at].left += l->post[i].stand != GENINDSAT_ER_SAT;
	}
	return n;
}

static void
list_json(const struct cli *c, const struct afviste *l, struct plb_buf *b)
{
	struct cause cs[AARSAGER_MAX];
	size_t n = causes(c, l, cs);
	bool first = true;

	plb_buf_str(b, "{\"afviste\":[");
	for (size_t i = 0; i < l->n; i++)
		if (wanted(c, &l->post[i])) {
			plb_buf_str(b, first ? "" : ",");
			put_json(b, &l->post[i]);
			first = false;
		}
	plb_buf_str(b, "],\"aarsager\":[");
	for (size_t i = 0; i < n; i++) {
		plb_buf_printf(
		    b, "%s{\"antal\":%zu,\"ligger\":%zu", i > 0 ? "," : "", cs[i].n, cs[i].left);
		member(b, "kode", cs[i].first->a.kode);
		member(b, "emne", cs[i].first->a.emne);
		member(b, "tjeneste", cs[i].first->a.tjeneste);
		plb_buf_str(b, "}");
	}
	plb_buf_str(b, "]}\n");
}

/* For people: control characters are not printed. */
static void
text(struct plb_buf *b, struct plb_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		plb_buf_u8(b, s.p[i] < 0x20 || s.p[i] == 0x7f ? '?' : s.p[i]);
}

static void
list_text(const struct cli *c, const struct afviste *l, struct plb_buf *b)
{
	struct cause cs[AARSAGER_MAX];
	size_t n = causes(c, l, cs);
	char tid[PLB_TIME_TEXT];

	for (size_t i = 0; i < n; i++) {
		plb_buf_printf(b, "%zu by ", cs[i].n);
		text(b, cs[i].first->a.tjeneste);
		plb_buf_str(b, " from ");
		text(b, cs[i].first->a.emne);
		plb_buf_str(b, ", cause ");
		text(b, cs[i].first->a.kode);
		plb_buf_printf(b, "; %zu not put back\n", cs[i].left);
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct afvist_post *p = &l->post[i];

		if (!wanted(c, p))
			continue;
		plb_buf_printf(b, "%-10s %s  %-10s ", p->id, plb_time_text(p->tid, tid),
		    genindsat_tekst(p->stand));
		text(b, p->a.emne);
		plb_buf_printf(
		    b, " %lld/%lld  ", (long long)p->a.partition, (long long)p->a.offset);
		text(b, p->type);
		plb_buf_str(b, "  ");
		text(b, p->a.aarsag);
		plb_buf_str(b, "\n");
	}
	if (n == 0)
		plb_buf_str(b, "none\n");
}

static void
show_text(const struct afvist_post *p, struct plb_buf *b)
{
	const struct {
		const char *name;
		struct plb_slice s;
	} rows[] = {{"refused by", p->a.tjeneste}, {"cause", p->a.kode}, {"because", p->a.aarsag},
	    {"event type", p->type}, {"event id", p->haendelse}, {"source", p->kilde},
	    {"organisation", p->organisation}};
	char tid[PLB_TIME_TEXT];

	plb_buf_printf(
	    b, "%s  since %s, %s\n", p->id, plb_time_text(p->tid, tid), genindsat_tekst(p->stand));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].s.len == 0)
			continue;
		plb_buf_printf(b, "  %-14s ", rows[i].name);
		text(b, rows[i].s);
		plb_buf_str(b, "\n");
	}
	plb_buf_str(b, "  came from      ");
	text(b, p->a.emne);
	if (p->a.offset < 0)
		plb_buf_str(b, ": a timer of the state, no record; it is not put back\n");
	else
		plb_buf_printf(b, " %lld/%lld, %zu bytes%s; they are not shown\n",
		    (long long)p->a.partition, (long long)p->a.offset, p->vaerdi_len,
		    p->a.udeladt ? " here: too large, they are where they were" : "");
}

static int
print(struct plb_buf *b)
{
	struct plb_slice s;

	if (plb_buf_done(b, &s) != PLB_OK)
		return cli_fail(CLI_FAULTS, "too many to be printed");
	fwrite(s.p, 1, s.len, stdout);
	return CLI_OK;
}

static int
one(const struct cli *c, struct afviste *l, struct plb_buf *b)
{
	const struct afvist_post *p = afviste_find(l, c->argv[1]);

	if (p == NULL)
		return cli_fail(
		    CLI_FAULTS, "there is no dead letter %s; see parloeb afvist list", c->argv[1]);
	if (c->json) {
		put_json(b, p);
		plb_buf_str(b, "\n");
	} else {
		show_text(p, b);
	}
	return print(b);
}

static int
run(const struct cli *c, bool show)
{
	struct plb_errctx ec = {{0}};
	struct cli_kafka k;
	struct afviste l;
	struct plb_buf b;
	int code = cli_kafka_open(c, 0, &k);

	afviste_init(&l);
	plb_buf_init(&b, OUT_MAX);
	if (code == CLI_OK) {
		enum plb_err err = afviste_laes(&l, &k, &ec);

		code = err == PLB_OK ? CLI_OK : cli_error(err, &ec);
	}
	if (code == CLI_OK && show)
		code = one(c, &l, &b);
	else if (code == CLI_OK) {
		(c->json ? list_json : list_text)(c, &l, &b);
		code = print(&b);
	}
	plb_buf_fini(&b);
	afviste_fini(&l);
	cli_kafka_close(&k);
	return code;
}

int
cmd_afvist_list(const struct cli *c)
{
	return run(c, false);
}

int
cmd_afvist_show(const struct cli *c)
{
	return run(c, true);
}
