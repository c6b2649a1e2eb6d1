// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_FACTS_H
#define SIM_FACTS_H

#include <parloeb/arena.h>
#include <parloeb/stamp.h>

/* Facts of every event type, made from a table: a row is a type, who sends it, and its data as a
 * template. For the simulation and for property tests, which draw from different sources. A new
 * type joins by a row in facts.c. */
struct facts_draw {
	uint64_t (*below)(void *arg, uint64_t n); /* 0 … n-1; 0 is simplest */
	void *arg;
};

struct facts_event {
	const char *type; /* "samtale-held" */
	const char *org;
	struct plb_slice id, json; /* structured CloudEvent; the arena's */
};

#define FACTS_REGISTRATION 0 /* index of member-registered */
size_t facts_types(void);
const char *facts_type(size_t i);
size_t facts_find(const char *type); /* facts_types() when there is none */
/* One that another sends, or about things that only later come to be: may be refused by the course.
 */
/* A fact of that type about person `person` (0 … 899), with event id made of `seed`, `person` and
 * `n`, business time `now`. */
void facts_make(struct plb_arena *a, const struct facts_draw *d, size_t type, uint64_t seed,
    unsigned person, unsigned n, struct plb_time now, struct facts_event *out);

/* Everybody who sends or receives here; NULL-terminated. */
extern const char *const facts_orgs[];
#define FACTS_BEGIN_DATE "2024-03-01" /* of the first registrations */

#endif
