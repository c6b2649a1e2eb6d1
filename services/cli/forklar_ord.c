// SPDX-License-Identifier: MPL-2.0
#include "forklar_int.h"

#include <parloeb/kalender.h>

#include "tekst.h"

static const char *const MAANEDER[] = {"januar", "februar", "marts", "april", "maj", "juni", "juli",
    "august", "september", "oktober", "november", "december"};
static const char *const TAL[] = {
    "nul", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti"};

void
forklar_dato(struct plb_dato d, struct plb_buf *out)
{
	struct plb_ymd y = plb_dato_ymd(d);

	plb_buf_printf(out, "%d. %s %d", y.day, MAANEDER[y.month - 1], y.year);
}

void
forklar_klokken(struct plb_time t, struct plb_buf *out)
{
	int s = plb_time_local_seconds(t);

	forklar_dato(plb_time_dato(t), out);
	if (s % 60 != 0)
		plb_buf_printf(out, " kl. %02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
	else
		plb_buf_printf(out, " kl. %02d.%02d", s / 3600, s / 60 % 60);
}

void
forklar_maaned(struct plb_maaned m, struct plb_buf *out)
{
	struct plb_ymd y = plb_dato_ymd(plb_maaned_first(m));

	plb_buf_printf(out, "%s %d", MAANEDER[y.month - 1], y.year);
}

void
forklar_arbejdsdage(int n, struct plb_buf *out)
{
	if (n >= 0 && n < (int)(sizeof(TAL) / sizeof(TAL[0])))
		plb_buf_str(out, TAL[n]);
	else
		plb_buf_printf(out, "%d", n);
	plb_buf_str(out, n == 1 ? " arbejdsdag" : " arbejdsdage");
}

void
forklar_lukkede(const struct sag *s, struct plb_dato a, struct plb_dato b, struct plb_buf *out)
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

void
forklar_org(const struct sag *s, struct plb_slice o, struct plb_buf *out)
{
	char navn[200];

	tekst_fremmed(plb_slice_str(navne_org(s->g->navne, o, navn, sizeof(navn))), out);
}

void
sag_regel(struct sag *s, enum regel_parameter p)
{
	if (s->ud->n_regler < FORKLARING_REGLER)
		s->ud->regler[s->ud->n_regler++] = p;
}

/* ---- members of the event ---- */

bool
sag_dato(const struct sag *s, const char *medlem, struct plb_dato *ud)
{
	return plb_dato_parse(plb_jv_str(plb_jv_get(s->data, medlem)), ud) == PLB_OK;
}

bool
sag_tid(const struct sag *s, const char *medlem, struct plb_time *ud)
{
	return plb_time_parse(plb_jv_str(plb_jv_get(s->data, medlem)), ud) == PLB_OK;
}

bool
sag_er(const struct sag *s, const char *medlem, const char *ord)
{
	return plb_slice_is(plb_jv_str(plb_jv_get(s->data, medlem)), ord);
}
