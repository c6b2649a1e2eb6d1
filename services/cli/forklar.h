// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_FORKLAR_H
#define CLI_FORKLAR_H

#include <parloeb/json.h>

#include "navne.h"
#include "regel.h"

/* Why something was made in a course, for a case worker: what it says, which rule with which
 * source, which facts, which arithmetic. The arithmetic is the core's (dagpengetimer, frist,
 * samtalekrav) on the facts that were told by then; a fact corrected since stands as it is now. */

struct forklar {
	const struct regler *regler;
	const struct forloeb *forloeb; /* as it is now */
	struct navne *navne;
	struct plb_arena *arena;
};
#define FORKLARING_REGLER 4
struct forklaring {
	struct plb_buf tekst;       /* one or two Danish sentences */
	struct plb_buf regnestykke; /* empty where nothing is counted */
	struct plb_buf fakta;       /* one a line, each with its newline */
	enum regel_parameter regler[FORKLARING_REGLER];
	size_t n_regler;
};
void forklaring_init(struct forklaring *f);
void forklaring_fini(struct forklaring *f);
/* A made event: its name, business time and clear data (NULL = not readable). PLB_E_FOR_STOR when
 * the texts or the arena are full. */
PLB_MUSTUSE enum plb_err forklar(const struct forklar *g, struct plb_slice navn,
    struct plb_time tid, const struct plb_jv *data, struct forklaring *ud);
/* What a rule is about, in Danish. */
const char *forklar_regel(enum regel_parameter p);
/* "1. juni 2024" */
void forklar_dato(struct plb_dato d, struct plb_buf *out);

#endif
