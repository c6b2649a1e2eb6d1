// SPDX-License-Identifier: MPL-2.0
#include "ur.h"

#include <parloeb/json.h>

#define NAME_MAX_LEN 128

static bool
name_ok(struct plb_slice s)
{
	return s.p != NULL && s.len > 0 && s.len <= NAME_MAX_LEN;
}

/* Milliseconds or null. */
static bool
time_get(const struct plb_jv *obj, const char *key, struct plb_time null_is, struct plb_time *out)
{
	const struct plb_jv *v = plb_jv_get(obj, key);

	if (v == NULL)
		return false;
	if (plb_jv_kind(v) == PLB_JV_NULL) {
		*out = null_is;
		return true;
	}
	if (plb_jv_kind(v) != PLB_JV_INT)
		return false;
	out->ms = plb_jv_int(v, 0);
	return out->ms != INT64_MIN && out->ms != INT64_MAX;
}

static bool
position_get(const struct plb_jv *v, struct ur_position *out)
{
	int64_t partition = plb_jv_int(plb_jv_get(v, "partition"), -1);

	out->emne = plb_jv_str(plb_jv_get(v, "emne"));
	out->position = plb_jv_int(plb_jv_get(v, "position"), -1);
	if (!name_ok(out->emne) || partition < 0 || partition > INT32_MAX || out->position < 0)
		return false;
	out->partition = (int32_t)partition;
	return true;
}

static enum plb_err
svar_get(struct plb_arena *a, const struct plb_jv *v, struct ur_record *out, struct plb_errctx *ec)
{
	const struct plb_jv *list = plb_jv_get(v, "partitioner");
	size_t n = plb_jv_len(list);

	out->tjeneste = plb_jv_str(plb_jv_get(v, "tjeneste"));
	out->instans = plb_jv_str(plb_jv_get(v, "instans"));
	out->i_gang = plb_jv_int(plb_jv_get(v, "iGang"), -1);
	if (!name_ok(out->tjeneste) || !name_ok(out->instans) || out->i_gang < 0 ||
	    plb_jv_kind(list) != PLB_JV_ARR || n > UR_POSITIONS_MAX ||
	    !time_get(v, "naeste", PLB_TIME_NEVER, &out->naeste))
		return plb_err_set(ec, PLB_E_FORM, "ur: svar of the wrong form");
	out->pos = plb_arena_calloc(a, n + 1, sizeof(*out->pos));
	if (out->pos == NULL)
		return plb_err_set(ec, PLB_E_FOR_STOR, "ur: svar with %zu positions", n);
	for (out->n_pos = 0; out->n_pos < n; out->n_pos++)
		if (!position_get(plb_jv_at(list, out->n_pos), &out->pos[out->n_pos]))
			return plb_err_set(ec, PLB_E_FORM, "ur: position of the wrong form");
	return PLB_OK;
}

enum plb_err
ur_decode(struct plb_arena *a, struct plb_slice json, struct ur_record *out, struct plb_errctx *ec)
{
	const struct plb_jv *v = NULL;
	struct plb_slice art;
	enum plb_err err;

	*out = (struct ur_record){.naeste = PLB_TIME_NEVER};
	if (json.len > UR_RECORD_MAX)
		return plb_err_set(ec, PLB_E_FOR_STOR, "ur: record of %zu bytes", json.len);
	err = plb_jv_parse(a, json, &v, ec);
	if (err != PLB_OK)
		return plb_err_wrap(ec, err, "ur");
	art = plb_jv_str(plb_jv_get(v, "art"));
	out->svar = plb_slice_is(art, "svar");
	if (!out->svar && !plb_slice_is(art, "tik"))
		return plb_err_set(ec, PLB_E_FORM, "ur: neither tik nor svar");
	if (!time_get(v, "tid", PLB_TIME_UNSET, &out->tid) ||
	    plb_uuid_parse(plb_jv_str(plb_jv_get(v, "runde")), true, &out->runde) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "ur: tid or runde of the wrong form");
	return out->svar ? svar_get(a, v, out, ec) : PLB_OK;
}

static void
put_time(struct plb_buf *b, struct plb_time t, struct plb_time null_is)
{
	if (plb_time_eq(t, null_is))
		plb_buf_str(b, "null");
	else
		plb_buf_dec(b, t.ms);
}

void
ur_encode(const struct ur_record *r, struct plb_buf *b)
{
	char uuid[PLB_UUID_TEXT];

	plb_buf_printf(b, "{\"art\":\"%s\",\"tid\":", r->svar ? "svar" : "tik");
	put_time(b, r->tid, PLB_TIME_UNSET);
	plb_buf_printf(b, ",\"runde\":\"%s\"", plb_uuid_text(r->runde, uuid));
	if (r->svar) {
		plb_buf_str(b, ",\"tjeneste\":");
		plb_buf_json(b, r->tjeneste);
		plb_buf_str(b, ",\"instans\":");
		plb_buf_json(b, r->instans);
		plb_buf_str(b, ",\"partitioner\":[");
		for (size_t i = 0; i < r->n_pos; i++) {
			plb_buf_str(b, i == 0 ? "{\"emne\":" : ",{\"emne\":");
			plb_buf_json(b, r->pos[i].emne);
			plb_buf_str(b, ",\"partition\":");
			plb_buf_dec(b, r->pos[i].partition);
			plb_buf_str(b, ",\"position\":");
			plb_buf_dec(b, r->pos[i].position);
			plb_buf_str(b, "}");
		}
		plb_buf_str(b, "],\"naeste\":");
		put_time(b, r->naeste, PLB_TIME_NEVER);
		plb_buf_str(b, ",\"iGang\":");
		plb_buf_dec(b, r->i_gang);
	}
	plb_buf_str(b, "}");
}

void
ur_key(const struct ur_record *r, struct plb_buf *out)
{
	if (!r->svar) {
		plb_buf_str(out, "tik");
		return;
	}
	plb_buf_str(out, "svar/");
	plb_buf_slice(out, r->tjeneste);
	plb_buf_str(out, "/");
	plb_buf_slice(out, r->instans);
}

bool
ur_key_is_svar(struct plb_slice key)
{
	return plb_slice_starts(key, plb_slice_str("svar/"));
}
