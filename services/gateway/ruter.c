// SPDX-License-Identifier: MPL-2.0
#include "ruter.h"

#include <stdio.h>

#include "adgang.h"
#include "feed.h"
#include "genoptag.h"
#include "haendelser.h"
#include "kald.h"
#include "kalendere.h"
#include "kvitteringer.h"
#include "metrik.h"
#include "skemaer.h"
#include "status.h"

struct rute {
	const char *metode, *sti; /* a path that ends in {}: something non-empty stands there */
	void (*fn)(struct kald *k);
	const char *token_foer; /* {} is a token and this: it speaks; NULL: the caller does */
};
static const struct rute ruter[] = {
    {"POST", "/v1/haendelser", haendelser_post, NULL},
    {"GET", "/v1/haendelser/{}", status_get, NULL},
    {"GET", "/v1/feed", feed_get, NULL},
    {"POST", "/v1/kvitteringer", kvitteringer_post, NULL},
    {"POST", "/v1/genoptag", genoptag_post, NULL},
    {"GET", "/v1/skemaer", skemaer_liste, NULL},
    {"GET", "/v1/skemaer/{}", skemaer_en, NULL},
    {"GET", "/v1/kalender/{}", kalender_get, ".ics"},
    {"GET", "/v1/dagsliste/{}", dagsliste_get, ""},
};
#define RUTER (sizeof(ruter) / sizeof(ruter[0]))

static bool
passer(const struct rute *ru, struct plb_slice sti, struct plb_slice *rest)
{
	size_t n = strlen(ru->sti);

	*rest = plb_slice(NULL, 0);
	if (ru->sti[n - 1] != '}')
		return plb_slice_is(sti, ru->sti);
	n -= 2;
	if (sti.len <= n || memcmp(sti.p, ru->sti, n) != 0)
		return false;
	*rest = plb_slice(sti.p + n, sti.len - n);
	return true;
}

/* NULL: answered with 404 or 405. */
static const struct rute *
find(struct plb_http_req *r, struct plb_slice *rest)
{
	struct plb_slice sti = plb_http_path(r), metode = plb_http_method(r);
	char allow[64] = "Allow:";
	const char *headers[] = {allow, NULL};
	size_t n = strlen(allow);

	for (size_t i = 0; i < RUTER; i++) {
		if (!passer(&ruter[i], sti, rest))
			continue;
		if (plb_slice_is(metode, ruter[i].metode))
			return &ruter[i];
		n += (size_t)snprintf(
		    allow + n, sizeof(allow) - n, "%s %s", n > 6 ? "," : "", ruter[i].metode);
		PLB_ASSERT(n < sizeof(allow));
	}
	if (n > 6)
		kald_problem(r, PROBLEM_METODE, NULL, NULL, headers);
	else
		kald_problem(r, PROBLEM_FINDES_IKKE, NULL, NULL, NULL);
	return NULL;
}

static const struct plb_partner *
hvem(const struct gateway *g, struct plb_http_req *r, uint8_t digest[32])
{
	struct plb_slice h = plb_http_header(r, "authorization"), token;
	const struct plb_partner *p;
	char org_id[64], system[PLB_HTTP_SYSTEM];

	/* A token that is there but wrong is not made good by a certificate. */
	if (h.p != NULL) {
		if (!adgang_bearer(h, &token))
			return NULL;
		plb_sha256(token, digest);
		return plb_partner_by_token(g->partnere, digest);
	}
	if (g->conf.tls_client_ca[0] == '\0' || !plb_http_client_cert(r, digest, org_id))
		return NULL;
	p = plb_partner_by_cert(g->partnere, digest);
	if (p == NULL && plb_http_client_system(r, system))
		p = plb_partner_by_system(g->partnere, plb_slice_str(system));
	return p;
}

/* Whose calendar a path opens; NULL: nobody's. Calendar programs send no headers of ours. */
static const struct plb_kalender_conf *
hvis(const struct gateway *g, const struct rute *ru, struct plb_slice rest, uint8_t digest[32])
{
	size_t n = strlen(ru->token_foer);

	if (rest.len <= n || memcmp(rest.p + rest.len - n, ru->token_foer, n) != 0)
		return NULL;
	plb_sha256(plb_slice(rest.p, rest.len - n), digest);
	return plb_partner_kalender(g->partnere, digest);
}

static bool
hurtig(struct gateway *g, struct plb_http_req *r, int64_t rate, const uint8_t digest[32])
{
	char vent[40];
	const char *headers[] = {vent, NULL};
	int64_t ms;

	if (kvote_tag(
		&g->kvote, digest, rate > 0 ? rate : g->conf.rate, plb_loop_mono(g->loop), &ms))
		return false;
	metrik_tael(METRIK_FOR_HURTIGT, 1);
	snprintf(vent, sizeof(vent), "Retry-After: %lld", (long long)(ms + 999) / 1000);
	kald_problem(r, PROBLEM_FOR_HURTIGT, NULL, NULL, headers);
	return true;
}

void
ruter_kald(void *gateway, struct plb_http_req *r)
{
	static const char *const spoerg[] = {"WWW-Authenticate: Bearer", NULL};
	struct gateway *g = gateway;
	struct kald k = {.g = g, .r = r};
	const struct rute *ru;
	uint8_t digest[32];

	ru = find(r, &k.rest);
	if (ru == NULL)
		return;
	if (ru->token_foer != NULL) {
		k.kalender = hvis(g, ru, k.rest, digest);
		if (k.kalender == NULL)
			kald_problem(r, PROBLEM_FINDES_IKKE, NULL, NULL, NULL);
		else if (!hurtig(g, r, 0, digest))
			ru->fn(&k);
		return;
	}
	k.partner = hvem(g, r, digest);
	if (k.partner == NULL) {
		metrik_tael(METRIK_UDEN_ADGANG, 1);
		kald_problem(r, PROBLEM_UDEN_ADGANG, NULL, NULL, spoerg);
		return;
	}
	if (!hurtig(g, r, k.partner->rate, digest))
		ru->fn(&k);
}
