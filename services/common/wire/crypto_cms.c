// SPDX-License-Identifier: MPL-2.0
#include "crypto_priv.h"

#include <stdlib.h>

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

/* CMS (RFC 5652, RFC 5083): what only the holder of one certificate's key can read. */

struct plb_modtager {
	X509 *cert;
};

enum plb_err
plb_modtager_new(struct plb_slice pem, struct plb_modtager **out, struct plb_errctx *ec)
{
	BIO *bio = pem.len > PLB_MODTAGER_MAX ? NULL : BIO_new_mem_buf(pem.p, (int)pem.len);
	X509 *cert = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	EVP_PKEY *key = cert == NULL ? NULL : X509_get0_pubkey(cert);
	int type = key == NULL ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key);
	enum plb_err err = PLB_OK;

	BIO_free(bio);
	*out = NULL;
	if (cert == NULL)
		err = plb_err_set(ec, PLB_E_FORM, "expected an X.509 certificate in PEM");
	else if (type != EVP_PKEY_RSA && type != EVP_PKEY_EC)
		err = plb_err_set(ec, PLB_E_FORM, "the certificate's key is neither RSA nor EC");
	else if (type == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) < 2048)
		err = plb_err_set(ec, PLB_E_FORM, "the certificate's RSA key is under 2048 bits");
	else if ((*out = malloc(sizeof(**out))) == NULL)
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	if (err != PLB_OK) {
		X509_free(cert);
		return err;
	}
	(*out)->cert = cert;
	return PLB_OK;
}

void
plb_modtager_free(struct plb_modtager **m)
{
	if (*m == NULL)
		return;
	X509_free((*m)->cert);
	free(*m);
	*m = NULL;
}

bool
plb_modtager_gyldig(const struct plb_modtager *m, struct plb_time now)
{
	time_t t = (time_t)(now.ms / 1000);

	return X509_cmp_time(X509_get0_notBefore(m->cert), &t) < 0 &&
	    X509_cmp_time(X509_get0_notAfter(m->cert), &t) > 0;
}

/* RSA by OAEP with SHA-256: CMS' own default is PKCS #1 v1.5. EC by its default, ephemeral ECDH. */
static bool
add_recipient(CMS_ContentInfo *cms, X509 *cert)
{
	CMS_RecipientInfo *ri = CMS_add1_recipient_cert(cms, cert, CMS_USE_KEYID | CMS_KEY_PARAM);
	EVP_PKEY_CTX *c;

	if (ri == NULL)
		return false;
	if (CMS_RecipientInfo_type(ri) != CMS_RECIPINFO_TRANS)
		return true;
	c = CMS_RecipientInfo_get0_pkey_ctx(ri);
	return c != NULL && EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(c, EVP_sha256()) == 1;
}

static CMS_ContentInfo *
seal(const struct plb_modtager *m, BIO *clear)
{
	const unsigned flags = CMS_BINARY | CMS_PARTIAL;
	CMS_ContentInfo *cms = CMS_encrypt(NULL, NULL, EVP_aes_256_gcm(), flags);

	if (cms != NULL && add_recipient(cms, m->cert) &&
	    CMS_final(cms, clear, NULL, CMS_BINARY) == 1)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

enum plb_err
plb_cms_forsegl(const struct plb_modtager *m, struct plb_slice clear, struct plb_buf *out,
    struct plb_errctx *ec)
{
	BIO *in = clear.len > INT32_MAX ? NULL : BIO_new_mem_buf(clear.p, (int)clear.len);
	CMS_ContentInfo *cms = in == NULL ? NULL : seal(m, in);
	unsigned char *der = NULL;
	int n = cms == NULL ? -1 : i2d_CMS_ContentInfo(cms, &der);

	BIO_free(in);
	CMS_ContentInfo_free(cms);
	if (n <= 0)
		return plb_err_set(ec, PLB_E_INTERN, "CMS: sealing failed");
	plb_buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
	return out->failed ? plb_err_set(ec, PLB_E_FOR_STOR, "CMS: too large") : PLB_OK;
}
