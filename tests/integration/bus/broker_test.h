// SPDX-License-Identifier: MPL-2.0
#ifndef BROKER_TEST_H
#define BROKER_TEST_H

#include "bus_test.h"

#include <parloeb/txn.h>

/* Topics of a test's own on the broker of PARLOEB_KAFKA. */

static inline const char *
broker_address(void)
{
	const char *kafka = getenv("PARLOEB_KAFKA");

	if (kafka == NULL)
		fail_msg("PARLOEB_KAFKA is not set; tests/integration/test_bus.py sets it");
	return kafka;
}

/* An environment with a topic prefix that nobody has used. */
static inline void
broker_env(struct env *e, const char *kafka)
{
	static int n;
	char prefix[48];

	snprintf(prefix, sizeof(prefix), "bus-%lld-%d-%d", (long long)plb_time_now().ms,
	    (int)getpid(), n++);
	env_open(e, broker_address(), prefix, kafka);
}

static inline void
broker_topic(struct env *e, const char *name, int32_t partitions)
{
	const struct plb_topic_plan plan = {.name = name,
	    .partitions = partitions,
	    .replication = 1,
	    .config = {"message.timestamp.type=LogAppendTime", NULL}};
	struct plb_errctx ec = {0};

	if (plb_topic_create(e->bus, &plan, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
}

/* What a reader sees of one partition, from the beginning to its end. */
struct contents {
	size_t n;
	char value[64][32];
	int64_t end; /* position at the end */
};

static inline void
broker_read(struct env *e, const char *topic, int32_t partition, bool committed, struct contents *c)
{
	struct plb_errctx ec = {0};
	struct plb_record rec;
	struct plb_reader *r;
	int found;

	c->n = 0;
	assert_int_equal(plb_reader_new(e->bus, NULL, committed, NULL, NULL, &r, &ec), PLB_OK);
	assert_int_equal(
	    plb_reader_assign(r, topic, partition, PLB_FROM_BEGINNING, 0, &ec), PLB_OK);
	while ((found = plb_reader_poll(r, WAIT_MS, &rec, &ec)) == 1) {
		assert_true(c->n < 64);
		snprintf(c->value[c->n++], 32, "%.*s", PLB_SLICE_ARG(rec.value));
	}
	if (found != 2)
		fail_msg("%d: %s", found, ec.text);
	c->end = rec.offset;
	plb_reader_free(&r);
}

/* One member of a group, played by the test. Positions are set to what is committed, or the
 * beginning. */
#define MEMBER_PARTITIONS 8
struct member {
	struct env *env;
	struct plb_txn *t;
	size_t n;
	int32_t owned[MEMBER_PARTITIONS];
	size_t assigned, revoked; /* calls */
	bool lost;
	int64_t committed[MEMBER_PARTITIONS]; /* as found at the assignment */
	size_t records;
	int64_t next[MEMBER_PARTITIONS],
	    ends[MEMBER_PARTITIONS]; /* past the last record; position at the end, -1 = not there */
	size_t done;
	enum plb_err err, failed;
	bool commit_on_revoke;
	bool no_committed; /* leave the committed offsets alone */
};

static inline void
member_assigned(void *arg, const int32_t *p, size_t n)
{
	struct member *m = arg;
	struct plb_errctx ec = {0};

	m->assigned++;
	m->n = n;
	assert_true(n <= MEMBER_PARTITIONS);
	for (size_t i = 0; i < n; i++) {
		int64_t off = -1;

		m->owned[i] = p[i];
		m->ends[p[i]] = -1;
		if (!m->no_committed && plb_txn_committed(m->t, p[i], &off, 10000, &ec) != PLB_OK)
			fail_msg("%s", ec.text);
		m->committed[p[i]] = off;
		assert_int_equal(plb_txn_seek(m->t, "ind", p[i], off, &ec), PLB_OK);
		plb_txn_resume(m->t, p[i]);
	}
}

static inline void
member_revoked(void *arg, const int32_t *p, size_t n, bool lost)
{
	struct member *m = arg;

	(void)p;
	assert_int_equal(n, m->n);
	if (m->commit_on_revoke) {
		const struct plb_txn_offset o = {"ind", m->owned[0], 3};

		plb_txn_commit(m->t, &o, 1);
	}
	plb_txn_wait(m->t);
	m->revoked++;
	m->lost = lost;
	m->n = 0;
}

static inline void
member_data(void *arg)
{
	struct member *m = arg;
	struct plb_errctx ec = {0};
	struct plb_record rec;
	enum plb_err err = PLB_OK;
	int found;

	while ((found = plb_txn_poll(m->t, &rec, &err, &ec)) > 0) {
		if (found == 1) {
			m->records++;
			m->next[rec.partition] = rec.offset + 1;
			m->ends[rec.partition] = -1;
		} else {
			m->ends[rec.partition] = rec.offset;
		}
	}
	if (found < 0)
		m->failed = err;
}

static inline void
member_done(void *arg, enum plb_err err)
{
	struct member *m = arg;

	m->done++;
	m->err = err;
}

static inline void
member_open(struct member *m, struct env *e, const char *group, const char *id)
{
	static const char *const inputs[] = {"ind", NULL};
	static const char *const outputs[] = {"forloeb", NULL};
	struct plb_txn_conf c = {.group = group,
	    .transactional_id = id,
	    .instance = id,
	    .inputs = inputs,
	    .outputs = outputs,
	    .transaction_timeout_ms = 10000,
	    .session_timeout_ms = 6000,
	    .arg = m,
	    .assigned = member_assigned,
	    .revoked = member_revoked,
	    .on_data = member_data,
	    .done = member_done};
	struct plb_errctx ec = {0};

	memset(m, 0, sizeof(*m));
	m->env = e;
	if (plb_txn_new(e->bus, e->loop, &c, &m->t, &ec) != PLB_OK ||
	    plb_txn_start(m->t, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
}

static inline bool
member_is_done(void *arg)
{
	return ((struct member *)arg)->done > 0;
}

static inline bool
member_has_all(void *arg)
{
	return ((struct member *)arg)->n == 4;
}

static inline bool
member_has_half(void *arg)
{
	return ((struct member *)arg)->n == 2;
}

static inline bool
member_failed(void *arg)
{
	return ((struct member *)arg)->failed != PLB_OK;
}

static inline void
member_send(struct member *m, int32_t partition, const char *value)
{
	struct plb_errctx ec = {0};

	if (plb_txn_send(m->t, "forloeb", partition, plb_slice_str("k"), plb_slice_str(value),
		false, NULL, 0, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
}

static inline void
member_begin(struct member *m)
{
	struct plb_errctx ec = {0};

	if (plb_txn_begin(m->t, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
}

static inline enum plb_err
member_commit(struct member *m, int32_t partition, int64_t offset)
{
	const struct plb_txn_offset o = {"ind", partition, offset};

	m->done = 0;
	plb_txn_commit(m->t, &o, 1);
	env_until(m->env, member_is_done, m, WAIT_MS);
	return m->err;
}

static inline enum plb_err
member_abort(struct member *m)
{
	m->done = 0;
	plb_txn_abort(m->t);
	env_until(m->env, member_is_done, m, WAIT_MS);
	return m->err;
}

/* Plain records on ind. */
static inline void
broker_ignore(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	(void)arg, (void)opaque, (void)partition, (void)offset;
	assert_int_equal(err, PLB_OK);
}

static inline void
broker_fill(struct env *e, int32_t partitions, int each)
{
	static const char *const topics[] = {"ind", NULL};
	struct plb_errctx ec = {0};
	struct plb_producer *p;

	assert_int_equal(
	    plb_producer_new(e->bus, NULL, topics, broker_ignore, NULL, &p, &ec), PLB_OK);
	for (int i = 0; i < each; i++)
		for (int32_t k = 0; k < partitions; k++)
			assert_int_equal(plb_producer_send(p, "ind", k, plb_slice_str("k"),
					     plb_slice_str("v"), NULL, 0, NULL),
			    PLB_OK);
	assert_int_equal(plb_producer_flush(p, WAIT_MS), PLB_OK);
	plb_producer_free(&p);
}

#endif
