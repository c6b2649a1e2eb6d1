// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_PLAN_H
#define WIRE_PLAN_H

#include <parloeb/map.h>
#include <parloeb/schema.h>

/* The plan of a schema: what an .avsc compiles into. Every encoder, decoder, reader and writer of
 * this folder walks these tables. Immutable once loaded; lives in the arena of struct plb_schemas.
 */

enum wire_kind {
	WIRE_NULL, /* only as the item of an array */
	WIRE_BOOL,
	WIRE_INT,
	WIRE_LONG,
	WIRE_DATO, /* int, date */
	WIRE_TIME, /* long, timestamp-millis */
	WIRE_STRING,
	WIRE_BYTES,
	WIRE_FIXED,
	WIRE_ENUM,
	WIRE_ARRAY,
	WIRE_RECORD,
};

enum wire_format {
	WIRE_FRI, /* any text */
	WIRE_CPR,
	WIRE_URI,
	WIRE_MAANED,
	WIRE_ORGANISATION,
	WIRE_AKASSE,
	WIRE_KOMMUNE,
	WIRE_EPOST,
	WIRE_TELEFON,
	WIRE_ANSVARLIG,
};

struct wire_koder;

/* What the edge asks of a value besides its type. min and maks: code points, items or the number
 * itself, by type. */
struct wire_rule {
	int64_t min, maks; /* INT64_MIN, INT64_MAX = none */
	enum wire_format format;
	const struct wire_koder *koder; /* code list, or NULL */
	bool unik, decimaler, er_sand;
};

struct wire_slot { /* a place for a value: a field's, or the items' of an array */
	const struct wire_type *type;
	bool nullable; /* ["null", T] */
	struct wire_rule rule;
};

struct wire_symbol {
	struct plb_slice avro, json; /* `paa_arbejdspladsen`, `paa-arbejdspladsen` */
};

struct wire_type {
	enum wire_kind kind;
	bool uuid;             /* fixed dk.parloeb.Uuid */
	uint32_t size;         /* fixed */
	struct plb_slice name; /* full name: record, enum, fixed */
	size_t n;              /* fields, symbols */
	const struct wire_field *field;
	const struct wire_symbol *symbol;
	struct wire_slot *item; /* array */
	int forseglet;          /* record: field that holds the seal, -1 = none */
	size_t min_bytes;       /* shortest encoding */
};

#define WIRE_FIELDS_MAX 64
#define WIRE_DEPTH_MAX 64
#define WIRE_NAMES_MAX 4096
#define WIRE_BODY_MAX ((size_t)1 << 20)
#define WIRE_ITEMS_MAX 100000u

struct wire_field {
	struct plb_slice name; /* NUL behind */
	struct wire_slot slot;
	bool fortrolig, paakraevet, intern, tom; /* tom: default is the empty list */
	/* Present if and only if field naar_felt holds naar_er (0/1, or a symbol); -1 = no rule. */
	int naar_felt, naar_er;
	/* A list of the text field udledt_felt of each item of field udledt; -1 = as it comes. */
	int udledt, udledt_felt;
};

struct plb_schema {
	const char *navn, *type;
	unsigned version;
	uint64_t fingerprint;
	uint32_t id; /* of the registry; 0 = none. Set before threads start. */
	struct plb_slice text, pcf;
	const struct wire_type *root; /* a record */
	unsigned senders;             /* bit per enum plb_orgtype */
	const char *const *emner;     /* topics that carry it, without prefix */
	size_t n_emner;
	int regler; /* row of json_regler.c, -1 = none */
	const struct plb_schema *next_newest;
};

/* koder.c: the code lists. */
struct wire_lists {
	struct wire_koder *first;
	const char *folder;
	struct plb_arena *arena;
};
/* Loaded at the first use; NULL with ec filled. */
const struct wire_koder *wire_lists_get(
    struct wire_lists *l, const char *navn, struct plb_errctx *ec);
void wire_lists_fini(struct wire_lists *l);
/* In the list and valid on the date; PLB_DATO_NONE asks for any date. */
bool wire_kode_valid(const struct wire_koder *k, struct plb_slice kode, struct plb_dato on);

/* schema_compile.c: text → pcf, fingerprint and root of *out, in the arena. PLB_E_KONFIG with the
 * JSON place. */
PLB_MUSTUSE enum plb_err wire_compile(struct plb_arena *a, struct wire_lists *lists,
    struct plb_slice text, struct plb_schema *out, struct plb_errctx *ec);

/* json_regler.c: the row for an event name, -1 = none. */
int wire_regler_find(const char *navn);

#endif
