// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_IDENTITET_H
#define PARLOEB_IDENTITET_H

#include <parloeb/event.h>
#include <parloeb/schema.h>

/* Later CPR numbers of a person (topic `identitet`): key of a later number → key of an earlier one.
 * Who keys a record by person resolves first, so that a course goes on under the key of the first
 * number. A table in memory, filled from the topic; pure; one thread. */
struct plb_identiteter;
PLB_MUSTUSE enum plb_err plb_identiteter_new(
    const struct plb_schemas *s, struct plb_identiteter **out, struct plb_errctx *ec);
void plb_identiteter_free(struct plb_identiteter **t);

/* A record of the topic; a tombstone takes the mapping away. PLB_E_FORM, PLB_E_UKENDT,
 * PLB_E_HUKOMMELSE: it is left out. */
PLB_MUSTUSE enum plb_err plb_identiteter_laes(
    struct plb_identiteter *t, const struct plb_record *r, struct plb_errctx *ec);
/* The same without a record. */
PLB_MUSTUSE enum plb_err plb_identiteter_saet(
    struct plb_identiteter *t, struct plb_person senere, struct plb_person foerste);
/* The value of the record that says so; failure is sticky in out. */
void plb_identiteter_skriv(
    const struct plb_identiteter *t, struct plb_person foerste, struct plb_buf *out);

/* The first key of a person: itself unless it is a later one. */
struct plb_person plb_identiteter_foerste(const struct plb_identiteter *t, struct plb_person p);
size_t plb_identiteter_antal(const struct plb_identiteter *t);

#endif
