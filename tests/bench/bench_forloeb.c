// SPDX-License-Identifier: MPL-2.0
/* forloeb without Kafka, with N members in memory: bench_forloeb [MEMBERS]. One line of JSON: the
 * pure step (time and allocations, measured around forloeb_step by the linker's --wrap), state of a
 * member, month end, restore.
 *
 * bench_forloeb MEMBERS --changelog BOOTSTRAP instead writes them as forloeb's changelog, on
 * the last day of May 2024 with a handover due at its end: the live form is tests/bench/members. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <parloeb/crypto.h>

#include "changelog.h"
#include "flow_int.h"
#include "forloeb.h"
#include "forloeb_run.h"
#include "regel_yaml.h"

#define WARM_UP 1000
#define SAMPLES 1000000

static struct {
	struct plb_schemas *schemas;
	struct regler *regler;
	struct plb_crypto *crypto;
	struct forloeb_run *run;
	struct plb_flow f;
	struct flow_part *pt;
	struct plb_arena a;
	struct plb_time now;
} b;

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_forloeb: %s\n", what);
	exit(1);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- what a step costs ---- */

static uint64_t allocations, steps, step_allocations;
static float *sample;

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *
__wrap_malloc(size_t n)
{
	allocations++;
	return __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	allocations++;
	return __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	allocations++;
	return __real_realloc(p, n);
}

enum plb_err __real_forloeb_step(struct person *p, const struct haendelse *h, struct plb_time now,
    const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct forloeb_udfald *ud);
enum plb_err __wrap_forloeb_step(struct person *p, const struct haendelse *h, struct plb_time now,
    const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct forloeb_udfald *ud);

enum plb_err
__wrap_forloeb_step(struct person *p, const struct haendelse *h, struct plb_time now,
    const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct forloeb_udfald *ud)
{
	uint64_t before = allocations;
	double began = seconds();
	enum plb_err err = __real_forloeb_step(p, h, now, g, a, out, ud);

	if (steps >= WARM_UP) {
		if (steps - WARM_UP < SAMPLES)
			sample[steps - WARM_UP] = (float)((seconds() - began) * 1e6);
		step_allocations += allocations - before;
	}
	steps++;
	return err;
}

static int
smaller(const void *x, const void *y)
{
	float a = *(const float *)x, c = *(const float *)y;

	return a < c ? -1 : a > c;
}

static double
median_us(void)
{
	size_t n = steps - WARM_UP < SAMPLES ? steps - WARM_UP : SAMPLES;

	qsort(sample, n, sizeof(*sample), smaller);
	return (double)sample[n / 2];
}

/* ---- the service on a table of the runtime's ---- */

static struct plb_secret
key(uint8_t c)
{
	struct plb_secret s = {.len = 32};

	memset(s.b, c, 32);
	return s;
}

static void
set_up(void)
{
	struct plb_crypto_keys k = {key(1), key(2), key(3), 1};
	struct plb_errctx ec = {{0}};
	struct plb_faults f;

	plb_faults_init(&f);
	sample = calloc(SAMPLES, sizeof(*sample));
	must(plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder", &b.schemas,
		 &ec) == PLB_OK,
	    ec.text);
	b.regler =
	    regel_yaml_load(PLB_SOURCE_DIR "/config/regler", PLB_SOURCE_DIR "/config/koder", &f);
	must(b.regler != NULL, "rule sets");
	must(plb_crypto_new(&k, &b.crypto, &ec) == PLB_OK, ec.text);
	must(forloeb_run_new(b.schemas, b.regler, INT64_C(30) * 86400000, &b.run, &ec) == PLB_OK,
	    ec.text);
	plb_arena_init(&b.a, (size_t)16 << 20);
	b.pt = calloc(1, sizeof(*b.pt) + sizeof(b.pt->in[0]));
	b.f.tx.f = &b.f;
	b.f.tx.emits = calloc(FLOW_EMITS_MAX, sizeof(*b.f.tx.emits));
	plb_arena_init(&b.f.tx.arena, (size_t)16 << 20);
	must(b.pt != NULL && b.f.tx.emits != NULL && sample != NULL, "memory");
	b.pt->table = flow_table_new(1);
	plb_faults_fini(&f);
}

/* The record that an event becomes at the door. */
static struct plb_record
record(const char *id, const char *type, const char *time, const char *data)
{
	struct plb_json_ctx c = {b.schemas, PLB_CPR_WIDE, PLB_TIME_UNSET, &b.a};
	struct plb_event_texts *texts = plb_arena_calloc(&b.a, 1, sizeof(*texts));
	struct plb_record rec = {.topic = "ind"};
	struct plb_fejl_list fejl = {0};
	struct plb_incoming in;
	struct plb_buf buf;
	char *json = plb_arena_printf(&b.a,
	    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/akasse/hk/"
	    "b\",\"type\":\"dk.parloeb.%s\","
	    "\"time\":\"%s\",\"data\":{\"cpr\":\"0101604000\",%s}}",
	    id, type, time, data);
	bool not_one;

	must(plb_json_event(&c, plb_slice_str(json), &in, &fejl, &not_one) == PLB_OK && fejl.n == 0,
	    json);
	must(plb_crypto_person(b.crypto, &in.cpr, &in.ev.person) == PLB_OK &&
		plb_crypto_content(b.crypto, &in, in.ev.hmac) == PLB_OK,
	    type);
	in.ev.has_hmac = true;
	must(plb_org_parse(plb_slice_str("akasse:hk"), &in.ev.org) == PLB_OK, type);
	plb_buf_init(&buf, 1 << 20);
	must(plb_crypto_seal(b.crypto, &in, &in.ev.person, &buf) == PLB_OK, type);
	rec.value = plb_arena_dup(&b.a, plb_slice(buf.p, buf.len));
	plb_buf_fini(&buf);
	rec.n_headers = plb_event_headers(&in.ev, texts, rec.header);
	for (size_t i = 0; i < rec.n_headers; i++)
		rec.header[i].value = plb_arena_dup(&b.a, rec.header[i].value);
	return rec;
}

static enum plb_err
changed(void *arg, const struct flow_entry *e, bool deleted)
{
	(void)arg, (void)e, (void)deleted;
	return PLB_OK;
}

static void
commit(void)
{
	b.f.tx.pt = NULL;
	must(flow_table_drain(b.pt->table, changed, NULL) == PLB_OK, "drain");
	flow_table_commit(b.pt->table);
}

static void
member_key(uint64_t i, uint8_t out[16])
{
	memset(out, 0x5a, 16);
	memcpy(out, &i, sizeof(i));
}

/* The same fact about everybody. */
static void
tell_all(uint64_t members, const char *id, const char *type, const char *time, const char *data)
{
	const struct plb_flow_spec *spec = forloeb_run_spec(b.run);
	struct plb_record rec = record(id, type, time, data);
	struct plb_errctx ec = {{0}};
	uint8_t k[16];

	must(plb_time_parse(plb_slice_str(time), &b.now) == PLB_OK, time);
	for (uint64_t i = 0; i < members; i++) {
		member_key(i, k);
		rec.key = plb_slice(k, sizeof(k));
		flow_call_begin(&b.f, b.pt);
		must(spec->record(spec->arg, &b.f.tx, &rec, b.now, &ec) == PLB_OK, ec.text);
		if (i % 1000 == 999)
			commit();
	}
	commit();
}

/* ---- rows ---- */

struct sizes {
	uint64_t state, kept;
};

static bool
add_size(void *arg, const struct flow_entry *e)
{
	struct sizes *s = arg;

	*(e->sub.len == 0 ? &s->state : &s->kept) += e->blob.len;
	return true;
}

/* All that is due until the end of March: seconds it takes, in *decisions how many. */
static double
drain(const char *until, uint64_t *decisions)
{
	const struct plb_flow_spec *spec = forloeb_run_spec(b.run);
	struct plb_errctx ec = {{0}};
	double began = seconds();
	struct flow_entry e;
	struct plb_time t;

	must(plb_time_parse(plb_slice_str(until), &t) == PLB_OK, until);
	for (*decisions = 0; flow_table_due_entry(b.pt->table, &e) && e.due <= t.ms; ++*decisions) {
		struct plb_time due = {e.due};

		flow_call_begin(&b.f, b.pt);
		must(spec->timer(spec->arg, &b.f.tx, e.primary, e.sub, e.blob, due, &ec) == PLB_OK,
		    ec.text);
		if (*decisions % 1000 == 999)
			commit();
	}
	commit();
	return seconds() - began;
}

struct log {
	uint8_t *p;
	size_t len, size;
	uint64_t n;
};

static bool
log_put(void *arg, const struct flow_entry *e)
{
	static uint8_t k[FLOW_LOG_KEY_MAX], v[FLOW_LOG_VALUE_MAX];
	struct log *l = arg;
	uint32_t len[2] = {(uint32_t)flow_log_key(e, k), (uint32_t)flow_log_value(e, v)};

	if (l->size - l->len < sizeof(len) + len[0] + len[1]) {
		l->size = l->size == 0 ? (size_t)64 << 20 : l->size * 2;
		l->p = realloc(l->p, l->size);
		must(l->p != NULL, "memory");
	}
	memcpy(l->p + l->len, len, sizeof(len));
	memcpy(l->p + l->len + sizeof(len), k, len[0]);
	memcpy(l->p + l->len + sizeof(len) + len[0], v, len[1]);
	l->len += sizeof(len) + len[0] + len[1];
	l->n++;
	return true;
}

/* The changelog of all of them into an empty table. */
static double
restore(void)
{
	struct flow_table *t = flow_table_new(2);
	struct log l = {0};
	double began;

	flow_table_walk(b.pt->table, log_put, &l);
	began = seconds();
	for (size_t at = 0; at < l.len;) {
		uint32_t len[2];

		memcpy(len, l.p + at, sizeof(len));
		at += sizeof(len);
		must(flow_table_load(t, plb_slice(l.p + at, len[0]),
			 plb_slice(l.p + at + len[0], len[1]), false) == PLB_OK,
		    "restore");
		at += len[0] + len[1];
	}
	began = seconds() - began;
	free(l.p);
	flow_table_free(&t);
	return began;
}

static void
tell_a_course(uint64_t members)
{
	tell_all(members, "b-1", "member-registered", "2024-03-01T09:00:00+01:00",
	    "\"tilmeldingId\":\"00000000-0000-4000-8000-000000000001\",\"tilmeldingsdato\":\"2024-"
	    "03-01\","
	    "\"akassekode\":\"hk\",\"forsikringskategori\":\"fuldtid\",\"kommunekode\":\"0461\"");
	tell_all(members, "b-2", "samtale-held", "2024-03-08T12:00:00+01:00",
	    "\"samtaleId\":\"00000000-0000-4000-8000-000000000002\",\"samtaletyper\":[7],"
	    "\"afholdt\":\"2024-03-08T10:00:00+01:00\",\"afholdelsesform\":\"telefon\","
	    "\"flereMyndigheder\":false");
	tell_all(members, "b-3", "timer-indberettet", "2024-03-31T12:00:00+02:00",
	    "\"dagpengemaaned\":\"2024-03\",\"udbetalteTimer\":160.33");
}

static void
write_changelog(uint64_t members, const char *bootstrap)
{
	uint64_t decisions, records;

	tell_all(members, "b-4", "timer-indberettet", "2024-04-30T12:00:00+02:00",
	    "\"dagpengemaaned\":\"2024-04\",\"udbetalteTimer\":160.33");
	(void)drain("2024-05-31T11:59:59+02:00", &decisions);
	tell_all(members, "b-5", "timer-indberettet", "2024-05-31T12:00:00+02:00",
	    "\"dagpengemaaned\":\"2024-05\",\"udbetalteTimer\":160.33");
	records = changelog_write(b.pt->table, bootstrap, "parloeb.forloeb.tilstand");
	printf("{\"members\": %" PRIu64 ", \"records\": %" PRIu64 "}\n", members, records);
}

static void
measure(uint64_t members)
{
	struct sizes s = {0, 0};
	double drained, restored;
	uint64_t decisions;

	flow_table_walk(b.pt->table, add_size, &s);
	drained = drain("2024-05-31T23:59:59+02:00", &decisions);
	restored = restore();
	printf("{\"members\": %" PRIu64 ", \"step_median_us\": %.2f, \"step_allocations\": %.4f, "
	       "\"state_bytes\": %.0f, \"kept_bytes\": %.0f, \"memory_bytes\": %.0f, "
	       "\"decisions\": %" PRIu64 ", \"decisions_per_s\": %.0f, \"restored_per_s\": %.0f}\n",
	    members, median_us(), (double)step_allocations / (double)(steps - WARM_UP),
	    (double)s.state / (double)members, (double)s.kept / (double)members,
	    (double)flow_table_bytes(b.pt->table) / (double)members, decisions,
	    drained > 0 ? (double)decisions / drained : 0, (double)members / restored);
}

int
main(int argc, char **argv)
{
	uint64_t members = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	bool changelog = argc == 4 && strcmp(argv[2], "--changelog") == 0;

	must(members > 0 && (argc <= 2 || changelog),
	    "usage: bench_forloeb [MEMBERS [--changelog BOOTSTRAP]]");
	set_up();
	tell_a_course(members);
	if (changelog)
		write_changelog(members, argv[3]);
	else
		measure(members);
	flow_table_free(&b.pt->table);
	forloeb_run_free(&b.run);
	plb_crypto_free(&b.crypto);
	regel_yaml_free(&b.regler);
	plb_schemas_free(&b.schemas);
	return 0;
}
