// SPDX-License-Identifier: MPL-2.0
#include "fake_int.h"

#include <stdio.h>
#include <stdlib.h>

/* Topics in memory. */

static bool hold_ends;

void
fake_hold_ends(bool yes)
{
	hold_ends = yes;
}

static struct fake_topic topics[FAKE_TOPICS];
static size_t n_topics;

static void *
copy(struct plb_slice s)
{
	char *p = malloc(s.len + 1);

	PLB_ASSERT(p != NULL);
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return p;
}

static void
rec_free(struct fake_rec *r)
{
	free((void *)(uintptr_t)r->key.p);
	free((void *)(uintptr_t)r->value.p);
	for (size_t i = 0; i < r->n_headers; i++) {
		free((void *)(uintptr_t)r->header[i].name);
		free((void *)(uintptr_t)r->header[i].value.p);
	}
}

void
fake_logs_reset(void)
{
	for (size_t t = 0; t < n_topics; t++) {
		for (int32_t p = 0; p < topics[t].n; p++) {
			for (size_t i = 0; i < topics[t].part[p].n; i++)
				rec_free(&topics[t].part[p].rec[i]);
			free(topics[t].part[p].rec);
		}
	}
	memset(topics, 0, sizeof(topics));
	hold_ends = false;
	n_topics = 0;
}

struct fake_topic *
fake_find(const char *name)
{
	for (size_t i = 0; i < n_topics; i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

void
fake_topic(const char *name, int32_t partitions)
{
	struct fake_topic *t = &topics[n_topics++];

	PLB_ASSERT(n_topics <= FAKE_TOPICS && partitions <= FAKE_PARTS && fake_find(name) == NULL);
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->n = partitions;
	for (int32_t p = 0; p < partitions; p++)
		t->part[p].committed = -1;
}

struct fake_rec *
fake_append(struct fake_part *pt)
{
	if (pt->n == pt->size) {
		pt->size = pt->size == 0 ? 64 : pt->size * 2;
		pt->rec = realloc(pt->rec, pt->size * sizeof(*pt->rec));
		PLB_ASSERT(pt->rec != NULL);
	}
	pt->rec[pt->n] = (struct fake_rec){
	    .offset = (int64_t)pt->n, .timestamp = plb_time_now(), .fate = FAKE_COMMITTED};
	return &pt->rec[pt->n++];
}

struct fake_rec *
fake_data(struct fake_part *pt, struct plb_slice key, struct plb_slice value, bool tombstone,
    const struct plb_header *h, size_t n)
{
	struct fake_rec *r = fake_append(pt);

	r->key = plb_slice(copy(key), key.len);
	r->value = plb_slice(copy(value), value.len);
	r->tombstone = tombstone;
	for (r->n_headers = 0; r->n_headers < n; r->n_headers++) {
		r->header[r->n_headers].name = copy(plb_slice_str(h[r->n_headers].name));
		r->header[r->n_headers].value =
		    plb_slice(copy(h[r->n_headers].value), h[r->n_headers].value.len);
	}
	return r;
}

int64_t
fake_end(const struct fake_part *pt)
{
	return (int64_t)pt->n;
}

int64_t
fake_stable(const struct fake_part *pt)
{
	for (size_t i = 0; i < pt->n; i++)
		if (pt->rec[i].fate == FAKE_OPEN)
			return (int64_t)i;
	return (int64_t)pt->n;
}

static struct fake_part *
part(const char *topic, int32_t p)
{
	struct fake_topic *t = fake_find(topic);

	PLB_ASSERT(t != NULL && p >= 0 && p < t->n);
	return &t->part[p];
}

int64_t
fake_put_bytes(
    const char *topic, int32_t p, struct plb_slice key, struct plb_slice value, bool tombstone)
{
	return fake_data(part(topic, p), key, value, tombstone, NULL, 0)->offset;
}

int64_t
fake_put(const char *topic, int32_t p, const char *key, const char *value)
{
	return fake_put_bytes(topic, p, plb_slice_str(key), plb_slice_str(value), value == NULL);
}

void
fake_marker(const char *topic, int32_t p)
{
	fake_append(part(topic, p))->kind = FAKE_MARKER;
}

#define FOREIGN 1 /* number of the stranger's transaction */

void
fake_foreign_open(const char *topic, int32_t p, struct plb_slice key, struct plb_slice value)
{
	struct fake_rec *r = fake_data(part(topic, p), key, value, false, NULL, 0);

	r->fate = FAKE_OPEN;
	r->txn_no = FOREIGN;
}

void
fake_foreign_end(bool commit)
{
	for (size_t t = 0; t < n_topics; t++) {
		for (int32_t p = 0; p < topics[t].n; p++) {
			struct fake_part *pt = &topics[t].part[p];
			bool any = false;

			for (size_t i = 0; i < pt->n; i++) {
				if (pt->rec[i].fate != FAKE_OPEN || pt->rec[i].txn_no != FOREIGN)
					continue;
				pt->rec[i].fate = commit ? FAKE_COMMITTED : FAKE_ABORTED;
				any = true;
			}
			if (any)
				fake_append(pt)->kind = FAKE_MARKER;
		}
	}
}

void
fake_wipe(const char *topic, int32_t p)
{
	struct fake_part *pt = part(topic, p);

	for (size_t i = 0; i < pt->n; i++)
		rec_free(&pt->rec[i]);
	pt->n = 0;
}

void
fake_trim(const char *topic, int32_t p, int64_t low)
{
	part(topic, p)->low = low;
}

size_t
fake_len(const char *topic, int32_t p)
{
	return part(topic, p)->n;
}

const struct fake_rec *
fake_at(const char *topic, int32_t p, size_t i)
{
	PLB_ASSERT(i < part(topic, p)->n);
	return &part(topic, p)->rec[i];
}

size_t
fake_count(const char *topic, const char *value)
{
	struct fake_topic *t = fake_find(topic);
	size_t n = 0;

	for (int32_t p = 0; p < t->n; p++)
		for (size_t i = 0; i < t->part[p].n; i++)
			n += t->part[p].rec[i].kind == FAKE_DATA &&
			    t->part[p].rec[i].fate == FAKE_COMMITTED &&
			    (value == NULL || plb_slice_is(t->part[p].rec[i].value, value));
	return n;
}

const char *
fake_header(const struct fake_rec *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (strcmp(r->header[i].name, name) == 0)
			return (const char *)r->header[i].value.p;
	return "";
}

int64_t
fake_committed(const char *topic, int32_t p)
{
	return part(topic, p)->committed;
}

void
fake_commit_set(const char *topic, int32_t p, int64_t offset)
{
	part(topic, p)->committed = offset;
}

void
fake_commit_clear(void)
{
	for (size_t t = 0; t < n_topics; t++)
		for (int32_t p = 0; p < topics[t].n; p++)
			topics[t].part[p].committed = -1;
}

/* ---- reading ---- */

struct fake_cursor *
fake_cursor(struct fake_cursors *cs, const char *topic, int32_t p, bool make)
{
	struct fake_topic *t = fake_find(topic);

	PLB_ASSERT(t != NULL && p >= 0 && p < t->n);
	for (size_t i = 0; i < cs->n; i++)
		if (cs->c[i].t == t && cs->c[i].p == p)
			return &cs->c[i];
	if (!make)
		return NULL;
	cs->c[cs->n] = (struct fake_cursor){.t = t, .p = p, .eof = -1};
	return &cs->c[cs->n++];
}

static void
fill(const struct fake_cursor *c, const struct fake_rec *r, struct plb_record *out)
{
	out->topic = c->t->name;
	out->partition = c->p;
	out->offset = r->offset;
	out->timestamp = r->timestamp;
	out->key = r->key;
	out->value = r->value;
	out->tombstone = r->tombstone;
	out->n_headers = r->n_headers;
	memcpy(out->header, r->header, sizeof(out->header));
}

static int
cursor_poll(struct fake_cursor *c, bool committed, struct plb_record *out, bool peek)
{
	const struct fake_part *pt = &c->t->part[c->p];
	int64_t end = committed ? fake_stable(pt) : fake_end(pt), at = c->next;

	if (at < pt->low)
		return -1;
	while (at < end &&
	    (pt->rec[at].kind == FAKE_MARKER || (committed && pt->rec[at].fate == FAKE_ABORTED)))
		at++;
	if (at >= end && (c->eof == at || hold_ends))
		return 0;
	if (peek)
		return 1;
	c->next = at < end ? at + 1 : at;
	if (at < end) {
		fill(c, &pt->rec[at], out);
		return 1;
	}
	c->eof = at;
	out->topic = c->t->name;
	out->partition = c->p;
	out->offset = at;
	return 2;
}

int
fake_cursors_poll(struct fake_cursors *cs, struct plb_record *out, bool peek)
{
	for (size_t i = 0; i < cs->n; i++) {
		struct fake_cursor *c = &cs->c[(cs->turn + i) % cs->n];
		int got;

		if (!c->running)
			continue;
		got = cursor_poll(c, cs->committed, out, peek);
		if (got == 0)
			continue;
		if (!peek) {
			cs->turn = (cs->turn + i + (got == 2)) %
			    cs->n; /* one partition to its end, then the next */
			fake_progress();
		}
		return got;
	}
	return 0;
}
