// SPDX-License-Identifier: MPL-2.0
#ifndef TESTS_FORLOEB_OP_H
#define TESTS_FORLOEB_OP_H

#include "bane.h"

/* What the tests of a program start from: a track of their own each, on 1 March 2024 at nine. */
static struct bane *b;

static inline int
op_tom(void **state)
{
	(void)state;
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	return 0;
}

/* The person is registered, in the first course. */
static inline int
op_tilmeldt(void **state)
{
	(void)op_tom(state);
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	return 0;
}

static inline int
ned(void **state)
{
	(void)state;
	bane_free(b);
	return 0;
}

#endif
