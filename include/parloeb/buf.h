// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_BUF_H
#define PARLOEB_BUF_H

#include <parloeb/err.h>
#include <parloeb/slice.h>

/* Growing byte buffer with its cap given at birth and a sticky failure: put what you like, ask once
 * at the end. Embedded; owns its memory; one thread at a time. */
struct plb_buf {
	uint8_t *p;
	size_t len, size, cap;
	bool failed; /* cap or memory reached; contents then mean nothing */
};

void plb_buf_init(struct plb_buf *b, size_t cap);
void plb_buf_fini(struct plb_buf *b);
/* Length 0, failure cleared, memory kept. */
void plb_buf_reset(struct plb_buf *b);

void plb_buf_put(struct plb_buf *b, const void *p, size_t len);
void plb_buf_slice(struct plb_buf *b, struct plb_slice s);
void plb_buf_str(struct plb_buf *b, const char *s);
void plb_buf_u8(struct plb_buf *b, uint8_t v);
/* Big-endian. */
void plb_buf_u32(struct plb_buf *b, uint32_t v);
void plb_buf_u64(struct plb_buf *b, uint64_t v);
/* Decimal text. */
void plb_buf_dec(struct plb_buf *b, int64_t v);
/* Lower-case hex of the bytes. */
void plb_buf_hex(struct plb_buf *b, struct plb_slice s);
void plb_buf_printf(struct plb_buf *b, const char *fmt, ...) PLB_PRINTF(2, 3);
/* Room for n more bytes: pointer to write at (then plb_buf_advance), or NULL with failed set. */
uint8_t *plb_buf_reserve(struct plb_buf *b, size_t n);
static inline void
plb_buf_advance(struct plb_buf *b, size_t n)
{
	b->len += n;
}

/* The contents, borrowed until the next put/reset; PLB_E_FOR_STOR when failed. */
PLB_MUSTUSE enum plb_err plb_buf_done(const struct plb_buf *b, struct plb_slice *out);

/* JSON text of a string with quotes, escaped; invalid UTF-8 bytes become U+FFFD. */
void plb_buf_json(struct plb_buf *b, struct plb_slice text);

/* Reader over borrowed bytes: every call checked, position moves only on success. */
struct plb_rd {
	const uint8_t *p, *end;
};

static inline struct plb_rd
plb_rd(struct plb_slice s)
{
	/* NULL + 0 is undefined in C. */
	return (struct plb_rd){s.p, s.len == 0 ? s.p : s.p + s.len};
}

static inline size_t
plb_rd_left(const struct plb_rd *r)
{
	return (size_t)(r->end - r->p);
}

PLB_MUSTUSE bool plb_rd_u8(struct plb_rd *r, uint8_t *out);
PLB_MUSTUSE bool plb_rd_u32(struct plb_rd *r, uint32_t *out);
PLB_MUSTUSE bool plb_rd_u64(struct plb_rd *r, uint64_t *out);
PLB_MUSTUSE bool plb_rd_bytes(struct plb_rd *r, size_t n, struct plb_slice *out);

#endif
