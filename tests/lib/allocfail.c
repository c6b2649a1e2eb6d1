// SPDX-License-Identifier: MPL-2.0
#include "allocfail.h"

#include <errno.h>

/* The linker's --wrap sends calls of malloc to __wrap_malloc and gives the original as
 * __real_malloc. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static long left = -1; /* allocations until the refusal; -1: none is due */
static bool refused;
static size_t count;

void
allocfail_at(long n)
{
	left = n;
	refused = false;
}

bool
allocfail_off(void)
{
	left = -1;
	return refused;
}

size_t
allocfail_count(void)
{
	return count;
}

static bool
refuse(void)
{
	count++;
	if (left < 0 || left-- > 0)
		return false;
	refused = true;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return refuse() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return refuse() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t size)
{
	return refuse() ? NULL : __real_realloc(p, size);
}
