// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "check.h"
#include "flow_int.h"
#include "forloeb_run.h"
#include "proc.h"

/* History once more: the same calls in the same order in a process that nothing happens to. What it
 * makes must be what stands in the log, message by message and entry by entry. */

struct replay {
	struct forloeb_run *run;
	struct plb_flow f;
	struct flow_part *pt;
	struct plb_map messages; /* of struct message: those in the log that nobody has made yet */
};
struct message {                  /* and those that look the same */
	struct plb_map_node node; /* key: sum */
	uint64_t sum;
	int64_t n;
	const struct sim_rec *rec;
};

static uint64_t
fingerprint(const char *topic, struct plb_slice key, struct plb_slice value,
    const struct plb_header *h, size_t n)
{
	uint64_t sum = plb_hash(plb_slice_str(topic)) ^ (plb_hash(key) * 3) ^ (plb_hash(value) * 5);

	for (size_t i = 0; i < n; i++)
		sum ^= plb_hash(h[i].value) * (7 + 2 * plb_hash(plb_slice_str(h[i].name)));
	return sum;
}

static struct message *
message(struct replay *r, uint64_t sum)
{
	return (struct message *)(void *)plb_map_get(
	    &r->messages, plb_slice((const uint8_t *)&sum, sizeof(sum)));
}

/* ---- what it makes ---- */

static enum plb_err
changed(void *arg, const struct flow_entry *e, bool deleted)
{
	(void)arg, (void)e, (void)deleted;
	return PLB_OK;
}

/* Where a message differs from the one in the log with the same delivery id. */
static const char *
difference(const struct replay *r, const struct flow_emit *e, const struct sim_rec *like)
{
	struct plb_slice id = sim_header(like, "ce_leveringid");
	struct plb_map_node *n;
	size_t it = 0;

	while (id.len > 0 && (n = plb_map_next(&r->messages, &it)) != NULL) {
		const struct sim_rec *rec = ((const struct message *)(const void *)n)->rec;

		if (!plb_slice_eq(sim_header(rec, "ce_leveringid"), id))
			continue;
		for (size_t i = 0; i < e->n_h; i++)
			if (!plb_slice_eq(sim_header(rec, e->h[i].name), e->h[i].value))
				return e->h[i].name;
		return plb_slice_eq(rec->key, e->key) ? "value" : "key";
	}
	return "all";
}

static void
made(struct replay *r)
{
	for (size_t i = 0; i < r->f.tx.n_emits; i++) {
		const struct flow_emit *e = &r->f.tx.emits[i];
		struct message *m =
		    message(r, fingerprint(e->topic, e->key, e->value, e->h, e->n_h));
		const struct sim_rec like = {.h = e->h, .n_h = (uint8_t)e->n_h};

		if (m != NULL && m->n-- > 0)
			continue;
		sim_fail("I4",
		    "the facts make a %.*s (number %.*s) on %s that is not there (differs in: %s)",
		    PLB_SLICE_ARG(sim_header(&like, "ce_type")),
		    PLB_SLICE_ARG(sim_header(&like, "ce_sequence")), e->topic,
		    difference(r, e, &like));
	}
	r->f.tx.pt = NULL;
	(void)!flow_table_drain(r->pt->table, changed, NULL);
	flow_table_commit(r->pt->table);
}

static enum plb_err
again(struct replay *r, const struct sim_call *c, struct plb_errctx *ec)
{
	const struct plb_flow_spec *spec = forloeb_run_spec(r->run);
	const struct sim_rec *rec;
	struct plb_record p = {0};
	struct flow_entry e;

	flow_call_begin(&r->f, r->pt);
	r->pt->p = c->pt->p;
	if (c->offset < 0) {
		if (!flow_table_get(r->pt->table, c->primary, plb_slice("", 0), &e))
			return plb_err_set(
			    ec, PLB_E_UKENDT, "a timer of an entry that is not there");
		if (e.due != c->now.ms)
			return plb_err_set(ec, PLB_E_REGEL, "a timer fired that was not due");
		return spec->timer(spec->arg, &r->f.tx, c->primary, e.sub, e.blob, c->now, ec);
	}
	rec = c->pt->rec[c->offset];
	p.topic = c->pt->topic->name;
	p.partition = c->pt->p;
	p.offset = c->offset;
	p.timestamp.ms = rec->ts;
	p.key = rec->key;
	p.value = rec->value;
	p.n_headers = rec->n_h;
	memcpy(p.header, rec->h, rec->n_h * sizeof(p.header[0]));
	return spec->record(spec->arg, &r->f.tx, &p, c->now, ec);
}

/* ---- what stands in the log ---- */

static void
logged(struct replay *r, const char *topic)
{
	const struct sim_topic *t = sim_topic(topic);

	for (int32_t p = 0; p < t->n; p++) {
		for (int64_t o = 0; o < t->part[p].n; o++) {
			const struct sim_rec *rec = t->part[p].rec[o];
			uint64_t sum = fingerprint(topic, rec->key, rec->value, rec->h, rec->n_h);
			struct message *m = message(r, sum);

			if (rec->fate != SIM_COMMITTED)
				continue;
			if (m == NULL) {
				m = plb_arena_calloc(&sim.arena, 1, sizeof(*m));
				PLB_ASSERT(m != NULL);
				*m = (struct message){.sum = sum, .rec = rec};
				m->node.key = plb_slice((const uint8_t *)&m->sum, sizeof(sum));
				PLB_ASSERT(plb_map_add(&r->messages, &m->node) == PLB_OK);
			}
			m->n++;
		}
	}
}

static void
all_made(const struct replay *r)
{
	const struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&r->messages, &it)) != NULL) {
		const struct message *m = (const struct message *)(const void *)n;

		if (m->n > 0)
			sim_fail("I4", "a %.*s (number %.*s) is there that no fact makes",
			    PLB_SLICE_ARG(sim_header(m->rec, "ce_type")),
			    PLB_SLICE_ARG(sim_header(m->rec, "ce_sequence")));
	}
}

struct states {
	struct flow_table *logged;
	struct replay *r;
	int64_t now;
};

static bool
same_entry(void *arg, const struct flow_entry *e)
{
	struct states *s = arg;
	struct flow_entry other;

	if (!flow_table_get(s->r->pt->table, e->primary, e->sub, &other) || other.due != e->due ||
	    !plb_slice_eq(other.blob, e->blob))
		sim_fail("I4", "the state is not what the facts make");
	if (e->due <= s->now)
		sim_fail("I6", "a timer is %lld ms overdue", (long long)(s->now - e->due));
	return !sim.failed;
}

static void
compare_state(struct replay *r)
{
	const struct sim_topic *t = sim_topic("forloeb.tilstand");
	struct states s = {flow_table_new(1), r, plb_time_now().ms};

	for (int32_t p = 0; p < t->n; p++)
		for (int64_t o = 0; o < t->part[p].n; o++) {
			const struct sim_rec *rec = t->part[p].rec[o];

			if (rec->fate == SIM_COMMITTED)
				(void)!flow_table_load(
				    s.logged, rec->key, rec->value, rec->tombstone);
		}
	flow_table_walk(s.logged, same_entry, &s);
	if (!sim.failed && flow_table_entries(s.logged) != flow_table_entries(r->pt->table))
		sim_fail("I4", "the state has %zu entries, the facts make %zu",
		    flow_table_entries(s.logged), flow_table_entries(r->pt->table));
	flow_table_free(&s.logged);
}

void
check_replay(const struct sim_call *history)
{
	struct replay r = {0};
	struct plb_errctx ec = {{0}};

	r.run = sim_forloeb_run();
	r.pt = calloc(1, sizeof(*r.pt));
	r.f.tx.f = &r.f;
	r.f.bus = &(struct plb_bus){&(struct plb_loop){.name = "replay"}};
	r.f.tx.emits = calloc(FLOW_EMITS_MAX, sizeof(*r.f.tx.emits));
	PLB_ASSERT(r.pt != NULL && r.f.tx.emits != NULL);
	r.pt->table = flow_table_new(1);
	plb_arena_init(&r.f.tx.arena, (size_t)16 << 20);
	plb_map_init(&r.messages, 0);
	logged(&r, "ud");
	logged(&r, "forloeb");
	logged(&r, "tilbagekaldt");
	for (const struct sim_call *c = history; c != NULL && !sim.failed; c = c->next) {
		enum plb_err err = again(&r, c, &ec);

		if (err != PLB_OK)
			sim_fail("I4", "played again a call is refused: %s", ec.text);
		else
			made(&r);
	}
	if (!sim.failed)
		all_made(&r);
	if (!sim.failed)
		compare_state(&r);
	plb_map_fini(&r.messages);
	plb_arena_fini(&r.f.tx.arena);
	flow_table_free(&r.pt->table);
	free(r.f.tx.emits);
	free(r.pt);
	forloeb_run_free(&r.run);
}
