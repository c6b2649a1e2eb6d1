// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_EVENT_H
#define PARLOEB_EVENT_H

#include <parloeb/id.h>
#include <parloeb/stamp.h>

/* A Kafka header; name NUL-terminated. */
struct plb_header {
	const char *name;
	struct plb_slice value;
};
#define PLB_HEADERS_MAX 24

/* A Kafka record as read: all borrowed until the next read. Plain value. */
struct plb_record {
	const char *topic; /* without prefix: "ind", "forloeb.tilstand" */
	int32_t partition;
	int64_t offset;
	struct plb_time timestamp; /* LogAppendTime */
	struct plb_slice key, value;
	bool tombstone; /* null value */
	size_t n_headers;
	struct plb_header header[PLB_HEADERS_MAX];
};

/* The first header of that name, borrowed; {NULL,0} when it has none. */
static inline struct plb_slice
plb_record_header(const struct plb_record *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (strcmp(r->header[i].name, name) == 0)
			return r->header[i].value;
	return plb_slice(NULL, 0);
}

/* What became of a fact, header plb_trin on `forloeb`. */
enum plb_trin {
	PLB_TRIN_INGEN,
	PLB_TRIN_BEHANDLET,
	PLB_TRIN_AFVENTER,
	PLB_TRIN_AFVIST,
	PLB_TRIN_GENTAGELSE,
	PLB_TRIN_AFLEDT,
	PLB_TRIN_ANTAL
};
const char *plb_trin_text(enum plb_trin t); /* "behandlet" … */

/* The envelope of an event: CloudEvents attributes and ours, as in docs/architecture.md. Slices are
 * borrowed. Absent texts have len 0. */
struct plb_event {
	struct plb_slice id, source, type; /* type whole: dk.parloeb.samtale-held */
	struct plb_time time;
	struct plb_slice traceparent;
	struct plb_org org;
	struct plb_person person;
	bool has_person, has_hmac, has_leveringid, has_correlationid;
	uint8_t hmac[16];
	enum plb_trin trin;
	struct plb_slice fejl;
	struct plb_uuid leveringid, correlationid;
	int64_t sequence; /* 0 = none */
	struct plb_slice causationid;
	bool has_tilbagekalder;
	struct plb_uuid
	    tilbagekalder;         /* on a levering-tilbagekaldt: the delivery that it withdraws */
	struct plb_slice skjul;    /* the member that this recipient does not get to see */
	struct plb_slice afventer; /* with PLB_TRIN_AFVENTER: what the fact waits for */
	bool has_frist;            /* only written; read by plb_frist_af (leveringsfrist.h) */
	struct plb_time frist;
	/* On `ind`: a person-identitet-aendret under the key of the new number. The course is under
	 * this key, the first number's. */
	bool has_foerste;
	struct plb_person foerste;
	/* On `ud`: the newest CPR number, that goes out in place of the one in the content: kilde
	 * NUL id NUL ciphertext, as in `forseglet`. */
	struct plb_slice nummer;
};

/* Room for the texts that headers of one event need. */
struct plb_event_texts {
	char time[PLB_TIME_TEXT], frist[PLB_TIME_TEXT], leveringid[PLB_UUID_TEXT],
	    correlationid[PLB_UUID_TEXT], sequence[24];
};
/* Headers of an event (pointing into ev and t); returns their number ≤ PLB_HEADERS_MAX. */
size_t plb_event_headers(
    const struct plb_event *ev, struct plb_event_texts *t, struct plb_header out[PLB_HEADERS_MAX]);
/* The envelope from a record's headers; key of person-keyed topics gives `person`. PLB_E_FORM with
 * the header's name on anything odd or missing. */
PLB_MUSTUSE enum plb_err plb_event_from_record(
    const struct plb_record *r, bool person_keyed, struct plb_event *out, struct plb_errctx *ec);
/* "samtale-held" from "dk.parloeb.samtale-held"; {NULL,0} when the prefix is another. */
struct plb_slice plb_event_name(struct plb_slice type);

#endif
