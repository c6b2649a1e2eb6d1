// SPDX-License-Identifier: MPL-2.0
#include "indhold.h"

#include <string.h>

struct hoved {
	int64_t tid_ms;
	size_t len[4];
};

struct indhold
indhold_af(const struct plb_event *ev, const struct plb_record *r)
{
	return (struct indhold){.type = ev->type,
	    .causationid = ev->causationid,
	    .skjul = ev->skjul,
	    .vaerdi = r->value,
	    .tid = ev->time};
}

void
indhold_pak(const struct indhold *i, struct plb_buf *out)
{
	const struct plb_slice del[4] = {i->type, i->causationid, i->skjul, i->vaerdi};
	struct hoved h = {.tid_ms = i->tid.ms};

	for (size_t n = 0; n < 4; n++)
		h.len[n] = del[n].len;
	plb_buf_put(out, &h, sizeof(h));
	for (size_t n = 0; n < 4; n++)
		plb_buf_slice(out, del[n]);
}

void
indhold_pak_ud(const void *blok, struct indhold *out)
{
	struct plb_slice *const del[4] = {&out->type, &out->causationid, &out->skjul, &out->vaerdi};
	const uint8_t *p = (const uint8_t *)blok + sizeof(struct hoved);
	struct hoved h;

	memcpy(&h, blok, sizeof(h));
	out->tid.ms = h.tid_ms;
	for (size_t n = 0; n < 4; n++) {
		*del[n] = plb_slice(p, h.len[n]);
		p += h.len[n];
	}
}
