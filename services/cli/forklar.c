// SPDX-License-Identifier: MPL-2.0
#include "forklar_int.h"

#include <parloeb/kalender.h>

#include "frist.h"
#include "tekst.h"

#define TEKST_MAX 8192

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

/* ---- the course as it was ---- */

/* The items told by then; they begin with what `stempel` says where. */
static struct plb_list
til_da(const struct sag *s, const struct plb_list *alle, size_t size, size_t stempel, bool *fejl)
{
	struct plb_list l = {plb_arena_alloc(s->g->arena, alle->n * size), 0};
	size_t i;

	if (l.p == NULL) {
		*fejl = true;
		return l;
	}
	for (i = 0; i < alle->n; i++) {
		const char *x = (const char *)alle->p + i * size;

		if (!plb_time_before(
			s->tid, ((const struct stempel *)(const void *)(x + stempel))->time))
			memcpy((char *)l.p + l.n++ * size, x, size);
	}
	return l;
}

static bool
skru_tilbage(struct sag *s)
{
	bool fejl = false;

	s->f.timer = til_da(s, &s->g->forloeb->timer, sizeof(struct maanedstimer),
	    offsetof(struct maanedstimer, stempel), &fejl);
	s->f.samtaler = til_da(s, &s->g->forloeb->samtaler, sizeof(struct samtale),
	    offsetof(struct samtale, stempel), &fejl);
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

/* ---- one function for each kind of event ---- */

static void
forventet(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct timer_led led[LED_MAX];
	struct plb_dato virkning, beregnet = PLB_DATO_NONE;
	size_t n;

	if (!sag_dato(s, "forventetVirkningsdato", &virkning))
		return;
	plb_buf_str(b, "Ansvaret ventes at gå over til kommunen ");
	forklar_dato(virkning, b);
	plb_buf_str(b, ".");
	sag_fakta_tilmelding(s);
	sag_regel(s, REGEL_GRAENSE);
	if (s->r->maaneder > 0) {
		sag_regn_maaneder(s);
		beregnet = regel_efter_maaneder(s->r, timer_foerste_dag(&s->f));
	} else {
		sag_fakta_timer(s);
		n = timer_led(&s->f, s->r, led, LED_MAX);
		sag_regn_graense(s, led, n);
		beregnet = n > 0 ? plb_maaned_first((struct plb_maaned){led[n - 1].maaned.n + 1})
				 : beregnet;
		sag_regel(s, REGEL_MAANEDSNORM);
	}
	if (plb_dato_set(beregnet) && !plb_dato_eq(beregnet, virkning))
		plb_buf_str(&s->ud->regnestykke, " (grundlaget er rettet siden)");
	sag_regn_pakkefrist(s, virkning);
}

static const struct {
	const char *aarsag, *tekst;
} DUE_TEKST[] = {
    {"timer", "fordi de udbetalte timer har passeret grænsen"},
    {"maaneder", "fordi a-kassens måneder er gået"},
    {"tidlig", "fordi der er bedt om overdragelse til en tidlig indsats eller uddannelse"},
    {"valg", "fordi borgeren har valgt det"},
    {"forladt-akasse", "fordi borgeren har forladt a-kassen"},
    {"udtraadt-forsoeg", "fordi borgeren ikke længere er omfattet af forsøget"},
    {"manuel", "fordi en sagsbehandler har bedt om det"},
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
		plb_buf_str(b,
		    plb_slice_is(plb_jv_str(plb_jv_get(x, "art")), "referat") ? "et referat"
									      : "en samtale");
		if (plb_time_parse(plb_jv_str(plb_jv_get(x, "frist")), &frist) == PLB_OK) {
			plb_buf_str(b, " (frist ");
			forklar_klokken(frist, b);
			plb_buf_str(b, ")");
		}
	}
	plb_buf_str(b, ".");
	sag_regel(s, REGEL_PAKKE_REFERATER);
}

static void
due(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct timer_led led[LED_MAX];
	struct plb_dato virkning;
	size_t i, n;

	if (!sag_dato(s, "virkningsdato", &virkning))
		return;
	plb_buf_str(b, "Ansvaret går over fra ");
	forklar_org(s, plb_jv_str(plb_jv_get(s->data, "fraOrganisation")), b);
	plb_buf_str(b, " til ");
	forklar_org(s, plb_jv_str(plb_jv_get(s->data, "tilOrganisation")), b);
	plb_buf_str(b, " ");
	forklar_dato(virkning, b);
	for (i = 0; i < sizeof(DUE_TEKST) / sizeof(DUE_TEKST[0]); i++)
		if (sag_er(s, "aarsag", DUE_TEKST[i].aarsag))
			plb_buf_printf(b, ", %s", DUE_TEKST[i].tekst);
	plb_buf_str(b, ".");
	sag_fakta_tilmelding(s);
	if (sag_er(s, "aarsag", "timer")) {
		sag_fakta_timer(s);
		n = timer_led(&s->f, s->r, led, LED_MAX);
		sag_regn_graense(s, led, n);
		plb_buf_str(
		    &s->ud->regnestykke, "; ansvaret går over den første i måneden efter, ");
		forklar_dato(virkning, &s->ud->regnestykke);
		sag_regel(s, REGEL_GRAENSE);
	} else if (sag_er(s, "aarsag", "maaneder")) {
		sag_regn_maaneder(s);
		sag_regel(s, REGEL_GRAENSE);
	} else if (sag_er(s, "aarsag", "udtraadt-forsoeg")) {
		sag_regel(s, REGEL_UDTRAEDER);
		sag_regel(s, REGEL_OMFANG);
	} else {
		sag_regel(s, REGEL_ANSVARLIG);
	}
	mangler(s);
}

static void
gennemfoert(struct sag *s)
{
	static const char *const aarsag[][2] = {
	    {"afsender", "afsenderen"}, {"parloeb", "Parløb"}, {"modtager", "modtageren"}};
	struct plb_buf *b = &s->ud->tekst;
	bool rettidig = plb_jv_bool(plb_jv_get(s->data, "rettidig"), false);
	size_t i;

	plb_buf_str(b,
	    rettidig
		? "Overdragelsen er gennemført til tiden: alt var håndteret inden det hårde stop."
		: "Overdragelsen er gennemført, men ikke til tiden");
	for (i = 0; !rettidig && i < sizeof(aarsag) / sizeof(aarsag[0]); i++)
		if (sag_er(s, "forsinkelseAarsag", aarsag[i][0]))
			plb_buf_printf(b, " (forsinkelsen ligger hos %s)", aarsag[i][1]);
	plb_buf_str(b, rettidig ? "" : ".");
	mangler(s);
	sag_regel(s, REGEL_HAARDT_STOP);
}

static void
overskredet(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct plb_time stop, varsel;

	if (!sag_tid(s, "haardtStop", &stop))
		return;
	plb_buf_str(b, "Overdragelsen skal være på plads ved det hårde stop ");
	forklar_klokken(stop, b);
	plb_buf_str(b, ".");
	varsel =
	    plb_kalender_minus_time(s->g->regler->kalender, stop, s->r->overskredet_arbejdsdage);
	b = &s->ud->regnestykke;
	forklar_arbejdsdage(s->r->overskredet_arbejdsdage, b);
	plb_buf_str(b, " før det hårde stop: ");
	forklar_klokken(varsel, b);
	forklar_lukkede(s, plb_time_dato(varsel), plb_dato_add(plb_time_dato(stop), -1), b);
	mangler(s);
	sag_regel(s, REGEL_OVERSKREDET);
	sag_regel(s, REGEL_HAARDT_STOP);
}

static void
aflyst(struct sag *s)
{
	static const char *const aarsag[][2] = {{"afmeldt", "borgeren er afmeldt"},
	    {"flyttet", "borgeren er flyttet"}, {"rettet", "grundlaget er rettet"},
	    {"skift", "borgeren er gået over til en anden a-kasse"}};
	struct plb_buf *b = &s->ud->tekst;
	size_t i;

	plb_buf_str(b, "Overdragelsen bliver ikke til noget");
	for (i = 0; i < sizeof(aarsag) / sizeof(aarsag[0]); i++)
		if (sag_er(s, "aarsag", aarsag[i][0]))
			plb_buf_printf(b, ": %s", aarsag[i][1]);
	plb_buf_str(b, ".");
	if (plb_dato_set(s->f.afmeldt) && sag_er(s, "aarsag", "afmeldt")) {
		plb_buf_str(&s->ud->fakta, "afmeldt ");
		forklar_dato(s->f.afmeldt, &s->ud->fakta);
		plb_buf_str(&s->ud->fakta, "\n");
	}
	sag_regel(s, REGEL_ANSVARLIG);
}

static void
referat_mangler(struct sag *s)
{
	const struct samtale *x = samtale_af(s);
	struct plb_buf *b = &s->ud->tekst;
	struct plb_time frist;

	plb_buf_str(b, "Referatet af en samtale er ikke kommet til tiden.");
	sag_regel(s, REGEL_REFERAT_FRIST);
	if (x == NULL || !sag_tid(s, "frist", &frist))
		return;
	plb_buf_str(&s->ud->fakta, "samtalen blev holdt ");
	forklar_klokken(x->afholdt, &s->ud->fakta);
	plb_buf_str(&s->ud->fakta, " af ");
	forklar_org(s, plb_org_slice(&x->afholder), &s->ud->fakta);
	plb_buf_str(&s->ud->fakta, "\n");
	frist = frist_referat(s->g->regler, s->r, x);
	sag_regn_efter(s, s->r->referat_frist_arbejdsdage, plb_time_dato(x->afholdt), frist);
}

static void
samtale_mangler(struct sag *s)
{
	struct plb_buf *b = &s->ud->regnestykke;

	plb_buf_str(&s->ud->tekst, "Den første samtale er ikke holdt inden for fristen.");
	sag_fakta_tilmelding(s);
	forklar_dato(s->f.tilmeldingsdato, b);
	plb_buf_printf(b, " + %d dage = ", s->r->foerste_samtale_dage);
	forklar_klokken(frist_foerste_samtale(s->r, s->f.tilmeldingsdato), b);
	sag_regel(s, REGEL_FOERSTE_SAMTALE);
}

static void
timer_mangler(struct sag *s)
{
	struct plb_buf *b = &s->ud->tekst;
	struct plb_maaned m;

	plb_buf_str(b, "Timerne for ");
	sag_regel(s, REGEL_TIMER_MANGLER);
	if (plb_maaned_parse(plb_jv_str(plb_jv_get(s->data, "dagpengemaaned")), &m) != PLB_OK)
		return;
	forklar_maaned(m, b);
	plb_buf_str(b, " er ikke meldt.");
	sag_regn_efter(s, s->r->timer_mangler_arbejdsdage, plb_maaned_last(m),
	    plb_dato_end(plb_kalender_plus(
		s->g->regler->kalender, plb_maaned_last(m), s->r->timer_mangler_arbejdsdage)));
}

static void
indstilling(struct sag *s)
{
	tekst_haendelse(
	    s->g->navne, plb_slice_str("opkvalificering-paamindelse"), s->data, &s->ud->tekst);
	sag_regel(s, REGEL_INDSTILLING_SVAR);
	sag_regel(s, REGEL_INDSTILLING_PAAMINDELSE);
}

static void
ulaest(struct sag *s)
{
	plb_buf_str(&s->ud->tekst, "Modtageren har ikke læst det, der er sendt, i ");
	forklar_arbejdsdage(s->r->ulaest_arbejdsdage, &s->ud->tekst);
	plb_buf_str(&s->ud->tekst, ".");
	sag_regel(s, REGEL_ULAEST);
}

static void
tilbagekaldt(struct sag *s)
{
	static const char *const aarsag[][2] = {
	    {"flyttet", "borgeren er flyttet, og modtageren skal ikke have det"},
	    {"rettet", "grundlaget er rettet"},
	    {"tilbagekaldt", "afsenderen har trukket det tilbage"},
	    {"kasseret", "driften har kasseret det"}};
	size_t i;

	plb_buf_str(&s->ud->tekst, "En levering er kaldt tilbage");
	for (i = 0; i < sizeof(aarsag) / sizeof(aarsag[0]); i++)
		if (sag_er(s, "aarsag", aarsag[i][0]))
			plb_buf_printf(&s->ud->tekst, ": %s", aarsag[i][1]);
	plb_buf_str(&s->ud->tekst, ".");
	sag_regel(s, REGEL_DELING);
}

static void
opdateret(struct sag *s)
{
	plb_buf_str(&s->ud->tekst,
	    "Efter overdragelsen er noget kommet til, rettet eller trukket tilbage; det følger som "
	    "en hændelse for sig.");
	mangler(s);
	sag_regel(s, REGEL_PAKKE_REFERATER);
	sag_regel(s, REGEL_DELING);
}

static const struct {
	const char *navn;
	void (*fn)(struct sag *s);
} ARTER[] = {
    {"handover-forventet", forventet},
    {"handover-due", due},
    {"handover-opdateret", opdateret},
    {"handover-gennemfoert", gennemfoert},
    {"handover-overskredet", overskredet},
    {"handover-aflyst", aflyst},
    {"referat-mangler", referat_mangler},
    {"samtale-mangler", samtale_mangler},
    {"timer-mangler", timer_mangler},
    {"opkvalificering-paamindelse", indstilling},
    {"levering-ulaest", ulaest},
    {"levering-tilbagekaldt", tilbagekaldt},
};

enum plb_err
forklar(const struct forklar *g, struct plb_slice navn, struct plb_time tid,
    const struct plb_jv *data, struct forklaring *ud)
{
	struct sag s = {.g = g,
	    .r = regel_forloeb(g->regler, g->forloeb),
	    .f = *g->forloeb,
	    .tid = tid,
	    .data = data,
	    .ud = ud};
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
	sag_regel(&s, REGEL_DELING);
	return PLB_OK;
}
