// SPDX-License-Identifier: MPL-2.0
#include "crypto_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK 64

void
wire_hmac_key(struct wire_hmac *h, struct plb_slice key)
{
	uint8_t pad[BLOCK] = {0};

	h->set = key.len > 0;
	if (!h->set)
		return;
	if (key.len > BLOCK)
		SHA256(key.p, key.len, pad);
	else
		memcpy(pad, key.p, key.len);
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36;
	SHA256_Init(&h->inner);
	SHA256_Update(&h->inner, pad, BLOCK);
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA256_Init(&h->outer);
	SHA256_Update(&h->outer, pad, BLOCK);
	explicit_bzero(pad, sizeof(pad));
}

void
wire_hmac(const struct wire_hmac *h, const struct plb_slice *parts, size_t n, uint8_t out[32])
{
	SHA256_CTX c = h->inner;

	for (size_t i = 0; i < n; i++)
		SHA256_Update(&c, parts[i].p, parts[i].len);
	SHA256_Final(out, &c);
	c = h->outer;
	SHA256_Update(&c, out, 32);
	SHA256_Final(out, &c);
}

static void
prepare(struct wire_hmac *h, const struct plb_secret *s)
{
	wire_hmac_key(h, plb_slice(s->b, s->len));
}

enum plb_err
plb_crypto_new(const struct plb_crypto_keys *k, struct plb_crypto **out, struct plb_errctx *ec)
{
	struct plb_crypto *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	prepare(&c->person, &k->person_key);
	prepare(&c->data, &k->data_key);
	prepare(&c->content, &k->hmac_key);
	c->data_key_id = k->data_key_id;
	c->aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	c->enc = EVP_CIPHER_CTX_new();
	c->dec = EVP_CIPHER_CTX_new();
	if (c->aes == NULL || c->enc == NULL || c->dec == NULL ||
	    EVP_EncryptInit_ex(c->enc, c->aes, NULL, NULL, NULL) != 1 ||
	    EVP_DecryptInit_ex(c->dec, c->aes, NULL, NULL, NULL) != 1) {
		plb_crypto_free(&c);
		return plb_err_set(ec, PLB_E_KONFIG, "OpenSSL has no AES-256-GCM");
	}
	*out = c;
	return PLB_OK;
}

void
plb_crypto_free(struct plb_crypto **c)
{
	if (*c == NULL)
		return;
	EVP_CIPHER_CTX_free((*c)->enc);
	EVP_CIPHER_CTX_free((*c)->dec);
	EVP_CIPHER_free((*c)->aes);
	explicit_bzero(*c, sizeof(**c));
	free(*c);
	*c = NULL;
}

enum plb_err
plb_crypto_person(struct plb_crypto *c, const struct plb_cpr *cpr, struct plb_person *out)
{
	const struct plb_slice digits = plb_slice(cpr->ciffer, sizeof(cpr->ciffer));
	uint8_t mac[32];

	if (!c->person.set)
		return PLB_E_KONFIG;
	wire_hmac(&c->person, &digits, 1, mac);
	memcpy(out->b, mac, sizeof(out->b));
	return PLB_OK;
}

enum plb_err
plb_crypto_partitionkey(
    struct plb_crypto *c, const struct plb_org *org, const struct plb_person *p, char out[33])
{
	const struct plb_slice parts[] = {
	    plb_slice_str("plb-partitionkey"), plb_org_slice(org), plb_slice(p->b, sizeof(p->b))};
	static const char digit[] = "0123456789abcdef";
	uint8_t mac[32];

	if (!c->person.set)
		return PLB_E_KONFIG;
	wire_hmac(&c->person, parts, 3, mac);
	for (size_t i = 0; i < 16; i++) {
		out[2 * i] = digit[mac[i] >> 4];
		out[2 * i + 1] = digit[mac[i] & 15];
	}
	out[32] = '\0';
	return PLB_OK;
}

/* Lengths in front, so that no byte can move from one part to the next. */
static void
med_laengder(const struct wire_hmac *h, const struct plb_slice *what, size_t n, uint8_t out[32])
{
	struct plb_slice parts[8];
	uint64_t len[4];

	PLB_ASSERT(n <= 4);
	for (size_t i = 0; i < n; i++) {
		len[i] = what[i].len;
		parts[2 * i] = plb_slice(&len[i], sizeof(len[i]));
		parts[2 * i + 1] = what[i];
	}
	wire_hmac(h, parts, 2 * n, out);
}

enum plb_err
plb_crypto_content(struct plb_crypto *c, const struct plb_incoming *in, uint8_t out[16])
{
	const struct plb_slice cpr =
	    plb_slice(in->cpr.ciffer, in->has_cpr ? sizeof(in->cpr.ciffer) : 0);
	const struct plb_slice what[] = {in->ev.type, in->body, cpr, in->rest};
	uint8_t mac[32];

	if (!c->content.set)
		return PLB_E_KONFIG;
	med_laengder(&c->content, what, 4, mac);
	memcpy(out, mac, 16);
	return PLB_OK;
}

enum plb_err
plb_crypto_maerke(const struct plb_crypto *c, const char *hvad, struct plb_slice a,
    struct plb_slice b, uint8_t out[32])
{
	const struct plb_slice what[] = {plb_slice_str(hvad), a, b};

	if (!c->content.set)
		return PLB_E_KONFIG;
	med_laengder(&c->content, what, 3, out);
	return PLB_OK;
}

void
plb_sha256(struct plb_slice s, uint8_t out[32])
{
	SHA256_CTX c;

	/* Not SHA256(): in OpenSSL 3 that looks the algorithm up by name each time. */
	SHA256_Init(&c);
	SHA256_Update(&c, s.p, s.len);
	SHA256_Final(out, &c);
}
