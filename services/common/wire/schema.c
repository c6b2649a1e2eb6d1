// SPDX-License-Identifier: MPL-2.0
#include "schemas.h"

#include <stdlib.h>

const struct plb_schema *
plb_schema_find(const struct plb_schemas *s, struct plb_slice navn)
{
	size_t lo = 0, hi = s->n_newest;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int cmp = plb_slice_cmp(navn, plb_slice_str(s->newest[mid]->navn));

		if (cmp == 0)
			return s->newest[mid];
		if (cmp < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

const struct plb_schema *
plb_schema_version(const struct plb_schemas *s, struct plb_slice navn, unsigned version)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->all[i]->version == version && plb_slice_is(navn, s->all[i]->navn))
			return s->all[i];
	return NULL;
}

const char *
plb_schema_navn(const struct plb_schema *s)
{
	return s->navn;
}

const char *
plb_schema_type(const struct plb_schema *s)
{
	return s->type;
}

uint64_t
plb_schema_fingerprint(const struct plb_schema *s)
{
	return s->fingerprint;
}

bool
plb_schema_sealed(const struct plb_schema *s)
{
	return s->root->forseglet >= 0;
}

struct plb_slice
plb_schema_text(const struct plb_schema *s)
{
	return s->text;
}

size_t
plb_schemas_count(const struct plb_schemas *s)
{
	return s->n_newest;
}

const struct plb_schema *
plb_schemas_at(const struct plb_schemas *s, size_t i)
{
	return i < s->n_newest ? s->newest[i] : NULL;
}

bool
plb_schema_may_send(const struct plb_schema *s, int orgtype)
{
	return orgtype > PLB_ORG_INGEN && orgtype <= PLB_ORG_DFDG &&
	    (s->senders & (1u << orgtype)) != 0;
}

void
plb_schema_id_set(struct plb_schemas *s, const struct plb_schema *sc, uint32_t id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->all[i] == sc)
			s->all[i]->id = id;
}

static void
put_le64(uint8_t out[8], uint64_t v)
{
	_Static_assert(
	    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the fingerprint is written little-endian");
	memcpy(out, &v, 8);
}

void
plb_frame_put(const struct plb_schema *s, struct plb_buf *out)
{
	uint8_t head[10] = {0xc3, 0x01};

	if (s->id != 0) {
		plb_buf_u8(out, 0);
		plb_buf_u32(out, s->id);
		return;
	}
	put_le64(head + 2, s->fingerprint);
	plb_buf_put(out, head, sizeof(head));
}

static const struct plb_schema *
by_fingerprint(const struct plb_schemas *s, uint64_t fp)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->all[mid]->fingerprint == fp)
			return s->all[mid];
		if (fp < s->all[mid]->fingerprint)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static const struct plb_schema *
by_id(const struct plb_schemas *s, uint32_t id)
{
	for (size_t i = 0; id != 0 && i < s->n; i++)
		if (s->all[i]->id == id)
			return s->all[i];
	return NULL;
}

enum plb_err
plb_frame_open(const struct plb_schemas *s, struct plb_slice value, const struct plb_schema **out,
    struct plb_slice *body, struct plb_errctx *ec)
{
	uint64_t fp;
	uint32_t id;

	*out = NULL;
	if (value.len >= 10 && value.p[0] == 0xc3 && value.p[1] == 0x01) {
		memcpy(&fp, value.p + 2, sizeof(fp));
		*out = by_fingerprint(s, fp);
		*body = plb_slice(value.p + 10, value.len - 10);
	} else if (value.len >= 5 && value.p[0] == 0x00) {
		memcpy(&id, value.p + 1, sizeof(id));
		*out = by_id(s, __builtin_bswap32(id));
		*body = plb_slice(value.p + 5, value.len - 5);
	} else {
		return plb_err_set(ec, PLB_E_FORM, "value has no Avro frame");
	}
	if (*out == NULL)
		return plb_err_set(ec, PLB_E_UKENDT, "schema of the value is not known");
	return PLB_OK;
}
