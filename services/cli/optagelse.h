// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_OPTAGELSE_H
#define CLI_OPTAGELSE_H

#include "cli_net.h"

/* What forloeb was told and made, as it lies on `forloeb` and `svar`: ordered by person, then as it
 * happened. */
struct optaget {
	struct plb_person person;
	struct plb_time optaget; /* by Kafka's clock */
	bool svar;
	int64_t offset;
	struct plb_event ev;
	struct plb_slice value;
	struct plb_header *header;
	size_t n_headers;
};
struct optagelse {
	struct plb_arena arena;
	struct optaget *o;
	size_t n, plads;
	bool vis; /* progress on stderr */
};
void optagelse_init(struct optagelse *o, bool vis);
void optagelse_fini(struct optagelse *o);
PLB_MUSTUSE enum plb_err optagelse_laes(
    struct optagelse *o, struct plb_bus *b, struct plb_errctx *ec);
/* As a record of the input that it came from. */
struct plb_record optaget_record(const struct optaget *o);

#endif
