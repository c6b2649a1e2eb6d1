// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_FELTER_H
#define GATEWAY_FELTER_H

#include <parloeb/json.h>

/* Members of small JSON objects that partners send besides events. Each adds its fault and returns
 * false; absent is a fault only where it says so. */

/* Every member must be one of `navne` (NULL-terminated). */
bool felter_kendte(struct plb_arena *a, const struct plb_jv *v, const char *const *navne,
    struct plb_fejl_list *fejl);
/* *there says whether it is there at all. */
bool felter_uuid(struct plb_arena *a, const struct plb_jv *v, const char *navn, bool *there,
    struct plb_uuid *out, struct plb_fejl_list *fejl);
/* A free text of 1 to `maks` code points, without control characters and CPR numbers; absent: len
 * 0. */
bool felter_tekst(struct plb_arena *a, const struct plb_jv *v, const char *navn, size_t maks,
    struct plb_slice *out, struct plb_fejl_list *fejl);
/* One of the words; absent is a fault. */
bool felter_ord(struct plb_arena *a, const struct plb_jv *v, const char *navn,
    const char *const *ord, int *out, struct plb_fejl_list *fejl);
/* A member that had to be there. */
bool felter_mangler(struct plb_arena *a, const char *navn, struct plb_fejl_list *fejl);

#endif
