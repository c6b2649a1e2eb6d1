// SPDX-License-Identifier: MPL-2.0
#include <parloeb/flow.h>

#include "clock_quiet.h"

#include <stdio.h>
#include <stdlib.h>

/* The hand that moves the clock topic (`parloeb clock set`). A step: rounds of tik and answers
 * until two in a row say the same and quiet; then on to the earliest due time that anybody named.
 * Producer, reader and buffers live as long as the stepper, so that a step costs two round trips
 * and what the services do in it. */

#define ROUND_MS 3000    /* then it is asked again */
#define SILENT_MS 8000   /* an instance that is asked and silent for so long is gone */
#define GIVE_UP_MS 90000 /* no progress: longer than a dead owner's partitions take to move */
#define LOAD_MS 30000
#define PAUSE_MS 5 /* between rounds that only wait for records to become visible */
#define INSTANCES_MAX 1000
#define KEY_MAX_LEN 300

/* Whose word is needed. Each partition of these inputs must have exactly one owner. */
static const struct {
	const char *service;
	const char *inputs[4];
} followers[] = {
    {"forloeb", {"ind", "svar"}},
    {"dispatch", {"ud", "postkasse"}},
};

/* An instance by its record key; its last answer as bytes, parsed when wanted. */
struct instance {
	char key[KEY_MAX_LEN];
	struct plb_buf answer;
	bool fresh;     /* came since the round began */
	int64_t silent; /* asked then (mono ms), and has not spoken since; INT64_MAX = it has */
};

struct plb_clock_stepper {
	struct plb_bus *bus;
	struct plb_producer *producer;
	struct plb_reader *reader;
	struct plb_time now;
	struct plb_uuid round;
	int64_t newest_ms; /* Kafka's time of what was read last */
	int64_t ahead_ms;  /* of ours before Kafka's, once loaded */
	bool at_end;
	struct instance *inst;
	size_t n_inst;
	struct quiet_topics topics;
	struct quiet_round cur, prev;
	int64_t *ends;
	struct plb_arena arena;
	struct plb_buf key, value, why;
	char short_name[QUIET_TOPICS_MAX][32];
};

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	(void)arg;
	(void)partition;
	(void)offset;
	if (opaque != NULL)
		*(enum plb_err *)opaque = err;
}

static enum plb_err
topics_find(struct plb_clock_stepper *s, const char *prefix, struct plb_errctx *ec)
{
	for (size_t i = 0; i < sizeof(followers) / sizeof(followers[0]); i++) {
		for (size_t j = 0; followers[i].inputs[j] != NULL; j++) {
			char name[256];
			int32_t n = 0;
			enum plb_err err =
			    plb_topic_partitions(s->bus, followers[i].inputs[j], &n, ec);

			if (err != PLB_OK)
				return err;
			snprintf(name, sizeof(name), "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".",
			    followers[i].inputs[j]);
			snprintf(s->short_name[s->topics.n], sizeof(s->short_name[0]), "%s",
			    followers[i].inputs[j]);
			if (quiet_topics_add(&s->topics, name, n) != PLB_OK)
				return plb_err_set(ec, PLB_E_KONFIG, "%s: %d partitions", name, n);
		}
	}
	return PLB_OK;
}

static struct instance *
instance_get(struct plb_clock_stepper *s, struct plb_slice key)
{
	struct instance *a;

	for (size_t i = 0; i < s->n_inst; i++)
		if (plb_slice_is(key, s->inst[i].key))
			return &s->inst[i];
	if (key.len == 0 || key.len >= KEY_MAX_LEN || s->n_inst == INSTANCES_MAX ||
	    memchr(key.p, '\0', key.len) != NULL)
		return NULL;
	a = realloc(s->inst, (s->n_inst + 1) * sizeof(*a));
	if (a == NULL)
		return NULL;
	s->inst = a;
	a = &s->inst[s->n_inst++];
	*a = (struct instance){0};
	memcpy(a->key, key.p, key.len);
	plb_buf_init(&a->answer, UR_RECORD_MAX);
	return a;
}

/* One that has spoken since it was asked last, or has not had its time yet: a round waits for it.
 * Kafka's own restart passes within that time, and with it everybody's way back. */
static bool
expected(const struct instance *in)
{
	return in->silent == INT64_MAX || plb_mono_now().ms - in->silent < SILENT_MS;
}

static void
asked(struct plb_clock_stepper *s, int64_t at_ms)
{
	for (size_t i = 0; i < s->n_inst; i++)
		if (s->inst[i].silent == INT64_MAX)
			s->inst[i].silent = at_ms;
}

static void
take_tik(struct plb_clock_stepper *s, struct plb_slice value, int64_t at_ms)
{
	struct ur_record r;

	plb_arena_reset(&s->arena);
	if (ur_decode(&s->arena, value, &r, NULL) != PLB_OK || r.svar)
		return; /* garbage on the topic moves no clock */
	s->round = r.runde;
	asked(s, at_ms);
	if (!plb_time_eq(r.tid, PLB_TIME_UNSET) && plb_time_before(s->now, r.tid))
		s->now = r.tid;
}

/* One poll of `ur`. False on an error. */
static bool
read_one(struct plb_clock_stepper *s, int64_t timeout_ms, struct plb_errctx *ec)
{
	struct plb_record rec;
	struct instance *in;
	int got = plb_reader_poll(s->reader, timeout_ms, &rec, ec);

	s->at_end = got == 2 || (got == 0 && s->at_end);
	if (got != 1 || rec.tombstone)
		return got >= 0;
	s->newest_ms = rec.timestamp.ms;
	if (!ur_key_is_svar(rec.key)) {
		take_tik(s, rec.value, s->newest_ms + s->ahead_ms);
		return true;
	}
	in = instance_get(s, rec.key);
	if (in != NULL) {
		plb_buf_reset(&in->answer);
		plb_buf_slice(&in->answer, rec.value);
		in->fresh = true;
		in->silent = INT64_MAX;
	}
	return true;
}

/* The last answer of an instance when it is one to this round. */
static bool
answer_of(struct plb_clock_stepper *s, struct instance *in, struct ur_record *out)
{
	struct plb_slice value;

	plb_arena_reset(&s->arena);
	return plb_buf_done(&in->answer, &value) == PLB_OK && value.len > 0 &&
	    ur_decode(&s->arena, value, out, NULL) == PLB_OK && out->svar &&
	    plb_uuid_eq(out->runde, s->round);
}

/* What was said before us has Kafka's time; its last moment counts as now. */
static void
by_our_clock(struct plb_clock_stepper *s)
{
	s->ahead_ms = plb_mono_now().ms - s->newest_ms;
	for (size_t i = 0; i < s->n_inst; i++)
		if (s->inst[i].silent != INT64_MAX)
			s->inst[i].silent += s->ahead_ms;
}

static enum plb_err
load(struct plb_clock_stepper *s, struct plb_errctx *ec)
{
	int64_t began = plb_mono_now().ms;

	while (!s->at_end) {
		if (!read_one(s, 200, ec))
			return PLB_E_KAFKA;
		if (plb_mono_now().ms - began > LOAD_MS)
			return plb_err_set(ec, PLB_E_TIMEOUT, "clock topic: no end reached in %d s",
			    LOAD_MS / 1000);
	}
	by_our_clock(s);
	return PLB_OK;
}

enum plb_err
plb_clock_stepper_new(struct plb_bus *b, const struct plb_conf *conf,
    struct plb_clock_stepper **out, struct plb_errctx *ec)
{
	static const char *const topics[] = {UR_TOPIC, NULL};
	struct plb_clock_stepper *s = calloc(1, sizeof(*s));
	enum plb_err err;

	*out = NULL;
	if (s == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "clock: out of memory");
	s->bus = b;
	s->now = PLB_TIME_UNSET;
	plb_arena_init(&s->arena, 8 * UR_RECORD_MAX);
	plb_buf_init(&s->key, KEY_MAX_LEN);
	plb_buf_init(&s->value, UR_RECORD_MAX);
	plb_buf_init(&s->why, 1024);
	err = topics_find(s, conf == NULL ? "" : plb_conf_common(conf)->topic_prefix, ec);
	if (err == PLB_OK)
		err = quiet_round_init(&s->cur, &s->topics);
	if (err == PLB_OK)
		err = quiet_round_init(&s->prev, &s->topics);
	if (err == PLB_OK) {
		s->ends = calloc(s->topics.total + 1, sizeof(*s->ends));
		err = s->ends == NULL ? plb_err_set(ec, PLB_E_HUKOMMELSE, "clock: out of memory")
				      : PLB_OK;
	}
	if (err == PLB_OK)
		err = plb_producer_new(b, NULL, topics, delivered, s, &s->producer, ec);
	if (err == PLB_OK)
		err = plb_reader_new(b, NULL, false, NULL, NULL, &s->reader, ec);
	if (err == PLB_OK)
		err = plb_reader_assign(s->reader, UR_TOPIC, 0, PLB_FROM_BEGINNING, 0, ec);
	if (err == PLB_OK)
		err = load(s, ec);
	if (err != PLB_OK)
		plb_clock_stepper_free(&s);
	*out = s;
	return err;
}

void
plb_clock_stepper_free(struct plb_clock_stepper **sp)
{
	struct plb_clock_stepper *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	if (s->reader != NULL)
		plb_reader_free(&s->reader);
	if (s->producer != NULL)
		plb_producer_free(&s->producer);
	for (size_t i = 0; i < s->n_inst; i++)
		plb_buf_fini(&s->inst[i].answer);
	free(s->inst);
	quiet_round_fini(&s->cur);
	quiet_round_fini(&s->prev);
	free(s->ends);
	plb_arena_fini(&s->arena);
	plb_buf_fini(&s->key);
	plb_buf_fini(&s->value);
	plb_buf_fini(&s->why);
	free(s);
}

struct plb_time
plb_clock_stepper_now(struct plb_clock_stepper *s)
{
	struct plb_errctx ec = {0};

	s->at_end = false;
	while (!s->at_end && read_one(s, 0, &ec)) {
		struct plb_time was = s->now;

		if (!s->at_end && plb_time_eq(was, s->now))
			break; /* nothing new for the moment */
	}
	return s->now;
}

static enum plb_err
tik_send(struct plb_clock_stepper *s, struct plb_time at, struct plb_errctx *ec)
{
	struct ur_record r = {.tid = at};
	struct plb_slice key, value;
	enum plb_err sent = PLB_E_TIMEOUT, err;

	plb_uuid4(&r.runde);
	plb_buf_reset(&s->key);
	plb_buf_reset(&s->value);
	ur_key(&r, &s->key);
	ur_encode(&r, &s->value);
	err = plb_buf_done(&s->key, &key);
	if (err == PLB_OK)
		err = plb_buf_done(&s->value, &value);
	if (err == PLB_OK)
		err = plb_producer_send(s->producer, UR_TOPIC, 0, key, value, NULL, 0, &sent);
	if (err == PLB_OK)
		err = plb_producer_flush(s->producer, 10000);
	if (err == PLB_OK)
		err = sent;
	if (err != PLB_OK)
		return plb_err_set(ec, err, "clock topic: tik not written");
	s->round = r.runde;
	asked(s, plb_mono_now().ms);
	if (!plb_time_eq(at, PLB_TIME_UNSET))
		s->now = at;
	return PLB_OK;
}

/* All answers to this round so far, into cur. True when nothing more need be waited for. */
static bool
tally(struct plb_clock_stepper *s, struct plb_time at)
{
	bool all = true;

	quiet_round_clear(&s->cur);
	for (size_t i = 0; i < s->n_inst; i++) {
		struct ur_record r;

		if (answer_of(s, &s->inst[i], &r) && plb_time_eq(r.tid, at))
			quiet_round_add(&s->cur, &r);
		else if (expected(&s->inst[i]))
			all = false;
	}
	return all && quiet_round_whole(&s->cur, NULL);
}

/* One round; *whole: everybody has answered, idle. */
static enum plb_err
round_run(struct plb_clock_stepper *s, struct plb_time at, bool *whole, struct plb_errctx *ec)
{
	int64_t began = plb_mono_now().ms, left;
	enum plb_err err;

	for (size_t i = 0; i < s->n_inst; i++)
		s->inst[i].fresh = false;
	err = tik_send(s, at, ec);
	*whole = false;
	while (err == PLB_OK && !*whole && (left = began + ROUND_MS - plb_mono_now().ms) > 0) {
		size_t known = s->n_inst;
		bool news = false;

		if (!read_one(s, left, ec))
			return PLB_E_KAFKA;
		for (size_t i = 0; i < s->n_inst; i++) {
			news = news || s->inst[i].fresh;
			s->inst[i].fresh = false;
		}
		if (news || known != s->n_inst)
			*whole = tally(s, at);
	}
	if (err == PLB_OK && !*whole)
		*whole = tally(s, at);
	return err;
}

static enum plb_err
ends_get(struct plb_clock_stepper *s, struct plb_errctx *ec)
{
	/* As a read_uncommitted reader sees them: what a transaction has written counts before its
	 * marker is there. */
	for (size_t i = 0; i < s->topics.n; i++) {
		enum plb_err err = plb_bus_end_offsets(s->bus, s->short_name[i],
		    s->topics.t[i].partitions, false, 10000, s->ends + s->topics.t[i].first, ec);

		if (err != PLB_OK)
			return err;
	}
	return PLB_OK;
}

/* This step took too long: say what was missing last. */
static enum plb_err
given_up(struct plb_clock_stepper *s, struct plb_errctx *ec)
{
	struct plb_slice why = {0};

	plb_buf_reset(&s->why);
	if (quiet_round_whole(&s->cur, &s->why) && quiet_round_reached(&s->cur, s->ends, &s->why))
		plb_buf_str(&s->why, "answers keep changing");
	(void)!plb_buf_done(&s->why, &why);
	return plb_err_set(ec, PLB_E_TIMEOUT, "clock: no quiet in %d s: %.*s", GIVE_UP_MS / 1000,
	    PLB_SLICE_ARG(why));
}

/* Nobody has anything to do: what is missing is on its way. */
static bool
pause_a_little(struct plb_clock_stepper *s, struct plb_errctx *ec)
{
	int64_t end = plb_mono_now().ms + PAUSE_MS, left;

	while ((left = end - plb_mono_now().ms) > 0)
		if (!read_one(s, left, ec))
			return false;
	return true;
}

/* Rounds at `at` until quiet. cur then holds the last one. */
static enum plb_err
settle(struct plb_clock_stepper *s, struct plb_time at, struct plb_errctx *ec)
{
	int64_t progress = plb_mono_now().ms;
	bool whole = false, was_whole = false;

	for (size_t rounds = 0;; rounds++) {
		struct quiet_round swap = s->prev;
		enum plb_err err = PLB_OK;

		s->prev = s->cur;
		s->cur = swap;
		was_whole = whole && rounds > 0;
		if (was_whole)
			err = ends_get(s, ec);
		if (err == PLB_OK)
			err = round_run(s, at, &whole, ec);
		if (err != PLB_OK)
			return err;
		if (was_whole && whole && quiet_round_same(&s->prev, &s->cur)) {
			if (quiet_round_reached(&s->cur, s->ends, NULL) &&
			    (s->cur.naeste > at.ms || plb_time_eq(at, PLB_TIME_UNSET)))
				return PLB_OK;
			if (!pause_a_little(s, ec))
				return PLB_E_KAFKA;
		}
		if (rounds == 0 || !quiet_round_same(&s->prev, &s->cur))
			progress = plb_mono_now().ms;
		if (plb_mono_now().ms - progress > GIVE_UP_MS)
			return given_up(s, ec);
	}
}

enum plb_err
plb_clock_stepper_set(struct plb_clock_stepper *s, struct plb_time target,
    void (*progress)(void *arg, struct plb_time at), void *arg, struct plb_errctx *ec)
{
	struct plb_time at = plb_clock_stepper_now(s);
	enum plb_err err;

	if (plb_time_before(target, at))
		return plb_err_set(ec, PLB_E_REGEL, "the clock does not go backwards");
	for (;;) {
		err = settle(s, at, ec);
		if (err != PLB_OK || plb_time_eq(at, target))
			return err;
		at.ms = s->cur.naeste < target.ms ? s->cur.naeste : target.ms;
		if (progress != NULL)
			progress(arg, at);
	}
}
