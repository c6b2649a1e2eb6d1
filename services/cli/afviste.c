// SPDX-License-Identifier: MPL-2.0
#include "afviste.h"

#include <parloeb/list.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)256 << 20)

void
afviste_init(struct afviste *l)
{
	*l = (struct afviste){.post = NULL};
	plb_arena_init(&l->arena, ARENA_MAX);
}

void
afviste_fini(struct afviste *l)
{
	free(l->post);
	genindsat_fri(&l->sat);
	plb_arena_fini(&l->arena);
}

const char *
genindsat_tekst(enum genindsat_stand s)
{
	static const char *const tekst[] = {"ligger", "under-vejs", "uvis", "genindsat"};

	return tekst[s];
}

/* The bytes are anybody's: nothing that looks like a CPR number is shown. */
static struct plb_slice
shown(struct afviste *l, struct plb_slice s)
{
	return plb_cpr_in_text(s) ? plb_slice_str("(not shown)") : plb_arena_dup(&l->arena, s);
}

static struct afvist_post *
ny(struct afviste *l)
{
	struct afvist_post *more = plb_array_room(l->post, l->n, &l->size, sizeof(*more));

	if (more == NULL)
		return NULL;
	l->post = more;
	return &l->post[l->n++];
}

static enum plb_err
take(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct afviste *l = arg;
	struct afvist_post *p = ny(l);
	struct plb_afvist a;

	if (p == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "afvist");
	if (!plb_afvist_laes(r, &a)) {
		l->n--;
		fprintf(stderr, "parloeb: afvist %d/%lld is no dead letter of ours\n", r->partition,
		    (long long)r->offset);
		return PLB_OK;
	}
	*p = (struct afvist_post){.tid = r->timestamp,
	    .a = a,
	    .noegle_len = r->key.len,
	    .vaerdi_len = r->value.len,
	    .partition = r->partition,
	    .offset = r->offset};
	snprintf(p->id, sizeof(p->id), "%d/%lld", r->partition, (long long)r->offset);
	p->a.aarsag = shown(l, a.aarsag);
	p->a.kode = shown(l, a.kode);
	p->a.tjeneste = shown(l, a.tjeneste);
	p->a.emne = shown(l, a.emne);
	p->type = shown(l, plb_record_header(r, "ce_type"));
	p->haendelse = shown(l, plb_record_header(r, "ce_id"));
	p->kilde = shown(l, plb_record_header(r, "ce_source"));
	p->organisation = shown(l, plb_record_header(r, "plb_org"));
	return PLB_OK;
}

struct audit {
	struct afviste *l;
	struct plb_revision *chains;
};

static enum plb_err
act(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct audit *a = arg;
	struct plb_revision_laest read;

	if (plb_revision_laest(a->chains, r, &read, &(struct plb_errctx){{0}}) != PLB_OK)
		return PLB_OK; /* `revision verify` tells of odd records */
	return genindsat_laes(&a->l->sat, &read.post, ec);
}

enum plb_err
afviste_revision(struct afviste *l, const struct cli_kafka *k, struct plb_errctx *ec)
{
	struct audit a = {l, NULL};
	enum plb_err err = plb_revision_new(k->schemas, "afvist", &a.chains, ec);

	genindsat_fri(&l->sat);
	if (err == PLB_OK)
		err = cli_scan(k->bus, "revision", -1, act, &a, ec);
	plb_revision_free(&a.chains);
	for (size_t i = 0; i < l->n && err == PLB_OK; i++)
		l->post[i].stand = genindsat_stand(&l->sat, l->post[i].id, NULL, plb_time_now());
	return err;
}

static int
by_place(const void *a, const void *b)
{
	const struct afvist_post *x = a, *y = b;

	if (x->partition != y->partition)
		return x->partition < y->partition ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

enum plb_err
afviste_laes(struct afviste *l, const struct cli_kafka *k, struct plb_errctx *ec)
{
	enum plb_err err = cli_scan(k->bus, "afvist", -1, take, l, ec);

	if (err == PLB_OK && l->n > 0)
		qsort(l->post, l->n, sizeof(*l->post), by_place);
	return err == PLB_OK ? afviste_revision(l, k, ec) : err;
}

struct afvist_post *
afviste_find(struct afviste *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->post[i].id, id) == 0)
			return &l->post[i];
	return NULL;
}
