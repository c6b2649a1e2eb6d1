// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_SCHEMAS_H
#define WIRE_SCHEMAS_H

#include <parloeb/id.h>

#include "plan.h"

struct plb_schemas {
	struct plb_arena arena;
	struct wire_lists lists;
	const struct wire_koder *akasser, *kommuner; /* NULL without code lists */
	struct plb_schema **all;                     /* by fingerprint */
	size_t n, size;
	const struct plb_schema **newest; /* by navn */
	size_t n_newest;
};

#endif
