// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <parloeb/crypto.h>
#include <parloeb/partnere.h>

#define FILES_MAX 4
struct dir {
	char path[64];
	char file[FILES_MAX][128];
	size_t n;
};

static int
setup(void **state)
{
	struct dir *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	(void)snprintf(d->path, sizeof(d->path), "/tmp/partnere-XXXXXX");
	assert_non_null(mkdtemp(d->path));
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct dir *d = *state;

	for (size_t i = 0; i < d->n; i++)
		unlink(d->file[i]);
	rmdir(d->path);
	free(d);
	return 0;
}

static void
put(struct dir *d, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	assert_true(d->n < FILES_MAX);
	(void)snprintf(path, sizeof(path), "%s/%s", d->path, name);
	memcpy(d->file[d->n++], path, sizeof(path));
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

/* Loading fails, and the faults hold each of the texts. */
static void
refused(const struct dir *d, const char *const *texts)
{
	struct plb_partnere *p = NULL;
	struct plb_faults f;

	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(d->path, &p, &f), PLB_E_KONFIG);
	assert_null(p);
	for (; *texts != NULL; texts++)
		if (strstr(f.text, *texts) == NULL)
			fail_msg("no \"%s\" in:\n%s", *texts, f.text);
	plb_faults_fini(&f);
}

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* of "abc" */
#define OTHER "0672d864a58d69ddccc9266cc81d98ba20491885b17d4bb28a3c596afe96e7d3"

static void
found_by_token_certificate_and_organisation(void **state)
{
	struct plb_org hk = {"akasse:hk"}, nobody = {"akasse:3f"};
	const struct plb_partner *a;
	struct dir *d = *state;
	struct plb_partnere *p;
	struct plb_faults f;
	uint8_t digest[32];

	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\", \"kommune:0101\"]\ntokens: [{sha256: "
	    "\"" DIGEST "\"}]\ncertificates: [{sha256: \"" OTHER "\"}]\n"
	    "haendelser: [samtale-held, referat-publiceret]\nkvittering: leveret\nrate: 5\n");
	put(d, "README", "not a partner file");
	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(d->path, &p, &f), PLB_OK);
	assert_int_equal(plb_partnere_count(p), 1);
	a = plb_partnere_at(p, 0);
	plb_sha256(plb_slice_str("abc"), digest);
	assert_ptr_equal(plb_partner_by_token(p, digest), a);
	assert_null(plb_partner_by_cert(p, digest));
	assert_ptr_equal(plb_partner_by_cert(p, a->cert[0]), a);
	digest[31] ^= 1;
	assert_null(plb_partner_by_token(p, digest));
	assert_ptr_equal(plb_partner_by_org(p, &hk), a);
	assert_null(plb_partner_by_org(p, &nobody));
	assert_int_equal(a->n_org, 2);
	assert_string_equal(a->haendelser[1], "referat-publiceret");
	assert_null(a->haendelser[2]);
	assert_true(a->kvittering_leveret);
	assert_int_equal(a->rate, 5);
	assert_null(a->webhook.url);
	plb_partnere_free(&p);
	plb_faults_fini(&f);
}

static void
a_system_by_its_certificate_s_names(void **state)
{
	struct dir *d = *state;
	struct plb_partnere *p;
	struct plb_faults f;

	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\"]\nsystemer:\n"
	    "  - {cvr: \"12345678\", uuid: \"35bf992d-c9e9-4616-a12e-7696a6cecc1b\"}\n");
	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(d->path, &p, &f), PLB_OK);
	assert_ptr_equal(
	    plb_partner_by_system(
		p, plb_slice_str("NTRDK-12345678/UI:DK-O:G:35bf992d-c9e9-4616-a12e-7696a6cecc1b")),
	    plb_partnere_at(p, 0));
	assert_null(plb_partner_by_system(
	    p, plb_slice_str("NTRDK-12345679/UI:DK-O:G:35bf992d-c9e9-4616-a12e-7696a6cecc1b")));
	plb_partnere_free(&p);
	plb_faults_fini(&f);
}

static void
a_system_needs_both_names(void **state)
{
	static const char *const texts[] = {"the eight digits of a CVR number",
	    "the UUID of the system", "this system stands in another partner file too", NULL};
	struct dir *d = *state;

	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\"]\nsystemer:\n"
	    "  - {cvr: \"1234567\", uuid: \"35bf992d-c9e9-4616-a12e-7696a6cecc1b\"}\n"
	    "  - {cvr: \"12345678\", uuid: \"35BF992D-c9e9-4616-a12e-7696a6cecc1b\"}\n"
	    "  - {cvr: \"12345678\", uuid: \"35bf992d-c9e9-4616-a12e-7696a6cecc1b\"}\n"
	    "  - {cvr: \"12345678\", uuid: \"35bf992d-c9e9-4616-a12e-7696a6cecc1b\"}\n");
	refused(d, texts);
}

static void
a_calendar_by_its_token(void **state)
{
	const struct plb_kalender_conf *k;
	struct dir *d = *state;
	struct plb_partnere *p;
	struct plb_faults f;
	uint8_t digest[32];

	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\", \"kommune:0101\"]\n"
	    "kalendere:\n  - {organisation: \"kommune:0101\", sha256: \"" DIGEST "\"}\n");
	put(d, "b.yaml",
	    "navn: B\norganisationer: [\"akasse:3f\"]\nkalendere: [{sha256: \"" OTHER "\"}]\n");
	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(d->path, &p, &f), PLB_OK);
	plb_sha256(plb_slice_str("abc"), digest);
	k = plb_partner_kalender(p, digest);
	assert_non_null(k);
	assert_string_equal(k->org.text, "kommune:0101");
	assert_null(plb_partner_by_token(p, digest));
	assert_string_equal(plb_partnere_at(p, 1)->kalender[0].org.text, "akasse:3f");
	digest[0] ^= 1;
	assert_null(plb_partner_kalender(p, digest));
	plb_partnere_free(&p);
	plb_faults_fini(&f);
}

static void
a_calendar_has_one_organisation_of_the_file(void **state)
{
	static const char *const texts[] = {"organisation: expected one of this file's",
	    "not one of this file's organisations", "the SHA-256 of the token",
	    "this digest stands in another partner file too", NULL};
	struct dir *d = *state;

	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\", \"kommune:0101\"]\n"
	    "kalendere:\n  - {sha256: \"" DIGEST "\"}\n"
	    "  - {organisation: \"akasse:3f\", sha256: \"" OTHER "\"}\n"
	    "  - {organisation: \"akasse:hk\", sha256: kort}\n"
	    "  - {organisation: \"akasse:hk\", sha256: \"" OTHER "\"}\n");
	refused(d, texts);
}

static void
the_example_loads(void **state)
{
	struct plb_partnere *p;
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(PLB_SOURCE_DIR "/config/partnere", &p, &f), PLB_OK);
	assert_true(plb_partnere_count(p) >= 1);
	assert_null(plb_partnere_at(p, 0)->haendelser);
	plb_partnere_free(&p);
	plb_faults_fini(&f);
}

static void
every_fault_is_named(void **state)
{
	static const char *const texts[] = {"bad.yaml:1:", "bad.yaml:2:", "bad.yaml:3:",
	    "bad.yaml:4:", "bad.yaml:5:", "hvad", NULL};
	struct dir *d = *state;

	put(d, "bad.yaml",
	    "navn: [x]\norganisationer: [\"hk\"]\ntokens: [{sha256: \"12\"}]\nkvittering: "
	    "maaske\nwebhook: {url: \"ftp://x\", secrets: []}\nhvad: 1\n");
	refused(d, texts);
}

static void
an_organisation_or_token_is_one_partners(void **state)
{
	static const char *const texts[] = {"b.yaml:2:", "b.yaml:3:", NULL};
	struct dir *d = *state;

	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\"]\ntokens: [{sha256: \"" DIGEST "\"}]\n");
	put(d, "b.yaml",
	    "navn: B\norganisationer: [\"akasse:hk\"]\ntokens: [{sha256: \"" DIGEST "\"}]\n");
	refused(d, texts);
}

static void
http_only_where_private_is_allowed(void **state)
{
	static const char *const texts[] = {"https", NULL};
	struct dir *d = *state;

	put(d, "s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\"]\nwebhook: {url: \"http://127.0.0.1/x\", "
	    "secrets: [s]}\n");
	refused(d, texts);
}

static void
a_webhook_with_its_secret(void **state)
{
	const struct plb_webhook_conf *w;
	struct dir *d = *state;
	struct plb_partnere *p;
	struct plb_faults f;

	put(d, "s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\"]\nwebhook: {url: \"http://127.0.0.1/x\", "
	    "secrets: [s], allow_private: true, concurrency: 3}\n");
	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(d->path, &p, &f), PLB_OK);
	w = &plb_partnere_at(p, 0)->webhook;
	assert_string_equal(w->url, "http://127.0.0.1/x");
	assert_int_equal(w->n_secrets, 1);
	assert_int_equal(w->secret[0].len, 24);
	assert_int_equal(w->concurrency, 3);
	plb_partnere_free(&p);
	plb_faults_fini(&f);
}

/* Certificates of nobody; their keys were thrown away. */
static const char EC_PEM[] = "-----BEGIN CERTIFICATE-----\n"
			     "MIIBfTCCASOgAwIBAgIUX4FWhzs+6HuKzLpR33vQSkhYAlowCgYIKoZIzj0EAwIw\n"
			     "EzERMA8GA1UEAwwIbW9kdGFnZXIwIBcNMjYxMTIyMDkxMTA5WhgPMjEyNjEwMjkw\n"
			     "OTExMDlaMBMxETAPBgNVBAMMCG1vZHRhZ2VyMFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
			     "AQcDQgAE5PDB5cj/ELGTk5VeRaAwJFoHJzPMxauos28P1FtkGi+9H2NlEIBcORIZ\n"
			     "mKAkLrIMvQQdordZA3oknuYwPZ9i+6NTMFEwHQYDVR0OBBYEFLk+5s0Ll7/HdZDi\n"
			     "tAUOtr4P9e65MB8GA1UdIwQYMBaAFLk+5s0Ll7/HdZDitAUOtr4P9e65MA8GA1Ud\n"
			     "EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgd7cqH9e1NyF+38v2AnqVUwn1\n"
			     "FN/8oCew1tFuvEZ2D/ACIQCHlPpUtpvdQhCxiJVfwgi1o6dza/ugbfAnfXlsLwkp\n"
			     "LQ==\n"
			     "-----END CERTIFICATE-----\n";
static const char RSA_1024_PEM[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB9jCCAV+gAwIBAgIUdh/w40NsLrXrDdAOeNEL1H4bxWswDQYJKoZIhvcNAQEL\n"
    "BQAwDDEKMAgGA1UEAwwBbTAgFw0yNjExMjIwOTExMDlaGA8yMTI2MTAyOTA5MTEw\n"
    "OVowDDEKMAgGA1UEAwwBbTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEA1aAz\n"
    "K9qTFwyVu3zkMrX+kCj0ZNxlKWh9dwvEUMmPCE2oAHjOfZ4jSYtp59JK6epS7v7O\n"
    "HMheJvtMSQby52CaSYP0FXP4Llo6VEYKKncZxsaHGcQbd9mYbpzC1vYT+UH8wdB4\n"
    "N1G8cxk+JmmXNXfUErEvSWLsjVot1lC0qOhlmV0CAwEAAaNTMFEwHQYDVR0OBBYE\n"
    "FPe3B573XEOSNHjanA1pi1c1QnAfMB8GA1UdIwQYMBaAFPe3B573XEOSNHjanA1p\n"
    "i1c1QnAfMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEAc756lzzL\n"
    "fjZkGHWx92gkLFFinuJNnH37BrmjJQWaymkgeNZ02XbFVpRimPxQdZmAmNNJ2V6Z\n"
    "RFY0llg6pbq1Z0zwKdCuzIw5/HnZqRKR6h14Fi/z75GD3aBs7mZPmCqoan28mCGr\n"
    "IB55pm7tyar+GcBJXrirmalf5qy/ZXtT10o=\n"
    "-----END CERTIFICATE-----\n";
#define HOVED "navn: A\norganisationer: [\"akasse:hk\"]\n"
#define HOOK "webhook: {url: \"https://a.eksempel.dk/\", secrets: [secret]}\n"
#define KAFKA "kafka: {certificate: c.pem}\n"
#define MAIL "mail: {til: a@b.dk}\n"

/* The file's channels: which is first, which are copies, which is the fall-back. */
static void
kanaler(struct dir *d, const char *text, enum plb_kanal foerste, unsigned kopier,
    enum plb_kanal reserve)
{
	struct plb_partnere *s = NULL;
	const struct plb_partner *p;
	struct plb_faults f;

	d->n = 2;
	put(d, "a.yaml", text);
	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(d->path, &s, &f), PLB_OK);
	p = plb_partnere_at(s, 0);
	assert_int_equal(p->foerste, foerste);
	assert_int_equal(p->kopier, kopier);
	assert_int_equal(p->reserve, reserve);
	assert_int_equal(plb_partner_kopi(p, PLB_KANAL_KAFKA),
	    reserve == PLB_KANAL_KAFKA || (kopier & 1u << PLB_KANAL_KAFKA) != 0);
	assert_false(plb_partner_kopi(p, PLB_KANAL_INGEN));
	plb_partnere_free(&s);
	plb_faults_fini(&f);
}

static void
filer(struct dir *d, const char *pem)
{
	d->n = 0;
	put(d, "secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=\n");
	put(d, "c.pem", pem);
}

static void
which_channel_comes_first(void **state)
{
	struct dir *d = *state;
	char emne[PLB_TIL_EMNE];
	struct plb_org org;

	filer(d, EC_PEM);
	kanaler(d, HOVED, PLB_KANAL_INGEN, 0, PLB_KANAL_INGEN);
	kanaler(d, HOVED HOOK, PLB_KANAL_WEBHOOK, 0, PLB_KANAL_INGEN);
	kanaler(d, HOVED KAFKA, PLB_KANAL_KAFKA, 0, PLB_KANAL_INGEN);
	kanaler(d, HOVED KAFKA HOOK, PLB_KANAL_WEBHOOK, 1u << PLB_KANAL_KAFKA, PLB_KANAL_INGEN);
	kanaler(d, HOVED KAFKA HOOK "foerst: kafka\n", PLB_KANAL_KAFKA, 1u << PLB_KANAL_WEBHOOK,
	    PLB_KANAL_INGEN);
	kanaler(d, HOVED KAFKA HOOK "reserve: kafka\n", PLB_KANAL_WEBHOOK, 0, PLB_KANAL_KAFKA);
	kanaler(d, HOVED KAFKA HOOK "reserve: webhook\n", PLB_KANAL_KAFKA, 0, PLB_KANAL_WEBHOOK);
	kanaler(d, HOVED MAIL, PLB_KANAL_MAIL, 0, PLB_KANAL_INGEN);
	kanaler(d, HOVED MAIL HOOK, PLB_KANAL_WEBHOOK, 1u << PLB_KANAL_MAIL, PLB_KANAL_INGEN);
	assert_int_equal(plb_org_parse(plb_slice_str("kommune:0461"), &org), PLB_OK);
	assert_string_equal(plb_partner_emne(&org, emne), "til.kommune.0461");
	assert_string_equal(plb_kanal_navn(PLB_KANAL_KAFKA), "kafka");
}

static void
kanal_fejl(struct dir *d, const char *text, const char *fejl)
{
	const char *const texts[] = {fejl, NULL};

	d->n = 2;
	put(d, "a.yaml", text);
	refused(d, texts);
}

static void
faults_of_channels_stand_at_their_line(void **state)
{
	struct dir *d = *state;

	filer(d, EC_PEM);
	kanal_fejl(d, HOVED "kafka: {topic: x}\n", "a.yaml:3:");
	kanal_fejl(d, HOVED "kafka: {certificate: nej.pem}\n", "a.yaml:3:9: ");
	kanal_fejl(
	    d, HOVED "kafka: {certificate: secret}\n", "a.yaml:3:9: expected an X.509 certificate");
	kanal_fejl(d, HOVED KAFKA "foerst: webhook\n", "a.yaml:4:1: this file has no such channel");
	kanal_fejl(d, HOVED KAFKA "foerst: brevdue\n", "a.yaml:4:1: ");
	kanal_fejl(
	    d, HOVED KAFKA "reserve: kafka\n", "a.yaml:4:1: a fall-back needs another channel");
	kanal_fejl(d, HOVED KAFKA HOOK "foerst: kafka\nreserve: kafka\n",
	    "a.yaml:6:1: a fall-back needs another channel");
	filer(d, RSA_1024_PEM);
	kanal_fejl(d, HOVED KAFKA, "a.yaml:3:9: the certificate's RSA key is under 2048 bits");
}

static void
mail_to_one_address(void **state)
{
	const struct plb_mail_conf *m;
	struct dir *d = *state;
	struct plb_partnere *p;
	struct plb_faults f;

	put(d, "a.yaml",
	    "navn: A\norganisationer: [\"akasse:hk\"]\nmail: {til: samtaler@hk.eksempel.dk}\n");
	put(d, "b.yaml",
	    "navn: B\norganisationer: [\"akasse:3f\"]\nmail: {til: a+b@x.dk, indhold: alle}\n");
	plb_faults_init(&f);
	assert_int_equal(plb_partnere_load(d->path, &p, &f), PLB_OK);
	m = &plb_partnere_at(p, 0)->mail;
	assert_string_equal(m->til, "samtaler@hk.eksempel.dk");
	assert_false(m->alle);
	assert_true(plb_partnere_at(p, 1)->mail.alle);
	plb_partnere_free(&p);
	plb_faults_fini(&f);
}

/* No address can become a header or a command of its own. */
static void
an_address_is_an_address(void **state)
{
	static const char *const til[] = {"\"a@b.dk\\r\\nBcc: c@d.dk\"", "\"a@b.dk> SIZE=1\"",
	    "\"a@b.dk,c@d.dk\"", "søren@b.dk", "b.dk", "[a@b.dk]", "\"\""};
	static const char *const texts[] = {"a.yaml:3:8: til: expected a mail address", NULL};
	struct dir *d = *state;

	for (size_t i = 0; i < sizeof(til) / sizeof(til[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text),
		    "navn: A\norganisationer: [\"akasse:hk\"]\nmail: {til: %s}\n", til[i]);
		d->n = 0; /* the same file again */
		put(d, "a.yaml", text);
		refused(d, texts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(which_channel_comes_first, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		faults_of_channels_stand_at_their_line, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		found_by_token_certificate_and_organisation, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_system_by_its_certificate_s_names, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_system_needs_both_names, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_calendar_by_its_token, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_calendar_has_one_organisation_of_the_file, setup, teardown),
	    cmocka_unit_test(the_example_loads),
	    cmocka_unit_test_setup_teardown(every_fault_is_named, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		an_organisation_or_token_is_one_partners, setup, teardown),
	    cmocka_unit_test_setup_teardown(http_only_where_private_is_allowed, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_webhook_with_its_secret, setup, teardown),
	    cmocka_unit_test_setup_teardown(mail_to_one_address, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_address_is_an_address, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
