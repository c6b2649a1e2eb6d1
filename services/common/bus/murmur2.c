// SPDX-License-Identifier: MPL-2.0
#include <parloeb/bus.h>

/* The 32-bit MurmurHash2 of Kafka's Java client (its seed, little-endian words): the same key must
 * come to the same partition whoever produces. */
static uint32_t
murmur2(const uint8_t *p, size_t len)
{
	const uint32_t m = 0x5bd1e995;
	uint32_t h = 0x9747b28c ^ (uint32_t)len;

	for (; len >= 4; p += 4, len -= 4) {
		uint32_t k = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
		    (uint32_t)p[3] << 24;

		k *= m;
		k ^= k >> 24;
		k *= m;
		h = h * m ^ k;
	}
	if (len >= 3)
		h ^= (uint32_t)p[2] << 16;
	if (len >= 2)
		h ^= (uint32_t)p[1] << 8;
	if (len >= 1)
		h = (h ^ p[0]) * m;
	h ^= h >> 13;
	h *= m;
	return h ^ h >> 15;
}

int32_t
plb_partition(struct plb_slice key, int32_t partitions)
{
	PLB_ASSERT(partitions > 0);
	return (int32_t)(murmur2(key.p, key.len) & 0x7fffffff) % partitions;
}
