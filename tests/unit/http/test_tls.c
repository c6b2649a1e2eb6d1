// SPDX-License-Identifier: MPL-2.0
/* TLS from both sides: certificates are made here, by GnuTLS, for the run. */

#include "http_fixture.h"

#include <parloeb/http_client.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct maker {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
};

static char dir[] = "/tmp/plb_tls_XXXXXX";
static struct maker ca, other_ca;
static uint8_t client_sha[32];

static const char *
path(const char *name)
{
	static char out[8][128];
	static int i;

	i = (i + 1) % 8;
	snprintf(out[i], sizeof out[i], "%s/%s.pem", dir, name);
	return out[i];
}

static void
write_pem(const char *name, const gnutls_datum_t *d)
{
	FILE *f = fopen(path(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(d->data, 1, d->size, f), d->size);
	assert_int_equal(fclose(f), 0);
}

static void
ok(int rc)
{
	if (rc < 0)
		fail_msg("%s", gnutls_strerror(rc));
}

static struct maker
make(const char *name, const char *cn, const char *org_id, const struct maker *signer)
{
	static uint8_t serial = 1;
	gnutls_datum_t pem;
	struct maker m;
	char file[64];

	ok(gnutls_x509_privkey_init(&m.key));
	ok(gnutls_x509_privkey_generate(
	    m.key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	ok(gnutls_x509_crt_init(&m.crt));
	ok(gnutls_x509_crt_set_version(m.crt, 3));
	ok(gnutls_x509_crt_set_serial(m.crt, &serial, 1));
	serial++;
	ok(gnutls_x509_crt_set_activation_time(m.crt, time(NULL) - 3600));
	ok(gnutls_x509_crt_set_expiration_time(m.crt, time(NULL) + 3600));
	ok(gnutls_x509_crt_set_dn_by_oid(
	    m.crt, GNUTLS_OID_X520_COMMON_NAME, 0, cn, (unsigned)strlen(cn)));
	if (org_id != NULL) {
		/* As DER: GnuTLS has no name for this attribute. */
		uint8_t der[80] = {0x0c, (uint8_t)strlen(org_id)};

		memcpy(der + 2, org_id, strlen(org_id));
		ok(gnutls_x509_crt_set_dn_by_oid(
		    m.crt, "2.5.4.97", 1, der, (unsigned)strlen(org_id) + 2));
	}
	ok(gnutls_x509_crt_set_basic_constraints(m.crt, signer == NULL, -1));
	ok(gnutls_x509_crt_set_key_usage(
	    m.crt, signer == NULL ? GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE));
	ok(gnutls_x509_crt_set_subject_alt_name(
	    m.crt, GNUTLS_SAN_IPADDRESS, "\x7f\0\0\1", 4, GNUTLS_FSAN_SET));
	ok(gnutls_x509_crt_set_key(m.crt, m.key));
	ok(gnutls_x509_crt_sign2(m.crt, signer == NULL ? m.crt : signer->crt,
	    signer == NULL ? m.key : signer->key, GNUTLS_DIG_SHA256, 0));
	ok(gnutls_x509_crt_export2(m.crt, GNUTLS_X509_FMT_PEM, &pem));
	write_pem(name, &pem);
	gnutls_free(pem.data);
	ok(gnutls_x509_privkey_export2(m.key, GNUTLS_X509_FMT_PEM, &pem));
	snprintf(file, sizeof file, "%s-key", name);
	write_pem(file, &pem);
	gnutls_free(pem.data);
	return m;
}

static void
drop(struct maker *m)
{
	gnutls_x509_crt_deinit(m->crt);
	gnutls_x509_privkey_deinit(m->key);
}

static int
make_all(void **state)
{
	gnutls_datum_t der;
	struct maker m;

	(void)state;
	assert_non_null(mkdtemp(dir));
	ca = make("ca", "Test CA", NULL, NULL);
	other_ca = make("other-ca", "Other CA", NULL, NULL);
	m = make("server", "server", NULL, &ca);
	drop(&m);
	m = make("client", "client", "NTRDK-12345678", &ca);
	ok(gnutls_x509_crt_export2(m.crt, GNUTLS_X509_FMT_DER, &der));
	ok(gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.size, client_sha));
	gnutls_free(der.data);
	drop(&m);
	m = make("stranger", "client", "NTRDK-12345678", &other_ca);
	drop(&m);
	return 0;
}

static int
remove_all(void **state)
{
	static const char *const names[] = {"ca", "other-ca", "server", "client", "stranger"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char key[64];

		snprintf(key, sizeof key, "%s-key", names[i]);
		unlink(path(names[i]));
		unlink(path(key));
	}
	rmdir(dir);
	drop(&ca);
	drop(&other_ca);
	return 0;
}

static int
start_with(void **state, int64_t header_deadline_ms)
{
	struct plb_http_server_conf c = fx_conf();

	c.tls_cert = path("server");
	c.tls_key = path("server-key");
	c.tls_client_ca = path("ca");
	c.header_deadline_ms = header_deadline_ms;
	*state = fx_start(&c);
	return 0;
}

static int
start(void **state)
{
	return start_with(state, FX_WAIT_MS);
}

static int
start_impatient(void **state)
{
	return start_with(state, 1000);
}

static int
stop(void **state)
{
	fx_stop((struct fx **)state);
	return 0;
}

/* GET by our own client, which closes its connection with the call. */
static struct plb_http_result
get(struct fx *f, const char *what, const char *ca_name, const char *cert, struct plb_buf *body)
{
	struct plb_http_result res;
	struct plb_errctx ec = {0};
	char url[64], key[64];

	snprintf(url, sizeof url, "https://127.0.0.1:%d%s", fx_port(f), what);
	snprintf(key, sizeof key, "%s-key", cert == NULL ? "" : cert);
	plb_buf_init(body, 1 << 20);
	assert_int_equal(plb_http_fetch(
			     &(struct plb_http_request){
				 .method = "GET",
				 .url = url,
				 .timeout_ms = FX_WAIT_MS,
				 .response_max = 1 << 20,
				 .allow_private = true,
				 .ca_file = ca_name == NULL ? "" : path(ca_name),
				 .cert_file = cert == NULL ? "" : path(cert),
				 .key_file = cert == NULL ? "" : path(key),
			     },
			     &res, body, &ec),
	    PLB_OK);
	plb_buf_u8(body, 0);
	return res;
}

static void
client_certificates(void **state)
{
	struct plb_http_result res;
	struct plb_buf b;
	char want[160];

	res = get(*state, "/cert", "ca", NULL, &b);
	assert_int_equal(res.outcome, PLB_HTTP_ANSWER);
	assert_string_equal((char *)b.p, "none");
	plb_buf_fini(&b);

	res = get(*state, "/cert", "ca", "client", &b);
	assert_int_equal(res.outcome, PLB_HTTP_ANSWER);
	for (int i = 0; i < 32; i++)
		snprintf(want + 2 * i, 3, "%02x", client_sha[i]);
	snprintf(want + 64, sizeof want - 64, " NTRDK-12345678");
	assert_string_equal((char *)b.p, want);
	plb_buf_fini(&b);

	/* Of another authority: as good as none. */
	res = get(*state, "/cert", "ca", "stranger", &b);
	assert_true(res.outcome != PLB_HTTP_ANSWER || strcmp((char *)b.p, "none") == 0);
	plb_buf_fini(&b);
}

static void
server_not_trusted(void **state)
{
	struct plb_http_result res;
	struct plb_buf b;

	res = get(*state, "/echo", "other-ca", NULL, &b);
	assert_int_equal(res.outcome, PLB_HTTP_TLS);
	plb_buf_fini(&b);
	res = get(*state, "/echo", NULL, NULL, &b);
	assert_int_equal(res.outcome, PLB_HTTP_TLS);
	plb_buf_fini(&b);
	assert_int_equal(fx_requests(*state), 0);
}

static void
large_answer(void **state)
{
	struct plb_http_result res;
	struct plb_buf b;

	res = get(*state, "/big?n=500000", "ca", NULL, &b);
	assert_int_equal(res.outcome, PLB_HTTP_ANSWER);
	assert_int_equal(b.len, 500001);
	plb_buf_fini(&b);
}

/* The gate stands behind TLS too: refused, and nothing reached the application. */
static void
gate(void **state)
{
	struct plb_http_result res;
	struct plb_buf b;

	res = get(*state, "/echo%00", "ca", NULL, &b);
	assert_int_equal(res.outcome, PLB_HTTP_ANSWER);
	assert_int_equal(res.status, 400);
	plb_buf_fini(&b);
	assert_int_equal(fx_requests(*state), 0);
}

/* Who does not finish a handshake, or speaks plain text, is cut like any slow header. */
static void
no_handshake(void **state)
{
	struct fxc *silent = fxc_open(*state), *plain = fxc_open(*state);

	(void)fxc_try(plain, "GET / HTTP/1.1\r\n\r\n", 18);
	fxc_to_end(plain);
	assert_true(fxc_closed(silent));
	fxc_close(&silent);
	fxc_close(&plain);
	assert_int_equal(fx_requests(*state), 0);
}

/* TLS 1.1 and older are not spoken. */
static void
old_versions(void **state)
{
	gnutls_certificate_credentials_t cred;
	gnutls_session_t s;
	struct fxc *c = fxc_open(*state);
	int rc;

	ok(gnutls_certificate_allocate_credentials(&cred));
	ok(gnutls_init(&s, GNUTLS_CLIENT));
	ok(gnutls_priority_set_direct(s,
	    "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:+SHA1:%VERIFY_ALLOW_SIGN_WITH_SHA1", NULL));
	ok(gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, cred));
	gnutls_transport_set_int(s, c->fd);
	do
		rc = gnutls_handshake(s);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	assert_true(rc < 0);
	gnutls_deinit(s);
	gnutls_certificate_free_credentials(cred);
	fxc_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(client_certificates, start, stop),
	    cmocka_unit_test_setup_teardown(server_not_trusted, start, stop),
	    cmocka_unit_test_setup_teardown(large_answer, start, stop),
	    cmocka_unit_test_setup_teardown(gate, start, stop),
	    cmocka_unit_test_setup_teardown(no_handshake, start_impatient, stop),
	    cmocka_unit_test_setup_teardown(old_versions, start, stop),
	};

	return cmocka_run_group_tests(tests, make_all, remove_all);
}
