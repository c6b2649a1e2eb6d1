// SPDX-License-Identifier: MPL-2.0
#include "cli_revision.h"

#include <stdio.h>
#include <unistd.h>

#define TIMEOUT_MS 30000

static enum plb_err
read_chain(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct plb_revision_laest l;

	(void)ec;
	if (plb_revision_laest(arg, r, &l, &(struct plb_errctx){ { 0 } }) != PLB_OK)
		return PLB_OK; /* `revision verify` tells of odd records */
	return PLB_OK;
}

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	enum plb_err *out = arg;

	(void)opaque, (void)partition, (void)offset;
	*out = err;
}

static enum plb_err
produce(const struct cli_kafka *k, const struct plb_revision_post *p, struct plb_slice value, struct plb_errctx *ec)
{
	static const char *const topics[] = { "revision", NULL };
	struct plb_event ev = { .type = plb_slice_str("dk.parloeb.revision"), .source = plb_slice_str("/parloeb/cli"), .time = p->tid };
	enum plb_err err, outcome = PLB_E_TIMEOUT;
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;
	struct plb_producer *producer = NULL;
	char id[PLB_UUID_TEXT];
	struct plb_uuid u;

	plb_uuid4(&u);
	ev.id = plb_slice_str(plb_uuid_text(u, id));
	err = plb_producer_new(k->bus, NULL, topics, delivered, &outcome, &producer, ec);
	if (err == PLB_OK)
		err = plb_producer_send(producer, "revision", -1, p->aktoer, value, h, plb_event_headers(&ev, &texts, h), NULL);
	if (err == PLB_OK)
		err = plb_producer_flush(producer, TIMEOUT_MS);
	plb_producer_free(&producer);
	if (err == PLB_OK)
		err = outcome;
	return err == PLB_OK ? PLB_OK : plb_err_wrap(ec, err, "the audit record was not written to Kafka");
}

enum plb_err
cli_revision(const struct cli_kafka *k, struct plb_revision_post p, struct plb_errctx *ec)
{
	char host[50] = "", writer[80], who[100];
	struct plb_revision *r = NULL;
	struct plb_slice value;
	enum plb_err err;
	int64_t nr;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	snprintf(writer, sizeof(writer), "parloeb@%s", host);
	p.aktoer = plb_slice_str(cli_user(who, sizeof(who)));
	p.tid = plb_time_now();
	err = plb_revision_new(k->schemas, writer, &r, ec);
	if (err == PLB_OK)
		err = cli_scan(k->bus, "revision", -1, read_chain, r, ec);
	if (err == PLB_OK)
		err = plb_revision_byg(r, &p, &value, &nr, ec);
	if (err == PLB_OK)
		err = produce(k, &p, value, ec);
	plb_revision_free(&r);
	return err;
}

int
cli_indsigt(const struct cli_kafka *k, const char *handling, const uint8_t person[16])
{
	struct plb_errctx ec = { { 0 } };
	struct plb_slice detalje;
	struct plb_buf b;
	enum plb_err err;

	plb_buf_init(&b, 200);
	plb_buf_str(&b, "{\"person\":\"");
	plb_buf_hex(&b, plb_slice(person, 16));
	plb_buf_str(&b, "\"}");
	err = plb_buf_done(&b, &detalje);
	if (err == PLB_OK)
		err = cli_revision(k, (struct plb_revision_post){ .handling = plb_slice_str(handling), .udfald = plb_slice_str("udfoert"), .detalje = detalje }, &ec);
	plb_buf_fini(&b);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}
