// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>

#include "mail_id.h"

#define OS "parloeb@post.eksempel.dk"
#define S(t) plb_slice_str(t)

static const struct plb_org hk = {"akasse:hk"}, viborg = {"kommune:0791"};
static const struct plb_uuid id = {{0xab, 0xcd, 0xef, 1, 2, 3}};

static struct plb_crypto *
crypto(uint8_t b)
{
	struct plb_crypto_keys k = {.data_key_id = 1};
	struct plb_errctx ec = {0};
	struct plb_crypto *c;

	memset(k.hmac_key.b, b, 32);
	k.hmac_key.len = 32;
	assert_int_equal(plb_crypto_new(&k, &c, &ec), PLB_OK);
	return c;
}

static void
both_ways_and_for_one_organisation(void **state)
{
	static const enum mail_id_art arter[] = {MAIL_ID_LEVERING, MAIL_ID_FORLOEB};
	struct plb_crypto *c = crypto(1), *andre = crypto(2);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char tekst[PLB_EPOST_MAX + 1];
		struct mail_id m, laest;

		assert_int_equal(mail_id_lav(c, arter[i], &hk, id, &m), PLB_OK);
		mail_id_tekst(&m, OS, tekst);
		assert_true(plb_epost_ren(S(tekst)));
		assert_true(strchr(tekst, '@') - tekst <= 64);
		assert_true(mail_id_laes(arter[i], S(tekst), OS, &laest));
		assert_true(plb_uuid_eq(laest.id, id));
		assert_true(mail_id_er(c, &hk, &laest));
		assert_false(mail_id_er(c, &viborg, &laest));
		assert_false(mail_id_er(andre, &hk, &laest));
		laest.maerke[MAIL_MAERKE - 1] ^= 1;
		assert_false(mail_id_er(c, &hk, &laest));
		/* Not the one for the other, nor with another domain. */
		assert_false(mail_id_laes(arter[1 - i], S(tekst), OS, &laest));
		assert_false(mail_id_laes(arter[i], S(tekst), "parloeb@eksempel.dk", &laest));
		for (char *p = tekst; *p != '\0'; p++)
			*p = (char)toupper(*p);
		assert_true(mail_id_laes(arter[i], S(tekst), OS, &laest));
		assert_true(mail_id_er(c, &hk, &laest));
	}
	plb_crypto_free(&c);
	plb_crypto_free(&andre);
}

static void
the_texts_are_for_ever(void **state)
{
	struct plb_crypto *c = crypto(1);
	char tekst[PLB_EPOST_MAX + 1];
	struct mail_id m;

	(void)state;
	assert_int_equal(mail_id_lav(c, MAIL_ID_LEVERING, &hk, id, &m), PLB_OK);
	memset(m.maerke, 0x5a, MAIL_MAERKE);
	assert_string_equal(mail_id_tekst(&m, OS, tekst),
	    "abcdef01-0203-0000-0000-000000000000.5a5a5a5a5a5a5a5a@post.eksempel.dk");
	m.art = MAIL_ID_FORLOEB;
	assert_string_equal(mail_id_tekst(&m, OS, tekst),
	    "parloeb+abcdef010203000000000000000000005a5a5a5a5a5a5a5a@post.eksempel.dk");
	plb_crypto_free(&c);
}

static void
other_texts_are_none(void **state)
{
	static const char *const t[] = {"", "@post.eksempel.dk", "x@post.eksempel.dk",
	    "abcdef01-0203-0000-0000-000000000000@post.eksempel.dk",
	    "abcdef01-0203-0000-0000-000000000000.5a5a5a5a5a5a5a5@post.eksempel.dk",
	    "abcdef01-0203-0000-0000-000000000000.5a5a5a5a5a5a5a5g@post.eksempel.dk",
	    "abcdef01-0203-0000-0000-000000000000-5a5a5a5a5a5a5a5a@post.eksempel.dk",
	    "parloeb+abcdef010203000000000000000000005a5a5a5a5a5a5a5@post.eksempel.dk",
	    "parloeb-abcdef010203000000000000000000005a5a5a5a5a5a5a5a@post.eksempel.dk",
	    "parloebs+abcdef010203000000000000000000005a5a5a5a5a5a5a5a@post.eksempel.dk"};
	struct mail_id m;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_false(mail_id_laes(MAIL_ID_LEVERING, S(t[i]), OS, &m));
		assert_false(mail_id_laes(MAIL_ID_FORLOEB, S(t[i]), OS, &m));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_ways_and_for_one_organisation),
	    cmocka_unit_test(the_texts_are_for_ever),
	    cmocka_unit_test(other_texts_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
