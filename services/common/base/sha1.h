// SPDX-License-Identifier: MPL-2.0
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include <stddef.h>
#include <stdint.h>

/* SHA-1 (RFC 3174), for version-5 UUIDs only: it names, it protects nothing. Plain value. */
struct sha1 {
	uint32_t h[5];
	uint64_t len; /* bytes so far */
	uint8_t block[64];
};

void sha1_init(struct sha1 *s);
void sha1_put(struct sha1 *s, const void *p, size_t len);
void sha1_done(struct sha1 *s, uint8_t out[20]);

#endif
