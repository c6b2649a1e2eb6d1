// SPDX-License-Identifier: MPL-2.0
/* The folder of rules: files, code lists and calendar into struct regler. */
#include "regel_yaml.h"

#include <dirent.h>
#include <parloeb/kalender.h>
#include <parloeb/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "regel_laes.h"

#define CSV_MAX (256 * 1024)
#define YAML_MAX (1024 * 1024)
#define REGLER_MAX ((size_t)64 << 20)
#define AFTALER_MAX 5000

static void
laes_regelsaet(struct laeser *l, const char *path)
{
	struct regler *rr = l->rr;
	size_t foer = l->f->n;
	struct regelsaet *r;
	struct plb_arena a;
	struct plb_yaml *y;

	if (rr->n == REGELSAET_MAX) {
		plb_faults_add(l->f, path, 1, 1, "more than %d rule sets", REGELSAET_MAX);
		return;
	}
	r = &rr->r[rr->n];
	plb_arena_init(&a, YAML_MAX);
	y = plb_yaml_load(&a, path, l->f);
	if (y != NULL) {
		laes_id(l, y, r->id);
		(void)plb_yaml_int(
		    plb_yaml_need(y, "version", l->f), 1, INT32_MAX, &r->version, l->f);
		r->fil = (const char *)plb_arena_dup(rr->arena, plb_slice_str(path)).p;
		laes_parametre(l, y, plb_yaml_need(y, "kilder", l->f), r);
		plb_yaml_unused(y, l->f);
	}
	if (l->f->n == foer && regel_find(rr, plb_slice_str(r->id)) != NULL)
		plb_faults_add(l->f, path, 1, 1, "id: \"%s\" is another rule set already", r->id);
	if (l->f->n == foer)
		rr->n++;
	plb_arena_fini(&a);
}

/* ---- agreements ---- */

/* With notice given an agreement ends so many months later, if it does not end sooner. */
static void
laes_opsigelse(struct laeser *l, struct plb_yaml *n, struct aftale *a)
{
	struct plb_dato opsagt = PLB_DATO_NONE, slut;
	struct plb_yaml *o;
	int64_t varsel = 1;

	(void)plb_yaml_int(plb_yaml_need(n, "varsel_maaneder", l->f), 0, 60, &varsel, l->f);
	o = plb_yaml_get(n, "opsagt", l->f);
	if (!plb_yaml_dato(o, &opsagt, l->f))
		return;
	slut = plb_dato_add_months(opsagt, (int)varsel);
	if (plb_dato_set(a->fra) && plb_dato_before(slut, a->fra))
		laes_fejl(l, o, "opsagt: the agreement would end before it begins");
	if (!plb_dato_set(a->til) || plb_dato_before(slut, a->til))
		a->til = slut;
}

/* The rule sets that the agreement names, each with its changes. */
static void
laes_over(struct laeser *l, struct plb_yaml *y, struct aftale *a)
{
	struct plb_yaml *ider = plb_yaml_need(y, "regelsaet", l->f), *p;
	struct plb_yaml *parametre = plb_yaml_need(y, "parametre", l->f);
	struct plb_yaml *kilder = plb_yaml_need(y, "kilder", l->f);
	struct regelsaet *over = plb_arena_calloc(l->rr->arena, l->rr->n + 1, sizeof(*over));
	const struct regelsaet *r;
	const char *id;

	a->r = over;
	if (ider == NULL || parametre == NULL || over == NULL)
		return;
	if (ider->kind != PLB_YAML_LIST || ider->first == NULL)
		laes_fejl(l, ider, "regelsaet: a list of rule sets expected");
	for (p = ider->first; p != NULL && a->n < l->rr->n; p = p->next) {
		if (!plb_yaml_str(p, &id, l->f))
			continue;
		r = regel_find(l->rr, p->text);
		if (r == NULL) {
			laes_fejl(l, p, "no such rule set");
			continue;
		}
		if (regel_omfatter(r, &a->parter.akasse, &a->parter.kommune) == 0)
			laes_fejl(l, p, "the rule set is not for these parties");
		over[a->n] = *r;
		laes_aendringer(l, parametre, kilder, &over[a->n++]);
	}
	if (parametre->first == NULL)
		laes_fejl(l, parametre, "parametre: an agreement that changes nothing");
}

static void
laes_aftale(struct laeser *l, const char *path)
{
	struct plb_list alle = {(void *)(uintptr_t)l->rr->aftaler, l->rr->n_aftaler};
	struct aftale *a = plb_list_add(&alle, l->rr->arena, sizeof(*a), AFTALER_MAX);
	struct plb_arena arena;
	struct plb_yaml *y, *p;

	if (a == NULL) {
		plb_faults_add(l->f, path, 1, 1, "more than %d agreements", AFTALER_MAX);
		return;
	}
	plb_arena_init(&arena, YAML_MAX);
	y = plb_yaml_load(&arena, path, l->f);
	if (y != NULL) {
		laes_id(l, y, a->id);
		p = plb_yaml_need(y, "parter", l->f);
		(void)laes_org(
		    l, plb_yaml_need(p, "akasse", l->f), PLB_ORG_AKASSE, &a->parter.akasse);
		(void)laes_org(
		    l, plb_yaml_need(p, "kommune", l->f), PLB_ORG_KOMMUNE, &a->parter.kommune);
		laes_gyldig(l, plb_yaml_need(y, "gyldig", l->f), &a->fra, &a->til);
		laes_opsigelse(l, plb_yaml_need(y, "opsigelse", l->f), a);
		laes_over(l, y, a);
		plb_yaml_unused(y, l->f);
	}
	plb_arena_fini(&arena);
	a->fil = (const char *)plb_arena_dup(l->rr->arena, plb_slice_str(path)).p;
	l->rr->aftaler = alle.p;
	l->rr->n_aftaler = alle.n;
}

static int
aftale_cmp(const void *pa, const void *pb)
{
	const struct aftale *a = pa, *b = pb;
	int c = strcmp(a->parter.akasse.text, b->parter.akasse.text);

	if (c == 0)
		c = strcmp(a->parter.kommune.text, b->parter.kommune.text);
	if (c == 0)
		c = (a->fra.dage > b->fra.dage) - (a->fra.dage < b->fra.dage);
	return c != 0 ? c : strcmp(a->id, b->id);
}

static bool
samme_parter_og_dage(const struct aftale *a, const struct aftale *b)
{
	return plb_org_eq(&a->parter.akasse, &b->parter.akasse) &&
	    plb_org_eq(&a->parter.kommune, &b->parter.kommune) &&
	    !(plb_dato_set(a->til) && plb_dato_before(a->til, b->fra));
}

/* In order, and no two of the same parties for the same days. */
static void
ordn_aftaler(struct laeser *l)
{
	struct aftale *a = (struct aftale *)(uintptr_t)l->rr->aftaler;
	size_t i, j;

	if (a == NULL)
		return;
	qsort(a, l->rr->n_aftaler, sizeof(*a), aftale_cmp);
	for (i = 0; i < l->rr->n_aftaler; i++)
		for (j = i + 1; j < l->rr->n_aftaler && samme_parter_og_dage(&a[i], &a[j]); j++)
			plb_faults_add(l->f, a[j].fil, 1, 1,
			    "gyldig: agreement \"%s\" of the same parties has some of these days "
			    "already",
			    a[i].id);
}

/* ---- files ---- */

static int
er_yaml(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && d->d_name[0] != '.' && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

/* Every YAML file of the folder, in the order of their names; how many. */
static int
laes_mappe(struct laeser *l, const char *dir, void (*laes)(struct laeser *l, const char *path))
{
	struct dirent **navne = NULL;
	int i, n = scandir(dir, &navne, er_yaml, alphasort);
	char path[4096];

	for (i = 0; i < n; i++) {
		if (snprintf(path, sizeof(path), "%s/%s", dir, navne[i]->d_name) <
		    (int)sizeof(path))
			laes(l, path);
		else
			plb_faults_add(l->f, dir, 1, 1, "path too long");
		free(navne[i]);
	}
	free(navne);
	return n;
}

static void
laes_aftaler(struct laeser *l, const char *regler)
{
	char dir[4096];
	struct stat st;

	if (snprintf(dir, sizeof(dir), "%s/aftaler", regler) >= (int)sizeof(dir) ||
	    stat(dir, &st) != 0)
		return;
	if (laes_mappe(l, dir, laes_aftale) < 0)
		plb_faults_add(l->f, dir, 1, 1, "cannot be read");
	ordn_aftaler(l);
}

/* A file of the folder of code lists, in the arena; p NULL after a fault. */
static struct plb_slice
laes_csv(struct laeser *l, const char *koder, const char *navn)
{
	struct plb_slice s = {NULL, 0};
	struct plb_errctx ec = {{0}};
	char path[4096], *text = NULL;
	size_t len = 0;

	snprintf(path, sizeof(path), "%s/%s.csv", koder, navn);
	if (plb_file_read(path, CSV_MAX, &text, &len, &ec) == PLB_OK)
		s = plb_arena_dup(l->rr->arena, plb_slice(text, len));
	if (s.p == NULL)
		plb_faults_add(l->f, path, 1, 1, "%s", ec.text);
	free(text);
	return s;
}

static void
laes_koder(struct laeser *l, const char *koder)
{
	struct plb_slice helligdage = laes_csv(l, koder, "helligdage");
	struct plb_errctx ec = {{0}};

	if (helligdage.p != NULL && plb_kalender_parse(helligdage, &l->rr->kalender, &ec) != PLB_OK)
		plb_faults_add(l->f, koder, 1, 1, "helligdage.csv: %s", ec.text);
	l->koder.akasser = laes_csv(l, koder, "akasser");
	l->koder.kommuner = laes_csv(l, koder, "kommuner");
	l->koder.samtaletyper = laes_csv(l, koder, "samtaletyper");
}

struct regler *
regel_yaml_load(const char *regler, const char *koder, struct plb_faults *f)
{
	struct regler *rr = calloc(1, sizeof(*rr));
	struct laeser l = {.rr = rr, .f = f};
	size_t foer = f->n;

	if (rr != NULL)
		rr->arena = calloc(1, sizeof(*rr->arena));
	if (rr == NULL || rr->arena == NULL) {
		plb_faults_add(f, regler, 1, 1, "out of memory");
		free(rr);
		return NULL;
	}
	plb_arena_init(rr->arena, REGLER_MAX);
	laes_koder(&l, koder);
	if (laes_mappe(&l, regler, laes_regelsaet) <= 0)
		plb_faults_add(f, regler, 1, 1, "no rule sets here");
	if (f->n == foer) {
		regel_daekning(rr, f);
		laes_aftaler(&l, regler);
	}
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
	plb_arena_fini((*r)->arena);
	free((*r)->arena);
	free(*r);
	*r = NULL;
}

bool
regel_yaml_afloeser(
    const struct regler *nye, const struct regler *gamle, const char *regler, struct plb_faults *f)
{
	size_t i, foer = f->n;

	for (i = 0; i < gamle->n; i++)
		if (regel_find(nye, plb_slice_str(gamle->r[i].id)) == NULL)
			plb_faults_add(f, regler, 1, 1,
			    "rule set \"%s\" is gone, and there may be forløb that have it",
			    gamle->r[i].id);
	return f->n == foer;
}
