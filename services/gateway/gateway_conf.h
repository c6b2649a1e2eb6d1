// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_GATEWAY_CONF_H
#define GATEWAY_GATEWAY_CONF_H

#include "gateway.h"

/* What the configuration names: schemas, partners, organisations, keys. Fills g; false: faults are
 * on stderr. g->file and g->conf are set before. */
bool gateway_conf_load(struct gateway *g);
/* SIGHUP: parloeb.yaml's reloadable part, partners and organisations anew; with a fault everything
 * stays as it is. */
void gateway_conf_reload(struct gateway *g);
void gateway_conf_free(struct gateway *g);

#endif
