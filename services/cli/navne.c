// SPDX-License-Identifier: MPL-2.0
#include "navne.h"

#include <parloeb/id.h>
#include <parloeb/loop.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_MAX ((size_t)8 << 20)
#define FILE_MAX ((size_t)1 << 20)

void
navne_init(struct navne *n, const char *koder)
{
	*n = (struct navne){.koder = koder};
	plb_arena_init(&n->arena, ARENA_MAX);
}

void
navne_fini(struct navne *n)
{
	plb_arena_fini(&n->arena);
}

static struct plb_slice
laes_fil(struct navne *n, const char *liste)
{
	struct plb_slice text = {NULL, 0};
	struct plb_errctx ec = {{0}};
	char path[4096], *p;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s.csv", n->koder, liste);
	if (plb_file_read(path, FILE_MAX, &p, &len, &ec) != PLB_OK)
		return text;
	text = plb_arena_dup(&n->arena, plb_slice(p, len));
	free(p);
	return text;
}

static struct plb_slice
listen(struct navne *n, const char *liste)
{
	size_t i;

	for (i = 0; i < n->n; i++)
		if (strcmp(n->fil[i].liste, liste) == 0)
			return n->fil[i].text;
	if (n->n == NAVNE_LISTER)
		return plb_slice(NULL, 0);
	n->fil[n->n].liste = liste;
	n->fil[n->n].text = laes_fil(n, liste);
	return n->fil[n->n++].text;
}

/* The field at *at, which moves behind its comma; quotes around it are left out. */
static struct plb_slice
felt(struct plb_slice line, size_t *at)
{
	bool quoted = *at < line.len && line.p[*at] == '"';
	size_t from = *at + (quoted ? 1 : 0), to = from;

	while (to < line.len && line.p[to] != (quoted ? '"' : ','))
		to++;
	*at = to + (quoted ? 2 : 1);
	return plb_slice(line.p + from, to - from);
}

struct plb_slice
navne_kode(struct navne *n, const char *liste, struct plb_slice kode)
{
	struct plb_slice text = listen(n, liste), line;
	size_t from = 0, to, at;

	for (; from < text.len; from = to + 1) {
		for (to = from; to < text.len && text.p[to] != '\n'; to++)
			;
		line = plb_slice(text.p + from, to - from);
		at = 0;
		if (!plb_slice_eq(felt(line, &at), kode) || at >= line.len)
			continue;
		line = felt(line, &at);
		return line.len > 0 ? line : kode;
	}
	return kode;
}

const char *
navne_org(struct navne *n, struct plb_slice org, char *out, size_t size)
{
	struct plb_slice navn;
	struct plb_org o;

	if (plb_org_parse(org, &o) != PLB_OK) {
		snprintf(out, size, "%.*s", PLB_SLICE_ARG(org));
		return out;
	}
	switch (plb_org_type(&o)) {
	case PLB_ORG_AKASSE:
		navn = navne_kode(n, "akasser", plb_slice_str(plb_org_kode(&o)));
		snprintf(out, size, "%.*s", PLB_SLICE_ARG(navn));
		break;
	case PLB_ORG_KOMMUNE:
		navn = navne_kode(n, "kommuner", plb_slice_str(plb_org_kode(&o)));
		snprintf(out, size, "%.*s Kommune", PLB_SLICE_ARG(navn));
		break;
	case PLB_ORG_DFDG:
		snprintf(out, size, "DFDG");
		break;
	default:
		snprintf(out, size, "anden aktør %s", plb_org_kode(&o));
	}
	return out;
}
