// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_RNG_H
#define PARLOEB_RNG_H

#include <stdint.h>

/* Seeded generator (xoshiro256**) for simulation, jitter and tests; never for secrets or ids that
 * must not be guessed. */
struct plb_rng {
	uint64_t s[4];
};
void plb_rng_seed(struct plb_rng *r, uint64_t seed);
uint64_t plb_rng_u64(struct plb_rng *r);
/* 0 … n-1, n > 0, unbiased. */
uint64_t plb_rng_below(struct plb_rng *r, uint64_t n);
/* [0,1) */
double plb_rng_unit(struct plb_rng *r);

#endif
