// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <parloeb/identitet.h>

static struct plb_schemas *skemaer;
static struct plb_identiteter *t;

static struct plb_person
person(uint8_t n)
{
	struct plb_person p = {{n}};

	return p;
}

static int
op(void **state)
{
	struct plb_errctx ec = {{0}};

	(void)state;
	if (plb_schemas_load("schemas", "config/koder", &skemaer, &ec) != PLB_OK ||
	    plb_identiteter_new(skemaer, &t, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	plb_identiteter_free(&t);
	plb_schemas_free(&skemaer);
	return 0;
}

/* A record of the topic, by way of its bytes; foerste 0 = a tombstone. */
static enum plb_err
laes(uint8_t senere, uint8_t foerste)
{
	struct plb_person p = person(senere);
	struct plb_record r = {.key = plb_slice(p.b, sizeof(p.b)), .tombstone = foerste == 0};
	struct plb_errctx ec = {{0}};
	struct plb_buf b;
	enum plb_err err;

	plb_buf_init(&b, 256);
	plb_identiteter_skriv(t, person(foerste), &b);
	if (!r.tombstone)
		assert_int_equal(plb_buf_done(&b, &r.value), PLB_OK);
	err = plb_identiteter_laes(t, &r, &ec);
	plb_buf_fini(&b);
	return err;
}

static void
foerste_er(uint8_t nummer, uint8_t foerste)
{
	assert_int_equal(plb_identiteter_foerste(t, person(nummer)).b[0], foerste);
}

static void
test_a_number_of_its_own(void **state)
{
	(void)state;
	foerste_er(7, 7);
}

static void
test_a_chain_leads_to_the_first_whatever_was_told_first(void **state)
{
	(void)state;
	assert_int_equal(laes(3, 2), PLB_OK);
	foerste_er(3, 2);
	assert_int_equal(laes(2, 1), PLB_OK);
	assert_int_equal(laes(2, 1), PLB_OK);
	foerste_er(3, 1);
	foerste_er(2, 1);
	foerste_er(1, 1);
	assert_int_equal(plb_identiteter_antal(t), 2);
}

static void
test_the_newest_word_counts_and_a_tombstone_takes_it_away(void **state)
{
	(void)state;
	assert_int_equal(laes(2, 1), PLB_OK);
	assert_int_equal(laes(2, 4), PLB_OK);
	foerste_er(2, 4);
	assert_int_equal(laes(2, 0), PLB_OK);
	foerste_er(2, 2);
	assert_int_equal(laes(2, 0), PLB_OK);
	assert_int_equal(plb_identiteter_antal(t), 0);
}

/* Contradictory words may lead anywhere, but not nowhere. */
static void
test_two_that_name_each_other_end(void **state)
{
	struct plb_person p;

	(void)state;
	assert_int_equal(laes(2, 1), PLB_OK);
	assert_int_equal(laes(1, 2), PLB_OK);
	p = plb_identiteter_foerste(t, person(1));
	assert_true(p.b[0] == 1 || p.b[0] == 2);
}

static void
test_hostile_records(void **state)
{
	struct plb_record r = {.key = plb_slice("short", 5), .value = plb_slice("x", 1)};
	struct plb_errctx ec = {{0}};
	struct plb_person p = person(2);
	static const uint8_t fremmed[] = {0xc3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1};

	(void)state;
	assert_int_equal(plb_identiteter_laes(t, &r, &ec), PLB_E_FORM);
	r.key = plb_slice(p.b, sizeof(p.b));
	assert_int_not_equal(plb_identiteter_laes(t, &r, &ec), PLB_OK);
	r.value = plb_slice(fremmed, sizeof(fremmed));
	assert_int_not_equal(plb_identiteter_laes(t, &r, &ec), PLB_OK);
	assert_int_equal(plb_identiteter_antal(t), 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(test_a_number_of_its_own),
	    test(test_a_chain_leads_to_the_first_whatever_was_told_first),
	    test(test_the_newest_word_counts_and_a_tombstone_takes_it_away),
	    test(test_two_that_name_each_other_end),
	    test(test_hostile_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
