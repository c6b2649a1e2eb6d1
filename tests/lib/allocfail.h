// SPDX-License-Identifier: MPL-2.0
#ifndef TESTS_ALLOCFAIL_H
#define TESTS_ALLOCFAIL_H

#include <stdbool.h>
#include <stddef.h>

/* Allocation failure on demand, for malloc, calloc and realloc of everything linked statically into
 * the test. Link plb_allocfail. One thread.
 *
 *	for (long n = 0; n < 1000; n++) {
 *		allocfail_at(n);
 *		err = under_test();
 *		if (!allocfail_off())
 *			break; // it needs no more than n allocations
 *		assert_int_equal(err, PLB_E_HUKOMMELSE);
 *	}
 */

/* Refuse one allocation: the next after n that succeed. */
void allocfail_at(long n);
/* Stop; true when an allocation was refused. */
bool allocfail_off(void);
/* Allocations asked for since the start of the program; for "a warm path allocates nothing". */
size_t allocfail_count(void);

#endif
