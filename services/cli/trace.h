// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "cli_net.h"
#include "navne.h"

/* A course as it lies in Kafka. Lists are linked in the order of reading; everything lives in the
 * arena. */
struct trace_trin {
	struct trace_trin *next;
	struct plb_slice trin, aarsag;
	struct plb_time tid;
	int64_t forsoeg;
};
struct trace_levering {
	struct trace_levering *next;
	struct plb_uuid id;
	struct plb_org til;
	int64_t sequence; /* 0 = none */
	struct plb_time adresseret;
	struct trace_trin *trin, **trin_hale;
};
/* One event: a fact that a partner told, or something made here (several recipients, one entry). */
struct trace_post {
	struct trace_post *next;
	struct plb_slice id, kilde, navn, aarsag_id, fejl;
	struct plb_org org;                        /* zero: made here */
	struct plb_time time, accepteret, afgjort; /* UNSET = not seen */
	enum plb_trin trin;
	bool har_forloeb;
	struct plb_uuid forloeb;
	struct plb_slice data; /* clear members as JSON; len 0 = not readable */
	struct trace_levering *levering, **levering_hale;
};
struct trace {
	struct plb_arena arena;
	const struct plb_schemas *schemas;
	bool har_person;
	struct plb_person person;
	struct trace_post *post, **hale;
	size_t n;
	bool uden_person; /* a delivery without a person key is there: its steps stand elsewhere on
			     svar */
};

void trace_init(struct trace *t, const struct plb_schemas *s);
void trace_fini(struct trace *t);
/* The person of an event id or a forløb; PLB_E_UKENDT when no record names it. *forloeb is the
 * forløb of the event, where it has one. */
PLB_MUSTUSE enum plb_err trace_find_haendelse(struct trace *t, struct plb_bus *b,
    struct plb_slice id, struct plb_uuid *forloeb, bool *har_forloeb, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err trace_find_forloeb(
    struct trace *t, struct plb_bus *b, struct plb_uuid id, struct plb_errctx *ec);
/* Everything about the person from ind, forloeb, ud and svar. */
PLB_MUSTUSE enum plb_err trace_laes(struct trace *t, struct plb_bus *b, struct plb_errctx *ec);
/* Keep only one forløb, or one event (with what it caused) where that has none. */
void trace_kun_forloeb(struct trace *t, struct plb_uuid forloeb);
void trace_kun_haendelse(struct trace *t, struct plb_slice id);
/* In order of time: facts before what was made because of them. */
void trace_sorter(struct trace *t);

/* The course in Danish, or as JSON. */
void trace_vis(const struct trace *t, struct navne *n, struct plb_buf *out);
void trace_json(const struct trace *t, struct plb_buf *out);

#endif
