// SPDX-License-Identifier: MPL-2.0
#include "laesemodel_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
accepteret(struct fix *f, const char *fra, const char *id, int64_t s)
{
	struct plb_event ev = fakta(fra, id);

	assert_int_equal(laesemodel_accepteret(f->m, &ev, kl(s), &f->ec), PLB_OK);
}

static void
afgjort(
    struct fix *f, const char *fra, const char *id, enum plb_trin trin, const char *fejl, int64_t s)
{
	struct plb_event ev = fakta(fra, id);

	ev.trin = trin;
	if (trin == PLB_TRIN_AFVENTER)
		ev.afventer = S(fejl); /* what for */
	else
		ev.fejl = S(fejl);
	ev.has_correlationid = trin != PLB_TRIN_AFVIST;
	ev.correlationid = uuid(7);
	assert_int_equal(laesemodel_afgjort(f->m, &ev, kl(s), &f->ec), PLB_OK);
}

/* Something made because of `aarsag`, to `til`. */
static void
adresseret(
    struct fix *f, const char *til, const char *aarsag, uint8_t levering, bool i_forloeb, int64_t s)
{
	struct plb_event ev = {.id = S("lavet"),
	    .source = S("/parloeb/forloeb"),
	    .type = S("dk.parloeb.handover-forventet"),
	    .time = kl(0),
	    .causationid = S(aarsag),
	    .has_leveringid = true,
	    .leveringid = uuid(levering),
	    .has_correlationid = i_forloeb,
	    .correlationid = uuid(7),
	    .sequence = 1};
	struct plb_org o = org(til);

	assert_int_equal(laesemodel_adresseret(f->m, &o, &ev, kl(s), &f->ec), PLB_OK);
}

static void
trin(struct fix *f, uint8_t levering, int64_t nr, const char *navn, const char *aarsag, int64_t s)
{
	struct leveringstrin t = {
	    uuid(levering), nr, S(navn), kl(s), 1, S(aarsag), 0, S(""), S("")};

	assert_int_equal(laesemodel_trin(f->m, &t, &f->ec), PLB_OK);
}

static void
stige_er(struct fix *f, const char *fra, const char *id, const char *expected)
{
	struct plb_org o = org(fra);
	struct plb_slice have;

	plb_buf_reset(&f->out);
	assert_int_equal(laesemodel_stige(f->m, &o, S(id), &f->out, &f->ec), PLB_OK);
	plb_buf_u8(&f->out, 0);
	assert_int_equal(plb_buf_done(&f->out, &have), PLB_OK);
	assert_string_equal((const char *)have.p, expected);
}

static void
leveringer_er(struct fix *f, const char *status, const char *expected)
{
	struct plb_slice have;

	plb_buf_reset(&f->out);
	assert_int_equal(laesemodel_leveringer(f->m, NULL, S(status), 10, &f->out, &f->ec), PLB_OK);
	plb_buf_u8(&f->out, 0);
	assert_int_equal(plb_buf_done(&f->out, &have), PLB_OK);
	assert_string_equal((const char *)have.p, expected);
}

#define ACCEPTERET "{\"trin\":\"accepteret\",\"tid\":\"2024-03-01T09:00:01+01:00\"}"
#define BEHANDLET ",{\"trin\":\"behandlet\",\"tid\":\"2024-03-01T09:00:02+01:00\"}"

static void
test_ladder_grows(void **state)
{
	struct fix *f = *state;

	accepteret(f, "akasse:hk", "a", 1);
	stige_er(f, "akasse:hk", "a", "{\"id\":\"a\",\"trin\":[" ACCEPTERET "],\"modtagere\":[]}");
	afgjort(f, "akasse:hk", "a", PLB_TRIN_BEHANDLET, "", 2);
	adresseret(f, "kommune:0461", "a", 1, true, 3);
	trin(f, 1, 0, "forsoegt", "", 4);
	trin(f, 1, 2, "leveret", "", 4);
	stige_er(f, "akasse:hk", "a",
	    "{\"id\":\"a\",\"trin\":[" ACCEPTERET BEHANDLET
	    "],\"modtagere\":[{\"organisation\":\"kommune:0461\",\"leveringid\":\"00000000-0000-"
	    "0000-0000-000000000001\","
	    "\"trin\":[{\"trin\":\"adresseret\",\"tid\":\"2024-03-01T09:00:03+01:00\"},{\"trin\":"
	    "\"leveret\",\"tid\":\"2024-03-01T09:00:04+01:00\"}]}]}");
}

/* Topics are read side by side. */
static void
test_order_of_reading_does_not_matter(void **state)
{
	struct fix *f = *state;

	trin(f, 1, 0, "leveret", "", 4);
	leveringer_er(f, "leveret", "{\"leveringer\":[]}");
	adresseret(f, "kommune:0461", "a", 1, true, 3);
	afgjort(f, "akasse:hk", "a", PLB_TRIN_BEHANDLET, "", 2);
	accepteret(f, "akasse:hk", "a", 1);
	stige_er(f, "akasse:hk", "a",
	    "{\"id\":\"a\",\"trin\":[" ACCEPTERET BEHANDLET
	    "],\"modtagere\":[{\"organisation\":\"kommune:0461\",\"leveringid\":\"00000000-0000-"
	    "0000-0000-000000000001\","
	    "\"trin\":[{\"trin\":\"adresseret\",\"tid\":\"2024-03-01T09:00:03+01:00\"},{\"trin\":"
	    "\"leveret\",\"tid\":\"2024-03-01T09:00:04+01:00\"}]}]}");
}

static void
test_waiting_says_for_what(void **state)
{
	struct fix *f = *state;

	accepteret(f, "akasse:hk", "a", 1);
	afgjort(f, "akasse:hk", "a", PLB_TRIN_AFVENTER, "samtaleId", 2);
	stige_er(f, "akasse:hk", "a",
	    "{\"id\":\"a\",\"trin\":[" ACCEPTERET
	    ",{\"trin\":\"afventer\",\"tid\":\"2024-03-01T09:00:02+01:00\"}],\"afventer\":"
	    "\"samtaleId\",\"modtagere\":[]}");
	afgjort(f, "akasse:hk", "a", PLB_TRIN_BEHANDLET, "", 2);
	stige_er(f, "akasse:hk", "a",
	    "{\"id\":\"a\",\"trin\":[" ACCEPTERET BEHANDLET "],\"modtagere\":[]}");
}

static void
test_another_event_under_the_id_changes_nothing(void **state)
{
	struct fix *f = *state;

	accepteret(f, "akasse:hk", "a", 1);
	afgjort(f, "akasse:hk", "a", PLB_TRIN_BEHANDLET, "", 2);
	afgjort(f, "akasse:hk", "a", PLB_TRIN_AFVIST, "id-genbrugt", 9);
	afgjort(f, "akasse:hk", "a", PLB_TRIN_GENTAGELSE, "", 10);
	stige_er(f, "akasse:hk", "a",
	    "{\"id\":\"a\",\"trin\":[" ACCEPTERET BEHANDLET "],\"modtagere\":[]}");
}

static void
test_only_the_sender_sees_it(void **state)
{
	struct fix *f = *state;
	struct plb_org other = org("kommune:0461");

	accepteret(f, "akasse:hk", "a", 1);
	assert_int_equal(laesemodel_stige(f->m, &other, S("a"), &f->out, &f->ec), PLB_E_UKENDT);
	assert_int_equal(laesemodel_stige(f->m, &other, S("b"), &f->out, &f->ec), PLB_E_UKENDT);
}

/* A refusal has no forløb: the one of another sender's event with the same id is not shown. */
static void
test_same_id_of_two_senders(void **state)
{
	struct fix *f = *state;

	accepteret(f, "akasse:hk", "a", 1);
	accepteret(f, "kommune:0461", "a", 1);
	afgjort(f, "akasse:hk", "a", PLB_TRIN_AFVIST, "ukendt", 2);
	adresseret(f, "akasse:hk", "a", 1, false, 3);
	stige_er(
	    f, "kommune:0461", "a", "{\"id\":\"a\",\"trin\":[" ACCEPTERET "],\"modtagere\":[]}");
	stige_er(f, "akasse:hk", "a",
	    "{\"id\":\"a\",\"trin\":[" ACCEPTERET
	    ",{\"trin\":\"afvist\",\"tid\":\"2024-03-01T09:00:02+01:00\"}],\"modtagere\":[{"
	    "\"organisation\":\"akasse:hk\","
	    "\"leveringid\":\"00000000-0000-0000-0000-000000000001\",\"trin\":[{\"trin\":"
	    "\"adresseret\",\"tid\":\"2024-03-01T09:00:03+01:00\"}]}]}");
}

#define PARKERET                                                                                   \
	"{\"leveringer\":[{\"organisation\":\"kommune:0461\",\"type\":\"handover-forventet\","     \
	"\"adresseret\":\"2024-03-01T09:00:03+01:00\",\"trin\":\"parkeret\","                      \
	"\"aarsag\":\"svar "                                                                       \
	"400\",\"forsoeg\":1,\"leveringid\":\"00000000-0000-0000-0000-000000000001\"}]}"

/* The clock stands still: the newest step is the one that stands last in the log. */
static void
test_newest_step_is_the_last_of_the_log(void **state)
{
	struct fix *f = *state;

	adresseret(f, "kommune:0461", "a", 1, true, 3);
	trin(f, 1, 0, "forsoegt", "", 4);
	trin(f, 1, 2, "parkeret", "svar 400", 4);
	leveringer_er(f, "", PARKERET);
	leveringer_er(f, "parkeret", PARKERET);
	leveringer_er(f, "forsoegt", "{\"leveringer\":[]}");
	trin(f, 1, 4, "leveret", "", 4);
	leveringer_er(f, "", "{\"leveringer\":[]}");
}

static void
test_reading_again_changes_nothing(void **state)
{
	struct fix *f = *state;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(laesemodel_begin(f->m, &f->ec), PLB_OK);
		accepteret(f, "akasse:hk", "a", 1);
		afgjort(f, "akasse:hk", "a", PLB_TRIN_BEHANDLET, "", 2);
		adresseret(f, "kommune:0461", "a", 1, true, 3);
		trin(f, 1, 0, "forsoegt", "", 4);
		trin(f, 1, 2, "parkeret", "svar 400", 4);
		assert_int_equal(laesemodel_commit(f->m, &f->ec), PLB_OK);
		leveringer_er(f, "", PARKERET);
	}
}

static void
test_forloeb(void **state)
{
	struct fix *f = *state;
	struct plb_slice have;

	assert_int_equal(laesemodel_forloeb(f->m, uuid(7), &f->out, &f->ec), PLB_E_UKENDT);
	plb_buf_reset(&f->out);
	afgjort(f, "akasse:hk", "a", PLB_TRIN_BEHANDLET, "", 2);
	adresseret(f, "kommune:0461", "a", 1, true, 3);
	assert_int_equal(laesemodel_forloeb(f->m, uuid(7), &f->out, &f->ec), PLB_OK);
	plb_buf_u8(&f->out, 0);
	assert_int_equal(plb_buf_done(&f->out, &have), PLB_OK);
	assert_string_equal((const char *)have.p,
	    "{\"forloebId\":\"00000000-0000-0000-0000-000000000007\",\"haendelser\":[{\"type\":"
	    "\"timer-indberettet\",\"organisation\":\"akasse:hk\","
	    "\"time\":\"2024-03-01T09:00:00+01:00\",\"id\":\"a\",\"trin\":\"behandlet\"}],"
	    "\"leveringer\":[{\"type\":\"handover-forventet\","
	    "\"organisation\":\"kommune:0461\",\"time\":\"2024-03-01T09:00:00+01:00\",\"id\":"
	    "\"lavet\",\"trin\":\"adresseret\","
	    "\"leveringid\":\"00000000-0000-0000-0000-000000000001\"}]}");
}

static void
test_status_counts(void **state)
{
	struct fix *f = *state;
	struct plb_slice have;

	accepteret(f, "akasse:hk", "a", 1);
	accepteret(f, "akasse:hk", "b", 1);
	afgjort(f, "akasse:hk", "b", PLB_TRIN_BEHANDLET, "", 2);
	adresseret(f, "kommune:0461", "b", 1, true, 3);
	adresseret(f, "akasse:hk", "b", 2, true, 3);
	trin(f, 2, 0, "leveret", "", 4);
	trin(f, 9, 0, "leveret", "", 4); /* of a delivery not read yet */
	assert_int_equal(laesemodel_status(f->m, &f->out, &f->ec), PLB_OK);
	plb_buf_u8(&f->out, 0);
	assert_int_equal(plb_buf_done(&f->out, &have), PLB_OK);
	assert_string_equal((const char *)have.p,
	    "\"haendelser\":{\"accepteret\":1,\"behandlet\":1},\"leveringer\":{\"adresseret\":1,"
	    "\"leveret\":1},"
	    "\"aabne\":{\"kommune:0461\":1},\"afvist\":{\"antal\":0}");
}

static void
test_earlier_database_is_made_anew(void **state)
{
	char path[] = "/tmp/laesemodel-XXXXXX";
	struct plb_errctx ec = {{0}};
	struct laesemodel *m;
	struct plb_event ev = fakta("akasse:hk", "a");
	struct plb_org hk = org("akasse:hk");
	struct fix *f = *state;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(laesemodel_new(path, &m, &ec), PLB_OK);
		assert_int_equal(laesemodel_stige(m, &hk, S("a"), &f->out, &ec), PLB_E_UKENDT);
		assert_int_equal(laesemodel_accepteret(m, &ev, kl(0), &ec), PLB_OK);
		laesemodel_free(&m);
	}
	remove(path);
}

static void
test_other_file_is_left_alone(void **state)
{
	static const char TEXT[] =
	    "someone else's file, long enough to hold the head of a database and more than that";
	char path[] = "/tmp/laesemodel-XXXXXX", back[sizeof(TEXT)] = "";
	struct plb_errctx ec = {{0}};
	struct laesemodel *m;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, TEXT, sizeof(TEXT)), sizeof(TEXT));
	assert_int_not_equal(laesemodel_new(path, &m, &ec), PLB_OK);
	assert_null(m);
	assert_int_equal(pread(fd, back, sizeof(back), 0), sizeof(back));
	assert_string_equal(back, TEXT);
	close(fd);
	remove(path);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_ladder_grows),
	    T(test_order_of_reading_does_not_matter),
	    T(test_waiting_says_for_what),
	    T(test_another_event_under_the_id_changes_nothing),
	    T(test_only_the_sender_sees_it),
	    T(test_same_id_of_two_senders),
	    T(test_newest_step_is_the_last_of_the_log),
	    T(test_reading_again_changes_nothing),
	    T(test_forloeb),
	    T(test_status_counts),
	    T(test_earlier_database_is_made_anew),
	    T(test_other_file_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
