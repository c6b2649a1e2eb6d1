// SPDX-License-Identifier: MPL-2.0
#include "clock_follow.h"

#include <parloeb/log.h>

#include <stdio.h>
#include <stdlib.h>

struct clock_follow {
	struct plb_reader *reader;
	struct plb_producer *producer;
	plb_loop_fn *moved;
	void *arg;
	char service[64], instance[64];
	struct plb_time now;
	struct plb_uuid round;
	int64_t asked_at;
	bool asked, any, ready;
	struct plb_arena arena;
	struct plb_buf key, value;
};

/* A tik read before the topic's end was reached counts for the clock, and as a round only if it is
 * the last one. */
static void
tik(struct clock_follow *c, const struct plb_record *rec)
{
	struct plb_errctx ec = {0};
	struct ur_record r;

	if (rec->tombstone || ur_key_is_svar(rec->key))
		return;
	plb_arena_reset(&c->arena);
	if (ur_decode(&c->arena, rec->value, &r, &ec) != PLB_OK) {
		plb_log(PLB_LOG_WARN, "clock topic: record skipped", plb_f_str("fejl", ec.text),
		    plb_f_int("offset", rec->offset));
		return;
	}
	if (r.svar)
		return;
	if (!plb_time_eq(r.tid, PLB_TIME_UNSET) && plb_time_before(c->now, r.tid))
		c->now = r.tid;
	c->round = r.runde;
	c->any = c->asked = true;
	c->asked_at = plb_mono_now().ms;
}

static void
on_data(void *arg)
{
	struct clock_follow *c = arg;
	struct plb_errctx ec = {0};
	struct plb_record rec;
	bool news = false;
	int got;

	while ((got = plb_reader_poll(c->reader, 0, &rec, &ec)) > 0) {
		if (got == 1)
			tik(c, &rec);
		else
			c->ready = true;
		news = true;
	}
	if (got < 0)
		plb_log(PLB_LOG_ERROR, "clock topic: not readable", plb_f_str("fejl", ec.text));
	if (news && c->ready)
		c->moved(c->arg);
}

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct clock_follow *c = arg;

	(void)opaque;
	(void)partition;
	(void)offset;
	if (err != PLB_OK)
		c->asked = c->any; /* the owner's next look answers again */
}

enum plb_err
clock_follow_new(struct plb_loop *l, struct plb_bus *b, const char *service, const char *instance,
    plb_loop_fn *moved, void *arg, struct clock_follow **out, struct plb_errctx *ec)
{
	static const char *const topics[] = {UR_TOPIC, NULL};
	struct clock_follow *c = calloc(1, sizeof(*c));
	enum plb_err err;

	if (c == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "clock topic: out of memory");
	c->moved = moved;
	c->arg = arg;
	c->now = PLB_TIME_UNSET;
	snprintf(c->service, sizeof(c->service), "%s", service);
	snprintf(c->instance, sizeof(c->instance), "%s", instance);
	plb_arena_init(&c->arena, 8 * UR_RECORD_MAX);
	plb_buf_init(&c->key, 512);
	plb_buf_init(&c->value, UR_RECORD_MAX);
	err = plb_producer_new(b, l, topics, delivered, c, &c->producer, ec);
	if (err == PLB_OK)
		err = plb_reader_new(b, l, false, on_data, c, &c->reader, ec);
	if (err == PLB_OK)
		err = plb_reader_assign(c->reader, UR_TOPIC, 0, PLB_FROM_BEGINNING, 0, ec);
	if (err != PLB_OK)
		clock_follow_free(&c);
	*out = c;
	return err;
}

void
clock_follow_free(struct clock_follow **cp)
{
	struct clock_follow *c = *cp;

	*cp = NULL;
	if (c == NULL)
		return;
	if (c->reader != NULL)
		plb_reader_free(&c->reader);
	if (c->producer != NULL)
		plb_producer_free(&c->producer);
	plb_arena_fini(&c->arena);
	plb_buf_fini(&c->key);
	plb_buf_fini(&c->value);
	free(c);
}

static struct plb_time
now(void *arg)
{
	return ((struct clock_follow *)arg)->now;
}

struct plb_clock
clock_follow_clock(struct clock_follow *c)
{
	return (struct plb_clock){now, c};
}

bool
clock_follow_ready(const struct clock_follow *c)
{
	return c->ready;
}

bool
clock_follow_asked(const struct clock_follow *c)
{
	return c->ready && c->asked;
}

int64_t
clock_follow_asked_at(const struct clock_follow *c)
{
	return c->asked_at;
}

void
clock_follow_again(struct clock_follow *c)
{
	c->asked = c->any;
	c->asked_at = plb_mono_now().ms;
}

void
clock_follow_answer(struct clock_follow *c, struct ur_position *pos, size_t n,
    struct plb_time naeste, int64_t i_gang)
{
	struct ur_record r = {
	    .svar = true,
	    .tid = c->now,
	    .runde = c->round,
	    .tjeneste = plb_slice_str(c->service),
	    .instans = plb_slice_str(c->instance),
	    .pos = pos,
	    .n_pos = n,
	    .naeste = naeste,
	    .i_gang = i_gang,
	};
	struct plb_slice key, value;
	enum plb_err err;

	plb_buf_reset(&c->key);
	plb_buf_reset(&c->value);
	ur_key(&r, &c->key);
	ur_encode(&r, &c->value);
	err = plb_buf_done(&c->key, &key);
	if (err == PLB_OK)
		err = plb_buf_done(&c->value, &value);
	if (err == PLB_OK)
		err = plb_producer_send(c->producer, UR_TOPIC, 0, key, value, NULL, 0, NULL);
	if (err != PLB_OK)
		plb_log(PLB_LOG_WARN, "clock topic: answer not sent",
		    plb_f_str("fejl", plb_err_name(err)));
	else
		c->asked = i_gang > 0;
	c->asked_at = plb_mono_now().ms; /* an answer that says "busy" is not repeated at once */
}
