// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_IDENTITETER_H
#define GATEWAY_IDENTITETER_H

#include "gateway.h"

/* Under which key a person's facts go to Kafka. Follows `identitet` from its oldest record; a
 * change of number is written there before its fact is. Loop thread. */

PLB_MUSTUSE enum plb_err identiteter_new(
    struct gateway *g, struct identiteter **out, struct plb_errctx *ec);
/* Changes under way are dropped: nobody was answered 202, so they come again. */
void identiteter_free(struct identiteter **i);
/* All that was there at the start is known: facts can be keyed. */
bool identiteter_klar(const struct identiteter *i);
/* The key of the first number known. */
struct plb_person identiteter_foerste(const struct identiteter *i, struct plb_person p);

/* A person-identitet-aendret: `senere` is the key of the new number, `foerste` that of the first.
 * Copies what it is given. Writes the mapping, and when Kafka has it, the fact under `foerste` and,
 * marked with that, under `senere`, where forloeb refuses what came too early. f is reported once,
 * when all is in the log or the first of it is not; what has been written stays, and does no harm
 * twice. PLB_E_FULD: nothing taken. */
PLB_MUSTUSE enum plb_err identiteter_skift(struct identiteter *i, struct plb_person senere,
    struct plb_person foerste, struct plb_event ev, struct plb_slice value, struct forsendelse *f);

#endif
