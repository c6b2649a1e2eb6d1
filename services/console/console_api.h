// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_CONSOLE_API_H
#define CONSOLE_CONSOLE_API_H

#include <parloeb/http_server.h>

#include "bord_api.h"

/* The loopback API of the read model, for gateway, CLI and operators: JSON, no confidential data
 * (the console holds no key); paths below /bord are bord_api's, the others GET only.
 *   /haendelse?id=ID&organisation=ORG     the ladder of an event (contract § 4)
 *   /forloeb/ID                           one forløb
 *   /leveringer?status=&organisation=     deliveries
 *   /status                               how far it has read, counts */
struct console_api;
/* How far the reading has come; written by its owner, read at each /status. */
struct console_stand {
	size_t partitioner, bagud; /* bagud: of these not read to their end */
};
PLB_MUSTUSE enum plb_err console_api_new(struct plb_loop *l, const char *listen,
    struct laesemodel *m, const struct console_stand *stand, struct bord_api *bord,
    struct console_api **out, struct plb_errctx *ec);
void console_api_free(struct console_api **a);

#endif
