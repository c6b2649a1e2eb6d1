// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_BINDINGER_H
#define FORLOEB_BINDINGER_H

#include <parloeb/schema.h>

/* Short forms for tables of struct plb_bind: field name, type, member of a struct. */
#define ANTAL(t) (sizeof(t) / sizeof((t)[0]))
/* A field that is there, or text, bytes or a list that may be absent (p NULL). */
#define FELT(navn, art, st, medlem)                                                                \
	{                                                                                          \
		.name = navn, .type = art, .offset = offsetof(st, medlem),                         \
		.has = PLB_BIND_REQUIRED                                                           \
	}
/* A field that may be absent, with its `har_`. */
#define VALG(navn, art, st, medlem, har)                                                           \
	{                                                                                          \
		.name = navn, .type = art, .offset = offsetof(st, medlem),                         \
		.has = offsetof(st, har)                                                           \
	}
#define SYMBOL(navn, st, medlem, ord)                                                              \
	{                                                                                          \
		.name = navn, .type = PLB_BIND_ENUM, .offset = offsetof(st, medlem),               \
		.has = PLB_BIND_REQUIRED, .symbols = ord                                           \
	}
#define SYMBOL_VALG(navn, st, medlem, ord, har)                                                    \
	{                                                                                          \
		.name = navn, .type = PLB_BIND_ENUM, .offset = offsetof(st, medlem),               \
		.has = offsetof(st, har), .symbols = ord                                           \
	}
/* A record, with the fields of its struct; har_: offset or PLB_BIND_REQUIRED. */
#define POST(navn, st, medlem, felter, har_)                                                       \
	{                                                                                          \
		.name = navn, .type = PLB_BIND_RECORD, .offset = offsetof(st, medlem),             \
		.has = har_, .sub = felter, .n_sub = ANTAL(felter)                                 \
	}
/* A record whose fields lie in the struct around it. */
#define POST_HER(navn, st, felter, har)                                                            \
	{                                                                                          \
		.name = navn, .type = PLB_BIND_RECORD, .offset = 0, .has = offsetof(st, har),      \
		.sub = felter, .n_sub = ANTAL(felter)                                              \
	}
#define LISTE(navn, st, medlem, felter, punkt)                                                     \
	{                                                                                          \
		.name = navn, .type = PLB_BIND_LIST, .offset = offsetof(st, medlem),               \
		.has = PLB_BIND_REQUIRED, .sub = felter, .n_sub = ANTAL(felter),                   \
		.item_size = sizeof(punkt)                                                         \
	}
/* A list of scalars. */
#define LISTE_AF(navn, st, medlem, felt, punkt)                                                    \
	{                                                                                          \
		.name = navn, .type = PLB_BIND_LIST, .offset = offsetof(st, medlem),               \
		.has = PLB_BIND_REQUIRED, .sub = &felt, .n_sub = 1, .item_size = sizeof(punkt)     \
	}

#endif
