// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_JSON_H
#define PARLOEB_JSON_H

#include <parloeb/cpr.h>
#include <parloeb/event.h>
#include <parloeb/schema.h>

/* The edge: CloudEvents JSON → Avro in one pass over the data, and back. */

/* A wrong field: JSON pointer into the event (`/data/udbetalteTimer`), code, text for people
 * (Danish). Never holds input. */
struct plb_fejl {
	const char *felt, *kode, *besked; /* in the arena, or static */
};
#define PLB_FEJL_MAX 64 /* further ones are counted only */
struct plb_fejl_list {
	size_t n, more;
	struct plb_fejl f[PLB_FEJL_MAX];
};
/* `felt` is copied into the arena. */
void plb_fejl_add(struct plb_fejl_list *l, struct plb_arena *a, const char *felt, const char *kode,
    const char *besked);

/* An event as it came, checked against its schema. Slices live in the input or the arena. */
struct plb_incoming {
	struct plb_event ev; /* id, source, type, time, traceparent, org */
	const struct plb_schema *schema;
	struct plb_slice body; /* Avro body; confidential fields and `forseglet` null */
	bool has_cpr;
	struct plb_cpr cpr;
	struct plb_slice
	    rest; /* canonical JSON object of the other confidential members; len 0 = none */
};

struct plb_json_ctx {
	const struct plb_schemas *schemas;
	enum plb_cpr_mode cpr_mode;
	struct plb_time now; /* PLB_TIME_UNSET: the check of times ahead is left out */
	struct plb_arena *arena;
};

/* One structured CloudEvent (JSON object). PLB_OK with out filled; PLB_E_FORM with faults:
 * `not_event` is true when it is no CloudEvent at all (broken JSON, no object, missing
 * specversion/id/source/type): 400 instead of 422. All faults at once. out->ev.id is filled
 * whenever it could be read. */
PLB_MUSTUSE enum plb_err plb_json_event(const struct plb_json_ctx *c, struct plb_slice json,
    struct plb_incoming *out, struct plb_fejl_list *faults, bool *not_event);
/* Binary mode: envelope from headers (names "ce-id" …, lower case), data from the body. */
PLB_MUSTUSE enum plb_err plb_json_event_binary(const struct plb_json_ctx *c,
    const struct plb_header *h, size_t n, struct plb_slice data, struct plb_incoming *out,
    struct plb_fejl_list *faults, bool *not_event);
/* Splits a JSON array into the slices of its items without judging them; PLB_E_FORM when the text
 * is no array of well-formed values, PLB_E_FOR_STOR when more than max. */
PLB_MUSTUSE enum plb_err plb_json_split(
    struct plb_slice json, struct plb_slice *items, size_t max, size_t *n);

/* Opens seals when JSON is written. `part` is "cpr" or "rest"; the plain text is put into out. An
 * error leaves the confidential members out and is returned by the writer. */
struct plb_opener {
	enum plb_err (*open)(void *arg, const struct plb_person *person, const char *part,
	    struct plb_slice kilde, struct plb_slice id, struct plb_slice sealed,
	    struct plb_buf *out);
	void *arg;
	struct plb_slice
	    skjul; /* a confidential member that stays out all the same; len 0 = none */
	struct plb_slice nummer; /* sealed CPR number to open in place of the one in the body
				    (plb_event.nummer); len 0 = none */
};
/* The data object of a body: {"…":…}. `opener` NULL: sealed members are left out (console, trace).
 * person: whose key. */
PLB_MUSTUSE enum plb_err plb_json_data(const struct plb_schema *s, struct plb_slice body,
    const struct plb_person *person, const struct plb_opener *opener, struct plb_buf *out,
    struct plb_errctx *ec);
/* A whole structured CloudEvent with our extensions (contract § 3), without the member that
 * ev->skjul names; partitionkey: text of the pseudonym, NULL = none. */
PLB_MUSTUSE enum plb_err plb_json_cloudevent(const struct plb_schema *s, const struct plb_event *ev,
    struct plb_slice body, const char *partitionkey, const struct plb_opener *opener,
    struct plb_buf *out, struct plb_errctx *ec);

/* JSON Schema 2020-12 of the edge form, made from the Avro schema. */
PLB_MUSTUSE enum plb_err plb_json_schema(
    const struct plb_schema *s, struct plb_buf *out, struct plb_errctx *ec);

/* Small reading of our own admin JSON (jansson inside wire only): plb_jv is a parsed tree, freed
 * with the arena. */
struct plb_jv;
PLB_MUSTUSE enum plb_err plb_jv_parse(struct plb_arena *a, struct plb_slice json,
    const struct plb_jv **out, struct plb_errctx *ec); /* depth ≤ 32, duplicates refused */
enum plb_jv_kind {
	PLB_JV_NULL,
	PLB_JV_BOOL,
	PLB_JV_INT,
	PLB_JV_REAL,
	PLB_JV_STR,
	PLB_JV_ARR,
	PLB_JV_OBJ
};
enum plb_jv_kind plb_jv_kind(const struct plb_jv *v); /* v NULL: PLB_JV_NULL */
const struct plb_jv *plb_jv_get(
    const struct plb_jv *obj, const char *key); /* NULL when absent or no object */
size_t plb_jv_len(const struct plb_jv *v);      /* items or members */
const struct plb_jv *plb_jv_at(const struct plb_jv *v, size_t i);
const char *plb_jv_key(const struct plb_jv *obj, size_t i);
struct plb_slice plb_jv_str(const struct plb_jv *v); /* {NULL,0} when no string */
int64_t plb_jv_int(const struct plb_jv *v, int64_t otherwise);
double plb_jv_real(const struct plb_jv *v, double otherwise); /* of an integer too */
bool plb_jv_bool(const struct plb_jv *v, bool otherwise);

#endif
