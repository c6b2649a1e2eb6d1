// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include <parloeb/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "bevis.h"

#define ORG "kommune:0461"

/* A levering-status `leveret` with digest, as dispatch writes it: single-object frame, leveringId,
 * organisation, trin 1, tid, forsoeg 1, digest. */
static struct plb_slice
status(struct plb_buf *b, struct plb_uuid id, const uint8_t digest[32])
{
	struct plb_slice s;

	plb_buf_put(b,
	    "\xc3\x01"
	    "12345678",
	    10);
	plb_buf_put(b, id.b, 16);
	plb_buf_u8(b, 2 * (sizeof(ORG) - 1));
	plb_buf_str(b, ORG);
	plb_buf_u8(b, 2);  /* leveret */
	plb_buf_u8(b, 2);  /* 1 ms */
	plb_buf_u8(b, 2);  /* attempt 1 */
	plb_buf_u8(b, 2);  /* not null */
	plb_buf_u8(b, 64); /* 32 bytes */
	plb_buf_put(b, digest, 32);
	assert_int_equal(plb_buf_done(b, &s), PLB_OK);
	return s;
}

struct fix {
	struct plb_arena a;
	struct plb_buf proof, value;
	struct plb_uuid id;
};

static int
setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	plb_arena_init(&f->a, 64u << 20);
	plb_buf_init(&f->proof, 1u << 20);
	plb_buf_init(&f->value, 4096);
	memset(f->id.b, 7, 16);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	plb_arena_fini(&f->a);
	plb_buf_fini(&f->proof);
	plb_buf_fini(&f->value);
	free(f);
	return 0;
}

static const char BODY[] = "{\"specversion\":\"1.0\"}";

static struct plb_slice
make(struct fix *f, struct plb_uuid on_ud)
{
	const struct bevis_hoved h = {
	    f->id, plb_slice_str(ORG), plb_slice_str("handover-due"), {1000}};
	struct plb_event ev = {.id = plb_slice_str("a"),
	    .source = plb_slice_str("/parloeb/forloeb"),
	    .type = plb_slice_str("dk.parloeb.handover-due"),
	    .time = {1000},
	    .has_leveringid = true,
	    .leveringid = on_ud,
	    .sequence = 1};
	struct plb_record ud = {.topic = "ud",
	    .partition = 3,
	    .offset = 12,
	    .timestamp = {1001},
	    .key = plb_slice_str(ORG),
	    .value = plb_slice_str("sealed")};
	struct plb_record svar = {.topic = "svar",
	    .partition = 1,
	    .offset = 2,
	    .timestamp = {1002},
	    .key = plb_slice_str("person")};
	uint8_t salted[16 + sizeof(BODY)], digest[32];
	struct plb_event_texts texts;
	struct plb_errctx ec = {{0}};
	struct plb_slice out;
	struct bevis *b;

	memcpy(salted, f->id.b, 16);
	memcpy(salted + 16, BODY, sizeof(BODY) - 1);
	plb_sha256(plb_slice(salted, 16 + sizeof(BODY) - 1), digest);
	ud.n_headers = plb_event_headers(&ev, &texts, ud.header);
	plb_buf_reset(&f->value);
	svar.value = status(&f->value, f->id, digest);
	plb_buf_reset(&f->proof);
	assert_int_equal(bevis_ny(&h, &f->proof, &b, &ec), PLB_OK);
	bevis_trin(b, &ud);
	bevis_trin(b, &svar);
	bevis_slut(&b);
	assert_int_equal(plb_buf_done(&f->proof, &out), PLB_OK);
	return out;
}

static enum plb_err
checked(struct fix *f, struct plb_slice text, struct bevis_laest *out)
{
	struct plb_errctx ec = {{0}};

	plb_arena_reset(&f->a);
	return bevis_tjek(text, &f->a, out, &ec);
}

static void
a_proof_says_what_the_records_say(void **state)
{
	struct fix *f = *state;
	struct bevis_laest b;

	assert_int_equal(checked(f, make(f, f->id), &b), PLB_OK);
	assert_int_equal(b.n, 2);
	assert_string_equal(b.trin[0].trin, "adresseret");
	assert_string_equal(b.trin[1].trin, "leveret");
	assert_int_equal(b.trin[0].offset, 12);
	assert_int_equal(b.trin[1].logget.ms, 1002);
	assert_int_equal(b.trin[1].digest.len, 32);
	assert_true(bevis_krop(&b, plb_slice_str(BODY)));
	assert_false(bevis_krop(&b, plb_slice_str("{}")));
}

static void
records_of_another_delivery_are_no_proof(void **state)
{
	struct fix *f = *state;
	struct plb_uuid other = {{9}};
	struct bevis_laest b;

	assert_int_equal(checked(f, make(f, other), &b), PLB_E_ADGANG);
}

/* Without the signature: every changed byte of the steps themselves shows in the chain, or is no
 * proof any more. */
static void
the_chain_holds_without_the_signature(void **state)
{
	struct fix *f = *state;
	struct plb_slice text = make(f, f->id);
	const char *first = strstr((const char *)text.p, "\"emne\"");
	struct bevis_laest b;
	size_t from;

	assert_non_null(first);
	from = (size_t)((const uint8_t *)first - text.p);
	for (size_t i = from; i < text.len - 2; i++) {
		if (text.p[i] == '\n')
			continue; /* white space between the steps */
		f->proof.p[i] ^= 1;
		if (checked(f, text, &b) == PLB_OK)
			fail_msg("byte %zu: %.20s", i, (const char *)text.p + i);
		f->proof.p[i] ^= 1;
	}
	for (size_t n = 0; n < text.len; n++)
		assert_int_not_equal(checked(f, plb_slice(text.p, n), &b), PLB_OK);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {T(a_proof_says_what_the_records_say),
	    T(records_of_another_delivery_are_no_proof), T(the_chain_holds_without_the_signature)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
