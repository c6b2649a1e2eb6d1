// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_INT_H
#define DISPATCH_INT_H

#include <parloeb/flow.h>
#include <parloeb/http_client.h>
#include <parloeb/log.h>
#include <parloeb/partnere.h>

#include "dispatch_metrics.h"
#include "dispatch_wire.h"
#include "genlaes.h"
#include "krop.h"
#include "plan.h"
#include "svarklasse.h"

/* The adapter's own structures; one thread (the loop).
 *
 * The state (flow's table) is the truth, the plan its picture in memory. A callback first changes
 * the state and emits, then the plan; after an abort the plan is built anew from the state. Errors
 * of a callback behind its first change are never REJECT. */

#define GENOPRET_MARGIN_MS 2000 /* behind the timeout of a call of an earlier life */
/* With many calls under way their outcomes are handed in together: each hand-in costs a turn of the
 * runtime. */
#define SAML_FRA_KALD 8
#define SAML_ANTAL 64
#define SAML_MS 2
#define PR_GANG 1000 /* deliveries settled in one callback because they are fetched, or too old */
#define DAG_MS (24 * 3600 * (int64_t)1000)
#define UDLOEB_MS (29 * DAG_MS)  /* pushing ends */
#define FORAELD_MS (31 * DAG_MS) /* ud no longer has it: no receipt is waited for */

struct udfald;
struct samlet {
	int32_t partition;
	struct udfald *u;
};

struct dispatch {
	struct plb_loop *loop;
	struct plb_conf_dispatch conf;
	const struct plb_conf_common *faelles;
	struct plb_partnere *partnere;
	const struct plb_schemas *schemas;
	struct dispatch_wire *wire;
	struct krop *krop;
	struct plb_flow *flow;
	struct plb_http_client *http;
	struct plan plan;
	struct plan_led kald; /* calls under way: struct kald */
	struct genlaes *genlaes;
	struct plb_loop_timer *forfald, *slut, *fejning, *aflever;
	struct samlet samlet[SAML_ANTAL]; /* outcomes not handed in yet */
	size_t n_samlet;
	bool ejer[1024]; /* partitions restored and ours */
	bool stopper;    /* no new calls */
	plb_loop_fn *faerdig;
	void *faerdig_arg;
};

/* What an outcome is about. Owned by the runtime once handed in. */
enum udfald_art {
	UDFALD_SVAR,    /* an attempt ended */
	UDFALD_UVIS,    /* an attempt that nobody knows of counts as lost, or was never begun */
	UDFALD_GNIST,   /* an endpoint has something ready, fetched or too old */
	UDFALD_GENLAEST /* content read again; without `post`: ud no longer has it */
};
struct udfald {
	enum udfald_art art;
	struct plb_org org;
	struct plb_uuid id;
	int32_t forsoeg;
	enum svarklasse klasse;
	int64_t mindst_ms; /* Retry-After; 0 = none */
	bool har_digest;
	uint8_t digest[32];
	char tekst[160];
	uint8_t *post; /* an entry with the content, its own memory */
	size_t post_len;
};

/* dispatch_skridt.c: one event of one delivery in the open batch. */
struct anledning {
	struct plb_slice aarsag, digest;
	int64_t mindst_ms;
};
PLB_MUSTUSE enum plb_err skridt_tag(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l,
    enum lev_haendelse h, const struct anledning *a, struct plb_time now, struct plb_errctx *ec);
/* Intents for what is ready at ep. */
PLB_MUSTUSE enum plb_err skridt_send(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec);
/* Content into an entry that has none. */
PLB_MUSTUSE enum plb_err skridt_indhold(struct dispatch *d, struct plb_flow_tx *tx,
    struct levering *l, const struct afsendelse *afs, struct plb_errctx *ec);
#define SUB_LEN 25
struct plb_slice skridt_sub(const struct levering *l, uint8_t out[SUB_LEN]);
/* An error behind the first change of a callback: its batch cannot stand without it. */
PLB_MUSTUSE enum plb_err skridt_fejl(enum plb_err err, const char *hvad, struct plb_errctx *ec);

/* dispatch_ud.c */
PLB_MUSTUSE enum plb_err ud_modtag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec);
/* An entry met in a walk, into the plan. false: not readable, or out of memory. */
/* A record read again, as an outcome. */
void ud_genlaest(
    void *arg, int32_t partition, const struct plb_uuid *id, const struct plb_record *r);
bool ud_genopbyg(struct dispatch *d, int32_t partition, struct plb_slice org, struct plb_slice sub,
    struct plb_slice blob, int64_t now_ms);
/* The organisation's endpoint, made when it is met first. NULL: no organisation, or out of memory.
 */
struct endepunkt *ud_endepunkt(struct dispatch *d, struct plb_slice org, int32_t partition);
void ud_partner(struct dispatch *d, struct endepunkt *ep); /* what its partner file says now */

/* dispatch_post.c */
PLB_MUSTUSE enum plb_err post_modtag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec);
/* End what is too old, a bounded number. */
PLB_MUSTUSE enum plb_err post_fej(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    struct plb_time now, struct plb_errctx *ec);
bool post_kan_fejes(const struct endepunkt *ep, int64_t real_ms);
/* Settle what is fetched, a bounded number. */
PLB_MUSTUSE enum plb_err post_hentet(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec);

/* dispatch_udfald.c */
PLB_MUSTUSE enum plb_err udfald_modtag(
    void *arg, struct plb_flow_tx *tx, void *udfald, struct plb_time now, struct plb_errctx *ec);
void udfald_fri(void *arg, void *udfald);
/* Hands it in, with what it owns; false: nobody takes it, and it is freed. */
bool udfald_giv(struct dispatch *d, int32_t partition, struct udfald u);
/* The same for an attempt's, which may wait for others. */
void udfald_saml(struct dispatch *d, int32_t partition, struct udfald u);
void udfald_aflever(void *arg);                          /* what was collected */
void udfald_glem(struct dispatch *d, int32_t partition); /* -1 = all */
/* Status of an endpoint into the state and the plan. EP_AABEN deletes the entry. */
PLB_MUSTUSE enum plb_err endepunkt_skift(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, enum plan_aabning til, struct plb_slice aarsag, struct plb_errctx *ec);

/* hook_ud.c */
void hook_start(struct dispatch *d); /* as many calls as may start */
void hook_slip(
    struct dispatch *d, int32_t partition); /* cancel the calls of a partition; -1 = all */

/* dispatch_run.c */
void run_gnister(struct dispatch *d); /* sparks for endpoints that ask */
void run_forfald(struct dispatch *d); /* arm the timer of the earliest due time */
void run_tag_tilbage(
    struct dispatch *d, const struct levering *l); /* its intent will not be carried out */
void run_kald_sluttet(struct dispatch *d);

#endif
