// SPDX-License-Identifier: MPL-2.0
#include "gateway_proc.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "forsendelse.h"
#include "gateway.h"
#include "identiteter.h"
#include "ingest.h"
#include "metrik.h"
#include "proc.h"

/* The gateway's way in: what stands between a request's body and its answer. The HTTP server is not
 * here; a request is an event, its answer another. */

#define INFLIGHT_MAX (INT64_C(1) << 20)
#define HUSKET_MAX 2000

struct gateway_proc {
	struct plb_bus bus;
	struct plb_conf_common common;
	struct gateway g;
};
static struct gateway_proc gateways[SIM_GATEWAYS];

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct forsendelse *f = opaque;

	(void)partition, (void)offset;
	f->leveret(arg, f, err);
}

/* ---- answers ---- */

struct answer {
	struct sim_post *post;
	int status;
};

static void
answer_arrives(void *arg)
{
	struct answer *a = arg;

	a->post->answer(a->post, a->status);
}

static void
answer(const struct plb_loop *p, struct sim_post *post, int status)
{
	struct answer *a = plb_arena_alloc(&sim.arena, sizeof(*a));

	PLB_ASSERT(a != NULL);
	*a = (struct answer){post, status};
	if (!p->dying && !sim_chance(sim.fault.lost))
		sim_in(NULL, false, sim_net_ms(), answer_arrives, a);
}

/* As kald_svar. */
static void
finished(void *arg, struct svar *s)
{
	struct gateway *g = arg;
	struct sim_post *post = s->req;

	s->req = NULL;
	if (post == NULL)
		return;
	answer(g->loop, post,
	    s->vaerst == PLB_OK              ? s->status
		: s->vaerst == PLB_E_TIMEOUT ? 504
					     : 503);
}

/* ---- a request ---- */

static void
request(void *arg)
{
	struct sim_post *post = arg;
	struct gateway *g = &((struct gateway_proc *)post->gateway->arg)->g;
	struct ingest_ind ind = {.json = post->json};
	const struct plb_fejl_list *fejl;
	enum ingest_udfald u;
	struct plb_slice id;
	struct plb_org org;
	struct svar *s;

	if (sim.mono > post->until || !sim_enter(post->gateway))
		return;
	PLB_ASSERT(plb_org_parse(plb_slice_str(post->org), &org) == PLB_OK);
	ind.partner = plb_partner_by_org(g->partnere, &org);
	s = svar_ny(&g->svar, post, plb_loop_mono(g->loop));
	PLB_ASSERT(s != NULL && ind.partner != NULL);
	u = ingest_haendelse(g, &ind, s, &id, &fejl);
	if (u != INGEST_MODTAGET && u != INGEST_OPTAGET) {
		s->req = NULL;
		if (fejl->n > 0)
			snprintf(post->refusal, sizeof(post->refusal), "%s: %s (%s)",
			    fejl->f[0].felt, fejl->f[0].kode, fejl->f[0].besked);
		answer(g->loop, post, 422);
	}
	svar_luk(&g->svar, s);
	if (g->undervejs_bytes > INFLIGHT_MAX + (1 << 20))
		sim_fail("I9", "%lld bytes under way to Kafka", (long long)g->undervejs_bytes);
}

bool
sim_gateway_post(int i, struct sim_post *p)
{
	p->gateway = gateways[i].g.loop;
	if (p->gateway == NULL || !p->gateway->alive || p->gateway->dying)
		return false;
	sim_in(p->gateway, true, sim_net_ms(), request, p);
	return true;
}

/* ---- the process ---- */

static void
gateway_begin(struct plb_loop *p)
{
	static const char *const topics[] = {"ind", "postkasse", "identitet", NULL};
	struct gateway_proc *x = p->arg;
	struct gateway *g = &x->g;
	struct plb_errctx ec = {{0}};
	uint8_t seed[32];

	*x = (struct gateway_proc){
	    .bus = {p}, .common = {.cpr = PLB_CPR_WIDE, .partitions = sim_topic("identitet")->n}};
	plb_random(seed, sizeof(seed));
	g->loop = p;
	g->bus = &x->bus;
	g->common = &x->common;
	g->conf.inflight_max = INFLIGHT_MAX;
	g->conf.memory_minutes = 10;
	g->skemaer = sim_common.schemas;
	g->krypto = sim_common.crypto;
	g->partnere = sim_common.partnere;
	g->organisationer = sim_common.organisationer;
	g->ur = plb_clock_system();
	plb_rng_seed(&g->rng, plb_rng_u64(&sim.rng));
	hukommelse_init(&g->hukommelse, HUSKET_MAX, g->conf.memory_minutes * 60000, seed);
	svar_pulje_init(&g->svar, (size_t)1 << 20, finished, g);
	g->ingest = ingest_new();
	PLB_ASSERT(g->ingest != NULL &&
	    plb_producer_new(g->bus, p, topics, delivered, g, &g->producer, &ec) == PLB_OK &&
	    identiteter_new(g, &g->identiteter, &ec) == PLB_OK);
}

static void
gateway_end(struct plb_loop *p)
{
	struct gateway *g = &((struct gateway_proc *)p->arg)->g;

	plb_producer_free(&g->producer); /* reports what was under way; nobody is answered */
	identiteter_free(&g->identiteter);
	ingest_free(&g->ingest);
	hukommelse_fini(&g->hukommelse);
	svar_pulje_fini(&g->svar);
}

void
sim_gateways_make(void)
{
	static const char *const names[] = {"gateway-1", "gateway-2"};

	for (int i = 0; i < SIM_GATEWAYS; i++)
		sim_proc_start(sim_proc(names[i], gateway_begin, gateway_end, &gateways[i]));
}

bool
sim_gateways_quiet(void)
{
	for (int i = 0; i < SIM_GATEWAYS; i++)
		if (plb_producer_pending(gateways[i].g.producer) > 0)
			return false;
	return true;
}
