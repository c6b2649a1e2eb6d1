// SPDX-License-Identifier: MPL-2.0
//
// A request body as a partner may send it: one event, a batch, binary mode with the body as data.
// What is taken must be Avro by its schema, seal, and come out as JSON that is taken again with the
// same content.

#include <stdlib.h>

#include <parloeb/crypto.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct plb_schemas *schemas;
static struct plb_crypto *crypto;
static struct plb_arena arena;
static struct plb_buf value, json;

static void
set_up(void)
{
	struct plb_crypto_keys k = {.data_key_id = 1};
	struct plb_errctx ec;

	k.person_key.len = k.data_key.len = k.hmac_key.len = 32;
	if (plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder", &schemas,
		&ec) != PLB_OK ||
	    plb_crypto_new(&k, &crypto, &ec) != PLB_OK)
		abort();
	plb_arena_init(&arena, (size_t)64 << 20);
	plb_buf_init(&value, (size_t)8 << 20);
	plb_buf_init(&json, (size_t)8 << 20);
}

static struct plb_json_ctx
context(void)
{
	return (struct plb_json_ctx){schemas, PLB_CPR_WIDE, PLB_TIME_UNSET, &arena};
}

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* An accepted event goes all the way round. */
static void
round_trip(const struct plb_incoming *in)
{
	struct plb_json_ctx c = context();
	struct plb_opener opener = plb_crypto_opener(crypto);
	struct plb_fejl_list faults;
	struct plb_event ev = in->ev;
	const struct plb_schema *schema;
	struct plb_incoming again;
	struct plb_slice body;
	uint8_t a[16], b[16];
	bool not_event;

	plb_buf_reset(&value);
	plb_buf_reset(&json);
	ev.has_person = true;
	must(plb_avro_check(in->schema, in->body, NULL) == PLB_OK);
	must(plb_crypto_person(crypto, &in->cpr, &ev.person) == PLB_OK);
	must(plb_crypto_seal(crypto, in, &ev.person, &value) == PLB_OK);
	must(
	    plb_frame_open(schemas, plb_slice(value.p, value.len), &schema, &body, NULL) == PLB_OK);
	must(plb_json_cloudevent(schema, &ev, body, NULL, &opener, &json, NULL) == PLB_OK);
	must(
	    plb_json_event(&c, plb_slice(json.p, json.len), &again, &faults, &not_event) == PLB_OK);
	must(plb_crypto_content(crypto, in, a) == PLB_OK &&
	    plb_crypto_content(crypto, &again, b) == PLB_OK);
	must(memcmp(a, b, 16) == 0);
}

static bool
sendable(const struct plb_schema *s)
{
	for (int t = PLB_ORG_AKASSE; t <= PLB_ORG_DFDG; t++)
		if (plb_schema_may_send(s, t))
			return true;
	return false;
}

static void
one_event(struct plb_slice text)
{
	struct plb_json_ctx c = context();
	struct plb_fejl_list faults;
	struct plb_incoming in;
	bool not_event;
	enum plb_err err = plb_json_event(&c, text, &in, &faults, &not_event);

	must((err == PLB_OK) == (faults.n == 0));
	must(err == PLB_OK || err == PLB_E_FORM || err == PLB_E_FOR_STOR);
	must(!not_event || err != PLB_OK);
	if (err == PLB_OK && sendable(in.schema))
		round_trip(&in);
}

#define H(name, text)                                                                              \
	{                                                                                          \
		name,                                                                              \
		{                                                                                  \
			(const uint8_t *)(text), sizeof(text) - 1                                  \
		}                                                                                  \
	}

static void
binary_event(struct plb_slice data)
{
	static const char *const types[] = {"dk.parloeb.timer-indberettet",
	    "dk.parloeb.referat-publiceret", "dk.parloeb.indkaldelse-oprettet",
	    "dk.parloeb.samtale-held"};
	struct plb_header h[] = {H("ce-specversion", "1.0"), H("ce-id", "a"),
	    H("ce-source", "/akasse/hk/x"), H("ce-time", "2024-04-01T08:00:00Z"),
	    {"ce-type", {NULL, 0}}};
	struct plb_json_ctx c = context();
	struct plb_fejl_list faults;
	struct plb_incoming in;
	bool not_event;

	h[4].value = plb_slice_str(types[data.len % 4]);
	if (plb_json_event_binary(&c, h, 5, data, &in, &faults, &not_event) == PLB_OK)
		round_trip(&in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct plb_slice items[100], text = plb_slice(data, len);
	const struct plb_jv *jv;
	size_t n;

	if (schemas == NULL)
		set_up();
	one_event(text);
	binary_event(text);
	if (plb_json_split(text, items, 100, &n) == PLB_OK)
		for (size_t i = 0; i < n; i++)
			one_event(items[i]);
	if (plb_jv_parse(&arena, text, &jv, NULL) == PLB_OK)
		must(jv != NULL);
	plb_arena_reset(&arena);
	return 0;
}
