// SPDX-License-Identifier: MPL-2.0
#include "forklar_int.h"

#include "frist.h"
#include "tekst.h"

/* ---- facts ---- */

void
sag_fakta_tilmelding(struct sag *s)
{
	struct plb_buf *b = &s->ud->fakta;

	plb_buf_str(b, "tilmeldt ");
	forklar_dato(s->f.tilmeldingsdato, b);
	plb_buf_printf(b, ", %s\n",
	    s->f.kategori == KATEGORI_DELTID ? "deltidsforsikret" : "fuldtidsforsikret");
	if (plb_dato_set(s->f.foerste_dagpengedag)) {
		plb_buf_str(b, "første dagpengedag ");
		forklar_dato(s->f.foerste_dagpengedag, b);
		plb_buf_str(b, "\n");
	}
}

void
sag_fakta_timer(struct sag *s)
{
	const struct maanedstimer *t = s->f.timer.p;
	struct plb_buf *b = &s->ud->fakta;
	size_t i;

	for (i = 0; i < s->f.timer.n; i++) {
		tekst_timer(t[i].timer_c, b);
		plb_buf_str(b, " timer for ");
		forklar_maaned(t[i].maaned, b);
		plb_buf_str(b, ", meldt af ");
		forklar_org(s, plb_org_slice(&t[i].akasse), b);
		plb_buf_str(b, " ");
		forklar_klokken(t[i].stempel.time, b);
		plb_buf_str(
		    b, regel_maaned_taeller(s->r, t[i].maaned) ? "\n" : " (måneden tæller ikke)\n");
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
		forklar_maaned(led[i].maaned, b);
		plb_buf_str(b, led[i].rapporteret ? ")" : ", ventet)");
		sum += led[i].timer_c;
	}
	plb_buf_str(b, n > 1 ? " = " : "");
	if (n > 1)
		tekst_timer(sum, b);
	plb_buf_str(b, " timer");
	return sum;
}

void
sag_regn_graense(struct sag *s, const struct timer_led *led, size_t n)
{
	struct plb_buf *b = &s->ud->regnestykke;
	int64_t graense = plb_jv_get(s->data, "graense") != NULL
	    ? (int64_t)(plb_jv_real(plb_jv_get(s->data, "graense"), 0) * 100 + 0.5)
	    : s->r->graense_c[s->f.kategori];
	int64_t sum = n > 0 ? regn_timer(s, led, n) : 0;

	if (n == 0)
		return;
	plb_buf_str(b, sum > graense ? " er mere end " : " er ikke mere end ");
	tekst_timer(graense, b);
	plb_buf_str(b, "; målt ved udgangen af ");
	forklar_maaned(led[n - 1].maaned, b);
}

/* "; pakkefrist: fem arbejdsdage før, 27. maj 2024 kl. 23:59:59 (…)" */
void
sag_regn_pakkefrist(struct sag *s, struct plb_dato virkning)
{
	struct plb_time frist = frist_pakke(s->g->regler, s->r, virkning), sendt;
	struct plb_buf *b = &s->ud->regnestykke;

	plb_buf_str(b, "; pakkefrist: ");
	forklar_arbejdsdage(s->r->pakkefrist_arbejdsdage, b);
	plb_buf_str(b, " før, ");
	forklar_klokken(frist, b);
	forklar_lukkede(s, plb_time_dato(frist), plb_dato_add(virkning, -1), b);
	if (sag_tid(s, "pakkefrist", &sendt) && !plb_time_eq(sendt, frist)) {
		plb_buf_str(b, " (hændelsen sagde ");
		forklar_klokken(sendt, b);
		plb_buf_str(b, "; grundlaget er rettet siden)");
	}
	sag_regel(s, REGEL_PAKKEFRIST);
}

void
sag_regn_maaneder(struct sag *s)
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
void
sag_regn_efter(struct sag *s, int n, struct plb_dato fra, struct plb_time frist)
{
	struct plb_buf *b = &s->ud->regnestykke;

	forklar_arbejdsdage(n, b);
	plb_buf_str(b, " efter ");
	forklar_dato(fra, b);
	plb_buf_str(b, ": ");
	forklar_klokken(frist, b);
	forklar_lukkede(s, plb_dato_add(fra, 1), plb_time_dato(frist), b);
}
