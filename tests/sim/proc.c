// SPDX-License-Identifier: MPL-2.0
#include "proc.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "breaks.h"
#include "check.h"
#include "dispatch_int.h"
#include "dispatch_run.h"
#include "facts.h"
#include "flow_int.h"
#include "forloeb_run.h"
#include "gateway_proc.h"
#include "organisationer.h"
#include "receiver.h"
#include "regel_yaml.h"

#define VINDUE_MS (INT64_C(30) * 86400000)
#define PARTITIONS 4
#define CALLS 32

static struct plb_conf *conf;
static struct plb_conf_forloeb forloeb_conf;
static struct plb_conf_dispatch dispatch_conf;
static struct plb_conf_console console_conf;

struct sim_common sim_common;

/* ---- read once ---- */

static void
stop_if(bool bad, const char *what)
{
	if (!bad)
		return;
	fprintf(stderr, "tests/sim: %s\n", what);
	exit(2);
}

/* A municipality has a webhook, the others a mailbox. */
static void
partner_write(const char *org, size_t nr)
{
	char path[160], file[64];
	FILE *f;

	snprintf(file, sizeof(file), "%s", org);
	*strchr(file, ':') = '-';
	snprintf(path, sizeof(path), "%s/%s.yaml", sim_common.dir, file);
	f = fopen(path, "w");
	stop_if(f == NULL, path);
	fprintf(f,
	    "navn: \"%s\"\norganisationer: [\"%s\"]\ntokens: [{sha256: "
	    "%064zu}]\nhaendelser: alle\nkvittering: leveret\n",
	    org, org, nr);
	if (strncmp(org, "kommune:", 8) == 0)
		fprintf(f,
		    "webhook: {url: \"http://sim/%s\", secrets: [\"%s/secret\"], allow_private: "
		    "true}\n",
		    file, sim_common.dir);
	fclose(f);
}

static void
partners_write(void)
{
	char path[160];
	FILE *f;

	snprintf(sim_common.dir, sizeof(sim_common.dir), "/tmp/parloeb-sim-XXXXXX");
	stop_if(mkdtemp(sim_common.dir) == NULL, "no folder in /tmp");
	snprintf(path, sizeof(path), "%s/secret", sim_common.dir);
	f = fopen(path, "w");
	stop_if(f == NULL, path);
	fputs("whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n", f);
	fclose(f);
	stop_if(chmod(path, 0600) != 0, path);
	for (size_t i = 0; facts_orgs[i] != NULL; i++)
		partner_write(facts_orgs[i], i);
}

static struct plb_secret
key(uint8_t b)
{
	struct plb_secret s = {.len = 32};

	memset(s.b, b, 32);
	return s;
}

/* The real configuration's defaults, but for what a simulation must be quick with. */
static void
conf_load(struct plb_faults *faults)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "%s/parloeb.conf", sim_common.dir);
	f = fopen(path, "w");
	stop_if(f == NULL, path);
	fprintf(f,
	    "cpr: wide\ntopics: {partitions: %d, org_partitions: %d}\n"
	    "paths: {schemas: \"%s/schemas\", koder: \"%s/config/koder\", regler: "
	    "\"%s/config/regler\", partnere: \"%s\", organisationer: "
	    "\"%s/config/organisationer.yaml\"}\n"
	    "forloeb: {batch_ms: 50, state_max: 256MiB}\n"
	    "dispatch: {batch_ms: 50, state_max: 256MiB, calls: %d, concurrency: 4, retry: [0s, "
	    "1s, "
	    "2s, 5s, 10s, 20s]}\n",
	    PARTITIONS, PARTITIONS, PLB_SOURCE_DIR, PLB_SOURCE_DIR, PLB_SOURCE_DIR, sim_common.dir,
	    PLB_SOURCE_DIR, CALLS);
	fclose(f);
	conf = plb_conf_load_keys(path, 0, faults);
	stop_if(conf == NULL, faults->text);
	stop_if(plb_conf_section(conf, &plb_section_forloeb, &forloeb_conf, faults) != PLB_OK ||
		plb_conf_section(conf, &plb_section_dispatch, &dispatch_conf, faults) != PLB_OK ||
		plb_conf_section(conf, &plb_section_console, &console_conf, faults) != PLB_OK,
	    faults->text);
}

void
sim_common_load(void)
{
	struct plb_errctx ec = {{0}};
	struct plb_faults f;

	plb_faults_init(&f);
	partners_write();
	conf_load(&f);
	stop_if(plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder",
		    &sim_common.schemas, &ec) != PLB_OK,
	    ec.text);
	sim_common.regler =
	    regel_yaml_load(PLB_SOURCE_DIR "/config/regler", PLB_SOURCE_DIR "/config/koder", &f);
	stop_if(sim_common.regler == NULL, "rule sets have faults");
	(void)!plb_partnere_load(sim_common.dir, &sim_common.partnere, &f);
	stop_if(sim_common.partnere == NULL, f.text == NULL ? "partner files" : f.text);
	stop_if(organisationer_load(PLB_SOURCE_DIR "/config/organisationer.yaml",
		    &sim_common.organisationer, &f) != PLB_OK,
	    "organisationer.yaml");
	sim_common.keys = (struct plb_crypto_keys){key(1), key(2), key(3), 1};
	stop_if(plb_crypto_new(&sim_common.keys, &sim_common.crypto, &ec) != PLB_OK, ec.text);
	plb_faults_fini(&f);
}

void
sim_common_clean(void)
{
	char path[128];

	for (size_t i = 0; facts_orgs[i] != NULL; i++) {
		snprintf(path, sizeof(path), "%s/%s.yaml", sim_common.dir, facts_orgs[i]);
		*strrchr(path, ':') = '-';
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/secret", sim_common.dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/parloeb.conf", sim_common.dir);
	unlink(path);
	rmdir(sim_common.dir);
}

void
sim_common_free(void)
{
	plb_crypto_free(&sim_common.crypto);
	organisationer_free(&sim_common.organisationer);
	plb_partnere_free(&sim_common.partnere);
	regel_yaml_free(&sim_common.regler);
	plb_schemas_free(&sim_common.schemas);
	plb_conf_free(&conf);
	sim_common_clean();
}

/* ---- what the stateful ones share ---- */

static struct plb_conf_flow
flow_conf(struct plb_conf_flow fc, const struct plb_loop *p)
{
	fc.instance = p->name;
	return fc;
}

/* A service may end itself when it is fenced or Kafka says so; anything else is a fault of ours. */
static void
failure_judge(const struct plb_loop *p, const struct plb_flow *f)
{
	if (f == NULL || f->failed == PLB_OK || f->failed == PLB_E_AFLOEST ||
	    f->failed == PLB_E_KAFKA || p->dying)
		return;
	sim_fail(
	    "I9", "%s ends itself: %s (%s)", p->name, f->failure.text, plb_err_name(f->failed));
}

/* ---- forloeb ---- */

struct forloeb_proc {
	struct plb_loop *proc;
	struct plb_bus bus;
	struct plb_conf_flow fc;
	struct forloeb_run *run;
	struct plb_flow_spec spec;
	struct plb_flow *flow;
};
static struct forloeb_proc forloebs[SIM_STATEFUL];

struct forloeb_run *
sim_forloeb_run(void)
{
	struct plb_errctx ec = {{0}};
	struct forloeb_run *run;

	PLB_ASSERT(forloeb_run_new(sim_common.schemas, sim_common.regler,
		       sim_break(BREAK_DEDUPE_OFF) ? 0 : VINDUE_MS, &run, &ec) == PLB_OK);
	return run;
}

/* The one whose core has this argument. */
static struct forloeb_proc *
of_core(const void *arg)
{
	int i = 0;

	while (forloebs[i].spec.arg != arg)
		PLB_ASSERT(++i < SIM_STATEFUL);
	return &forloebs[i];
}

static enum plb_err
on_record(void *arg, struct plb_flow_tx *tx, const struct plb_record *rec, struct plb_time now,
    struct plb_errctx *ec)
{
	struct forloeb_proc *f = of_core(arg);
	enum plb_err err = forloeb_run_spec(f->run)->record(arg, tx, rec, now, ec);

	if (err == PLB_OK)
		check_record(f->proc, rec, now);
	return err;
}

static enum plb_err
on_timer(void *arg, struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, struct plb_time now, struct plb_errctx *ec)
{
	struct forloeb_proc *f = of_core(arg);
	struct plb_slice who = plb_arena_dup(&sim.arena, primary);
	enum plb_err err = forloeb_run_spec(f->run)->timer(arg, tx, primary, sub, blob, now, ec);

	if (err == PLB_OK)
		check_timer(f->proc, plb_flow_partition(tx), who, now);
	return err;
}

static void
forloeb_start(struct plb_loop *p)
{
	struct forloeb_proc *f = p->arg;
	struct plb_errctx ec = {{0}};

	*f = (struct forloeb_proc){
	    .proc = p, .bus = {p}, .fc = flow_conf(forloeb_conf.flow, p), .run = sim_forloeb_run()};
	f->spec = *forloeb_run_spec(f->run);
	f->spec.record = on_record;
	f->spec.timer = on_timer;
	PLB_ASSERT(plb_flow_new(p, &f->bus, conf, &f->fc, &f->spec, &f->flow, &ec) == PLB_OK);
	forloeb_run_flow(f->run, f->flow);
	PLB_ASSERT(plb_flow_start(f->flow, &ec) == PLB_OK);
}

static void
forloeb_end(struct plb_loop *p)
{
	struct forloeb_proc *f = p->arg;

	failure_judge(p, f->flow);
	plb_flow_free(&f->flow);
	forloeb_run_free(&f->run);
	f->spec.arg = NULL;
}

/* ---- dispatch ---- */

struct dispatch_proc {
	struct plb_bus bus;
	struct plb_conf_dispatch conf;
	struct dispatch *d;
};
static struct dispatch_proc dispatches[SIM_STATEFUL];

static void
dispatch_begin(struct plb_loop *p)
{
	struct dispatch_proc *d = p->arg;
	struct plb_errctx ec = {{0}};
	struct dispatch_dele dele;

	*d = (struct dispatch_proc){.bus = {p}};
	d->conf = dispatch_conf;
	d->conf.flow = flow_conf(dispatch_conf.flow, p);
	dele = (struct dispatch_dele){.loop = p,
	    .bus = &d->bus,
	    .conf = conf,
	    .dispatch = &d->conf,
	    .schemas = sim_common.schemas,
	    .crypto = sim_common.crypto,
	    .godkend_over = console_conf.approve_above};
	if (dispatch_new(&dele, &d->d, &ec) != PLB_OK || dispatch_start(d->d, &ec) != PLB_OK)
		sim_fail("I9", "dispatch does not start: %s", ec.text);
}

static void
dispatch_end(struct plb_loop *p)
{
	struct dispatch_proc *d = p->arg;

	if (d->d == NULL)
		return;
	failure_judge(p, d->d->flow);
	dispatch_free(&d->d);
}

/* ---- all of them ---- */

static const char *const topics[] = {"ind", "svar", "forloeb", "forloeb.tilstand", "ud",
    "postkasse", "dispatch.tilstand", "tilbagekaldt", "identitet"};

void
sim_procs_make(void)
{
	static const char *const forloeb_names[] = {"forloeb-1", "forloeb-2"};
	static const char *const dispatch_names[] = {"dispatch-1", "dispatch-2"};

	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		sim_topic_add(topics[i], PARTITIONS);
	sim_topic_add("afvist", 1);
	for (int i = 0; i < SIM_STATEFUL; i++)
		sim_proc_start(
		    sim_proc(forloeb_names[i], forloeb_start, forloeb_end, &forloebs[i]));
	for (int i = 0; i < SIM_STATEFUL; i++)
		sim_proc_start(
		    sim_proc(dispatch_names[i], dispatch_begin, dispatch_end, &dispatches[i]));
	sim_gateways_make();
}

static bool
flow_rests(struct plb_flow *f)
{
	return f != NULL && flow_idle(f) && f->restoring == 0;
}

const char *
sim_procs_busy(void)
{
	static char text[120];

	for (int i = 0; i < sim.procs; i++) {
		const struct plb_loop *p = &sim.proc[i];

		snprintf(text, sizeof(text), "%s is not there", p->name);
		if (!p->alive || p->paused > sim.mono)
			return text;
	}
	if (!sim_gateways_quiet())
		return "a gateway has records under way";
	for (int i = 0; i < SIM_STATEFUL; i++) {
		const struct plan *plan = &dispatches[i].d->plan;

		snprintf(text, sizeof(text), "forloeb-%d in state %s", i + 1,
		    flow_state_name(forloebs[i].flow->batch.state));
		if (!flow_rests(forloebs[i].flow))
			return text;
		snprintf(text, sizeof(text), "dispatch-%d in state %s, %zu intents, %zu calls",
		    i + 1, flow_state_name(dispatches[i].d->flow->batch.state), plan->igang,
		    plan->kald);
		if (!flow_rests(dispatches[i].d->flow) || plan->igang > 0 || plan->kald > 0 ||
		    plan_naeste_forfald(plan) != INT64_MAX)
			return text;
	}
	return NULL;
}

/* Every partition of both groups has one owner, and everything committed is read. */
bool
sim_procs_whole(void)
{
	for (int i = 0; i < sim.procs; i++)
		if (!sim.proc[i].alive)
			return false;
	return forloebs[0].flow->owned + forloebs[1].flow->owned == PARTITIONS &&
	    dispatches[0].d->flow->owned + dispatches[1].d->flow->owned == PARTITIONS;
}

void
sim_procs_check(void)
{
	for (int i = 0; i < SIM_STATEFUL; i++) {
		const struct dispatch *d = dispatches[i].d;

		if (d != NULL && d->plan.kald > (size_t)d->conf.calls)
			sim_fail("I9", "%zu calls at the same time", d->plan.kald);
		if (forloebs[i].flow != NULL &&
		    forloebs[i].flow->state_bytes > (size_t)forloebs[i].fc.state_max)
			sim_fail("I9", "state of %zu bytes", forloebs[i].flow->state_bytes);
	}
	if (sim_calls_open() > (size_t)(SIM_STATEFUL * CALLS))
		sim_fail("I9", "%zu calls open", sim_calls_open());
}
