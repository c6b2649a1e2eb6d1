// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_BINDING_H
#define WIRE_BINDING_H

#include "avro_rd.h"

/* A value of the schema and where it goes in the struct. */
struct wire_bound {
	const struct wire_slot *slot;
	const struct plb_bind *b; /* NULL: the struct does not want it */
	const int *in;            /* enum: symbol of the schema → index of the binding, -1 */
	const int *out;           /* enum: index of the binding → symbol of the schema, -1 */
	int n_out;
	const struct wire_bound *sub; /* record: one for each field of the schema; list: its item */
};

struct plb_binding {
	struct plb_arena arena;
	struct wire_slot root;
	struct wire_bound bound;
	size_t extent; /* bytes of the struct up to the end of the last bound member */
	bool encodes;  /* every field that must be written is bound */
};

#endif
