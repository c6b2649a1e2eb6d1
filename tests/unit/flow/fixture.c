// SPDX-License-Identifier: MPL-2.0
#include "fixture.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after the three above */
#include <cmocka.h>

static const char *const ind_svar[] = {"ind", "svar", NULL};
static const char *const outputs[] = {"ud", NULL};

struct plb_conf_flow
fixture_conf(void)
{
	return (struct plb_conf_flow){
	    .instance = "i1",
	    .batch_ms = 100,
	    .batch_records = 10000,
	    .batch_bytes = 8 * 1024 * 1024,
	    .transaction_timeout_ms = 15000,
	    .session_timeout_ms = 30000,
	    .state_max = 64 * 1024 * 1024,
	};
}

void
fixture_topics(void)
{
	fake_reset();
	fake_topic("ind", PARTS);
	fake_topic("svar", PARTS);
	fake_topic("ud", 2);
	fake_topic("taeller.tilstand", PARTS);
	fake_topic("afvist", 1);
	fake_topic("ur", 1);
}

static int64_t
number(struct plb_slice s)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*s", PLB_SLICE_ARG(s));
	return strtoll(text, NULL, 10);
}

static enum plb_err
emit(struct plb_flow_tx *tx, struct plb_slice key, const char *text)
{
	return plb_flow_emit(tx, "ud", -1, key, plb_slice_str(text),
	    &(struct plb_header){"h", plb_slice_str("v")}, 1);
}

static enum plb_err
count_up(struct plb_flow_tx *tx, struct plb_slice key, bool say)
{
	struct plb_slice blob = {0};
	char text[128], n[32];
	int64_t count = 1;
	enum plb_err err;

	if (plb_flow_get(tx, key, K(""), &blob, NULL))
		count = number(blob) + 1;
	snprintf(n, sizeof(n), "%" PRId64, count);
	snprintf(text, sizeof(text), "%.*s=%s", PLB_SLICE_ARG(key), n);
	err = plb_flow_put(tx, key, K(""), plb_slice_str(n), PLB_TIME_NEVER);
	return err != PLB_OK || !say ? err : emit(tx, key, text);
}

static enum plb_err
put_due(struct plb_flow_tx *tx, struct plb_slice key, struct plb_slice spec)
{
	const uint8_t *colon = memchr(spec.p, ':', spec.len);
	struct plb_slice sub = K("t");

	if (colon != NULL)
		sub = plb_slice(colon + 1, (size_t)(spec.p + spec.len - colon - 1));
	return plb_flow_put(tx, key, sub, K("x"), (struct plb_time){number(spec)});
}

static enum plb_err
put_big(struct plb_flow_tx *tx, struct plb_slice key, size_t n)
{
	char *blob = calloc(1, n + 1);
	enum plb_err err = plb_flow_put(tx, key, K("big"), plb_slice(blob, n), PLB_TIME_NEVER);

	free(blob);
	return err;
}

static enum plb_err
record(void *arg, struct plb_flow_tx *tx, const struct plb_record *rec, struct plb_time now,
    struct plb_errctx *ec)
{
	struct svc *s = arg;
	struct plb_slice v = rec->value;
	char text[128];

	s->calls++;
	if (s->hook != NULL && s->calls == s->hook_at)
		s->hook(s);
	if (s->sink)
		return count_up(tx, rec->key, false);
	if (plb_slice_is(v, "reject")) {
		(void)!count_up(tx, rec->key, true);
		return plb_err_set(ec, PLB_E_FORM, "not good");
	}
	if (plb_slice_is(v, "retry") && s->retrying)
		return plb_err_set(ec, PLB_E_IO, "not now");
	if (plb_slice_is(v, "fatal"))
		return plb_err_set(ec, PLB_E_INTERN, "told to stop");
	if (plb_slice_starts(v, K("due:")))
		return put_due(tx, rec->key, plb_slice(v.p + 4, v.len - 4));
	if (plb_slice_starts(v, K("big:")))
		return put_big(tx, rec->key, (size_t)number(plb_slice(v.p + 4, v.len - 4)));
	if (plb_slice_is(v, "tick")) {
		snprintf(text, sizeof(text), "%.*s@%" PRId64, PLB_SLICE_ARG(rec->key), now.ms);
		return emit(tx, rec->key, text);
	}
	if (plb_slice_is(v, "later"))
		plb_flow_can_wait(tx);
	return count_up(tx, rec->key, true);
}

static enum plb_err
timer(void *arg, struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, struct plb_time now, struct plb_errctx *ec)
{
	struct svc *s = arg;
	char text[160];
	enum plb_err err;

	snprintf(text, sizeof(text), "%.*s!%.*s@%" PRId64, PLB_SLICE_ARG(primary),
	    PLB_SLICE_ARG(sub), now.ms);
	if (plb_slice_is(sub, "bad"))
		return plb_err_set(ec, PLB_E_REGEL, "timer is bad");
	if (plb_slice_is(sub, "retry") && s->retrying)
		return plb_err_set(ec, PLB_E_IO, "not now");
	err = plb_slice_is(sub, "quiet") ? PLB_OK : emit(tx, primary, text);
	if (err != PLB_OK || plb_slice_is(sub, "stuck"))
		return err;
	if (plb_slice_is(sub, "again") && blob.len < 4)
		return plb_flow_put(tx, primary, sub, plb_slice("xxxx", blob.len + 1),
		    (struct plb_time){now.ms + 1000});
	if (plb_slice_is(sub, "more"))
		err = count_up(tx, primary, true);
	return err != PLB_OK ? err : plb_flow_del(tx, primary, sub);
}

static enum plb_err
outcome(void *arg, struct plb_flow_tx *tx, void *what, struct plb_time now, struct plb_errctx *ec)
{
	struct svc *s = arg;
	char text[128];

	(void)now;
	if (strcmp(what, "reject") == 0)
		return plb_err_set(ec, PLB_E_REGEL, "outcome is bad");
	if (strcmp(what, "retry") == 0 && s->retrying)
		return plb_err_set(ec, PLB_E_IO, "not now");
	snprintf(text, sizeof(text), "outcome:%s", (const char *)what);
	return emit(tx, K("o"), text);
}

static void
committed(void *arg)
{
	((struct svc *)arg)->committed++;
}
static void
aborted(void *arg)
{
	((struct svc *)arg)->aborted++;
}
static void
revoked(void *arg, int32_t p)
{
	((struct svc *)arg)->revoked[p]++;
}
static int64_t
in_flight(void *arg)
{
	return ((struct svc *)arg)->in_flight;
}

static bool
walk_count(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
    struct plb_time due)
{
	(void)primary;
	(void)sub;
	(void)blob;
	(void)due;
	((struct svc *)arg)->walked++;
	return true;
}

static void
assigned(void *arg, int32_t p)
{
	struct svc *s = arg;

	s->assigned[p]++;
	plb_flow_walk(s->flow, p, walk_count, s);
}

static void
outcome_free(void *arg, void *what)
{
	((struct svc *)arg)->freed++;
	free(what);
}

static size_t
n_txn(void)
{
	size_t n = 0;

	while (n < 8 && fake_txn(n) != NULL)
		n++;
	return n;
}

void
svc_start_conf(struct svc *s, const char *service, const char *const *inputs, const char *changelog,
    const struct plb_conf *conf, const struct plb_conf_flow *fc)
{
	struct plb_flow_spec spec = {
	    .service = service,
	    .inputs = inputs,
	    .outputs = outputs,
	    .changelog = changelog,
	    .arg = s,
	    .record = record,
	    .timer = timer,
	    .outcome = outcome,
	    .committed = committed,
	    .aborted = aborted,
	    .assigned = assigned,
	    .revoked = revoked,
	    .in_flight = in_flight,
	    .outcome_free = outcome_free,
	};
	struct plb_errctx ec = {0};
	size_t before = n_txn();

	*s = (struct svc){.sink = s->sink};
	assert_int_equal(
	    plb_flow_new(fake_loop(), fake_bus(), conf, fc, &spec, &s->flow, &ec), PLB_OK);
	s->txn = fake_txn(before);
	assert_int_equal(plb_flow_start(s->flow, &ec), PLB_OK);
}

void
svc_start(struct svc *s)
{
	struct plb_conf_flow fc = fixture_conf();

	svc_start_conf(s, "taeller", ind_svar, "taeller.tilstand", fake_conf(false), &fc);
}

void
svc_own(struct svc *s, int32_t first, int32_t n)
{
	int32_t p[PARTS];

	for (int32_t i = 0; i < n; i++)
		p[i] = first + i;
	fake_assign(s->txn, p, (size_t)n);
}

void
svc_stop(struct svc *s)
{
	plb_flow_free(&s->flow);
}

bool
svc_ready(void *arg)
{
	struct svc *s = arg;
	struct plb_buf why;
	bool ready;

	plb_buf_init(&why, 1024);
	ready = plb_flow_ready(s->flow, &why);
	plb_buf_fini(&why);
	return ready;
}

bool
svc_failed(void *arg)
{
	return plb_flow_failed(((struct svc *)arg)->flow, NULL);
}

void
svc_up(struct svc *s, int32_t n)
{
	svc_own(s, 0, n);
	assert_true(fake_run(5000, svc_ready, s));
	assert_true(svc_quiet(s, 5000));
}

static bool
nothing_open(void *arg)
{
	struct svc *s = arg;

	if (fake_committing() || !svc_ready(s))
		return false;
	for (int32_t p = 0; p < PARTS; p++) {
		for (int i = 0; i < 2; i++) {
			int64_t at = fake_committed(ind_svar[i], p);

			/* What lies behind the committed offset is all control records. */
			for (size_t k = at < 0 ? 0 : (size_t)at;
			     s->assigned[p] > s->revoked[p] && k < fake_len(ind_svar[i], p); k++)
				if (fake_at(ind_svar[i], p, k)->kind == FAKE_DATA &&
				    fake_at(ind_svar[i], p, k)->fate != FAKE_ABORTED)
					return false;
		}
	}
	return true;
}

bool
svc_quiet(struct svc *s, int64_t ms)
{
	return fake_run(ms, nothing_open, s);
}

const char *
outputs_of(const char *key)
{
	static char text[65536];
	size_t at = 0;

	text[0] = '\0';
	for (int32_t p = 0; p < 2; p++) {
		for (size_t i = 0; i < fake_len("ud", p); i++) {
			const struct fake_rec *r = fake_at("ud", p, i);

			if (r->kind == FAKE_DATA && r->fate == FAKE_COMMITTED &&
			    plb_slice_is(r->key, key) && at < sizeof(text) - 1)
				at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%.*s",
				    at == 0 ? "" : " ", PLB_SLICE_ARG(r->value));
		}
	}
	return text;
}

int64_t
logged_count(int32_t p, const char *key)
{
	int64_t count = -1;

	for (size_t i = 0; i < fake_len("taeller.tilstand", p); i++) {
		const struct fake_rec *r = fake_at("taeller.tilstand", p, i);

		if (r->kind != FAKE_DATA || r->fate != FAKE_COMMITTED ||
		    r->key.len != strlen(key) + 1 || memcmp(r->key.p + 1, key, strlen(key)) != 0)
			continue;
		count = r->tombstone ? -1 : number(plb_slice(r->value.p + 8, r->value.len - 8));
	}
	return count;
}
