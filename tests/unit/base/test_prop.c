// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prop.h"

static int
quiet(void **state)
{
	(void)state;
	unsetenv("PLB_PROP_SEED");
	unsetenv("PLB_PROP_RUNS");
	prop_quiet(true);
	return 0;
}

static bool
int_below_1000(struct prop *p, void *arg)
{
	int64_t v = prop_int(p, -1000000, 1000000);

	(void)arg;
	prop_note(p, "%lld", (long long)v);
	return v < 1000;
}

static bool
int_above_minus_77(struct prop *p, void *arg)
{
	int64_t v = prop_int(p, INT64_MIN, INT64_MAX);

	(void)arg;
	prop_note(p, "%lld", (long long)v);
	return v > -77;
}

static void
integers_shrink_to_the_border(void **state)
{
	(void)state;
	assert_false(prop_holds("below", int_below_1000, NULL, 1000));
	assert_string_equal(prop_last().note, "1000");
	assert_false(prop_holds("above", int_above_minus_77, NULL, 1000));
	assert_string_equal(prop_last().note, "-77");
}

/* Fails when two bytes above 200 occur in this order: "c9 c9" is the smallest case. */
static bool
no_two_great_bytes(struct prop *p, void *arg)
{
	uint8_t in[100];
	size_t n = prop_bytes(p, in, sizeof(in)), great = 0;

	(void)arg;
	for (size_t i = 0; i < n; i++) {
		great += in[i] > 200;
		prop_note(p, "%02x ", in[i]);
	}
	return great < 2;
}

static void
bytes_shrink_to_few_and_small(void **state)
{
	(void)state;
	assert_false(prop_holds("bytes", no_two_great_bytes, NULL, 1000));
	assert_string_equal(prop_last().note, "c9 c9 ");
}

static bool
no_long_text(struct prop *p, void *arg)
{
	char in[50];
	size_t n = prop_text(p, in, sizeof(in), "abc");

	(void)arg;
	prop_note(p, "%.*s", (int)n, in);
	return n < 5;
}

static void
text_shrinks_to_its_first_letter(void **state)
{
	(void)state;
	assert_false(prop_holds("text", no_long_text, NULL, 1000));
	assert_string_equal(prop_last().note, "aaaaa");
}

static void
the_seed_repeats_the_case(void **state)
{
	struct prop_result first, again;
	char seed[32];

	(void)state;
	assert_false(prop_holds("bytes", no_two_great_bytes, NULL, 1000));
	first = prop_last();
	snprintf(seed, sizeof(seed), "0x%llx", (unsigned long long)first.seed);
	setenv("PLB_PROP_SEED", seed, 1);
	assert_false(prop_holds("another name", no_two_great_bytes, NULL, 1000));
	again = prop_last();
	unsetenv("PLB_PROP_SEED");
	assert_int_equal(again.runs, 1);
	assert_int_equal(again.seed, first.seed);
}

struct seen {
	unsigned runs;
	int64_t min, max;
	bool zero;
	size_t longest, empty;
};

static bool
look(struct prop *p, void *arg)
{
	struct seen *s = arg;
	uint8_t in[300];
	int64_t v = prop_int(p, -50, 1000);
	size_t n = prop_bytes(p, in, sizeof(in));

	s->runs++;
	s->min = v < s->min ? v : s->min;
	s->max = v > s->max ? v : s->max;
	s->zero |= v == 0;
	s->longest = n > s->longest ? n : s->longest;
	s->empty += n == 0;
	return v >= -50 && v <= 1000 && prop_below(p, 1) == 0;
}

static void
borders_and_lengths_are_met(void **state)
{
	struct seen s = {.min = 1000, .max = -50};

	(void)state;
	assert_true(prop_holds("look", look, &s, 3000));
	assert_int_equal(s.runs, 3000);
	assert_true(s.min == -50 && s.max == 1000 && s.zero);
	assert_int_equal(s.longest, 300);
	assert_in_range(s.empty, 30, 1500);
	setenv("PLB_PROP_RUNS", "2", 1);
	assert_true(prop_holds("look", look, &s, 10));
	unsetenv("PLB_PROP_RUNS");
	assert_int_equal(s.runs, 3020);
}

/* A case with more draws than are kept still ends. */
static bool
endless(struct prop *p, void *arg)
{
	(void)arg;
	while (prop_below(p, UINT64_MAX) != 0)
		;
	return false;
}

static void
draws_are_bounded(void **state)
{
	(void)state;
	assert_false(prop_holds("endless", endless, NULL, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_shrink_to_the_border),
	    cmocka_unit_test(bytes_shrink_to_few_and_small),
	    cmocka_unit_test(text_shrinks_to_its_first_letter),
	    cmocka_unit_test(the_seed_repeats_the_case),
	    cmocka_unit_test(borders_and_lengths_are_met),
	    cmocka_unit_test(draws_are_bounded),
	};

	return cmocka_run_group_tests(tests, quiet, NULL);
}
