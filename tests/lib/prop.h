// SPDX-License-Identifier: MPL-2.0
#ifndef TESTS_PROP_H
#define TESTS_PROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Property tests: a property draws what it needs and says whether it holds; the first case where it
 * does not is made smaller and shown, with a line that repeats it.
 *
 *	static bool
 *	dato_text_parses(struct prop *p)
 *	{
 *		struct plb_dato d = { (int32_t)prop_int(p, -700000, 2900000) };
 *		...
 *		prop_note(p, "dage %d", d.dage);
 *		return plb_dato_eq(d, back);
 *	}
 *	...
 *	assert_true(prop_holds("dato_text_parses", dato_text_parses, NULL, 2000));
 *
 * The property is run many times on the same draws, so it depends on nothing but its draws and arg,
 *and leaves nothing behind. It returns false instead of asserting: an assertion would jump over the
 *shrinker.
 *
 * PLB_PROP_SEED=<number> in the environment: the seed of the first case (else one made from the
 *name). PLB_PROP_RUNS=<n>: n times as many cases. One thread. */
struct prop;
typedef bool (*prop_fn)(struct prop *p, void *arg);

/* True when it held in all cases. */
bool prop_holds(const char *name, prop_fn fn, void *arg, unsigned runs);

/* 0 … n-1; smaller is simpler. n > 0. */
uint64_t prop_below(struct prop *p, uint64_t n);
/* lo … hi; nearer to 0 is simpler. Borders and small values are met more often than by chance. */
int64_t prop_int(struct prop *p, int64_t lo, int64_t hi);
bool prop_bool(struct prop *p);
/* For building a list: whether another item follows, `average` items on the whole. */
bool prop_more(struct prop *p, unsigned average);
/* Up to max bytes into to; returns how many. Shorter is simpler, then smaller bytes. */
size_t prop_bytes(struct prop *p, uint8_t *to, size_t max);
/* The same, mostly taken from the letters of `alphabet`. */
size_t prop_text(struct prop *p, char *to, size_t max, const char *alphabet);

/* What the case is about; printed of the smallest failing case only. */
void prop_note(struct prop *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* How the last failing prop_holds ended; for the test of this library. */
struct prop_result {
	uint64_t seed;
	unsigned runs;  /* cases until the failure */
	char note[512]; /* of the smallest case */
};
struct prop_result prop_last(void);
/* No output on failure; for the test of this library. */
void prop_quiet(bool on);

#endif
