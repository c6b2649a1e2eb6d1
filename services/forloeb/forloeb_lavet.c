// SPDX-License-Identifier: MPL-2.0
#include "forloeb_lavet.h"

#include <stdlib.h>

#include "bindinger.h"
#include "trin.h"

static const char *const due_aarsager[] = {
    "timer", "maaneder", "tidlig", "valg", "forladt-akasse", "udtraadt-forsoeg", "manuel", NULL};
static const char *const aflyst_aarsager[] = {"afmeldt", "flyttet", "rettet", "skift", NULL};
static const char *const tilbagekaldt_aarsager[] = {
    "flyttet", "rettet", "tilbagekaldt", "kasseret", NULL};
static const char *const annullering_aarsager[] = {"andet", NULL};
static const char *const opdateringer[] = {"tilfoejet", "korrigeret", "tilbagekaldt", NULL};
static const char *const forsinkelser[] = {"afsender", "parloeb", "modtager", NULL};
static const char *const valg[] = {
    "standard-deltager", "borger-fravalgt", "gaest-fravalgt", "borger-tilvalgt", NULL};
static const char *const mangel_arter[] = {"referat", "samtale", NULL};
static const char *const arter[] = {"individuel", "faelles", "gruppe", NULL};
static const char *const former[] = {
    "personligt", "telefon", "digitalt", "brev", "paa-arbejdspladsen", NULL};
static const char *const deltagelser[] = {"deltog", "udeblev", "fravalgt", NULL};
static const char *const tilbudstyper[] = {
    "amu", "kort-erhvervsrettet", "jobrettet-6-uger", "laese-regne-it", "andet", NULL};

static const struct plb_bind b_int = {.type = PLB_BIND_INT, .has = PLB_BIND_REQUIRED};

struct b_forseglet {
	struct plb_slice kilde, id, cpr, rest;
};
struct b_samtale {
	struct samtale v;
	struct plb_list typer; /* int32_t */
};
struct b_referat {
	struct plb_uuid id, samtale;
	int32_t version;
	bool har_samtale, har_synlig, synlig, har_deles, deles, har_forseglet;
	struct plb_slice sprog;
	struct b_forseglet forseglet;
};
struct b_fejl {
	struct plb_slice felt, kode, besked;
};
struct b_lavet {
	struct effekt e;
	bool har_forseglet, har_timer, har_forsinkelse;
	int annullering; /* always the one there is */
	struct b_forseglet forseglet;
	struct plb_slice fra, til, aarsag, organisation, maaned;
	char maanedstekst[PLB_DATO_TEXT];
	struct plb_list samtaler, referater, fejl;
};

#define L struct b_lavet

static const struct plb_bind forseglet_felter[] = {
    FELT("kilde", PLB_BIND_STRING, struct b_forseglet, kilde),
    FELT("id", PLB_BIND_STRING, struct b_forseglet, id),
    FELT("cpr", PLB_BIND_BYTES, struct b_forseglet, cpr),
    FELT("rest", PLB_BIND_BYTES, struct b_forseglet, rest),
};
#define FORSEGLET POST("forseglet", L, forseglet, forseglet_felter, offsetof(L, har_forseglet))
#define FAELLES                                                                                    \
	FELT("forloebId", PLB_BIND_FIXED16, L, e.faelles.forloeb_id),                              \
	    FELT("akassekode", PLB_BIND_STRING, L, e.faelles.akassekode),                          \
	    FELT("kommunekode", PLB_BIND_STRING, L, e.faelles.kommunekode),                        \
	    FELT("regelsaet", PLB_BIND_STRING, L, e.faelles.regelsaet), FORSEGLET

static const struct plb_bind samtale_felter[] = {
    FELT("samtaleId", PLB_BIND_FIXED16, struct b_samtale, v.id),
    LISTE_AF("samtaletyper", struct b_samtale, typer, b_int, int32_t),
    FELT("afholdt", PLB_BIND_TIME, struct b_samtale, v.afholdt),
    SYMBOL("afholdelsesform", struct b_samtale, v.form, former),
    SYMBOL_VALG("moedegruppetype", struct b_samtale, v.art, arter, v.har_art),
    VALG("indkaldelseId", PLB_BIND_FIXED16, struct b_samtale, v.indkaldelse, v.har_indkaldelse),
    FELT("flereMyndigheder", PLB_BIND_BOOL, struct b_samtale, v.flere_myndigheder),
    SYMBOL_VALG("deltagelsesstatus", struct b_samtale, v.deltagelsesstatus, deltagelser,
	v.har_deltagelsesstatus),
};
static const struct plb_bind referat_felter[] = {
    FELT("referatId", PLB_BIND_FIXED16, struct b_referat, id),
    FELT("version", PLB_BIND_INT, struct b_referat, version),
    VALG("samtaleId", PLB_BIND_FIXED16, struct b_referat, samtale, har_samtale),
    VALG("synligForBorger", PLB_BIND_BOOL, struct b_referat, synlig, har_synlig),
    VALG("delesMedKommune", PLB_BIND_BOOL, struct b_referat, deles, har_deles),
    FELT("sprog", PLB_BIND_STRING, struct b_referat, sprog),
    POST("forseglet", struct b_referat, forseglet, forseglet_felter,
	offsetof(struct b_referat, har_forseglet)),
};
/* The same of the event that the referat came with. */
static const struct plb_bind kilde_felter[] = {
    FELT("synligForBorger", PLB_BIND_BOOL, struct b_referat, synlig),
    VALG("delesMedKommune", PLB_BIND_BOOL, struct b_referat, deles, har_deles),
    FELT("sprog", PLB_BIND_STRING, struct b_referat, sprog),
    POST("forseglet", struct b_referat, forseglet, forseglet_felter,
	offsetof(struct b_referat, har_forseglet)),
};
static const struct plb_bind indstilling_felter[] = {
    FELT("indstillingId", PLB_BIND_FIXED16, struct indstilling, id),
    SYMBOL("tilbudstype", struct indstilling, tilbudstype, tilbudstyper),
    VALG("svarOenskesSenest", PLB_BIND_DATO, struct indstilling, frist, har_frist),
};
static const struct plb_bind mangel_felter[] = {
    SYMBOL("art", struct mangel, art, mangel_arter),
    VALG("samtaleId", PLB_BIND_FIXED16, struct mangel, samtale, har_samtale),
    VALG("samtaletype", PLB_BIND_INT, struct mangel, samtaletype, har_type),
    VALG("frist", PLB_BIND_TIME, struct mangel, frist, har_frist),
};
static const struct plb_bind fejl_felter[] = {
    FELT("felt", PLB_BIND_STRING, struct b_fejl, felt),
    FELT("kode", PLB_BIND_STRING, struct b_fejl, kode),
    FELT("besked", PLB_BIND_STRING, struct b_fejl, besked),
};

static const struct plb_bind handover_forventet[] = {
    FAELLES,
    FELT("forventetVirkningsdato", PLB_BIND_DATO, L, e.u.handover_forventet.virkningsdato),
    FELT("timerTilDato", PLB_BIND_LONG, L, e.u.handover_forventet.timer_til_dato_c),
    FELT("graense", PLB_BIND_LONG, L, e.u.handover_forventet.graense_c),
    FELT("pakkefrist", PLB_BIND_TIME, L, e.u.handover_forventet.pakkefrist),
};
static const struct plb_bind handover_due[] = {
    FAELLES,
    SYMBOL("aarsag", L, e.u.handover_due.aarsag, due_aarsager),
    VALG("timer", PLB_BIND_LONG, L, e.u.handover_due.timer_c, har_timer),
    VALG("graense", PLB_BIND_LONG, L, e.u.handover_due.graense_c, har_timer),
    FELT("virkningsdato", PLB_BIND_DATO, L, e.u.handover_due.virkningsdato),
    FELT("fraOrganisation", PLB_BIND_STRING, L, fra),
    FELT("tilOrganisation", PLB_BIND_STRING, L, til),
    LISTE("samtaler", L, samtaler, samtale_felter, struct b_samtale),
    LISTE("referater", L, referater, referat_felter, struct b_referat),
    VALG("planversionId", PLB_BIND_FIXED16, L, e.u.handover_due.plan, e.u.handover_due.har_plan),
    LISTE(
	"indstillinger", L, e.u.handover_due.indstillinger, indstilling_felter, struct indstilling),
    SYMBOL_VALG("deltagelsesvalg", L, e.u.handover_due.valg, valg, e.u.handover_due.har_valg),
    LISTE("mangler", L, e.u.handover_due.mangler, mangel_felter, struct mangel),
};
static const struct plb_bind handover_opdateret[] = {
    FAELLES,
    SYMBOL("aendring", L, e.u.handover_opdateret.aendring, opdateringer),
    VALG("samtaleId", PLB_BIND_FIXED16, L, e.u.handover_opdateret.samtale,
	e.u.handover_opdateret.har_samtale),
    VALG("referatId", PLB_BIND_FIXED16, L, e.u.handover_opdateret.referat,
	e.u.handover_opdateret.har_referat),
    VALG("version", PLB_BIND_INT, L, e.u.handover_opdateret.version,
	e.u.handover_opdateret.har_referat),
    VALG("berigtigetTimer", PLB_BIND_LONG, L, e.u.handover_opdateret.timer_c,
	e.u.handover_opdateret.har_timer),
    LISTE("mangler", L, e.u.handover_opdateret.mangler, mangel_felter, struct mangel),
};
static const struct plb_bind handover_gennemfoert[] = {
    FAELLES,
    FELT("gennemfoert", PLB_BIND_TIME, L, e.u.handover_gennemfoert.gennemfoert),
    FELT("rettidig", PLB_BIND_BOOL, L, e.u.handover_gennemfoert.rettidig),
    SYMBOL_VALG("forsinkelseAarsag", L, e.u.handover_gennemfoert.forsinkelse, forsinkelser,
	har_forsinkelse),
    LISTE("mangler", L, e.u.handover_gennemfoert.mangler, mangel_felter, struct mangel),
};
static const struct plb_bind handover_overskredet[] = {
    FAELLES,
    FELT("haardtStop", PLB_BIND_TIME, L, e.u.handover_overskredet.haardt_stop),
    LISTE("mangler", L, e.u.handover_overskredet.mangler, mangel_felter, struct mangel),
};
static const struct plb_bind handover_aflyst[] = {
    FAELLES,
    SYMBOL("aarsag", L, e.u.handover_aflyst.aarsag, aflyst_aarsager),
};
static const struct plb_bind referat_mangler[] = {
    FAELLES,
    FELT("samtaleId", PLB_BIND_FIXED16, L, e.u.referat_mangler.samtale_id),
    FELT("frist", PLB_BIND_TIME, L, e.u.referat_mangler.frist),
};
static const struct plb_bind indkaldelse_annulleret[] = {
    FELT("indkaldelseId", PLB_BIND_FIXED16, L, e.u.indkaldelse_annulleret),
    SYMBOL("aarsag", L, annullering, annullering_aarsager),
    FORSEGLET,
};
static const struct plb_bind haendelse_afvist[] = {
    FELT("haendelseId", PLB_BIND_STRING, L, e.u.haendelse_afvist.haendelse_id),
    FELT("aarsag", PLB_BIND_STRING, L, aarsag),
    LISTE("fejl", L, fejl, fejl_felter, struct b_fejl),
};

static const struct plb_bind referat_status[] = {
    FAELLES,
    FELT("referatId", PLB_BIND_FIXED16, L, e.u.referat_status.referat_id),
    FELT("version", PLB_BIND_INT, L, e.u.referat_status.version),
    FELT("organisation", PLB_BIND_STRING, L, organisation),
    FELT("tidspunkt", PLB_BIND_TIME, L, e.u.referat_status.tidspunkt),
    FELT("aarsag", PLB_BIND_STRING, L, e.u.referat_status.aarsag),
};
static const struct plb_bind besked_laest[] = {
    FAELLES,
    FELT("beskedId", PLB_BIND_FIXED16, L, e.u.levering_laest.id),
    FELT("organisation", PLB_BIND_STRING, L, organisation),
    FELT("tidspunkt", PLB_BIND_TIME, L, e.u.levering_laest.tidspunkt),
};
static const struct plb_bind levering_ulaest[] = {
    FAELLES,
    FELT("leveringid", PLB_BIND_FIXED16, L, e.u.levering_laest.id),
    FELT("organisation", PLB_BIND_STRING, L, organisation),
    FELT("tidspunkt", PLB_BIND_TIME, L, e.u.levering_laest.tidspunkt),
};
static const struct plb_bind samtale_mangler[] = {
    FAELLES,
    FELT("frist", PLB_BIND_TIME, L, e.u.samtale_mangler),
};
static const struct plb_bind timer_mangler[] = {
    FAELLES,
    FELT("dagpengemaaned", PLB_BIND_STRING, L, maaned),
};
static const struct plb_bind indstilling_frist[] = {
    FAELLES,
    FELT("indstillingId", PLB_BIND_FIXED16, L, e.u.indstilling_frist.id),
    FELT("frist", PLB_BIND_TIME, L, e.u.indstilling_frist.frist),
};
static const struct plb_bind indstilling_videresendt[] = {
    FAELLES,
    FELT("indstillingId", PLB_BIND_FIXED16, L, e.u.indstilling_videresendt.id),
    FELT("fraKommunekode", PLB_BIND_STRING, L, e.u.indstilling_videresendt.fra),
    FELT("tilKommunekode", PLB_BIND_STRING, L, e.u.indstilling_videresendt.til),
};
static const struct plb_bind levering_tilbagekaldt[] = {
    FELT("tilbagekaldtLeveringid", PLB_BIND_FIXED16, L, e.u.levering_tilbagekaldt.leveringid),
    SYMBOL("aarsag", L, e.u.levering_tilbagekaldt.aarsag, tilbagekaldt_aarsager),
};

static const struct {
	const struct plb_bind *felter;
	size_t n;
} typer[LAVET_TYPER] = {
    [LAVET_HANDOVER_FORVENTET] = {handover_forventet, ANTAL(handover_forventet)},
    [LAVET_HANDOVER_DUE] = {handover_due, ANTAL(handover_due)},
    [LAVET_HANDOVER_OPDATERET] = {handover_opdateret, ANTAL(handover_opdateret)},
    [LAVET_HANDOVER_GENNEMFOERT] = {handover_gennemfoert, ANTAL(handover_gennemfoert)},
    [LAVET_HANDOVER_OVERSKREDET] = {handover_overskredet, ANTAL(handover_overskredet)},
    [LAVET_HANDOVER_AFLYST] = {handover_aflyst, ANTAL(handover_aflyst)},
    [LAVET_REFERAT_MANGLER] = {referat_mangler, ANTAL(referat_mangler)},
    [LAVET_INDKALDELSE_ANNULLERET] = {indkaldelse_annulleret, ANTAL(indkaldelse_annulleret)},
    [LAVET_HAENDELSE_AFVIST] = {haendelse_afvist, ANTAL(haendelse_afvist)},
    [LAVET_REFERAT_LEVERET] = {referat_status, ANTAL(referat_status)},
    [LAVET_REFERAT_LAEST] = {referat_status, ANTAL(referat_status)},
    [LAVET_REFERAT_AFVIST] = {referat_status, ANTAL(referat_status)},
    [LAVET_BESKED_LAEST] = {besked_laest, ANTAL(besked_laest)},
    [LAVET_LEVERING_ULAEST] = {levering_ulaest, ANTAL(levering_ulaest)},
    [LAVET_SAMTALE_MANGLER] = {samtale_mangler, ANTAL(samtale_mangler)},
    [LAVET_TIMER_MANGLER] = {timer_mangler, ANTAL(timer_mangler)},
    [LAVET_OPKVALIFICERING_PAAMINDELSE] = {indstilling_frist, ANTAL(indstilling_frist)},
    [LAVET_OPKVALIFICERING_UDLOEBET] = {indstilling_frist, ANTAL(indstilling_frist)},
    [LAVET_OPKVALIFICERING_VIDERESENDT] = {indstilling_videresendt, ANTAL(indstilling_videresendt)},
    [LAVET_LEVERING_TILBAGEKALDT] = {levering_tilbagekaldt, ANTAL(levering_tilbagekaldt)},
};

struct forloeb_lavet {
	const struct plb_schemas *schemas;
	const struct plb_schema *skema[LAVET_TYPER];
	struct plb_binding *binding[LAVET_TYPER];
	const struct plb_schema *kilde_skema;
	struct plb_binding *kilde;
};

static enum plb_err
bind(const struct plb_schemas *schemas, const char *navn, const struct plb_bind *felter, size_t n,
    const struct plb_schema **skema, struct plb_binding **out, struct plb_errctx *ec)
{
	enum plb_err err;

	*skema = plb_schema_find(schemas, plb_slice_str(navn));
	if (*skema == NULL)
		return plb_err_set(ec, PLB_E_KONFIG, "schema %s is missing", navn);
	err = plb_binding_new(*skema, felter, n, out, ec);
	return err == PLB_OK ? PLB_OK : plb_err_wrap(ec, err, "%s", navn);
}

enum plb_err
forloeb_lavet_new(
    const struct plb_schemas *schemas, struct forloeb_lavet **out, struct plb_errctx *ec)
{
	struct forloeb_lavet *l = calloc(1, sizeof(*l));
	enum plb_err err = PLB_OK;
	int i;

	*out = NULL;
	if (l == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	l->schemas = schemas;
	for (i = 0; err == PLB_OK && i < LAVET_TYPER; i++)
		err = bind(schemas, lavet_navn((enum lavet_type)i), typer[i].felter, typer[i].n,
		    &l->skema[i], &l->binding[i], ec);
	if (err == PLB_OK)
		err = bind(schemas, "referat-publiceret", kilde_felter, ANTAL(kilde_felter),
		    &l->kilde_skema, &l->kilde, ec);
	if (err != PLB_OK)
		forloeb_lavet_free(&l);
	*out = l;
	return err;
}

void
forloeb_lavet_free(struct forloeb_lavet **l)
{
	int i;

	if (*l == NULL)
		return;
	for (i = 0; i < LAVET_TYPER; i++)
		plb_binding_free(&(*l)->binding[i]);
	plb_binding_free(&(*l)->kilde);
	free(*l);
	*l = NULL;
}

const char *
forloeb_lavet_type(const struct forloeb_lavet *l, enum lavet_type type)
{
	return plb_schema_type(l->skema[type]);
}

/* ---- the package of handover-due ---- */

static enum plb_err
pak_samtaler(struct plb_arena *a, const struct plb_list *fra, struct plb_list *til)
{
	const struct samtale *s = fra->p;
	struct b_samtale *b = plb_arena_calloc(a, fra->n, sizeof(*b));
	size_t i;

	if (b == NULL)
		return PLB_E_FOR_STOR;
	for (i = 0; i < fra->n; i++) {
		b[i].v = s[i];
		b[i].typer = (struct plb_list){&b[i].v.type1, s[i].type2 != 0 ? 2 : 1};
	}
	*til = (struct plb_list){b, fra->n};
	return PLB_OK;
}
_Static_assert(offsetof(struct samtale, type2) == offsetof(struct samtale, type1) + sizeof(int32_t),
    "the two types are listed as an array");

/* Room for the referater of one package, so that the message stays below what Kafka takes; further
 * ones go with id and version. */
#define PAKKE_MAX (256 * 1024)

static enum plb_err
hent_referat(const struct forloeb_lavet *l, const struct lavet_gemte *g, struct plb_arena *a,
    struct b_referat *b, size_t *brugt, struct plb_errctx *ec)
{
	const struct plb_schema *skema;
	struct plb_slice value, body;
	struct b_referat fra;
	enum plb_err err = g->hent(g->arg, (struct emne){'r', b->id}, &value, ec);

	if (err == PLB_E_UKENDT)
		return PLB_OK; /* best available: id and version */
	if (err != PLB_OK || value.len > PAKKE_MAX - *brugt)
		return err;
	err = plb_frame_open(l->schemas, value, &skema, &body, ec);
	if (err == PLB_OK && skema != l->kilde_skema)
		err = plb_err_set(ec, PLB_E_FORM, "kept referat is no referat");
	if (err == PLB_OK)
		err = plb_binding_decode(l->kilde, body, a, &fra, ec);
	if (err != PLB_OK)
		return err;
	*brugt += value.len;
	b->har_synlig = true;
	b->synlig = fra.synlig;
	b->har_deles = fra.har_deles;
	b->deles = fra.deles;
	b->sprog = fra.sprog;
	b->har_forseglet = fra.har_forseglet;
	b->forseglet = fra.forseglet;
	b->forseglet.cpr = plb_slice(NULL, 0); /* the package has the person's own */
	return PLB_OK;
}

static enum plb_err
pak_referater(const struct forloeb_lavet *l, const struct handover_due *d,
    const struct lavet_gemte *g, struct plb_arena *a, struct plb_list *til, struct plb_errctx *ec)
{
	const struct referat *r = d->referater.p;
	struct b_referat *b = plb_arena_calloc(a, d->referater.n, sizeof(*b));
	enum plb_err err = b == NULL ? PLB_E_FOR_STOR : PLB_OK;
	size_t i, brugt = 0;

	for (i = 0; err == PLB_OK && i < d->referater.n; i++) {
		b[i].id = r[i].id;
		b[i].version = r[i].version;
		if (!d->hele)
			continue;
		b[i].har_samtale = true;
		b[i].samtale = r[i].samtale;
		err = hent_referat(l, g, a, &b[i], &brugt, ec);
	}
	*til = (struct plb_list){b, d->referater.n};
	return err;
}

static enum plb_err
pak_due(const struct forloeb_lavet *l, const struct lavet_gemte *g, struct plb_arena *a,
    struct b_lavet *b, struct plb_errctx *ec)
{
	struct handover_due *d = &b->e.u.handover_due;
	enum plb_err err;

	b->har_timer = d->aarsag == DUE_TIMER;
	b->fra = plb_org_slice(&d->fra);
	b->til = plb_org_slice(&d->til);
	err = pak_samtaler(a, &d->samtaler, &b->samtaler);
	return err == PLB_OK ? pak_referater(l, d, g, a, &b->referater, ec) : err;
}

static enum plb_err
pak_afvist(struct plb_arena *a, struct b_lavet *b)
{
	const struct haendelse_afvist *h = &b->e.u.haendelse_afvist;
	struct b_fejl *f = plb_arena_calloc(a, 1, sizeof(*f));

	if (f == NULL)
		return PLB_E_FOR_STOR;
	*f = (struct b_fejl){
	    plb_slice_str(h->felt), plb_slice_str(h->aarsag), plb_slice_str(h->besked)};
	b->aarsag = plb_slice_str(h->aarsag);
	b->fejl = (struct plb_list){f, 1};
	return PLB_OK;
}

enum plb_err
forloeb_lavet_skriv(const struct forloeb_lavet *l, const struct effekt *e,
    const struct forseglet *cpr, const struct lavet_gemte *g, struct plb_arena *a,
    struct plb_buf *out, struct plb_errctx *ec)
{
	struct b_lavet b = {.e = *e,
	    .har_forseglet = cpr->cpr.p != NULL,
	    .forseglet = {.kilde = cpr->kilde, .id = cpr->id, .cpr = cpr->cpr}};
	enum plb_err err = PLB_OK;

	switch (e->type) {
	case LAVET_HANDOVER_DUE:
		err = pak_due(l, g, a, &b, ec);
		break;
	case LAVET_HANDOVER_GENNEMFOERT:
		b.har_forsinkelse = !e->u.handover_gennemfoert.rettidig;
		break;
	case LAVET_HAENDELSE_AFVIST:
		err = pak_afvist(a, &b);
		break;
	case LAVET_REFERAT_LEVERET:
	case LAVET_REFERAT_LAEST:
	case LAVET_REFERAT_AFVIST:
		b.organisation = plb_org_slice(&b.e.u.referat_status.org);
		break;
	case LAVET_BESKED_LAEST:
	case LAVET_LEVERING_ULAEST:
		b.organisation = plb_org_slice(&b.e.u.levering_laest.org);
		break;
	case LAVET_TIMER_MANGLER:
		b.maaned = plb_slice_str(plb_maaned_text(e->u.timer_mangler, b.maanedstekst));
		break;
	default: /* bound where it is */
		break;
	}
	if (err != PLB_OK)
		return plb_err_wrap(ec, err, "%s", lavet_navn(e->type));
	plb_frame_put(l->skema[e->type], out);
	plb_binding_encode(l->binding[e->type], &b, out);
	return out->failed ? plb_err_set(ec, PLB_E_FOR_STOR, "%s: too large", lavet_navn(e->type))
			   : PLB_OK;
}
