// SPDX-License-Identifier: MPL-2.0
#include "check.h"

#include <parloeb/map.h>

#include <stdio.h>

#include "sim_txn.h"

/* ---- what is known of an event id, a delivery's number, a course ---- */

struct known { /* by text */
	struct plb_map_node node;
	int64_t n, other;
};

static struct plb_map accepted;  /* id → records on ind */
static struct plb_map settled;   /* id → final steps on forloeb */
static struct plb_map sequences; /* recipient and course → last number */
static struct sim_call *history, **history_end;
static int64_t taken[16][SIM_PARTS];             /* offset behind the last one in history */
static const struct plb_loop *newest[SIM_PARTS]; /* owner that worked on the partition last */
static int64_t in_history, parked;

void
check_reset(void)
{
	plb_map_init(&accepted, 0);
	plb_map_init(&settled, 0);
	plb_map_init(&sequences, 0);
	history = NULL;
	history_end = &history;
	memset(taken, 0, sizeof(taken));
	memset(newest, 0, sizeof(newest));
	in_history = parked = 0;
	check_delivery_reset();
}

void
check_fini(void)
{
	plb_map_fini(&accepted);
	plb_map_fini(&settled);
	plb_map_fini(&sequences);
	check_delivery_fini();
}

static struct known *
known(struct plb_map *m, struct plb_slice key)
{
	struct known *k = (struct known *)(void *)plb_map_get(m, key);

	if (k != NULL)
		return k;
	k = plb_arena_calloc(&sim.arena, 1, sizeof(*k));
	PLB_ASSERT(k != NULL);
	k->node.key = plb_arena_dup(&sim.arena, key);
	PLB_ASSERT(plb_map_add(m, &k->node) == PLB_OK);
	return k;
}

/* ---- the log ---- */

/* "3" → 3; 0 when absent. */
static int64_t
number(struct plb_slice s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.len && i < 18; i++)
		n = n * 10 + (s.p[i] - '0');
	return n;
}

/* Numbers 1, 2, 3 … for each recipient and course. A withdrawal carries the number that it takes
 * the place of. */
static void
on_ud(const struct sim_rec *r)
{
	struct plb_slice seq = sim_header(r, "ce_sequence"), type = sim_header(r, "ce_type");
	struct plb_slice course = sim_header(r, "ce_correlationid");
	struct known *k;
	char key[160];
	int64_t n = number(seq);

	check_delivery_ud(r);
	if (seq.len == 0) {
		if (!plb_slice_is(type, "dk.parloeb.haendelse-afvist"))
			sim_fail("I2", "a message without number: %.*s", PLB_SLICE_ARG(type));
		if (sim_header(r, "ce_causationid").len == 0)
			sim_fail("I10", "haendelse-afvist does not say what was refused");
		return;
	}
	snprintf(key, sizeof(key), "%.*s %.*s", PLB_SLICE_ARG(r->key), PLB_SLICE_ARG(course));
	k = known(&sequences, plb_slice_str(key));
	if (plb_slice_is(type, "dk.parloeb.levering-tilbagekaldt")) {
		if (n > k->n)
			sim_fail("I2", "number %lld to %s is withdrawn and was never sent",
			    (long long)n, key);
		return;
	}
	if (n != k->n + 1)
		sim_fail(n <= k->n ? "I2" : "I4", "number %lld to %s follows %lld", (long long)n,
		    key, (long long)k->n);
	k->n = n;
}

static void
on_forloeb(const struct sim_rec *r)
{
	struct plb_slice step = sim_header(r, "plb_trin");
	struct known *k;

	if (sim.verbose && plb_slice_is(step, "gentagelse"))
		sim_note("%.*s: gentagelse", PLB_SLICE_ARG(sim_header(r, "ce_id")));
	if (plb_slice_is(step, "gentagelse") || plb_slice_is(step, "afventer"))
		return;
	k = known(&settled, sim_header(r, "ce_id"));
	sim_note("%.*s: %.*s", PLB_SLICE_ARG(k->node.key), PLB_SLICE_ARG(step));
	if (k->n++ > 0)
		sim_fail("I2", "%.*s %.*s was %.*s a second time",
		    PLB_SLICE_ARG(sim_header(r, "ce_type")), PLB_SLICE_ARG(k->node.key),
		    PLB_SLICE_ARG(step));
	if (plb_slice_is(step, "afvist") && sim_header(r, "plb_fejl").len == 0)
		sim_fail("I10", "event %.*s is refused without reason", PLB_SLICE_ARG(k->node.key));
}

static void
on_afvist(const struct sim_rec *r)
{
	struct plb_slice why = sim_header(r, "plb_aarsag");

	parked++;
	if (why.len == 0 || sim_header(r, "plb_emne").len == 0 ||
	    sim_header(r, "plb_offset").len == 0)
		sim_fail("I10", "a parked record does not say why, and whence");
	/* Nothing that the simulation sends is bad enough to be parked. */
	sim_fail("I10", "parked: %.*s", PLB_SLICE_ARG(why));
}

static void
on_ind(const struct sim_rec *r)
{
	struct known *k = known(&accepted, sim_header(r, "ce_id"));

	k->n++;
	sim_note("%.*s is in the log", PLB_SLICE_ARG(k->node.key));
}

static const struct {
	const char *topic;
	void (*fn)(const struct sim_rec *r);
} lookers[] = {
    {"ind", on_ind},
    {"forloeb", on_forloeb},
    {"ud", on_ud},
    {"afvist", on_afvist},
};

void
check_visible(struct sim_part *pt, int64_t offset)
{
	for (size_t i = 0; i < sizeof(lookers) / sizeof(lookers[0]); i++)
		if (strcmp(lookers[i].topic, pt->topic->name) == 0)
			lookers[i].fn(pt->rec[offset]);
}

void
check_offset(const struct sim_part *pt, int64_t next)
{
	if (next < pt->committed || next > pt->n)
		sim_fail("I8", "%s-%d: committed offset goes from %lld to %lld, end %lld",
		    pt->topic->name, pt->p, (long long)pt->committed, (long long)next,
		    (long long)pt->n);
}

/* ---- history ---- */

static void
add(const struct plb_loop *p, struct sim_part *pt, int64_t offset, struct plb_slice primary,
    struct plb_time now)
{
	struct sim_call **calls = sim_txn_calls(p), *c;

	if (calls == NULL || p->dying)
		return;
	c = plb_arena_alloc(&sim.arena, sizeof(*c));
	PLB_ASSERT(c != NULL);
	*c = (struct sim_call){pt, offset, plb_arena_dup(&sim.arena, primary), now, NULL};
	if (calls[0] == NULL)
		calls[0] = c;
	else
		calls[1]->next = c;
	calls[1] = c;
	if (sim_group_owns(p, pt->p))
		newest[pt->p] = p;
}

void
check_record(const struct plb_loop *p, const struct plb_record *rec, struct plb_time now)
{
	add(p, &sim_topic(rec->topic)->part[rec->partition], rec->offset, rec->key, now);
}

void
check_timer(
    const struct plb_loop *p, int32_t partition, struct plb_slice primary, struct plb_time due)
{
	if (due.ms > plb_time_now().ms)
		sim_fail("I6", "a timer fires %lld ms before its time",
		    (long long)(due.ms - plb_time_now().ms));
	add(p, &sim_topic("ind")->part[partition], -1, primary, due);
}

/* dispatch acts on a commit as soon as it is answered; the markers may come later. */
static void
delivery_steps(const struct sim_txn *t)
{
	for (int i = 0; i < t->n_part; i++) {
		const struct sim_part *pt = t->part[i];
		bool svar = strcmp(pt->topic->name, "svar") == 0;

		if (!svar && strcmp(pt->topic->name, "dispatch.tilstand") != 0)
			continue;
		for (int64_t o = pt->stable; o < pt->n; o++) {
			if (pt->rec[o]->txn != t || pt->rec[o]->fate != SIM_OPEN)
				continue;
			if (svar)
				check_delivery_svar(pt->rec[o]);
			else
				check_delivery_entry(pt->rec[o]);
		}
	}
}

void
check_committed(struct sim_txn *t)
{
	struct sim_call *c = t->calls == NULL ? NULL : t->calls[0];

	sim_note("%s commits", t->coord->proc->name);
	delivery_steps(t);
	if (c == NULL)
		return;
	*history_end = c;
	for (; c != NULL; c = c->next) {
		int64_t *behind;

		history_end = &c->next;
		if (newest[c->pt->p] != t->coord->proc)
			sim_fail("I5", "%s-%d: %s commits after a newer owner has begun",
			    c->pt->topic->name, c->pt->p, t->coord->proc->name);
		if (c->offset < 0)
			continue;
		behind = &taken[c->pt->topic->index][c->pt->p];
		if (c->offset < *behind)
			sim_fail("I2", "%s-%d: record %lld is applied again, or after a later one",
			    c->pt->topic->name, c->pt->p, (long long)c->offset);
		*behind = c->offset + 1;
		in_history++;
	}
	t->calls[0] = NULL;
}

/* ---- senders ---- */

void
check_answered(struct plb_slice id, int status)
{
	struct known *k = known(&accepted, id);

	if (status != 202) {
		k->other++;
		return;
	}
	if (k->n == 0)
		sim_fail("I1", "event %.*s is accepted and not in the log", PLB_SLICE_ARG(id));
}

/* ---- at rest ---- */

static int64_t
records(const char *topic)
{
	const struct sim_topic *t = sim_topic(topic);
	int64_t n = 0;

	for (int32_t p = 0; p < t->n; p++)
		for (int64_t o = 0; o < t->part[p].n; o++)
			n += sim_visible(t->part[p].rec[o]);
	return n;
}

/* Answered 202 by one gateway and never in doubt: exactly one record. */
static void
check_once(void)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&accepted, &it)) != NULL) {
		const struct known *k = (const struct known *)(const void *)n;

		if (k->n > 1 && k->other == 0)
			sim_fail("I1", "event %.*s has %lld records in the log without need",
			    PLB_SLICE_ARG(n->key), (long long)k->n);
	}
}

void
check_end(void)
{
	int64_t want = records("ind") + records("svar");

	if (in_history + parked != want)
		sim_fail("I4", "%lld facts and receipts in the log, %lld of them applied",
		    (long long)want, (long long)in_history);
	check_once();
	check_deliveries_ended();
	if (!sim.failed)
		check_replay(history);
}
