// SPDX-License-Identifier: MPL-2.0
#include <parloeb/id.h>

struct org_row {
	const char *prefix; /* type and colon */
	const char *only;   /* the one code there is; NULL: any of the form */
	uint8_t min, max;   /* length of the code */
	bool letters;       /* a-z and '-' besides digits */
};

static const struct org_row rows[] = {
    [PLB_ORG_AKASSE] = {"akasse:", NULL, 1, 16, true},
    [PLB_ORG_KOMMUNE] = {"kommune:", NULL, 4, 4, false},
    [PLB_ORG_AKTOER] = {"aktoer:", NULL, 8, 8, false},
    [PLB_ORG_DFDG] = {"dfdg:", "star", 4, 4, true},
};
#define ORG_LAST PLB_ORG_DFDG

static bool
kode_ok(const struct org_row *row, struct plb_slice kode)
{
	if (kode.len < row->min || kode.len > row->max)
		return false;
	for (size_t i = 0; i < kode.len; i++) {
		uint8_t c = kode.p[i];

		if (c >= '0' && c <= '9')
			continue;
		if (!row->letters || !((c >= 'a' && c <= 'z') || c == '-'))
			return false;
	}
	return row->only == NULL || plb_slice_is(kode, row->only);
}

struct plb_org
plb_org_make(enum plb_orgtype type, struct plb_slice kode)
{
	struct plb_org o = {""};
	size_t n;

	if (type <= PLB_ORG_INGEN || type > ORG_LAST || !kode_ok(&rows[type], kode))
		return o;
	n = strlen(rows[type].prefix);
	memcpy(o.text, rows[type].prefix, n);
	memcpy(o.text + n, kode.p, kode.len);
	return o;
}

enum plb_err
plb_org_parse(struct plb_slice s, struct plb_org *out)
{
	for (enum plb_orgtype t = PLB_ORG_AKASSE; t <= ORG_LAST; t++) {
		struct plb_slice prefix = plb_slice_str(rows[t].prefix);
		struct plb_org o;

		if (!plb_slice_starts(s, prefix))
			continue;
		o = plb_org_make(t, plb_slice(s.p + prefix.len, s.len - prefix.len));
		if (o.text[0] == '\0')
			return PLB_E_FORM;
		*out = o;
		return PLB_OK;
	}
	return PLB_E_FORM;
}

enum plb_orgtype
plb_org_type(const struct plb_org *o)
{
	for (enum plb_orgtype t = PLB_ORG_AKASSE; t <= ORG_LAST; t++)
		if (strncmp(o->text, rows[t].prefix, strlen(rows[t].prefix)) == 0)
			return t;
	return PLB_ORG_INGEN;
}

const char *
plb_org_kode(const struct plb_org *o)
{
	const char *colon = strchr(o->text, ':');

	return colon == NULL ? "" : colon + 1;
}

enum plb_err
plb_org_from_source(struct plb_slice source, struct plb_org *out)
{
	struct plb_org o;
	const uint8_t *type, *kode, *end;
	size_t left;

	if (source.len < 2 || source.p[0] != '/')
		return PLB_E_FORM;
	type = source.p + 1;
	left = source.len - 1;
	kode = memchr(type, '/', left);
	if (kode == NULL)
		return PLB_E_FORM;
	kode++;
	left -= (size_t)(kode - type);
	end = left == 0 ? NULL : memchr(kode, '/', left);
	if (end == NULL)
		return PLB_E_FORM;
	for (enum plb_orgtype t = PLB_ORG_AKASSE; t <= ORG_LAST; t++) {
		size_t n = strlen(rows[t].prefix) - 1;

		if ((size_t)(kode - type) - 1 != n || memcmp(type, rows[t].prefix, n) != 0)
			continue;
		o = plb_org_make(t, plb_slice(kode, (size_t)(end - kode)));
		if (o.text[0] == '\0')
			return PLB_E_FORM;
		*out = o;
		return PLB_OK;
	}
	return PLB_E_FORM;
}
