// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_PROC_H
#define SIM_PROC_H

#include <parloeb/crypto.h>
#include <parloeb/partnere.h>
#include <parloeb/schema.h>

#include "world.h"

/* The real services as processes of the simulation, and what they share: read once, for all seeds.
 */
struct plb_bus { /* of a process */
	struct plb_loop *proc;
};

struct sim_common {
	struct plb_schemas *schemas;
	struct regler *regler;
	struct plb_partnere *partnere;
	struct organisationer *organisationer;
	struct plb_crypto *crypto; /* of the test side */
	struct plb_crypto_keys keys;
	char dir[64]; /* partner files */
};
extern struct sim_common sim_common;
void sim_common_load(void); /* ends the program when it cannot */
void sim_common_free(void);
void sim_common_clean(void); /* its files alone: on the way out of a crash */

#define SIM_GATEWAYS 2
#define SIM_STATEFUL 2     /* of each */
void sim_procs_make(void); /* made and started */
/* What is not at rest; NULL = nothing. The text lives until the next call. */
const char *sim_procs_busy(void);
bool sim_procs_whole(void); /* all run, and own all partitions */
void sim_procs_check(void); /* what must hold of them at any time */

struct forloeb_run *sim_forloeb_run(void); /* a core of its own, the caller frees it */

/* ---- gateway ---- */
/* 202, 422, 503, 504; 0 = the process died, nobody answers. */
struct sim_post {
	struct plb_slice json;
	const char *org;
	int64_t until; /* then its sender hangs up */
	void (*answer)(struct sim_post *p, int status);
	struct plb_loop *gateway; /* set by sim_gateway_post */
	struct svar *svar;
	char refusal[160]; /* with 422: first field and code */
};
/* The request arrives at gateway i; false: nobody listens. */
bool sim_gateway_post(int i, struct sim_post *p);

#endif
