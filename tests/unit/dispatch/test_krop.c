// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "krop.h"

#include <parloeb/loop.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NU ((struct plb_time){INT64_C(1712740000999)})

struct fast {
	struct plb_schemas *schemas;
	struct plb_crypto *crypto, *andre; /* another installation's keys */
	struct krop *krop;
	struct plb_arena arena;
	struct plb_buf vaerdi;
	char *json;
	struct plb_incoming in;
	struct plb_person person;
	struct post post;
	struct indhold indhold;
	struct plb_webhook_conf hook;
};

static struct plb_crypto_keys
noegler(uint8_t b)
{
	struct plb_crypto_keys k = {.data_key_id = 1};
	struct plb_secret *alle[] = {&k.person_key, &k.data_key, &k.hmac_key};

	for (int i = 0; i < 3; i++) {
		memset(alle[i]->b, b + i, 32);
		alle[i]->len = 32;
	}
	return k;
}

/* The golden event of referat-tilbagekaldt as it stands on ud. */
static int
saet_op(void **state)
{
	static struct fast f;
	struct plb_crypto_keys k = noegler(1), andre = noegler(50);
	struct plb_errctx ec = {0};
	struct plb_fejl_list fejl = {0};
	struct plb_json_ctx ctx;
	bool not_event;
	size_t len;

	assert_int_equal(plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder",
			     &f.schemas, &ec),
	    PLB_OK);
	assert_int_equal(plb_crypto_new(&k, &f.crypto, &ec), PLB_OK);
	assert_int_equal(plb_crypto_new(&andre, &f.andre, &ec), PLB_OK);
	assert_int_equal(krop_new(f.schemas, f.crypto, &f.krop, &ec), PLB_OK);
	plb_arena_init(&f.arena, 1 << 20);
	plb_buf_init(&f.vaerdi, 1 << 20);
	assert_int_equal(plb_file_read(PLB_SOURCE_DIR "/schemas/referat-tilbagekaldt/golden/1.json",
			     1 << 20, &f.json, &len, &ec),
	    PLB_OK);
	ctx = (struct plb_json_ctx){f.schemas, PLB_CPR_WIDE, PLB_TIME_UNSET, &f.arena};
	assert_int_equal(
	    plb_json_event(&ctx, plb_slice(f.json, len), &f.in, &fejl, &not_event), PLB_OK);
	assert_int_equal(plb_crypto_person(f.crypto, &f.in.cpr, &f.person), PLB_OK);
	assert_int_equal(plb_crypto_seal(f.crypto, &f.in, &f.person, &f.vaerdi), PLB_OK);
	f.post = (struct post){
	    .id = {{0xab, 1, 2}},
	    .haendelse_id = f.in.ev.id,
	    .kilde = f.in.ev.source,
	    .traceparent = {(const uint8_t *)"00-aa-bb-01", 11},
	    .sequence = 2,
	};
	f.indhold = (struct indhold){
	    .type = f.in.ev.type, .tid = f.in.ev.time, .vaerdi = {f.vaerdi.p, f.vaerdi.len}};
	f.hook.n_secrets = 2;
	for (int i = 0; i < 2; i++) {
		memset(f.hook.secret[i].b, 'a' + i, 32);
		f.hook.secret[i].len = 32;
	}
	*state = &f;
	return 0;
}

static int
riv_ned(void **state)
{
	struct fast *f = *state;

	krop_free(&f->krop);
	plb_crypto_free(&f->crypto);
	plb_crypto_free(&f->andre);
	plb_schemas_free(&f->schemas);
	plb_arena_fini(&f->arena);
	plb_buf_fini(&f->vaerdi);
	free(f->json);
	return 0;
}

static bool
har(struct plb_slice s, const char *text)
{
	return memmem(s.p, s.len, text, strlen(text)) != NULL;
}

static struct krop_kald
byg(struct fast *f)
{
	struct plb_org org = {"kommune:0461"};
	struct plb_errctx ec = {0};
	struct krop_kald k;

	assert_int_equal(
	    krop_byg(f->krop, &f->post, &f->indhold, &org, &f->person, &f->hook, NU, &k, &ec),
	    PLB_OK);
	return k;
}

static void
test_what_was_sealed_is_open_in_the_body(void **state)
{
	struct fast *f = *state;
	struct krop_kald k;
	char pk[33];

	assert_false(har(plb_slice(f->vaerdi.p, f->vaerdi.len), "6101901234"));
	k = byg(f);
	assert_true(har(k.body, "\"cpr\":\"6101901234\""));
	assert_true(har(k.body, "Skrevet om en anden borger."));
	assert_true(har(k.body, "\"leveringid\":\"ab010200-0000-0000-0000-000000000000\""));
	assert_true(har(k.body, "\"sequence\":\"2\""));
	assert_int_equal(
	    plb_crypto_partitionkey(f->crypto, &(struct plb_org){"kommune:0461"}, &f->person, pk),
	    PLB_OK);
	assert_true(har(k.body, pk));
}

static void
test_headers_of_standard_webhooks(void **state)
{
	struct fast *f = *state;
	struct krop_kald k = byg(f);
	char ventet[2][48], linje[200];
	int n = 0;

	assert_string_equal(k.headers[n++], "content-type: application/cloudevents+json");
	assert_string_equal(k.headers[n++], "webhook-id: ab010200-0000-0000-0000-000000000000");
	assert_string_equal(k.headers[n++], "webhook-timestamp: 1712740000");
	for (int i = 0; i < 2; i++)
		assert_int_equal(plb_webhook_sign(plb_slice(f->hook.secret[i].b, 32),
				     plb_slice_str("ab010200-0000-0000-0000-000000000000"),
				     1712740000, k.body, ventet[i]),
		    PLB_OK);
	snprintf(linje, sizeof(linje), "webhook-signature: v1,%s v1,%s", ventet[0], ventet[1]);
	assert_string_equal(k.headers[n++], linje);
	assert_string_equal(k.headers[n++], "traceparent: 00-aa-bb-01");
	assert_null(k.headers[n]);
}

static void
test_digest_is_salted_with_the_delivery(void **state)
{
	struct fast *f = *state;
	struct krop_kald k = byg(f);
	uint8_t ventet[32], foerste[32], *salt = malloc(16 + k.body.len);

	memcpy(salt, f->post.id.b, 16);
	memcpy(salt + 16, k.body.p, k.body.len);
	plb_sha256(plb_slice(salt, 16 + k.body.len), ventet);
	free(salt);
	assert_memory_equal(k.digest, ventet, 32);
	memcpy(foerste, k.digest, 32);
	k = byg(f);
	assert_memory_equal(k.digest, foerste, 32);
}

static void
test_a_seal_that_does_not_open_is_refused(void **state)
{
	struct fast *f = *state;
	struct plb_org org = {"kommune:0461"};
	struct plb_errctx ec = {0};
	struct krop_kald k;
	struct krop *fremmed;

	assert_int_equal(krop_new(f->schemas, f->andre, &fremmed, &ec), PLB_OK);
	assert_int_equal(plb_err_class(krop_byg(fremmed, &f->post, &f->indhold, &org, &f->person,
			     &f->hook, NU, &k, &ec)),
	    PLB_CLASS_REJECT);
	assert_null(strstr(ec.text, "6101901234"));
	krop_free(&fremmed);
}

static void
test_broken_bytes_are_refused(void **state)
{
	struct fast *f = *state;
	struct plb_org org = {"kommune:0461"};
	struct indhold i = f->indhold;
	struct krop_kald k;

	for (size_t n = 0; n < f->vaerdi.len; n++) {
		struct plb_errctx ec = {0};

		i.vaerdi.len = n;
		assert_int_equal(plb_err_class(krop_byg(f->krop, &f->post, &i, &org, &f->person,
				     &f->hook, NU, &k, &ec)),
		    PLB_CLASS_REJECT);
	}
}

/* A block kept in memory gives back what was put into it. */
static void
test_content_comes_back_from_its_block(void **state)
{
	struct fast *f = *state;
	struct indhold ud;
	struct plb_buf b;

	plb_buf_init(&b, 1 << 20);
	f->indhold.skjul = plb_slice_str("sted");
	indhold_pak(&f->indhold, &b);
	f->indhold.skjul = plb_slice(NULL, 0);
	assert_false(b.failed);
	indhold_pak_ud(b.p, &ud);
	assert_true(plb_slice_eq(ud.type, f->indhold.type));
	assert_true(plb_slice_eq(ud.vaerdi, f->indhold.vaerdi));
	assert_true(plb_slice_is(ud.skjul, "sted"));
	assert_int_equal(ud.causationid.len, 0);
	assert_int_equal(ud.tid.ms, f->indhold.tid.ms);
	plb_buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_was_sealed_is_open_in_the_body),
	    cmocka_unit_test(test_headers_of_standard_webhooks),
	    cmocka_unit_test(test_digest_is_salted_with_the_delivery),
	    cmocka_unit_test(test_a_seal_that_does_not_open_is_refused),
	    cmocka_unit_test(test_broken_bytes_are_refused),
	    cmocka_unit_test(test_content_comes_back_from_its_block),
	};

	return cmocka_run_group_tests(tests, saet_op, riv_ned);
}
