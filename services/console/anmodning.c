// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "ordrer.h"

#define RATE_DEFAULT 50
#define RATE_MAX 5000
#define TEKST_MAX 500

static const char *const MEMBERS[] = {"handling", "organisation", "leveringider", "gruppe",
    "status", "fra", "til", "rate", "maks", "begrundelse", "plan", NULL};

static int
word(struct plb_slice s, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (plb_slice_is(s, words[i]))
			return i;
	return -1;
}

static bool
read_time(const struct plb_jv *v, const char *name, bool *has, struct plb_time *out)
{
	const struct plb_jv *m = plb_jv_get(v, name);

	*has = m != NULL;
	return m == NULL || plb_time_parse(plb_jv_str(m), out) == PLB_OK;
}

static enum plb_err
read_ids(const struct plb_jv *v, struct plb_arena *a, struct anmodning *out, struct plb_errctx *ec)
{
	const struct plb_jv *list = plb_jv_get(v, "leveringider");
	size_t i;

	out->n_ider = plb_jv_len(list);
	if (out->n_ider > ANMODNING_IDER_MAX)
		return plb_err_set(ec, PLB_E_FORM, "at most %d ids at once", ANMODNING_IDER_MAX);
	out->ider = plb_arena_calloc(a, out->n_ider + 1, sizeof(*out->ider));
	if (out->ider == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	for (i = 0; i < out->n_ider; i++)
		if (plb_uuid_parse(plb_jv_str(plb_jv_at(list, i)), false, &out->ider[i]) != PLB_OK)
			return plb_err_set(ec, PLB_E_FORM, "a delivery id is a UUID");
	return PLB_OK;
}

/* What only some orders may have, and what each must have. */
static enum plb_err
check(const struct anmodning *r, struct plb_errctx *ec)
{
	bool moves = r->art == KOMMANDO_REPLAY || r->art == KOMMANDO_DISCARD;

	if (r->filter.org.text[0] == '\0' && r->n_ider == 0)
		return plb_err_set(ec, PLB_E_FORM, "name an organisation, or delivery ids");
	if (!moves && r->n_ider > 1)
		return plb_err_set(ec, PLB_E_FORM,
		    "hold and resume take one delivery id (its person's queue), or the "
		    "organisation");
	if (!moves && (r->filter.aarsag.len > 0 || r->filter.har_fra || r->filter.har_til))
		return plb_err_set(ec, PLB_E_FORM, "hold and resume take no selection");
	if (r->art == KOMMANDO_DISCARD && r->begrundelse.len == 0)
		return plb_err_set(ec, PLB_E_FORM, "nothing is discarded without a reason");
	if (r->art == KOMMANDO_DISCARD &&
	    (strcmp(r->filter.status, "alle") == 0 || strcmp(r->filter.status, "leveret") == 0 ||
		strcmp(r->filter.status, "haandteret") == 0))
		return plb_err_set(ec, PLB_E_FORM, "what has been delivered cannot be discarded");
	if (r->begrundelse.len > TEKST_MAX || r->filter.aarsag.len > 4 * TEKST_MAX)
		return plb_err_set(ec, PLB_E_FORM, "at most %d characters", TEKST_MAX);
	if (plb_cpr_in_text(r->begrundelse))
		return plb_err_set(ec, PLB_E_FORM, "a reason holds no CPR number");
	return PLB_OK;
}

static const char *const STATUSES[] = {"parkeret", "uafsluttet", "alle", "adresseret", "forsoegt",
    "leveret", "haandteret", "afvist-midlertidigt", "udloebet", NULL};

static enum plb_err
read_filter(const struct plb_jv *v, struct bord_filter *f, struct plb_errctx *ec)
{
	struct plb_slice org = plb_jv_str(plb_jv_get(v, "organisation"));
	const struct plb_jv *status = plb_jv_get(v, "status");
	int w = status == NULL ? 0 : word(plb_jv_str(status), STATUSES);

	if (org.len > 0 && plb_org_parse(org, &f->org) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "an organisation looks like kommune:0461");
	if (w < 0)
		return plb_err_set(ec, PLB_E_FORM,
		    "status: parkeret, uafsluttet, alle, or a step such as leveret");
	memcpy(f->status, STATUSES[w], strlen(STATUSES[w]) + 1);
	f->aarsag = plb_jv_str(plb_jv_get(v, "gruppe"));
	if (!read_time(v, "fra", &f->har_fra, &f->fra) ||
	    !read_time(v, "til", &f->har_til, &f->til))
		return plb_err_set(ec, PLB_E_FORM, "a time is RFC 3339 with offset");
	f->maks = plb_jv_int(plb_jv_get(v, "maks"), INT32_MAX);
	return f->maks >= 1 ? PLB_OK : plb_err_set(ec, PLB_E_FORM, "maks: from 1");
}

enum plb_err
anmodning_laes(
    struct plb_slice body, struct plb_arena *a, struct anmodning *out, struct plb_errctx *ec)
{
	const struct plb_jv *v;
	enum plb_err err;
	size_t i;
	int art;

	*out = (struct anmodning){.json = body};
	if (plb_jv_parse(a, body, &v, ec) != PLB_OK || plb_jv_kind(v) != PLB_JV_OBJ)
		return plb_err_set(ec, PLB_E_FORM, "expected a JSON object");
	for (i = 0; i < plb_jv_len(v); i++)
		if (word(plb_slice_str(plb_jv_key(v, i)), MEMBERS) < 0)
			return plb_err_set(ec, PLB_E_FORM, "unknown member");
	art = word(plb_jv_str(plb_jv_get(v, "handling")), kommando_arter);
	if (art < 0 || art == KOMMANDO_GENOPTAG)
		return plb_err_set(ec, PLB_E_FORM, "handling: hold, resume, replay or discard");
	out->art = (enum kommando_art)art;
	out->begrundelse = plb_jv_str(plb_jv_get(v, "begrundelse"));
	out->plan = plb_jv_str(plb_jv_get(v, "plan"));
	out->rate = plb_jv_int(plb_jv_get(v, "rate"), RATE_DEFAULT);
	if (out->rate < 1 || out->rate > RATE_MAX)
		return plb_err_set(ec, PLB_E_FORM, "rate: 1 to %d a second", RATE_MAX);
	err = read_filter(v, &out->filter, ec);
	if (err == PLB_OK)
		err = read_ids(v, a, out, ec);
	return err == PLB_OK ? check(out, ec) : err;
}
