// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_OPERATOERER_H
#define CONSOLE_OPERATOERER_H

#include <parloeb/yaml.h>

/* Who may give orders: operatoerer: [{navn, sha256 of the token}]. Immutable; any thread. */
struct operatoerer;
/* path "": NULL in *out and PLB_OK. */
PLB_MUSTUSE enum plb_err operatoerer_load(
    const char *path, struct operatoerer **out, struct plb_faults *f);
void operatoerer_free(struct operatoerer **o);
/* The name behind a value of the header Authorization; NULL: nobody's. */
const char *operatoer_af(const struct operatoerer *o, struct plb_slice authorization);

#endif
