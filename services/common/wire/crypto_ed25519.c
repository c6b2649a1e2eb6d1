// SPDX-License-Identifier: MPL-2.0
#include "crypto_priv.h"

#include <stdio.h>

#define SEED 32
#define ID_MAX 256

static EVP_PKEY *
private_key(const struct plb_secret *seed)
{
	if (seed->len != SEED)
		return NULL;
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed->b, SEED);
}

enum plb_err
plb_ed25519_public(const struct plb_secret *seed, uint8_t out[PLB_ED25519_PUBLIC])
{
	EVP_PKEY *key = private_key(seed);
	size_t n = PLB_ED25519_PUBLIC;
	bool ok = key != NULL && EVP_PKEY_get_raw_public_key(key, out, &n) == 1;

	EVP_PKEY_free(key);
	return ok ? PLB_OK : PLB_E_FORM;
}

enum plb_err
plb_ed25519_sign(
    const struct plb_secret *seed, struct plb_slice text, uint8_t out[PLB_ED25519_SIGNATURE])
{
	EVP_PKEY *key = private_key(seed);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	size_t n = PLB_ED25519_SIGNATURE;
	bool ok = key != NULL && c != NULL && EVP_DigestSignInit(c, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestSign(c, out, &n, text.p, text.len) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(key);
	return ok ? PLB_OK : PLB_E_FORM;
}

bool
plb_ed25519_verify(const uint8_t public[PLB_ED25519_PUBLIC], struct plb_slice text,
    const uint8_t signature[PLB_ED25519_SIGNATURE])
{
	EVP_PKEY *key =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public, PLB_ED25519_PUBLIC);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = key != NULL && c != NULL && EVP_DigestVerifyInit(c, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(c, signature, PLB_ED25519_SIGNATURE, text.p, text.len) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(key);
	return ok;
}

/* Ed25519 needs the whole text in one piece: id "." timestamp "." body. */
enum plb_err
plb_webhook_sign_a(const struct plb_secret *seed, struct plb_slice id, int64_t timestamp,
    struct plb_slice body, char out[92])
{
	uint8_t sig[PLB_ED25519_SIGNATURE];
	struct plb_slice text;
	struct plb_buf b;
	enum plb_err err;

	if (id.len > ID_MAX)
		return PLB_E_FOR_STOR;
	plb_buf_init(&b, body.len + ID_MAX + 32);
	plb_buf_slice(&b, id);
	plb_buf_printf(&b, ".%lld.", (long long)timestamp);
	plb_buf_slice(&b, body);
	err = plb_buf_done(&b, &text);
	if (err == PLB_OK)
		err = plb_ed25519_sign(seed, text, sig);
	if (err == PLB_OK)
		(void)EVP_EncodeBlock((unsigned char *)out, sig, sizeof(sig));
	if (b.p != NULL)
		explicit_bzero(b.p, b.len);
	plb_buf_fini(&b);
	return err;
}
