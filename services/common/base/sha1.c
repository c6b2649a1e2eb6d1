// SPDX-License-Identifier: MPL-2.0
#include "sha1.h"

#include <string.h>

static uint32_t
rotl(uint32_t v, int n)
{
	return (v << n) | (v >> (32 - n));
}

void
sha1_init(struct sha1 *s)
{
	*s = (struct sha1){
	    .h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0},
	};
}

/* The round function and constant of step i. */
static uint32_t
mix(int i, uint32_t b, uint32_t c, uint32_t d)
{
	if (i < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (i < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (i < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void
block(uint32_t h[5], const uint8_t *p)
{
	uint32_t w[80];
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (size_t i = 0; i < 16; i++) {
		memcpy(&w[i], p + 4 * i, 4);
		w[i] = __builtin_bswap32(w[i]);
	}
	for (int i = 16; i < 80; i++)
		w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t t = rotl(a, 5) + mix(i, b, c, d) + e + w[i];

		e = d;
		d = c;
		c = rotl(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void
sha1_put(struct sha1 *s, const void *p, size_t len)
{
	const uint8_t *in = p;

	while (len > 0) {
		size_t at = (size_t)(s->len % 64);
		size_t n = 64 - at < len ? 64 - at : len;

		memcpy(s->block + at, in, n);
		s->len += n;
		in += n;
		len -= n;
		if (at + n == 64)
			block(s->h, s->block);
	}
}

void
sha1_done(struct sha1 *s, uint8_t out[20])
{
	static const uint8_t pad[64] = {0x80};
	uint64_t bits = __builtin_bswap64(s->len * 8);
	size_t at = (size_t)(s->len % 64);

	sha1_put(s, pad, at < 56 ? 56 - at : 120 - at);
	sha1_put(s, &bits, sizeof(bits));
	for (size_t i = 0; i < 5; i++) {
		uint32_t be = __builtin_bswap32(s->h[i]);

		memcpy(out + 4 * i, &be, 4);
	}
}
