// SPDX-License-Identifier: MPL-2.0
#include "revisor.h"

#include <parloeb/ordresegl.h>
#include <stdlib.h>

#define VENTER_MAX 256

static const char *const topics[] = {"revision", "postkasse", NULL};

/* A record whose delivery report is waited for. */
struct under_vejs {
	struct revisor *r;
	bool revision;
	revisor_fn *fn;
	void *arg;
};
struct venter {
	struct plb_revision_post post;
	revisor_fn *fn;
	void *arg;
};

struct revisor {
	struct plb_producer *producer;
	struct plb_revision *revision;
	const struct plb_secret *desk_key;
	const char *type;
	struct venter ko[VENTER_MAX]; /* the first is the one under way */
	size_t n;
	struct plb_buf value; /* its bytes */
	bool under_vejs, lukker;
};

static void send_next(struct revisor *r);

static void
tell_first(struct revisor *r, enum plb_err err)
{
	struct venter v = r->ko[0];

	r->n--;
	memmove(r->ko, r->ko + 1, r->n * sizeof(r->ko[0]));
	v.fn(v.arg, err);
}

/* What is in the log is the new end of its chain. */
static void
chain_on(struct revisor *r)
{
	struct plb_record rec = {.topic = "revision",
	    .key = r->ko[0].post.aktoer,
	    .value = plb_slice(r->value.p, r->value.len)};
	struct plb_revision_laest read;
	struct plb_errctx ec = {{0}};

	if (plb_revision_laest(r->revision, &rec, &read, &ec) != PLB_OK)
		return; /* our own bytes; the reader meets the record again */
}

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct under_vejs *u = opaque;
	struct revisor *r = u->r;
	struct under_vejs mine = *u;

	(void)arg, (void)partition, (void)offset;
	free(u);
	if (r->lukker)
		return;
	if (!mine.revision) {
		mine.fn(mine.arg, err);
		return;
	}
	if (err == PLB_OK)
		chain_on(r);
	r->under_vejs = false;
	tell_first(r, err);
	send_next(r);
}

enum plb_err
revisor_new(struct plb_loop *l, struct plb_bus *b, const struct plb_schemas *s, const char *skriver,
    const struct plb_secret *desk_key, struct revisor **out, struct plb_errctx *ec)
{
	struct revisor *r = calloc(1, sizeof(*r));
	enum plb_err err;

	*out = r;
	if (r == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "revisor");
	r->desk_key = desk_key;
	plb_buf_init(&r->value, 1u << 20);
	err = plb_revision_new(s, skriver, &r->revision, ec);
	if (err == PLB_OK)
		err = plb_producer_new(b, l, topics, delivered, r, &r->producer, ec);
	if (err != PLB_OK)
		revisor_free(out);
	return err;
}

void
revisor_free(struct revisor **r)
{
	if (*r == NULL)
		return;
	(*r)->lukker = true;
	plb_producer_free(&(*r)->producer);
	plb_revision_free(&(*r)->revision);
	plb_buf_fini(&(*r)->value);
	free(*r);
	*r = NULL;
}

bool
revisor_klar(const struct revisor *r)
{
	return plb_producer_ready(r->producer);
}

static enum plb_err
produce(struct revisor *r, const char *topic, const char *type, struct plb_slice key,
    struct plb_slice value, struct plb_time tid, struct under_vejs u)
{
	struct plb_event ev = {
	    .type = plb_slice_str(type), .source = plb_slice_str("/parloeb/console"), .time = tid};
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;
	char text[PLB_UUID_TEXT];
	struct under_vejs *copy = malloc(sizeof(*copy));
	struct plb_uuid id;
	uint8_t segl[32];
	enum plb_err err;
	size_t n;

	if (copy == NULL)
		return PLB_E_HUKOMMELSE;
	*copy = u;
	plb_uuid4(&id);
	ev.id = plb_slice_str(plb_uuid_text(id, text));
	n = plb_event_headers(&ev, &texts, h);
	if (!u.revision && r->desk_key->len > 0) {
		plb_ordresegl(r->desk_key, key, value, segl);
		h[n++] = (struct plb_header){PLB_ORDRESEGL_HEADER, plb_slice(segl, sizeof(segl))};
	}
	err = plb_producer_send(r->producer, topic, -1, key, value, h, n, copy);
	if (err != PLB_OK)
		free(copy);
	return err;
}

static enum plb_err
send_first(struct revisor *r)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice value;
	int64_t nr;
	enum plb_err err = plb_revision_byg(r->revision, &r->ko[0].post, &value, &nr, &ec);

	if (err != PLB_OK)
		return err;
	plb_buf_reset(&r->value);
	plb_buf_slice(&r->value, value);
	return produce(r, "revision", "dk.parloeb.revision", r->ko[0].post.aktoer, value,
	    r->ko[0].post.tid, (struct under_vejs){r, true, NULL, NULL});
}

static void
send_next(struct revisor *r)
{
	while (r->n > 0 && !r->under_vejs) {
		enum plb_err err = send_first(r);

		r->under_vejs = err == PLB_OK;
		if (err != PLB_OK)
			tell_first(r, err);
	}
}

enum plb_err
revisor_skriv(struct revisor *r, const struct plb_revision_post *p, revisor_fn *fn, void *arg)
{
	if (r->n == VENTER_MAX)
		return PLB_E_FULD;
	r->ko[r->n++] = (struct venter){*p, fn, arg};
	send_next(r);
	return PLB_OK;
}

enum plb_err
revisor_ordre(struct revisor *r, struct plb_slice organisation, struct plb_slice value,
    struct plb_time tid, revisor_fn *fn, void *arg)
{
	return produce(r, "postkasse", "dk.parloeb.kommando", organisation, value, tid,
	    (struct under_vejs){r, false, fn, arg});
}

enum plb_err
revisor_laest(struct revisor *r, const struct plb_record *rec, struct plb_revision_laest *out,
    struct plb_errctx *ec)
{
	return plb_revision_laest(r->revision, rec, out, ec);
}
