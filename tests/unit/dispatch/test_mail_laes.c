// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "mail_laes.h"

struct fast {
	struct plb_buf rum;
	uint8_t *mail; /* a copy of exactly its length */
	struct mail_laest m;
};

static int
saet_op(void **state)
{
	static struct fast f;

	f = (struct fast){.mail = NULL};
	plb_buf_init(&f.rum, MAIL_KALENDER_MAX);
	*state = &f;
	return 0;
}

static int
riv_ned(void **state)
{
	struct fast *f = *state;

	plb_buf_fini(&f->rum);
	free(f->mail);
	return 0;
}

static struct mail_laest *
laes(struct fast *f, const void *p, size_t len)
{
	free(f->mail);
	f->mail = malloc(len + (len == 0));
	assert_non_null(f->mail);
	memcpy(f->mail, p, len);
	mail_laes(plb_slice(f->mail, len), &f->rum, &f->m);
	return &f->m;
}
#define LAES(f, t) laes(f, t, sizeof(t) - 1)

#define SVAR                                                                                       \
	"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSEQUENCE:3\r\n"                        \
	"ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.dk\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static void
a_reply_of_a_person(void **state)
{
	struct mail_laest *m = LAES(*state,
	    "Return-Path: <kim@kommune.dk>\r\n"
	    "Subject: Sv: Indkaldelse\r\n"
	    "in-reply-to: <nyeste@parloeb.dk>\r\n"
	    "References: <aeldst@parloeb.dk>\r\n <næst@parloeb.dk>\r\n\t<nyeste@parloeb.dk>\r\n"
	    "Auto-Submitted: no\r\n\r\nTak.\r\n<intet@parloeb.dk>\r\n");

	assert_false(m->automatisk || m->opgivet || m->itip.svar);
	assert_int_equal(m->n_ref, 4);
	assert_true(plb_slice_is(m->ref[0], "nyeste@parloeb.dk"));
	assert_true(plb_slice_is(m->ref[1], "nyeste@parloeb.dk"));
	assert_true(plb_slice_is(m->ref[3], "aeldst@parloeb.dk"));
}

static void
an_answer_in_a_part_however_it_is_encoded(void **state)
{
	static const char *const mails[] = {
	    "Content-Type: text/calendar; method=REPLY\n\n" SVAR,
	    "Content-Type: multipart/mixed; charset=x;\r\n boundary=\"ydre;=\"\r\n\r\nforord\r\n"
	    "--ydre;=\r\nContent-Type: multipart/alternative; boundary=indre\r\n\r\n"
	    "--indre\r\n\r\ntekst\r\n--indre  \r\nContent-Type: TEXT/Calendar\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\n" SVAR "\r\n--indre--\r\n--ydre;=--\r\n",
	    /* The same, its end cut off. */
	    "Content-Type: multipart/alternative; boundary=indre\n\n--indre\n"
	    "Content-Type: text/calendar\nContent-Transfer-Encoding: Quoted-Printable\n\n"
	    "BEGIN=3AVCALENDAR=0D=0AMETHOD:REP=\r\nLY\r\nBEGIN:VEV=\nENT\r\n"
	    "SEQUENCE=3a3\r\nATTENDEE;PARTSTAT=3DDECLINED:x\r\n",
	    "Content-Type: text/calendar\nContent-Transfer-Encoding: base64\n\n"
	    "QkVHSU46VkNBTEVOREFSCk1FVEhPRDpSRVBM\r\nWQpCRUdJTjpWRVZFTlQKU0VRVUVOQ0U6MwpBVFRFTkRF\n"
	    "RTtQQVJUU1RBVD1ERUNMSU5FRDp4Cg==\n",
	};

	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		struct mail_laest *m = laes(*state, mails[i], strlen(mails[i]));

		assert_true(m->itip.svar);
		assert_int_equal(m->itip.partstat, PARTSTAT_DECLINED);
		assert_int_equal(m->itip.sekvens, 3);
	}
}

#define RAPPORT(handling)                                                                          \
	"Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n"              \
	"References: <en@parloeb.dk>\r\n\r\n--r\r\n\r\nDesværre.\r\n"                             \
	"--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"        \
	"Final-Recipient: rfc822; a@b.dk\r\n" handling "\r\n"                                      \
	"--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID:\r\n <to@parloeb.dk>\r\n\r\nx\r\n"  \
	"--r--\r\n"

static void
machines_are_told_from_people(void **state)
{
	struct mail_laest *m = LAES(*state, RAPPORT("ACTION: failed"));

	assert_true(m->automatisk && m->opgivet);
	assert_int_equal(m->n_ref, 2);
	assert_true(plb_slice_is(m->ref[1], "to@parloeb.dk"));
	m = LAES(*state, RAPPORT("Action: delayed"));
	assert_true(m->automatisk);
	assert_false(m->opgivet);
	assert_true(LAES(*state, "Auto-Submitted: auto-replied\n\n")->automatisk);
	assert_true(LAES(*state, "Return-Path: <>\n\n")->automatisk);
	assert_false(LAES(*state, "Return-Path: <a@b.dk>\n\n")->automatisk);
	/* Outside a report these parts say nothing. */
	m = LAES(*state, "Content-Type: message/rfc822\n\nMessage-ID: <x@y>\n\n");
	assert_int_equal(m->n_ref, 0);
	assert_false(
	    LAES(*state, "Content-Type: message/delivery-status\n\nAction: failed\n")->opgivet);
}

static void
too_deep_too_many_too_long(void **state)
{
	struct fast *f = *state;
	struct plb_buf b;

	plb_buf_init(&b, 8 << 20);
	for (int i = 0; i < 2000; i++)
		plb_buf_printf(&b, "Content-Type: multipart/mixed; boundary=%d\n\n--%d\n", i, i);
	plb_buf_str(&b, "Content-Type: text/calendar\n\n" SVAR);
	assert_false(laes(f, b.p, b.len)->itip.svar);
	plb_buf_reset(&b);
	plb_buf_str(&b, "Content-Type: multipart/mixed; boundary=x\n\n");
	for (int i = 0; i < 5000; i++)
		plb_buf_str(&b, "--x\n\n.\n");
	plb_buf_str(&b, "--x\nContent-Type: text/calendar\n\n" SVAR);
	assert_false(laes(f, b.p, b.len)->itip.svar);
	plb_buf_reset(&b);
	plb_buf_str(&b, "Content-Type: text/calendar\n\n");
	for (int i = 0; i < 200000; i++)
		plb_buf_str(&b, "X:\n");
	plb_buf_str(&b, SVAR);
	assert_false(laes(f, b.p, b.len)->itip.svar);
	/* And the room is good for the next one. */
	assert_true(LAES(f, "Content-Type: text/calendar\n\n" SVAR)->itip.svar);
	plb_buf_reset(&b);
	plb_buf_str(&b, "References: ");
	for (int i = 0; i < 10000; i++)
		plb_buf_printf(&b, "<%d@x> ", i);
	plb_buf_str(&b, "\n\n");
	assert_int_equal(laes(f, b.p, b.len)->n_ref, MAIL_REF_MAX);
	assert_true(plb_slice_is(f->m.ref[0], "9999@x"));
	plb_buf_fini(&b);
}

static void
odd_bytes_say_nothing(void **state)
{
	static const char *const mails[] = {"", "\n", "\r\n\r\n", ":", ":\n :\n",
	    "Content-Type:", "Content-Type: multipart/mixed\n\n--\n",
	    "Content-Type: multipart/mixed; boundary=\n\n--\n",
	    "Content-Type: multipart/mixed; boundary=\"x\n\n--x\n", "References: <\n\n",
	    "References: ><\n\n", "References: <>\n\n", "References: <a b@c>\n\n",
	    "Content-Type: text/calendar\nContent-Transfer-Encoding: quoted-printable\n\n=",
	    "Content-Type: text/calendar\nContent-Transfer-Encoding: quoted-printable\n\n=4",
	    "Content-Type: text/calendar\nContent-Transfer-Encoding: base64\n\nQ"};
	static const char nul[] = "Refe\0rences: <a@b>\nIn-Reply-To: <c\0@d>\n\n\0";
	struct mail_laest *m;

	for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		m = laes(*state, mails[i], strlen(mails[i]));
		assert_int_equal(m->n_ref, 0);
		assert_false(m->automatisk || m->opgivet || m->itip.svar);
	}
	m = laes(*state, nul, sizeof(nul) - 1);
	assert_int_equal(m->n_ref, 1);
	assert_int_equal(m->ref[0].len, 4); /* taken as bytes; it is nobody's id */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_reply_of_a_person, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(
		an_answer_in_a_part_however_it_is_encoded, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(machines_are_told_from_people, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(too_deep_too_many_too_long, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(odd_bytes_say_nothing, saet_op, riv_ned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
