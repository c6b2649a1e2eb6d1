// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_DELING_H
#define FORLOEB_DELING_H

#include "haendelse.h"

/* Who gets what when (contract § 3), as data. Pure. */

enum deling_hvornaar {
	DEL_ALDRIG,
	DEL_STRAKS,
	DEL_FRIST,     /* from the pakkefrist on, and when responsible */
	DEL_REGELSAET, /* as the rule set's parameter `deling` says */
	DEL_ANTAL
};

struct deling_regel {
	enum haendelse_type type;
	char art; /* of the thing it is about: the newest of these is what goes out */
	enum deling_hvornaar kommune; /* also another actor in its place */
	enum deling_hvornaar akasse;
	size_t id; /* offset of the thing's id in struct haendelse; DELING_EEN, DELING_EGEN */
};
#define DELING_EEN ((size_t)-1)  /* one of its kind in a forløb: the newest counts */
#define DELING_EGEN ((size_t)-2) /* each event is a thing of its own */

/* By type of event, by kind of thing; NULL = not in the table. */
const struct deling_regel *deling_for_type(enum haendelse_type type);
const struct deling_regel *deling_for_art(char art);

#endif
