// SPDX-License-Identifier: MPL-2.0
#include "mail.h"

#include "mail_brev.h"
#include "mail_dom.h"

#include <stdlib.h>

/* Mail in: answers from a mailbox become receipts on postkasse.
 *
 *   HVILER ─pause→ SOEGER ─uids→ HENTER ─receipt→ VENTER ─committed→ MAERKER ─→ HENTER the next …
 *                    │             └────── no receipt ─────────────→ MAERKER        │
 *                    └─none→ HVILER ←───────────────── none left, or anything fails ┘
 *
 * One mail at a time. What is dealt with bears \Answered, what is no receipt \Flagged too: only the
 * server can lose these marks, and then a receipt is given twice, which changes nothing. Fetching
 * sets \Seen, so that says nothing. A mail that is too big is marked without being fetched. */

#define MAIL_MAX (512 * 1024)
#define STR(x) #x
#define TEXT(x) STR(x)
#define SOEG_FOR_STORE "UNANSWERED UNDELETED LARGER " TEXT(524288)
#define SOEG "UNANSWERED UNDELETED NOT LARGER " TEXT(524288)
#define FLAG_KVITTERING "\\Answered"
#define FLAG_ANDET "\\Answered \\Flagged"

enum tilstand {
	IND_HVILER,
	IND_SOEGER_STORE,
	IND_SOEGER,
	IND_HENTER,
	IND_VENTER, /* for the commit of a receipt */
	IND_MAERKER
};

struct mail_ind {
	struct mail *m;
	enum tilstand tilstand;
	bool ejer, store; /* store: uids are of mails that are too big */
	bool afgivet;     /* the receipt stands in the open batch */
	struct plb_loop_timer *pause;
	struct plb_overfoersel *overfoersel; /* under way, in the states that have one */
	struct plb_buf rum;
	uint32_t uid[PLB_OVF_UIDS];
	size_t n, i; /* uid[i] is at hand */
};

static void hvil(struct mail_ind *ind, int64_t ms);
static void svar(void *arg, const struct plb_ovf_svar *s);

static void
bestil(struct mail_ind *ind, enum tilstand tilstand, enum plb_ovf_art art, const char *soeg)
{
	const struct plb_conf_dispatch *conf = &ind->m->d->conf;
	struct plb_ovf_bestilling b = mail_bestilling(ind->m, art, conf->mail.imap);
	struct plb_errctx ec = {0};

	b.soeg = soeg;
	b.response_max = MAIL_MAX;
	b.uid = ind->i < ind->n ? ind->uid[ind->i] : 0;
	b.done = svar;
	b.arg = ind;
	ind->tilstand = tilstand;
	if (ind->m->d->stopper)
		return; /* what is not marked is read again in the next life */
	if (plb_overfoer(ind->m->overfoersler, &b, &ind->overfoersel, &ec) == PLB_OK)
		return;
	plb_log(PLB_LOG_ERROR, "mailbox not read", plb_f_str("fejl", ec.text));
	hvil(ind, conf->mail.poll_ms);
}

static void
hvil(struct mail_ind *ind, int64_t ms)
{
	ind->tilstand = IND_HVILER;
	ind->n = ind->i = 0;
	ind->store = false;
	if (ind->ejer)
		plb_loop_timer_in(ind->pause, ms);
}

static void
begynd(void *arg)
{
	struct mail_ind *ind = arg;

	bestil(ind, IND_SOEGER_STORE, PLB_OVF_IMAP_SOEG, SOEG_FOR_STORE);
}

static void
maerk(struct mail_ind *ind, const char *flag)
{
	bestil(ind, IND_MAERKER, PLB_OVF_IMAP_FLAG, flag);
}

/* The mail at hand, or the next search. */
static void
naeste(struct mail_ind *ind)
{
	if (ind->i < ind->n && ind->store) {
		plb_log(PLB_LOG_WARN, "mail is too big for an answer: marked, not read",
		    plb_f_int("uid", ind->uid[ind->i]));
		metric_mail(DISPATCH_MAIL_FOR_STOR);
		maerk(ind, FLAG_ANDET);
	} else if (ind->i < ind->n) {
		bestil(ind, IND_HENTER, PLB_OVF_IMAP_HENT, NULL);
	} else if (ind->store) {
		ind->store = false;
		bestil(ind, IND_SOEGER, PLB_OVF_IMAP_SOEG, SOEG);
	} else {
		hvil(ind, ind->m->d->conf.mail.poll_ms);
	}
}

/* Nothing of the mail is logged: its number finds it. */
static void
laes(struct mail_ind *ind, struct plb_slice mail)
{
	struct dispatch *d = ind->m->d;
	struct mail_afgoerelse a;
	struct mail_laest m;
	struct udfald u = {.art = UDFALD_MAIL};

	mail_laes(mail, &ind->rum, &m);
	mail_bedoem(&m, ind->m->crypto, d->conf.mail.sender, d->partnere, &a);
	metric_mail((enum dispatch_mail)a.dom);
	if (a.dom != MAIL_KVITTERING) {
		plb_log(PLB_LOG_WARN, "mail is no receipt: marked",
		    plb_f_int("uid", ind->uid[ind->i]), plb_f_str("dom", mail_dom_navn(a.dom)));
		maerk(ind, FLAG_ANDET);
		return;
	}
	u.org = a.org;
	u.id = a.leveringid;
	u.kvittering = a.status;
	u.aarsag = a.aarsag;
	ind->tilstand = IND_VENTER;
	ind->afgivet = false;
	if (!udfald_giv(d, MAIL_PARTITION, u))
		hvil(ind, d->conf.mail.poll_ms);
}

/* What the server will not do with one mail must not keep the others waiting: a mail that it does
 * not hand out is marked, one that it does not mark comes again. */
static void
mislykket(struct mail_ind *ind, const struct plb_ovf_svar *s)
{
	bool denne = s->udfald == PLB_OVF_AFVIST || s->udfald == PLB_OVF_FINDES_IKKE ||
	    s->udfald == PLB_OVF_FOR_STOR;

	plb_log(PLB_LOG_WARN, "mailbox not read", plb_f_str("fejl", s->error));
	metric_mail(DISPATCH_MAIL_FEJL);
	if (denne && ind->tilstand == IND_HENTER) {
		maerk(ind, FLAG_ANDET);
	} else if (denne && ind->tilstand == IND_MAERKER) {
		ind->i++;
		naeste(ind);
	} else {
		hvil(ind, ind->m->d->conf.mail.poll_ms);
	}
}

static void
svar(void *arg, const struct plb_ovf_svar *s)
{
	struct mail_ind *ind = arg;

	ind->overfoersel = NULL;
	if (s->udfald != PLB_OVF_OK) {
		mislykket(ind, s);
		return;
	}
	if (ind->tilstand == IND_HENTER) {
		laes(ind, s->body);
		return;
	}
	if (ind->tilstand == IND_MAERKER) {
		ind->i++;
	} else {
		ind->store = ind->tilstand == IND_SOEGER_STORE;
		ind->i = 0;
		ind->n = s->n_uids;
		for (size_t i = 0; i < s->n_uids; i++)
			ind->uid[i] = s->uids[i];
	}
	naeste(ind);
}

enum plb_err
mail_ind_kvitter(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u,
    struct plb_time now, struct plb_errctx *ec)
{
	struct plb_time tid = now.ms == PLB_TIME_UNSET.ms ? plb_time_now() : now;
	struct kvittering_post k = {.id = u->id,
	    .status = (int)u->kvittering,
	    .aarsag = plb_slice_str(u->aarsag),
	    .organisation = plb_org_slice(&u->org),
	    .tid = tid};
	char id[PLB_UUID_TEXT], status[8];
	struct plb_slice dele[2] = {plb_slice_str("mail"), {NULL, 0}};
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts t;
	struct plb_event ev = {.type = plb_slice_str("dk.parloeb.kvittering"),
	    .source = plb_slice_str("/parloeb/dispatch"),
	    .time = tid};

	status[0] = (char)('0' + (int)u->kvittering);
	dele[1] = plb_slice(status, 1);
	ev.id = plb_slice_str(plb_uuid_text(plb_uuid5(u->id, dele, 2), id));
	if (d->mail != NULL && d->mail->ind != NULL)
		d->mail->ind->afgivet = true;
	return skridt_fejl(plb_flow_emit(tx, "postkasse", -1, plb_org_slice(&u->org),
			       dispatch_wire_skriv(d->wire, SLAGS_KVITTERING, &k), h,
			       plb_event_headers(&ev, &t, h)),
	    "receipt", ec);
}

void
mail_ind_afgjort(struct mail *m, bool bekraeftet)
{
	struct mail_ind *ind = m == NULL ? NULL : m->ind;

	if (ind == NULL || ind->tilstand != IND_VENTER || !ind->afgivet)
		return;
	ind->afgivet = false; /* after an abort the runtime hands the outcome in again */
	if (bekraeftet)
		maerk(ind, FLAG_KVITTERING);
}

void
mail_ind_ejer(struct mail *m, bool ejer)
{
	struct mail_ind *ind = m == NULL ? NULL : m->ind;

	if (ind == NULL)
		return;
	ind->ejer = ejer;
	if (ind->overfoersel != NULL)
		plb_overfoersel_drop(&ind->overfoersel);
	plb_loop_timer_off(ind->pause);
	hvil(ind, 0);
}

enum plb_err
mail_ind_new(struct mail *m, struct mail_ind **out, struct plb_errctx *ec)
{
	struct mail_ind *ind = calloc(1, sizeof(*ind));

	*out = ind;
	if (ind == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	ind->m = m;
	plb_buf_init(&ind->rum, MAIL_MAX);
	ind->pause = plb_loop_timer_new(m->d->loop, begynd, ind);
	return ind->pause == NULL ? plb_err_set(ec, PLB_E_HUKOMMELSE, "timer") : PLB_OK;
}

void
mail_ind_free(struct mail_ind **ip)
{
	struct mail_ind *ind = *ip;

	*ip = NULL;
	if (ind == NULL)
		return;
	if (ind->overfoersel != NULL)
		plb_overfoersel_drop(&ind->overfoersel);
	plb_loop_timer_free(&ind->pause);
	plb_buf_fini(&ind->rum);
	free(ind);
}
