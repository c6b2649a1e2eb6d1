// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_CRYPTO_H
#define PARLOEB_CRYPTO_H

#include <parloeb/json.h>

/* OpenSSL, in this module only. A context holds prepared keys; one thread at a time; free wipes. */
struct plb_crypto;
struct plb_crypto_keys {
	struct plb_secret person_key, data_key,
	    hmac_key; /* len 0 = this process does not have it */
	uint32_t data_key_id;
};
PLB_MUSTUSE enum plb_err plb_crypto_new(
    const struct plb_crypto_keys *k, struct plb_crypto **out, struct plb_errctx *ec);
void plb_crypto_free(struct plb_crypto **c);

/* Person key: HMAC-SHA-256(person_key, digits)[0..16]. */
PLB_MUSTUSE enum plb_err plb_crypto_person(
    struct plb_crypto *c, const struct plb_cpr *cpr, struct plb_person *out);
/* The pseudonym that one recipient sees: HMAC-SHA-256(person_key, "plb-partitionkey" ‖ org ‖
 * person)[0..16] as 32 hex digits + NUL. */
PLB_MUSTUSE enum plb_err plb_crypto_partitionkey(
    struct plb_crypto *c, const struct plb_org *org, const struct plb_person *p, char out[33]);
/* HMAC over type, body, cpr and rest: tells a repeat from a clash. Not over the time: contract § 4
 * takes the same type and data as a repeat. */
PLB_MUSTUSE enum plb_err plb_crypto_content(
    struct plb_crypto *c, const struct plb_incoming *in, uint8_t out[16]);
/* A mark by hmac_key on a name that goes out and comes back: over `hvad`, which says what kind of
 * name it is, and the parts, each with its length in front. PLB_E_KONFIG without that key. */
PLB_MUSTUSE enum plb_err plb_crypto_maerke(const struct plb_crypto *c, const char *hvad,
    struct plb_slice a, struct plb_slice b, uint8_t out[32]);
/* Framed Kafka value of an incoming event: frame, body, and `forseglet` filled with the two
 * ciphertexts. */
PLB_MUSTUSE enum plb_err plb_crypto_seal(struct plb_crypto *c, const struct plb_incoming *in,
    const struct plb_person *p, struct plb_buf *out);
/* An opener for plb_json_*; valid while c lives. Refuses persons on the erasure list (later).
 * PLB_E_ADGANG on a wrong tag. */
struct plb_opener plb_crypto_opener(struct plb_crypto *c);

void plb_sha256(struct plb_slice s, uint8_t out[32]);
/* Standard Webhooks v1: base64 of HMAC-SHA-256 over id "." timestamp "." body. out: at least 48
 * bytes. */
PLB_MUSTUSE enum plb_err plb_webhook_sign(struct plb_slice secret, struct plb_slice id,
    int64_t timestamp, struct plb_slice body, char out[48]);
/* "whsec_" + base64 → raw bytes (24-64); PLB_E_FORM. */
PLB_MUSTUSE enum plb_err plb_webhook_secret(struct plb_slice text, struct plb_secret *out);
PLB_MUSTUSE enum plb_err plb_base64(struct plb_slice s, struct plb_buf *out);
/* Canonical base64 (padded, no white space); PLB_E_FORM. The text must not be a secret: out is not
 * wiped. */
PLB_MUSTUSE enum plb_err plb_base64_decode(struct plb_slice text, struct plb_buf *out);

/* Ed25519 (RFC 8032). The secret is the 32-byte seed; PLB_E_FORM when it has another length. */
#define PLB_ED25519_PUBLIC 32
#define PLB_ED25519_SIGNATURE 64
PLB_MUSTUSE enum plb_err plb_ed25519_public(
    const struct plb_secret *seed, uint8_t out[PLB_ED25519_PUBLIC]);
PLB_MUSTUSE enum plb_err plb_ed25519_sign(
    const struct plb_secret *seed, struct plb_slice text, uint8_t out[PLB_ED25519_SIGNATURE]);
bool plb_ed25519_verify(const uint8_t public[PLB_ED25519_PUBLIC], struct plb_slice text,
    const uint8_t signature[PLB_ED25519_SIGNATURE]);
/* Standard Webhooks v1a: base64 of the Ed25519 signature over the same text as v1. out: at least 92
 * bytes. */
PLB_MUSTUSE enum plb_err plb_webhook_sign_a(const struct plb_secret *seed, struct plb_slice id,
    int64_t timestamp, struct plb_slice body, char out[92]);
/* "whsk_" + base64 of the seed, alone or with the public key behind it → the seed; PLB_E_FORM. */
PLB_MUSTUSE enum plb_err plb_webhook_signing_key(struct plb_slice text, struct plb_secret *out);

/* A secret at rest: "plb1:" + base64 of nonce (12), AES-256-GCM ciphertext and tag (16), under the
 * installation's 32-byte partner key. */
bool plb_hemmelig_er_forseglet(struct plb_slice text);
PLB_MUSTUSE enum plb_err plb_hemmelig_forsegl(const struct plb_secret *key, struct plb_slice text,
    struct plb_buf *out, struct plb_errctx *ec);
/* PLB_E_ADGANG: another key, or changed. The caller wipes `out`. */
PLB_MUSTUSE enum plb_err plb_hemmelig_aabn(const struct plb_secret *key, struct plb_slice text,
    struct plb_buf *out, struct plb_errctx *ec);

/* A recipient's X.509 certificate (RSA of at least 2048 bits, or EC), from PEM; PLB_E_FORM.
 * Immutable: any thread. */
struct plb_modtager;
#define PLB_MODTAGER_MAX 65536
PLB_MUSTUSE enum plb_err plb_modtager_new(
    struct plb_slice pem, struct plb_modtager **out, struct plb_errctx *ec);
void plb_modtager_free(struct plb_modtager **m);
bool plb_modtager_gyldig(const struct plb_modtager *m, struct plb_time now); /* by its dates */
/* CMS AuthEnvelopedData (RFC 5083) in DER, AES-256-GCM, the key by RSA-OAEP with SHA-256 or
 * ephemeral ECDH. Appends. PLB_E_FOR_STOR, PLB_E_INTERN. */
PLB_MUSTUSE enum plb_err plb_cms_forsegl(const struct plb_modtager *m, struct plb_slice clear,
    struct plb_buf *out, struct plb_errctx *ec);

#endif
