// SPDX-License-Identifier: MPL-2.0
#include "gateway_run.h"

#include <parloeb/log.h>

#include <stdio.h>
#include <unistd.h>

#include "feed.h"
#include "forsendelse.h"
#include "gateway_conf.h"
#include "identiteter.h"
#include "ingest.h"
#include "kald.h"
#include "kalendere.h"
#include "metrik.h"
#include "postkasse.h"
#include "ruter.h"

#define KVITTERET_MAX 500000
#define HUSKET_MAX 1000000 /* ids remembered: about 150 MB when full */
#define KVOTER_MAX 65536
#define SVAR_MAX (16u << 20) /* an answer: 1,000 events with all the faults that fit into 1 MiB */
#define KONSOL_KALD 256
#define AFTAP_MS 15000 /* after SIGTERM: longer than a record may be under way */
#define SPOERG_MS 20
#define FLUSH_MS 2000

static const char *const emner[] = {"ind", "postkasse", "identitet", NULL};

static void
leveret(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct forsendelse *f = opaque;

	(void)partition;
	(void)offset;
	f->leveret(arg, f, err);
}

static void
maal(void *arg)
{
	struct gateway *g = arg;

	metrik_saet(METRIK_UNDERVEJS, g->undervejs_bytes);
	metrik_saet(METRIK_HUSKET, (int64_t)g->hukommelse.n);
	if (g->hukommelse.for_tidligt > 0) {
		metrik_tael(METRIK_GLEMT_FOR_TIDLIGT, g->hukommelse.for_tidligt);
		g->hukommelse.for_tidligt = 0;
	}
}

static bool
klar(void *arg, struct plb_buf *why)
{
	struct gateway *g = arg;

	if (g->slutter)
		plb_buf_str(why, "stopping; ");
	if (!g->conf.mock_log && !plb_producer_ready(g->producer))
		plb_buf_str(why, "Kafka not reachable, or topics missing; ");
	if (g->ur_emne != NULL && !plb_clock_topic_ready(g->ur_emne))
		plb_buf_str(why, "clock topic not read yet; ");
	if (!identiteter_klar(g->identiteter))
		plb_buf_str(why, "identities not read yet; ");
	if (!g->conf.mock_log && !feed_klar(g->feed))
		plb_buf_str(why, "withdrawals not read yet; ");
	return why->len == 0;
}

static void
borte(void *arg, struct plb_http_req *r)
{
	(void)arg;
	kald_borte(r);
}

/* ---- SIGTERM ---- */

/* What waits for news is answered at once; what waits for Kafka gets its time. */
static void
aftap(void *arg)
{
	struct gateway *g = arg;
	bool tom = plb_http_server_open(g->http) == 0 &&
	    (g->conf.mock_log || plb_producer_pending(g->producer) == 0);

	/* Seen twice: the last answer has to leave the process too. */
	if ((tom && g->aftap_tom) || plb_loop_mono(g->loop).ms >= g->aftap_til.ms) {
		plb_loop_stop(g->loop);
		return;
	}
	g->aftap_tom = tom;
	plb_loop_timer_in(g->aftap, SPOERG_MS);
}

static void
slut(void *arg)
{
	struct gateway *g = arg;

	plb_log(PLB_LOG_INFO, "stopping: open requests are answered first");
	g->slutter = true;
	g->aftap_til.ms = plb_loop_mono(g->loop).ms + AFTAP_MS;
	plb_http_server_drain(g->http);
	feed_slut(g->feed);
	plb_loop_timer_in(g->aftap, 0);
}

static void
genlaes(void *arg)
{
	struct gateway *g = arg;

	gateway_conf_reload(g);
	kalendere_genlaes(g->kalendere);
}

/* ---- start ---- */

static enum plb_err
start_ur(struct gateway *g, struct plb_errctx *ec)
{
	char navn[32];
	enum plb_err err;

	g->ur = plb_clock_system();
	if (g->common->clock != PLB_CLOCK_TOPIC)
		return PLB_OK;
	snprintf(navn, sizeof(navn), "gateway-%d", (int)getpid());
	err = plb_clock_topic_new(g->loop, g->bus, "gateway", navn, &g->ur_emne, ec);
	if (err == PLB_OK)
		g->ur = plb_clock_topic_clock(g->ur_emne);
	return err;
}

static enum plb_err
start_kafka(struct gateway *g, struct plb_errctx *ec)
{
	enum plb_err err;

	if (g->conf.mock_log) {
		plb_log(PLB_LOG_WARN, "benchmark: events are acknowledged and thrown away");
		g->ur = plb_clock_system();
		return PLB_OK;
	}
	err = plb_bus_new(g->file, "gateway", &g->bus, ec);
	if (err == PLB_OK)
		err = plb_producer_new(g->bus, g->loop, emner, leveret, g, &g->producer, ec);
	if (err == PLB_OK)
		err = start_ur(g, ec);
	return err;
}

static enum plb_err
start_http(struct gateway *g, struct plb_errctx *ec)
{
	const struct plb_http_server_conf c = {
	    .listen = g->conf.listen,
	    .tls_cert = g->conf.tls_cert,
	    .tls_key = g->conf.tls_key,
	    .tls_client_ca = g->conf.tls_client_ca,
	    .header_deadline_ms = g->conf.header_deadline_ms,
	    .body_deadline_ms = g->conf.body_deadline_ms,
	    .header_max = g->conf.header_max,
	    .body_max = g->conf.body_max,
	    .connections = g->conf.connections,
	    .connections_per_address = g->conf.connections_per_address,
	    .request = ruter_kald,
	    .gone = borte,
	    .arg = g,
	};
	const struct plb_http_client_conf kc = {.calls = KONSOL_KALD, .per_host = 8};

	g->klient = plb_http_client_new(g->loop, &kc, ec);
	if (g->klient != NULL)
		g->mgmt = plb_mgmt_new(g->loop, g->conf.management, klar, g, ec);
	if (g->mgmt != NULL)
		g->http = plb_http_server_new(g->loop, &c, ec);
	return g->http == NULL ? PLB_E_IO : PLB_OK;
}

static enum plb_err
start_memory(struct gateway *g, struct plb_errctx *ec)
{
	uint8_t seed[32];
	uint64_t rng;

	plb_random(seed, sizeof(seed));
	hukommelse_init(&g->hukommelse, HUSKET_MAX, g->conf.memory_minutes * 60000, seed);
	plb_random(seed, sizeof(seed));
	hukommelse_init(&g->kvitteret, KVITTERET_MAX, g->conf.memory_minutes * 60000, seed);
	plb_random(seed, sizeof(seed));
	memcpy(&rng, seed, sizeof(rng));
	plb_rng_seed(&g->rng, rng);
	kvote_init(&g->kvote, KVOTER_MAX);
	svar_pulje_init(&g->svar, SVAR_MAX, kald_svar, g);
	g->ingest = ingest_new();
	g->aftap = plb_loop_timer_new(g->loop, aftap, g);
	if (g->ingest == NULL || g->aftap == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "start");
	plb_loop_on_stop(g->loop, slut, g);
	plb_loop_on_reload(g->loop, genlaes, g);
	return plb_loop_each_turn(g->loop, maal, g);
}

enum plb_err
gateway_start(struct gateway *g, struct plb_errctx *ec)
{
	enum plb_err err;

	metrik_init();
	g->loop = plb_loop_new(ec);
	if (g->loop == NULL)
		return PLB_E_IO;
	err = start_memory(g, ec);
	if (err == PLB_OK)
		err = start_kafka(g, ec);
	if (err == PLB_OK)
		err = postkasse_new(g->skemaer, &g->postkasse, ec);
	if (err == PLB_OK)
		err = identiteter_new(g, &g->identiteter, ec);
	if (err == PLB_OK)
		err = feed_new(g, &g->feed, ec);
	if (err == PLB_OK)
		err = kalendere_new(g, &g->kalendere, ec);
	if (err == PLB_OK)
		err = start_http(g, ec);
	if (err == PLB_OK)
		plb_log(PLB_LOG_INFO, "started", plb_f_str("adresse", g->conf.listen),
		    plb_f_int("port", plb_http_server_port(g->http)));
	return err;
}

void
gateway_stop(struct gateway *g)
{
	if (g->producer != NULL && plb_producer_flush(g->producer, FLUSH_MS) != PLB_OK)
		plb_log(PLB_LOG_WARN,
		    "records left without a report; their senders were not answered 202");
	plb_http_server_free(&g->http);
	plb_mgmt_free(&g->mgmt);
	plb_http_client_free(&g->klient);
	feed_free(&g->feed);
	kalendere_free(&g->kalendere);
	plb_clock_topic_free(&g->ur_emne);
	plb_producer_free(&g->producer);
	identiteter_free(&g->identiteter);
	plb_bus_free(&g->bus);
	ingest_free(&g->ingest);
	postkasse_free(&g->postkasse);
	hukommelse_fini(&g->hukommelse);
	hukommelse_fini(&g->kvitteret);
	svar_pulje_fini(&g->svar);
	kvote_fini(&g->kvote);
	plb_loop_timer_free(&g->aftap);
	plb_loop_free(&g->loop);
}
