// SPDX-License-Identifier: MPL-2.0
#include "stempel.h"

enum { KORT_TEKST, KORT_UUID };

struct plb_slice
kort_id(struct plb_arena *a, struct plb_slice id)
{
	struct plb_uuid u;
	bool uuid = plb_uuid_parse(id, true, &u) == PLB_OK;
	const void *fra = uuid ? (const void *)u.b : id.p;
	size_t n = uuid ? sizeof(u.b) : id.len;
	uint8_t *p = plb_arena_alloc(a, n + 1);

	if (p == NULL)
		return plb_slice(NULL, 0);
	p[0] = uuid ? KORT_UUID : KORT_TEKST;
	if (n > 0)
		memcpy(p + 1, fra, n);
	return plb_slice(p, n + 1);
}

/* The text of a short form; a UUID is written into `rum`. */
static struct plb_slice
tekst(struct plb_slice kort, char rum[PLB_UUID_TEXT])
{
	struct plb_uuid u;

	if (kort.len == sizeof(u.b) + 1 && kort.p[0] == KORT_UUID) {
		memcpy(u.b, kort.p + 1, sizeof(u.b));
		return plb_slice(plb_uuid_text(u, rum), PLB_UUID_TEXT - 1);
	}
	if (kort.len > 0 && kort.p[0] == KORT_TEKST)
		return plb_slice(kort.p + 1, kort.len - 1);
	return plb_slice(NULL, 0);
}

struct plb_slice
lang_id(struct plb_arena *a, struct plb_slice kort)
{
	char rum[PLB_UUID_TEXT];
	struct plb_slice s = tekst(kort, rum);

	return s.p == NULL ? s : plb_arena_dup(a, s);
}

bool
stempel_nyere(const struct stempel *a, const struct stempel *b)
{
	char ra[PLB_UUID_TEXT], rb[PLB_UUID_TEXT];

	if (a->time.ms != b->time.ms)
		return a->time.ms > b->time.ms;
	return plb_slice_cmp(tekst(a->id, ra), tekst(b->id, rb)) > 0;
}
