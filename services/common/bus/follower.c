// SPDX-License-Identifier: MPL-2.0
#include <parloeb/follower.h>
#include <parloeb/log.h>

#include <stdlib.h>

#include "bus_int.h"

/* Kafka answers a fetch at the end of a partition only after fetch.wait.max.ms, and only that
 * answer tells that it is the end. So a client that asks often reads what is there, and is replaced
 * by a quiet one when every partition has come to its end. */

#define RECORDS_A_TURN 5000
#define AGAIN_MS 1000

struct place {
	int64_t next;
	bool known;
};

struct plb_follower {
	struct plb_bus *bus;
	struct plb_loop *loop;
	struct plb_follower_conf c;
	struct plb_reader *reader;
	struct plb_loop_timer *settle;
	int32_t missing; /* partitions whose end has not been seen */
	struct place place[];
};

static void
fault(struct plb_follower *f, const struct plb_record *r, const struct plb_errctx *ec)
{
	struct plb_errctx own = {{0}};

	plb_log(
	    PLB_LOG_WARN, "follower", plb_f_str("emne", f->c.topic), plb_f_str("fejl", ec->text));
	if (plb_reader_error(f->reader) != PLB_E_UKENDT || r->partition < 0 ||
	    r->partition >= f->c.partitions)
		return;
	if (plb_reader_assign(f->reader, f->c.topic, r->partition, PLB_FROM_BEGINNING, 0, &own) !=
	    PLB_OK)
		plb_log(PLB_LOG_ERROR, "follower", plb_f_str("emne", f->c.topic),
		    plb_f_int("partition", r->partition), plb_f_str("fejl", own.text));
}

static void
at_end(struct plb_follower *f, struct place *at, int64_t offset)
{
	at->next = offset;
	if (at->known)
		return;
	at->known = true;
	if (--f->missing == 0)
		plb_loop_timer_in(f->settle, 0);
}

static void
data(void *arg)
{
	struct plb_follower *f = arg;
	struct plb_record r = {.partition = -1};
	struct plb_errctx ec = {{0}};
	int found;

	for (int i = 0; i < RECORDS_A_TURN && (found = plb_reader_poll(f->reader, 0, &r, &ec)) != 0;
	     i++) {
		if (found < 0) {
			fault(f, &r, &ec);
			continue;
		}
		if (r.partition < 0 || r.partition >= f->c.partitions)
			continue;
		if (found == 2) {
			at_end(f, &f->place[r.partition], r.offset);
			continue;
		}
		f->place[r.partition].next = r.offset + 1;
		f->c.record(f->c.arg, &r);
	}
	if (f->c.turn != NULL)
		f->c.turn(f->c.arg);
}

static enum plb_err
open_reader(struct plb_follower *f, bool quick, struct plb_reader **out, struct plb_errctx *ec)
{
	enum plb_err err = bus_reader_new(f->bus, f->loop, true, quick, data, f, out, ec);

	for (int32_t p = 0; p < f->c.partitions && err == PLB_OK; p++)
		err = plb_reader_assign(*out, f->c.topic, p,
		    quick ? PLB_FROM_BEGINNING : PLB_FROM_OFFSET, quick ? 0 : f->place[p].next, ec);
	if (err != PLB_OK)
		plb_reader_free(out);
	return err;
}

/* The other client takes over where this one stands; until it does, this one goes on. */
static void
settle(void *arg)
{
	struct plb_follower *f = arg;
	struct plb_reader *quiet = NULL;
	struct plb_errctx ec = {{0}};

	if (open_reader(f, false, &quiet, &ec) != PLB_OK) {
		plb_log(PLB_LOG_WARN, "follower", plb_f_str("emne", f->c.topic),
		    plb_f_str("fejl", ec.text));
		plb_loop_timer_in(f->settle, AGAIN_MS);
		return;
	}
	plb_reader_free(&f->reader);
	f->reader = quiet;
}

enum plb_err
plb_follower_new(struct plb_bus *b, struct plb_loop *l, const struct plb_follower_conf *c,
    struct plb_follower **out, struct plb_errctx *ec)
{
	struct plb_follower *f =
	    calloc(1, sizeof(*f) + (size_t)c->partitions * sizeof(struct place));
	enum plb_err err;

	*out = NULL;
	if (f == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "follower");
	f->bus = b;
	f->loop = l;
	f->c = *c;
	f->missing = c->partitions;
	f->settle = plb_loop_timer_new(l, settle, f);
	err = f->settle == NULL ? plb_err_set(ec, PLB_E_HUKOMMELSE, "follower")
				: open_reader(f, true, &f->reader, ec);
	if (err != PLB_OK)
		plb_follower_free(&f);
	*out = f;
	return err;
}

bool
plb_follower_known(const struct plb_follower *f)
{
	return f->missing == 0;
}

void
plb_follower_free(struct plb_follower **out)
{
	struct plb_follower *f = *out;

	*out = NULL;
	if (f == NULL)
		return;
	plb_reader_free(&f->reader);
	plb_loop_timer_free(&f->settle);
	free(f);
}
