// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_TILSTAND_AENDRET_H
#define FORLOEB_TILSTAND_AENDRET_H

#include "orgtabel.h"
#include "tilstand_felter.h"

/* The part of the blob about changes and the handover; the rest is forloeb_tilstand.c. Faults are
 * sticky in the table. */
void aendret_laes(struct orgtabel *t, const struct b_forloeb *b, struct forloeb *v);
void aendret_skriv(struct orgtabel *t, const struct forloeb *v, struct b_forloeb *b);
void aendret_laes_due(struct orgtabel *t, const struct b_forloeb *b, struct due *v);
void aendret_skriv_due(struct orgtabel *t, const struct due *v, struct b_forloeb *b);

#endif
