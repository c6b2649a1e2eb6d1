// SPDX-License-Identifier: MPL-2.0
#include "tilstand_aendret.h"

#include "effekt.h"
#include "levering.h"

/* ---- reading ---- */

static void
laes_medlemskaber(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_medlemskab *b = fra->p;
	struct medlemskab *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].akasse, &v[i].akasse);
		t->fejl = t->fejl || v[i].kategori < -1 || v[i].kategori > KATEGORI_DELTID;
	}
}

static void
laes_flytninger(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_flytning *b = fra->p;
	struct flytning *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].fra, &v[i].fra);
		orgtabel_hent(t, b[i].til, &v[i].til);
	}
}

static void
laes_fravaer(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_fravaer *b = fra->p;
	struct fravaer *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		if (!b[i].har_slut)
			v[i].slut = PLB_DATO_NONE;
	}
}

static void
laes_aflyste(struct orgtabel *t, const struct plb_list *fra, const struct forloeb *v)
{
	const struct b_aflyst *b = fra->p;
	struct modtager *m;
	struct plb_org org;
	size_t i;

	for (i = 0; i < fra->n; i++) {
		orgtabel_hent(t, b[i].org, &org);
		m = levering_modtager(v, &org);
		if (m != NULL)
			m->aflyst = b[i].sequence;
	}
}

/* The months are read before. */
static void
laes_lavere(struct orgtabel *t, const struct plb_list *fra, const struct plb_list *til)
{
	const struct b_lavere *b = fra->p;
	struct maanedstimer *v = til->p;
	struct plb_org org;
	size_t i, j;

	for (i = 0; i < fra->n; i++) {
		orgtabel_hent(t, b[i].akasse, &org);
		for (j = 0; j < til->n; j++) {
			if (v[j].maaned.n != b[i].maaned.n || !plb_org_eq(&v[j].akasse, &org))
				continue;
			v[j].lavere_c = b[i].timer_c;
			v[j].lavere = b[i].stempel;
		}
	}
}

void
aendret_laes(struct orgtabel *t, const struct b_forloeb *b, struct forloeb *v)
{
	const struct b_aendret *x = &b->aendret;

	v->tilmeldt_akasse = v->akasse;
	v->tilmeldt_kommune = v->kommune;
	v->tilmeldt_kategori = v->kategori;
	v->tilmeldt_fra = v->tilmeldingsdato;
	v->ansvar.virkning = PLB_DATO_NONE;
	if (!b->har_aendret)
		return;
	orgtabel_hent(t, x->tilmeldt_akasse, &v->tilmeldt_akasse);
	orgtabel_hent(t, x->tilmeldt_kommune, &v->tilmeldt_kommune);
	v->tilmeldt_kategori = x->tilmeldt_kategori;
	t->fejl = t->fejl || x->tilmeldt_kategori < 0 || x->tilmeldt_kategori > KATEGORI_DELTID;
	v->tilmeldt_fra = x->tilmeldt_fra;
	laes_aflyste(t, &x->aflyste, v);
	laes_medlemskaber(t, &x->medlemskaber, &v->medlemskaber);
	laes_flytninger(t, &x->flytninger, &v->flytninger);
	laes_fravaer(t, &x->fravaer, &v->fravaer);
	v->fritagelser = x->fritagelser;
	laes_lavere(t, &x->lavere, &v->timer);
	if (x->har_anmodning) {
		v->anmodning = x->anmodning;
		if (x->har_anmodning_til)
			orgtabel_hent(t, x->anmodning_til, &v->anmodning.til);
	}
	if (x->har_ansvar) {
		v->ansvar = x->ansvar;
		if (!x->har_ansvar_virkning)
			v->ansvar.virkning = PLB_DATO_NONE;
		if (x->har_ansvar_til)
			orgtabel_hent(t, x->ansvar_til, &v->ansvar.til);
	}
	if (x->har_gruppe)
		v->gruppe = x->gruppe;
}

void
aendret_laes_due(struct orgtabel *t, const struct b_forloeb *b, struct due *v)
{
	orgtabel_hent(t, b->due_fra, &v->fra);
	orgtabel_hent(t, b->due_til, &v->til);
	v->akasse = v->fra;
	if (b->har_due_akasse)
		orgtabel_hent(t, b->due_akasse, &v->akasse);
	if (!b->har_kvitteret)
		v->leveret = PLB_TIME_UNSET;
	if (!b->har_kvitteret || !b->har_haandteret)
		v->haandteret = PLB_TIME_UNSET;
	v->aarsag = b->due_flag / 2;
	/* Version 1 did not follow a handover: those of then are done. */
	v->gennemfoert = b->due_flag % 2 != 0 || !b->har_due_videre;
	v->sendt_dag = plb_dato_add(v->virkningsdato, b->due_sendt);
	v->nr = b->v.naeste_nr; /* at rest all is told */
	t->fejl = t->fejl || b->due_flag < 0 || v->aarsag > DUE_MANUEL;
}

/* ---- writing ---- */

static void
skriv_medlemskaber(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct medlemskab *v = fra->p;
	struct b_medlemskab *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] = (struct b_medlemskab){v[i], orgtabel_nr(t, &v[i].akasse)};
}

static void
skriv_flytninger(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct flytning *v = fra->p;
	struct b_flytning *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] =
		    (struct b_flytning){v[i], orgtabel_nr(t, &v[i].fra), orgtabel_nr(t, &v[i].til)};
}

static void
skriv_fravaer(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct fravaer *v = fra->p;
	struct b_fravaer *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] = (struct b_fravaer){v[i], plb_dato_set(v[i].slut)};
}

static void
skriv_aflyste(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct modtager *v = fra->p;
	struct b_aflyst *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i, n = 0;

	for (i = 0; b != NULL && i < fra->n; i++)
		if (v[i].aflyst != 0)
			b[n++] = (struct b_aflyst){orgtabel_nr(t, &v[i].org), v[i].aflyst};
	til->n = n;
}

static void
skriv_lavere(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct maanedstimer *v = fra->p;
	struct b_lavere *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i, n = 0;

	for (i = 0; b != NULL && i < fra->n; i++)
		if (v[i].lavere.id.p != NULL)
			b[n++] = (struct b_lavere){
			    v[i].maaned, orgtabel_nr(t, &v[i].akasse), v[i].lavere_c, v[i].lavere};
	til->n = n;
}

/* Nothing happened that the rest does not say already. */
static bool
uaendret(const struct forloeb *v)
{
	return v->medlemskaber.n == 0 && v->flytninger.n == 0 && v->fravaer.n == 0 &&
	    v->fritagelser.n == 0 && v->anmodning.stempel.id.p == NULL &&
	    v->ansvar.stempel.id.p == NULL && v->gruppe.stempel.id.p == NULL &&
	    plb_dato_eq(v->tilmeldt_fra, v->tilmeldingsdato);
}

void
aendret_skriv(struct orgtabel *t, const struct forloeb *v, struct b_forloeb *b)
{
	struct b_aendret *x = &b->aendret;

	skriv_aflyste(t, &v->modtagere, &x->aflyste);
	skriv_lavere(t, &v->timer, &x->lavere);
	b->har_aendret = x->aflyste.n > 0 || x->lavere.n > 0 || !uaendret(v);
	if (!b->har_aendret)
		return;
	x->tilmeldt_akasse = orgtabel_nr(t, &v->tilmeldt_akasse);
	x->tilmeldt_kommune = orgtabel_nr(t, &v->tilmeldt_kommune);
	x->tilmeldt_kategori = v->tilmeldt_kategori;
	x->tilmeldt_fra = v->tilmeldt_fra;
	skriv_medlemskaber(t, &v->medlemskaber, &x->medlemskaber);
	skriv_flytninger(t, &v->flytninger, &x->flytninger);
	skriv_fravaer(t, &v->fravaer, &x->fravaer);
	x->fritagelser = v->fritagelser;
	x->anmodning = v->anmodning;
	x->har_anmodning = v->anmodning.stempel.id.p != NULL;
	x->har_anmodning_til = plb_org_type(&v->anmodning.til) != PLB_ORG_INGEN;
	if (x->har_anmodning_til)
		x->anmodning_til = orgtabel_nr(t, &v->anmodning.til);
	x->ansvar = v->ansvar;
	x->har_ansvar = v->ansvar.stempel.id.p != NULL;
	x->har_ansvar_virkning = plb_dato_set(v->ansvar.virkning);
	x->har_ansvar_til = plb_org_type(&v->ansvar.til) != PLB_ORG_INGEN;
	if (x->har_ansvar_til)
		x->ansvar_til = orgtabel_nr(t, &v->ansvar.til);
	x->gruppe = v->gruppe;
	x->har_gruppe = v->gruppe.stempel.id.p != NULL;
}

void
aendret_skriv_due(struct orgtabel *t, const struct due *v, struct b_forloeb *b)
{
	b->due_fra = orgtabel_nr(t, &v->fra);
	b->due_til = orgtabel_nr(t, &v->til);
	b->har_due_akasse = !plb_org_eq(&v->akasse, &v->fra);
	if (b->har_due_akasse)
		b->due_akasse = orgtabel_nr(t, &v->akasse);
	b->har_due_videre = true;
	b->due_flag = v->aarsag * 2 + (v->gennemfoert ? 1 : 0);
	if (__builtin_sub_overflow(v->sendt_dag.dage, v->virkningsdato.dage, &b->due_sendt))
		t->fejl = true;
	b->har_kvitteret = v->leveret.ms != PLB_TIME_UNSET.ms;
	b->har_haandteret = v->haandteret.ms != PLB_TIME_UNSET.ms;
}
