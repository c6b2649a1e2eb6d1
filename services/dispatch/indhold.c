// SPDX-License-Identifier: MPL-2.0
#include "indhold.h"

#include <string.h>

#define DELE 5

struct hoved {
	int64_t tid_ms;
	size_t len[DELE];
};

struct indhold
indhold_af(const struct plb_event *ev, const struct plb_record *r)
{
	return (struct indhold){.type = ev->type,
	    .causationid = ev->causationid,
	    .skjul = ev->skjul,
	    .nummer = ev->nummer,
	    .vaerdi = r->value,
	    .tid = ev->time};
}

void
indhold_pak(const struct indhold *i, struct plb_buf *out)
{
	const struct plb_slice del[DELE] = {
	    i->type, i->causationid, i->skjul, i->nummer, i->vaerdi};
	struct hoved h = {.tid_ms = i->tid.ms};

	for (size_t n = 0; n < DELE; n++)
		h.len[n] = del[n].len;
	plb_buf_put(out, &h, sizeof(h));
	for (size_t n = 0; n < DELE; n++)
		plb_buf_slice(out, del[n]);
}

void
indhold_pak_ud(const void *blok, struct indhold *out)
{
	struct plb_slice *const del[DELE] = {
	    &out->type, &out->causationid, &out->skjul, &out->nummer, &out->vaerdi};
	const uint8_t *p = (const uint8_t *)blok + sizeof(struct hoved);
	struct hoved h;

	memcpy(&h, blok, sizeof(h));
	out->tid.ms = h.tid_ms;
	for (size_t n = 0; n < DELE; n++) {
		*del[n] = plb_slice(p, h.len[n]);
		p += h.len[n];
	}
}
