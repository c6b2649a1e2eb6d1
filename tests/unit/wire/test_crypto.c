// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "avro_rd.h"
#include "crypto_priv.h"

/* The prepared HMAC against OpenSSL's one-shot function, for keys and data around the block size.
 */
static void
test_hmac(void **state)
{
	uint8_t key[200], data[300], want[32], got[32];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i * 3 + 1);
	for (size_t k = 1; k < sizeof(key); k += 9) {
		for (size_t n = 0; n < sizeof(data); n += 13) {
			const struct plb_slice parts[2] = {
			    plb_slice(data, n / 3), plb_slice(data + n / 3, n - n / 3)};
			struct wire_hmac h;
			unsigned len;

			assert_non_null(HMAC(EVP_sha256(), key, (int)k, data, n, want, &len));
			wire_hmac_key(&h, plb_slice(key, k));
			wire_hmac(&h, parts, 2, got);
			assert_memory_equal(got, want, 32);
		}
	}
}

static void
test_sha256(void **state)
{
	static const uint8_t abc[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41,
	    0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
	    0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
	uint8_t got[32];

	(void)state;
	plb_sha256(plb_slice_str("abc"), got);
	assert_memory_equal(got, abc, 32);
}

/* Name-based UUIDs of base against OpenSSL's SHA-1: the pure core and this layer must name alike.
 */
static void
test_uuid5(void **state)
{
	(void)state;
	for (size_t n = 0; n < 200; n += 7) {
		uint8_t name[200], all[16 + 201], sum[EVP_MAX_MD_SIZE];
		struct plb_slice part = plb_slice(name, n);
		struct plb_uuid got;

		memset(name, (int)('a' + n % 26), sizeof(name));
		memcpy(all, PLB_UUID_NS.b, 16);
		memcpy(all + 16, name, n);
		all[16 + n] = 0;
		assert_int_equal(EVP_Digest(all, 16 + n + 1, sum, NULL, EVP_sha1(), NULL), 1);
		sum[6] = (uint8_t)((sum[6] & 0x0f) | 0x50);
		sum[8] = (uint8_t)((sum[8] & 0x3f) | 0x80);
		got = plb_uuid5(PLB_UUID_NS, &part, 1);
		assert_memory_equal(got.b, sum, 16);
	}
}

static void
test_person(void **state)
{
	struct fix *f = *state;
	struct plb_cpr cpr = {{'0', '1', '0', '1', '7', '0', '1', '2', '3', '4'}};
	struct plb_person p, q;
	struct plb_org a, b;
	char x[33], y[33];
	uint8_t key[32], want[32];

	for (size_t i = 0; i < 32; i++)
		key[i] = (uint8_t)(1 + i);
	assert_non_null(HMAC(EVP_sha256(), key, 32, (const uint8_t *)cpr.ciffer, 10, want, NULL));
	assert_int_equal(plb_crypto_person(f->crypto, &cpr, &p), PLB_OK);
	assert_memory_equal(p.b, want, 16);
	cpr.ciffer[9] = '5';
	assert_int_equal(plb_crypto_person(f->crypto, &cpr, &q), PLB_OK);
	assert_memory_not_equal(p.b, q.b, 16);
	assert_int_equal(plb_org_parse(plb_slice_str("akasse:hk"), &a), PLB_OK);
	assert_int_equal(plb_org_parse(plb_slice_str("kommune:0461"), &b), PLB_OK);
	assert_int_equal(plb_crypto_partitionkey(f->crypto, &a, &p, x), PLB_OK);
	assert_int_equal(plb_crypto_partitionkey(f->crypto, &b, &p, y), PLB_OK);
	assert_int_equal(strlen(x), 32);
	assert_string_not_equal(x, y);
	assert_int_equal(plb_crypto_partitionkey(f->crypto, &a, &q, y), PLB_OK);
	assert_string_not_equal(x, y);
	assert_int_equal(plb_crypto_partitionkey(f->crypto, &a, &p, y), PLB_OK);
	assert_string_equal(x, y);
}

/* The content tells what was said, not when or in which shape. */
static void
test_content(void **state)
{
	static const struct {
		const char *at, *value;
		bool same;
	} cases[] = {
	    {"/time", "\"2024-04-09T00:00:00Z\"", true},
	    {"/id", "\"et-andet\"", true},
	    {"/source", "\"/akasse/hk/andet\"", true},
	    {"/data/version", "3", false},
	    {"/data/tekst", "\"Noget andet.\"", false},
	    {"/data/cpr", "\"0101701234\"", false},
	    {"/data/kontakt", NULL, false},
	    {"/data/synligForBorger", "false", false},
	};
	struct fix *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *event = golden("referat-publiceret");
		struct verdict v, w;
		uint8_t a[16], b[16];

		judge_tree(f, event, &v);
		assert_int_equal(v.err, PLB_OK);
		edit(event, cases[i].at, cases[i].value);
		judge_tree(f, event, &w);
		assert_int_equal(w.err, PLB_OK);
		assert_int_equal(plb_crypto_content(f->crypto, &v.in, a), PLB_OK);
		assert_int_equal(plb_crypto_content(f->crypto, &w.in, b), PLB_OK);
		if ((memcmp(a, b, 16) == 0) != cases[i].same)
			fail_msg("%s", cases[i].at);
		json_decref(event);
	}
}

static const struct plb_person anna = {{'a'}}, bo = {{'b'}};

struct sealed {
	struct verdict v;
	const struct plb_schema *schema;
	struct plb_slice value, body;
};

static void
seal_golden(struct fix *f, const char *navn, struct sealed *x)
{
	json_t *event = golden(navn);

	judge_tree(f, event, &x->v);
	assert_int_equal(x->v.err, PLB_OK);
	plb_buf_reset(&f->out);
	assert_int_equal(plb_crypto_seal(f->crypto, &x->v.in, &anna, &f->out), PLB_OK);
	x->value = plb_slice(f->out.p, f->out.len);
	assert_int_equal(plb_frame_open(f->schemas, x->value, &x->schema, &x->body, NULL), PLB_OK);
	assert_int_equal(plb_avro_check(x->schema, x->body, NULL), PLB_OK);
	json_decref(event);
}

static enum plb_err
reveal(struct fix *f, const struct sealed *x, const struct plb_person *p, struct plb_buf *json)
{
	struct plb_opener op = plb_crypto_opener(f->crypto);

	plb_buf_reset(json);
	return plb_json_data(x->schema, x->body, p, &op, json, NULL);
}

static bool
holds(const struct plb_buf *b, const char *text)
{
	return b->len > 0 && memmem(b->p, b->len, text, strlen(text)) != NULL;
}

static void
test_seal_and_open(void **state)
{
	struct fix *f = *state;
	struct plb_buf json;
	struct sealed x;

	seal_golden(f, "referat-publiceret", &x);
	assert_false(holds(&f->out, "6101901234"));
	assert_false(holds(&f->out, "jobs"));
	plb_buf_init(&json, 1 << 20);
	assert_int_equal(reveal(f, &x, &anna, &json), PLB_OK);
	assert_true(holds(&json, "\"cpr\":\"6101901234\""));
	assert_true(holds(&json, "\"emner\":[\"jobsøgning\""));
	/* Another person's key opens nothing, and the clear members still come. */
	assert_int_equal(reveal(f, &x, &bo, &json), PLB_E_ADGANG);
	assert_false(holds(&json, "cpr"));
	assert_false(holds(&json, "emner"));
	assert_true(holds(&json, "\"version\":2"));
	plb_buf_fini(&json);
}

/* A member that this recipient does not get to see stays out; the rest is there. */
static void
test_hidden_member(void **state)
{
	struct fix *f = *state;
	struct plb_opener op = plb_crypto_opener(f->crypto);
	struct plb_buf json;
	struct sealed x;

	seal_golden(f, "indkaldelse-oprettet", &x);
	x.v.in.ev.person = anna;
	x.v.in.ev.has_person = true;
	plb_buf_init(&json, 1 << 20);
	assert_int_equal(
	    plb_json_cloudevent(x.schema, &x.v.in.ev, x.body, NULL, &op, &json, NULL), PLB_OK);
	assert_true(holds(&json, "\"sted\":"));
	plb_buf_reset(&json);
	x.v.in.ev.skjul = plb_slice_str("sted");
	assert_int_equal(
	    plb_json_cloudevent(x.schema, &x.v.in.ev, x.body, NULL, &op, &json, NULL), PLB_OK);
	assert_false(holds(&json, "\"sted\":"));
	assert_true(holds(&json, "\"cpr\":") && holds(&json, "\"titel\":"));
	plb_buf_fini(&json);
}

struct segl {
	bool har;
	struct plb_slice kilde, id, cpr;
};

/* The sealed number of a record as header plb_nummer has it; into out. */
static struct plb_slice
nummer(const struct sealed *x, struct plb_buf *out)
{
	static const struct plb_bind felter[] = {
	    {"kilde", PLB_BIND_STRING, offsetof(struct segl, kilde), PLB_BIND_REQUIRED, NULL, 0, 0,
		NULL},
	    {"id", PLB_BIND_STRING, offsetof(struct segl, id), PLB_BIND_REQUIRED, NULL, 0, 0, NULL},
	    {"cpr", PLB_BIND_BYTES, offsetof(struct segl, cpr), PLB_BIND_REQUIRED, NULL, 0, 0,
		NULL},
	};
	static const struct plb_bind hele = {
	    "forseglet", PLB_BIND_RECORD, 0, offsetof(struct segl, har), felter, 3, 0, NULL};
	struct plb_binding *b;
	struct plb_arena a;
	struct plb_slice s;
	struct segl segl;

	plb_arena_init(&a, 1 << 16);
	assert_int_equal(plb_binding_new(x->schema, &hele, 1, &b, NULL), PLB_OK);
	assert_int_equal(plb_binding_decode(b, x->body, &a, &segl, NULL), PLB_OK);
	plb_buf_slice(out, segl.kilde);
	plb_buf_u8(out, 0);
	plb_buf_slice(out, segl.id);
	plb_buf_u8(out, 0);
	plb_buf_slice(out, segl.cpr);
	assert_int_equal(plb_buf_done(out, &s), PLB_OK);
	plb_binding_free(&b);
	plb_arena_fini(&a);
	return s;
}

/* Another event's sealed number goes out in place of the content's, the rest as it is. */
static void
test_newest_number(void **state)
{
	struct fix *f = *state;
	struct plb_opener op = plb_crypto_opener(f->crypto);
	struct plb_buf json, nyt;
	struct plb_slice header;
	struct sealed x;

	plb_buf_init(&json, 1 << 20);
	plb_buf_init(&nyt, 1 << 16);
	seal_golden(f, "timer-indberettet", &x);
	assert_int_equal(
	    plb_cpr_parse(plb_slice_str("6202901237"), PLB_CPR_WIDE, &x.v.in.cpr), PLB_OK);
	plb_buf_reset(&f->out);
	assert_int_equal(plb_crypto_seal(f->crypto, &x.v.in, &anna, &f->out), PLB_OK);
	x.value = plb_slice(f->out.p, f->out.len);
	assert_int_equal(plb_frame_open(f->schemas, x.value, &x.schema, &x.body, NULL), PLB_OK);
	header = nummer(&x, &nyt);
	seal_golden(f, "referat-publiceret", &x);
	x.v.in.ev.person = anna;
	x.v.in.ev.has_person = true;
	x.v.in.ev.nummer = header;
	plb_buf_reset(&json);
	assert_int_equal(
	    plb_json_cloudevent(x.schema, &x.v.in.ev, x.body, NULL, &op, &json, NULL), PLB_OK);
	assert_true(holds(&json, "\"cpr\":\"6202901237\""));
	assert_false(holds(&json, "6101901234"));
	assert_true(holds(&json, "\"emner\":[\"jobsøgning\""));
	/* Bent, it opens nothing: rather none than an old number. */
	for (size_t n = 0; n < header.len; n += 7) {
		x.v.in.ev.nummer = plb_slice(header.p, header.len - n - 1);
		plb_buf_reset(&json);
		assert_int_not_equal(
		    plb_json_cloudevent(x.schema, &x.v.in.ev, x.body, NULL, &op, &json, NULL),
		    PLB_OK);
		assert_false(holds(&json, "6101901234"));
		if (header.len - n <= 8)
			break;
	}
	plb_buf_fini(&nyt);
	plb_buf_fini(&json);
}

/* Every byte of the seal counts: version, key id, nonce, data, tag, and the origin it is bound to.
 */
static void
test_tamper(void **state)
{
	struct fix *f = *state;
	struct plb_buf json;
	struct sealed x;
	size_t first, opened = 0;

	seal_golden(f, "timer-indberettet", &x);
	first = (size_t)(x.body.p - f->out.p) + x.v.in.body.len - 1;
	plb_buf_init(&json, 1 << 20);
	for (size_t i = first; i < f->out.len; i++) {
		f->out.p[i] ^= 1;
		if (reveal(f, &x, &anna, &json) == PLB_OK && holds(&json, "cpr")) {
			print_error("byte %zu of %zu\n", i, f->out.len);
			opened++;
		}
		assert_false(holds(&json, "6101901234"));
		f->out.p[i] ^= 1;
	}
	assert_int_equal(opened, 0);
	assert_int_equal(reveal(f, &x, &anna, &json), PLB_OK);
	assert_true(holds(&json, "6101901234"));
	plb_buf_fini(&json);
}

/* A part cannot be passed off as the other one, nor as one of another event. */
static void
test_bound_to_origin(void **state)
{
	struct fix *f = *state;
	struct plb_opener op = plb_crypto_opener(f->crypto);
	struct plb_slice kilde = plb_slice_str("/akasse/hk/fagsystem"), id, part[2] = {{NULL, 0}};
	struct plb_slice s;
	struct plb_buf out;
	struct wire_rd r;
	struct sealed x;
	bool there;

	seal_golden(f, "referat-publiceret", &x);
	id = x.v.in.ev.id;
	assert_true(
	    wire_rd_init(&r, plb_slice(x.body.p + x.v.in.body.len, x.body.len - x.v.in.body.len)));
	assert_true(wire_rd_string(&r, &s) && plb_slice_eq(s, kilde) && wire_rd_string(&r, &s) &&
	    plb_slice_eq(s, id));
	for (int i = 0; i < 2; i++)
		assert_true(wire_rd_there(&r, &there) && there && wire_rd_bytes(&r, &part[i]));
	plb_buf_init(&out, 1 << 20);
	assert_int_equal(op.open(op.arg, &anna, "cpr", kilde, id, part[0], &out), PLB_OK);
	assert_int_equal(out.len, 10);
	assert_int_equal(op.open(op.arg, &anna, "rest", kilde, id, part[0], &out), PLB_E_ADGANG);
	assert_int_equal(
	    op.open(op.arg, &anna, "cpr", kilde, plb_slice_str("x"), part[0], &out), PLB_E_ADGANG);
	assert_int_equal(
	    op.open(op.arg, &anna, "cpr", plb_slice_str("x"), id, part[0], &out), PLB_E_ADGANG);
	assert_int_equal(
	    op.open(op.arg, &anna, "cpr", kilde, id, plb_slice(part[0].p, 32), &out), PLB_E_FORM);
	assert_int_equal(
	    op.open(op.arg, &anna, "cpr", kilde, id, plb_slice(part[0].p, part[0].len - 1), &out),
	    PLB_E_ADGANG);
	assert_int_equal(out.len, 10);
	plb_buf_fini(&out);
}

/* The same event twice: different bytes, as the nonce is never used again. */
static void
test_nonces_differ(void **state)
{
	struct fix *f = *state;
	uint8_t seen[300][12];
	struct sealed x;

	for (size_t n = 0; n < 300; n++) {
		const uint8_t *nonce;

		plb_arena_reset(&f->arena);
		seal_golden(f, "cv-godkendt", &x);
		/* Behind: data 10, tag 16, null of rest. */
		nonce = x.body.p + x.body.len - 1 - 16 - 10 - 12;
		for (size_t i = 0; i < n; i++)
			assert_memory_not_equal(seen[i], nonce, 12);
		memcpy(seen[n], nonce, 12);
	}
}

/* A process without a key cannot do what needs it. */
static void
test_without_keys(void **state)
{
	struct fix *f = *state;
	struct plb_crypto_keys none = {.data_key_id = 7};
	struct plb_crypto *c;
	struct plb_cpr cpr = {"0101701234"};
	struct plb_person p;
	struct plb_opener op;
	struct plb_buf out;
	struct sealed x;
	uint8_t mac[16];
	char text[33];

	seal_golden(f, "referat-publiceret", &x);
	assert_int_equal(plb_crypto_new(&none, &c, NULL), PLB_OK);
	plb_buf_init(&out, 1 << 20);
	assert_int_equal(plb_crypto_person(c, &cpr, &p), PLB_E_KONFIG);
	assert_int_equal(plb_crypto_partitionkey(c, &x.v.in.ev.org, &anna, text), PLB_E_KONFIG);
	assert_int_equal(plb_crypto_content(c, &x.v.in, mac), PLB_E_KONFIG);
	assert_int_equal(plb_crypto_seal(c, &x.v.in, &anna, &out), PLB_E_KONFIG);
	op = plb_crypto_opener(c);
	plb_buf_reset(&out);
	assert_int_equal(plb_json_data(x.schema, x.body, &anna, &op, &out, NULL), PLB_E_ADGANG);
	assert_false(holds(&out, "cpr"));
	plb_buf_fini(&out);
	plb_crypto_free(&c);
	assert_null(c);
}

/* The vector of the Standard Webhooks specification. */
static void
test_webhook(void **state)
{
	struct plb_secret s;
	char sig[48];

	(void)state;
	assert_int_equal(
	    plb_webhook_secret(plb_slice_str("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &s),
	    PLB_OK);
	assert_int_equal(s.len, 24);
	assert_int_equal(
	    plb_webhook_sign(plb_slice(s.b, s.len), plb_slice_str("msg_p5jXN8AQM9LWM0D4loKWxJek"),
		1614265330, plb_slice_str("{\"test\": 2432232314}"), sig),
	    PLB_OK);
	assert_string_equal(sig, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	assert_int_equal(
	    plb_webhook_sign(plb_slice(NULL, 0), plb_slice_str("m"), 1, plb_slice_str(""), sig),
	    PLB_E_FORM);
}

static void
test_webhook_secrets(void **state)
{
	static const char *const bad[] = {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-w",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAB==", "whsec_===="};
	struct plb_secret s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (plb_webhook_secret(plb_slice_str(bad[i]), &s) != PLB_E_FORM)
			fail_msg("%s", bad[i]);
	for (size_t n = 20; n < 70; n++) {
		uint8_t raw[70];
		struct plb_buf b;

		for (size_t i = 0; i < n; i++)
			raw[i] = (uint8_t)(i * 37 + n);
		plb_buf_init(&b, 200);
		plb_buf_str(&b, "whsec_");
		assert_int_equal(plb_base64(plb_slice(raw, n), &b), PLB_OK);
		assert_int_equal(plb_webhook_secret(plb_slice(b.p, b.len), &s),
		    n >= 24 && n <= 64 ? PLB_OK : PLB_E_FORM);
		if (s.len > 0) {
			assert_int_equal(s.len, n);
			assert_memory_equal(s.b, raw, n);
		}
		plb_buf_fini(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_hmac, fix_reset),
	    cmocka_unit_test_setup(test_sha256, fix_reset),
	    cmocka_unit_test_setup(test_uuid5, fix_reset),
	    cmocka_unit_test_setup(test_person, fix_reset),
	    cmocka_unit_test_setup(test_content, fix_reset),
	    cmocka_unit_test_setup(test_seal_and_open, fix_reset),
	    cmocka_unit_test_setup(test_hidden_member, fix_reset),
	    cmocka_unit_test_setup(test_newest_number, fix_reset),
	    cmocka_unit_test_setup(test_tamper, fix_reset),
	    cmocka_unit_test_setup(test_bound_to_origin, fix_reset),
	    cmocka_unit_test_setup(test_nonces_differ, fix_reset),
	    cmocka_unit_test_setup(test_without_keys, fix_reset),
	    cmocka_unit_test_setup(test_webhook, fix_reset),
	    cmocka_unit_test_setup(test_webhook_secrets, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
