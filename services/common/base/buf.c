// SPDX-License-Identifier: MPL-2.0
#include <parloeb/arena.h>
#include <parloeb/buf.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_FIRST ((size_t)256)

void
plb_buf_init(struct plb_buf *b, size_t cap)
{
	*b = (struct plb_buf){.cap = cap};
}

void
plb_buf_fini(struct plb_buf *b)
{
	free(b->p);
	*b = (struct plb_buf){.cap = b->cap};
}

void
plb_buf_reset(struct plb_buf *b)
{
	b->len = 0;
	b->failed = false;
}

static uint8_t *
fail(struct plb_buf *b)
{
	b->failed = true;
	return NULL;
}

/* Kept out of plb_buf_reserve, which is then short enough to be inlined into the puts. */
static __attribute__((noinline)) uint8_t *
grow(struct plb_buf *b, size_t n)
{
	size_t size = b->size, total;
	uint8_t *p;

	if (n > b->cap - b->len)
		return fail(b);
	if (size < BUF_FIRST)
		size = BUF_FIRST;
	while (size - b->len < n)
		size = size > b->cap / 2 ? b->cap : size * 2;
	if (size > b->cap)
		size = b->cap;
	/* One byte more than is counted: vsnprintf's NUL behind a text that fills the cap. */
	if (!plb_size_add(size, 1, &total))
		return fail(b);
	p = realloc(b->p, total);
	if (p == NULL)
		return fail(b);
	b->p = p;
	b->size = size;
	return b->p + b->len;
}

static inline uint8_t *
room(struct plb_buf *b, size_t n)
{
	if (b->failed)
		return NULL;
	/* p is NULL only before the first growth, also for n = 0. */
	if (b->p != NULL && n <= b->size - b->len)
		return b->p + b->len;
	return grow(b, n);
}

uint8_t *
plb_buf_reserve(struct plb_buf *b, size_t n)
{
	return room(b, n);
}

void
plb_buf_put(struct plb_buf *b, const void *p, size_t len)
{
	uint8_t *to;

	if (len == 0)
		return;
	to = room(b, len);
	if (to == NULL)
		return;
	memcpy(to, p, len);
	b->len += len;
}

void
plb_buf_slice(struct plb_buf *b, struct plb_slice s)
{
	plb_buf_put(b, s.p, s.len);
}

void
plb_buf_str(struct plb_buf *b, const char *s)
{
	plb_buf_put(b, s, strlen(s));
}

void
plb_buf_u8(struct plb_buf *b, uint8_t v)
{
	uint8_t *to = room(b, 1);

	if (to == NULL)
		return;
	*to = v;
	b->len++;
}

void
plb_buf_u32(struct plb_buf *b, uint32_t v)
{
	uint32_t be = __builtin_bswap32(v);

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bswap assumes little endian");
	plb_buf_put(b, &be, sizeof(be));
}

void
plb_buf_u64(struct plb_buf *b, uint64_t v)
{
	uint64_t be = __builtin_bswap64(v);

	plb_buf_put(b, &be, sizeof(be));
}

void
plb_buf_dec(struct plb_buf *b, int64_t v)
{
	char text[20];
	size_t at = sizeof(text);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		text[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u > 0);
	if (v < 0)
		text[--at] = '-';
	plb_buf_put(b, text + at, sizeof(text) - at);
}

void
plb_buf_hex(struct plb_buf *b, struct plb_slice s)
{
	static const char digit[] = "0123456789abcdef";
	uint8_t *to;

	if (s.len > SIZE_MAX / 2) {
		fail(b);
		return;
	}
	to = room(b, s.len * 2);
	if (to == NULL)
		return;
	for (size_t i = 0; i < s.len; i++) {
		*to++ = (uint8_t)digit[s.p[i] >> 4];
		*to++ = (uint8_t)digit[s.p[i] & 15];
	}
	b->len += s.len * 2;
}

void
plb_buf_printf(struct plb_buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t left;
	int n;

	if (room(b, 0) == NULL)
		return;
	left = b->size - b->len;
	va_start(ap, fmt);
	n = vsnprintf((char *)b->p + b->len, left + 1, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n > left) {
		if (room(b, (size_t)n) == NULL)
			return;
		left = b->size - b->len;
		va_start(ap, fmt);
		n = vsnprintf((char *)b->p + b->len, left + 1, fmt, ap);
		va_end(ap);
	}
	if (n < 0 || (size_t)n > left) {
		fail(b);
		return;
	}
	b->len += (size_t)n;
}

enum plb_err
plb_buf_done(const struct plb_buf *b, struct plb_slice *out)
{
	if (b->failed) {
		*out = plb_slice(NULL, 0);
		return PLB_E_FOR_STOR;
	}
	*out = plb_slice(b->p, b->len);
	return PLB_OK;
}

bool
plb_rd_u8(struct plb_rd *r, uint8_t *out)
{
	if (plb_rd_left(r) < 1)
		return false;
	*out = *r->p++;
	return true;
}

bool
plb_rd_u32(struct plb_rd *r, uint32_t *out)
{
	uint32_t be;

	if (plb_rd_left(r) < sizeof(be))
		return false;
	memcpy(&be, r->p, sizeof(be));
	*out = __builtin_bswap32(be);
	r->p += sizeof(be);
	return true;
}

bool
plb_rd_u64(struct plb_rd *r, uint64_t *out)
{
	uint64_t be;

	if (plb_rd_left(r) < sizeof(be))
		return false;
	memcpy(&be, r->p, sizeof(be));
	*out = __builtin_bswap64(be);
	r->p += sizeof(be);
	return true;
}

bool
plb_rd_bytes(struct plb_rd *r, size_t n, struct plb_slice *out)
{
	if (plb_rd_left(r) < n)
		return false;
	*out = plb_slice(r->p, n);
	if (n > 0)
		r->p += n;
	return true;
}
