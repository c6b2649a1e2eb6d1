// SPDX-License-Identifier: MPL-2.0
/* One reader for each parameter of a rule set. */
#include <parloeb/buf.h>
#include <stdio.h>

#include "regel_laes.h"

#define MAANEDER_MAX 60
#define VAERDI_MAX 16384

/* Order of enum ansvarlig, of the symbols of afholdelsesform, of the enums of regel.h. */
static const char *const parter[] = {"akasse", "kommune", "aktoer", NULL};
static const char *const former[] = {
    "personligt", "telefon", "digitalt", "brev", "paa-arbejdspladsen", NULL};
static const char *const delinger[] = {"pakkefrist", "loebende", "ved-overdragelse", NULL};
static const char *const pakker[] = {"alle", "sidste", "til-faelles", NULL};
static const char *const deltagelser[] = {"tilvalg", "fravalg", NULL};

/* ---- the parameters ---- */

static void
gyldig(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	laes_gyldig(l, n, &r->fra, &r->til);
}

/* `alle` = one place for everybody; otherwise the codes. */
static size_t
orger(struct laeser *l, struct plb_yaml *n, enum plb_orgtype type, struct plb_org **ud)
{
	struct plb_yaml *p;
	size_t antal = 0, i = 0;

	*ud = NULL;
	if (n == NULL)
		return 0;
	p = laes_er_ord(n, "alle") ? NULL : laes_liste(l, n, 1000);
	for (n = p; n != NULL; n = n->next)
		antal++;
	*ud = plb_arena_calloc(l->rr->arena, antal + 1, sizeof(**ud));
	if (*ud == NULL)
		return 0;
	for (; p != NULL; p = p->next)
		if (laes_org(l, p, type, &(*ud)[i]))
			i++;
	return i == 0 ? 1 : i; /* the zero organisation: all */
}

/* One block: every a-kasse of it with every kommune of it. */
static void
omfang_blok(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	struct plb_org *a, *k;
	size_t na = orger(l, plb_yaml_need(n, "akasser", l->f), PLB_ORG_AKASSE, &a);
	size_t nk = orger(l, plb_yaml_need(n, "kommuner", l->f), PLB_ORG_KOMMUNE, &k);
	struct regel_par *alle;
	size_t i, j;

	if (a == NULL || k == NULL)
		return; /* told, or out of memory below */
	alle = plb_arena_calloc(l->rr->arena, r->n_omfang + na * nk, sizeof(*alle));
	if (alle == NULL) {
		laes_fejl(l, n, "omfang: too many a-kasser and kommuner");
		return;
	}
	if (r->n_omfang > 0)
		memcpy(alle, r->omfang, r->n_omfang * sizeof(*alle));
	for (i = 0; i < na; i++)
		for (j = 0; j < nk; j++)
			alle[r->n_omfang++] = (struct regel_par){a[i], k[j]};
	r->omfang = alle;
}

/* One block, or a list of them. */
static void
omfang(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	struct plb_yaml *p;

	r->omfang = NULL;
	r->n_omfang = 0;
	if (n->kind != PLB_YAML_LIST)
		omfang_blok(l, n, r);
	else
		for (p = laes_liste(l, n, 200); p != NULL; p = p->next)
			omfang_blok(l, p, r);
}

static void
ansvarlig(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	static const char *const derefter[] = {"kommune", "ingen", NULL};

	const enum ansvarlig foerst =
	    (enum ansvarlig)laes_ord(l, plb_yaml_need(n, "foerst", l->f), parter);

	r->overdragelse = laes_ord(l, plb_yaml_need(n, "derefter", l->f), derefter) == 0;
	r->valg = laes_ord_bits(l, plb_yaml_need(n, "valg", l->f), parter);
	if (r->overdragelse != (foerst == ANSVARLIG_AKASSE))
		laes_fejl(l, n,
		    "ansvarlig: a handover to the kommune follows an a-kasse and nobody else");
}

static void
udtraeder(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	(void)plb_yaml_bool(n, &r->udtraeder, l->f);
}

static void
graense(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	static const char *const test[] = {"stoerre-end", NULL};
	struct plb_yaml *maaneder;

	if (laes_er_ord(n, "ingen"))
		return;
	maaneder = plb_yaml_get(n, "maaneder", l->f);
	if (maaneder != NULL) {
		r->maaneder = laes_tal(l, maaneder, 1, MAANEDER_MAX);
		return;
	}
	r->graense_c[KATEGORI_FULDTID] = laes_hundrededele(l, n, "fuldtid");
	r->graense_c[KATEGORI_DELTID] = laes_hundrededele(l, n, "deltid");
	(void)laes_ord(l, plb_yaml_need(n, "test", l->f), test);
}

static bool
maaned(struct laeser *l, struct plb_yaml *n, struct plb_maaned *ud)
{
	const char *text;

	if (!plb_yaml_str(n, &text, l->f))
		return false;
	if (plb_maaned_parse(n->text, ud) == PLB_OK)
		return true;
	laes_fejl(l, n, "a month YYYY-MM expected");
	return false;
}

static void
taeller_ikke(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	struct plb_yaml *p;

	r->n_taeller_ikke = 0;
	for (p = laes_liste(l, n, REGEL_PERIODER_MAX); p != NULL; p = p->next) {
		struct regel_maaneder *m = &r->taeller_ikke[r->n_taeller_ikke];

		if (!maaned(l, plb_yaml_need(p, "fra", l->f), &m->fra) ||
		    !maaned(l, plb_yaml_need(p, "til", l->f), &m->til))
			continue;
		if (m->til.n < m->fra.n || m->til.n - m->fra.n >= MAANEDER_MAX)
			laes_fejl(l, p, "taeller_ikke: 1 to %d months expected", MAANEDER_MAX);
		else
			r->n_taeller_ikke++;
	}
}

static void
maanedsnorm(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	if (laes_er_ord(n, "ingen"))
		return;
	r->norm_c[KATEGORI_FULDTID] = laes_hundrededele(l, n, "fuldtid");
	r->norm_c[KATEGORI_DELTID] = laes_hundrededele(l, n, "deltid");
}

static void
foerste_samtale(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	struct plb_yaml *f = plb_yaml_get(n, "moedeformer", l->f);

	r->foerste_samtale_dage = laes_tal_i(l, n, "dage", 1, 366);
	r->foerste_typer.n = laes_samtaletyper(
	    l, plb_yaml_need(n, "typer", l->f), r->foerste_typer.type, KRAV_TYPER_MAX);
	r->foerste_former = f != NULL ? laes_ord_bits(l, f, former) : 0;
}

static void
krav(struct laeser *l, struct plb_yaml *n, struct samtalekrav *k)
{
	static const char *const fra[] = {"tilmelding", "overdragelse", NULL};
	struct plb_yaml *navn = plb_yaml_need(n, "navn", l->f);
	const char *text = "";

	if (plb_yaml_str(navn, &text, l->f) && strlen(text) >= sizeof(k->navn))
		laes_fejl(l, navn, "navn: at most %zu characters expected", sizeof(k->navn) - 1);
	snprintf(k->navn, sizeof(k->navn), "%s", text);
	k->part = (enum ansvarlig)laes_ord(l, plb_yaml_need(n, "part", l->f), parter);
	k->typer.n =
	    laes_samtaletyper(l, plb_yaml_need(n, "typer", l->f), k->typer.type, KRAV_TYPER_MAX);
	k->antal = laes_tal_i(l, n, "antal", 1, 99);
	k->fra_overdragelse = laes_ord(l, plb_yaml_need(n, "fra", l->f), fra) == 1;
	k->efter_maaneder = laes_tal_i(l, n, "efter_maaneder", 0, MAANEDER_MAX);
	k->inden_maaneder = laes_tal_i(l, n, "inden_maaneder", 1, MAANEDER_MAX);
	(void)plb_yaml_bool(plb_yaml_need(n, "fritages", l->f), &k->fritages, l->f);
	(void)plb_yaml_bool(plb_yaml_need(n, "i_pakken", l->f), &k->i_pakken, l->f);
	if (k->efter_maaneder >= k->inden_maaneder && k->inden_maaneder > 0)
		laes_fejl(l, n, "the window ends before it begins");
}

static void
samtaler(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	struct plb_yaml *p;

	r->n_krav = 0;
	for (p = laes_liste(l, n, REGEL_KRAV_MAX); p != NULL; p = p->next) {
		r->krav[r->n_krav] = (struct samtalekrav){.navn = ""};
		krav(l, p, &r->krav[r->n_krav++]);
	}
}

static void
moedeformer(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	struct plb_yaml *p, *til;

	r->n_moedeformer = 0;
	for (p = laes_liste(l, n, REGEL_PERIODER_MAX); p != NULL; p = p->next) {
		struct regel_moedeformer *m = &r->moedeformer[r->n_moedeformer++];

		m->fra = m->til = PLB_DATO_NONE;
		(void)plb_yaml_dato(plb_yaml_get(p, "fra", l->f), &m->fra, l->f);
		til = plb_yaml_get(p, "til", l->f);
		if (plb_yaml_dato(til, &m->til, l->f) && plb_dato_set(m->fra) &&
		    plb_dato_before(m->til, m->fra))
			laes_fejl(l, til, "til: a date not before fra expected");
		m->former = laes_ord_bits(l, plb_yaml_need(p, "former", l->f), former);
	}
}

static void
tilladte_typer(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	r->n_samtaletyper = 0;
	if (!laes_er_ord(n, "alle"))
		r->n_samtaletyper = laes_samtaletyper(
		    l, n, r->samtaletyper, sizeof(r->samtaletyper) / sizeof(r->samtaletyper[0]));
}

static void
sammenlaegning(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	struct plb_yaml *par;
	size_t max = sizeof(r->sammen) / sizeof(r->sammen[0]);

	r->n_sammen = 0;
	for (par = laes_liste(l, n, max); par != NULL; par = par->next) {
		int32_t v[2] = {0, 0};

		if (laes_samtaletyper(l, par, v, 2) != 2 || v[0] == v[1])
			laes_fejl(
			    l, par, "sammenlaegning: pairs of two conversation types expected");
		r->sammen[r->n_sammen][0] = v[0];
		r->sammen[r->n_sammen++][1] = v[1];
	}
}

static void
kvote(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	r->kvote_procent = r->fritagelse_procent = 0;
	if (laes_er_ord(n, "ingen"))
		return;
	r->kvote_procent = laes_tal_i(l, n, "procent", 1, 100);
	r->fritagelse_procent = laes_tal_i(l, n, "fritagelse_procent", 0, 100);
	if (r->kvote_procent + r->fritagelse_procent > 100)
		laes_fejl(l, n, "kvote: procent and fritagelse_procent are more than 100 together");
}

static void
deltagelse(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	static const char *const ved[DELTAGELSE_VED_ANTAL] = {
	    "faelles", "foerste_kommune", "maaned_16"};
	int i;

	for (i = 0; i < DELTAGELSE_VED_ANTAL; i++)
		r->deltagelse[i] =
		    (enum deltagelse)laes_ord(l, plb_yaml_need(n, ved[i], l->f), deltagelser);
}

/* `registrering`, or a number of working days. */
static void
forvarsel(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	r->forvarsel_arbejdsdage =
	    laes_er_ord(n, "registrering") ? -1 : laes_tal(l, n, 0, REGEL_DAGE_MAX);
}

static void
deling(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	r->deling = (enum deling)laes_ord(l, n, delinger);
}

static void
pakke_referater(struct laeser *l, struct plb_yaml *n, struct regelsaet *r)
{
	r->pakke_referater = (enum pakke_referater)laes_ord(l, n, pakker);
}

/* ---- the table ---- */

typedef void parameter_fn(struct laeser *l, struct plb_yaml *n, struct regelsaet *r);

/* Numbers of days need no function: where they lie, and whether `ingen` is a number too. */
static const struct {
	parameter_fn *fn;
	size_t dage;
	bool ingen, aftale; /* two parties may agree on it */
} parametre[REGEL_ANTAL] = {
    [REGEL_GYLDIG] = {.fn = gyldig},
    [REGEL_OMFANG] = {.fn = omfang},
    [REGEL_ANSVARLIG] = {.fn = ansvarlig},
    [REGEL_UDTRAEDER] = {.fn = udtraeder},
    [REGEL_GRAENSE] = {.fn = graense},
    [REGEL_TAELLER_IKKE] = {.fn = taeller_ikke},
    [REGEL_MAANEDSNORM] = {.fn = maanedsnorm},
    [REGEL_FOERSTE_SAMTALE] = {.fn = foerste_samtale, .aftale = true},
    [REGEL_SAMTALER] = {.fn = samtaler, .aftale = true},
    [REGEL_MOEDEFORMER] = {.fn = moedeformer},
    [REGEL_SAMTALETYPER] = {.fn = tilladte_typer},
    [REGEL_SAMMENLAEGNING] = {.fn = sammenlaegning},
    [REGEL_KVOTE] = {.fn = kvote},
    [REGEL_DELTAGELSE] = {.fn = deltagelse, .aftale = true},
    [REGEL_FORVARSEL] = {.fn = forvarsel, .aftale = true},
    [REGEL_DELING] = {.fn = deling, .aftale = true},
    [REGEL_PAKKE_REFERATER] = {.fn = pakke_referater, .aftale = true},
#define DAGE(navn, medlem, ingen_)                                                                 \
	[REGEL_##navn] = {NULL, offsetof(struct regelsaet, medlem), ingen_, true}
    DAGE(PAKKEFRIST, pakkefrist_arbejdsdage, false),
    DAGE(REFERAT_FRIST, referat_frist_arbejdsdage, false),
    DAGE(FAELLES_REFERAT, faelles_referat_arbejdsdage, true),
    DAGE(HAARDT_STOP, haardt_stop_arbejdsdage, false),
    DAGE(OVERSKREDET, overskredet_arbejdsdage, false),
    DAGE(TIMER_MANGLER, timer_mangler_arbejdsdage, true),
    DAGE(TIMER_VENT, timer_vent_arbejdsdage, false),
    DAGE(ULAEST, ulaest_arbejdsdage, true),
    DAGE(INDSTILLING_SVAR, indstilling_svar_arbejdsdage, false),
    DAGE(INDSTILLING_PAAMINDELSE, indstilling_paamindelse_arbejdsdage, false),
#undef DAGE
};

/* ---- for people: the value as it stands, on one line ---- */

static void
vis(const struct plb_yaml *n, struct plb_buf *b, int dybde)
{
	const struct plb_yaml *p;

	if (n->kind == PLB_YAML_SCALAR) {
		plb_buf_slice(b, n->text);
		return;
	}
	for (p = n->first; p != NULL; p = p->next) {
		bool klamme = p->kind != PLB_YAML_SCALAR && n->kind == PLB_YAML_LIST;

		if (p != n->first)
			plb_buf_str(b, dybde == 0 && klamme ? "; " : ", ");
		if (n->kind == PLB_YAML_MAP)
			plb_buf_printf(b, "%.*s: ", (int)p->key.len, (const char *)p->key.p);
		if (p->kind == PLB_YAML_LIST)
			plb_buf_str(b, "[");
		vis(p, b, dybde + 1);
		if (p->kind == PLB_YAML_LIST)
			plb_buf_str(b, "]");
	}
	if (n->first == NULL)
		plb_buf_str(b, "ingen");
}

static const char *
behold(struct laeser *l, const struct plb_yaml *n)
{
	struct plb_slice s = {NULL, 0};
	struct plb_buf b;

	plb_buf_init(&b, VAERDI_MAX);
	vis(n, &b, 0);
	if (plb_buf_done(&b, &s) == PLB_OK)
		s = plb_arena_dup(l->rr->arena, s);
	plb_buf_fini(&b);
	if (s.p == NULL)
		laes_fejl(l, n, "longer than can be kept");
	return s.p == NULL ? "" : (const char *)s.p;
}

static void
parameter(struct laeser *l, enum regel_parameter i, struct plb_yaml *n, struct plb_yaml *kilder,
    struct regelsaet *r)
{
	struct plb_yaml *k = plb_yaml_need(kilder, regel_noegle(i), l->f);
	const char *text;

	if (parametre[i].fn != NULL)
		parametre[i].fn(l, n, r);
	else
		*(int *)((char *)r + parametre[i].dage) = parametre[i].ingen
		    ? laes_tal_eller_ingen(l, n)
		    : laes_tal(l, n, 0, REGEL_DAGE_MAX);
	r->vaerdi[i] = behold(l, n);
	r->kilde[i] = "";
	if (!plb_yaml_str(k, &text, l->f))
		return;
	if (text[0] == '\0')
		laes_fejl(l, k, "%s: a source expected (\"aftalt\" = agreed, no statute)",
		    regel_noegle(i));
	r->kilde[i] = behold(l, k);
}

/* What only several parameters together can say. */
static void
samlet(struct laeser *l, struct plb_yaml *m, const struct regelsaet *r)
{
	bool timer = r->graense_c[0] > 0;

	if (r->overdragelse != (timer || r->maaneder > 0))
		laes_fejl(l, m, "graense: `ingen` where nothing is handed over, and only there");
	if (timer && (r->norm_c[0] <= 0 || r->norm_c[1] <= 0))
		laes_fejl(l, m, "maanedsnorm: the forecast by hours needs the hours of a month");
}

void
laes_parametre(struct laeser *l, struct plb_yaml *m, struct plb_yaml *kilder, struct regelsaet *r)
{
	size_t foer = l->f->n;
	struct plb_yaml *n;
	int i;

	for (i = 0; i < REGEL_ANTAL; i++) {
		n = plb_yaml_need(m, regel_noegle((enum regel_parameter)i), l->f);
		if (n != NULL)
			parameter(l, (enum regel_parameter)i, n, kilder, r);
	}
	if (l->f->n == foer)
		samlet(l, m, r);
}

void
laes_aendringer(struct laeser *l, struct plb_yaml *m, struct plb_yaml *kilder, struct regelsaet *r)
{
	struct plb_yaml *n;
	int i;

	for (i = 0; i < REGEL_ANTAL; i++) {
		n = plb_yaml_get(m, regel_noegle((enum regel_parameter)i), l->f);
		if (n == NULL)
			continue;
		if (parametre[i].aftale) {
			parameter(l, (enum regel_parameter)i, n, kilder, r);
		} else {
			plb_yaml_use_all(n);
			laes_fejl(l, n, "%s: not for two parties to agree on",
			    regel_noegle((enum regel_parameter)i));
		}
	}
}
