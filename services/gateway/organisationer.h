// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_ORGANISATIONER_H
#define GATEWAY_ORGANISATIONER_H

#include <parloeb/id.h>
#include <parloeb/yaml.h>

/* config/organisationer.yaml: who exists, and between which dates. Immutable after load. */
struct organisationer;
PLB_MUSTUSE enum plb_err organisationer_load(
    const char *path, struct organisationer **out, struct plb_faults *f);
void organisationer_free(struct organisationer **o);
/* Did it exist on the date. */
bool organisationer_findes(
    const struct organisationer *o, const struct plb_org *org, struct plb_dato dato);

#endif
