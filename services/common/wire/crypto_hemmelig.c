// SPDX-License-Identifier: MPL-2.0
//
// The partners' secrets at rest.

#include "crypto_priv.h"

#include <parloeb/loop.h>

#define PREFIX "plb1:"
#define KEY 32
#define TAG 16
#define HEMMELIG_MAX 4096

bool
plb_hemmelig_er_forseglet(struct plb_slice text)
{
	return plb_slice_starts(text, plb_slice_str(PREFIX));
}

static bool
krypter(
    const struct plb_secret *key, struct plb_slice text, uint8_t *nonce, uint8_t *ct, uint8_t *tag)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n;
	bool ok = c != NULL && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->b, nonce) == 1 &&
	    EVP_EncryptUpdate(c, ct, &n, text.p, (int)text.len) == 1 &&
	    EVP_EncryptFinal_ex(c, ct + n, &n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, tag) == 1;

	EVP_CIPHER_CTX_free(c);
	return ok;
}

enum plb_err
plb_hemmelig_forsegl(
    const struct plb_secret *key, struct plb_slice text, struct plb_buf *out, struct plb_errctx *ec)
{
	uint8_t raw[WIRE_NONCE + HEMMELIG_MAX + TAG];

	if (key->len != KEY)
		return plb_err_set(
		    ec, PLB_E_KONFIG, "there is no partner key (secrets.partner_key)");
	if (text.len == 0 || text.len > HEMMELIG_MAX)
		return plb_err_set(ec, PLB_E_FORM, "a secret has 1 to %d bytes", HEMMELIG_MAX);
	plb_random(raw, WIRE_NONCE);
	if (!krypter(key, text, raw, raw + WIRE_NONCE, raw + WIRE_NONCE + text.len))
		return plb_err_set(ec, PLB_E_INTERN, "AES-256-GCM");
	plb_buf_str(out, PREFIX);
	return plb_base64(plb_slice(raw, WIRE_NONCE + text.len + TAG), out);
}

static bool
dekrypter(const struct plb_secret *key, struct plb_slice raw, uint8_t *out)
{
	size_t len = raw.len - WIRE_NONCE - TAG;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t tag[TAG];
	int n;
	bool ok;

	memcpy(tag, raw.p + WIRE_NONCE + len, TAG);
	ok = c != NULL && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->b, raw.p) == 1 &&
	    EVP_DecryptUpdate(c, out, &n, raw.p + WIRE_NONCE, (int)len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(c, out + n, &n) == 1;
	EVP_CIPHER_CTX_free(c);
	return ok;
}

enum plb_err
plb_hemmelig_aabn(
    const struct plb_secret *key, struct plb_slice text, struct plb_buf *out, struct plb_errctx *ec)
{
	uint8_t plain[HEMMELIG_MAX];
	struct plb_slice raw = {NULL, 0};
	struct plb_buf b;
	enum plb_err err = PLB_E_FORM;

	if (key->len != KEY)
		return plb_err_set(
		    ec, PLB_E_KONFIG, "sealed, and there is no partner key (secrets.partner_key)");
	plb_buf_init(&b, WIRE_NONCE + HEMMELIG_MAX + TAG + 8);
	if (plb_hemmelig_er_forseglet(text))
		err = plb_base64_decode(
		    plb_slice(text.p + sizeof(PREFIX) - 1, text.len - (sizeof(PREFIX) - 1)), &b);
	if (err == PLB_OK)
		err = plb_buf_done(&b, &raw);
	if (err != PLB_OK || raw.len <= WIRE_NONCE + TAG ||
	    raw.len > WIRE_NONCE + HEMMELIG_MAX + TAG)
		err = plb_err_set(ec, PLB_E_FORM, "not a sealed secret");
	else if (!dekrypter(key, raw, plain))
		err = plb_err_set(ec, PLB_E_ADGANG, "sealed under another key, or changed");
	else
		plb_buf_put(out, plain, raw.len - WIRE_NONCE - TAG);
	explicit_bzero(plain, sizeof(plain));
	plb_buf_fini(&b);
	return err;
}
