// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sagsfil.h"

#include <stdio.h>
#include <stdlib.h>

/* Values are taken as text, so that the data of an event reaches the service as it stands in the
 * file. Well-formed JSON is taken for granted: tests/meta checks the files. */

static const char *
mellemrum(const char *p)
{
	return p + strspn(p, " \t\r\n,:");
}

/* Behind the value that begins at p. */
static const char *
efter(const char *p)
{
	int dybde = 0;

	do {
		if (*p == '"') {
			for (p++; *p != '"'; p++)
				p += *p == '\\';
			p++;
		} else if (*p == '{' || *p == '[') {
			dybde++;
			p++;
		} else if (*p == '}' || *p == ']') {
			dybde--;
			p++;
		} else if (dybde == 0) {
			return p + strcspn(p, ",]} \t\r\n");
		} else {
			p++;
		}
		assert_true(dybde == 0 || *p != '\0');
	} while (dybde > 0);
	return p;
}

/* The next item of a list or member of an object (its key in *key) behind *p; false at the end. */
static bool
naeste(const char **p, struct plb_slice *key, struct plb_slice *value)
{
	const char *q = mellemrum(*p);

	if (*q == ']' || *q == '}' || *q == '\0')
		return false;
	if (key != NULL) {
		*key = plb_slice(q + 1, (size_t)(efter(q) - q) - 2);
		q = mellemrum(efter(q));
	}
	*p = efter(q);
	*value = plb_slice(q, (size_t)(*p - q));
	return true;
}

static struct plb_slice
medlem(struct plb_slice objekt, const char *navn)
{
	const char *p = (const char *)objekt.p + 1;
	struct plb_slice key, value;

	while (naeste(&p, &key, &value))
		if (plb_slice_is(key, navn))
			return value;
	return plb_slice(NULL, 0);
}

static const char *
tekst(struct plb_arena *a, struct plb_slice objekt, const char *navn)
{
	struct plb_slice v = medlem(objekt, navn);

	assert_true(v.len >= 2);
	return (const char *)plb_arena_dup(a, plb_slice(v.p + 1, v.len - 2)).p;
}

static struct plb_time
tidspunkt(struct plb_arena *a, struct plb_slice objekt, const char *navn)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(tekst(a, objekt, navn)), &t), PLB_OK);
	return t;
}

static void
laes_haendelse(struct plb_arena *a, struct plb_slice v, struct sag_haendelse *h)
{
	struct plb_slice data = medlem(v, "data");
	const char *afsender = tekst(a, v, "afsender");
	char *source = plb_arena_printf(a, "/%s/cases", afsender);

	assert_non_null(source);
	*strchr(source, ':') = '/';
	h->ur = tidspunkt(a, v, "ur");
	h->afsender = afsender;
	h->json = plb_arena_printf(a,
	    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"%s\",\"type\":\"dk.parloeb.%s\","
	    "\"time\":\"%s\",\"data\":%.*s}",
	    tekst(a, v, "id"), source, tekst(a, v, "type"), tekst(a, v, "ur"), (int)data.len,
	    (const char *)data.p);
	assert_non_null(h->json);
}

static size_t
laes_beskeder(struct plb_arena *a, struct plb_slice liste, struct sag_besked *m)
{
	const char *p = (const char *)liste.p + 1;
	struct plb_slice v;
	size_t n = 0;

	while (naeste(&p, NULL, &v)) {
		assert_in_range(n, 0, SAG_MAX - 1);
		m[n++] =
		    (struct sag_besked){tekst(a, v, "til"), tekst(a, v, "type"), medlem(v, "data")};
	}
	return n;
}

void
sag_laes(struct plb_arena *a, const char *path, struct sag *out)
{
	static char fil[65536];
	FILE *f = fopen(path, "rb");
	struct plb_slice hele, v;
	const char *p;
	size_t n;

	assert_non_null(f);
	n = fread(fil, 1, sizeof(fil) - 1, f);
	fclose(f);
	assert_in_range(n, 2, sizeof(fil) - 2);
	fil[n] = '\0';
	hele = plb_arena_dup(a, plb_slice(fil, n));
	hele.p = (const uint8_t *)mellemrum((const char *)hele.p);
	memset(out, 0, sizeof(*out));
	out->navn = tekst(a, hele, "navn");
	out->slut = tidspunkt(a, hele, "slut");
	p = (const char *)medlem(hele, "haendelser").p + 1;
	while (naeste(&p, NULL, &v)) {
		assert_in_range(out->n_h, 0, SAG_MAX - 1);
		laes_haendelse(a, v, &out->h[out->n_h++]);
	}
	out->n_forventet = laes_beskeder(a, medlem(hele, "forventet"), out->forventet);
	out->n_aldrig = laes_beskeder(a, medlem(hele, "aldrig"), out->aldrig);
	assert_true(out->n_h > 0 && out->n_forventet + out->n_aldrig > 0);
}

static bool
samme(struct plb_slice a, struct plb_slice b)
{
	char *ea, *eb;
	double x, y;

	if (plb_slice_eq(a, b))
		return true;
	if (a.len == 0 || b.len == 0 || a.p[0] == '"' || b.p[0] == '"')
		return false;
	x = strtod((const char *)a.p, &ea);
	y = strtod((const char *)b.p, &eb);
	return ea == (const char *)a.p + a.len && eb == (const char *)b.p + b.len && !(x < y) &&
	    !(x > y);
}

bool
sag_indeholder(struct plb_slice hele, struct plb_slice del)
{
	const char *p = (const char *)del.p + 1;
	struct plb_slice key, value;
	char navn[100];

	while (del.p != NULL && naeste(&p, &key, &value)) {
		snprintf(navn, sizeof(navn), "%.*s", PLB_SLICE_ARG(key));
		if (!samme(medlem(hele, navn), value))
			return false;
	}
	return true;
}
