// SPDX-License-Identifier: MPL-2.0
/* The desk's part of the read model, and who its operators are. */
#include "laesemodel_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <parloeb/crypto.h>

#include "laesemodel_bord.h"
#include "operatoerer.h"

/* Delivery n about a person, at offset n, with a deadline (0 = none), and its newest step. */
static void
delivery(
    struct fix *f, uint8_t n, uint8_t person, int64_t frist_s, const char *trin, const char *aarsag)
{
	struct plb_event ev = {.id = S("x"),
	    .source = S("/parloeb/forloeb"),
	    .type = S("dk.parloeb.samtale-held"),
	    .time = kl(0),
	    .has_leveringid = true,
	    .leveringid = uuid(n),
	    .has_person = true,
	    .person = {{person}},
	    .sequence = n};
	struct plb_record r = {.topic = "ud", .partition = 2, .offset = n};
	struct leveringstrin t = {uuid(n), n, S(trin), kl(n), 1, S(aarsag), 0, S(""), S("")};
	struct plb_time frist = kl(frist_s);
	struct plb_org o = org("kommune:0461");

	assert_int_equal(laesemodel_adresseret(f->m, &o, &ev, kl(n), &f->ec), PLB_OK);
	assert_int_equal(
	    laesemodel_plads(f->m, &ev, &r, frist_s == 0 ? NULL : &frist, &f->ec), PLB_OK);
	if (trin[0] != '\0')
		assert_int_equal(laesemodel_trin(f->m, &t, &f->ec), PLB_OK);
}

static const char *
text(struct fix *f)
{
	plb_buf_u8(&f->out, 0);
	assert_false(f->out.failed);
	return (const char *)f->out.p;
}

static void
what_is_breached_first_comes_first(void **state)
{
	struct fix *f = *state;
	const char *t, *a, *b;

	delivery(
	    f, 1, 1, 0, "parkeret", "HTTP 422"); /* its own has none, what is behind it has: 100 */
	delivery(f, 2, 2, 500, "parkeret", "HTTP 422");
	delivery(f, 3, 1, 100, "parkeret", "HTTP 422");
	delivery(f, 4, 1, 50, "haandteret", ""); /* settled: counts no more */
	delivery(f, 5, 2, 900, "", "");
	plb_buf_reset(&f->out);
	assert_int_equal(laesemodel_bord(f->m, NULL, 10, &f->out, &f->ec), PLB_OK);
	t = text(f);
	assert_non_null(strstr(t,
	    "\"grupper\":[{\"organisation\":\"kommune:0461\",\"aarsag\":\"HTTP "
	    "422\",\"antal\":3,\"koer\":2,"));
	a = strstr(t, "\"leveringid\":\"00000000-0000-0000-0000-000000000001\"");
	b = strstr(t, "\"leveringid\":\"00000000-0000-0000-0000-000000000002\"");
	assert_true(a != NULL && b != NULL && a < b);
	assert_non_null(
	    strstr(a, "\"frist\":\"2024-03-01T09:01:40+01:00\",\"bag\":1,\"forrest\":true"));
	assert_non_null(
	    strstr(b, "\"frist\":\"2024-03-01T09:08:20+01:00\",\"bag\":1,\"forrest\":true"));
}

static enum plb_err
count(void *arg, const struct bord_post *p, struct plb_slice type, struct plb_slice trin,
    struct plb_time adresseret, struct plb_errctx *ec)
{
	int64_t *last = arg;

	(void)type, (void)trin, (void)adresseret, (void)ec;
	assert_true(p->offset > last[1]); /* in the order of the mailbox */
	last[0]++;
	last[1] = p->offset;
	return PLB_OK;
}

static int64_t
chosen(struct fix *f, const char *status, const char *aarsag, int64_t fra_s, int64_t til_s,
    int64_t maks)
{
	struct bord_filter b = {.org = org("kommune:0461"),
	    .aarsag = S(aarsag),
	    .har_fra = fra_s >= 0,
	    .har_til = til_s >= 0,
	    .fra = kl(fra_s),
	    .til = kl(til_s),
	    .maks = maks};
	int64_t n[2] = {0, -1};

	snprintf(b.status, sizeof(b.status), "%s", status);
	assert_int_equal(laesemodel_udvalg(f->m, &b, count, n, &f->ec), PLB_OK);
	return n[0];
}

static void
selections(void **state)
{
	struct fix *f = *state;

	delivery(f, 1, 1, 0, "parkeret", "HTTP 422");
	delivery(f, 2, 2, 0, "parkeret", "HTTP 404");
	delivery(f, 3, 3, 0, "haandteret", "");
	delivery(f, 4, 4, 0, "", "");
	assert_int_equal(chosen(f, "parkeret", "", -1, -1, 100), 2);
	assert_int_equal(chosen(f, "parkeret", "HTTP 404", -1, -1, 100), 1);
	assert_int_equal(chosen(f, "uafsluttet", "", -1, -1, 100), 3);
	assert_int_equal(chosen(f, "alle", "", -1, -1, 100), 4);
	assert_int_equal(chosen(f, "alle", "", 2, 4, 100), 2);
	assert_int_equal(chosen(f, "alle", "", -1, -1, 3), 3);
}

static void
receipts_that_are_missing(void **state)
{
	struct fix *f = *state;
	int64_t n;

	delivery(f, 1, 1, 0, "leveret", "");     /* delivered at 1 s: expected by 61 s */
	delivery(f, 2, 2, 30, "parkeret", "x");  /* its own deadline: 30 s */
	delivery(f, 3, 3, 10, "haandteret", ""); /* settled */
	delivery(f, 4, 4, 0, "", "");            /* not delivered, and no deadline */
	assert_int_equal(laesemodel_mangler_antal(f->m, kl(20), 60000, &n, &f->ec), PLB_OK);
	assert_int_equal(n, 0);
	assert_int_equal(laesemodel_mangler_antal(f->m, kl(40), 60000, &n, &f->ec), PLB_OK);
	assert_int_equal(n, 1);
	assert_int_equal(laesemodel_mangler_antal(f->m, kl(70), 60000, &n, &f->ec), PLB_OK);
	assert_int_equal(n, 2);
	assert_int_equal(laesemodel_mangler_antal(f->m, PLB_TIME_UNSET, 60000, &n, &f->ec), PLB_OK);
	assert_int_equal(n, 0);
}

static void
operators_and_their_tokens(void **state)
{
	/* SHA-256 of "abc" */
	static const char good[] =
	    "operatoerer:\n- {navn: Anna, sha256: "
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}\n";
	static const char *const bad[] = {"x: 1\n", "operatoerer:\n- {navn: Anna}\n",
	    "operatoerer:\n- {navn: '', sha256: "
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}\n",
	    "operatoerer:\n- {navn: Anna, sha256: abc}\n", NULL};
	char path[] = "/tmp/operatoerer-XXXXXX";
	struct operatoerer *o;
	struct plb_faults f;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, good, sizeof(good) - 1), sizeof(good) - 1);
	plb_faults_init(&f);
	assert_int_equal(operatoerer_load("", &o, &f), PLB_OK);
	assert_null(o);
	assert_int_equal(operatoerer_load(path, &o, &f), PLB_OK);
	assert_string_equal(operatoer_af(o, S("Bearer abc")), "Anna");
	assert_null(operatoer_af(o, S("Bearer abd")));
	assert_null(operatoer_af(o, S("abc")));
	assert_null(operatoer_af(o, S("")));
	operatoerer_free(&o);
	for (size_t i = 0; bad[i] != NULL; i++) {
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, bad[i], strlen(bad[i]), 0), strlen(bad[i]));
		assert_int_equal(operatoerer_load(path, &o, &f), PLB_E_KONFIG);
		assert_null(o);
	}
	plb_faults_fini(&f);
	close(fd);
	unlink(path);
}

static void
kopi_trin(struct fix *f, int64_t nr, const char *trin, const char *aarsag)
{
	struct leveringstrin t = {
	    uuid(1), nr, S(trin), kl(nr), 1, S(aarsag), 0, S(""), S("webhook")};

	assert_int_equal(laesemodel_trin(f->m, &t, &f->ec), PLB_OK);
}

static bool
staar(struct fix *f, const char *hvad)
{
	plb_buf_reset(&f->out);
	assert_int_equal(laesemodel_bord(f->m, NULL, 10, &f->out, &f->ec), PLB_OK);
	return strstr(text(f), hvad) != NULL;
}

/* A delivery that is over by its first channel, and whose copy is parked: at the desk until the
 * copy is through; its ladder is not touched. */
static void
a_parked_copy_stands_there_with_its_channel(void **state)
{
	struct fix *f = *state;

	delivery(f, 1, 1, 100, "haandteret", "");
	kopi_trin(f, 2, "forsoegt", "HTTP 400");
	assert_false(staar(f, "webhook"));
	kopi_trin(f, 3, "parkeret", "HTTP 400");
	assert_true(staar(f, "\"aarsag\":\"webhook: HTTP 400\""));
	kopi_trin(f, 4, "leveret", "");
	assert_false(staar(f, "webhook"));
	plb_buf_reset(&f->out);
	assert_int_equal(
	    laesemodel_leveringer(f->m, NULL, S("haandteret"), 10, &f->out, &f->ec), PLB_OK);
	assert_non_null(strstr(text(f), "00000000-0000-0000-0000-000000000001"));
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {T(what_is_breached_first_comes_first),
	    T(a_parked_copy_stands_there_with_its_channel), T(selections),
	    T(receipts_that_are_missing), cmocka_unit_test(operators_and_their_tokens)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
