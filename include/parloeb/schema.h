// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_SCHEMA_H
#define PARLOEB_SCHEMA_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/list.h>
#include <parloeb/stamp.h>

/* Avro schemas (schemas/<navn>/v<n>.avsc) compiled into tables at start; immutable afterwards, any
 * thread. avro-c validates each file; our compiler adds the edge attributes of
 * docs/architecture.md. Limits: 256 KiB a file, 64 levels, 4,096 named types, no recursion. */
struct plb_schema;  /* one version of one record */
struct plb_schemas; /* all of them, with code lists */

/* Load all of dir and the code lists of koder_dir. PLB_E_KONFIG with file and JSON place on fault.
 */
PLB_MUSTUSE enum plb_err plb_schemas_load(
    const char *dir, const char *koder_dir, struct plb_schemas **out, struct plb_errctx *ec);
void plb_schemas_free(struct plb_schemas **s);

/* Newest version by folder name ("samtale-held"); NULL when unknown. */
const struct plb_schema *plb_schema_find(const struct plb_schemas *s, struct plb_slice navn);
/* That version of it (from 1); NULL when there is none. */
const struct plb_schema *plb_schema_version(
    const struct plb_schemas *s, struct plb_slice navn, unsigned version);
const char *plb_schema_navn(const struct plb_schema *s); /* samtale-held */
const char *plb_schema_type(const struct plb_schema *s); /* dk.parloeb.samtale-held */
uint64_t plb_schema_fingerprint(
    const struct plb_schema *s);                    /* CRC-64-AVRO of the parsing canonical form */
bool plb_schema_sealed(const struct plb_schema *s); /* has `forseglet` */
/* The raw avsc text, for registry and JSON Schema. */
struct plb_slice plb_schema_text(const struct plb_schema *s);
size_t plb_schemas_count(const struct plb_schemas *s);
const struct plb_schema *plb_schemas_at(
    const struct plb_schemas *s, size_t i); /* newest of each, sorted by navn */
/* May organisations of this type ("akasse" "kommune" "aktoer" "dfdg") send it? From
 * schemas/subjects.yaml. */
bool plb_schema_may_send(const struct plb_schema *s, int orgtype);

/* Registry ids, filled by plb_registry_register; 0 = none. */
void plb_schema_id_set(struct plb_schemas *s, const struct plb_schema *sc, uint32_t id);

/* Framing: single-object (C3 01 + fingerprint) or, when ids are set, Confluent (00 + id). */
void plb_frame_put(const struct plb_schema *s, struct plb_buf *out);
/* Takes either frame; *out is the writer's schema, *body what follows. PLB_E_FORM, PLB_E_UKENDT
 * (schema not known). */
PLB_MUSTUSE enum plb_err plb_frame_open(const struct plb_schemas *s, struct plb_slice value,
    const struct plb_schema **out, struct plb_slice *body, struct plb_errctx *ec);

/* Budgets of every decoder: body ≤ 1 MiB, 100,000 items, depth 64; zero-size items count. */

/* Validate a body without using it. */
PLB_MUSTUSE enum plb_err plb_avro_check(
    const struct plb_schema *s, struct plb_slice body, struct plb_errctx *ec);

/* Bindings: Avro body ⇄ C struct by field name, so that pure cores see plain structs. Decoding
 * takes any writer version that has the names. */
enum plb_bind_type {
	PLB_BIND_BOOL, /* bool */
	PLB_BIND_INT,  /* int32_t (Avro int) */
	PLB_BIND_LONG, /* int64_t (Avro long or int) */
	PLB_BIND_DATO, /* struct plb_dato (int, date) */
	PLB_BIND_TIME, /* struct plb_time (long, timestamp-millis) */
	PLB_BIND_ENUM, /* int: index in `symbols` of the binding, -1 = a symbol not listed there */
	PLB_BIND_STRING,  /* struct plb_slice, borrowed from the body; absent: p NULL */
	PLB_BIND_BYTES,   /* the same */
	PLB_BIND_FIXED16, /* uint8_t[16]: plb_uuid, plb_person */
	PLB_BIND_RECORD,  /* embedded struct, `sub` */
	PLB_BIND_LIST,    /* struct plb_list of `sub` (record) or of one unnamed item binding */
	PLB_BIND_RAW /* struct plb_slice: the Avro bytes of the field as they are (of the non-null
			branch) */
};
struct plb_bind {
	const char *name; /* field; NULL for the item of a list of scalars */
	enum plb_bind_type type;
	size_t offset;
	size_t has; /* offset of a bool for ["null", T]; PLB_BIND_REQUIRED when the field must be
		       there (string/bytes/raw/list: p NULL = null works without) */
	const struct plb_bind *sub; /* fields of a record or item */
	size_t n_sub, item_size;
	const char *const *symbols; /* enum: JSON texts ("kort-erhvervsrettet"), NULL-terminated */
};
#define PLB_BIND_REQUIRED ((size_t)-1)

struct plb_binding; /* compiled against one schema; immutable */
/* PLB_E_KONFIG when a name or type does not fit. When a field that can neither be null nor the
 * empty list is not bound, the binding is for reading alone: plb_binding_encode fails. */
PLB_MUSTUSE enum plb_err plb_binding_new(const struct plb_schema *s, const struct plb_bind *b,
    size_t n, struct plb_binding **out, struct plb_errctx *ec);
/* For reading an older version: fields that it lacks stay zero. */
PLB_MUSTUSE enum plb_err plb_binding_new_laes(const struct plb_schema *s, const struct plb_bind *b,
    size_t n, struct plb_binding **out, struct plb_errctx *ec);
void plb_binding_free(struct plb_binding **b);
/* `out` is zeroed first, up to the end of its last bound member. Dates and times outside the years
 * 1-9999 are refused both ways: PLB_TIME_UNSET and its like are for `has`. */
PLB_MUSTUSE enum plb_err plb_binding_decode(const struct plb_binding *b, struct plb_slice body,
    struct plb_arena *a, void *out, struct plb_errctx *ec);
/* Body only, no frame; failure is sticky in out. Unbound nullable fields are written as null. */
void plb_binding_encode(const struct plb_binding *b, const void *in, struct plb_buf *out);

#endif
