// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "mail_dom.h"

#define OS "parloeb@eksempel.dk"
#define FORLOEB ((struct plb_uuid){{7, 7}})
#define NR 12

struct fast {
	struct plb_crypto *crypto;
	struct plb_partnere *partnere; /* of akasse:hk */
	struct plb_uuid leveringid;
	char brev[PLB_EPOST_MAX + 1], fremmed[PLB_EPOST_MAX + 1], arrangoer[PLB_EPOST_MAX + 1];
};

static const struct plb_org hk = {"akasse:hk"}, viborg = {"kommune:0791"};

static void
navn(struct fast *f, enum mail_id_art art, const struct plb_org *org, struct plb_uuid id, char *out)
{
	struct mail_id m;

	assert_int_equal(mail_id_lav(f->crypto, art, org, id, &m), PLB_OK);
	mail_id_tekst(&m, OS, out);
}

static int
saet_op(void **state)
{
	static struct fast f;
	struct plb_crypto_keys k = {.hmac_key = {{1, 2, 3}, 32}};
	struct plb_errctx ec = {0};
	struct plb_faults faults;

	plb_faults_init(&faults);
	assert_int_equal(plb_crypto_new(&k, &f.crypto, &ec), PLB_OK);
	assert_int_equal(
	    plb_partnere_load(PLB_SOURCE_DIR "/config/partnere", &f.partnere, &faults), PLB_OK);
	plb_faults_fini(&faults);
	f.leveringid = plb_leveringid(FORLOEB, &hk, NR);
	navn(&f, MAIL_ID_LEVERING, &hk, f.leveringid, f.brev);
	navn(&f, MAIL_ID_LEVERING, &viborg, f.leveringid, f.fremmed);
	navn(&f, MAIL_ID_FORLOEB, &hk, FORLOEB, f.arrangoer);
	*state = &f;
	return 0;
}

static int
riv_ned(void **state)
{
	struct fast *f = *state;

	plb_crypto_free(&f->crypto);
	plb_partnere_free(&f->partnere);
	return 0;
}

static struct mail_afgoerelse
bedoem(struct fast *f, const struct mail_laest *m)
{
	struct mail_afgoerelse a;

	mail_bedoem(m, f->crypto, OS, f->partnere, &a);
	if (a.dom == MAIL_KVITTERING) {
		assert_true(plb_uuid_eq(a.leveringid, f->leveringid));
		assert_string_equal(a.org.text, hk.text);
	}
	return a;
}

static struct mail_laest
svar_paa(const char *ref)
{
	return (struct mail_laest){
	    .ref = {plb_slice_str("a@b.dk"), plb_slice_str(ref)}, .n_ref = 2};
}

static void
a_reply_is_a_receipt_of_the_one_who_got_the_mail(void **state)
{
	struct fast *f = *state;
	struct mail_laest m = svar_paa(f->brev);

	assert_int_equal(bedoem(f, &m).dom, MAIL_KVITTERING);
	assert_int_equal(bedoem(f, &m).status, KVIT_HAANDTERET);
	m.automatisk = true;
	assert_int_equal(bedoem(f, &m).dom, MAIL_INTET);
	m.opgivet = true;
	assert_int_equal(bedoem(f, &m).status, KVIT_AFVIST_ENDELIGT);
	assert_non_null(bedoem(f, &m).aarsag);
	/* A mark of an organisation that has no partner file, and none at all. */
	m = svar_paa(f->fremmed);
	assert_int_equal(bedoem(f, &m).dom, MAIL_FREMMED);
	m.n_ref = 0;
	assert_int_equal(bedoem(f, &m).dom, MAIL_FREMMED);
}

static void
an_answer_of_a_calendar_needs_no_message_id(void **state)
{
	static const struct {
		enum partstat partstat;
		enum mail_dom dom;
		enum kvittering status;
	} t[] = {
	    {PARTSTAT_ACCEPTED, MAIL_KVITTERING, KVIT_HAANDTERET},
	    {PARTSTAT_TENTATIVE, MAIL_KVITTERING, KVIT_HAANDTERET},
	    {PARTSTAT_DELEGATED, MAIL_KVITTERING, KVIT_HAANDTERET},
	    {PARTSTAT_DECLINED, MAIL_KVITTERING, KVIT_AFVIST_ENDELIGT},
	    {PARTSTAT_INTET, MAIL_INTET, KVIT_HAANDTERET},
	};
	struct fast *f = *state;
	struct mail_laest m = {.itip = {.svar = true, .sekvens = NR}};

	snprintf(m.itip.arrangoer, sizeof(m.itip.arrangoer), "%s", f->arrangoer);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		m.itip.partstat = t[i].partstat;
		assert_int_equal(bedoem(f, &m).dom, t[i].dom);
		assert_int_equal(bedoem(f, &m).status, t[i].status);
	}
	/* A room's calendar answers by itself: that is an answer. */
	m.itip.partstat = PARTSTAT_ACCEPTED;
	m.automatisk = true;
	assert_int_equal(bedoem(f, &m).dom, MAIL_KVITTERING);
	m.itip.sekvens = 0;
	assert_int_equal(bedoem(f, &m).dom, MAIL_FREMMED);
	m.itip.sekvens = NR;
	snprintf(m.itip.arrangoer, sizeof(m.itip.arrangoer), "%s", f->brev);
	assert_int_equal(bedoem(f, &m).dom, MAIL_FREMMED);
	assert_string_equal(mail_dom_navn(MAIL_FREMMED), "fremmed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_reply_is_a_receipt_of_the_one_who_got_the_mail, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(
		an_answer_of_a_calendar_needs_no_message_id, saet_op, riv_ned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
