// SPDX-License-Identifier: MPL-2.0
#include "bane.h"

#include <stdio.h>
#include <stdlib.h>

#define DAG_MS INT64_C(86400000)
#define VINDUE_MS (30 * DAG_MS)

static struct plb_kalender *
kalender(void)
{
	struct plb_errctx ec = {{0}};
	struct plb_kalender *k = NULL;
	static char text[65536];
	size_t n;
	FILE *f = fopen(PLB_SOURCE_DIR "/config/koder/helligdage.csv", "rb");

	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	assert_in_range(n, 1, sizeof(text) - 1);
	assert_int_equal(plb_kalender_parse(plb_slice(text, n), &k, &ec), PLB_OK);
	return k;
}

struct regler
bane_regler(void)
{
	struct regler rr = {.n = 1, .kalender = kalender()};

	rr.r[0] = (struct regelsaet){.id = "lab-2024",
	    .version = 1,
	    .fra = dato("2024-01-01"),
	    .til = dato("2026-06-30"),
	    .overdragelse = true,
	    .graense_c = {41000, 33300},
	    .norm_c = {16033, 13000},
	    .foerste_samtale_dage = 14,
	    .sammen = {{10, 7}, {10, 17}, {15, 7}, {15, 17}},
	    .n_sammen = 4,
	    .forvarsel_arbejdsdage = -1,
	    .deling = DELING_PAKKEFRIST,
	    .pakkefrist_arbejdsdage = 5,
	    .referat_frist_arbejdsdage = 1,
	    .haardt_stop_arbejdsdage = 10,
	    .overskredet_arbejdsdage = 3,
	    .timer_vent_arbejdsdage = 5};
	return rr;
}

struct bane *
bane_new(void)
{
	struct bane *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	plb_arena_init(&b->a, (size_t)256 << 20);
	b->rr = bane_regler();
	b->ur = PLB_TIME_UNSET;
	b->naeste = PLB_TIME_NEVER;
	bane_afsender(b, "akasse:hk");
	return b;
}

void
bane_free(struct bane *b)
{
	plb_kalender_free(&b->rr.kalender);
	plb_arena_fini(&b->a);
	free(b);
}

struct plb_dato
dato(const char *text)
{
	struct plb_dato d;

	assert_int_equal(plb_dato_parse(plb_slice_str(text), &d), PLB_OK);
	return d;
}

struct plb_time
tid(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(text), &t), PLB_OK);
	return t;
}

struct plb_org
org(const char *text)
{
	struct plb_org o;

	assert_int_equal(plb_org_parse(plb_slice_str(text), &o), PLB_OK);
	return o;
}

struct plb_maaned
maaned(const char *text)
{
	struct plb_maaned m;

	assert_int_equal(plb_maaned_parse(plb_slice_str(text), &m), PLB_OK);
	return m;
}

struct plb_uuid
uuid(unsigned n)
{
	struct plb_uuid u = {{0}};

	u.b[0] = (uint8_t)(n >> 24);
	u.b[1] = (uint8_t)(n >> 16);
	u.b[2] = (uint8_t)(n >> 8);
	u.b[3] = (uint8_t)n;
	u.b[15] = 1;
	return u;
}

void
bane_afsender(struct bane *b, const char *o)
{
	struct plb_org parsed = org(o);

	memcpy(b->afsender, parsed.text, sizeof(b->afsender));
}

/* What the kept events hold, as the service would. */
static size_t
kasse(struct bane *b, struct emne e, bool ny)
{
	size_t i, fri = KASSE_MAX;

	for (i = 0; i < KASSE_MAX; i++) {
		if (!b->kasse[i].brugt)
			fri = fri == KASSE_MAX ? i : fri;
		else if (b->kasse[i].emne.art == e.art && plb_uuid_eq(b->kasse[i].emne.id, e.id))
			return i;
	}
	assert_true(ny && fri < KASSE_MAX);
	return fri;
}

static const char *
navn(const struct haendelse *h)
{
	return (const char *)h->ev.type.p;
}

/* The event at hand: the fact's, or the one that waited. */
static const struct haendelse *
ved_haanden(struct bane *b, const struct effekt *e, const struct haendelse *h)
{
	if (plb_uuid_is_nil(e->genspil))
		return h;
	return &b->kasse[kasse(b, (struct emne){'v', e->genspil}, false)].h;
}

static void
gem(struct bane *b, const struct effekt *e, const struct haendelse *h)
{
	size_t i = kasse(b, e->emne, true);

	b->kasse[i].brugt = true;
	b->kasse[i].emne = e->emne;
	b->kasse[i].h = *h;
}

static void
saml(struct bane *b, const struct effekt *e, const struct haendelse *h)
{
	struct besked *m = &b->besked[b->n];

	assert_in_range(b->n, 0, BESKEDER_MAX - 1);
	*m = (struct besked){.e = *e, .ur = b->ur};
	switch (e->art) {
	case EFFEKT_GEM:
		gem(b, e, ved_haanden(b, e, h));
		return;
	case EFFEKT_GLEM:
		b->kasse[kasse(b, e->emne, false)].brugt = false;
		return;
	case EFFEKT_UDFALD:
		assert_true(b->kasse[kasse(b, e->emne, false)].brugt);
		b->udfald = e->u.udfald.trin;
		return;
	case EFFEKT_RELAE:
		snprintf(m->type, sizeof(m->type), "%s", navn(ved_haanden(b, e, h)));
		break;
	case EFFEKT_RELAE_GEMT:
		h = &b->kasse[kasse(b, e->emne, false)].h;
		snprintf(m->type, sizeof(m->type), "%s", navn(h));
		m->version =
		    h->type == HAENDELSE_REFERAT_PUBLICERET ? h->u.referat_publiceret.version : 0;
		m->ting = e->emne.id;
		break;
	case EFFEKT_LAVET:
		snprintf(m->type, sizeof(m->type), "%s", lavet_navn(e->type));
		break;
	}
	b->n++;
}

static void
saml_alle(struct bane *b, const struct haendelse *h)
{
	size_t i;

	for (i = 0; i < b->out.n; i++)
		saml(b, &b->out.e[i], h);
}

static enum plb_err
hent(void *arg, struct emne e, struct haendelse *out)
{
	struct bane *b = arg;

	*out = b->kasse[kasse(b, e, false)].h;
	return PLB_OK;
}

struct forloeb_grund
bane_grund(struct bane *b)
{
	return (struct forloeb_grund){.rr = &b->rr,
	    .vindue_ms = VINDUE_MS,
	    .vente_ms = 30 * DAG_MS,
	    .behold_ms = 1096 * DAG_MS,
	    .hent = hent,
	    .arg = b};
}

void
bane_saml(struct bane *b)
{
	saml_alle(b, NULL);
}

void
bane_ur_ms(struct bane *b, struct plb_time t)
{
	struct forloeb_grund g = bane_grund(b);
	char *id;

	while (b->naeste.ms != INT64_MAX && b->naeste.ms <= t.ms) {
		struct plb_time due = b->naeste;

		b->ur = due;
		id = plb_arena_printf(&b->a, "timer-%lld", (long long)due.ms);
		assert_int_equal(
		    forloeb_timer(&b->p, plb_slice_str(id), due, &g, &b->a, &b->out, &b->naeste),
		    PLB_OK);
		assert_true(b->naeste.ms > due.ms); /* a timer moves on */
		saml_alle(b, NULL);
	}
	b->ur = t;
}

void
bane_ur(struct bane *b, const char *t)
{
	bane_ur_ms(b, tid(t));
}

static const char *const navne[HAENDELSE_TYPER] = {
    [HAENDELSE_UKENDT] = "ukendt",
    [HAENDELSE_MEMBER_REGISTERED] = "member-registered",
    [HAENDELSE_MEMBER_DEREGISTERED] = "member-deregistered",
    [HAENDELSE_TIMER_INDBERETTET] = "timer-indberettet",
    [HAENDELSE_SAMTALE_HELD] = "samtale-held",
    [HAENDELSE_SAMTALE_KORRIGERET] = "samtale-korrigeret",
    [HAENDELSE_SAMTALE_TILBAGEKALDT] = "samtale-tilbagekaldt",
    [HAENDELSE_REFERAT_PUBLICERET] = "referat-publiceret",
    [HAENDELSE_REFERAT_TILBAGEKALDT] = "referat-tilbagekaldt",
    [HAENDELSE_OPKVALIFICERING_INDSTILLET] = "opkvalificering-indstillet",
    [HAENDELSE_OPKVALIFICERING_TRUKKET] = "opkvalificering-trukket",
    [HAENDELSE_OPKVALIFICERING_BESVARET] = "opkvalificering-besvaret",
    [HAENDELSE_NUPH_MODTAGET] = "nuph-modtaget",
    [HAENDELSE_RAADIGHED_VURDERET] = "raadighed-vurderet",
    [HAENDELSE_PLAN_AENDRET] = "plan-aendret",
    [HAENDELSE_FRIST_AENDRET] = "frist-aendret",
    [HAENDELSE_WORKSHOP_TILMELDT] = "workshop-tilmeldt",
    [HAENDELSE_PERSONGRUPPE_MARKERET] = "persongruppe-markeret",
    [HAENDELSE_CV_GODKENDT] = "cv-godkendt",
    [HAENDELSE_JOBLOG_STATUS] = "joblog-status",
    [HAENDELSE_JOBFORMIDLING_HENVIST] = "jobformidling-henvist",
    [HAENDELSE_BESKED_SENDT] = "besked-sendt",
    [HAENDELSE_INDKALDELSE_OPRETTET] = "indkaldelse-oprettet",
    [HAENDELSE_INDKALDELSE_AENDRET] = "indkaldelse-aendret",
    [HAENDELSE_INDKALDELSE_ANNULLERET] = "indkaldelse-annulleret",
    [HAENDELSE_MEMBERSHIP_CHANGED] = "membership-changed",
    [HAENDELSE_MYNDIGHED_AENDRET] = "myndighed-aendret",
    [HAENDELSE_OVERDRAGELSE_ANMODET] = "overdragelse-anmodet",
    [HAENDELSE_ANSVAR_AENDRET] = "ansvar-aendret",
    [HAENDELSE_FRAVAER_AENDRET] = "fravaer-aendret",
    [HAENDELSE_KONTAKTGRUPPE_AENDRET] = "kontaktgruppe-aendret",
    [HAENDELSE_SAMTALE_FRITAGET] = "samtale-fritaget",
    [HAENDELSE_DELTAGELSESVALG_AENDRET] = "deltagelsesvalg-aendret",
    [HAENDELSE_PERSON_IDENTITET_AENDRET] = "person-identitet-aendret",
};

struct haendelse
h_ny(struct bane *b, enum haendelse_type type)
{
	struct haendelse h = {.type = type};
	unsigned nr = ++b->nr;

	h.ev.id = plb_slice_str(plb_arena_printf(&b->a, "h-%06u", nr));
	h.ev.org = org(b->afsender);
	h.ev.source = plb_slice_str(plb_arena_printf(&b->a, "/%s/test", b->afsender));
	h.ev.type = plb_slice_str(navne[type]);
	h.ev.time = b->ur;
	h.ev.has_person = true;
	h.ev.has_hmac = true;
	memcpy(h.ev.hmac, &nr, sizeof(nr));
	return h;
}

struct haendelse
h_tilmeld(struct bane *b, unsigned id, const char *tilmeldingsdato)
{
	struct haendelse h = h_ny(b, HAENDELSE_MEMBER_REGISTERED);

	h.u.member_registered.tilmelding_id = uuid(id);
	h.u.member_registered.tilmeldingsdato = dato(tilmeldingsdato);
	h.u.member_registered.akassekode = plb_slice_str("hk");
	h.u.member_registered.kommunekode = plb_slice_str("0461");
	return h;
}

struct haendelse
h_tilmeld_hos(struct bane *b, unsigned id, const char *tilmeldingsdato, const char *akassekode)
{
	struct haendelse h = h_tilmeld(b, id, tilmeldingsdato);

	h.u.member_registered.akassekode = plb_slice_str(akassekode);
	return h;
}

struct haendelse
h_afmeld(struct bane *b, unsigned id, const char *afmeldingsdato)
{
	struct haendelse h = h_ny(b, HAENDELSE_MEMBER_DEREGISTERED);

	h.u.member_deregistered.tilmelding_id = uuid(id);
	h.u.member_deregistered.afmeldingsdato = dato(afmeldingsdato);
	return h;
}

struct haendelse
h_timer(struct bane *b, const char *m, int64_t timer_c)
{
	struct haendelse h = h_ny(b, HAENDELSE_TIMER_INDBERETTET);

	h.u.timer_indberettet.dagpengemaaned = plb_slice_str(m);
	h.u.timer_indberettet.udbetalte_timer_c = timer_c;
	return h;
}

struct haendelse
h_samtale(struct bane *b, unsigned id, const char *afholdt)
{
	struct haendelse h = h_ny(b, HAENDELSE_SAMTALE_HELD);
	int32_t *typer = plb_arena_calloc(&b->a, 2, sizeof(*typer));

	assert_non_null(typer);
	typer[0] = 7;
	h.u.samtale_held.samtale_id = uuid(id);
	h.u.samtale_held.samtaletyper = (struct plb_list){typer, 1};
	h.u.samtale_held.afholdt = tid(afholdt);
	return h;
}

struct haendelse
h_referat(struct bane *b, unsigned id, unsigned samtale, int32_t version)
{
	struct haendelse h = h_ny(b, HAENDELSE_REFERAT_PUBLICERET);

	h.u.referat_publiceret.referat_id = uuid(id);
	h.u.referat_publiceret.samtale_id = uuid(samtale);
	h.u.referat_publiceret.version = version;
	return h;
}

struct haendelse
h_indkaldelse(struct bane *b, enum haendelse_type type, unsigned id, const char *start,
    const char *const *gaester)
{
	struct haendelse h = h_ny(b, type);
	struct plb_slice *s;

	h.u.indkaldelse_oprettet.indkaldelse_id = uuid(id);
	h.u.indkaldelse_oprettet.samtaletype = 7;
	h.u.indkaldelse_oprettet.start = tid(start);
	for (; gaester != NULL && *gaester != NULL; gaester++) {
		s = plb_list_add(&h.u.indkaldelse_oprettet.gaester, &b->a, sizeof(*s), 32);
		assert_non_null(s);
		*s = plb_slice_str(*gaester);
	}
	return h;
}

struct haendelse
h_medlemskab(struct bane *b, enum aendring aendring, const char *akasse, const char *startdato)
{
	struct haendelse h = h_ny(b, HAENDELSE_MEMBERSHIP_CHANGED);
	struct membership_changed *d = &h.u.membership_changed;
	bool ud = aendring == AENDRING_UD || aendring == AENDRING_TILBAGEKALDT;

	d->aendring = (int)aendring;
	d->startdato = dato(startdato);
	if (akasse != NULL)
		*(ud ? &d->fra_akasse : &d->til_akasse) = plb_slice_str(akasse);
	return h;
}

struct haendelse
h_kategori(struct bane *b, enum kategori kategori, const char *startdato)
{
	struct haendelse h = h_medlemskab(b, AENDRING_KATEGORI, NULL, startdato);

	h.u.membership_changed.har_kategori = true;
	h.u.membership_changed.kategori = (int)kategori;
	return h;
}

struct haendelse
h_flyt(struct bane *b, const char *fra, const char *til, const char *virkning)
{
	struct haendelse h = h_ny(b, HAENDELSE_MYNDIGHED_AENDRET);

	h.u.myndighed_aendret =
	    (struct myndighed_aendret){plb_slice_str(fra), plb_slice_str(til), dato(virkning)};
	return h;
}

struct haendelse
h_anmod(struct bane *b, unsigned tilmelding, enum anmodning_aarsag aarsag, const char *til)
{
	struct haendelse h = h_ny(b, HAENDELSE_OVERDRAGELSE_ANMODET);

	h.u.overdragelse_anmodet =
	    (struct overdragelse_anmodet){uuid(tilmelding), (int)aarsag, {NULL, 0}};
	if (til != NULL)
		h.u.overdragelse_anmodet.til = plb_slice_str(til);
	return h;
}

struct haendelse
h_ansvar(struct bane *b, const char *ansvarlig, const char *fra, const char *til)
{
	struct haendelse h = h_ny(b, HAENDELSE_ANSVAR_AENDRET);
	struct ansvar_aendret *d = &h.u.ansvar_aendret;

	d->ansvarlig = plb_slice_str(ansvarlig);
	d->fra = dato(fra);
	d->har_til = til != NULL;
	if (til != NULL)
		d->til = dato(til);
	return h;
}

struct haendelse
h_fravaer(struct bane *b, unsigned id, int32_t type, const char *start, const char *slut)
{
	struct haendelse h = h_ny(b, HAENDELSE_FRAVAER_AENDRET);
	struct fravaer_aendret *d = &h.u.fravaer_aendret;

	*d = (struct fravaer_aendret){.fravaer_id = uuid(id),
	    .type = type,
	    .start = dato(start),
	    .har_slut = slut != NULL,
	    .aktiv = true};
	if (slut != NULL)
		d->slut = dato(slut);
	return h;
}

struct haendelse
h_gruppe(struct bane *b, int32_t gruppe, const char *fra)
{
	struct haendelse h = h_ny(b, HAENDELSE_KONTAKTGRUPPE_AENDRET);

	h.u.kontaktgruppe_aendret = (struct kontaktgruppe_aendret){gruppe, dato(fra)};
	return h;
}

enum plb_trin
bane_tag(struct bane *b, struct haendelse h)
{
	struct forloeb_grund g = bane_grund(b);

	assert_int_equal(forloeb_step(&b->p, &h, b->ur, &g, &b->a, &b->out, &b->ud), PLB_OK);
	b->naeste = b->ud.naeste;
	assert_true(b->ur.ms == PLB_TIME_UNSET.ms || b->naeste.ms > b->ur.ms);
	saml_alle(b, &h);
	return b->ud.trin;
}

void
bane_tages(struct bane *b, struct haendelse h)
{
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
}

void
bane_forloeb_med_timer(struct bane *b, int n)
{
	static const char *const maaneder[][2] = {{"2024-03", "2024-03-31T12:00:00+02:00"},
	    {"2024-04", "2024-04-30T12:00:00+02:00"}, {"2024-05", "2024-05-31T12:00:00+02:00"}};
	int i;

	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	for (i = 0; i < n; i++) {
		bane_ur(b, maaneder[i][1]);
		bane_tages(b, h_timer(b, maaneder[i][0], 16033));
	}
}

static bool
passer(const struct besked *m, const char *til, const char *type)
{
	return strcmp(m->e.til.text, til) == 0 && strcmp(m->type, type) == 0;
}

size_t
bane_antal(const struct bane *b, const char *til, const char *type)
{
	size_t i, n = 0;

	for (i = 0; i < b->n; i++)
		n += passer(&b->besked[i], til, type);
	return n;
}

const struct besked *
bane_besked(const struct bane *b, const char *til, const char *type, size_t i)
{
	size_t k;

	for (k = 0; k < b->n; k++)
		if (passer(&b->besked[k], til, type) && i-- == 0)
			return &b->besked[k];
	fail_msg("no such message: %s to %s", type, til);
	return NULL;
}

struct forloeb *
bane_forloeb(struct bane *b, size_t i)
{
	assert_in_range(i, 0, b->p.forloeb.n - 1);
	return (struct forloeb *)b->p.forloeb.p + i;
}

void
bane_svar(struct bane *b, const char *til, const char *type, size_t i, enum leveringstrin trin)
{
	const struct effekt *e = &bane_besked(b, til, type, i)->e;
	struct levering_svar s = {
	    .org = e->til, .sequence = e->sequence, .trin = (int)trin, .tid = b->ur};
	const char *id = plb_arena_printf(&b->a, "svar-%06u", ++b->nr);
	struct forloeb_grund g = bane_grund(b);

	assert_int_equal(forloeb_svar(&b->p, e->correlationid, &s, plb_slice_str(id), b->ur, &g,
			     &b->a, &b->out, &b->naeste),
	    PLB_OK);
	saml_alle(b, NULL);
}
