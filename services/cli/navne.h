// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_NAVNE_H
#define CLI_NAVNE_H

#include <parloeb/arena.h>

/* Names of codes for people, from the code lists (config/koder/<liste>.csv: code, name, …). Lists
 * are read when first asked for; one that is not there names nothing. Embedded; one thread. */
#define NAVNE_LISTER 8
struct navne {
	const char *koder; /* the folder; borrowed */
	struct plb_arena arena;
	size_t n;
	struct {
		const char *liste;
		struct plb_slice text;
	} fil[NAVNE_LISTER];
};
void navne_init(struct navne *n, const char *koder);
void navne_fini(struct navne *n);
/* The name of a code; the code itself when it is not in the list. Lives as long as n. */
struct plb_slice navne_kode(struct navne *n, const char *liste, struct plb_slice kode);
/* "akasse:hk" → its name, "kommune:0461" → "Odense Kommune"; anything else as it is. Appended to
 * out, NUL-terminated; at most size bytes. */
const char *navne_org(struct navne *n, struct plb_slice org, char *out, size_t size);

#endif
