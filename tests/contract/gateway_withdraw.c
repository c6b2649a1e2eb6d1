// SPDX-License-Identifier: MPL-2.0
//
// Stands in for forloeb in the tests of the gateway's feed: withdraws deliveries that lie in an
// organisation's mailbox. The same record goes to `ud` and to `tilbagekaldt`; prints the
// leveringid of each, one a line.
//
// gateway_withdraw CONFIG ORGANISATION LEVERINGID...

#include <stdio.h>

#include <parloeb/bus.h>
#include <parloeb/schema.h>

struct withdraw {
	struct plb_bus *bus;
	struct plb_reader *reader;
	struct plb_producer *producer;
	struct plb_schemas *schemas;
	struct plb_org to;
	int32_t partition;
	int lost;
};

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct withdraw *w = arg;

	(void)opaque;
	(void)partition;
	(void)offset;
	if (err != PLB_OK)
		w->lost++;
}

static enum plb_err
send(struct withdraw *w, struct plb_event *ev, struct plb_errctx *ec)
{
	const struct plb_schema *s =
	    plb_schema_find(w->schemas, plb_slice_str("levering-tilbagekaldt"));
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;
	char id[PLB_UUID_TEXT];
	struct plb_buf value;
	enum plb_err err;
	size_t n;

	ev->has_tilbagekalder = true;
	ev->tilbagekalder = ev->leveringid;
	plb_uuid4(&ev->leveringid);
	ev->id = plb_slice_str(plb_uuid_text(ev->leveringid, id));
	ev->source = plb_slice_str("/parloeb/forloeb");
	ev->type = plb_slice_str("dk.parloeb.levering-tilbagekaldt");
	plb_buf_init(&value, 1024);
	plb_frame_put(s, &value);
	plb_buf_put(&value, ev->tilbagekalder.b, sizeof(ev->tilbagekalder.b));
	plb_buf_u8(&value, 2); /* aarsag: the second, rettet */
	plb_buf_u8(&value, 0); /* forseglet: null */
	n = plb_event_headers(ev, &texts, h);
	err = plb_producer_send(w->producer, "ud", w->partition, plb_org_slice(&w->to),
	    plb_slice(value.p, value.len), h, n, w);
	if (err == PLB_OK)
		err = plb_producer_send(w->producer, "tilbagekaldt", w->partition,
		    plb_slice(ev->tilbagekalder.b, sizeof(ev->tilbagekalder.b)),
		    plb_slice(value.p, value.len), h, n, w);
	plb_buf_fini(&value);
	puts(id);
	return err == PLB_OK ? err : plb_err_set(ec, err, "not taken");
}

/* The mailbox from the oldest, until the delivery is found. */
static enum plb_err
find(struct withdraw *w, struct plb_uuid leveringid, struct plb_errctx *ec)
{
	struct plb_record rec;
	struct plb_event ev;
	enum plb_err err;

	err = plb_reader_assign(w->reader, "ud", w->partition, PLB_FROM_BEGINNING, 0, ec);
	while (err == PLB_OK) {
		if (plb_reader_poll(w->reader, 10000, &rec, ec) != 1)
			return plb_err_set(ec, PLB_E_UKENDT, "no such delivery");
		err = plb_event_from_record(&rec, false, &ev, ec);
		if (err == PLB_OK && ev.has_leveringid && plb_uuid_eq(ev.leveringid, leveringid))
			return send(w, &ev, ec);
	}
	return err;
}

static enum plb_err
open_all(struct withdraw *w, const struct plb_conf *conf, struct plb_errctx *ec)
{
	static const char *const topics[] = {"ud", "tilbagekaldt", NULL};
	const struct plb_conf_common *c = plb_conf_common(conf);
	enum plb_err err;

	w->partition = plb_partition(plb_org_slice(&w->to), (int32_t)c->org_partitions);
	err = plb_schemas_load(c->schemas, c->koder, &w->schemas, ec);
	if (err == PLB_OK)
		err = plb_bus_new(conf, "withdraw", &w->bus, ec);
	if (err == PLB_OK)
		err = plb_reader_new(w->bus, NULL, true, NULL, NULL, &w->reader, ec);
	if (err == PLB_OK)
		err = plb_producer_new(w->bus, NULL, topics, delivered, w, &w->producer, ec);
	return err;
}

int
main(int argc, char **argv)
{
	struct plb_errctx ec = {{0}};
	struct plb_conf *conf = NULL;
	struct plb_uuid leveringid;
	struct plb_faults f;
	struct withdraw w = {.lost = 0};
	enum plb_err err = PLB_E_KONFIG;

	plb_faults_init(&f);
	if (argc < 4 || plb_org_parse(plb_slice_str(argv[2]), &w.to) != PLB_OK) {
		fputs("usage: gateway_withdraw CONFIG ORGANISATION LEVERINGID...\n", stderr);
		return 2;
	}
	conf = plb_conf_load_keys(argv[1], 0, &f);
	if (conf != NULL)
		err = open_all(&w, conf, &ec);
	for (int i = 3; i < argc && err == PLB_OK; i++) {
		err = plb_uuid_parse(plb_slice_str(argv[i]), true, &leveringid);
		if (err == PLB_OK)
			err = find(&w, leveringid, &ec);
	}
	if (err == PLB_OK)
		err = plb_producer_flush(w.producer, 30000);
	if (err != PLB_OK || w.lost > 0)
		fprintf(stderr, "gateway_withdraw: %s %s\n", ec.text, f.text == NULL ? "" : f.text);
	plb_producer_free(&w.producer);
	plb_reader_free(&w.reader);
	plb_bus_free(&w.bus);
	plb_schemas_free(&w.schemas);
	plb_conf_free(&conf);
	plb_faults_fini(&f);
	return err == PLB_OK && w.lost == 0 ? 0 : 1;
}
