// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_ORGTABEL_H
#define FORLOEB_ORGTABEL_H

#include <parloeb/id.h>
#include <parloeb/list.h>

/* The organisations of one blob: named once, referred to by number. Memory is the arena's; `fejl`
 * is sticky: arena full, too many, or a number or text that is none. Start with { .a = arena }. */
struct orgtabel {
	const struct plb_org **org; /* n of them */
	size_t n;
	struct plb_arena *a;
	bool fejl;
};

/* Reading: fill from the texts (struct plb_slice), then look up. */
void orgtabel_laes(struct orgtabel *t, const struct plb_list *tekster);
void orgtabel_hent(struct orgtabel *t, int32_t nr, struct plb_org *out);
/* Writing: the number of an organisation (borrowed until the texts are written), then all as texts.
 */
int32_t orgtabel_nr(struct orgtabel *t, const struct plb_org *o);
void orgtabel_skriv(struct orgtabel *t, struct plb_list *tekster);
/* A list of n items of another size, cleared; NULL when it is empty or there is no room. */
void *orgtabel_liste(struct orgtabel *t, struct plb_list *ud, size_t n, size_t size);

#endif
