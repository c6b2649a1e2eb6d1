// SPDX-License-Identifier: MPL-2.0
#include <parloeb/id.h>

#define ROTL(v, n) (((v) << (n)) | ((v) >> (64 - (n))))

struct sip {
	uint64_t a, b, c, d;
};

static inline void
sip_round(struct sip *v)
{
	v->a += v->b;
	v->b = ROTL(v->b, 13) ^ v->a;
	v->a = ROTL(v->a, 32);
	v->c += v->d;
	v->d = ROTL(v->d, 16) ^ v->c;
	v->a += v->d;
	v->d = ROTL(v->d, 21) ^ v->a;
	v->c += v->b;
	v->b = ROTL(v->b, 17) ^ v->c;
	v->c = ROTL(v->c, 32);
}

static inline uint64_t
load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* SipHash-1-3: one round per word, three at the end. */
static inline uint64_t
siphash13(struct plb_slice s, uint64_t k0, uint64_t k1)
{
	struct sip v = {
	    k0 ^ UINT64_C(0x736f6d6570736575),
	    k1 ^ UINT64_C(0x646f72616e646f6d),
	    k0 ^ UINT64_C(0x6c7967656e657261),
	    k1 ^ UINT64_C(0x7465646279746573),
	};
	uint64_t last = (uint64_t)s.len << 56;
	size_t at = 0;

	for (; s.len - at >= 8; at += 8) {
		uint64_t m = load64(s.p + at);

		v.d ^= m;
		sip_round(&v);
		v.a ^= m;
	}
	for (unsigned i = 0; at < s.len; at++, i += 8)
		last |= (uint64_t)s.p[at] << i;
	v.d ^= last;
	sip_round(&v);
	v.a ^= last;
	v.c ^= 0xff;
	sip_round(&v);
	sip_round(&v);
	sip_round(&v);
	return v.a ^ v.b ^ v.c ^ v.d;
}

uint64_t
plb_hash(struct plb_slice s)
{
	/* Stays as it is: whatever is stored by it must be found again by the next release. */
	return siphash13(s, UINT64_C(0x7061726c6f656231), UINT64_C(0x62617365206d6170));
}

uint64_t
plb_hash_seeded(struct plb_slice s, const uint8_t key[16])
{
	return siphash13(s, load64(key), load64(key + 8));
}
