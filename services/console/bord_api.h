// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_BORD_API_H
#define CONSOLE_BORD_API_H

#include <parloeb/http_server.h>

#include "operatoerer.h"
#include "ordrer.h"

/* The parking desk over HTTP, paths below /bord; docs/operations.md has the table. Orders need
 * `application/json`, and an operator's token where there is a file of operators; otherwise the
 * header Parloeb-Aktoer says who asks. Loop thread. */
struct bord_api;
struct bord_api_dele { /* borrowed */
	struct laesemodel *m;
	struct ordrer *ordrer;
	const struct operatoerer *operatoerer; /* NULL = none */
	int64_t receipt_within_ms;
	struct plb_time (*nu)(void *arg);
	bool (*klar)(void *arg); /* the topics have been read to their ends */
	void *arg;
};
PLB_MUSTUSE enum plb_err bord_api_new(
    const struct bord_api_dele *d, struct bord_api **out, struct plb_errctx *ec);
void bord_api_free(struct bord_api **b);
/* false: not a path of the desk. Otherwise the request is answered, now or later. */
bool bord_api_request(struct bord_api *b, struct plb_http_req *r);
void bord_api_gone(struct bord_api *b, struct plb_http_req *r);

#endif
