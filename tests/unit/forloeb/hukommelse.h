// SPDX-License-Identifier: MPL-2.0
#ifndef TESTS_FORLOEB_HUKOMMELSE_H
#define TESTS_FORLOEB_HUKOMMELSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/crypto.h>
#include <parloeb/flow.h>

#include "forloeb_run.h"

/* The service forloeb with memory in place of Kafka: state in a table, messages in a list, the
 * clock in a variable. Real schemas, real seals, the rule sets of config/. Each call works as one
 * transaction: what a refused call did is undone. */

struct udsendt { /* an emitted record; bytes in the arena */
	const char *topic;
	struct plb_slice key, value;
	size_t n_headers;
	struct plb_header header[PLB_HEADERS_MAX];
	struct plb_time ur;
};

#define UDSENDT_MAX 4000
#define POSTER_MAX 4000
struct post {
	struct plb_slice primary, sub, blob;
	struct plb_time due;
};

struct hukommelse {
	struct plb_arena a;
	struct plb_schemas *schemas;
	struct plb_crypto *crypto;
	struct regler *regler;
	struct forloeb_run *run;
	struct post post[POSTER_MAX];
	size_t n_post;
	struct udsendt ud[UDSENDT_MAX];
	size_t n_ud;
	struct plb_time ur;   /* PLB_TIME_UNSET at the start */
	bool draebes_ved_tid; /* each due time finds another process than the one before */
	struct plb_errctx ec; /* of the last call */
	enum plb_err stoppet; /* by the service; PLB_OK = not */
};

struct hukommelse *hukommelse_new(void);
void hukommelse_free(struct hukommelse *h);
/* The one of a group of tests, and what makes and frees it. */
extern struct hukommelse *hu;
int hukommelse_gruppe_op(void **state);
int hukommelse_gruppe_ned(void **state);
/* Forget the persons and what was sent; the clock is unset. */
void hukommelse_tom(struct hukommelse *h);

/* The service gets the state as after a restart. */
void hukommelse_start(struct hukommelse *h);
/* Its process is killed and another takes over: only the state is left. */
void hukommelse_draebt(struct hukommelse *h);
/* Fire what falls due up to t in order, then stand there. */
void hukommelse_ur(struct hukommelse *h, struct plb_time t);
/* Hand in a structured CloudEvent as the gateway would put it on `ind` for an organisation.
 * `person` may be NULL. */
enum plb_err hukommelse_send(
    struct hukommelse *h, const char *json, const char *org, struct plb_person *person);
/* The record that the event becomes, for tests that bend it. In the arena. */
struct plb_record hukommelse_record(struct hukommelse *h, const char *json, const char *org);
enum plb_err hukommelse_tag(struct hukommelse *h, const struct plb_record *rec);

/* Envelope, schema and data (JSON with the seals opened) of an emitted record. */
struct laest {
	struct plb_event ev;
	const struct plb_schema *skema;
	struct plb_slice body;
	const char *data;
};
struct laest hukommelse_laes(
    struct hukommelse *h, const struct udsendt *u, const struct plb_person *person);
/* Total bytes of state of a person: of the person, and of what is kept. */
void hukommelse_stoerrelse(
    const struct hukommelse *h, const struct plb_person *p, size_t *person, size_t *gemt);

#endif
