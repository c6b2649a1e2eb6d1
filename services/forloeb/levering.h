// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_LEVERING_H
#define FORLOEB_LEVERING_H

#include "trin.h"

/* What was sent to whom, and what came back of it. Pure. */

/* The symbols of Leveringstrin (schemas/levering-status), in that order. */
enum leveringstrin {
	LEVERINGSTRIN_FORSOEGT,
	LEVERINGSTRIN_LEVERET,
	LEVERINGSTRIN_HAANDTERET,
	LEVERINGSTRIN_AFVIST_MIDLERTIDIGT,
	LEVERINGSTRIN_AFVIST_ENDELIGT,
	LEVERINGSTRIN_SLETTET,
	LEVERINGSTRIN_PARKERET,
	LEVERINGSTRIN_TILBAGEKALDT,
	LEVERINGSTRIN_UDLOEBET,
	LEVERINGSTRIN_ANTAL
};

/* One levering-status, of a delivery in this forløb. */
struct levering_svar {
	struct plb_org org;
	int64_t sequence;
	int trin; /* enum leveringstrin */
	struct plb_time tid;
	struct plb_slice aarsag; /* of the recipient; p NULL = none */
};

/* What is known of a recipient; NULL when it has got nothing. */
struct modtager *levering_modtager(const struct forloeb *f, const struct plb_org *org);
/* The number is settled from now on. */
void levering_afgjort(
    struct trin *t, struct forloeb *f, const struct plb_org *org, int64_t sequence);

/* The last sending of a thing to an organisation; NULL = none. */
struct afsendt *levering_til(const struct plb_list *leveringer, const struct plb_org *til);
/* Has the thing gone there as it was accepted under `nr`? */
bool levering_sendt(const struct plb_list *leveringer, const struct plb_org *til, int64_t nr);
/* Remember a sending; it takes the place of an earlier one to the same organisation. `e` is its
 * effect, NULL does nothing. */
void levering_husk(struct trin *t, struct plb_list *leveringer, const struct effekt *e, int64_t nr,
    int32_t version);
/* Is this number of the recipient still open: not delivered, not refused, not withdrawn? A number
 * that was never given is not. */
bool levering_aaben(const struct forloeb *f, const struct plb_org *org, int64_t sequence);
/* Take back every sending of a thing that is still open, or every one at all. */
void levering_tilbagekald(struct trin *t, struct forloeb *f, const struct plb_list *leveringer,
    bool ogsaa_leverede, enum tilbagekaldt_aarsag aarsag);
/* The number was taken back: what it carried has not been sent. */
void levering_trukket(struct forloeb *f, const struct plb_org *org, int64_t sequence);
/* The course has left this kommune: what is still open there is taken back, the word that the
 * handover is off excepted. */
void levering_forlad(struct trin *t, struct forloeb *f, const struct plb_org *kommune);
/* A status has come: mark what is settled, tell the author what became of his referat or besked. */
void levering_besked(struct trin *t, struct forloeb *f, const struct levering_svar *d);

#endif
