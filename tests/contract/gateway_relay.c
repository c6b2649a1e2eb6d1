// SPDX-License-Identifier: MPL-2.0
//
// Stands in for forloeb in the tests of the gateway's feed: copies what lies on `ind` to an
// organisation's mailbox on `ud`, each event `times` times under a leveringid of its own, and
// prints those, one a line.
//
// gateway_relay CONFIG ORGANISATION TIMES [garbage]

#include <stdio.h>
#include <stdlib.h>

#include <parloeb/bus.h>

struct relay {
	struct plb_bus *bus;
	struct plb_reader *reader;
	struct plb_producer *producer;
	struct plb_org to;
	int64_t sequence;
	int times, lost;
	bool garbage;
};

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct relay *r = arg;

	(void)opaque;
	(void)partition;
	(void)offset;
	if (err != PLB_OK)
		r->lost++;
}

static enum plb_err
copy(struct relay *r, const struct plb_record *rec, struct plb_errctx *ec)
{
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;
	char uuid[PLB_UUID_TEXT];
	struct plb_event ev;
	enum plb_err err;

	err = plb_event_from_record(rec, true, &ev, ec);
	for (int i = 0; i < r->times && err == PLB_OK; i++) {
		struct plb_slice value = r->garbage ? plb_slice_str("garbage") : rec->value;

		plb_uuid4(&ev.leveringid);
		ev.has_leveringid = true;
		ev.has_correlationid = true;
		ev.correlationid = ev.leveringid;
		ev.has_hmac = false;
		ev.org.text[0] = '\0';
		ev.sequence = ++r->sequence;
		while ((err = plb_producer_send(r->producer, "ud", -1, plb_org_slice(&r->to), value,
			    h, plb_event_headers(&ev, &texts, h), r)) == PLB_E_FULD)
			if (plb_producer_flush(r->producer, 30000) != PLB_OK)
				return plb_err_set(ec, PLB_E_TIMEOUT, "Kafka does not keep up");
		puts(plb_uuid_text(ev.leveringid, uuid));
	}
	return err;
}

static enum plb_err
all(struct relay *r, int32_t partitions, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	struct plb_record rec;
	int32_t ended = 0;

	for (int32_t p = 0; p < partitions && err == PLB_OK; p++)
		err = plb_reader_assign(r->reader, "ind", p, PLB_FROM_BEGINNING, 0, ec);
	while (err == PLB_OK && ended < partitions) {
		switch (plb_reader_poll(r->reader, 10000, &rec, ec)) {
		case 1:
			err = copy(r, &rec, ec);
			break;
		case 2:
			ended++;
			break;
		case 0:
			return plb_err_set(ec, PLB_E_TIMEOUT, "ind is silent");
		default:
			return plb_reader_error(r->reader);
		}
	}
	if (err == PLB_OK)
		err = plb_producer_flush(r->producer, 30000);
	return err == PLB_OK && r->lost > 0 ? plb_err_set(ec, PLB_E_IO, "%d not delivered", r->lost)
					    : err;
}

int
main(int argc, char **argv)
{
	static const char *const topics[] = {"ud", NULL};
	struct plb_errctx ec = {{0}};
	struct plb_conf *conf = NULL;
	struct plb_faults f;
	struct relay r = {.times = 1};
	enum plb_err err = PLB_E_KONFIG;

	plb_faults_init(&f);
	if (argc < 4 || plb_org_parse(plb_slice_str(argv[2]), &r.to) != PLB_OK) {
		fputs("usage: gateway_relay CONFIG ORGANISATION TIMES [garbage]\n", stderr);
		return 2;
	}
	r.times = (int)strtol(argv[3], NULL, 10);
	r.garbage = argc > 4;
	conf = plb_conf_load_keys(argv[1], 0, &f);
	if (conf != NULL)
		err = plb_bus_new(conf, "relay", &r.bus, &ec);
	if (err == PLB_OK)
		err = plb_reader_new(r.bus, NULL, true, NULL, NULL, &r.reader, &ec);
	if (err == PLB_OK)
		err = plb_producer_new(r.bus, NULL, topics, delivered, &r, &r.producer, &ec);
	if (err == PLB_OK)
		err = all(&r, (int32_t)plb_conf_common(conf)->partitions, &ec);
	if (err != PLB_OK)
		fprintf(stderr, "gateway_relay: %s %s\n", ec.text, f.text == NULL ? "" : f.text);
	plb_producer_free(&r.producer);
	plb_reader_free(&r.reader);
	plb_bus_free(&r.bus);
	plb_conf_free(&conf);
	plb_faults_fini(&f);
	return err == PLB_OK ? 0 : 1;
}
