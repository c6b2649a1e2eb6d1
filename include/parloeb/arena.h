// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_ARENA_H
#define PARLOEB_ARENA_H

#include <parloeb/err.h>
#include <parloeb/slice.h>

/* Memory of one message or batch: bump allocation from chained chunks up to a cap; freed together.
 * Embedded struct; one thread at a time. After reset the first chunk is kept, so a warm arena
 * allocates nothing. */
struct plb_arena {
	struct plb_arena_chunk *first, *cur;
	size_t cap;  /* most bytes handed out between resets */
	size_t used; /* bytes handed out since the last reset */
};

/* cap in bytes, > 0. Allocates nothing yet. */
void plb_arena_init(struct plb_arena *a, size_t cap);
void plb_arena_fini(struct plb_arena *a);
/* Everything handed out becomes invalid. */
void plb_arena_reset(struct plb_arena *a);
/* 16-byte aligned, not cleared; NULL when the cap or memory is reached (caller: PLB_E_FOR_STOR).
 * size 0 gives a valid pointer. */
PLB_MUSTUSE void *plb_arena_alloc(struct plb_arena *a, size_t size);
/* The same, cleared; checks n * size. */
PLB_MUSTUSE void *plb_arena_calloc(struct plb_arena *a, size_t n, size_t size);
/* Copy with a NUL behind; {NULL,0} is returned only on failure (an empty copy has p != NULL). */
PLB_MUSTUSE struct plb_slice plb_arena_dup(struct plb_arena *a, struct plb_slice s);
PLB_MUSTUSE char *plb_arena_printf(struct plb_arena *a, const char *fmt, ...) PLB_PRINTF(2, 3);

/* Checked sizes: false when the result does not fit. */
static inline PLB_MUSTUSE bool
plb_size_add(size_t a, size_t b, size_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}

static inline PLB_MUSTUSE bool
plb_size_mul(size_t a, size_t b, size_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

#endif
