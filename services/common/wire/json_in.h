// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_JSON_IN_H
#define WIRE_JSON_IN_H

#include <parloeb/json.h>

#include "avro_rd.h"
#include "json_scan.h"
#include "plan.h"

/* The reader at the edge: JSON → Avro. One of these for one event; lives on the stack, its memory
 * in the arena of the caller. */
struct wire_in {
	struct wire_js js;
	const struct plb_json_ctx *c;
	struct plb_fejl_list *faults;
	struct plb_incoming *in;
	struct plb_dato dato; /* of the event's time; PLB_DATO_NONE = not known */
	bool fortrolig;       /* inside a confidential field */
	bool data_read;       /* the data came behind type and time, and were read in passing */
	const struct wire_path
	    *where; /* member of the envelope that is being read; NULL = between */
	uint8_t *p; /* Avro written so far */
	size_t len, size;
};

/* Where in the event we are; on the stack of the readers. */
struct wire_path {
	const struct wire_path *up;
	struct plb_slice name; /* p NULL: item `index` */
	size_t index;
};

/* Outcome of reading one value. STOP: no JSON, or out of memory (js.fejl). BAD: a fault was noted,
 * the value is passed. */
enum wire_read { WIRE_STOP, WIRE_BAD, WIRE_GOOD };

/* The encoding of one field in the scratch area. */
struct wire_span {
	size_t at, len;
	enum { WIRE_ABSENT, WIRE_FAULTY, WIRE_THERE } state;
};

/* fejl.c: note a fault at path with the text that belongs to the code. */
enum wire_read wire_fault(
    struct wire_in *in, const struct wire_path *path, const char *kode); /* returns WIRE_BAD */
enum wire_read wire_faultf(struct wire_in *in, const struct wire_path *path, const char *kode,
    const char *fmt, ...) PLB_PRINTF(4, 5);
const char *wire_besked(const char *kode);
/* A member name of the sender that may stand in a pointer: short, plain, no digits in a row that
 * say something. */
bool wire_name_harmless(struct plb_slice key);

/* Room for n more bytes of Avro; NULL (js.fejl set) when the arena is full. Caller moves in->len.
 */
uint8_t *wire_grow(struct wire_in *in, size_t n);
static inline uint8_t *
wire_room(struct wire_in *in, size_t n)
{
	return n <= in->size - in->len ? in->p + in->len : wire_grow(in, n);
}

static inline PLB_MUSTUSE bool
wire_put(struct wire_in *in, const void *p, size_t n)
{
	uint8_t *to = wire_room(in, n);

	if (to == NULL)
		return false;
	if (n > 0)
		memcpy(to, p, n);
	in->len += n;
	return true;
}

static inline PLB_MUSTUSE bool
wire_put_num(struct wire_in *in, int64_t v)
{
	uint8_t *to = wire_room(in, WIRE_VARINT_MAX);

	if (to == NULL)
		return false;
	in->len += wire_put_long(to, v);
	return true;
}

/* json_vaerdi.c: one scalar; json_data.c: anything. */
enum wire_read wire_read_scalar(
    struct wire_in *in, const struct wire_slot *s, const struct wire_path *path);
enum wire_read wire_read_value(
    struct wire_in *in, const struct wire_slot *s, const struct wire_path *path);
/* The data object of a schema: fills in->in->body, cpr, rest. STOP only as above; BAD when there
 * are faults. */
enum wire_read wire_read_data(
    struct wire_in *in, const struct plb_schema *s, const struct wire_path *path);

/* json_tekst.c: NULL, or the code of the fault; *n = code points. `linjer`: line feeds are allowed.
 */
const char *wire_tekst(
    struct plb_arena *a, struct plb_slice s, unsigned what, bool linjer, size_t *n);

/* json_regler.c: rules that need several fields. */
struct wire_felter {
	struct wire_in *in;
	const struct wire_type *type;
	const struct wire_span *span;
	const struct wire_path *path;
};
void wire_regler(int row, const struct wire_felter *f);

/* json_envelope.c: attributes of the envelope as they came. */
enum wire_attr {
	WIRE_SPECVERSION,
	WIRE_ID,
	WIRE_SOURCE,
	WIRE_TYPE,
	WIRE_TIME_ATTR,
	WIRE_DATACONTENTTYPE,
	WIRE_SUBJECT,
	WIRE_DATASCHEMA,
	WIRE_TRACEPARENT,
	WIRE_TRACESTATE,
	WIRE_ATTRS
};
struct wire_env {
	struct plb_slice v[WIRE_ATTRS];
	unsigned what[WIRE_ATTRS];
	bool seen[WIRE_ATTRS], bad[WIRE_ATTRS];
};
/* -1 = not one of ours. Attributes mostly come in the order of the enum: `guess` is tried first. */
int wire_attr_find(struct plb_slice name, int guess);
/* Judges the attributes, fills in->in->ev and schema (NULL when not known). */
void wire_env_check(struct wire_in *in, const struct wire_env *e, bool *not_event);
/* The id alone, of text that turned out to be no event: filled when it may be given back. */
void wire_env_id(struct wire_in *in, const struct wire_env *e);
/* Are type and time there and right, so that data can be read at once? Sets in->in->schema and
 * in->dato; notes no fault. */
bool wire_env_early(struct wire_in *in, const struct wire_env *e);

/* json_write.c */
PLB_MUSTUSE bool wire_write_value(
    struct plb_buf *out, struct wire_rd *r, const struct wire_slot *s);

#endif
