// SPDX-License-Identifier: MPL-2.0
#include "itip_svar.h"

#include <strings.h>

/* A content line (RFC 5545 § 3.1): NAME *(";" param) ":" value. */
struct linje {
	struct plb_slice navn, parametre, vaerdi; /* parametre: from the first ";" to the ":" */
};

static bool
er(struct plb_slice s, const char *ord)
{
	return s.len == strlen(ord) &&
	    (s.len == 0 || strncasecmp((const char *)s.p, ord, s.len) == 0);
}

/* Line ends become LF, and a line goes on where the next begins with white space. */
static size_t
fold_ud(uint8_t *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] == '\r' && i + 1 < len && p[i + 1] == '\n')
			continue;
		if (p[i] == '\n' && i + 1 < len && (p[i + 1] == ' ' || p[i + 1] == '\t')) {
			i++;
			continue;
		}
		p[n++] = p[i];
	}
	return n;
}

/* The end of a piece that ends at one of `stop` outside quotes. */
static size_t
til(struct plb_slice s, size_t fra, const char *stop)
{
	bool citat = false;

	for (; fra < s.len; fra++) {
		if (s.p[fra] == '"')
			citat = !citat;
		else if (!citat && s.p[fra] != '\0' && strchr(stop, s.p[fra]) != NULL)
			break;
	}
	return fra;
}

static bool
naeste_linje(struct plb_slice *rest, struct linje *ud)
{
	while (rest->len > 0) {
		const uint8_t *lf = memchr(rest->p, '\n', rest->len);
		struct plb_slice l = {rest->p, lf == NULL ? rest->len : (size_t)(lf - rest->p)};
		size_t brugt = l.len + (lf != NULL), navn = til(l, 0, ";:"),
		       kolon = til(l, navn, ":");

		*rest = plb_slice(rest->p + brugt, rest->len - brugt);
		if (kolon == l.len)
			continue; /* no content line */
		ud->navn = plb_slice(l.p, navn);
		ud->parametre = plb_slice(l.p + navn, kolon - navn);
		ud->vaerdi = plb_slice(l.p + kolon + 1, l.len - kolon - 1);
		return true;
	}
	return false;
}

static struct plb_slice
parameter(struct plb_slice alle, const char *navn)
{
	size_t i = 0;

	while (i < alle.len) { /* at a ";" */
		size_t fra = i + 1, lig = til(alle, fra, "=;"), slut = til(alle, lig, ";");

		if (lig < slut && er(plb_slice(alle.p + fra, lig - fra), navn)) {
			struct plb_slice v = {alle.p + lig + 1, slut - lig - 1};

			if (v.len >= 2 && v.p[0] == '"' && v.p[v.len - 1] == '"')
				v = plb_slice(v.p + 1, v.len - 2);
			return v;
		}
		i = slut;
	}
	return plb_slice(NULL, 0);
}

static enum partstat
partstat_af(struct plb_slice ord)
{
	static const char *const navne[] = {[PARTSTAT_ACCEPTED] = "ACCEPTED",
	    [PARTSTAT_TENTATIVE] = "TENTATIVE",
	    [PARTSTAT_DELEGATED] = "DELEGATED",
	    [PARTSTAT_DECLINED] = "DECLINED"};

	for (int i = PARTSTAT_ACCEPTED; i <= PARTSTAT_DECLINED; i++)
		if (er(ord, navne[i]))
			return (enum partstat)i;
	return PARTSTAT_INTET;
}

static void
sekvens_af(struct plb_slice v, struct itip_svar *out)
{
	int64_t n = 0;

	if (v.len == 0 || v.len > 10)
		return;
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return;
		n = n * 10 + (v.p[i] - '0');
	}
	out->sekvens = n;
}

static void
arrangoer_af(struct plb_slice v, struct itip_svar *out)
{
	const size_t n = strlen("mailto:");

	if (v.len <= n || !er(plb_slice(v.p, n), "mailto:"))
		return;
	v = plb_slice(v.p + n, v.len - n);
	if (!plb_epost_ren(v))
		return;
	memcpy(out->arrangoer, v.p, v.len);
	out->arrangoer[v.len] = '\0';
}

static void
egenskab(const struct linje *l, struct itip_svar *out)
{
	if (er(l->navn, "ORGANIZER"))
		arrangoer_af(l->vaerdi, out);
	else if (er(l->navn, "SEQUENCE"))
		sekvens_af(l->vaerdi, out);
	else if (er(l->navn, "ATTENDEE") && out->partstat == PARTSTAT_INTET)
		out->partstat = partstat_af(parameter(l->parametre, "PARTSTAT"));
}

void
itip_svar_laes(uint8_t *tekst, size_t len, struct itip_svar *out)
{
	struct plb_slice rest = {tekst, fold_ud(tekst, len)};
	struct linje l;
	int dybde = 0; /* 1 in VCALENDAR, 2 in a component of it */
	bool moede = false;

	*out = (struct itip_svar){.svar = false};
	while (naeste_linje(&rest, &l)) {
		if (er(l.navn, "BEGIN")) {
			if (++dybde == 2)
				moede = er(l.vaerdi, "VEVENT");
		} else if (er(l.navn, "END")) {
			if (dybde-- == 2 && moede)
				return; /* one meeting is enough */
		} else if (dybde == 1 && er(l.navn, "METHOD")) {
			out->svar = er(l.vaerdi, "REPLY");
		} else if (dybde == 2 && moede) {
			egenskab(&l, out);
		}
	}
}
