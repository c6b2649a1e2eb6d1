// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_KALD_H
#define GATEWAY_KALD_H

#include "gateway.h"
#include "holdt.h"
#include "problem.h"

/* One call of a partner, as its handler gets it. Lives for the handler's call only. */
struct kald {
	struct gateway *g;
	struct plb_http_req *r;
	const struct plb_partner *partner; /* who speaks; NULL where a token in the path opens … */
	const struct plb_kalender_conf *kalender; /* … this calendar */
	struct plb_slice rest;                    /* what stands in the place of {} in the path */
};

/* Keep the request: h hears when its client goes away. */
void kald_hold(struct plb_http_req *r, struct holdt *h);
/* The client of a kept request went away. */
void kald_borte(struct plb_http_req *r);

/* Answers. headers: NULL or NULL-terminated. */
void kald_problem(struct plb_http_req *r, enum problem p, const struct plb_fejl_list *fejl,
    const char *mere, const char *const *headers);
/* 503 with Retry-After. */
void kald_optaget(struct plb_http_req *r);
/* JSON; a buffer that failed is answered as 500. */
void kald_json(struct plb_http_req *r, int status, const struct plb_buf *b);

/* The organisation that the call reads as; false: answered. */
bool kald_org(struct kald *k, struct plb_org *out);
/* Is the body announced as `type` (parameters: only charset=utf-8)? */
bool kald_indhold(const struct plb_http_req *r, const char *type);

/* What a svar waits for is in: its answer, 503 or 504 where Kafka failed. For svar_pulje_init. */
void kald_svar(void *gateway, struct svar *s);

#endif
