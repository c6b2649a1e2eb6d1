// SPDX-License-Identifier: MPL-2.0
#include <parloeb/arena.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

/* With AddressSanitizer, what was not handed out since the last reset may not be read. */
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
/* Not inlined: gcc takes the const pointer for a read of memory that nobody has written. */
static __attribute__((noinline)) void
poison(void *p, size_t n)
{
	__asan_poison_memory_region(p, n);
}

static __attribute__((noinline)) void
unpoison(void *p, size_t n)
{
	__asan_unpoison_memory_region(p, n);
}
#else
#define poison(p, n) ((void)0)
#define unpoison(p, n) ((void)0)
#endif

#define ARENA_ALIGN ((size_t)16)
#define ARENA_CHUNK_MIN ((size_t)4096)
#define ARENA_CHUNK_MAX ((size_t)1 << 20)

struct plb_arena_chunk {
	_Alignas(16) struct plb_arena_chunk *next;
	size_t size, used; /* of data */
	_Alignas(16) uint8_t data[];
};

void
plb_arena_init(struct plb_arena *a, size_t cap)
{
	PLB_ASSERT(cap > 0);
	*a = (struct plb_arena){.cap = cap};
}

static void
chunk_free(struct plb_arena_chunk *c)
{
	unpoison(c->data, c->size);
	free(c);
}

void
plb_arena_fini(struct plb_arena *a)
{
	struct plb_arena_chunk *c = a->first;

	while (c != NULL) {
		struct plb_arena_chunk *next = c->next;

		chunk_free(c);
		c = next;
	}
	*a = (struct plb_arena){.cap = a->cap};
}

void
plb_arena_reset(struct plb_arena *a)
{
	struct plb_arena_chunk *keep = a->first;

	a->used = 0;
	if (keep == NULL)
		return;
	/* The greatest is kept, so that a few messages of a kind teach the arena their size. */
	for (struct plb_arena_chunk *c = keep->next; c != NULL; c = c->next)
		if (c->size > keep->size)
			keep = c;
	for (struct plb_arena_chunk *c = a->first, *next; c != NULL; c = next) {
		next = c->next;
		if (c != keep)
			chunk_free(c);
	}
	poison(keep->data, keep->used);
	keep->next = NULL;
	keep->used = 0;
	a->first = a->cur = keep;
}

/* A chunk with room for need bytes: twice the one before, within sensible bounds. */
static struct plb_arena_chunk *
chunk_new(struct plb_arena *a, size_t need)
{
	struct plb_arena_chunk *c;
	size_t size = a->cur == NULL ? ARENA_CHUNK_MIN : a->cur->size * 2;
	size_t total;

	if (size > ARENA_CHUNK_MAX)
		size = ARENA_CHUNK_MAX;
	if (size < need)
		size = need;
	if (!plb_size_add(sizeof(*c), size, &total))
		return NULL;
	c = malloc(total);
	if (c == NULL)
		return NULL;
	c->next = NULL;
	c->size = size;
	c->used = 0;
	poison(c->data, size);
	if (a->cur == NULL)
		a->first = c;
	else
		a->cur->next = c;
	a->cur = c;
	return c;
}

void *
plb_arena_alloc(struct plb_arena *a, size_t size)
{
	struct plb_arena_chunk *c = a->cur;
	size_t need;
	uint8_t *p;

	/* The cap counts whole alignment units, so that a flood of empty pieces ends, too. */
	if (a->used >= a->cap || size > a->cap - a->used)
		return NULL;
	if (!plb_size_add(size == 0 ? 1 : size, ARENA_ALIGN - 1, &need))
		return NULL;
	need &= ~(ARENA_ALIGN - 1);
	if (c == NULL || need > c->size - c->used) {
		c = chunk_new(a, need);
		if (c == NULL)
			return NULL;
	}
	p = c->data + c->used;
	c->used += need;
	if (!plb_size_add(a->used, need, &a->used))
		a->used = SIZE_MAX;
	unpoison(p, size);
	return p;
}

void *
plb_arena_calloc(struct plb_arena *a, size_t n, size_t size)
{
	size_t total;
	void *p;

	if (!plb_size_mul(n, size, &total))
		return NULL;
	p = plb_arena_alloc(a, total);
	if (p != NULL)
		memset(p, 0, total);
	return p;
}

struct plb_slice
plb_arena_dup(struct plb_arena *a, struct plb_slice s)
{
	size_t total;
	uint8_t *p;

	if (!plb_size_add(s.len, 1, &total))
		return plb_slice(NULL, 0);
	p = plb_arena_alloc(a, total);
	if (p == NULL)
		return plb_slice(NULL, 0);
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return plb_slice(p, s.len);
}

char *
plb_arena_printf(struct plb_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	p = plb_arena_alloc(a, (size_t)n + 1);
	if (p == NULL)
		return NULL;
	va_start(ap, fmt);
	n = vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : p;
}
