// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_SLICE_H
#define PARLOEB_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes; not NUL-terminated. p may be NULL only when len is 0. Plain value. */
struct plb_slice {
	const uint8_t *p;
	size_t len;
};

static inline struct plb_slice
plb_slice(const void *p, size_t len)
{
	return (struct plb_slice){(const uint8_t *)p, len};
}

static inline struct plb_slice
plb_slice_str(const char *s)
{
	return plb_slice(s, s == NULL ? 0 : strlen(s));
}

static inline bool
plb_slice_eq(struct plb_slice a, struct plb_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool
plb_slice_is(struct plb_slice a, const char *s)
{
	return plb_slice_eq(a, plb_slice_str(s));
}

static inline bool
plb_slice_starts(struct plb_slice a, struct plb_slice prefix)
{
	return a.len >= prefix.len && (prefix.len == 0 || memcmp(a.p, prefix.p, prefix.len) == 0);
}

/* Copies s to *to and moves *to behind the copy, which is returned: for a block whose size has been
 * summed before. */
static inline struct plb_slice
plb_slice_put(uint8_t **to, struct plb_slice s)
{
	uint8_t *p = *to;

	if (s.len > 0)
		memcpy(p, s.p, s.len);
	*to = p + s.len;
	return plb_slice(p, s.len);
}

/* Length of the valid UTF-8 sequence at p, 0 when there is none or left is 0 (RFC 3629: no
 * surrogates, no overlong forms, nothing above U+10FFFF). */
size_t plb_utf8_len(const uint8_t *p, size_t left);

/* Order by bytes, then by length: <0, 0, >0. */
int plb_slice_cmp(struct plb_slice a, struct plb_slice b);

/* For printf("%.*s", PLB_SLICE_ARG(s)) with text that may be printed. */
#define PLB_SLICE_ARG(s)                                                                           \
	(int)((s).len > 4096 ? 4096 : (s).len),                                                    \
	    (const char *)((s).p == NULL ? (const uint8_t *)"" : (s).p)

#endif
