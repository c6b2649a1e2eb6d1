// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <parloeb/rng.h>

#include "table.h"
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

#define S(x) plb_slice_str(x)

static int
setup(void **state)
{
	*state = flow_table_new(7);
	return *state == NULL;
}

static int
teardown(void **state)
{
	flow_table_free((struct flow_table **)state);
	return 0;
}

static enum plb_err
swallow(void *arg, const struct flow_entry *e, bool deleted)
{
	(void)e;
	(void)deleted;
	if (arg != NULL)
		(*(int *)arg)++;
	return PLB_OK;
}

static int
keep(struct flow_table *t)
{
	int n = 0;

	assert_int_equal(flow_table_drain(t, swallow, &n), PLB_OK);
	flow_table_commit(t);
	return n;
}

static void
put(struct flow_table *t, const char *primary, const char *sub, const char *blob, int64_t due)
{
	assert_int_equal(flow_table_put(t, S(primary), S(sub), S(blob), due), PLB_OK);
}

static const char *
get(struct flow_table *t, const char *primary, const char *sub)
{
	static char text[512];
	struct flow_entry e;

	if (!flow_table_get(t, S(primary), S(sub), &e))
		return "-";
	snprintf(text, sizeof(text), "%.*s", PLB_SLICE_ARG(e.blob));
	return text;
}

static void
puts_and_gets(void **state)
{
	struct flow_table *t = *state;

	assert_string_equal(get(t, "p", ""), "-");
	put(t, "p", "", "one", INT64_MAX);
	put(t, "p", "s", "two", INT64_MAX);
	put(t, "q", "", "", INT64_MAX);
	assert_string_equal(get(t, "p", ""), "one");
	assert_string_equal(get(t, "p", "s"), "two");
	assert_string_equal(get(t, "q", ""), "");
	assert_int_equal(flow_table_entries(t), 3);
	assert_int_equal(flow_table_del(t, S("p"), S("s")), PLB_OK);
	assert_int_equal(flow_table_del(t, S("p"), S("nope")), PLB_OK);
	assert_int_equal(flow_table_del(t, S("nobody"), S("")), PLB_OK);
	assert_string_equal(get(t, "p", "s"), "-");
	assert_int_equal(flow_table_entries(t), 2);
	keep(t);
	assert_string_equal(get(t, "p", ""), "one");
}

static void
sizes_have_caps(void **state)
{
	struct flow_table *t = *state;
	static uint8_t big[FLOW_BLOB_MAX + 1];

	assert_int_equal(flow_table_put(t, plb_slice(big, 0), S(""), S(""), 0), PLB_E_FOR_STOR);
	assert_int_equal(flow_table_put(t, plb_slice(big, 65), S(""), S(""), 0), PLB_E_FOR_STOR);
	assert_int_equal(flow_table_put(t, S("p"), plb_slice(big, 65), S(""), 0), PLB_E_FOR_STOR);
	assert_int_equal(
	    flow_table_put(t, S("p"), S(""), plb_slice(big, sizeof(big)), 0), PLB_E_FOR_STOR);
	assert_int_equal(flow_table_put(t, plb_slice(big, 64), plb_slice(big, 64),
			     plb_slice(big, FLOW_BLOB_MAX), 0),
	    PLB_OK);
	assert_int_equal(flow_table_entries(t), 1);
}

static void
entries_of_a_primary_come_in_order(void **state)
{
	struct flow_table *t = *state;
	static const char *const subs[] = {"m", "", "a", "zz", "z", "b"};
	char seen[64] = "";
	struct plb_slice after = {0};
	struct flow_entry e;

	for (size_t i = 0; i < 6; i++)
		put(t, "p", subs[i], "", INT64_MAX);
	put(t, "o", "n", "", INT64_MAX);
	while (flow_table_next(t, S("p"), after, &e)) {
		after = e.sub;
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%.*s,",
		    PLB_SLICE_ARG(e.sub));
		if (plb_slice_is(e.sub, "b")) /* changes between steps are allowed */
			assert_int_equal(flow_table_del(t, S("p"), S("m")), PLB_OK);
	}
	assert_string_equal(seen, ",a,b,z,zz,");
	assert_false(flow_table_next(t, S("nobody"), (struct plb_slice){0}, &e));
}

static void
undo_puts_back_what_was(void **state)
{
	struct flow_table *t = *state;
	size_t mark;

	put(t, "p", "", "old", 50);
	put(t, "p", "x", "x", INT64_MAX);
	keep(t);
	put(t, "p", "", "new", 10);
	mark = flow_table_mark(t);
	assert_int_equal(flow_table_del(t, S("p"), S("")), PLB_OK);
	put(t, "p", "", "newer", INT64_MAX);
	put(t, "p", "", "newest", 5);
	put(t, "r", "", "r", 1);
	assert_int_equal(flow_table_due(t), 1);
	flow_table_undo_to(t, mark);
	assert_string_equal(get(t, "p", ""), "new");
	assert_string_equal(get(t, "r", ""), "-");
	assert_int_equal(flow_table_due(t), 10);
	assert_int_equal(flow_table_del(t, S("p"), S("x")), PLB_OK);
	flow_table_undo_to(t, 0);
	assert_string_equal(get(t, "p", ""), "old");
	assert_string_equal(get(t, "p", "x"), "x");
	assert_int_equal(flow_table_due(t), 50);
	assert_int_equal(flow_table_entries(t), 2);
}

static void
slices_live_until_commit(void **state)
{
	struct flow_table *t = *state;
	struct flow_entry e;

	put(t, "p", "", "borrowed", 1);
	keep(t);
	assert_true(flow_table_get(t, S("p"), S(""), &e));
	put(t, "p", "", "other", 1);
	assert_int_equal(flow_table_del(t, S("p"), S("")), PLB_OK);
	assert_memory_equal(e.blob.p, "borrowed", 8);
	assert_true(plb_slice_is(e.primary, "p"));
}

struct seen {
	char text[512];
};

/* Each key goes to the changelog once per drain, as it is then; what a call undid never. */
static enum plb_err
note_value(void *arg, const struct flow_entry *e, bool deleted)
{
	struct seen *s = arg;
	size_t at = strlen(s->text);
	char blob[32] = "-";

	if (!deleted)
		snprintf(blob, sizeof(blob), "%.*s", PLB_SLICE_ARG(e->blob));
	snprintf(s->text + at, sizeof(s->text) - at, "%.*s/%.*s=%s;", PLB_SLICE_ARG(e->primary),
	    PLB_SLICE_ARG(e->sub), blob);
	return PLB_OK;
}

static void
drain_tells_the_last_version_once(void **state)
{
	struct flow_table *t = *state;
	struct seen s = {""};
	size_t mark;

	put(t, "p", "", "1", INT64_MAX);
	put(t, "p", "", "2", INT64_MAX);
	put(t, "q", "", "1", INT64_MAX);
	mark = flow_table_mark(t);
	put(t, "q", "", "undone", INT64_MAX);
	put(t, "u", "", "undone", INT64_MAX);
	flow_table_undo_to(t, mark);
	assert_int_equal(flow_table_drain(t, note_value, &s), PLB_OK);
	assert_string_equal(s.text, "p/=2;q/=1;");
	s.text[0] = '\0';
	put(t, "p", "", "3", INT64_MAX);
	assert_int_equal(flow_table_del(t, S("q"), S("")), PLB_OK);
	assert_int_equal(flow_table_drain(t, note_value, &s), PLB_OK);
	assert_string_equal(s.text, "p/=3;q/=-;");
	flow_table_commit(t);
	s.text[0] = '\0';
	assert_int_equal(flow_table_drain(t, note_value, &s), PLB_OK);
	assert_string_equal(s.text, "");
}

static void
timers_come_in_order_of_due(void **state)
{
	struct flow_table *t = *state;
	char order[128] = "";
	struct flow_entry e;

	put(t, "p", "b", "", 30);
	put(t, "p", "a", "", 30);
	put(t, "p", "c", "", 10);
	put(t, "q", "", "", 20);
	put(t, "r", "", "", INT64_MAX);
	assert_true(flow_table_due_of(t, S("p"), 30, &e));
	assert_int_equal(e.due, 10);
	assert_false(flow_table_due_of(t, S("q"), 19, &e));
	assert_false(flow_table_due_of(t, S("r"), INT64_MAX - 1, &e));
	while (flow_table_due_entry(t, &e)) {
		snprintf(order + strlen(order), sizeof(order) - strlen(order), "%.*s%.*s ",
		    PLB_SLICE_ARG(e.primary), PLB_SLICE_ARG(e.sub));
		assert_int_equal(flow_table_put(t, e.primary, e.sub, e.blob, INT64_MAX), PLB_OK);
	}
	assert_string_equal(order, "pc q pa pb ");
	assert_int_equal(flow_table_due(t), INT64_MAX);
}

static void
changelog_bytes_come_back(void **state)
{
	struct flow_table *t = *state;
	uint8_t key[FLOW_LOG_KEY_MAX], value[64];
	struct flow_entry e;
	size_t k, v;

	put(t, "person", "sub", "blob", INT64_C(0x0102030405060708));
	assert_true(flow_table_get(t, S("person"), S("sub"), &e));
	k = flow_log_key(&e, key);
	v = flow_log_value(&e, value);
	assert_int_equal(k, 10);
	assert_memory_equal(key, "\x06personsub", 10);
	assert_int_equal(v, 12);
	assert_memory_equal(value, "\1\2\3\4\5\6\7\10blob", 12);
	flow_table_undo_to(t, 0);
	assert_int_equal(flow_table_load(t, plb_slice(key, k), plb_slice(value, v), false), PLB_OK);
	assert_string_equal(get(t, "person", "sub"), "blob");
	assert_int_equal(flow_table_due(t), INT64_C(0x0102030405060708));
	assert_int_equal(flow_table_load(t, plb_slice(key, k), plb_slice(value, 8), false), PLB_OK);
	assert_string_equal(get(t, "person", "sub"), "");
	assert_int_equal(flow_table_load(t, plb_slice(key, k), plb_slice(NULL, 0), true), PLB_OK);
	assert_int_equal(flow_table_load(t, plb_slice(key, k), plb_slice(NULL, 0), true), PLB_OK);
	assert_int_equal(flow_table_entries(t), 0);
}

static void
hostile_changelog_bytes_are_refused(void **state)
{
	struct flow_table *t = *state;
	static uint8_t big[300 * 1024];

	assert_int_equal(flow_table_load(t, plb_slice(NULL, 0), S("12345678"), false), PLB_E_FORM);
	assert_int_equal(flow_table_load(t, S("\1"), S("12345678"), false), PLB_E_FORM);
	assert_int_equal(flow_table_load(t, plb_slice("\0p", 2), S("12345678"), false), PLB_E_FORM);
	assert_int_equal(flow_table_load(t, S("\3pp"), S("12345678"), false), PLB_E_FORM);
	assert_int_equal(flow_table_load(t, S("\1p"), S("1234567"), false), PLB_E_FORM);
	assert_int_equal(
	    flow_table_load(t, S("\1p"), plb_slice(big, sizeof(big)), false), PLB_E_FORM);
	memset(big, 0xff, 300);
	assert_int_equal(flow_table_load(t, plb_slice(big, 300), S("12345678"), false), PLB_E_FORM);
	big[0] = 1;
	assert_int_equal(
	    flow_table_load(t, plb_slice(big, 1 + 1 + 65), S("12345678"), false), PLB_E_FORM);
	assert_int_equal(flow_table_entries(t), 0);
}

/* ---- against a model: an array of everything, copied for each savepoint ---- */

#define PRIMARIES 6
#define SUBS 9

struct model {
	struct {
		bool there;
		int value;
		int64_t due;
	} e[PRIMARIES][SUBS];
};

static void
name(char out[16], char kind, int i)
{
	snprintf(out, 16, "%c%d", kind, i);
}

static void
compare(struct flow_table *t, const struct model *m)
{
	int64_t min = INT64_MAX;
	size_t n = 0;

	for (int p = 0; p < PRIMARIES; p++) {
		struct plb_slice after = {0};
		int64_t pmin = INT64_MAX;
		struct flow_entry e;
		char pn[16], sn[16], blob[16];

		name(pn, 'p', p);
		for (int s = 0; s < SUBS; s++) {
			if (!m->e[p][s].there)
				continue;
			name(sn, 's', s);
			snprintf(blob, sizeof(blob), "%d", m->e[p][s].value);
			assert_true(flow_table_next(t, S(pn), after, &e));
			assert_true(plb_slice_is(e.sub, sn));
			assert_true(plb_slice_is(e.blob, blob));
			assert_int_equal(e.due, m->e[p][s].due);
			after = e.sub;
			n++;
			if (e.due < pmin)
				pmin = e.due;
		}
		assert_false(flow_table_next(t, S(pn), after, &e));
		assert_int_equal(flow_table_due_of(t, S(pn), INT64_MAX - 1, &e), pmin != INT64_MAX);
		if (pmin != INT64_MAX)
			assert_int_equal(e.due, pmin);
		if (pmin < min)
			min = pmin;
	}
	assert_int_equal(flow_table_due(t), min);
	assert_int_equal(flow_table_entries(t), n);
}

static void
change(struct flow_table *t, struct model *m, struct plb_rng *r)
{
	int p = (int)plb_rng_below(r, PRIMARIES), s = (int)plb_rng_below(r, SUBS);
	char pn[16], sn[16], blob[16];

	name(pn, 'p', p);
	name(sn, 's', s);
	m->e[p][s].there = plb_rng_below(r, 3) != 0;
	if (!m->e[p][s].there) {
		assert_int_equal(flow_table_del(t, S(pn), S(sn)), PLB_OK);
		return;
	}
	m->e[p][s].value = (int)plb_rng_below(r, 100000);
	m->e[p][s].due = plb_rng_below(r, 2) ? INT64_MAX : (int64_t)plb_rng_below(r, 50);
	snprintf(blob, sizeof(blob), "%d", m->e[p][s].value);
	assert_int_equal(flow_table_put(t, S(pn), S(sn), S(blob), m->e[p][s].due), PLB_OK);
}

static enum plb_err
to_copy(void *arg, const struct flow_entry *e, bool deleted)
{
	uint8_t key[FLOW_LOG_KEY_MAX], value[64];
	size_t k = flow_log_key(e, key), v = deleted ? 0 : flow_log_value(e, value);

	return flow_table_load(arg, plb_slice(key, k), plb_slice(value, v), deleted);
}

static void
behaves_like_the_model(void **state)
{
	struct flow_table *t = *state, *copy = flow_table_new(99);
	struct model now = {0}, committed = {0}, call;
	struct plb_rng r;

	plb_rng_seed(&r, 20240301);
	for (int step = 0; step < 20000; step++) {
		size_t mark = flow_table_mark(t);

		call = now;
		for (uint64_t n = plb_rng_below(&r, 4); n > 0; n--)
			change(t, &now, &r);
		if (plb_rng_below(&r, 4) == 0) {
			flow_table_undo_to(t, mark);
			now = call;
		}
		if (plb_rng_below(&r, 20) == 0) {
			flow_table_undo_to(t, 0);
			now = committed;
		} else if (plb_rng_below(&r, 10) == 0) {
			assert_int_equal(flow_table_drain(t, to_copy, copy), PLB_OK);
			flow_table_commit(t);
			committed = now;
			compare(copy, &now); /* what the changelog holds is what the table holds */
		}
		compare(t, &now);
	}
	flow_table_free(&copy);
}

static bool
count_walk(void *arg, const struct flow_entry *e)
{
	(void)e;
	return ++*(int *)arg < 7;
}

static void
memory_stays_compact(void **state)
{
	struct flow_table *t = *state;
	size_t empty = flow_table_bytes(t), n = 20000, payload = 0;
	int walked = 0;

	/* 16-byte persons with three entries of 100 bytes, one of them with a timer. */
	for (size_t i = 0; i < n; i++) {
		uint8_t person[16] = {0}, blob[100] = {0};

		memcpy(person, &i, sizeof(i));
		for (size_t s = 0; s < 3; s++) {
			char sub[4] = {(char)('a' + s)};

			assert_int_equal(
			    flow_table_put(t, plb_slice(person, 16), S(sub),
				plb_slice(blob, sizeof(blob)), s == 0 ? (int64_t)i : INT64_MAX),
			    PLB_OK);
			payload += 16 + 1 + sizeof(blob);
		}
		keep(t);
	}
	assert_in_range((flow_table_bytes(t) - empty - payload) / (3 * n), 1, 100);
	flow_table_walk(t, count_walk, &walked);
	assert_int_equal(walked, 7);
	for (size_t i = 0; i < n; i++) {
		uint8_t person[16] = {0};

		memcpy(person, &i, sizeof(i));
		for (size_t s = 0; s < 3; s++)
			assert_int_equal(
			    flow_table_del(t, plb_slice(person, 16), S((char[2]){(char)('a' + s)})),
			    PLB_OK);
	}
	keep(t);
	assert_int_equal(flow_table_entries(t), 0);
	assert_in_range(flow_table_bytes(t), 1,
	    empty + 2 * 1024 * 1024); /* slots of map, heap and log remain */
}

/* An organisation with very many entries: order, lookup and timers stay logarithmic (this would
 * take minutes otherwise). */
static void
one_primary_may_be_large(void **state)
{
	struct flow_table *t = *state;
	struct flow_entry e;
	char sub[32];

	for (int i = 0; i < 200000; i++) {
		snprintf(sub, sizeof(sub), "%06d", (i * 7919) % 200000);
		assert_int_equal(flow_table_put(t, S("kommune:0461"), S(sub), S("x"), i), PLB_OK);
	}
	keep(t);
	for (int i = 0; i < 200000; i++) {
		assert_true(flow_table_due_of(t, S("kommune:0461"), i, &e));
		assert_int_equal(e.due, i);
		assert_int_equal(flow_table_put(t, e.primary, e.sub, e.blob, INT64_MAX), PLB_OK);
	}
	keep(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(puts_and_gets, setup, teardown),
	    cmocka_unit_test_setup_teardown(sizes_have_caps, setup, teardown),
	    cmocka_unit_test_setup_teardown(entries_of_a_primary_come_in_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(undo_puts_back_what_was, setup, teardown),
	    cmocka_unit_test_setup_teardown(slices_live_until_commit, setup, teardown),
	    cmocka_unit_test_setup_teardown(drain_tells_the_last_version_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(timers_come_in_order_of_due, setup, teardown),
	    cmocka_unit_test_setup_teardown(changelog_bytes_come_back, setup, teardown),
	    cmocka_unit_test_setup_teardown(hostile_changelog_bytes_are_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(behaves_like_the_model, setup, teardown),
	    cmocka_unit_test_setup_teardown(memory_stays_compact, setup, teardown),
	    cmocka_unit_test_setup_teardown(one_primary_may_be_large, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
