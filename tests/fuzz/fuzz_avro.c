// SPDX-License-Identifier: MPL-2.0
//
// A record's value as it may stand on a topic: frame and body by any schema. What the check takes,
// the writer turns into JSON, and the other way round.

#include <stdlib.h>

#include <parloeb/crypto.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct plb_schemas *schemas;
static struct plb_crypto *crypto;
static struct plb_buf json;

static void
set_up(void)
{
	struct plb_crypto_keys k = {.data_key_id = 1};
	struct plb_errctx ec;

	k.data_key.len = 32;
	if (plb_schemas_load(
		PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder", &schemas, &ec) != PLB_OK)
		abort();
	if (plb_crypto_new(&k, &crypto, &ec) != PLB_OK)
		abort();
	plb_buf_init(&json, (size_t)16 << 20);
}

static void
one_body(const struct plb_schema *s, struct plb_slice body)
{
	struct plb_opener opener = plb_crypto_opener(crypto);
	struct plb_person person = {{0}};
	enum plb_err check = plb_avro_check(s, body, NULL), write;

	plb_buf_reset(&json);
	write = plb_json_data(s, body, &person, NULL, &json, NULL);
	if ((check == PLB_OK) != (write == PLB_OK))
		abort();
	/* Seals of a stranger do not open; nothing else changes. */
	plb_buf_reset(&json);
	write = plb_json_data(s, body, &person, &opener, &json, NULL);
	if (check != PLB_OK && write == PLB_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct plb_schema *s;
	struct plb_slice body;

	if (schemas == NULL)
		set_up();
	if (plb_frame_open(schemas, plb_slice(data, len), &s, &body, NULL) == PLB_OK)
		one_body(s, body);
	/* The first byte picks a schema, as fingerprints are hard to guess. */
	if (len > 0)
		one_body(plb_schemas_at(schemas, data[0] % plb_schemas_count(schemas)),
		    plb_slice(data + 1, len - 1));
	return 0;
}
