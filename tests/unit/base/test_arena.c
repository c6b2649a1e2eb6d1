// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/arena.h>

#include <stdio.h>
#include <string.h>

#include "allocfail.h"

static void
pieces_are_aligned_and_apart(void **state)
{
	struct plb_arena a;
	uint8_t *piece[300];

	(void)state;
	plb_arena_init(&a, 1 << 20);
	for (size_t i = 0; i < 300; i++) {
		piece[i] = plb_arena_alloc(&a, i);
		assert_non_null(piece[i]);
		assert_int_equal((uintptr_t)piece[i] % 16, 0);
		memset(piece[i], (int)(i % 251), i);
	}
	for (size_t i = 0; i < 300; i++)
		for (size_t j = 0; j < i; j++)
			assert_int_equal(piece[i][j], i % 251);
	plb_arena_fini(&a);
}

static void
cap_is_kept(void **state)
{
	struct plb_arena a;
	size_t n = 0;

	(void)state;
	plb_arena_init(&a, 100);
	assert_null(plb_arena_alloc(&a, 101));
	assert_null(plb_arena_alloc(&a, SIZE_MAX));
	assert_null(plb_arena_alloc(&a, SIZE_MAX - 8));
	assert_non_null(plb_arena_alloc(&a, 100));
	assert_null(plb_arena_alloc(&a, 1));
	plb_arena_reset(&a);
	assert_non_null(plb_arena_alloc(&a, 100));
	plb_arena_reset(&a);
	/* A flood of empty pieces ends, too. */
	while (plb_arena_alloc(&a, 0) != NULL)
		n++;
	assert_true(n > 0 && n <= 100);
	plb_arena_fini(&a);
}

static void
empty_piece_is_a_pointer(void **state)
{
	struct plb_arena a;
	void *p, *q;

	(void)state;
	plb_arena_init(&a, 1000);
	p = plb_arena_alloc(&a, 0);
	q = plb_arena_alloc(&a, 0);
	assert_non_null(p);
	assert_ptr_not_equal(p, q);
	plb_arena_fini(&a);
}

static void
cleared_memory_and_checked_product(void **state)
{
	struct plb_arena a;
	uint8_t *p;

	(void)state;
	plb_arena_init(&a, 1 << 16);
	p = plb_arena_alloc(&a, 4000);
	memset(p, 0xee, 4000);
	plb_arena_reset(&a);
	p = plb_arena_calloc(&a, 40, 100);
	for (size_t i = 0; i < 4000; i++)
		assert_int_equal(p[i], 0);
	assert_null(plb_arena_calloc(&a, SIZE_MAX / 2, 3));
	assert_null(plb_arena_calloc(&a, 3, SIZE_MAX / 2));
	assert_non_null(plb_arena_calloc(&a, 0, 8));
	plb_arena_fini(&a);
}

static void
copies_end_in_nul(void **state)
{
	struct plb_arena a;
	struct plb_slice s;

	(void)state;
	plb_arena_init(&a, 64);
	s = plb_arena_dup(&a, plb_slice("a\0b", 3));
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	s = plb_arena_dup(&a, plb_slice(NULL, 0));
	assert_non_null(s.p);
	assert_int_equal(s.len, 0);
	assert_int_equal(s.p[0], 0);
	s = plb_arena_dup(&a, plb_slice("0123456789012345678901234567890123456789", 40));
	assert_null(s.p);
	assert_int_equal(s.len, 0);
	s = plb_arena_dup(&a, plb_slice("x", SIZE_MAX));
	assert_null(s.p);
	plb_arena_fini(&a);
}

static void
printf_fits_exactly(void **state)
{
	struct plb_arena a;

	(void)state;
	plb_arena_init(&a, 16);
	assert_string_equal(plb_arena_printf(&a, "%s-%d", "kommune", 461), "kommune-461");
	plb_arena_reset(&a);
	assert_string_equal(plb_arena_printf(&a, "%015d", 1), "000000000000001");
	plb_arena_reset(&a);
	assert_null(plb_arena_printf(&a, "%016d", 1));
	plb_arena_fini(&a);
}

static void
message_of_a_kind(struct plb_arena *a)
{
	for (int i = 0; i < 100; i++)
		assert_non_null(plb_arena_alloc(a, 700));
	assert_non_null(plb_arena_alloc(a, 50000));
}

static void
warm_arena_allocates_nothing(void **state)
{
	struct plb_arena a;
	size_t before;

	(void)state;
	plb_arena_init(&a, 1 << 20);
	for (int i = 0; i < 10; i++) {
		message_of_a_kind(&a);
		plb_arena_reset(&a);
	}
	before = allocfail_count();
	for (int i = 0; i < 10; i++) {
		message_of_a_kind(&a);
		plb_arena_reset(&a);
	}
	assert_int_equal(allocfail_count(), before);
	plb_arena_fini(&a);
}

static void
cold_arena_allocates_seldom(void **state)
{
	struct plb_arena a;
	size_t before = allocfail_count();

	(void)state;
	plb_arena_init(&a, 1 << 20);
	assert_int_equal(allocfail_count(), before);
	for (int i = 0; i < 1000; i++)
		assert_non_null(plb_arena_alloc(&a, 64));
	assert_true(allocfail_count() - before <= 5);
	plb_arena_fini(&a);
}

static void
refused_memory_is_null_and_recoverable(void **state)
{
	struct plb_arena a;

	(void)state;
	plb_arena_init(&a, 1 << 20);
	allocfail_at(0);
	assert_null(plb_arena_alloc(&a, 10));
	assert_true(allocfail_off());
	assert_non_null(plb_arena_alloc(&a, 10));
	allocfail_at(0);
	assert_null(plb_arena_alloc(&a, 100000));
	assert_null(plb_arena_alloc(&a, SIZE_MAX));
	assert_true(allocfail_off());
	assert_non_null(plb_arena_alloc(&a, 100000));
	plb_arena_fini(&a);
	plb_arena_fini(&a);
}

static void
checked_sizes(void **state)
{
	size_t v;

	(void)state;
	assert_true(plb_size_add(SIZE_MAX - 1, 1, &v) && v == SIZE_MAX);
	assert_false(plb_size_add(SIZE_MAX, 1, &v));
	assert_true(plb_size_mul(SIZE_MAX / 2, 2, &v) && v == SIZE_MAX - 1);
	assert_false(plb_size_mul(SIZE_MAX / 2 + 1, 2, &v));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_are_aligned_and_apart),
	    cmocka_unit_test(cap_is_kept),
	    cmocka_unit_test(empty_piece_is_a_pointer),
	    cmocka_unit_test(cleared_memory_and_checked_product),
	    cmocka_unit_test(copies_end_in_nul),
	    cmocka_unit_test(printf_fits_exactly),
	    cmocka_unit_test(warm_arena_allocates_nothing),
	    cmocka_unit_test(cold_arena_allocates_seldom),
	    cmocka_unit_test(refused_memory_is_null_and_recoverable),
	    cmocka_unit_test(checked_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
