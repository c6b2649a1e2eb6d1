// SPDX-License-Identifier: MPL-2.0
#include "crypto_priv.h"

#include <openssl/rand.h>

#include "avro_rd.h"

/* A sealed part: version, key id, nonce, data, tag. */
#define VERSION 0x01
#define HEAD (1 + 4 + WIRE_NONCE)
#define TAG 16
#define AAD_MAX 1024
#define PART_MAX ((size_t)4 << 20)

static bool
nonce(struct plb_crypto *c, uint8_t out[WIRE_NONCE])
{
	if (c->nonces == 0) {
		if (RAND_bytes(c->nonce[0], (int)sizeof(c->nonce)) != 1)
			return false;
		c->nonces = WIRE_NONCES;
	}
	memcpy(out, c->nonce[--c->nonces], WIRE_NONCE);
	return true;
}

/* Key of one person. */
static void
data_key(const struct plb_crypto *c, const struct plb_person *p, uint8_t key[32])
{
	const struct plb_slice parts[] = {
	    plb_slice_str("plb-data-1"), plb_slice(p->b, sizeof(p->b))};

	wire_hmac(&c->data, parts, 2, key);
}

/* Part name, kilde, id, each with a NUL behind. */
static bool
associate(EVP_CIPHER_CTX *x,
    int (*update)(EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int),
    const char *part, struct plb_slice kilde, struct plb_slice id)
{
	uint8_t aad[AAD_MAX];
	size_t n = strlen(part) + 1;
	int done;

	/* The edge takes shorter ones only; whatever is longer was not sealed here. */
	if (kilde.len > AAD_MAX || id.len > AAD_MAX || n + kilde.len + id.len + 2 > AAD_MAX)
		return false;
	memcpy(aad, part, n);
	memcpy(aad + n, kilde.p, kilde.len);
	n += kilde.len;
	aad[n++] = 0;
	memcpy(aad + n, id.p, id.len);
	n += id.len;
	aad[n++] = 0;
	return update(x, NULL, &done, aad, (int)n) == 1;
}

/* One ciphertext as Avro ["null", bytes]. key NULL: the context has it already. */
static enum plb_err
seal_part(struct plb_crypto *c, const uint8_t *key, const char *part, const struct plb_event *ev,
    struct plb_slice plain, struct plb_buf *out)
{
	uint32_t id = __builtin_bswap32(c->data_key_id);
	size_t n = HEAD + plain.len + TAG;
	uint8_t *to, len_text[WIRE_VARINT_MAX];
	size_t len_n = wire_put_long(len_text, (int64_t)n);
	int done;

	if (plain.len > PART_MAX)
		return PLB_E_FOR_STOR;
	plb_buf_u8(out, 2);
	plb_buf_put(out, len_text, len_n);
	to = plb_buf_reserve(out, n);
	if (to == NULL)
		return PLB_E_FOR_STOR;
	to[0] = VERSION;
	memcpy(to + 1, &id, 4);
	if (!nonce(c, to + 5) || EVP_EncryptInit_ex(c->enc, NULL, NULL, key, to + 5) != 1 ||
	    !associate(c->enc, EVP_EncryptUpdate, part, ev->source, ev->id) ||
	    EVP_EncryptUpdate(c->enc, to + HEAD, &done, plain.p, (int)plain.len) != 1 ||
	    EVP_EncryptFinal_ex(c->enc, to + HEAD + plain.len, &done) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c->enc, EVP_CTRL_GCM_GET_TAG, TAG, to + HEAD + plain.len) != 1)
		return PLB_E_INTERN;
	plb_buf_advance(out, n);
	return PLB_OK;
}

static void
put_string(struct plb_buf *out, struct plb_slice s)
{
	wire_buf_long(out, (int64_t)s.len);
	plb_buf_slice(out, s);
}

enum plb_err
plb_crypto_seal(struct plb_crypto *c, const struct plb_incoming *in, const struct plb_person *p,
    struct plb_buf *out)
{
	const struct plb_slice cpr = plb_slice(in->cpr.ciffer, sizeof(in->cpr.ciffer));
	struct plb_slice done;
	uint8_t key[32];
	enum plb_err err = PLB_OK;

	plb_frame_put(in->schema, out);
	if (!plb_schema_sealed(in->schema) || (!in->has_cpr && in->rest.len == 0)) {
		plb_buf_slice(out, in->body);
		return plb_buf_done(out, &done);
	}
	if (!c->data.set)
		return PLB_E_KONFIG;
	/* forseglet is the last field, and the reader has left it null: its byte gives way to the
	 * record. */
	PLB_ASSERT(in->body.len > 0 && in->body.p[in->body.len - 1] == 0);
	plb_buf_put(out, in->body.p, in->body.len - 1);
	plb_buf_u8(out, 2);
	put_string(out, in->ev.source);
	put_string(out, in->ev.id);
	data_key(c, p, key);
	if (in->has_cpr)
		err = seal_part(c, key, "cpr", &in->ev, cpr, out);
	else
		plb_buf_u8(out, 0);
	if (!err && in->rest.len > 0)
		err = seal_part(c, in->has_cpr ? NULL : key, "rest", &in->ev, in->rest, out);
	else if (!err)
		plb_buf_u8(out, 0);
	explicit_bzero(key, sizeof(key));
	return err ? err : plb_buf_done(out, &done);
}

static enum plb_err
open_part(void *arg, const struct plb_person *person, const char *part, struct plb_slice kilde,
    struct plb_slice id, struct plb_slice sealed, struct plb_buf *out)
{
	struct plb_crypto *c = arg;
	uint8_t key[32], tag[TAG], *to;
	uint32_t key_id;
	size_t n;
	int done;
	bool ok;

	if (!c->data.set)
		return PLB_E_ADGANG;
	if (sealed.len < HEAD + TAG || sealed.len > PART_MAX || sealed.p[0] != VERSION)
		return PLB_E_FORM;
	memcpy(&key_id, sealed.p + 1, 4);
	if (__builtin_bswap32(key_id) != c->data_key_id)
		return PLB_E_UKENDT;
	n = sealed.len - HEAD - TAG;
	to = plb_buf_reserve(out, n + 1);
	if (to == NULL)
		return PLB_E_FOR_STOR;
	memcpy(tag, sealed.p + HEAD + n, TAG);
	data_key(c, person, key);
	ok = EVP_DecryptInit_ex(c->dec, NULL, NULL, key, sealed.p + 5) == 1 &&
	    associate(c->dec, EVP_DecryptUpdate, part, kilde, id) &&
	    EVP_DecryptUpdate(c->dec, to, &done, sealed.p + HEAD, (int)n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c->dec, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(c->dec, to + n, &done) == 1;
	explicit_bzero(key, sizeof(key));
	if (!ok) {
		explicit_bzero(to, n);
		return PLB_E_ADGANG;
	}
	plb_buf_advance(out, n);
	return PLB_OK;
}

struct plb_opener
plb_crypto_opener(struct plb_crypto *c)
{
	return (struct plb_opener){.open = open_part, .arg = c};
}
