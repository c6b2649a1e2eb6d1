// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail_brev.h"

#include <parloeb/loop.h>

#include <stdio.h>
#include <stdlib.h>

#include "mail_emne.h"
#include "mail_laes.h"

#define OS "parloeb@eksempel.dk"
#define TIL "samtaler@kommune.eksempel.dk"
#define LEVERINGID ((struct plb_uuid){{0xab, 1, 2}})

struct fast {
	struct plb_schemas *schemas;
	struct plb_crypto *crypto;
	struct mail_brev *brev;
	struct plb_arena arena;
	struct plb_buf vaerdi, klart; /* klart: the mail with its parts decoded */
	struct plb_org org;
	struct post post;
	uint8_t digest[32];
};

static int
saet_op(void **state)
{
	static struct fast f;
	struct plb_crypto_keys k = {.data_key_id = 1};
	struct plb_secret *alle[] = {&k.person_key, &k.data_key, &k.hmac_key};
	struct plb_errctx ec = {0};

	f = (struct fast){.org = {"kommune:0461"},
	    .post = {.har_forloeb = true,
		.forloeb = {{7}},
		.sequence = 3,
		.ankommet = INT64_C(1712740000999)}};
	for (int i = 0; i < 3; i++) {
		memset(alle[i]->b, i + 1, 32);
		alle[i]->len = 32;
	}
	assert_int_equal(plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder",
			     &f.schemas, &ec),
	    PLB_OK);
	assert_int_equal(plb_crypto_new(&k, &f.crypto, &ec), PLB_OK);
	assert_int_equal(mail_brev_new(f.schemas, f.crypto, OS, &f.brev, &ec), PLB_OK);
	plb_arena_init(&f.arena, 1 << 20);
	plb_buf_init(&f.vaerdi, 1 << 20);
	plb_buf_init(&f.klart, 1 << 20);
	*state = &f;
	return 0;
}

static int
riv_ned(void **state)
{
	struct fast *f = *state;

	mail_brev_free(&f->brev);
	plb_crypto_free(&f->crypto);
	plb_schemas_free(&f->schemas);
	plb_arena_fini(&f->arena);
	plb_buf_fini(&f->vaerdi);
	plb_buf_fini(&f->klart);
	return 0;
}

/* The schema's golden event as it stands on ud. */
static struct indhold
golden(struct fast *f, const char *navn)
{
	struct plb_errctx ec = {0};
	struct plb_fejl_list fejl = {0};
	struct plb_json_ctx ctx = {f->schemas, PLB_CPR_WIDE, PLB_TIME_UNSET, &f->arena};
	struct plb_incoming in;
	struct plb_person person;
	struct plb_slice json;
	bool not_event;
	char sti[256], *text;
	size_t len;

	snprintf(sti, sizeof(sti), PLB_SOURCE_DIR "/schemas/%s/golden/1.json", navn);
	assert_int_equal(plb_file_read(sti, 1 << 20, &text, &len, &ec), PLB_OK);
	json = plb_arena_dup(&f->arena, plb_slice(text, len));
	free(text);
	assert_int_equal(plb_json_event(&ctx, json, &in, &fejl, &not_event), PLB_OK);
	assert_int_equal(plb_crypto_person(f->crypto, &in.cpr, &person), PLB_OK);
	plb_buf_reset(&f->vaerdi);
	assert_int_equal(plb_crypto_seal(f->crypto, &in, &person, &f->vaerdi), PLB_OK);
	return (struct indhold){
	    .type = in.ev.type, .tid = in.ev.time, .vaerdi = plb_slice(f->vaerdi.p, f->vaerdi.len)};
}

/* Each line that is base64, decoded; the others as they are; unfolded. Every line is one of mail.
 */
static const char *
klartekst(struct fast *f, struct plb_slice mail)
{
	char *tekst, *fold;
	size_t fra = 0;

	plb_buf_reset(&f->klart);
	for (size_t i = 0; i < mail.len; i++) {
		struct plb_slice l = {mail.p + fra, i - fra - 1};

		assert_true(mail.p[i] != '\0' && mail.p[i] < 0x80);
		if (mail.p[i] != '\n')
			continue;
		assert_true(i > fra && mail.p[i - 1] == '\r' && l.len <= 100);
		if (l.len == 0 || memchr(l.p, ':', l.len) != NULL || l.p[0] == '-' ||
		    l.p[0] == ' ' || plb_base64_decode(l, &f->klart) != PLB_OK) {
			plb_buf_slice(&f->klart, l);
			plb_buf_str(&f->klart, "\r\n");
		}
		fra = i + 1;
	}
	assert_int_equal(fra, mail.len);
	plb_buf_u8(&f->klart, 0);
	assert_false(f->klart.failed);
	tekst = (char *)f->klart.p;
	while ((fold = strstr(tekst, "\r\n ")) != NULL)
		memmove(fold, fold + 3, strlen(fold + 3) + 1);
	return tekst;
}

static enum plb_err
byg(struct fast *f, const struct indhold *i, struct plb_slice *mail)
{
	struct plb_errctx ec = {0};
	struct mail_opgave o = {
	    .leveringid = LEVERINGID, .post = &f->post, .indhold = i, .org = &f->org, .til = TIL};

	return mail_brev_byg(f->brev, &o, mail, f->digest, &ec);
}

static const char *
brev(struct fast *f, const char *navn)
{
	struct indhold i = golden(f, navn);
	struct plb_slice mail;

	assert_int_equal(byg(f, &i, &mail), PLB_OK);
	return klartekst(f, mail);
}

static void
har(const char *tekst, const char *del)
{
	if (strstr(tekst, del) == NULL)
		fail_msg("«%s» is missing in:\n%s", del, tekst);
}

static void
an_invitation(void **state)
{
	const char *t = brev(*state, "indkaldelse-oprettet");

	har(t, "From: =?UTF-8?B?UGFybMO4Yg==?= <" OS ">\r\nTo: <" TIL ">\r\n");
	har(t, "Date: Wed, 10 Apr 2024 09:06:40 +0000\r\n");
	har(t, "Message-ID: <ab010200-0000-0000-0000-000000000000.");
	har(t, "Auto-Submitted: auto-generated\r\n");
	har(t, "Content-Type: text/calendar; method=REQUEST; component=VEVENT; charset=UTF-8\r\n");
	har(t, "METHOD:REQUEST\r\n");
	har(t, "SEQUENCE:3\r\n");
	har(t, "BEGIN:VTIMEZONE\r\n");
	har(t, "-moede@parloeb\r\n");
	har(t, "mailto:parloeb+07000000000000000000000000000000");
	har(t, "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:");
	har(t, "Besked til kommune:0461 fra Parløb: Indkaldelse.\r\n");
	har(t, "Levering: ab010200-0000-0000-0000-000000000000\r\n");
}

static void
a_change_and_a_cancellation(void **state)
{
	const char *t = brev(*state, "indkaldelse-aendret");

	har(t, "Parløb: Ændret indkaldelse.");
	har(t, "METHOD:REQUEST\r\n");
	t = brev(*state, "indkaldelse-annulleret");
	har(t, "Content-Type: text/calendar; method=CANCEL; component=VEVENT; charset=UTF-8\r\n");
	har(t, "METHOD:CANCEL\r\n");
	har(t, "STATUS:CANCELLED\r\n");
	har(t, "Parløb: Aflysning.");
}

/* Of the golden events, whatever their type, nothing goes out that the schema seals. */
static void
nothing_about_the_person(void **state)
{
	static const char *const typer[] = {"indkaldelse-oprettet", "indkaldelse-aendret",
	    "indkaldelse-annulleret", "referat-publiceret", "samtale-held", "besked-sendt"};
	struct fast *f = *state;

	for (size_t n = 0; n < sizeof(typer) / sizeof(typer[0]); n++) {
		const char *t = brev(f, typer[n]);
		const struct plb_jv *v, *data;
		struct plb_errctx ec = {0};
		char sti[256], *json;
		size_t len;

		snprintf(sti, sizeof(sti), PLB_SOURCE_DIR "/schemas/%s/golden/1.json", typer[n]);
		assert_int_equal(plb_file_read(sti, 1 << 20, &json, &len, &ec), PLB_OK);
		assert_int_equal(plb_jv_parse(&f->arena, plb_slice(json, len), &v, &ec), PLB_OK);
		data = plb_jv_get(v, "data");
		for (size_t i = 0; i < plb_jv_len(data); i++) {
			struct plb_slice s = plb_jv_str(plb_jv_at(data, i));

			/* The recipient is told itself, and the reference it knows. */
			if (strcmp(plb_jv_key(data, i), "indkaldelseId") == 0 ||
			    plb_slice_is(s, f->org.text) || s.len < 5)
				continue;
			if (memmem(t, strlen(t), s.p, s.len) != NULL)
				fail_msg("%s: %s is in the mail", typer[n], plb_jv_key(data, i));
		}
		free(json);
	}
}

static void
another_type_says_its_kind_and_deadline(void **state)
{
	struct fast *f = *state;
	const char *t;

	f->post.frist = INT64_C(1777888800000);
	t = brev(f, "referat-publiceret");
	har(t, "Content-Type: text/plain; charset=UTF-8\r\n");
	har(t, "Parløb: Nyt referat.\r\n");
	har(t, "Frist: 04.05.2026 kl. 12.00\r\n");
	har(t, "Hent den i feedet.");
	assert_null(strstr(t, "VCALENDAR"));
}

static void
a_withdrawal_points_to_what_it_takes_back(void **state)
{
	struct fast *f = *state;
	struct tilbagekaldt_post p = {.id = {{9}}, .aarsag = TILBAGE_RETTET};
	struct indhold i = {.type = plb_slice_str("dk.parloeb.levering-tilbagekaldt")};
	struct plb_errctx ec = {0};
	struct dispatch_wire *w;
	struct plb_slice mail;
	const char *t;

	assert_int_equal(dispatch_wire_new(f->schemas, &w, &ec), PLB_OK);
	i.vaerdi = dispatch_wire_skriv(w, SLAGS_TILBAGEKALDT, &p);
	assert_int_equal(byg(f, &i, &mail), PLB_OK);
	dispatch_wire_free(&w);
	t = klartekst(f, mail);
	har(t, "Parløb: En besked er kaldt tilbage.");
	har(t, "References: <09000000-0000-0000-0000-000000000000.");
	har(t, "levering 09000000-0000-0000-0000-000000000000. Den skal slettes.");
}

/* A repeat is the same mail, and its own reader finds its way back from it. */
static void
the_same_bytes_every_time(void **state)
{
	struct fast *f = *state;
	struct indhold i = golden(f, "indkaldelse-oprettet");
	struct plb_slice mail, id;
	struct mail_laest laest;
	struct mail_id m;
	struct plb_buf b;
	uint8_t digest[32];
	const uint8_t *p;

	plb_buf_init(&b, 1 << 20);
	assert_int_equal(byg(f, &i, &mail), PLB_OK);
	plb_buf_slice(&b, mail);
	memcpy(digest, f->digest, 32);
	assert_int_equal(byg(f, &i, &mail), PLB_OK);
	assert_true(plb_slice_eq(plb_slice(b.p, b.len), mail));
	assert_memory_equal(digest, f->digest, 32);
	/* Its Message-ID as an answer names it. */
	p = memmem(mail.p, mail.len, "Message-ID: <", 13);
	assert_non_null(p);
	plb_buf_reset(&b);
	plb_buf_str(&b, "In-Reply-To: ");
	plb_buf_put(&b, p + 12, 90);
	mail_laes(plb_slice(b.p, b.len), &f->klart, &laest);
	assert_int_equal(laest.n_ref, 1);
	id = laest.ref[0];
	assert_true(mail_id_laes(MAIL_ID_LEVERING, id, OS, &m));
	assert_true(plb_uuid_eq(m.id, LEVERINGID));
	assert_true(mail_id_er(f->crypto, &f->org, &m));
	plb_buf_fini(&b);
}

static void
content_that_is_not_as_promised_is_refused(void **state)
{
	struct fast *f = *state;
	struct indhold i = golden(f, "indkaldelse-oprettet");
	struct plb_slice mail;

	i.vaerdi.len -= 5;
	assert_int_equal(plb_err_class(byg(f, &i, &mail)), PLB_CLASS_REJECT);
	i = golden(f, "referat-publiceret"); /* a type that its content is not */
	i.type = plb_slice_str("dk.parloeb.indkaldelse-oprettet");
	assert_int_equal(plb_err_class(byg(f, &i, &mail)), PLB_CLASS_REJECT);
}

static void
every_name_is_a_schema(void **state)
{
	struct fast *f = *state;
	size_t n = 0;

	for (; mail_emne_navn(n) != NULL; n++)
		assert_non_null(plb_schema_find(f->schemas, plb_slice_str(mail_emne_navn(n))));
	assert_true(n > 40);
	assert_string_equal(mail_emne(plb_slice_str("kendes-ikke")), "Ny besked");
	assert_true(mail_er_indkaldelse(plb_slice_str("dk.parloeb.indkaldelse-annulleret")));
	assert_false(mail_er_indkaldelse(plb_slice_str("dk.parloeb.referat-publiceret")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(an_invitation, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(a_change_and_a_cancellation, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(nothing_about_the_person, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(
		another_type_says_its_kind_and_deadline, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(
		a_withdrawal_points_to_what_it_takes_back, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(the_same_bytes_every_time, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(
		content_that_is_not_as_promised_is_refused, saet_op, riv_ned),
	    cmocka_unit_test_setup_teardown(every_name_is_a_schema, saet_op, riv_ned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
