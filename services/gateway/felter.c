// SPDX-License-Identifier: MPL-2.0
#include "felter.h"

#include <parloeb/cpr.h>

#include <stdio.h>

static bool
fejl_i(struct plb_arena *a, const char *navn, const char *kode, const char *besked,
    struct plb_fejl_list *fejl)
{
	char felt[64];

	snprintf(felt, sizeof(felt), "/%s", navn);
	plb_fejl_add(fejl, a, felt, kode, besked);
	return false;
}

bool
felter_mangler(struct plb_arena *a, const char *navn, struct plb_fejl_list *fejl)
{
	return fejl_i(a, navn, "mangler", "Feltet mangler.", fejl);
}

bool
felter_kendte(struct plb_arena *a, const struct plb_jv *v, const char *const *navne,
    struct plb_fejl_list *fejl)
{
	bool ok = true;

	for (size_t i = 0; i < plb_jv_len(v); i++) {
		const char *const *n = navne;

		while (*n != NULL && strcmp(*n, plb_jv_key(v, i)) != 0)
			n++;
		if (*n == NULL && ok) {
			/* Its name is input, so it is not repeated. */
			plb_fejl_add(fejl, a, "", "ukendt", "Her står et felt, der ikke kendes.");
			ok = false;
		}
	}
	return ok;
}

bool
felter_uuid(struct plb_arena *a, const struct plb_jv *v, const char *navn, bool *there,
    struct plb_uuid *out, struct plb_fejl_list *fejl)
{
	const struct plb_jv *m = plb_jv_get(v, navn);

	*there = m != NULL;
	if (m == NULL)
		return true;
	if (plb_jv_kind(m) != PLB_JV_STR)
		return fejl_i(a, navn, "type", "Værdien har en forkert type.", fejl);
	if (plb_uuid_parse(plb_jv_str(m), true, out) != PLB_OK)
		return fejl_i(a, navn, "uuid", "Det er ikke et UUID med små bogstaver.", fejl);
	return true;
}

static bool
kontroltegn(struct plb_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

static size_t
tegn(struct plb_slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

bool
felter_tekst(struct plb_arena *a, const struct plb_jv *v, const char *navn, size_t maks,
    struct plb_slice *out, struct plb_fejl_list *fejl)
{
	const struct plb_jv *m = plb_jv_get(v, navn);
	struct plb_slice s;

	*out = plb_slice(NULL, 0);
	if (m == NULL)
		return true;
	if (plb_jv_kind(m) != PLB_JV_STR)
		return fejl_i(a, navn, "type", "Værdien har en forkert type.", fejl);
	s = plb_jv_str(m);
	if (tegn(s) < 1 || tegn(s) > maks)
		return fejl_i(a, navn, "laengde", "Teksten er tom eller for lang.", fejl);
	if (kontroltegn(s))
		return fejl_i(a, navn, "tegn", "Teksten må ikke indeholde styretegn.", fejl);
	if (plb_cpr_in_text(s))
		return fejl_i(a, navn, "cpr-i-tekst",
		    "Værdien ligner et CPR-nummer; det må ikke stå her.", fejl);
	*out = s;
	return true;
}

bool
felter_ord(struct plb_arena *a, const struct plb_jv *v, const char *navn, const char *const *ord,
    int *out, struct plb_fejl_list *fejl)
{
	const struct plb_jv *m = plb_jv_get(v, navn);

	if (m == NULL)
		return felter_mangler(a, navn, fejl);
	if (plb_jv_kind(m) != PLB_JV_STR)
		return fejl_i(a, navn, "type", "Værdien har en forkert type.", fejl);
	for (*out = 0; ord[*out] != NULL; (*out)++)
		if (plb_slice_is(plb_jv_str(m), ord[*out]))
			return true;
	return fejl_i(a, navn, "vaerdi", "Værdien er ikke en af de tilladte.", fejl);
}
