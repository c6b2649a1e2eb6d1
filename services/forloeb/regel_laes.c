// SPDX-License-Identifier: MPL-2.0
/* What the readers of parameters are made of. */
#include <stdarg.h>
#include <stdio.h>

#include "regel_laes.h"

#define TIMER_MAX_C 10000000 /* 100,000 hours: beyond any limit that makes sense */

void
laes_fejl(struct laeser *l, const struct plb_yaml *n, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	plb_faults_add(l->f, n->file, n->line, n->column, "%s", text);
}

bool
laes_er_ord(struct plb_yaml *n, const char *text)
{
	if (n->kind != PLB_YAML_SCALAR || !plb_slice_is(n->text, text))
		return false;
	n->used = true;
	return true;
}

int
laes_ord(struct laeser *l, struct plb_yaml *n, const char *const *words)
{
	int i = 0;

	return plb_yaml_word(n, words, &i, l->f) ? i : 0;
}

int
laes_tal(struct laeser *l, struct plb_yaml *n, int64_t min, int64_t max)
{
	int64_t v = min;

	return plb_yaml_int(n, min, max, &v, l->f) ? (int)v : 0;
}

int
laes_tal_i(struct laeser *l, struct plb_yaml *m, const char *key, int64_t min, int64_t max)
{
	return laes_tal(l, plb_yaml_need(m, key, l->f), min, max);
}

/* `ingen` = 0, or at least 1. */
int
laes_tal_eller_ingen(struct laeser *l, struct plb_yaml *n)
{
	return laes_er_ord(n, "ingen") ? 0 : laes_tal(l, n, 1, REGEL_DAGE_MAX);
}

int64_t
laes_hundrededele(struct laeser *l, struct plb_yaml *m, const char *key)
{
	struct plb_yaml *n = plb_yaml_need(m, key, l->f);
	int64_t v = 0;

	if (plb_yaml_hundredths(n, &v, l->f) && (v <= 0 || v > TIMER_MAX_C))
		laes_fejl(
		    l, n, "%s: hours above 0 and at most %d expected", key, TIMER_MAX_C / 100);
	return v;
}

/* The items of a list, at most `max`; a fault and NULL otherwise. */
struct plb_yaml *
laes_liste(struct laeser *l, struct plb_yaml *n, size_t max)
{
	struct plb_yaml *p;
	size_t antal = 0;

	if (n == NULL)
		return NULL;
	n->used = true;
	if (n->kind != PLB_YAML_LIST) {
		plb_yaml_use_all(n);
		laes_fejl(l, n, "%.*s: a list expected", (int)n->key.len, (const char *)n->key.p);
		return NULL;
	}
	for (p = n->first; p != NULL; p = p->next, antal++)
		p->used = true;
	if (antal <= max)
		return n->first;
	laes_fejl(l, n, "at most %zu items expected", max);
	plb_yaml_use_all(n);
	return NULL;
}

unsigned
laes_ord_bits(struct laeser *l, struct plb_yaml *n, const char *const *words)
{
	struct plb_yaml *p;
	unsigned bits = 0;
	int i;

	for (p = laes_liste(l, n, 16); p != NULL; p = p->next)
		if (plb_yaml_word(p, words, &i, l->f))
			bits |= 1u << i;
	if (n != NULL && n->kind == PLB_YAML_LIST && n->first == NULL)
		laes_fejl(l, n, "at least one word expected");
	return bits;
}

/* Is the code in the first column? An absent list (tests) knows every code. */
static bool
kode_kendt(struct plb_slice csv, struct plb_slice kode)
{
	size_t i = 0;

	if (csv.p == NULL)
		return true;
	while (i < csv.len) {
		if (csv.len - i > kode.len && memcmp(csv.p + i, kode.p, kode.len) == 0 &&
		    csv.p[i + kode.len] == ',')
			return true;
		while (i < csv.len && csv.p[i] != '\n')
			i++;
		i++;
	}
	return false;
}

bool
laes_org(struct laeser *l, struct plb_yaml *n, enum plb_orgtype type, struct plb_org *ud)
{
	struct plb_slice liste_ = type == PLB_ORG_AKASSE ? l->koder.akasser : l->koder.kommuner;
	const char *kode;

	if (!plb_yaml_str(n, &kode, l->f))
		return false;
	*ud = plb_org_make(type, n->text);
	if (plb_org_type(ud) == type && kode_kendt(liste_, n->text))
		return true;
	laes_fejl(l, n, "no %s has this code", type == PLB_ORG_AKASSE ? "a-kasse" : "kommune");
	return false;
}

static int32_t
samtaletype(struct laeser *l, struct plb_yaml *n)
{
	int t = laes_tal(l, n, 1, 9999);

	if (t != 0 && !kode_kendt(l->koder.samtaletyper, n->text))
		laes_fejl(l, n, "no conversation type has this number");
	return t;
}

size_t
laes_samtaletyper(struct laeser *l, struct plb_yaml *n, int32_t *ud, size_t max)
{
	struct plb_yaml *p;
	size_t antal = 0;

	for (p = laes_liste(l, n, max); p != NULL; p = p->next)
		ud[antal++] = samtaletype(l, p);
	if (n != NULL && n->kind == PLB_YAML_LIST && n->first == NULL)
		laes_fejl(l, n, "at least one conversation type expected");
	return antal;
}

void
laes_gyldig(struct laeser *l, struct plb_yaml *n, struct plb_dato *fra, struct plb_dato *til)
{
	struct plb_yaml *t;

	*fra = *til = PLB_DATO_NONE;
	if (n == NULL)
		return;
	(void)plb_yaml_dato(plb_yaml_need(n, "fra", l->f), fra, l->f);
	t = plb_yaml_get(n, "til", l->f);
	if (plb_yaml_dato(t, til, l->f) && plb_dato_set(*fra) && plb_dato_before(*til, *fra))
		laes_fejl(l, t, "til: a date not before fra expected");
}

void
laes_id(struct laeser *l, struct plb_yaml *y, char out[REGEL_ID_MAX + 1])
{
	struct plb_yaml *n = plb_yaml_need(y, "id", l->f);
	const char *id = "";

	out[0] = '\0';
	if (!plb_yaml_str(n, &id, l->f))
		return;
	if (id[0] == '\0' || strlen(id) > REGEL_ID_MAX)
		laes_fejl(l, n, "id: 1 to %d characters expected", REGEL_ID_MAX);
	else
		snprintf(out, REGEL_ID_MAX + 1, "%s", id);
}
