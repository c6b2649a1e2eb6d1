// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_CRYPTO_PRIV_H
#define WIRE_CRYPTO_PRIV_H

/* The low-level SHA-256 functions are marked deprecated in OpenSSL 3, but their state is a plain
 * struct: a prepared HMAC key is copied by assignment, where EVP_MAC and EVP_MD allocate for every
 * copy. The person key, the content HMAC and each data key cost an HMAC per event. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <parloeb/crypto.h>

/* HMAC-SHA-256 with a key prepared once (RFC 2104). */
struct wire_hmac {
	SHA256_CTX inner, outer;
	bool set;
};
void wire_hmac_key(struct wire_hmac *h, struct plb_slice key);
void wire_hmac(const struct wire_hmac *h, const struct plb_slice *parts, size_t n, uint8_t out[32]);

/* Canonical base64 into at most max bytes; false on any fault. What was written is the caller's to
 * wipe. */
bool wire_base64_decode(struct plb_slice text, uint8_t *out, size_t max, size_t *len);

#define WIRE_NONCE 12
#define WIRE_NONCES 64

struct plb_crypto {
	struct wire_hmac person, data, content;
	uint32_t data_key_id;
	EVP_CIPHER *aes;
	EVP_CIPHER_CTX *enc, *dec;
	uint8_t nonce[WIRE_NONCES][WIRE_NONCE]; /* random; drawn many at a time */
	size_t nonces;                          /* left */
};

#endif
