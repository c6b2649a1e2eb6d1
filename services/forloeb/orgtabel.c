// SPDX-License-Identifier: MPL-2.0
#include "orgtabel.h"

#define ORG_MAX 4096

void
orgtabel_laes(struct orgtabel *t, const struct plb_list *tekster)
{
	const struct plb_slice *s = tekster->p;
	struct plb_org *o = plb_arena_calloc(t->a, tekster->n, sizeof(*o));
	size_t i;

	t->org = plb_arena_calloc(t->a, tekster->n, sizeof(const struct plb_org *));
	if (o == NULL || t->org == NULL || tekster->n > ORG_MAX) {
		t->fejl = true;
		return;
	}
	for (i = 0; i < tekster->n; i++) {
		if (plb_org_parse(s[i], &o[i]) != PLB_OK)
			t->fejl = true;
		t->org[i] = &o[i];
	}
	t->n = tekster->n;
}

void
orgtabel_hent(struct orgtabel *t, int32_t i, struct plb_org *out)
{
	if (i < 0 || (size_t)i >= t->n)
		t->fejl = true;
	else
		*out = *t->org[i];
}

int32_t
orgtabel_nr(struct orgtabel *t, const struct plb_org *o)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (memcmp(t->org[i], o, sizeof(*o)) == 0)
			return (int32_t)i;
	if (t->n == ORG_MAX) {
		t->fejl = true;
		return 0;
	}
	if (t->n % 8 == 0) { /* room for eight more */
		const struct plb_org **ny =
		    plb_arena_calloc(t->a, t->n + 8, sizeof(const struct plb_org *));

		if (ny == NULL) {
			t->fejl = true;
			return 0;
		}
		if (t->n > 0)
			memcpy(ny, t->org, t->n * sizeof(const struct plb_org *));
		t->org = ny;
	}
	t->org[t->n] = o;
	return (int32_t)t->n++;
}

void
orgtabel_skriv(struct orgtabel *t, struct plb_list *tekster)
{
	struct plb_slice *s = plb_arena_calloc(t->a, t->n, sizeof(*s));
	size_t i;

	if (s == NULL) {
		t->fejl = true;
		return;
	}
	for (i = 0; i < t->n; i++)
		s[i] = plb_org_slice(t->org[i]);
	*tekster = (struct plb_list){s, t->n};
}

void *
orgtabel_liste(struct orgtabel *t, struct plb_list *ud, size_t n, size_t size)
{
	ud->n = 0;
	ud->p = NULL;
	if (n == 0)
		return NULL;
	ud->p = plb_arena_calloc(t->a, n, size);
	if (ud->p == NULL)
		t->fejl = true;
	else
		ud->n = n;
	return ud->p;
}
