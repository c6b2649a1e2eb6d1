// SPDX-License-Identifier: MPL-2.0
#include "log.h"

#include "broker.h"
#include "check.h"

#define TOPICS 16

static struct sim_topic topics[TOPICS];
static int n_topics;
static struct sim_fetch *fetches;

void
sim_topics_reset(void)
{
	memset(topics, 0, sizeof(topics));
	n_topics = 0;
	PLB_ASSERT(fetches == NULL);
}

struct sim_topic *
sim_topic_add(const char *name, int32_t partitions)
{
	struct sim_topic *t = &topics[n_topics];

	PLB_ASSERT(n_topics < TOPICS && partitions <= SIM_PARTS);
	t->name = name;
	t->index = n_topics++;
	t->n = partitions;
	for (int32_t p = 0; p < partitions; p++)
		t->part[p] = (struct sim_part){.topic = t, .p = p, .committed = -1};
	return t;
}

struct sim_topic *
sim_topic_at(int i)
{
	return i < n_topics ? &topics[i] : NULL;
}

struct sim_topic *
sim_topic(const char *name)
{
	int i = 0;

	while (i < n_topics && topics[i].name != name && strcmp(topics[i].name, name) != 0)
		i++;
	PLB_ASSERT(i < n_topics); /* somebody has made it */
	return &topics[i];
}

/* ---- records ---- */

struct sim_rec *
sim_rec_new(struct plb_slice key, struct plb_slice value, bool tombstone,
    const struct plb_header *h, size_t n)
{
	struct sim_rec *r = plb_arena_calloc(&sim.arena, 1, sizeof(*r));
	struct plb_header *copy = plb_arena_alloc(&sim.arena, (n + 1) * sizeof(*copy));

	PLB_ASSERT(r != NULL && copy != NULL && n <= PLB_HEADERS_MAX);
	r->key = plb_arena_dup(&sim.arena, key);
	r->value = plb_arena_dup(&sim.arena, value);
	r->tombstone = tombstone;
	for (size_t i = 0; i < n; i++)
		copy[i] = (struct plb_header){
		    (const char *)plb_arena_dup(&sim.arena, plb_slice_str(h[i].name)).p,
		    plb_arena_dup(&sim.arena, h[i].value)};
	r->h = copy;
	r->n_h = (uint8_t)n;
	return r;
}

struct plb_slice
sim_header(const struct sim_rec *r, const char *name)
{
	for (int i = 0; i < r->n_h; i++)
		if (strcmp(r->h[i].name, name) == 0)
			return r->h[i].value;
	return plb_slice(NULL, 0);
}

static void
wake_readers(const struct sim_part *pt)
{
	for (struct sim_fetch *f = fetches; f != NULL; f = f->next)
		for (int i = 0; i < f->n; i++)
			if (f->c[i].pt == pt && f->c[i].running) {
				sim_fetch_wake(f);
				break;
			}
}

static void
stable_find(struct sim_part *pt)
{
	int64_t stable = pt->n;

	for (int i = 0; i < pt->n_open; i++)
		if (pt->open[i].first < stable)
			stable = pt->open[i].first;
	for (; pt->stable < stable; pt->stable++)
		if (sim_visible(pt->rec[pt->stable]))
			check_visible(pt, pt->stable);
	wake_readers(pt);
}

static struct sim_rec *
put(struct sim_part *pt, struct sim_rec *r)
{
	if (pt->n == pt->size) {
		int64_t size = pt->size == 0 ? 64 : pt->size * 2;
		struct sim_rec **rec =
		    plb_arena_alloc(&sim.arena, (size_t)size * sizeof(struct sim_rec *));

		PLB_ASSERT(rec != NULL);
		if (pt->n > 0)
			memcpy(rec, pt->rec, (size_t)pt->n * sizeof(struct sim_rec *));
		pt->rec = rec;
		pt->size = size;
	}
	r->ts = plb_time_now().ms;
	return pt->rec[pt->n++] = r;
}

void
sim_append(struct sim_part *pt, struct sim_rec *r, struct sim_txn *txn)
{
	bool known = txn == NULL;

	r->fate = txn == NULL ? SIM_PLAIN : SIM_OPEN;
	r->txn = txn;
	put(pt, r);
	for (int i = 0; i < pt->n_open; i++)
		known = known || pt->open[i].txn == txn;
	if (!known) {
		PLB_ASSERT(pt->n_open < SIM_OPEN_TXNS);
		pt->open[pt->n_open].txn = txn;
		pt->open[pt->n_open++].first = pt->n - 1;
	}
	stable_find(pt);
}

void
sim_marker(struct sim_part *pt, struct sim_txn *txn, bool commit)
{
	for (int i = 0; i < pt->n_open; i++) {
		if (pt->open[i].txn != txn)
			continue;
		for (int64_t o = pt->open[i].first; o < pt->n; o++)
			if (pt->rec[o]->txn == txn && pt->rec[o]->fate == SIM_OPEN)
				pt->rec[o]->fate = commit ? SIM_COMMITTED : SIM_ABORTED;
		pt->open[i] = pt->open[--pt->n_open];
		break;
	}
	put(pt, sim_rec_new(plb_slice("", 0), plb_slice("", 0), false, NULL, 0))->fate = SIM_MARKER;
	stable_find(pt);
}

/* ---- reading ---- */

void
sim_fetch_init(
    struct sim_fetch *f, struct plb_loop *p, bool committed, plb_loop_fn *on_data, void *arg)
{
	*f = (struct sim_fetch){.proc = p, .committed = committed, .next = fetches};
	f->wake = (struct sim_event){.fn = on_data, .arg = arg, .proc = p, .loop = true};
	fetches = f;
}

void
sim_fetch_fini(struct sim_fetch *f)
{
	sim_event_off(&f->wake);
	for (struct sim_fetch **at = &fetches; *at != NULL; at = &(*at)->next) {
		if (*at == f) {
			*at = f->next;
			return;
		}
	}
}

void
sim_fetch_wake(struct sim_fetch *f)
{
	if (f->wake.fn != NULL && f->wake.node.at == 0 && !f->proc->dying)
		sim_event_in(&f->wake, sim_net_ms());
}

struct sim_cursor *
sim_fetch_at(struct sim_fetch *f, const char *topic, int32_t p, bool make)
{
	struct sim_part *pt = &sim_topic(topic)->part[p];

	for (int i = 0; i < f->n; i++)
		if (f->c[i].pt == pt)
			return &f->c[i];
	if (!make)
		return NULL;
	PLB_ASSERT(f->n < SIM_CURSORS);
	f->c[f->n] = (struct sim_cursor){.pt = pt, .end_told = -1};
	return &f->c[f->n++];
}

static void
fill(const struct sim_cursor *c, const struct sim_rec *r, struct plb_record *out)
{
	out->topic = c->pt->topic->name;
	out->partition = c->pt->p;
	out->offset = c->next;
	out->timestamp.ms = r->ts;
	out->key = r->key;
	out->value = r->value;
	out->tombstone = r->tombstone;
	out->n_headers = r->n_h;
	for (int i = 0; i < r->n_h; i++)
		out->header[i] = r->h[i];
}

static int
cursor_poll(const struct sim_fetch *f, struct sim_cursor *c, struct plb_record *out)
{
	int64_t end = f->committed ? c->pt->stable : c->pt->n;

	for (; c->next < end; c->next++) {
		const struct sim_rec *r = c->pt->rec[c->next];

		if (r->fate == SIM_MARKER || (f->committed && !sim_visible(r)))
			continue;
		fill(c, r, out);
		c->next++;
		return 1;
	}
	if (c->end_told == c->next)
		return 0;
	c->end_told = c->next;
	out->topic = c->pt->topic->name;
	out->partition = c->pt->p;
	out->offset = c->next;
	return 2;
}

int
sim_fetch_poll(struct sim_fetch *f, struct plb_record *out)
{
	for (int i = 0; i < f->n; i++) {
		struct sim_cursor *c = &f->c[(f->turn + i) % f->n];
		int got;

		if (!c->running)
			continue;
		got = cursor_poll(f, c, out);
		if (got == 0)
			continue;
		/* Some from one partition, then the next. */
		f->turn = (f->turn + i + (plb_rng_below(&sim.rng, 8) == 0 ? 1 : 0)) % f->n;
		return got;
	}
	return 0;
}
