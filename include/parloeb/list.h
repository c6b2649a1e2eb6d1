// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_LIST_H
#define PARLOEB_LIST_H

#include <parloeb/arena.h>
#include <stdlib.h>

/* A typed array in an arena, as the codec fills it: p points to n items. Plain value. */
struct plb_list {
	void *p;
	size_t n;
};

/* Room for one more item of `size` bytes at the end, cleared; NULL when the list has `cap` items or
 * the arena is full. The array is copied to a new place: lists are short, and come from the decoder
 * in exact length. */
static inline void *
plb_list_add(struct plb_list *l, struct plb_arena *a, size_t size, size_t cap)
{
	void *p;

	if (l->n >= cap)
		return NULL;
	p = plb_arena_calloc(a, l->n + 1, size);
	if (p == NULL)
		return NULL;
	if (l->n > 0)
		memcpy(p, l->p, l->n * size);
	l->p = p;
	return (char *)p + l->n++ * size;
}

/* An array on the heap of *room items of `size` bytes, n of them used: with room for one more,
 * which doubles it when it is full. The caller keeps what is returned in its place; NULL without
 * memory, and the array at hand stays. */
static inline void *
plb_array_room(void *a, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 16 : *room * 2;
	void *p;

	if (n < *room)
		return a;
	if (more > SIZE_MAX / 2 / size)
		return NULL;
	p = realloc(a, more * size);
	if (p != NULL)
		*room = more;
	return p;
}

/* Take out item i, keeping order. */
static inline void
plb_list_del(struct plb_list *l, size_t size, size_t i)
{
	char *p = l->p;

	memmove(p + i * size, p + (i + 1) * size, (l->n - i - 1) * size);
	l->n--;
}

#endif
