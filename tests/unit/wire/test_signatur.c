// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <parloeb/partnere.h>
#include <parloeb/underskrevet.h>

#include "partner_test.h"

static struct plb_secret
key(uint8_t first)
{
	struct plb_secret s = {.len = 32};

	for (size_t i = 0; i < s.len; i++)
		s.b[i] = (uint8_t)(first + i);
	return s;
}

/* RFC 8032, 7.1, test 2. */
static void
ed25519_is_that_of_the_rfc(void **state)
{
	static const char seed_hex[] =
	    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
	static const char public_hex[] =
	    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
	static const uint8_t text[] = {0x72};
	uint8_t public[32], sig[64];
	struct plb_secret seed, want;

	(void)state;
	assert_int_equal(plb_secret_hex(plb_slice_str(seed_hex), &seed), PLB_OK);
	assert_int_equal(plb_secret_hex(plb_slice_str(public_hex), &want), PLB_OK);
	assert_int_equal(plb_ed25519_public(&seed, public), PLB_OK);
	assert_memory_equal(public, want.b, 32);
	assert_int_equal(plb_ed25519_sign(&seed, plb_slice(text, 1), sig), PLB_OK);
	assert_int_equal(sig[0], 0x92);
	assert_int_equal(sig[63], 0x00);
	assert_true(plb_ed25519_verify(public, plb_slice(text, 1), sig));
	sig[5] ^= 1;
	assert_false(plb_ed25519_verify(public, plb_slice(text, 1), sig));
	seed.len = 31;
	assert_int_equal(plb_ed25519_sign(&seed, plb_slice(text, 1), sig), PLB_E_FORM);
}

static void
sealed_secrets_open_with_their_key_alone(void **state)
{
	struct plb_secret k = key(1), other = key(2), none = {.len = 0};
	struct plb_slice text = plb_slice_str("whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"), sealed,
			 got;
	struct plb_errctx ec = {{0}};
	struct plb_buf a, b;

	(void)state;
	plb_buf_init(&a, 4096);
	plb_buf_init(&b, 4096);
	assert_int_equal(plb_hemmelig_forsegl(&none, text, &a, &ec), PLB_E_KONFIG);
	assert_int_equal(plb_hemmelig_forsegl(&k, text, &a, &ec), PLB_OK);
	assert_int_equal(plb_buf_done(&a, &sealed), PLB_OK);
	assert_true(plb_hemmelig_er_forseglet(sealed));
	assert_false(plb_hemmelig_er_forseglet(text));
	assert_int_equal(plb_hemmelig_aabn(&other, sealed, &b, &ec), PLB_E_ADGANG);
	assert_int_equal(b.len, 0);
	assert_int_equal(plb_hemmelig_aabn(&k, sealed, &b, &ec), PLB_OK);
	assert_int_equal(plb_buf_done(&b, &got), PLB_OK);
	assert_true(plb_slice_eq(got, text));
	for (size_t i = 0; i < sealed.len; i++) {
		a.p[i] ^= 1;
		assert_int_not_equal(plb_hemmelig_aabn(&k, sealed, &b, &ec), PLB_OK);
		a.p[i] ^= 1;
	}
	for (size_t n = 0; n < sealed.len; n++)
		assert_int_not_equal(
		    plb_hemmelig_aabn(&k, plb_slice(sealed.p, n), &b, &ec), PLB_OK);
	plb_buf_fini(&a);
	plb_buf_fini(&b);
}

static void
signing_keys(void **state)
{
	struct plb_secret got;
	char text[160];

	(void)state;
	assert_int_equal(
	    plb_webhook_signing_key(
		plb_slice_str("whsk_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="), &got),
	    PLB_OK);
	assert_int_equal(got.len, 32);
	assert_memory_equal(got.b, key(1).b, 32);
	/* with the public key behind it */
	snprintf(text, sizeof(text), "whsk_%s",
	    "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA"
	    "==");
	assert_int_equal(plb_webhook_signing_key(plb_slice_str(text), &got), PLB_OK);
	assert_int_equal(got.len, 32);
	assert_int_equal(plb_webhook_signing_key(plb_slice_str("whsk_AQID"), &got), PLB_E_FORM);
	assert_int_equal(
	    plb_webhook_signing_key(
		plb_slice_str("whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="), &got),
	    PLB_E_FORM);
}

static void
all_live_keys_sign(void **state)
{
	struct plb_webhook_conf w = {
	    .secret = {key(1), key(2)}, .n_secrets = 2, .signing = {key(3)}, .n_signing = 1};
	struct plb_slice id = plb_slice_str("msg_1"), body = plb_slice_str("{}"), got;
	char want[512], a[48], b[48], c[92];
	struct plb_buf out;

	(void)state;
	plb_buf_init(&out, 1024);
	assert_int_equal(plb_webhook_signatures(&w, id, 1700000000, body, &out), PLB_OK);
	assert_int_equal(plb_buf_done(&out, &got), PLB_OK);
	assert_int_equal(
	    plb_webhook_sign(plb_slice(w.secret[0].b, 32), id, 1700000000, body, a), PLB_OK);
	assert_int_equal(
	    plb_webhook_sign(plb_slice(w.secret[1].b, 32), id, 1700000000, body, b), PLB_OK);
	assert_int_equal(plb_webhook_sign_a(&w.signing[0], id, 1700000000, body, c), PLB_OK);
	snprintf(want, sizeof(want), "v1,%s v1,%s v1a,%s", a, b, c);
	assert_true(plb_slice_is(got, want));
	plb_buf_fini(&out);
}

static void
a_signed_text_shows_every_change(void **state)
{
	struct plb_secret k = key(7), none = {.len = 0};
	uint8_t public[32], got_key[32];
	struct plb_errctx ec = {{0}};
	struct plb_slice file, text;
	struct plb_buf out;

	(void)state;
	plb_buf_init(&out, 4096);
	assert_int_equal(plb_underskriv(&none, plb_slice_str("{}"), &out, &ec), PLB_E_KONFIG);
	assert_int_equal(plb_underskriv(&k, plb_slice_str("{\n\"a\":1}"), &out, &ec), PLB_OK);
	assert_int_equal(plb_buf_done(&out, &file), PLB_OK);
	assert_int_equal(plb_underskrevet(file, &text, got_key, &ec), PLB_OK);
	assert_true(plb_slice_is(text, "{\n\"a\":1}"));
	assert_int_equal(plb_ed25519_public(&k, public), PLB_OK);
	assert_memory_equal(got_key, public, 32);
	for (size_t i = 0; i < file.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			out.p[i] ^= (uint8_t)(1 << bit);
			/* Another spelling of the key's hex digits is the same key. */
			if (plb_underskrevet(file, &text, got_key, &ec) == PLB_OK)
				assert_true(bit == 5 && out.p[i] >= 'A' && out.p[i] <= 'F');
			out.p[i] ^= (uint8_t)(1 << bit);
		}
	for (size_t n = 0; n < file.len; n++)
		assert_int_not_equal(
		    plb_underskrevet(plb_slice(file.p, n), &text, got_key, &ec), PLB_OK);
	plb_buf_fini(&out);
}

static const char *
judged(const char *text, const struct plb_secret *by, const uint8_t *public)
{
	char path[] = "/tmp/testrapport-XXXXXX";
	struct plb_webhook_conf w = {
	    .url = "https://a.eksempel.dk/x", .kraev_test = true, .testrapport = path};
	static struct plb_arena a;
	struct plb_errctx ec = {{0}};
	struct plb_slice file;
	struct plb_buf out;
	const char *why;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	plb_buf_init(&out, 4096);
	assert_int_equal(plb_underskriv(by, plb_slice_str(text), &out, &ec), PLB_OK);
	assert_int_equal(plb_buf_done(&out, &file), PLB_OK);
	assert_int_equal(write(fd, file.p, file.len), (ssize_t)file.len);
	close(fd);
	plb_arena_init(&a, 4096);
	why = partner_testet(&a, &w, public);
	plb_arena_fini(&a);
	plb_buf_fini(&out);
	unlink(path);
	return why;
}

static void
test_reports_are_judged(void **state)
{
	static const char good[] = "{\"format\":\"parloeb-testrapport-1\",\"url\":\"https://"
				   "a.eksempel.dk/x\",\"bestaaet\":true}";
	struct plb_secret k = key(1), other = key(9);
	struct plb_webhook_conf w = {.url = "https://a.eksempel.dk/x", .kraev_test = true};
	struct plb_arena a;
	uint8_t public[32];

	(void)state;
	assert_int_equal(plb_ed25519_public(&k, public), PLB_OK);
	assert_null(judged(good, &k, public));
	assert_string_equal(
	    judged(good, &other, public), "the test report is signed by another installation");
	assert_string_equal(judged("{\"format\":\"parloeb-testrapport-1\",\"url\":\"https://"
				   "a.eksempel.dk/x\",\"bestaaet\":false}",
				&k, public),
	    "the test was not passed");
	assert_string_equal(judged("{\"format\":\"parloeb-testrapport-1\",\"url\":\"https://"
				   "b.eksempel.dk/x\",\"bestaaet\":true}",
				&k, public),
	    "the test report is about another address");
	assert_string_equal(judged("{\"format\":\"parloeb-bevis-1\"}", &k, public),
	    "the file named as test report is another");
	assert_non_null(judged(good, &k, NULL));
	plb_arena_init(&a, 4096);
	assert_non_null(partner_testet(&a, &w, public));
	w.testrapport = "/no/such/file";
	assert_non_null(partner_testet(&a, &w, public));
	plb_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ed25519_is_that_of_the_rfc),
	    cmocka_unit_test(sealed_secrets_open_with_their_key_alone),
	    cmocka_unit_test(signing_keys),
	    cmocka_unit_test(all_live_keys_sign),
	    cmocka_unit_test(a_signed_text_shows_every_change),
	    cmocka_unit_test(test_reports_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
