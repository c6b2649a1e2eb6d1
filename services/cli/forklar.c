// SPDX-License-Identifier: MPL-2.0
#include "forklar.h"

#include <parloeb/kalender.h>

#include "dagpengetimer.h"
#include "frist.h"
#include "tekst.h"

#define TEKST_MAX 8192
#define LED_MAX 60

static const char *const MAANEDER[] = { "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december" };
static const char *const TAL[] = { "nul", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti" };

/* One explanation while it is made: the course as it was told up to `tid`. */
struct sag {
	const struct forklar *g;
	const struct regelsaet *r;
	struct forloeb f;
	struct plb_time tid;
	const struct plb_jv *data;
	struct forklaring *ud;
};

void
forklaring_init(struct forklaring *f)
{
	plb_buf_init(&f->tekst, TEKST_MAX);
	plb_buf_init(&f->regnestykke, TEKST_MAX);
	plb_buf_init(&f->fakta, TEKST_MAX);
	f->n_regler = 0;
}

void
forklaring_fini(struct forklaring *f)
{
	plb_buf_fini(&f->tekst);
	plb_buf_fini(&f->regnestykke);
	plb_buf_fini(&f->fakta);
}

/* ---- words ---- */

void
forklar_dato(struct plb_dato d, struct plb_buf *out)
{
	struct plb_ymd y = plb_dato_ymd(d);

	plb_buf_printf(out, "%d. %s %d", y.day, MAANEDER[y.month - 1], y.year);
}

static void
klokken(struct plb_time t, struct plb_buf *out)
{
	int s = plb_time_local_seconds(t);

	forklar_dato(plb_time_dato(t), out);
	if (s % 60 != 0)
		plb_buf_printf(out, " kl. %02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
	else
		plb_buf_printf(out, " kl. %02d.%02d", s / 3600, s / 60 % 60);
}

static void
maaned(struct plb_maaned m, struct plb_buf *out)
{
	struct plb_ymd y = plb_dato_ymd(plb_maaned_first(m));

	plb_buf_printf(out, "%s %d", MAANEDER[y.month - 1], y.year);
}

static void
arbejdsdage(int n, struct plb_buf *out)
{
	if (n >= 0 && n < (int)(sizeof(TAL) / sizeof(TAL[0])))
		plb_buf_str(out, TAL[n]);
	else
		plb_buf_printf(out, "%d", n);
	plb_buf_str(out, n == 1 ? " arbejdsdag" : " arbejdsdage");
}

/* The weekdays from a to b that are closed; weekends need no word. */
static void
lukkede(const struct sag *s, struct plb_dato a, struct plb_dato b, struct plb_buf *out)
{
	struct plb_dato d, sidste = PLB_DATO_NONE;
	int n = 0;

	for (d = a; !plb_dato_before(b, d); d = plb_dato_add(d, 1)) {
		if (plb_dato_weekday(d) > 5 || plb_kalender_arbejdsdag(s->g->regler->kalender, d))
			continue;
		if (n > 0) {
			plb_buf_str(out, n == 1 ? "; lukket: " : ", ");
			forklar_dato(sidste, out);
		}
		sidste = d;
		n++;
	}
	if (n == 0)
		return;
	plb_buf_str(out, n == 1 ? "; lukket: " : " og ");
	forklar_dato(sidste, out);
}

static void
org(const struct sag *s, struct plb_slice o, struct plb_buf *out)
{
	char navn[200];

	tekst_fremmed(plb_slice_str(navne_org(s->g->navne, o, navn, sizeof(navn))), out);
}

static void
regel(struct sag *s, enum regel_parameter p)
{
	if (s->ud->n_regler < FORKLARING_REGLER)
		s->ud->regler[s->ud->n_regler++] = p;
}

/* ---- members of the event ---- */

static bool
dato_af(const struct sag *s, const char *medlem, struct plb_dato *ud)
{
	return plb_dato_parse(plb_jv_str(plb_jv_get(s->data, medlem)), ud) == PLB_OK;
}

static bool
tid_af(const struct sag *s, const char *medlem, struct plb_time *ud)
{
	return plb_time_parse(plb_jv_str(plb_jv_get(s->data, medlem)), ud) == PLB_OK;
}

static bool
er(const struct sag *s, const char *medlem, const char *ord)
{
	return plb_slice_is(plb_jv_str(plb_jv_get(s->data, medlem)), ord);
}

/* ---- the course as it was ---- */

/* The items told by then; they begin with what `stempel` says where. */
static struct plb_list
til_da(const struct sag *s, const struct plb_list *alle, size_t size, size_t stempel, bool *fejl)
{
	struct plb_list l = { plb_arena_alloc(s->g->arena, alle->n * size), 0 };
	size_t i;

	if (l.p == NULL) {
		*fejl = true;
		return l;
	}
	for (i = 0; i < alle->n; i++) {
		const char *x = (const char *)alle->p + i * size;

		if (!plb_time_before(s->tid, ((const struct stempel *)(const void *)(x + stempel))->time))
			memcpy((char *)l.p + l.n++ * size, x, size);
	}
	return l;
}

static bool
skru_tilbage(struct sag *s)
{
	bool fejl = false;

	s->f.timer = til_da(s, &s->g->forloeb->timer, sizeof(struct maanedstimer), offsetof(struct maanedstimer, stempel), &fejl);
	s->f.samtaler = til_da(s, &s->g->forloeb->samtaler, sizeof(struct samtale), offsetof(struct samtale, stempel), &fejl);
	return !fejl;
}

static const struct samtale *
samtale_af(const struct sag *s)
{
	const struct samtale *x = s->f.samtaler.p;
	struct plb_uuid id;
	size_t i;

	if (plb_uuid_parse(plb_jv_str(plb_jv_get(s->data, "samtaleId")), false, &id) != PLB_OK)
		return NULL;
	for (i = 0; i < s->f.samtaler.n; i++)
		if (plb_uuid_eq(x[i].id, id))
			return &x[i];
	return NULL;
}

/* ---- facts ---- */

static void
fakta_tilmelding(struct sag *s)
{
	struct plb_buf *b = &s->ud->fakta;

	plb_buf_str(b, "tilmeldt ");
	forklar_dato(s->f.tilmeldingsdato, b);
	plb_buf_printf(b, ", %s\n", s->f.kategori == KATEGORI_DELTID ? "deltidsforsikret" : "fuldtidsforsikret");
	if (plb_dato_set(s->f.foerste_dagpengedag)) {
		plb_buf_str(b, "første dagpengedag ");
		forklar_dato(s->f.foerste_dagpengedag, b);
		plb_buf_str(b, "\n");
	}
}

static void
fakta_timer(struct sag *s)
{
	const struct maanedstimer *t = s->f.timer.p;
	struct plb_buf *b = &s->ud->fakta;
	size_t i;

	for (i = 0; i < s->f.timer.n; i++) {
		tekst_timer(t[i].timer_c, b);
		plb_buf_str(b, " timer for ");
		maaned(t[i].maaned, b);
		plb_buf_str(b, ", meldt af ");
		org(s, plb_org_slice(&t[i].akasse), b);
		plb_buf_str(b, " ");
		klokken(t[i].stempel.time, b);
		plb_buf_str(b, regel_maaned_taeller(s->r, t[i].maaned) ? "\n" : " (måneden tæller ikke)\n");
	}
}

/* ---- arithmetic ---- */

/* "160,33 (marts 2024) + 160,33 (april 2024, ventet) = 320,66 timer" */
static int64_t
regn_timer(struct sag *s, const struct timer_led *led, size_t n)
{
	struct plb_buf *b = &s->ud->regnestykke;
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		plb_buf_str(b, i == 0 ? "" : " + ");
		tekst_timer(led[i].timer_c, b);
		plb_buf_str(b, " (");
		maaned(led[i].maaned, b);
		plb_buf_str(b, led[i].rapporteret ? ")" : ", ventet)");
		sum += led[i].timer_c;
	}
	plb_buf_str(b, n > 1 ? " = " : "");
	if (n > 1)
		tekst_timer(sum, b);
	plb_buf_str(b, " timer");
	return sum;
}

static void
regn_graense(struct sag *s, const struct timer_led *led, size_t n)
{
	struct plb_buf *b = &s->ud->regnestykke;
	int64_t graense = plb_jv_get(s->data, "graense") != NULL ? (int64_t)(plb_jv_real(plb_jv_get(s->data, "graense"), 0) * 100 + 0.5) : s->r->graense_c[s->f.kategori];
	int64_t sum = n > 0 ? regn_timer(s, led, n) : 0;

	if (n == 0)
		return;
	plb_buf_str(b, sum > graense ? " er mere end " : " er ikke mere end ");
	tekst_timer(graense, b);
	plb_buf_str(b, "; målt ved udgangen af ");
	maaned(led[n - 1].maaned, b);
}

/* "; pakkefrist: fem arbejdsdage før, 27. maj 2024 kl. 23:59:59 (…)" */
static void
regn_pakkefrist(struct sag *s, struct plb_dato virkning)
{
	struct plb_time frist = frist_pakke(s->g->regler, s->r, virkning), sendt;
	struct plb_buf *b = &s->ud->regnestykke;

	plb_buf_str(b, "; pakkefrist: ");
	arbejdsdage(s->r->pakkefrist_arbejdsdage, b);
	plb_buf_str(b, " før, ");
	klokken(frist, b);
	lukkede(s, plb_time_dato(frist), plb_dato_add(virkning, -1), b);
	if (tid_af(s, "pakkefrist", &sendt) && !plb_time_eq(sendt, frist)) {
		plb_buf_str(b, " (hændelsen sagde ");
		klokken(sendt, b);
		plb_buf_str(b, "; grundlaget er rettet siden)");
	}
	regel(s, REGEL_PAKKEFRIST);
}

static void
regn_maaneder(struct sag *s)
{
	struct plb_buf *b = &s->ud->regnestykke;
	struct plb_dato fra = timer_foerste_dag(&s->f);

	forklar_dato(fra, b);
	plb_buf_printf(b, " + %d måneder = ", s->r->maaneder);
	forklar_dato(regel_efter_maaneder(s->r, fra), b);
	if (s->r->n_taeller_ikke > 0)
		plb_buf_str(b, " (måneder, der ikke tæller, er lagt til)");
}

/* Working days after a day: "fem arbejdsdage efter 31. maj 2024: 7. juni 2024 kl. 23:59:59". */
static void
regn_efter(struct sag *s, int n, struct plb_dato fra, struct plb_time frist)
{
	struct plb_buf *b = &s->ud->regnestykke;

	arbejdsdage(n, b);
	plb_buf_str(b, " efter ");
	forklar_dato(fra, b);
	plb_buf_str(b, ": ");
	klokken(frist, b);
	lukkede(s, plb_dato_add(fra, 1), plb_time_dato(frist), b);
}

/* ---- one function for each kind of event ---- */

static void
forventet(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct timer_led led[LED_MAX];
	struct plb_dato virkning, beregnet = PLB_DATO_NONE;
	size_t n;

	if (!dato_af(s, "forventetVirkningsdato", &virkning))
		return;
	plb_buf_str(b, "Ansvaret ventes at gå over til kommunen ");
	forklar_dato(virkning, b);
	plb_buf_str(b, ".");
	fakta_tilmelding(s);
	regel(s, REGEL_GRAENSE);
	if (s->r->maaneder > 0) {
		regn_maaneder(s);
		beregnet = regel_efter_maaneder(s->r, timer_foerste_dag(&s->f));
	} else {
		fakta_timer(s);
		n = timer_led(&s->f, s->r, led, LED_MAX);
		regn_graense(s, led, n);
		beregnet = n > 0 ? plb_maaned_first((struct plb_maaned){ led[n - 1].maaned.n + 1 }) : beregnet;
		regel(s, REGEL_MAANEDSNORM);
	}
	if (plb_dato_set(beregnet) && !plb_dato_eq(beregnet, virkning))
		plb_buf_str(&s->ud->regnestykke, " (grundlaget er rettet siden)");
	regn_pakkefrist(s, virkning);
}

static const struct {
	const char *aarsag, *tekst;
} DUE_TEKST[] = {
	{ "timer", "fordi de udbetalte timer har passeret grænsen" },
	{ "maaneder", "fordi a-kassens måneder er gået" },
	{ "tidlig", "fordi der er bedt om overdragelse til en tidlig indsats eller uddannelse" },
	{ "valg", "fordi borgeren har valgt det" },
	{ "forladt-akasse", "fordi borgeren har forladt a-kassen" },
	{ "udtraadt-forsoeg", "fordi borgeren ikke længere er omfattet af forsøget" },
	{ "manuel", "fordi en sagsbehandler har bedt om det" },
};

/* What the package lacked. */
static void
mangler(struct sag *s)
{
	const struct plb_jv *m = plb_jv_get(s->data, "mangler");
	struct plb_buf *b = &s->ud->tekst;
	struct plb_time frist;
	size_t i;

	if (plb_jv_len(m) == 0)
		return;
	plb_buf_str(b, " Der mangler: ");
	for (i = 0; i < plb_jv_len(m); i++) {
		const struct plb_jv *x = plb_jv_at(m, i);

		plb_buf_str(b, i == 0 ? "" : ", ");
		plb_buf_str(b, plb_slice_is(plb_jv_str(plb_jv_get(x, "art")), "referat") ? "et referat" : "en samtale");
		if (plb_time_parse(plb_jv_str(plb_jv_get(x, "frist")), &frist) == PLB_OK) {
			plb_buf_str(b, " (frist ");
			klokken(frist, b);
			plb_buf_str(b, ")");
		}
	}
	plb_buf_str(b, ".");
	regel(s, REGEL_PAKKE_REFERATER);
}

static void
due(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct timer_led led[LED_MAX];
	struct plb_dato virkning;
	size_t i, n;

	if (!dato_af(s, "virkningsdato", &virkning))
		return;
	plb_buf_str(b, "Ansvaret går over fra ");
	org(s, plb_jv_str(plb_jv_get(s->data, "fraOrganisation")), b);
	plb_buf_str(b, " til ");
	org(s, plb_jv_str(plb_jv_get(s->data, "tilOrganisation")), b);
	plb_buf_str(b, " ");
	forklar_dato(virkning, b);
	for (i = 0; i < sizeof(DUE_TEKST) / sizeof(DUE_TEKST[0]); i++)
		if (er(s, "aarsag", DUE_TEKST[i].aarsag))
			plb_buf_printf(b, ", %s", DUE_TEKST[i].tekst);
	plb_buf_str(b, ".");
	fakta_tilmelding(s);
	if (er(s, "aarsag", "timer")) {
		fakta_timer(s);
		n = timer_led(&s->f, s->r, led, LED_MAX);
		regn_graense(s, led, n);
		plb_buf_str(&s->ud->regnestykke, "; ansvaret går over den første i måneden efter, ");
		forklar_dato(virkning, &s->ud->regnestykke);
		regel(s, REGEL_GRAENSE);
	} else if (er(s, "aarsag", "maaneder")) {
		regn_maaneder(s);
		regel(s, REGEL_GRAENSE);
	} else if (er(s, "aarsag", "udtraadt-forsoeg")) {
		regel(s, REGEL_UDTRAEDER);
		regel(s, REGEL_OMFANG);
	} else {
		regel(s, REGEL_ANSVARLIG);
	}
	mangler(s);
}

static void
gennemfoert(struct sag *s)
{
	static const char *const aarsag[][2] = { { "afsender", "afsenderen" }, { "parloeb", "Parløb" }, { "modtager", "modtageren" } };
	struct plb_buf *b = &s->ud->tekst;
	bool rettidig = plb_jv_bool(plb_jv_get(s->data, "rettidig"), false);
	size_t i;

	plb_buf_str(b, rettidig ? "Overdragelsen er gennemført til tiden: alt var håndteret inden det hårde stop." : "Overdragelsen er gennemført, men ikke til tiden");
	for (i = 0; !rettidig && i < sizeof(aarsag) / sizeof(aarsag[0]); i++)
		if (er(s, "forsinkelseAarsag", aarsag[i][0]))
			plb_buf_printf(b, " (forsinkelsen ligger hos %s)", aarsag[i][1]);
	plb_buf_str(b, rettidig ? "" : ".");
	mangler(s);
	regel(s, REGEL_HAARDT_STOP);
}

static void
overskredet(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct plb_time stop, varsel;

	if (!tid_af(s, "haardtStop", &stop))
		return;
	plb_buf_str(b, "Overdragelsen skal være på plads ved det hårde stop ");
	klokken(stop, b);
	plb_buf_str(b, ".");
	varsel = plb_kalender_minus_time(s->g->regler->kalender, stop, s->r->overskredet_arbejdsdage);
	b = &s->ud->regnestykke;
	arbejdsdage(s->r->overskredet_arbejdsdage, b);
	plb_buf_str(b, " før det hårde stop: ");
	klokken(varsel, b);
	lukkede(s, plb_time_dato(varsel), plb_dato_add(plb_time_dato(stop), -1), b);
	mangler(s);
	regel(s, REGEL_OVERSKREDET);
	regel(s, REGEL_HAARDT_STOP);
}

static void
aflyst(struct sag *s)
{
	static const char *const aarsag[][2] = { { "afmeldt", "borgeren er afmeldt" }, { "flyttet", "borgeren er flyttet" }, { "rettet", "grundlaget er rettet" },
		{ "skift", "borgeren er gået over til en anden a-kasse" } };
	struct plb_buf *b = &s->ud->tekst;
	size_t i;

	plb_buf_str(b, "Overdragelsen bliver ikke til noget");
	for (i = 0; i < sizeof(aarsag) / sizeof(aarsag[0]); i++)
		if (er(s, "aarsag", aarsag[i][0]))
			plb_buf_printf(b, ": %s", aarsag[i][1]);
	plb_buf_str(b, ".");
	if (plb_dato_set(s->f.afmeldt) && er(s, "aarsag", "afmeldt")) {
		plb_buf_str(&s->ud->fakta, "afmeldt ");
		forklar_dato(s->f.afmeldt, &s->ud->fakta);
		plb_buf_str(&s->ud->fakta, "\n");
	}
	regel(s, REGEL_ANSVARLIG);
}

static void
referat_mangler(struct sag *s)
{
	const struct samtale *x = samtale_af(s);
	struct plb_buf *b = &s->ud->tekst;
	struct plb_time frist;

	plb_buf_str(b, "Referatet af en samtale er ikke kommet til tiden.");
	regel(s, REGEL_REFERAT_FRIST);
	if (x == NULL || !tid_af(s, "frist", &frist))
		return;
	plb_buf_str(&s->ud->fakta, "samtalen blev holdt ");
	klokken(x->afholdt, &s->ud->fakta);
	plb_buf_str(&s->ud->fakta, " af ");
	org(s, plb_org_slice(&x->afholder), &s->ud->fakta);
	plb_buf_str(&s->ud->fakta, "\n");
	frist = frist_referat(s->g->regler, s->r, x);
	regn_efter(s, s->r->referat_frist_arbejdsdage, plb_time_dato(x->afholdt), frist);
}

static void
samtale_mangler(struct sag *s)
{
	struct plb_buf *b = &s->ud->regnestykke;

	plb_buf_str(&s->ud->tekst, "Den første samtale er ikke holdt inden for fristen.");
	fakta_tilmelding(s);
	forklar_dato(s->f.tilmeldingsdato, b);
	plb_buf_printf(b, " + %d dage = ", s->r->foerste_samtale_dage);
	klokken(frist_foerste_samtale(s->r, s->f.tilmeldingsdato), b);
	regel(s, REGEL_FOERSTE_SAMTALE);
}

static void
timer_mangler(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct plb_maaned m;

	plb_buf_str(b, "Timerne for ");
	regel(s, REGEL_TIMER_MANGLER);
	if (plb_maaned_parse(plb_jv_str(plb_jv_get(s->data, "dagpengemaaned")), &m) != PLB_OK)
		return;
	maaned(m, b);
	plb_buf_str(b, " er ikke meldt.");
	regn_efter(s, s->r->timer_mangler_arbejdsdage, plb_maaned_last(m),
	    plb_dato_end(plb_kalender_plus(s->g->regler->kalender, plb_maaned_last(m), s->r->timer_mangler_arbejdsdage)));
}

static void
indstilling(struct sag *s)
{
	tekst_haendelse(s->g->navne, plb_slice_str("opkvalificering-paamindelse"), s->data, &s->ud->tekst);
	regel(s, REGEL_INDSTILLING_SVAR);
	regel(s, REGEL_INDSTILLING_PAAMINDELSE);
}

static void
ulaest(struct sag *s)
{
	plb_buf_str(&s->ud->tekst, "Modtageren har ikke læst det, der er sendt, i ");
	arbejdsdage(s->r->ulaest_arbejdsdage, &s->ud->tekst);
	plb_buf_str(&s->ud->tekst, ".");
	regel(s, REGEL_ULAEST);
}

static void
tilbagekaldt(struct sag *s)
{
	static const char *const aarsag[][2] = { { "flyttet", "borgeren er flyttet, og modtageren skal ikke have det" }, { "rettet", "grundlaget er rettet" },
		{ "tilbagekaldt", "afsenderen har trukket det tilbage" }, { "kasseret", "driften har kasseret det" } };
	size_t i;

	plb_buf_str(&s->ud->tekst, "En levering er kaldt tilbage");
	for (i = 0; i < sizeof(aarsag) / sizeof(aarsag[0]); i++)
		if (er(s, "aarsag", aarsag[i][0]))
			plb_buf_printf(&s->ud->tekst, ": %s", aarsag[i][1]);
	plb_buf_str(&s->ud->tekst, ".");
	regel(s, REGEL_DELING);
}

static void
opdateret(struct sag *s)
{
	plb_buf_str(&s->ud->tekst, "Efter overdragelsen er noget kommet til, rettet eller trukket tilbage; det følger som en hændelse for sig.");
	mangler(s);
	regel(s, REGEL_PAKKE_REFERATER);
	regel(s, REGEL_DELING);
}

static const struct {
	const char *navn;
	void (*fn)(struct sag *s);
} ARTER[] = {
	{ "handover-forventet", forventet },
	{ "handover-due", due },
	{ "handover-opdateret", opdateret },
	{ "handover-gennemfoert", gennemfoert },
	{ "handover-overskredet", overskredet },
	{ "handover-aflyst", aflyst },
	{ "referat-mangler", referat_mangler },
	{ "samtale-mangler", samtale_mangler },
	{ "timer-mangler", timer_mangler },
	{ "opkvalificering-paamindelse", indstilling },
	{ "levering-ulaest", ulaest },
	{ "levering-tilbagekaldt", tilbagekaldt },
};

enum plb_err
forklar(const struct forklar *g, struct plb_slice navn, struct plb_time tid, const struct plb_jv *data, struct forklaring *ud)
{
	struct sag s = { .g = g, .r = regel_forloeb(g->regler, g->forloeb), .f = *g->forloeb, .tid = tid, .data = data, .ud = ud };
	size_t i;

	if (s.r == NULL || !skru_tilbage(&s))
		return s.r == NULL ? PLB_E_UKENDT : PLB_E_FOR_STOR;
	for (i = 0; i < sizeof(ARTER) / sizeof(ARTER[0]); i++)
		if (plb_slice_is(navn, ARTER[i].navn)) {
			ARTER[i].fn(&s);
			return PLB_OK;
		}
	/* No rule decided: what it says is what happened. */
	plb_buf_str(&ud->tekst, "Parløb ");
	tekst_haendelse(g->navne, navn, data, &ud->tekst);
	plb_buf_str(&ud->tekst, ".");
	regel(&s, REGEL_DELING);
	return PLB_OK;
}
