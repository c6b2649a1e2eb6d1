// SPDX-License-Identifier: MPL-2.0
#include "regel_yaml.h"

#include <dirent.h>
#include <parloeb/kalender.h>
#include <parloeb/loop.h>
#include <stdio.h>
#include <stdlib.h>

#define CSV_MAX (256 * 1024)
#define YAML_MAX (1024 * 1024)
#define TIMER_MAX_C 10000000 /* 100,000 hours: beyond any limit that makes sense */

static void
hundrededele(struct plb_yaml *m, const char *key, int64_t *out, struct plb_faults *f)
{
	struct plb_yaml *n = plb_yaml_need(m, key, f);

	if (plb_yaml_hundredths(n, out, f) && (*out <= 0 || *out > TIMER_MAX_C))
		plb_faults_add(f, n->file, n->line, n->column,
		    "%s: hours above 0 and at most %d expected", key, TIMER_MAX_C / 100);
}

static void
tal(struct plb_yaml *m, const char *key, int64_t min, int64_t maks, int *out, struct plb_faults *f)
{
	int64_t v = min;

	if (plb_yaml_int(plb_yaml_need(m, key, f), min, maks, &v, f))
		*out = (int)v;
}

static int
ord(struct plb_yaml *m, const char *key, const char *const *words, struct plb_faults *f)
{
	int i = 0;

	return plb_yaml_word(plb_yaml_need(m, key, f), words, &i, f) ? i : 0;
}

static void
laes_gyldig(struct plb_yaml *n, struct regelsaet *r, struct plb_faults *f)
{
	struct plb_yaml *til;

	r->fra = r->til = PLB_DATO_NONE;
	if (n == NULL)
		return;
	(void)plb_yaml_dato(plb_yaml_need(n, "fra", f), &r->fra, f);
	til = plb_yaml_get(n, "til", f);
	if (plb_yaml_dato(til, &r->til, f) && plb_dato_set(r->fra) &&
	    plb_dato_before(r->til, r->fra))
		plb_faults_add(
		    f, til->file, til->line, til->column, "til: a date not before fra expected");
}

/* Scopes other than all come with the rule sets that have them. */
static void
laes_omfang(struct plb_yaml *n, struct plb_faults *f)
{
	static const char *const alle[] = {"alle", NULL};

	if (n == NULL)
		return;
	(void)ord(n, "akasser", alle, f);
	(void)ord(n, "kommuner", alle, f);
}

static void
laes_graense(struct plb_yaml *n, struct regelsaet *r, struct plb_faults *f)
{
	static const char *const test[] = {"stoerre-end", NULL};

	if (n == NULL)
		return;
	hundrededele(n, "fuldtid", &r->graense_c[KATEGORI_FULDTID], f);
	hundrededele(n, "deltid", &r->graense_c[KATEGORI_DELTID], f);
	(void)ord(n, "test", test, f);
}

static void
laes_sammenlaegning(struct plb_yaml *n, struct regelsaet *r, struct plb_faults *f)
{
	const size_t max = sizeof(r->sammen) / sizeof(r->sammen[0]);
	struct plb_yaml *par, *tallet;

	if (n == NULL)
		return;
	for (par = n->first; par != NULL; par = par->next) {
		int64_t v[2] = {0, 0};
		size_t i = 0;

		par->used = true;
		for (tallet = par->first; tallet != NULL; tallet = tallet->next, i++)
			if (plb_yaml_int(tallet, 1, 9999, &v[i < 2 ? i : 1], f))
				tallet->used = true;
		if (par->kind != PLB_YAML_LIST || i != 2 || r->n_sammen == max) {
			plb_faults_add(f, par->file, par->line, par->column,
			    "sammenlaegning: at most %zu pairs of conversation types expected",
			    max);
			return;
		}
		r->sammen[r->n_sammen][0] = (int32_t)v[0];
		r->sammen[r->n_sammen++][1] = (int32_t)v[1];
	}
}

/* `registrering`, or a number of working days. */
static void
laes_forvarsel(struct plb_yaml *n, struct regelsaet *r, struct plb_faults *f)
{
	int64_t v = 0;

	r->forvarsel_arbejdsdage = -1;
	if (n == NULL)
		return;
	n->used = true;
	if (n->kind == PLB_YAML_SCALAR && plb_slice_is(n->text, "registrering"))
		return;
	if (plb_yaml_int(n, 0, 250, &v, f))
		r->forvarsel_arbejdsdage = (int)v;
}

static void
laes_deltagelse(struct plb_yaml *n, struct plb_faults *f)
{
	static const char *const valg[] = {"tilvalg", "fravalg", NULL};

	if (n == NULL)
		return;
	(void)ord(n, "foerste_kommune", valg, f);
	(void)ord(n, "maaned_16", valg, f);
}

static void
laes_regelsaet(struct plb_yaml *y, struct regelsaet *r, struct plb_faults *f)
{
	static const char *const foerst[] = {"akasse", "kommune", NULL};
	static const char *const deling[] = {"pakkefrist", "loebende", "ved-overdragelse", NULL};
	struct plb_yaml *n = plb_yaml_need(y, "id", f);
	const char *id = "";

	if (plb_yaml_str(n, &id, f) && (id[0] == '\0' || strlen(id) >= sizeof(r->id)))
		plb_faults_add(f, n->file, n->line, n->column, "id: 1 to %zu characters expected",
		    sizeof(r->id) - 1);
	else
		snprintf(r->id, sizeof(r->id), "%s", id);
	(void)plb_yaml_int(plb_yaml_need(y, "version", f), 1, INT32_MAX, &r->version, f);
	laes_gyldig(plb_yaml_need(y, "gyldig", f), r, f);
	laes_omfang(plb_yaml_need(y, "omfang", f), f);
	r->overdragelse = ord(y, "ansvarlig_foerst", foerst, f) == 0;
	laes_graense(plb_yaml_need(y, "graense", f), r, f);
	n = plb_yaml_need(y, "maanedsnorm", f);
	if (n != NULL) {
		hundrededele(n, "fuldtid", &r->norm_c[KATEGORI_FULDTID], f);
		hundrededele(n, "deltid", &r->norm_c[KATEGORI_DELTID], f);
	}
	n = plb_yaml_need(y, "foerste_samtale", f);
	if (n != NULL)
		tal(n, "dage", 1, 366, &r->foerste_samtale_dage, f);
	n = plb_yaml_need(y, "minimum", f);
	if (n != NULL) {
		int antal; /* checked here, used by nothing yet */

		tal(n, "akasse", 0, 100, &antal, f);
		tal(n, "kommune", 0, 100, &antal, f);
	}
	laes_sammenlaegning(plb_yaml_need(y, "sammenlaegning", f), r, f);
	laes_forvarsel(plb_yaml_need(y, "forvarsel", f), r, f);
	r->deling = (enum deling)ord(y, "deling", deling, f);
	tal(y, "pakkefrist_arbejdsdage", 0, 250, &r->pakkefrist_arbejdsdage, f);
	tal(y, "referat_frist_arbejdsdage", 0, 250, &r->referat_frist_arbejdsdage, f);
	tal(y, "haardt_stop_arbejdsdage", 0, 250, &r->haardt_stop_arbejdsdage, f);
	tal(y, "overskredet_arbejdsdage", 0, 250, &r->overskredet_arbejdsdage, f);
	laes_deltagelse(plb_yaml_need(y, "deltagelse", f), f);
	plb_yaml_use_all(plb_yaml_need(y, "kilder", f)); /* for people */
	plb_yaml_unused(y, f);
}

static bool
overlapper(const struct regelsaet *a, const struct regelsaet *b)
{
	if (plb_dato_set(a->til) && plb_dato_before(a->til, b->fra))
		return false;
	return !(plb_dato_set(b->til) && plb_dato_before(b->til, a->fra));
}

static void
laes_fil(struct regler *rr, const char *path, struct plb_faults *f)
{
	struct regelsaet *r;
	struct plb_arena a;
	struct plb_yaml *y;
	size_t foer = f->n, i;

	if (rr->n == REGELSAET_MAX) {
		plb_faults_add(f, path, 1, 1, "more than %d rule sets", REGELSAET_MAX);
		return;
	}
	r = &rr->r[rr->n];
	plb_arena_init(&a, YAML_MAX);
	y = plb_yaml_load(&a, path, f);
	if (y != NULL)
		laes_regelsaet(y, r, f);
	plb_arena_fini(&a);
	if (f->n != foer)
		return;
	for (i = 0; i < rr->n; i++) {
		if (strcmp(rr->r[i].id, r->id) == 0)
			plb_faults_add(
			    f, path, 1, 1, "id: \"%s\" is another rule set already", r->id);
		else if (overlapper(&rr->r[i], r))
			plb_faults_add(f, path, 1, 1,
			    "gyldig: some days belong to rule set \"%s\" already", rr->r[i].id);
	}
	rr->n++;
}

static int
er_yaml(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && d->d_name[0] != '.' && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

static void
laes_mappe(struct regler *rr, const char *dir, struct plb_faults *f)
{
	struct dirent **navne = NULL;
	int i, n = scandir(dir, &navne, er_yaml, alphasort);
	char path[4096];

	if (n <= 0)
		plb_faults_add(f, dir, 1, 1, "no rule sets here");
	for (i = 0; i < n; i++) {
		if (snprintf(path, sizeof(path), "%s/%s", dir, navne[i]->d_name) <
		    (int)sizeof(path))
			laes_fil(rr, path, f);
		else
			plb_faults_add(f, dir, 1, 1, "path too long");
		free(navne[i]);
	}
	free(navne);
}

static void
laes_kalender(struct regler *rr, const char *koder, struct plb_faults *f)
{
	struct plb_errctx ec = {{0}};
	char path[4096], *text = NULL;
	size_t len = 0;

	if (snprintf(path, sizeof(path), "%s/helligdage.csv", koder) >= (int)sizeof(path)) {
		plb_faults_add(f, koder, 1, 1, "path too long");
		return;
	}
	if (plb_file_read(path, CSV_MAX, &text, &len, &ec) != PLB_OK ||
	    plb_kalender_parse(plb_slice(text, len), &rr->kalender, &ec) != PLB_OK)
		plb_faults_add(f, path, 1, 1, "%s", ec.text);
	free(text);
}

struct regler *
regel_yaml_load(const char *regler, const char *koder, struct plb_faults *f)
{
	struct regler *rr = calloc(1, sizeof(*rr));
	size_t foer = f->n;

	if (rr == NULL) {
		plb_faults_add(f, regler, 1, 1, "out of memory");
		return NULL;
	}
	laes_kalender(rr, koder, f);
	laes_mappe(rr, regler, f);
	if (f->n != foer)
		regel_yaml_free(&rr);
	return rr;
}

void
regel_yaml_free(struct regler **r)
{
	if (*r == NULL)
		return;
	plb_kalender_free(&(*r)->kalender);
	free(*r);
	*r = NULL;
}
