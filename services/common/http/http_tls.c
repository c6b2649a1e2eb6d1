// SPDX-License-Identifier: MPL-2.0
/* TLS is MHD's, by GnuTLS. Here: the files, and the client's certificate. */

#include "http_priv.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>

#define PEM_MAX ((size_t)1 << 20)
#define OID_ORGANIZATION_IDENTIFIER "2.5.4.97" /* ETSI EN 319 412-1: "NTRDK-12345678" */
#define OID_SERIAL_NUMBER "2.5.4.5"            /* OCES3: "UI:DK-O:G:<uuid>" of the system */

enum plb_err
http_tls_load(
    struct plb_http_server *s, const struct plb_http_server_conf *c, struct plb_errctx *ec)
{
	const char *path[3] = {c->tls_cert, c->tls_key, c->tls_client_ca};

	for (int i = 0; i < 3; i++) {
		enum plb_err err;

		if (path[i] == NULL || path[i][0] == 0)
			continue;
		err = plb_file_read(path[i], PEM_MAX, &s->pem[i], &s->pem_len[i], ec);
		if (err != PLB_OK)
			return plb_err_wrap(ec, err, "TLS");
	}
	if ((s->pem[0] == NULL) != (s->pem[1] == NULL) || (s->pem[2] != NULL && s->pem[0] == NULL))
		return plb_err_set(ec, PLB_E_KONFIG, "TLS needs a certificate and its key");
	s->tls = s->pem[0] != NULL;
	return PLB_OK;
}

void
http_tls_unload(struct plb_http_server *s)
{
	for (int i = 0; i < 3; i++) {
		if (s->pem[i] != NULL)
			explicit_bzero(s->pem[i], s->pem_len[i]);
		free(s->pem[i]);
		s->pem[i] = NULL;
	}
}

/* The attribute's DER: one string of ASCII. Other forms count as absent. */
static void
attribute(gnutls_x509_crt_t crt, const char *oid, char out[64])
{
	uint8_t der[66];
	size_t len = sizeof der;

	out[0] = 0;
	if (gnutls_x509_crt_get_dn_by_oid(crt, oid, 0, 1, der, &len) != 0)
		return;
	/* UTF8String 0x0c or PrintableString 0x13, short form of the length. */
	if (len < 2 || (der[0] != 0x0c && der[0] != 0x13) || der[1] > 63 || der[1] != len - 2)
		return;
	for (size_t i = 2; i < len; i++)
		if (der[i] <= 0x20 || der[i] >= 0x7f)
			return;
	memcpy(out, der + 2, len - 2);
	out[len - 2] = 0;
}

static bool
read_cert(struct plb_http_req *r)
{
	const union MHD_ConnectionInfo *ci =
	    MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const gnutls_datum_t *peer;
	gnutls_session_t session;
	gnutls_x509_crt_t crt;
	unsigned n = 0, faults = 0;
	bool ok;

	if (ci == NULL || ci->tls_session == NULL)
		return false;
	session = ci->tls_session;
	peer = gnutls_certificate_get_peers(session, &n);
	/* MHD asks for a certificate and does not judge it. */
	if (peer == NULL || n == 0 || gnutls_certificate_verify_peers2(session, &faults) != 0 ||
	    faults != 0)
		return false;
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, peer[0].data, peer[0].size, r->cert.sha256) != 0)
		return false;
	if (gnutls_x509_crt_init(&crt) != 0)
		return false;
	ok = gnutls_x509_crt_import(crt, &peer[0], GNUTLS_X509_FMT_DER) == 0;
	if (ok) {
		attribute(crt, OID_ORGANIZATION_IDENTIFIER, r->cert.org_id);
		attribute(crt, OID_SERIAL_NUMBER, r->cert.system);
	}
	gnutls_x509_crt_deinit(crt);
	return ok;
}

static const struct http_cert *
client_cert(const struct plb_http_req *cr)
{
	struct plb_http_req *r =
	    (struct plb_http_req *)(uintptr_t)cr; /* fills a cache of the connection */

	if (r->s->pem[2] == NULL)
		return NULL;
	if (r->cert.state == HTTP_CERT_UNKNOWN)
		r->cert.state = read_cert(r) ? HTTP_CERT_OK : HTTP_CERT_NONE;
	return r->cert.state == HTTP_CERT_OK ? &r->cert : NULL;
}

bool
plb_http_client_system(const struct plb_http_req *r, char out[PLB_HTTP_SYSTEM])
{
	const struct http_cert *c = client_cert(r);

	if (c == NULL || c->org_id[0] == 0 || c->system[0] == 0)
		return false;
	snprintf(out, PLB_HTTP_SYSTEM, "%s/%s", c->org_id, c->system);
	return true;
}

bool
plb_http_client_cert(const struct plb_http_req *r, uint8_t sha256[32], char org_id[64])
{
	const struct http_cert *c = client_cert(r);

	if (c == NULL)
		return false;
	memcpy(sha256, c->sha256, sizeof c->sha256);
	memcpy(org_id, c->org_id, sizeof c->org_id);
	return true;
}
