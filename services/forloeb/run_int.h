// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_RUN_INT_H
#define FORLOEB_RUN_INT_H

#include "forloeb.h"
#include "forloeb_lavet.h"
#include "forloeb_run.h"
#include "forloeb_tilstand.h"
#include "forloeb_wire.h"
#include "svar_wire.h"

/* What the service's calls (forloeb_run.c) and the carrying out of effects (forloeb_udfoer.c)
 * share. */
struct forloeb_run {
	struct plb_flow_spec spec;
	const struct plb_schemas *schemas;
	struct forloeb_grund grund;
	struct plb_flow *flow; /* may be NULL */
	struct forloeb_wire *wire;
	struct forloeb_tilstand *tilstand;
	struct forloeb_lavet *lavet;
	struct svar_wire *svar;
	struct plb_arena arena;
	struct plb_buf value;
	struct effekter effekter;
};

/* What the effects of one step are carried out with. */
struct udfoer {
	struct forloeb_run *r;
	struct plb_flow_tx *tx;
	struct plb_slice primary;   /* person key */
	const struct plb_event *ev; /* the fact; NULL of a timer */
	struct plb_slice value;     /* the fact's */
	const struct person *p;
	struct plb_errctx *ec;
};

/* The effects of u->r->effekter, in their order. */
enum plb_err udfoer_alle(struct udfoer *u);
/* A kept event: envelope and value, borrowed from the state. PLB_E_UKENDT when it is not there. */
enum plb_err udfoer_hent(
    struct udfoer *u, struct emne emne, struct plb_event *ev, struct plb_slice *value);
/* A record on a topic by its own key, wherever that belongs. */
enum plb_err udfoer_send(struct udfoer *u, const char *topic, struct plb_slice key,
    const struct plb_event *ev, struct plb_slice value);

#endif
