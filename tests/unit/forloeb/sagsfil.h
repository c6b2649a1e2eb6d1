// SPDX-License-Identifier: MPL-2.0
#ifndef TESTS_FORLOEB_SAGSFIL_H
#define TESTS_FORLOEB_SAGSFIL_H

#include <parloeb/arena.h>
#include <parloeb/stamp.h>

/* A worked course (tests/cases/README.md), as slices of its file's text. Anything odd fails the
 * test. */
struct sag_haendelse {
	struct plb_time ur;
	const char *afsender, *json; /* json: the structured CloudEvent, `time` = ur */
};
struct sag_besked {
	const char *til, *type;
	struct plb_slice data; /* object; {NULL,0} = none asked for */
};
#define SAG_MAX 64
struct sag {
	const char *navn;
	struct sag_haendelse h[SAG_MAX];
	size_t n_h;
	struct plb_time slut;
	struct sag_besked forventet[SAG_MAX], aldrig[SAG_MAX];
	size_t n_forventet, n_aldrig;
};

void sag_laes(struct plb_arena *a, const char *path, struct sag *out);
/* Does every member of `del` stand in `hele` with the same value (numbers as numbers)? */
bool sag_indeholder(struct plb_slice hele, struct plb_slice del);

#endif
