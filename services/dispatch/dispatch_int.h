// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_INT_H
#define DISPATCH_INT_H

#include <parloeb/flow.h>
#include <parloeb/http_client.h>
#include <parloeb/leveringsfrist.h>
#include <parloeb/log.h>
#include <parloeb/partnere.h>

#include "dispatch_metrics.h"
#include "dispatch_wire.h"
#include "indhold.h"
#include "krop.h"
#include "plan.h"
#include "svarklasse.h"
#include "ud_laeser.h"

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
#define ALARM_MS (20 * DAG_MS)   /* told */
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
	int64_t godkend_over; /* console.approve_above */
	struct plb_partnere *partnere;
	const struct plb_schemas *schemas;
	struct dispatch_wire *wire;
	struct krop *krop;
	struct plb_frister *frister;
	struct plb_flow *flow;
	struct plb_http_client *http;
	struct mail *mail; /* NULL: none is set up */
	struct plan plan;
	struct plan_led kald; /* calls under way: struct kald */
	struct sftp_alle *sftp;
	struct ud_laeser *genlaes, *raekke; /* single messages; what overflows left */
	struct plb_buf blok;                /* an indhold on its way into the plan */
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
	UDFALD_SVAR,     /* an attempt ended */
	UDFALD_UVIS,     /* an attempt that nobody knows of counts as lost, or was never begun */
	UDFALD_GNIST,    /* an endpoint has something ready, fetched or too old */
	UDFALD_TABT,     /* content to be read again that ud no longer has */
	UDFALD_OPTAG,    /* `poster`, of an endpoint's overflow, read on to offset `naaet` */
	UDFALD_MAIL,     /* a mail is a receipt: org, id, kvittering, aarsag */
	UDFALD_GENSEND,  /* `poster`: one message that the state has forgotten, to be sent once more
			  */
	UDFALD_KASSERET, /* `poster`: one that is discarded, and not taken up yet */
	UDFALD_SFTP      /* of an organisation's file: `sftp` tells */
};
struct udfald {
	enum udfald_art art;
	uint8_t kopi; /* GNIST, OPTAG: of which endpoint of the organisation */
	struct plb_org org;
	struct plb_uuid id;
	int32_t forsoeg;
	enum svarklasse klasse;
	int64_t mindst_ms; /* Retry-After; 0 = none */
	bool har_digest;
	uint8_t digest[32];
	char tekst[160];
	bool traet;           /* the endpoint bears no more: silent, 429 or 503 */
	struct laest *poster; /* its own memory */
	int64_t fra, naaet;
	enum kvittering kvittering;
	const char *aarsag; /* static */
	uint8_t sftp;       /* enum sftp_udfald */
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
/* A new delivery into state and plan; begun at once when it may go at once and `i` is not NULL. */
struct ny {
	struct endepunkt *ep;
	const struct plb_person *person; /* NULL: about nobody */
	struct post post;                /* status: venter, parkeret or postkasse */
	int64_t plads;
	bool laast;
	const struct indhold *indhold; /* NULL: not at hand */
};
PLB_MUSTUSE enum plb_err skridt_ny(
    struct dispatch *d, struct plb_flow_tx *tx, struct ny *n, struct plb_errctx *ec);
/* Its entry, with one change made by the caller, back into the state. */
PLB_MUSTUSE enum plb_err skridt_gem(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l,
    const struct post *p, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err skridt_laes(
    struct dispatch *d, const struct levering *l, struct post *p, struct plb_errctx *ec);
/* Sub-key of what the state holds of an endpoint: a letter, of copies in upper case and with the
 * number of the channel behind it, then `rest`. */
#define SUB_REST 24
#define SUB_MAX (2 + SUB_REST)
struct plb_slice skridt_noegle(
    const struct endepunkt *ep, char art, const void *rest, size_t n, uint8_t out[SUB_MAX]);
/* An error behind the first change of a callback: its batch cannot stand without it. */
PLB_MUSTUSE enum plb_err skridt_fejl(enum plb_err err, const char *hvad, struct plb_errctx *ec);

/* dispatch_ud.c */
PLB_MUSTUSE enum plb_err ud_modtag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec);
/* One message read again, and why. false: out of memory. */
enum genlaes_grund { GENLAES_INDHOLD, GENLAES_GENSEND, GENLAES_KASSERET };
PLB_MUSTUSE bool ud_genlaes(struct dispatch *d, int32_t partition, int64_t offset,
    const struct plb_uuid *id, enum genlaes_grund grund);
ud_laeser_fn ud_genlaest;
/* A message that is no withdrawal becomes a delivery. */
PLB_MUSTUSE enum plb_err ud_tag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_event *ev, const struct plb_record *r, struct endepunkt *ep,
    struct plb_time now, struct plb_errctx *ec);
struct post ud_post(struct dispatch *d, const struct plb_event *ev, const struct plb_record *r,
    const struct endepunkt *ep);
/* The delivery of a leveringid at that endpoint: itself, or the id of the copy. */
struct plb_uuid ud_id(const struct endepunkt *ep, const struct plb_uuid *leveringid);
/* Of an organisation's copies by a channel, made when it is met first. NULL: out of memory, or no
 * such channel. */
struct endepunkt *ud_kopi(struct dispatch *d, struct endepunkt *hoved, uint8_t kanal);
/* A message, or a withdrawal, at one of its endpoints. */
PLB_MUSTUSE enum plb_err ud_hos(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_event *ev, const struct plb_record *r, struct endepunkt *ep,
    struct plb_time now, struct plb_errctx *ec);
/* An entry met in a walk, into the plan. false: not readable, or out of memory. */
bool ud_genopbyg(struct dispatch *d, int32_t partition, struct plb_slice org, struct plb_slice sub,
    struct plb_slice blob, int64_t now_ms);
/* The organisation's endpoint, made when it is met first. NULL: no organisation, or out of memory.
 */
struct endepunkt *ud_endepunkt(struct dispatch *d, struct plb_slice org, int32_t partition);
void ud_partner(struct dispatch *d, struct endepunkt *ep); /* what its partner file says now */

/* kopi.c: further channels of an organisation beside its first. */
/* A message, or a withdrawal, at the copies of `hoved`. */
PLB_MUSTUSE enum plb_err kopi_modtag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_event *ev, const struct plb_record *r, struct endepunkt *hoved,
    struct plb_time now, struct plb_errctx *ec);
/* Must the withdrawal of that message go to the copies by `kanal`? Where nothing is remembered of
 * what has arrived, it must. */
bool kopi_skal_vide(const struct dispatch *d, const struct endepunkt *hoved, uint8_t kanal,
    const struct plb_uuid *tilbagekaldt);
/* Does its entry stay when it has arrived? */
bool kopi_huskes(const struct levering *l);
/* Is the arrival of this copy news? */
bool kopi_er_nyt(const struct dispatch *d, const struct levering *l);
/* A copy of the delivery `leveringid` has arrived. */
PLB_MUSTUSE enum plb_err kopi_ankom(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_uuid *leveringid, struct plb_time now, struct plb_errctx *ec);
/* The delivery, and those behind it in its queue, get their copy at the fall-back where they need
 * one. */
PLB_MUSTUSE enum plb_err kopi_reserve(struct dispatch *d, struct plb_flow_tx *tx,
    struct levering *l, struct plb_time now, struct plb_errctx *ec);
/* All of an endpoint, a bounded number: who needs the fall-back, and copies without a channel. */
PLB_MUSTUSE enum plb_err kopi_gennemse(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec);
void kopi_se_efter(struct dispatch *d, struct endepunkt *ep); /* that, soon, in a callback */
/* The delivery is settled: its copy at the fall-back is not needed any more. */
PLB_MUSTUSE enum plb_err kopi_slip(struct dispatch *d, struct plb_flow_tx *tx,
    const struct endepunkt *hoved, const struct plb_uuid *leveringid, struct plb_time now,
    struct plb_errctx *ec);

/* tilbage.c: withdrawals. */
PLB_MUSTUSE enum plb_err tilbage_modtag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_event *ev, const struct plb_record *r, struct endepunkt *ep,
    struct plb_time now, struct plb_errctx *ec);
/* An operator discards it. */
PLB_MUSTUSE enum plb_err tilbage_kasser(struct dispatch *d, struct plb_flow_tx *tx,
    struct levering *l, int64_t tid_ms, struct plb_time now, struct plb_errctx *ec);
/* The attempt of a withdrawn delivery has its outcome; `p`: its entry before. */
PLB_MUSTUSE enum plb_err tilbage_udfald(struct dispatch *d, struct plb_flow_tx *tx,
    struct levering *l, enum lev_status nu, struct plb_uuid afloeser, struct plb_time now,
    struct plb_errctx *ec);
/* Content of a withdrawal made here. */
PLB_MUSTUSE enum plb_err tilbage_indhold(
    struct dispatch *d, struct levering *l, struct plb_errctx *ec);

/* overloeb.c: what waits on ud because the state has enough of that endpoint. */
bool overloeb_er(const struct endepunkt *ep);
PLB_MUSTUSE enum plb_err overloeb_laeg(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, const struct plb_record *r, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err overloeb_optag(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, const struct udfald *u, struct plb_time now, struct plb_errctx *ec);
/* A message of which something is remembered. */
PLB_MUSTUSE enum plb_err overloeb_tag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_event *ev, const struct plb_record *r, struct endepunkt *ep,
    struct plb_time now, struct plb_errctx *ec);
/* Does this offset lie in what is not taken up yet? */
bool overloeb_ligger(const struct endepunkt *ep, int64_t offset);
/* 16 bytes: whose queue the message is in. */
const uint8_t *overloeb_koe(const struct plb_event *ev);
void overloeb_hent(struct dispatch *d); /* where there is room again */
ud_laeser_fn overloeb_hentet;

/* husk.c: what is remembered of messages that are not taken up yet, by their id or their queue. */
enum husk_art {
	HUSK_TILBAGEKALDT = 't',
	HUSK_KVITTERET = 'r', /* blob: the receipt */
	HUSK_KASSERET = 'd',
	HUSK_AFGJORT = 's', /* replayed or discarded from ud, and over */
	HUSK_HOLDT = 'h'    /* blob: the order; by its queue, the others by id */
};
bool husk_er_art(uint8_t art); /* first byte of its key */
PLB_MUSTUSE enum plb_err husk_laeg(struct plb_flow_tx *tx, const struct endepunkt *ep,
    enum husk_art art, const uint8_t hvem[16], struct plb_slice blob, struct plb_errctx *ec);
/* Where there is nothing more to say than that. Borrowed until the codec's next call. */
struct plb_slice husk_blot(struct dispatch *d, int64_t offset);
bool husk_er(
    struct plb_flow_tx *tx, const struct endepunkt *ep, enum husk_art art, const uint8_t hvem[16]);
/* And no longer from now on; the blob holds until the commit. */
bool husk_tag(struct plb_flow_tx *tx, struct endepunkt *ep, enum husk_art art,
    const uint8_t hvem[16], struct plb_slice *blob, enum plb_err *err);
/* All of a kind, at most PR_GANG. */
PLB_MUSTUSE enum plb_err husk_glem(
    struct plb_flow_tx *tx, const struct endepunkt *ep, enum husk_art art);
/* The overflow is taken up: what was ordered of it. */
PLB_MUSTUSE enum plb_err husk_glem_ordrer(struct plb_flow_tx *tx, const struct endepunkt *ep);
/* ud and postkasse are read side by side, so a receipt or a discard may be met before its message:
 * kept for an hour, so many of an endpoint. */
PLB_MUSTUSE enum plb_err husk_tidlig(struct plb_flow_tx *tx, struct endepunkt *ep,
    enum husk_art art, const uint8_t id[16], struct plb_slice blob, struct plb_errctx *ec);
void husk_laest(struct endepunkt *ep, uint8_t art, int64_t nu_ms); /* met in the state */
bool husk_er_gammel(const struct endepunkt *ep, int64_t nu_ms);
PLB_MUSTUSE enum plb_err husk_fej(
    struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_errctx *ec);

/* kommando.c: orders of operators and partners. */
/* Why the person is held. */
struct plb_slice kommando_holdt(const struct kommando_post *k);
/* A message that has been read again, because it is discarded and not taken up yet. */
PLB_MUSTUSE enum plb_err kommando_kasseret(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err kommando_udfoer(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, const struct plb_record *r, struct plb_time now, struct plb_errctx *ec);
/* Everything parked of ep, or of one person there, goes back into its queue. */
PLB_MUSTUSE enum plb_err kommando_genoptag(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, const struct plb_person *person, struct plb_time now,
    struct plb_errctx *ec);

/* dispatch_post.c */
PLB_MUSTUSE enum plb_err post_modtag(struct dispatch *d, struct plb_flow_tx *tx,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec);
/* A receipt for l. */
PLB_MUSTUSE enum plb_err post_kvitter(struct dispatch *d, struct plb_flow_tx *tx,
    struct levering *l, const struct kvittering_post *k, struct plb_time now,
    struct plb_errctx *ec);
/* End what is too old, a bounded number. */
PLB_MUSTUSE enum plb_err post_fej(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    struct plb_time now, struct plb_errctx *ec);
bool post_kan_fejes(const struct endepunkt *ep, int64_t real_ms);
/* Settle what is fetched, a bounded number. */
PLB_MUSTUSE enum plb_err post_hentet(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec);

/* The mailbox is fetched below `position`, which lies further on than before or changes nothing. */
PLB_MUSTUSE enum plb_err post_flyt_markoer(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, int64_t position, struct plb_time now, struct plb_errctx *ec);
/* A receipt as it stands on postkasse. */
PLB_MUSTUSE enum plb_err post_kvittering(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, struct plb_slice value, struct plb_time now, struct plb_errctx *ec);

/* sftp.c: the nightly file of those whose partner file has `sftp`. */
PLB_MUSTUSE enum plb_err sftp_alle_new(
    struct dispatch *d, struct plb_bus *bus, struct plb_errctx *ec);
void sftp_alle_free(struct dispatch *d);
void sftp_partner(struct dispatch *d, const struct plb_org *org, int32_t partition);
/* Before a walk, and its entry met in it. false: not readable. */
void sftp_genopbyg_begynd(struct dispatch *d, int32_t partition);
bool sftp_genopbyg(struct dispatch *d, const struct plb_org *org, struct plb_slice blob);
void sftp_slip(struct dispatch *d, int32_t partition); /* -1 = all */
void sftp_bekraeftet(struct dispatch *d);              /* the batch is committed */
PLB_MUSTUSE enum plb_err sftp_udfald(struct dispatch *d, struct plb_flow_tx *tx,
    const struct udfald *u, struct plb_time now, struct plb_errctx *ec);
/* An operator wants the file now. */
PLB_MUSTUSE enum plb_err sftp_bestil(
    struct dispatch *d, struct plb_flow_tx *tx, const struct plb_org *org, struct plb_errctx *ec);
/* `l` is discarded before its file: remembered until then. */
PLB_MUSTUSE enum plb_err sftp_kasseret(struct dispatch *d, struct plb_flow_tx *tx,
    const struct levering *l, int64_t tid_ms, struct plb_errctx *ec);

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
/* What an attempt's outcome does to its delivery `l`, and to its endpoint. */
PLB_MUSTUSE enum plb_err udfald_brug(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l,
    const struct udfald *u, struct plb_time now, struct plb_errctx *ec);
/* Those behind a parked one are parked too, and each is told. */
PLB_MUSTUSE enum plb_err parker_bagved(struct dispatch *d, struct plb_flow_tx *tx,
    struct levering *l, struct plb_slice aarsag, struct plb_time now, struct plb_errctx *ec);

/* endepunkt.c: opening, holding, probing. */
PLB_MUSTUSE enum plb_err endepunkt_skift(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, enum plan_aabning til, struct plb_slice aarsag, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err endepunkt_hold(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, bool holdt, struct plb_slice aarsag, struct plb_errctx *ec);
/* What an attempt's outcome says about the endpoint itself. */
PLB_MUSTUSE enum plb_err endepunkt_udfald(struct dispatch *d, struct plb_flow_tx *tx,
    struct endepunkt *ep, const struct udfald *u, struct plb_errctx *ec);
void endepunkt_laest(struct endepunkt *ep, const struct endepunkt_post *e); /* from the state */
int64_t endepunkt_naeste_proeve(const struct dispatch *d);                  /* INT64_MAX = none */
void endepunkt_proev(struct dispatch *d, int64_t nu_ms); /* those whose time has come */
/* Once a minute: mail that has lain too long. */
void endepunkt_alarm(struct dispatch *d, int64_t nu_ms);

/* dispatch_run.c */
void run_gnister(struct dispatch *d); /* sparks for endpoints that ask */
void run_forfald(struct dispatch *d); /* arm the timer of the earliest due time */
void run_tag_tilbage(
    struct dispatch *d, const struct levering *l); /* its intent will not be carried out */
void run_kald_sluttet(struct dispatch *d);

#endif
