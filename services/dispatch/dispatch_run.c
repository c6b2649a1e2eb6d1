// SPDX-License-Identifier: MPL-2.0
#include "dispatch_run.h"

#include "mail.h"
#include "plan_int.h"

#include <parloeb/underskrevet.h>
#include <stdlib.h>

#define FEJNING_MS 60000
#define BLOK_MAX ((size_t)2 << 20)

static const char *const inputs[] = {"ud", "postkasse", NULL};
static const char *const outputs[] = {"svar", "tilbagekaldt", "postkasse", NULL};

void
run_forfald(struct dispatch *d)
{
	int64_t naeste = plan_naeste_forfald(&d->plan), proeve = endepunkt_naeste_proeve(d), nu;

	naeste = proeve < naeste ? proeve : naeste;
	if (naeste == INT64_MAX) {
		plb_loop_timer_off(d->forfald);
		return;
	}
	nu = plb_time_now().ms;
	plb_loop_timer_in(d->forfald, naeste > nu ? naeste - nu : 0);
}

void
run_gnister(struct dispatch *d)
{
	struct endepunkt *ep;

	while (!d->stopper && (ep = plan_gnist(&d->plan)) != NULL) {
		bool hentet =
		    !plan_tom(&ep->aabne) && plan_af_ep(ep->aabne.naeste)->plads < ep->markoer;

		if (plan_tom(&ep->klar) && !hentet && !ep->ses &&
		    !post_kan_fejes(ep, plb_time_now().ms))
			continue;
		ep->gnist = udfald_giv(d, ep->partition,
		    (struct udfald){.art = UDFALD_GNIST, .org = ep->org, .kopi = ep->kopi});
	}
}

void
run_tag_tilbage(struct dispatch *d, const struct levering *l)
{
	(void)udfald_giv(d, l->ep->partition,
	    (struct udfald){
		.art = UDFALD_UVIS, .id = l->id, .org = l->ep->org, .forsoeg = l->forsoeg});
}

static void
forfald(void *arg)
{
	struct dispatch *d = arg;
	int64_t nu = plb_time_now().ms;
	struct levering *l;

	while (plan_forfald(&d->plan, nu, &l))
		if (l != NULL)
			run_tag_tilbage(d, l);
	endepunkt_proev(d, nu);
	run_gnister(d);
	run_forfald(d);
}

/* Once a minute: what is too old, and how old the oldest is. */
static void
fejning(void *arg)
{
	struct dispatch *d = arg;
	int64_t nu = plb_time_now().ms;
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&d->plan.endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		if (post_kan_fejes(ep, nu))
			plan_gnist_bed(&d->plan, ep);
		kopi_se_efter(d, ep);
	}
	endepunkt_alarm(d, nu);
	overloeb_hent(d);
	run_gnister(d);
	plb_loop_timer_in(d->fejning, FEJNING_MS);
}

static enum plb_err
record(void *arg, struct plb_flow_tx *tx, const struct plb_record *r, struct plb_time now,
    struct plb_errctx *ec)
{
	struct dispatch *d = arg;

	if (strcmp(r->topic, "ud") == 0)
		return ud_modtag(d, tx, r, now, ec);
	return post_modtag(d, tx, r, now, ec);
}

/* After every end of a batch: calls of committed intents, sparks, the timer. */
static void
videre(struct dispatch *d)
{
	kanal_start(d);
	overloeb_hent(d);
	run_gnister(d);
	run_forfald(d);
	metric_saet(DISPATCH_M_LEVERINGER, (int64_t)d->plan.leveringer.n);
}

static void
committed(void *arg)
{
	struct dispatch *d = arg;

	plan_bekraeftet(&d->plan);
	mail_ind_afgjort(d->mail, true);
	sftp_bekraeftet(d);
	videre(d);
}

struct gang {
	struct dispatch *d;
	int32_t partition;
	int64_t now_ms;
	size_t daarlige;
};

static bool
gaa(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
    struct plb_time due)
{
	struct gang *g = arg;

	(void)due;
	if (!ud_genopbyg(g->d, g->partition, primary, sub, blob, g->now_ms))
		g->daarlige++;
	return true;
}

/* The plan of a partition from its state. */
static void
genopbyg(struct dispatch *d, int32_t partition)
{
	struct gang g = {d, partition, plb_time_now().ms, 0};

	plan_genopbyg_begynd(&d->plan, partition);
	sftp_genopbyg_begynd(d, partition);
	plb_flow_walk(d->flow, partition, gaa, &g);
	plan_genopbyg_slut(&d->plan, partition);
	if (g.daarlige > 0)
		plb_log(PLB_LOG_ERROR, "entries of the state cannot be read and are left alone",
		    plb_f_int("partition", partition), plb_f_int("antal", (int64_t)g.daarlige));
}

static void
aborted(void *arg)
{
	struct dispatch *d = arg;

	for (int32_t p = 0; p < (int32_t)(sizeof(d->ejer) / sizeof(d->ejer[0])); p++)
		if (d->ejer[p])
			genopbyg(d, p);
	mail_ind_afgjort(d->mail, false);
	videre(d);
}

static void
assigned(void *arg, int32_t partition)
{
	struct dispatch *d = arg;

	PLB_ASSERT(partition >= 0 &&
	    (size_t)partition <
		sizeof(d->ejer) / sizeof(d->ejer[0])); /* topics.org_partitions ≤ 1024 */
	d->ejer[partition] = true;
	genopbyg(d, partition);
	if (partition == MAIL_PARTITION)
		mail_ind_ejer(d->mail, true);
	videre(d);
}

static void
revoked(void *arg, int32_t partition)
{
	struct dispatch *d = arg;

	d->ejer[partition] = false;
	if (partition == MAIL_PARTITION)
		mail_ind_ejer(d->mail, false);
	kanal_slip(d, partition);
	udfald_glem(d, partition);
	ud_laeser_glem(d->genlaes, partition);
	ud_laeser_glem(d->raekke, partition);
	sftp_slip(d, partition);
	plan_partition_vaek(&d->plan, partition);
	run_forfald(d);
}

static int64_t
in_flight(void *arg)
{
	const struct dispatch *d = arg;

	return (int64_t)(d->plan.igang + d->plan.hentes);
}

static void
plan_opsaet(struct dispatch *d)
{
	struct plan_konf k = {
	    .kald = d->conf.calls,
	    .aabne = d->conf.pending_max,
	    .n_skridt = d->conf.retry.n,
	    .jitter_procent = d->conf.jitter_percent,
	    .genopret_ms = d->conf.timeout_ms + GENOPRET_MARGIN_MS,
	};

	memcpy(k.skridt_ms, d->conf.retry.ms, sizeof(k.skridt_ms));
	plb_random(&k.froe, sizeof(k.froe));
	plan_init(&d->plan, &k);
}

static enum plb_err
partnere(struct dispatch *d, struct plb_partnere **out, struct plb_errctx *ec)
{
	const struct plb_conf_common *c = d->faelles;
	uint8_t proof_public[PLB_ED25519_PUBLIC];
	bool known = c->proof_public[0] != '\0';
	struct plb_faults f;
	enum plb_err err;

	if (known && (err = plb_proof_public(c->proof_public, proof_public, ec)) != PLB_OK)
		return err;
	plb_faults_init(&f);
	err = plb_partnere_load_push(
	    c->partnere, &c->partner_key, known ? proof_public : NULL, out, &f);
	if (err != PLB_OK)
		plb_err_set(
		    ec, err, "partner files: %s", f.text == NULL ? "cannot be read" : f.text);
	plb_faults_fini(&f);
	return err;
}

/* The last call has ended, or time is up: what is not known then stays written down as begun. */
static void
slut(void *arg)
{
	struct dispatch *d = arg;
	struct plb_map_node *n;
	size_t it = 0;

	plb_loop_timer_off(d->slut);
	udfald_aflever(d);
	/* Intents that never became calls: else the next life would wait for their outcome. */
	while ((n = plb_map_next(&d->plan.endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		for (struct plan_led *led = ep->start.naeste; led != &ep->start; led = led->naeste)
			run_tag_tilbage(d, PLAN_OM(led, struct levering, i_start));
	}
	plb_flow_drain(d->flow, d->faerdig, d->faerdig_arg);
}

void
run_kald_sluttet(struct dispatch *d)
{
	if (d->stopper && d->plan.kald == 0)
		plb_loop_timer_in(d->slut, 0);
}

void
dispatch_drain(struct dispatch *d, plb_loop_fn *done, void *arg)
{
	if (d->stopper)
		return;
	d->stopper = true;
	d->faerdig = done;
	d->faerdig_arg = arg;
	plb_loop_timer_in(d->slut, d->plan.kald == 0 ? 0 : d->conf.timeout_ms);
}

void
dispatch_reload(void *arg)
{
	struct dispatch *d = arg;
	struct plb_errctx ec = {0};
	struct plb_partnere *nye, *gamle = d->partnere;
	struct plb_map_node *n;
	size_t it = 0;

	if (partnere(d, &nye, &ec) != PLB_OK) {
		plb_log(PLB_LOG_ERROR, "partner files not taken", plb_f_str("fejl", ec.text));
		return;
	}
	d->partnere = nye;
	plb_partnere_free(&gamle);
	while ((n = plb_map_next(&d->plan.endepunkter, &it)) != NULL)
		ud_partner(d, PLAN_OM(n, struct endepunkt, node));
	mail_efterse(d);
	plb_log(PLB_LOG_INFO, "partner files read",
	    plb_f_int("antal", (int64_t)plb_partnere_count(nye)));
	run_gnister(d);
}

static enum plb_err
opsaet(struct dispatch *d, const struct dispatch_dele *dele, struct plb_errctx *ec)
{
	const struct plb_flow_spec spec = {
	    .service = "dispatch",
	    .inputs = inputs,
	    .outputs = outputs,
	    .changelog = "dispatch.tilstand",
	    .arg = d,
	    .record = record,
	    .outcome = udfald_modtag,
	    .outcome_free = udfald_fri,
	    .committed = committed,
	    .aborted = aborted,
	    .assigned = assigned,
	    .revoked = revoked,
	    .in_flight = in_flight,
	};
	const struct plb_http_client_conf http = {
	    .calls = d->conf.calls, .per_host = d->conf.calls};
	enum plb_err err;

	d->forfald = plb_loop_timer_new(d->loop, forfald, d);
	d->slut = plb_loop_timer_new(d->loop, slut, d);
	d->fejning = plb_loop_timer_new(d->loop, fejning, d);
	d->aflever = plb_loop_timer_new(d->loop, udfald_aflever, d);
	if (d->forfald == NULL || d->slut == NULL || d->fejning == NULL || d->aflever == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	plb_loop_timer_in(d->fejning, FEJNING_MS);
	d->http = plb_http_client_new(d->loop, &http, ec);
	if (d->http == NULL)
		return PLB_E_HUKOMMELSE;
	err = partnere(d, &d->partnere, ec);
	if (err == PLB_OK)
		err = dispatch_wire_new(dele->schemas, &d->wire, ec);
	if (err == PLB_OK)
		err = krop_new(dele->schemas, dele->crypto, &d->krop, ec);
	if (err == PLB_OK)
		err = mail_new(d, dele->crypto, &d->mail, ec);
	if (err == PLB_OK)
		err = plb_frister_new(dele->schemas, &d->frister, ec);
	if (err == PLB_OK)
		err = ud_laeser_new(dele->loop, dele->bus, ud_genlaest, d, &d->genlaes, ec);
	if (err == PLB_OK)
		err = ud_laeser_new(dele->loop, dele->bus, overloeb_hentet, d, &d->raekke, ec);
	if (err == PLB_OK)
		err = sftp_alle_new(d, dele->bus, ec);
	if (err == PLB_OK)
		err = plb_flow_new(
		    dele->loop, dele->bus, dele->conf, &d->conf.flow, &spec, &d->flow, ec);
	return err;
}

enum plb_err
dispatch_new(const struct dispatch_dele *dele, struct dispatch **out, struct plb_errctx *ec)
{
	struct dispatch *d = calloc(1, sizeof(*d));
	enum plb_err err;

	*out = NULL;
	if (d == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	d->loop = dele->loop;
	d->conf = *dele->dispatch;
	d->schemas = dele->schemas;
	d->faelles = plb_conf_common(dele->conf);
	d->godkend_over = dele->godkend_over;
	led_tom(&d->kald);
	plb_buf_init(&d->blok, BLOK_MAX);
	plan_opsaet(d);
	dispatch_metrics_register();
	err = opsaet(d, dele, ec);
	if (err != PLB_OK)
		dispatch_free(&d);
	*out = d;
	return err;
}

enum plb_err
dispatch_start(struct dispatch *d, struct plb_errctx *ec)
{
	return plb_flow_start(d->flow, ec);
}

bool
dispatch_ready(void *arg, struct plb_buf *why_not)
{
	return plb_flow_ready(((struct dispatch *)arg)->flow, why_not);
}

bool
dispatch_failed(const struct dispatch *d, struct plb_errctx *ec)
{
	return plb_flow_failed(d->flow, ec);
}

void
dispatch_free(struct dispatch **dp)
{
	struct dispatch *d = *dp;

	*dp = NULL;
	if (d == NULL)
		return;
	if (d->flow != NULL)
		plb_flow_free(&d->flow);
	kanal_slip(d, -1);
	udfald_glem(d, -1);
	mail_free(&d->mail);
	sftp_alle_free(d);
	plan_fini(&d->plan);
	plb_http_client_free(&d->http);
	plb_loop_timer_free(&d->forfald);
	plb_loop_timer_free(&d->slut);
	plb_loop_timer_free(&d->fejning);
	plb_loop_timer_free(&d->aflever);
	ud_laeser_free(&d->genlaes);
	ud_laeser_free(&d->raekke);
	plb_buf_fini(&d->blok);
	plb_frister_free(&d->frister);
	krop_free(&d->krop);
	dispatch_wire_free(&d->wire);
	plb_partnere_free(&d->partnere);
	free(d);
}
