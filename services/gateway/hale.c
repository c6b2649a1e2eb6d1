// SPDX-License-Identifier: MPL-2.0
#include "hale.h"

#include <stdlib.h>

void
hale_init(struct hale *h, size_t max_bytes)
{
	*h = (struct hale){.fra = -1, .til = -1, .max = max_bytes};
}

static struct hale_post **
plads(const struct hale *h, size_t i)
{
	return &h->post[(h->foerste + i) & (h->size - 1)];
}

static size_t
stoerrelse(const struct hale_post *p)
{
	size_t n = sizeof(*p) + p->n_headers * sizeof(p->header[0]) + p->key.len + p->value.len;

	for (size_t i = 0; i < p->n_headers; i++)
		n += strlen(p->header[i].name) + 1 + p->header[i].value.len;
	return n;
}

static void
smid_foerste(struct hale *h)
{
	struct hale_post *p = *plads(h, 0);

	h->bytes -= stoerrelse(p);
	h->fra = p->offset + 1;
	h->foerste = (h->foerste + 1) & (h->size - 1);
	h->n--;
	free(p);
}

void
hale_start(struct hale *h, int64_t offset)
{
	while (h->n > 0)
		smid_foerste(h);
	h->fra = h->til = offset;
}

void
hale_ukendt(struct hale *h)
{
	hale_start(h, -1);
}

void
hale_fini(struct hale *h)
{
	hale_ukendt(h);
	free(h->post);
	h->post = NULL;
	h->size = 0;
}

static bool
plads_til_en(struct hale *h)
{
	size_t size = h->size == 0 ? 16 : h->size * 2;
	struct hale_post **post;

	if (h->n < h->size)
		return true;
	post = malloc(size * sizeof(struct hale_post *));
	if (post == NULL)
		return false;
	for (size_t i = 0; i < h->n; i++)
		post[i] = *plads(h, i);
	free(h->post);
	h->post = post;
	h->foerste = 0;
	h->size = size;
	return true;
}

/* NULL without memory. */
static struct hale_post *
post_ny(const struct plb_record *r)
{
	size_t n = sizeof(struct hale_post) + r->n_headers * sizeof(struct plb_header) +
	    r->key.len + r->value.len;
	struct hale_post *p;
	uint8_t *to;

	for (size_t i = 0; i < r->n_headers; i++)
		n += strlen(r->header[i].name) + 1 + r->header[i].value.len;
	p = malloc(n);
	if (p == NULL)
		return NULL;
	p->offset = r->offset;
	p->n_headers = r->n_headers;
	to = (uint8_t *)&p->header[r->n_headers];
	for (size_t i = 0; i < r->n_headers; i++) {
		p->header[i].name = (const char *)to;
		(void)plb_slice_put(
		    &to, plb_slice(r->header[i].name, strlen(r->header[i].name) + 1));
		p->header[i].value = plb_slice_put(&to, r->header[i].value);
	}
	p->key = plb_slice_put(&to, r->key);
	p->value = plb_slice_put(&to, r->value);
	return p;
}

void
hale_tilfoej(struct hale *h, const struct plb_record *r)
{
	struct hale_post *p;

	if (h->fra < 0 || r->offset < h->til)
		hale_start(h, r->offset);
	p = plads_til_en(h) ? post_ny(r) : NULL;
	if (p == NULL) {
		/* Without memory nothing is lost: readers take it from Kafka. */
		hale_start(h, r->offset + 1);
		return;
	}
	h->n++;
	*plads(h, h->n - 1) = p;
	h->bytes += stoerrelse(p);
	h->til = r->offset + 1;
	while (h->bytes > h->max)
		smid_foerste(h);
}

void
hale_naaet(struct hale *h, int64_t offset)
{
	if (h->fra < 0 || offset < h->til)
		hale_start(h, offset);
	else
		h->til = offset;
}

const struct hale_post *
hale_find(const struct hale *h, struct plb_slice key, int64_t fra)
{
	size_t lo = 0, hi = h->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((*plads(h, mid))->offset < fra)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < h->n; lo++)
		if (plb_slice_eq((*plads(h, lo))->key, key))
			return *plads(h, lo);
	return NULL;
}

void
hale_record(const struct hale_post *p, int32_t partition, struct plb_record *out)
{
	out->topic = "ud";
	out->partition = partition;
	out->offset = p->offset;
	out->timestamp = PLB_TIME_UNSET;
	out->key = p->key;
	out->value = p->value;
	out->tombstone = false;
	out->n_headers = p->n_headers;
	for (size_t i = 0; i < p->n_headers; i++)
		out->header[i] = p->header[i];
}
