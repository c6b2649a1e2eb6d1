// SPDX-License-Identifier: MPL-2.0
#include "forloeb_wire.h"

#include <stdlib.h>

#include "bindinger.h"

static const char *const kategorier[] = {"fuldtid", "deltid", NULL};
static const char *const arter[] = {"individuel", "faelles", "gruppe", NULL};
static const char *const former[] = {
    "personligt", "telefon", "digitalt", "brev", "paa-arbejdspladsen", NULL};
static const char *const tilbudstyper[] = {
    "amu", "kort-erhvervsrettet", "jobrettet-6-uger", "laese-regne-it", "andet", NULL};
static const char *const afgoerelser[] = {
    "bevilget", "delvist", "afslag", "mangler-oplysninger", "ikke-ansvarlig", NULL};
static const char *const aendringer[] = {"ind", "ud", "tilbagekaldt", "skift", "kategori", NULL};
static const char *const anmodninger[] = {
    "tidlig-indsats", "uddannelsespaalaeg", "valg", "andet", NULL};
static const char *const valg[] = {
    "standard-deltager", "borger-fravalgt", "gaest-fravalgt", "borger-tilvalgt", NULL};
static const char *const deltagelser[] = {"deltog", "udeblev", "fravalgt", NULL};

static const struct plb_bind b_int = {.type = PLB_BIND_INT, .has = PLB_BIND_REQUIRED};
static const struct plb_bind b_tekst = {.type = PLB_BIND_STRING, .has = PLB_BIND_REQUIRED};

static const struct plb_bind forseglet_felter[] = {
    FELT("kilde", PLB_BIND_STRING, struct forseglet, kilde),
    FELT("id", PLB_BIND_STRING, struct forseglet, id),
    FELT("cpr", PLB_BIND_BYTES, struct forseglet, cpr),
};

#define H struct haendelse
#define FORSEGLET POST("forseglet", H, forseglet, forseglet_felter, offsetof(H, har_forseglet))

static const struct plb_bind member_registered[] = {
    FELT("tilmeldingId", PLB_BIND_FIXED16, H, u.member_registered.tilmelding_id),
    FELT("tilmeldingsdato", PLB_BIND_DATO, H, u.member_registered.tilmeldingsdato),
    VALG("indplaceringsdato", PLB_BIND_DATO, H, u.member_registered.indplaceringsdato,
	u.member_registered.har_indplaceringsdato),
    VALG("foersteDagpengedag", PLB_BIND_DATO, H, u.member_registered.foerste_dagpengedag,
	u.member_registered.har_foerste_dagpengedag),
    FELT("akassekode", PLB_BIND_STRING, H, u.member_registered.akassekode),
    FELT("kommunekode", PLB_BIND_STRING, H, u.member_registered.kommunekode),
    SYMBOL("forsikringskategori", H, u.member_registered.kategori, kategorier),
    VALG("adressebeskyttet", PLB_BIND_BOOL, H, u.member_registered.adressebeskyttet,
	u.member_registered.har_adressebeskyttet),
    FORSEGLET,
};
static const struct plb_bind member_deregistered[] = {
    FELT("tilmeldingId", PLB_BIND_FIXED16, H, u.member_deregistered.tilmelding_id),
    FELT("afmeldingsdato", PLB_BIND_DATO, H, u.member_deregistered.afmeldingsdato),
    FORSEGLET,
};
static const struct plb_bind timer_indberettet[] = {
    FELT("dagpengemaaned", PLB_BIND_STRING, H, u.timer_indberettet.dagpengemaaned),
    FELT("udbetalteTimer", PLB_BIND_LONG, H, u.timer_indberettet.udbetalte_timer_c),
    FORSEGLET,
};
static const struct plb_bind samtale_held[] = {
    FELT("samtaleId", PLB_BIND_FIXED16, H, u.samtale_held.samtale_id),
    LISTE_AF("samtaletyper", H, u.samtale_held.samtaletyper, b_int, int32_t),
    FELT("afholdt", PLB_BIND_TIME, H, u.samtale_held.afholdt),
    SYMBOL("afholdelsesform", H, u.samtale_held.form, former),
    SYMBOL_VALG("moedegruppetype", H, u.samtale_held.art, arter, u.samtale_held.har_art),
    VALG("indkaldelseId", PLB_BIND_FIXED16, H, u.samtale_held.indkaldelse_id,
	u.samtale_held.har_indkaldelse),
    FELT("flereMyndigheder", PLB_BIND_BOOL, H, u.samtale_held.flere_myndigheder),
    SYMBOL_VALG("deltagelsesstatus", H, u.samtale_held.deltagelsesstatus, deltagelser,
	u.samtale_held.har_deltagelsesstatus),
    FORSEGLET,
};
/* Of what stands in clear only the id matters here. */
#define NAVNGIVET(felt)                                                                            \
	{                                                                                          \
		FELT(felt, PLB_BIND_FIXED16, H, u.navngivet), FORSEGLET                            \
	}
static const struct plb_bind samtale_tilbagekaldt[] = NAVNGIVET("samtaleId");
static const struct plb_bind referat_tilbagekaldt[] = NAVNGIVET("referatId");
static const struct plb_bind opkvalificering_trukket[] = NAVNGIVET("indstillingId");
static const struct plb_bind nuph_modtaget[] = NAVNGIVET("beskedId");
static const struct plb_bind plan_aendret[] = NAVNGIVET("planversionId");
static const struct plb_bind frist_aendret[] = NAVNGIVET("fristId");
static const struct plb_bind workshop_tilmeldt[] = NAVNGIVET("workshopId");
/* They have no id of their own. */
static const struct plb_bind uden_id[] = {FORSEGLET};
static const struct plb_bind raadighed_vurderet[] = {
    VALG("svarPaaBeskedId", PLB_BIND_FIXED16, H, u.raadighed_vurderet.svar_paa,
	u.raadighed_vurderet.har_svar_paa),
    FORSEGLET,
};
static const struct plb_bind opkvalificering_indstillet[] = {
    FELT("indstillingId", PLB_BIND_FIXED16, H, u.indstillet.id),
    VALG("samtaleId", PLB_BIND_FIXED16, H, u.indstillet.samtale_id, u.indstillet.har_samtale),
    SYMBOL("tilbudstype", H, u.indstillet.tilbudstype, tilbudstyper),
    VALG("svarOenskesSenest", PLB_BIND_DATO, H, u.indstillet.frist, u.indstillet.har_frist),
    FORSEGLET,
};
static const struct plb_bind opkvalificering_besvaret[] = {
    FELT("indstillingId", PLB_BIND_FIXED16, H, u.besvaret.id),
    SYMBOL("afgoerelse", H, u.besvaret.afgoerelse, afgoerelser),
    FORSEGLET,
};
static const struct plb_bind besked_sendt[] = {
    FELT("beskedId", PLB_BIND_FIXED16, H, u.besked.id),
    FELT("tilOrganisation", PLB_BIND_STRING, H, u.besked.til),
    FORSEGLET,
};
static const struct plb_bind referat_publiceret[] = {
    FELT("referatId", PLB_BIND_FIXED16, H, u.referat_publiceret.referat_id),
    FELT("samtaleId", PLB_BIND_FIXED16, H, u.referat_publiceret.samtale_id),
    FELT("version", PLB_BIND_INT, H, u.referat_publiceret.version),
    VALG("delesMedKommune", PLB_BIND_BOOL, H, u.referat_publiceret.deles,
	u.referat_publiceret.har_deles),
    FORSEGLET,
};
static const struct plb_bind indkaldelse_skrevet[] = {
    FELT("indkaldelseId", PLB_BIND_FIXED16, H, u.indkaldelse_oprettet.indkaldelse_id),
    FELT("samtaletype", PLB_BIND_INT, H, u.indkaldelse_oprettet.samtaletype),
    SYMBOL("moedegruppetype", H, u.indkaldelse_oprettet.art, arter),
    FELT("start", PLB_BIND_TIME, H, u.indkaldelse_oprettet.start),
    LISTE_AF("gaester", H, u.indkaldelse_oprettet.gaester, b_tekst, struct plb_slice),
    FORSEGLET,
};
static const struct plb_bind indkaldelse_annulleret[] = {
    FELT("indkaldelseId", PLB_BIND_FIXED16, H, u.indkaldelse_annulleret.indkaldelse_id),
    FORSEGLET,
};
static const struct plb_bind membership_changed[] = {
    SYMBOL("aendring", H, u.membership_changed.aendring, aendringer),
    FELT("fraAkassekode", PLB_BIND_STRING, H, u.membership_changed.fra_akasse),
    FELT("tilAkassekode", PLB_BIND_STRING, H, u.membership_changed.til_akasse),
    FELT("startdato", PLB_BIND_DATO, H, u.membership_changed.startdato),
    SYMBOL_VALG("forsikringskategori", H, u.membership_changed.kategori, kategorier,
	u.membership_changed.har_kategori),
    FORSEGLET,
};
static const struct plb_bind myndighed_aendret[] = {
    FELT("fraKommunekode", PLB_BIND_STRING, H, u.myndighed_aendret.fra_kommune),
    FELT("tilKommunekode", PLB_BIND_STRING, H, u.myndighed_aendret.til_kommune),
    FELT("virkningsdato", PLB_BIND_DATO, H, u.myndighed_aendret.virkningsdato),
    FORSEGLET,
};
static const struct plb_bind overdragelse_anmodet[] = {
    FELT("tilmeldingId", PLB_BIND_FIXED16, H, u.overdragelse_anmodet.tilmelding_id),
    SYMBOL("aarsag", H, u.overdragelse_anmodet.aarsag, anmodninger),
    FELT("tilOrganisation", PLB_BIND_STRING, H, u.overdragelse_anmodet.til),
    FORSEGLET,
};
static const struct plb_bind ansvar_aendret[] = {
    FELT("ansvarlig", PLB_BIND_STRING, H, u.ansvar_aendret.ansvarlig),
    FELT("fra", PLB_BIND_DATO, H, u.ansvar_aendret.fra),
    VALG("til", PLB_BIND_DATO, H, u.ansvar_aendret.til, u.ansvar_aendret.har_til),
    FORSEGLET,
};
static const struct plb_bind fravaer_aendret[] = {
    FELT("fravaerId", PLB_BIND_FIXED16, H, u.fravaer_aendret.fravaer_id),
    FELT("fravaertype", PLB_BIND_INT, H, u.fravaer_aendret.type),
    FELT("start", PLB_BIND_DATO, H, u.fravaer_aendret.start),
    VALG("slut", PLB_BIND_DATO, H, u.fravaer_aendret.slut, u.fravaer_aendret.har_slut),
    FELT("aktiv", PLB_BIND_BOOL, H, u.fravaer_aendret.aktiv),
    FORSEGLET,
};
static const struct plb_bind kontaktgruppe_aendret[] = {
    FELT("kontaktgruppe", PLB_BIND_INT, H, u.kontaktgruppe_aendret.kontaktgruppe),
    FELT("fra", PLB_BIND_DATO, H, u.kontaktgruppe_aendret.fra),
    FORSEGLET,
};
static const struct plb_bind samtale_fritaget[] = {
    FELT("afgoerelseId", PLB_BIND_FIXED16, H, u.samtale_fritaget.afgoerelse_id),
    FELT("samtaletype", PLB_BIND_INT, H, u.samtale_fritaget.samtaletype),
    FELT("dato", PLB_BIND_DATO, H, u.samtale_fritaget.dato),
    FORSEGLET,
};
static const struct plb_bind deltagelsesvalg_aendret[] = {
    FELT("indkaldelseId", PLB_BIND_FIXED16, H, u.deltagelsesvalg_aendret.indkaldelse_id),
    SYMBOL("valg", H, u.deltagelsesvalg_aendret.valg, valg),
    FORSEGLET,
};
static const struct plb_bind person_identitet_aendret[] = {
    FORSEGLET,
};

static const struct {
	const char *navn;
	const struct plb_bind *felter;
	size_t n;
} typer[HAENDELSE_TYPER] = {
    [HAENDELSE_UKENDT] = {"", NULL, 0},
    [HAENDELSE_MEMBER_REGISTERED] = {"member-registered", member_registered,
	ANTAL(member_registered)},
    [HAENDELSE_MEMBER_DEREGISTERED] = {"member-deregistered", member_deregistered,
	ANTAL(member_deregistered)},
    [HAENDELSE_TIMER_INDBERETTET] = {"timer-indberettet", timer_indberettet,
	ANTAL(timer_indberettet)},
    [HAENDELSE_SAMTALE_HELD] = {"samtale-held", samtale_held, ANTAL(samtale_held)},
    [HAENDELSE_SAMTALE_KORRIGERET] = {"samtale-korrigeret", samtale_held, ANTAL(samtale_held)},
    [HAENDELSE_SAMTALE_TILBAGEKALDT] = {"samtale-tilbagekaldt", samtale_tilbagekaldt,
	ANTAL(samtale_tilbagekaldt)},
    [HAENDELSE_REFERAT_TILBAGEKALDT] = {"referat-tilbagekaldt", referat_tilbagekaldt,
	ANTAL(referat_tilbagekaldt)},
    [HAENDELSE_OPKVALIFICERING_INDSTILLET] = {"opkvalificering-indstillet",
	opkvalificering_indstillet, ANTAL(opkvalificering_indstillet)},
    [HAENDELSE_OPKVALIFICERING_TRUKKET] = {"opkvalificering-trukket", opkvalificering_trukket,
	ANTAL(opkvalificering_trukket)},
    [HAENDELSE_OPKVALIFICERING_BESVARET] = {"opkvalificering-besvaret", opkvalificering_besvaret,
	ANTAL(opkvalificering_besvaret)},
    [HAENDELSE_NUPH_MODTAGET] = {"nuph-modtaget", nuph_modtaget, ANTAL(nuph_modtaget)},
    [HAENDELSE_RAADIGHED_VURDERET] = {"raadighed-vurderet", raadighed_vurderet,
	ANTAL(raadighed_vurderet)},
    [HAENDELSE_PLAN_AENDRET] = {"plan-aendret", plan_aendret, ANTAL(plan_aendret)},
    [HAENDELSE_FRIST_AENDRET] = {"frist-aendret", frist_aendret, ANTAL(frist_aendret)},
    [HAENDELSE_WORKSHOP_TILMELDT] = {"workshop-tilmeldt", workshop_tilmeldt,
	ANTAL(workshop_tilmeldt)},
    [HAENDELSE_PERSONGRUPPE_MARKERET] = {"persongruppe-markeret", uden_id, ANTAL(uden_id)},
    [HAENDELSE_CV_GODKENDT] = {"cv-godkendt", uden_id, ANTAL(uden_id)},
    [HAENDELSE_JOBLOG_STATUS] = {"joblog-status", uden_id, ANTAL(uden_id)},
    [HAENDELSE_JOBFORMIDLING_HENVIST] = {"jobformidling-henvist", uden_id, ANTAL(uden_id)},
    [HAENDELSE_BESKED_SENDT] = {"besked-sendt", besked_sendt, ANTAL(besked_sendt)},
    [HAENDELSE_REFERAT_PUBLICERET] = {"referat-publiceret", referat_publiceret,
	ANTAL(referat_publiceret)},
    [HAENDELSE_INDKALDELSE_OPRETTET] = {"indkaldelse-oprettet", indkaldelse_skrevet,
	ANTAL(indkaldelse_skrevet)},
    [HAENDELSE_INDKALDELSE_AENDRET] = {"indkaldelse-aendret", indkaldelse_skrevet,
	ANTAL(indkaldelse_skrevet)},
    [HAENDELSE_INDKALDELSE_ANNULLERET] = {"indkaldelse-annulleret", indkaldelse_annulleret,
	ANTAL(indkaldelse_annulleret)},
    [HAENDELSE_MEMBERSHIP_CHANGED] = {"membership-changed", membership_changed,
	ANTAL(membership_changed)},
    [HAENDELSE_MYNDIGHED_AENDRET] = {"myndighed-aendret", myndighed_aendret,
	ANTAL(myndighed_aendret)},
    [HAENDELSE_OVERDRAGELSE_ANMODET] = {"overdragelse-anmodet", overdragelse_anmodet,
	ANTAL(overdragelse_anmodet)},
    [HAENDELSE_ANSVAR_AENDRET] = {"ansvar-aendret", ansvar_aendret, ANTAL(ansvar_aendret)},
    [HAENDELSE_FRAVAER_AENDRET] = {"fravaer-aendret", fravaer_aendret, ANTAL(fravaer_aendret)},
    [HAENDELSE_KONTAKTGRUPPE_AENDRET] = {"kontaktgruppe-aendret", kontaktgruppe_aendret,
	ANTAL(kontaktgruppe_aendret)},
    [HAENDELSE_SAMTALE_FRITAGET] = {"samtale-fritaget", samtale_fritaget, ANTAL(samtale_fritaget)},
    [HAENDELSE_DELTAGELSESVALG_AENDRET] = {"deltagelsesvalg-aendret", deltagelsesvalg_aendret,
	ANTAL(deltagelsesvalg_aendret)},
    [HAENDELSE_PERSON_IDENTITET_AENDRET] = {"person-identitet-aendret", person_identitet_aendret,
	ANTAL(person_identitet_aendret)},
};

struct b_gemt {
	struct plb_slice id, kilde, traceparent, vaerdi; /* id in short form */
	struct plb_time tid;
};
static const struct plb_bind gemt_felter[] = {
    FELT("id", PLB_BIND_BYTES, struct b_gemt, id),
    FELT("kilde", PLB_BIND_STRING, struct b_gemt, kilde),
    FELT("tid", PLB_BIND_TIME, struct b_gemt, tid),
    FELT("traceparent", PLB_BIND_STRING, struct b_gemt, traceparent),
    FELT("vaerdi", PLB_BIND_BYTES, struct b_gemt, vaerdi),
};

/* Of one version of one schema; type HAENDELSE_UKENDT has no binding. */
struct laeser {
	const struct plb_schema *skema;
	enum haendelse_type type;
	struct plb_binding *binding;
};
#define LAESERE_MAX 256

struct forloeb_wire {
	const struct plb_schemas *schemas;
	struct laeser laeser[LAESERE_MAX];
	size_t n;
	const struct plb_schema *gemt_skema;
	struct plb_binding *gemt;
};

static enum haendelse_type
type_af(const char *navn)
{
	size_t i;

	for (i = HAENDELSE_UKENDT + 1; i < HAENDELSE_TYPER; i++)
		if (strcmp(typer[i].navn, navn) == 0)
			return (enum haendelse_type)i;
	return HAENDELSE_UKENDT;
}

/* The reader for a writer's schema, made when that version is first met. */
static enum plb_err
laeser_for(struct forloeb_wire *w, const struct plb_schema *skema, const struct laeser **out,
    struct plb_errctx *ec)
{
	struct laeser *l;
	enum plb_err err;
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->laeser[i].skema == skema) {
			*out = &w->laeser[i];
			return PLB_OK;
		}
	if (w->n == LAESERE_MAX)
		return plb_err_set(
		    ec, PLB_E_KONFIG, "more than %d versions of schemas", LAESERE_MAX);
	l = &w->laeser[w->n];
	*l = (struct laeser){skema, type_af(plb_schema_navn(skema)), NULL};
	if (l->type != HAENDELSE_UKENDT) {
		/* An older version may lack what is read from the newest. */
		err = (skema == plb_schema_find(w->schemas, plb_slice_str(plb_schema_navn(skema)))
			? plb_binding_new
			: plb_binding_new_laes)(
		    skema, typer[l->type].felter, typer[l->type].n, &l->binding, ec);
		if (err != PLB_OK)
			return plb_err_wrap(ec, err, "%s", plb_schema_navn(skema));
	}
	w->n++;
	*out = l;
	return PLB_OK;
}

enum plb_err
forloeb_wire_new(
    const struct plb_schemas *schemas, struct forloeb_wire **out, struct plb_errctx *ec)
{
	struct forloeb_wire *w = calloc(1, sizeof(*w));
	const struct plb_schema *skema;
	const struct laeser *l;
	enum plb_err err = PLB_OK;
	size_t i;

	*out = NULL;
	if (w == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	w->schemas = schemas;
	for (i = HAENDELSE_UKENDT + 1; err == PLB_OK && i < HAENDELSE_TYPER; i++) {
		skema = plb_schema_find(schemas, plb_slice_str(typer[i].navn));
		err = skema == NULL
		    ? plb_err_set(ec, PLB_E_KONFIG, "schema %s is missing", typer[i].navn)
		    : laeser_for(w, skema, &l, ec);
	}
	if (err == PLB_OK) {
		w->gemt_skema = plb_schema_find(schemas, plb_slice_str("forloeb-gemt"));
		err = w->gemt_skema == NULL
		    ? plb_err_set(ec, PLB_E_KONFIG, "schema forloeb-gemt is missing")
		    : plb_binding_new(w->gemt_skema, gemt_felter, ANTAL(gemt_felter), &w->gemt, ec);
	}
	if (err != PLB_OK)
		forloeb_wire_free(&w);
	*out = w;
	return err;
}

void
forloeb_wire_free(struct forloeb_wire **w)
{
	size_t i;

	if (*w == NULL)
		return;
	for (i = 0; i < (*w)->n; i++)
		plb_binding_free(&(*w)->laeser[i].binding);
	plb_binding_free(&(*w)->gemt);
	free(*w);
	*w = NULL;
}

bool
forloeb_wire_kender(const struct plb_schema *skema)
{
	return type_af(plb_schema_navn(skema)) != HAENDELSE_UKENDT;
}

enum plb_err
forloeb_wire_laes(struct forloeb_wire *w, const struct plb_event *ev, struct plb_slice value,
    struct plb_arena *a, struct haendelse *out, struct plb_errctx *ec)
{
	const struct plb_schema *skema;
	const struct laeser *l = NULL;
	struct plb_slice body;
	enum plb_err err = plb_frame_open(w->schemas, value, &skema, &body, ec);

	if (err == PLB_OK && !plb_slice_is(ev->type, plb_schema_type(skema)))
		err = plb_err_set(ec, PLB_E_FORM, "value is not of the type that the header names");
	if (err == PLB_OK)
		err = laeser_for(w, skema, &l, ec);
	if (err != PLB_OK)
		return err;
	memset(out, 0, sizeof(*out));
	err = l->binding == NULL ? plb_avro_check(skema, body, ec)
				 : plb_binding_decode(l->binding, body, a, out, ec);
	out->type = l->type;
	out->ev = *ev;
	return err;
}

enum plb_err
forloeb_wire_gem(const struct forloeb_wire *w, const struct plb_event *ev, struct plb_slice value,
    struct plb_arena *a, struct plb_buf *out)
{
	struct b_gemt b = {kort_id(a, ev->id), ev->source, {NULL, 0}, value, ev->time};

	if (b.id.p == NULL)
		return PLB_E_FOR_STOR;
	if (ev->traceparent.len > 0)
		b.traceparent = ev->traceparent;
	plb_frame_put(w->gemt_skema, out);
	plb_binding_encode(w->gemt, &b, out);
	return out->failed ? PLB_E_FOR_STOR : PLB_OK;
}

enum plb_err
forloeb_wire_hent(const struct forloeb_wire *w, struct plb_slice blob, struct plb_arena *a,
    struct plb_event *ev, struct plb_slice *value, struct plb_errctx *ec)
{
	const struct plb_schema *skema;
	struct plb_slice body;
	struct b_gemt b;
	enum plb_err err = plb_frame_open(w->schemas, blob, &skema, &body, ec);

	if (err == PLB_OK && skema != w->gemt_skema)
		err = plb_err_set(ec, PLB_E_FORM, "not the schema of this version");
	if (err == PLB_OK)
		err = plb_binding_decode(w->gemt, body, a, &b, ec);
	if (err == PLB_OK)
		err = plb_frame_open(w->schemas, b.vaerdi, &skema, &body, ec);
	if (err != PLB_OK)
		return plb_err_wrap(ec, err, "kept event");
	memset(ev, 0, sizeof(*ev));
	ev->id = lang_id(a, b.id);
	if (ev->id.p == NULL)
		return plb_err_set(ec, PLB_E_FORM, "kept event: odd id");
	ev->source = b.kilde;
	ev->type = plb_slice_str(plb_schema_type(skema));
	ev->time = b.tid;
	ev->traceparent = b.traceparent;
	*value = b.vaerdi;
	return PLB_OK;
}
