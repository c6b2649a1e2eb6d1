// SPDX-License-Identifier: MPL-2.0
#include "console_test.h"

#include <parloeb/schema.h>
#include <stdlib.h>

#include "indlaes.h"

struct status {
	struct plb_uuid id;
	struct plb_slice organisation, haendelse, kilde;
	int trin;
	struct plb_time tid;
	int32_t forsoeg;
	int64_t sequence;
};
static const char *const TRIN[] = {"parkeret", NULL};
#define FELT(n, t, f)                                                                              \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct status, f),                        \
		.has = PLB_BIND_REQUIRED                                                           \
	}
static const struct plb_bind STATUS[] = {
    FELT("leveringId", PLB_BIND_FIXED16, id),
    FELT("organisation", PLB_BIND_STRING, organisation),
    {.name = "trin",
	.type = PLB_BIND_ENUM,
	.offset = offsetof(struct status, trin),
	.has = PLB_BIND_REQUIRED,
	.symbols = TRIN},
    FELT("tid", PLB_BIND_TIME, tid),
    FELT("forsoeg", PLB_BIND_INT, forsoeg),
    FELT("haendelseId", PLB_BIND_STRING, haendelse),
    FELT("kilde", PLB_BIND_STRING, kilde),
    FELT("sequence", PLB_BIND_LONG, sequence),
};

struct fix {
	struct laesemodel *m;
	struct plb_schemas *schemas;
	struct indlaes *i;
	struct plb_buf value, out;
	struct plb_errctx ec;
};
static const uint8_t PERSON[16] = {1, 2, 3};

static int
setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	plb_buf_init(&f->value, 4096);
	plb_buf_init(&f->out, 1 << 20);
	assert_int_equal(plb_schemas_load("schemas", "config/koder", &f->schemas, &f->ec), PLB_OK);
	assert_int_equal(laesemodel_new("", &f->m, &f->ec), PLB_OK);
	assert_int_equal(indlaes_new(f->m, f->schemas, &f->i, &f->ec), PLB_OK);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	indlaes_free(&f->i);
	laesemodel_free(&f->m);
	plb_schemas_free(&f->schemas);
	plb_buf_fini(&f->value);
	plb_buf_fini(&f->out);
	free(f);
	return 0;
}

static enum plb_err
laes(struct fix *f, const char *topic, struct plb_slice key, const struct plb_event *ev,
    struct plb_slice value)
{
	struct plb_record r = {.topic = topic, .timestamp = kl(1), .key = key, .value = value};
	struct plb_event_texts texts;

	if (ev != NULL)
		r.n_headers = plb_event_headers(ev, &texts, r.header);
	return indlaes_record(f->i, &r, &f->ec);
}

static struct plb_event
lavet(void)
{
	return (struct plb_event){.id = S("l"),
	    .source = S("/parloeb/forloeb"),
	    .type = S("dk.parloeb.handover-due"),
	    .time = kl(0),
	    .causationid = S("a"),
	    .has_leveringid = true,
	    .leveringid = uuid(1),
	    .sequence = 1,
	    .has_correlationid = true,
	    .correlationid = uuid(7)};
}

static struct plb_slice
status_value(struct fix *f)
{
	const struct plb_schema *s = plb_schema_find(f->schemas, S("levering-status"));
	struct status st = {
	    uuid(1), S("kommune:0461"), S("l"), S("/parloeb/forloeb"), 0, kl(4), 1, 1};
	struct plb_binding *b;
	struct plb_slice v;

	assert_int_equal(
	    plb_binding_new(s, STATUS, sizeof(STATUS) / sizeof(STATUS[0]), &b, &f->ec), PLB_OK);
	plb_buf_reset(&f->value);
	plb_frame_put(s, &f->value);
	plb_binding_encode(b, &st, &f->value);
	plb_binding_free(&b);
	assert_int_equal(plb_buf_done(&f->value, &v), PLB_OK);
	return v;
}

static void
status_er(struct fix *f, const char *expected)
{
	struct plb_slice have;

	plb_buf_reset(&f->out);
	assert_int_equal(laesemodel_status(f->m, &f->out, &f->ec), PLB_OK);
	plb_buf_u8(&f->out, 0);
	assert_int_equal(plb_buf_done(&f->out, &have), PLB_OK);
	assert_string_equal((const char *)have.p, expected);
}

static void
test_a_course_through_the_topics(void **state)
{
	struct fix *f = *state;
	struct plb_slice person = plb_slice(PERSON, sizeof(PERSON));
	struct plb_event ev = fakta("akasse:hk", "a"), due = lavet(),
			 st = {.id = S("s"),
			     .source = S("/parloeb/dispatch"),
			     .type = S("dk.parloeb.levering-status"),
			     .time = kl(4)};

	assert_int_equal(laes(f, "ind", person, &ev, S("sealed")), PLB_OK);
	ev.trin = PLB_TRIN_BEHANDLET;
	ev.has_correlationid = true;
	ev.correlationid = uuid(7);
	assert_int_equal(laes(f, "forloeb", person, &ev, S("sealed")), PLB_OK);
	assert_int_equal(laes(f, "ud", S("kommune:0461"), &due, S("sealed")), PLB_OK);
	status_er(f,
	    "\"haendelser\":{\"behandlet\":1},\"leveringer\":{\"adresseret\":1},\"aabne\":{"
	    "\"kommune:0461\":1},\"afvist\":{\"antal\":0}");
	if (laes(f, "svar", person, &st, status_value(f)) != PLB_OK)
		fail_msg("%s", f->ec.text);
	assert_int_equal(laes(f, "afvist", person, NULL, S("garbage")), PLB_OK);
	status_er(f,
	    "\"haendelser\":{\"behandlet\":1},\"leveringer\":{\"parkeret\":1},\"aabne\":{\"kommune:"
	    "0461\":1},\"afvist\":{\"antal\":1}");
}

/* Each is refused with a REJECT class, so that the reader goes on, and leaves no row. */
static void
test_odd_records(void **state)
{
	struct fix *f = *state;
	struct plb_slice person = plb_slice(PERSON, sizeof(PERSON)), whole = status_value(f);
	struct plb_event ev = fakta("akasse:hk", "a"), due = lavet(),
			 st = {.id = S("s"),
			     .source = S("/parloeb/dispatch"),
			     .type = S("dk.parloeb.levering-status"),
			     .time = kl(4)};

	assert_int_equal(
	    plb_err_class(laes(f, "ind", person, NULL, S("no headers"))), PLB_CLASS_REJECT);
	assert_int_equal(plb_err_class(laes(f, "ind", plb_slice(PERSON, 3), &ev, S("short key"))),
	    PLB_CLASS_REJECT);
	assert_int_equal(plb_err_class(laes(f, "ud", S("nobody"), &due, S(""))), PLB_CLASS_REJECT);
	due.has_leveringid = false;
	assert_int_equal(
	    plb_err_class(laes(f, "ud", S("kommune:0461"), &due, S(""))), PLB_CLASS_REJECT);
	assert_int_equal(
	    plb_err_class(laes(f, "ur", S("kommune:0461"), &ev, S(""))), PLB_CLASS_REJECT);
	for (size_t n = 0; n < whole.len; n++)
		assert_int_equal(plb_err_class(laes(f, "svar", person, &st, plb_slice(whole.p, n))),
		    PLB_CLASS_REJECT);
	status_er(f, "\"haendelser\":{},\"leveringer\":{},\"aabne\":{},\"afvist\":{\"antal\":0}");
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_a_course_through_the_topics),
	    T(test_odd_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
