// SPDX-License-Identifier: MPL-2.0
#include <parloeb/err.h>
#include <parloeb/rng.h>

static uint64_t
rotl(uint64_t v, int n)
{
	return (v << n) | (v >> (64 - n));
}

/* splitmix64, which spreads any seed, zero included, over the state. */
void
plb_rng_seed(struct plb_rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z;

		seed += UINT64_C(0x9e3779b97f4a7c15);
		z = seed;
		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		r->s[i] = z ^ (z >> 31);
	}
}

uint64_t
plb_rng_u64(struct plb_rng *r)
{
	uint64_t *s = r->s;
	uint64_t result = rotl(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint64_t
plb_rng_below(struct plb_rng *r, uint64_t n)
{
	uint64_t v, least;

	PLB_ASSERT(n > 0);
	/* Leave out the 2^64 mod n lowest values, so that each remainder is met equally often. */
	least = (0 - n) % n;
	do {
		v = plb_rng_u64(r);
	} while (v < least);
	return v % n;
}

double
plb_rng_unit(struct plb_rng *r)
{
	return (double)(plb_rng_u64(r) >> 11) * 0x1.0p-53;
}
