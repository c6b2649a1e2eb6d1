// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include <parloeb/bus.h>
#include <parloeb/crypto.h>
#include <parloeb/flow.h>
#include <parloeb/http_client.h>
#include <parloeb/http_server.h>
#include <parloeb/partnere.h>
#include <parloeb/rng.h>

#include "hukommelse.h"
#include "kvote.h"
#include "organisationer.h"
#include "svar_pending.h"

struct feed;
struct identiteter;
struct ingest;
struct kalendere;

/* What the modules of the gateway share. Made by gateway_run, loop thread only. */
struct gateway {
	struct plb_conf *file;
	const struct plb_conf_common *common;
	struct plb_conf_gateway conf;
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct plb_producer *producer;
	struct plb_http_server *http;
	struct plb_http_client *klient;
	struct plb_mgmt *mgmt;
	struct plb_schemas *skemaer;
	struct plb_crypto *krypto;
	struct plb_partnere *partnere;
	struct organisationer *organisationer;
	struct plb_clock ur;
	struct plb_clock_topic *ur_emne; /* NULL with the system's clock */
	struct plb_loop_timer *aftap;    /* SIGTERM: asks again whether all is answered */
	struct plb_mono aftap_til;
	bool aftap_tom;
	struct plb_rng rng; /* trace ids */
	struct kvote kvote;
	struct hukommelse hukommelse;
	struct hukommelse kvitteret; /* deliveries that their recipient has receipted for good */
	struct svar_pulje svar;
	struct identiteter *identiteter;
	struct ingest *ingest;
	struct postkasse *postkasse;
	struct feed *feed;
	struct kalendere *kalendere;
	int64_t undervejs_bytes;
	bool slutter; /* SIGTERM came */
};

/* Can a record be taken now: Kafka reachable and not too much under way. */
static inline bool
gateway_kan_sende(const struct gateway *g)
{
	return g->conf.mock_log ||
	    (plb_producer_ready(g->producer) && g->undervejs_bytes < g->conf.inflight_max);
}

#endif
