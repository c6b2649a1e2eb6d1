// SPDX-License-Identifier: MPL-2.0
#include "sftp.h"

#include <stdio.h>
#include <stdlib.h>

/* When a file is made, and what follows what. */

/* Organisations with a file under way, and with a look for acknowledgements: neither waits for the
 * other. */
#define FILER_MAX 4
#define SVAR_MAX 2
#define UR_MS 60000 /* the clock may be set: looked at this often at least */
#define FORBIND_MS 30000
#define PAUSE_LAENGST_MS (3600 * (int64_t)1000)
#define ARENA_MAX ((size_t)16 << 20)

static void (*const begynder[SFTP_FASER])(struct sftp *s) = {
    [SFTP_LAESER] = sftp_laes_ud,
    [SFTP_BYGGER] = sftp_byg,
    [SFTP_LAEGGER] = sftp_laeg,
    [SFTP_SER_EFTER] = sftp_se_efter,
    [SFTP_HENTER] = sftp_hent,
    [SFTP_KVITTERER] = sftp_kvitter,
};

static struct sftp *
af(struct plb_map_node *n)
{
	return (struct sftp *)(void *)((char *)n - offsetof(struct sftp, node));
}

struct sftp *
sftp_find(const struct dispatch *d, const struct plb_org *org)
{
	struct plb_map_node *n = plb_map_get(&d->sftp->af_org, plb_org_slice(org));

	return n == NULL ? NULL : af(n);
}

const struct plb_sftp_conf *
sftp_konf(const struct sftp *s)
{
	const struct plb_partner *p = plb_partner_by_org(s->d->partnere, &s->org);

	return p != NULL && p->sftp.url != NULL ? &p->sftp : NULL;
}

/* ---- what follows what ---- */

void
sftp_gaa(struct sftp *s, enum sftp_fase fase)
{
	s->fase = fase;
	if (fase == SFTP_HVILER) {
		sftp_ryd(s);
		plb_loop_timer_in(s->d->sftp->ur, 0);
	} else if (begynder[fase] != NULL) {
		plb_loop_timer_in(s->tur, 0);
	}
}

/* A turn of what is under way. */
static void
tur(void *arg)
{
	struct sftp *s = arg;

	if (sftp_konf(s) == NULL || s->d->stopper)
		sftp_gaa(s, SFTP_HVILER);
	else if (begynder[s->fase] != NULL)
		begynder[s->fase](s);
}

void
sftp_giv(struct sftp *s, struct udfald u)
{
	u.art = UDFALD_SFTP;
	u.org = s->org;
	s->fase = SFTP_OVERGIVET;
	if (!udfald_giv(s->d, s->partition, u))
		sftp_gaa(s, SFTP_HVILER);
}

bool
sftp_overfoer(struct sftp *s, struct plb_ovf_bestilling b, struct plb_errctx *ec)
{
	const struct plb_sftp_conf *k = sftp_konf(s);
	struct sftp_alle *a = s->d->sftp;

	if (a->overfoersler == NULL)
		a->overfoersler = plb_overfoersler_new(s->d->loop, FILER_MAX + SVAR_MAX, ec);
	if (a->overfoersler == NULL || k == NULL)
		return false;
	b.url = k->url;
	b.user = k->user;
	b.key_file = k->key_file;
	b.known_hosts = k->known_hosts;
	b.allow_private = k->allow_private;
	b.connect_timeout_ms = FORBIND_MS;
	b.arg = s;
	return plb_overfoer(a->overfoersler, &b, &s->o, ec) == PLB_OK;
}

/* ---- the clock ---- */

/* What an organisation at rest is to begin, and since when; false: nothing yet. *naeste: when next.
 */
static bool
forfalden(const struct sftp *s, bool svar, int64_t nu_ms, int64_t *siden, int64_t *naeste)
{
	if (s->fase != SFTP_HVILER || sftp_konf(s) == NULL || !s->d->ejer[s->partition] ||
	    (svar && (!s->t.findes || s->t.n_ventende == 0)))
		return false;
	*siden = svar ? s->svar_ms : s->t.findes ? s->t.naeste : 0;
	if (*siden > nu_ms && *siden < *naeste)
		*naeste = *siden;
	return *siden <= nu_ms;
}

/* The one that has waited longest. NULL: none is due. */
static struct sftp *
laengst(struct dispatch *d, bool svar, int64_t nu_ms, int64_t *naeste)
{
	struct sftp *foerst = NULL;
	int64_t siden, mindst = 0;
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&d->sftp->af_org, &it)) != NULL) {
		if (!forfalden(af(n), svar, nu_ms, &siden, naeste) ||
		    (foerst != NULL && siden >= mindst))
			continue;
		foerst = af(n);
		mindst = siden;
	}
	return foerst;
}

static void
begynd_paa(struct sftp *s, bool svar, int64_t nu_ms)
{
	s->svarer = svar;
	if (!svar && !s->t.findes)
		sftp_giv(s, (struct udfald){.sftp = SFTP_U_BEGYND});
	else if (!svar)
		sftp_gaa(s, SFTP_LAESER);
	if (!svar)
		return;
	s->svar_ms = nu_ms + s->d->conf.sftp_look_ms;
	sftp_gaa(s, SFTP_SER_EFTER);
}

static void
ur(void *arg)
{
	static const size_t hoejst[2] = {FILER_MAX, SVAR_MAX};
	struct dispatch *d = arg;
	int64_t nu = plb_time_now().ms, naeste = nu + UR_MS, fejler = 0;
	size_t it = 0, igang[2] = {0, 0};
	struct plb_map_node *n;
	struct sftp *s;

	while ((n = plb_map_next(&d->sftp->af_org, &it)) != NULL) {
		igang[af(n)->svarer] += af(n)->fase != SFTP_HVILER;
		fejler += af(n)->t.forsoeg > 0;
	}
	metric_saet(DISPATCH_M_SFTP_FEJLER, fejler);
	for (int svar = 0; svar < 2 && !d->stopper; svar++)
		while (igang[svar] < hoejst[svar] &&
		    (s = laengst(d, svar == 1, nu, &naeste)) != NULL) {
			begynd_paa(s, svar == 1, nu);
			igang[svar]++;
		}
	plb_loop_timer_in(d->sftp->ur, naeste > nu ? naeste - nu : 0);
}

/* ---- what an outcome changes ---- */

static enum plb_err
begynd(struct sftp *s, struct plb_flow_tx *tx, struct plb_errctx *ec)
{
	const struct endepunkt *ep = plan_endepunkt(&s->d->plan, plb_org_slice(&s->org));

	/* What its feed has been read past lies behind it. */
	s->t.position = ep == NULL ? 0 : ep->markoer;
	s->t.naeste = sftp_naeste(sftp_konf(s)->tid, plb_time_now()).ms;
	return sftp_afgoer(s, tx, SFTP_HVILER, ec);
}

/* The file is given its name and its end, before anything leaves; without messages there is none.
 */
static enum plb_err
laest(struct sftp *s, struct plb_flow_tx *tx, struct plb_errctx *ec)
{
	struct sftp_tilstand *t = &s->t;
	char i_dag[PLB_DATO_TEXT];

	if (t->til == 0 && s->n == 0) {
		t->position = s->laest_til;
		t->naeste = sftp_naeste(sftp_konf(s)->tid, plb_time_now()).ms;
		t->bestilt = false;
		return sftp_afgoer(s, tx, SFTP_HVILER, ec);
	}
	sftp_kasserede(s, tx);
	if (t->til == 0) {
		plb_dato_text(plb_time_dato(plb_time_now()), i_dag);
		t->fil.nummer = sftp_nummer(t->fil.dato, t->fil.nummer, i_dag);
		memcpy(t->fil.dato, i_dag, sizeof(i_dag));
		t->til = s->laest_til;
		t->bestilt = false;
	}
	return sftp_afgoer(s, tx, SFTP_BYGGER, ec);
}

static void
vent_paa_svar(struct sftp_tilstand *t, int64_t nu_ms)
{
	size_t gamle = 0;

	while (gamle < t->n_ventende &&
	    (t->n_ventende - gamle == SFTP_VENTENDE ||
		nu_ms - t->ventende[gamle].lagt > FORAELD_MS))
		gamle++;
	t->n_ventende -= gamle;
	memmove(t->ventende, t->ventende + gamle, t->n_ventende * sizeof(t->ventende[0]));
	t->ventende[t->n_ventende++] = (struct sftp_ventende){t->fil, nu_ms};
}

/* It is in place: what it holds is fetched, as when a reader of the feed goes past it. */
static enum plb_err
lagt(struct sftp *s, struct plb_flow_tx *tx, struct plb_time now, struct plb_errctx *ec)
{
	struct endepunkt *ep = plan_endepunkt(&s->d->plan, plb_org_slice(&s->org));
	int64_t nu = plb_time_now().ms;
	struct sftp_tilstand *t = &s->t;
	enum plb_err err = sftp_glem_kasserede(s, tx, ec);

	if (err == PLB_OK && ep != NULL)
		err = post_flyt_markoer(s->d, tx, ep, t->til, now, ec);
	if (err != PLB_OK)
		return err;
	metric(DISPATCH_M_SFTP_FILER);
	t->position = t->til;
	t->til = t->forsoeg = 0;
	t->aarsag[0] = '\0';
	/* One that was read again may have been cut by the cap: the next look tells. */
	t->naeste = s->flere || s->genlaest || t->bestilt
	    ? nu
	    : sftp_naeste(sftp_konf(s)->tid, plb_time_now()).ms;
	vent_paa_svar(t, nu);
	return sftp_afgoer(s, tx, SFTP_HVILER, ec);
}

/* The endpoint's own fault waits as a paused endpoint does, another as an attempt by the schedule;
 * a file is never given up. */
static int64_t
pause(const struct sftp *s, enum svarklasse klasse)
{
	const struct plb_ms_list *plan = &s->d->conf.retry;
	int32_t n = s->t.forsoeg;
	int64_t ms = s->d->conf.probe_ms;

	if (klasse == SVAR_MIDLERTIDIG)
		return plan->ms[(size_t)n < plan->n ? (size_t)n : plan->n - 1];
	while (--n > 0 && ms < PAUSE_LAENGST_MS)
		ms *= 2;
	return ms < PAUSE_LAENGST_MS ? ms : PAUSE_LAENGST_MS;
}

static enum plb_err
fejl(struct sftp *s, struct plb_flow_tx *tx, const struct udfald *u, struct plb_errctx *ec)
{
	struct sftp_tilstand *t = &s->t;
	char navn[SFTP_NAVN];

	t->forsoeg++;
	snprintf(t->aarsag, sizeof(t->aarsag), "%s", u->tekst);
	t->naeste = plb_time_now().ms + pause(s, u->klasse);
	metric(DISPATCH_M_SFTP_FORSOEG);
	plb_log(u->klasse == SVAR_PAUSE ? PLB_LOG_ERROR : PLB_LOG_WARN,
	    u->klasse == SVAR_PAUSE ? "file not delivered: the endpoint is paused"
				    : "file not delivered, tried again",
	    plb_f_str("fil", sftp_navn(&s->org, t->fil.dato, t->fil.nummer, navn)),
	    plb_f_int("forsoeg", t->forsoeg), plb_f_str("aarsag", u->tekst));
	return sftp_afgoer(s, tx, SFTP_HVILER, ec);
}

static enum plb_err
aendr(struct sftp *s, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	switch ((enum sftp_udfald)u->sftp) {
	case SFTP_U_BEGYND:
		return begynd(s, tx, ec);
	case SFTP_U_LAEST:
		return laest(s, tx, ec);
	case SFTP_U_LAGT:
		return lagt(s, tx, now, ec);
	case SFTP_U_FEJL:
		return fejl(s, tx, u, ec);
	case SFTP_U_LINJER:
		return sftp_linjer(s, tx, u, now, ec);
	}
	return plb_err_set(ec, PLB_E_INTERN, "file: outcome of kind %d", u->sftp);
}

enum plb_err
sftp_udfald(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct sftp *s = sftp_find(d, &u->org);

	/* Of an earlier life of the partition, or its partner file has lost the channel. */
	if (s == NULL || s->fase != SFTP_OVERGIVET)
		return PLB_OK;
	if (sftp_konf(s) == NULL) {
		sftp_gaa(s, SFTP_HVILER);
		return PLB_OK;
	}
	/* A refusal would leave it waiting for a commit that never comes. */
	return skridt_fejl(aendr(s, tx, u, now, ec), "file", ec);
}

enum plb_err
sftp_bestil(
    struct dispatch *d, struct plb_flow_tx *tx, const struct plb_org *org, struct plb_errctx *ec)
{
	struct sftp *s = sftp_find(d, org);
	int64_t nu = plb_time_now().ms;

	if (s == NULL || sftp_konf(s) == NULL) {
		metric(DISPATCH_M_KOMMANDO_UKENDT);
		return PLB_OK;
	}
	s->t.bestilt = true;
	if (s->t.naeste > nu)
		s->t.naeste = nu;
	return sftp_gem(s, tx, ec); /* what is under way goes on, and another file follows */
}

/* ---- life ---- */

void
sftp_bekraeftet(struct dispatch *d)
{
	struct plb_map_node *n;
	size_t it = 0;

	if (!d->sftp->skrevet)
		return;
	d->sftp->skrevet = false;
	while ((n = plb_map_next(&d->sftp->af_org, &it)) != NULL) {
		struct sftp *s = af(n);

		if (s->afgjort)
			sftp_gaa(s, s->efter);
		s->afgjort = false;
	}
	plb_loop_timer_in(d->sftp->ur, 0);
}

void
sftp_genopbyg_begynd(struct dispatch *d, int32_t partition)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&d->sftp->af_org, &it)) != NULL) {
		struct sftp *s = af(n);

		if (s->partition != partition)
			continue;
		s->t = (struct sftp_tilstand){.findes = false};
		s->afgjort = false;
	}
}

bool
sftp_genopbyg(struct dispatch *d, const struct plb_org *org, struct plb_slice blob)
{
	struct sftp *s = sftp_find(d, org);

	return s == NULL || sftp_laes(s, blob);
}

static void
fri(struct sftp *s)
{
	plb_map_del(&s->d->sftp->af_org, &s->node);
	plb_overfoersel_drop(&s->o);
	sftp_ryd(s);
	plb_map_fini(&s->raekker);
	plb_buf_fini(&s->krop);
	plb_loop_timer_free(&s->tur);
	free(s);
}

void
sftp_partner(struct dispatch *d, const struct plb_org *org, int32_t partition)
{
	const struct plb_partner *p = plb_partner_by_org(d->partnere, org);
	struct sftp *s = sftp_find(d, org);

	if (p == NULL || p->sftp.url == NULL)
		return;
	plb_loop_timer_in(d->sftp->ur, 0);
	if (s != NULL)
		return;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return; /* looked for again with the next partner files */
	s->d = d;
	s->org = *org;
	s->partition = partition;
	s->sidste = &s->foerste;
	plb_map_init(&s->raekker, 0);
	s->node.key = plb_org_slice(&s->org);
	s->tur = plb_loop_timer_new(d->loop, tur, s);
	if (s->tur == NULL || plb_map_add(&d->sftp->af_org, &s->node) != PLB_OK) {
		plb_loop_timer_free(&s->tur);
		free(s);
	}
}

void
sftp_slip(struct dispatch *d, int32_t partition)
{
	struct plb_map_node *n;
	size_t it = 0;

	if (d->sftp == NULL)
		return;
	ud_laeser_glem(d->sftp->laeser, partition);
	while ((n = plb_map_next(&d->sftp->af_org, &it)) != NULL) {
		if (partition >= 0 && af(n)->partition != partition)
			continue;
		fri(af(n));
		it = 0; /* the walk does not outlive a removal */
	}
}

enum plb_err
sftp_alle_new(struct dispatch *d, struct plb_bus *bus, struct plb_errctx *ec)
{
	struct sftp_alle *a = calloc(1, sizeof(*a));

	d->sftp = a;
	if (a == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	plb_map_init(&a->af_org, 0);
	plb_arena_init(&a->arena, ARENA_MAX);
	a->ur = plb_loop_timer_new(d->loop, ur, d);
	if (a->ur == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	return ud_laeser_new(d->loop, bus, sftp_laest, d, &a->laeser, ec);
}

void
sftp_alle_free(struct dispatch *d)
{
	struct sftp_alle *a = d->sftp;

	if (a == NULL)
		return;
	if (a->laeser != NULL)
		sftp_slip(d, -1);
	plb_overfoersler_free(&a->overfoersler);
	ud_laeser_free(&a->laeser);
	plb_loop_timer_free(&a->ur);
	plb_map_fini(&a->af_org);
	plb_arena_fini(&a->arena);
	free(a);
	d->sftp = NULL;
}
