// SPDX-License-Identifier: MPL-2.0
#include "fake_int.h"

#include <stdlib.h>

/* txn.h: group and transactions in memory, with faults to order. */

#define MEMBERS 8
#define OFFSETS_MAX 256
#define FAULTS_MAX 32

struct plb_txn {
	struct plb_txn_conf c;
	size_t n_in;
	struct fake_cursors cs;
	bool started, freed;
	/* membership */
	int32_t owned[FAKE_PARTS], coming[FAKE_PARTS];
	size_t n_owned, n_coming;
	bool told, assign_pending, lost_pending, evicted;
	int64_t last_poll;
	/* transaction */
	bool open;
	uint64_t no;
	enum { END_NONE, END_COMMIT, END_ABORT } ending;
	int64_t end_at;
	struct plb_txn_offset offsets[OFFSETS_MAX];
	size_t n_offsets;
};

static struct plb_txn *members[MEMBERS];
static size_t n_members;
static uint64_t next_no = 100;
static enum fake_fault faults[FAULTS_MAX];
static size_t n_faults;
static int64_t delay, marker_lag;
/* Committed transactions whose control records are still to be written. */
static struct late {
	struct plb_txn *t;
	uint64_t no;
	int64_t at;
} late[64];
static size_t n_late;
static unsigned begin_fails, send_fails, begins, commits, aborts, pauses;
static bool unstable;
static const struct plb_txn *last_commit;

void
fake_txn_reset(void)
{
	for (size_t i = 0; i < n_members; i++) {
		PLB_ASSERT(members[i]->freed);
		free(members[i]);
		members[i] = NULL;
	}
	n_members = n_faults = 0;
	delay = 10;
	marker_lag = 0;
	n_late = 0;
	begin_fails = begins = commits = aborts = 0;
	send_fails = UINT32_MAX;
	unstable = false;
	last_commit = NULL;
}

void
fake_fault(enum fake_fault f)
{
	faults[n_faults++] = f;
}
void
fake_delay(int64_t ms)
{
	delay = ms;
}
void
fake_marker_lag(int64_t ms)
{
	marker_lag = ms;
}
void
fake_begin_fails(unsigned n)
{
	begin_fails = n;
}
void
fake_send_fails(unsigned after)
{
	send_fails = after;
}
void
fake_unstable(bool yes)
{
	unstable = yes;
}
unsigned
fake_begins(void)
{
	return begins;
}
unsigned
fake_commits(void)
{
	return commits;
}
unsigned
fake_aborts(void)
{
	return aborts;
}
struct plb_txn *
fake_txn(size_t i)
{
	return i < MEMBERS ? members[i] : NULL;
}
int64_t
fake_last_poll(const struct plb_txn *t)
{
	return t->last_poll;
}
void
fake_evict(struct plb_txn *t)
{
	t->evicted = true;
}

size_t
fake_offsets(const struct plb_txn_offset **o)
{
	*o = last_commit == NULL ? NULL : last_commit->offsets;
	return last_commit == NULL ? 0 : last_commit->n_offsets;
}

bool
fake_committing(void)
{
	for (size_t i = 0; i < n_members; i++)
		if (members[i]->ending == END_COMMIT)
			return true;
	return false;
}

static enum fake_fault
take_fault(void)
{
	enum fake_fault f = n_faults == 0 ? FAKE_OK : faults[0];

	if (n_faults > 0)
		memmove(faults, faults + 1, --n_faults * sizeof(faults[0]));
	return f;
}

/* ---- life ---- */

enum plb_err
plb_txn_new(struct plb_bus *b, struct plb_loop *l, const struct plb_txn_conf *c,
    struct plb_txn **out, struct plb_errctx *ec)
{
	struct plb_txn *t = calloc(1, sizeof(*t));

	(void)b;
	(void)l;
	(void)ec;
	PLB_ASSERT(t != NULL && n_members < MEMBERS);
	t->c = *c;
	t->cs.committed = true;
	while (c->inputs[t->n_in] != NULL)
		t->n_in++;
	members[n_members++] = t;
	*out = t;
	return PLB_OK;
}

enum plb_err
plb_txn_start(struct plb_txn *t, struct plb_errctx *ec)
{
	(void)ec;
	t->started = true;
	return PLB_OK;
}

bool
plb_txn_started(const struct plb_txn *t)
{
	return t->started;
}

static void end_transaction(struct plb_txn *t, bool commit);

void
plb_txn_free(struct plb_txn **tp)
{
	if ((*tp)->open)
		end_transaction(*tp, false);
	(*tp)->ending = END_NONE;
	(*tp)->freed = true;
	(*tp)->started = false;
	(*tp)->n_owned = 0;
	*tp = NULL;
}

/* ---- group ---- */

void
fake_assign(struct plb_txn *t, const int32_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		t->coming[i] = p[i];
	t->n_coming = n;
	t->assign_pending = true;
}

void
fake_lose(struct plb_txn *t)
{
	t->evicted = true;
	t->lost_pending = true;
}

static void
revoke(struct plb_txn *t, bool lost)
{
	t->c.revoked(t->c.arg, t->owned, t->n_owned, lost);
	PLB_ASSERT(
	    t->ending == END_NONE && !t->open); /* the runtime must be done with its transaction */
	for (size_t i = 0; i < t->cs.n; i++)
		t->cs.c[i].running = t->cs.c[i].known = false;
	t->n_owned = 0;
}

static void
rebalance(struct plb_txn *t)
{
	if (t->lost_pending) {
		t->lost_pending = false;
		revoke(t, true);
		t->evicted = false;
	}
	if (!t->assign_pending)
		return;
	t->assign_pending = false;
	if (t->n_owned > 0)
		revoke(t, false);
	memcpy(t->owned, t->coming, sizeof(t->owned));
	t->n_owned = t->n_coming;
	t->evicted = false;
	t->c.assigned(t->c.arg, t->owned, t->n_owned);
}

int
plb_txn_poll(struct plb_txn *t, struct plb_record *out, enum plb_err *err, struct plb_errctx *ec)
{
	int got;

	t->last_poll = fake_now();
	if (t->lost_pending || t->assign_pending) {
		fake_progress();
		rebalance(t);
	}
	got = fake_cursors_poll(&t->cs, out, false);
	if (got < 0)
		*err = plb_err_set(ec, PLB_E_KAFKA, "committed position lost");
	return got;
}

static void
each_input(struct plb_txn *t, int32_t p, bool run)
{
	for (size_t i = 0; i < t->n_in; i++) {
		struct fake_cursor *c = fake_cursor(&t->cs, t->c.inputs[i], p, false);

		if (c == NULL)
			continue;
		PLB_ASSERT(!run || c->known); /* resumed without a position */
		if (c->running != run)
			c->eof = -1;
		c->running = run;
	}
}

unsigned
fake_pauses(void)
{
	return pauses;
}

void
plb_txn_pause(struct plb_txn *t, int32_t p)
{
	pauses++;
	each_input(t, p, false);
}

void
plb_txn_resume(struct plb_txn *t, int32_t p)
{
	each_input(t, p, true);
}

enum plb_err
plb_txn_seek(struct plb_txn *t, const char *topic, int32_t p, int64_t offset, struct plb_errctx *ec)
{
	struct fake_cursor *c = fake_cursor(&t->cs, topic, p, true);

	(void)ec;
	c->next = offset;
	c->eof = -1;
	c->known = true;
	c->running = false;
	return PLB_OK;
}

enum plb_err
plb_txn_committed(
    struct plb_txn *t, int32_t p, int64_t *offs, int64_t timeout_ms, struct plb_errctx *ec)
{
	(void)timeout_ms;
	if (unstable)
		return plb_err_set(ec, PLB_E_TIMEOUT, "offsets unstable");
	for (size_t i = 0; i < t->n_in; i++)
		offs[i] = fake_committed(t->c.inputs[i], p);
	return PLB_OK;
}

/* ---- transactions ---- */

enum plb_err
plb_txn_begin(struct plb_txn *t, struct plb_errctx *ec)
{
	PLB_ASSERT(!t->open && t->ending == END_NONE);
	begins++;
	t->open = true;
	t->no = next_no++;
	if (begin_fails > 0) {
		begin_fails--;
		return plb_err_set(ec, PLB_E_AFBRUDT, "begin");
	}
	return PLB_OK;
}

enum plb_err
plb_txn_send(struct plb_txn *t, const char *topic, int32_t partition, struct plb_slice key,
    struct plb_slice value, bool tombstone, const struct plb_header *h, size_t n,
    struct plb_errctx *ec)
{
	struct fake_topic *to = fake_find(topic);
	struct fake_rec *r;

	PLB_ASSERT(t->open && t->ending == END_NONE && to != NULL);
	if (send_fails != UINT32_MAX && send_fails-- == 0) {
		send_fails = UINT32_MAX;
		return plb_err_set(ec, PLB_E_AFBRUDT, "send");
	}
	if (partition < 0)
		partition = (int32_t)(plb_hash(key) % (uint64_t)to->n);
	r = fake_data(&to->part[partition], key, value, tombstone, h, n);
	r->fate = FAKE_OPEN;
	r->txn = t;
	r->txn_no = t->no;
	return PLB_OK;
}

static void
topic_end(uint64_t no, struct fake_topic *to, bool commit)
{
	for (int32_t p = 0; p < to->n; p++) {
		struct fake_part *pt = &to->part[p];
		bool any = false;

		for (size_t i = 0; i < pt->n; i++) {
			if (pt->rec[i].fate != FAKE_OPEN || pt->rec[i].txn_no != no)
				continue;
			pt->rec[i].fate = commit ? FAKE_COMMITTED : FAKE_ABORTED;
			any = true;
		}
		if (any)
			fake_append(pt)->kind = FAKE_MARKER;
	}
}

static void
markers(struct plb_txn *t, uint64_t no, bool commit)
{
	for (size_t i = 0; t->c.outputs != NULL && t->c.outputs[i] != NULL; i++)
		topic_end(no, fake_find(t->c.outputs[i]), commit);
}

static void
late_markers(void)
{
	size_t to = 0;

	for (size_t i = 0; i < n_late; i++) {
		if (late[i].at <= fake_now())
			markers(late[i].t, late[i].no, true);
		else
			late[to++] = late[i];
	}
	if (to != n_late)
		fake_progress();
	n_late = to;
}

static void
end_transaction(struct plb_txn *t, bool commit)
{
	if (!commit || marker_lag == 0) {
		markers(t, t->no, commit);
	} else {
		PLB_ASSERT(n_late < sizeof(late) / sizeof(late[0]));
		late[n_late++] = (struct late){t, t->no, fake_now() + marker_lag};
	}
	for (size_t i = 0; commit && i < t->n_offsets; i++) {
		struct fake_topic *in = fake_find(t->offsets[i].topic);

		PLB_ASSERT(in->part[t->offsets[i].partition].committed <=
		    t->offsets[i].offset); /* I8: never backwards */
		in->part[t->offsets[i].partition].committed = t->offsets[i].offset;
	}
	t->open = false;
}

void
plb_txn_commit(struct plb_txn *t, const struct plb_txn_offset *o, size_t n)
{
	PLB_ASSERT(t->open && t->ending == END_NONE && n <= OFFSETS_MAX);
	commits++;
	for (t->n_offsets = 0; t->n_offsets < n; t->n_offsets++)
		t->offsets[t->n_offsets] = o[t->n_offsets];
	t->ending = END_COMMIT;
	t->end_at = fake_now() + delay;
	last_commit = t;
}

void
plb_txn_abort(struct plb_txn *t)
{
	PLB_ASSERT(t->open && t->ending == END_NONE);
	aborts++;
	t->ending = END_ABORT;
	t->end_at = fake_now() + delay;
}

static enum plb_err
outcome(struct plb_txn *t, bool commit)
{
	enum fake_fault f = take_fault();

	if (commit && t->evicted && f != FAKE_FENCED) /* the generation in its offsets is over */
		f = f == FAKE_OK || f == FAKE_REFUSED ? FAKE_REFUSED : FAKE_DOUBT_NO;
	switch (f) {
	case FAKE_OK:
		end_transaction(t, commit);
		return PLB_OK;
	case FAKE_REFUSED:
		return PLB_E_AFBRUDT;
	case FAKE_DOUBT_YES:
		end_transaction(t, commit);
		return PLB_E_KAFKA;
	case FAKE_DOUBT_NO:
		end_transaction(t, false);
		return PLB_E_KAFKA;
	default:
		return PLB_E_AFLOEST;
	}
}

static void
finish(struct plb_txn *t)
{
	bool commit = t->ending == END_COMMIT;
	enum plb_err err;

	t->ending = END_NONE;
	err = outcome(t, commit);
	t->c.done(t->c.arg, err);
}

void
plb_txn_wait(struct plb_txn *t)
{
	if (t->ending == END_NONE)
		return;
	fake_advance_to(t->end_at);
	finish(t);
}

bool
fake_txn_step(void)
{
	bool any = false;

	late_markers();
	for (size_t i = 0; i < n_members; i++) {
		struct plb_txn *t = members[i];
		struct plb_record rec;

		if (t->freed)
			continue;
		if (t->ending != END_NONE && t->end_at <= fake_now()) {
			finish(t);
			any = true;
		}
		if (t->started &&
		    (t->lost_pending || t->assign_pending ||
			fake_cursors_poll(&t->cs, &rec, true) != 0))
			t->c.on_data(t->c.arg);
	}
	return any;
}

int64_t
fake_txn_next(void)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < n_members; i++)
		if (!members[i]->freed && members[i]->ending != END_NONE &&
		    members[i]->end_at < next)
			next = members[i]->end_at;
	for (size_t i = 0; i < n_late; i++)
		if (late[i].at < next)
			next = late[i].at;
	return next;
}
