// SPDX-License-Identifier: MPL-2.0
#include "rapport.h"

#include <parloeb/json.h>
#include <parloeb/loop.h>
#include <parloeb/map.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX (1u << 30)
#define MEMORY (8ull << 30)

/* What a kommune has of one member. */
struct har {
	struct plb_map_node node;     /* key: member's key */
	const struct plb_jv *forloeb; /* the one with handover-due, else any */
};

struct rapport {
	struct plb_arena a;
	struct plb_map har;
	int64_t due, foer, efter, aldrig, tabt;
};

static const struct plb_jv *
load(struct plb_arena *a, const char *path)
{
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v = NULL;
	char *text = NULL;
	size_t len;

	if (plb_file_read(path, FILE_MAX, &text, &len, &ec) != PLB_OK ||
	    plb_jv_parse(a, plb_slice(text, len), &v, &ec) != PLB_OK) {
		fprintf(stderr, "parloeb-sim report: %s: %s\n", path, ec.text);
		v = NULL;
	}
	free(text);
	return v;
}

static bool
is_true(const struct plb_jv *o, const char *name)
{
	return plb_jv_bool(plb_jv_get(o, name), false);
}

static struct plb_slice
text(const struct plb_jv *o, const char *name)
{
	return plb_jv_str(plb_jv_get(o, name));
}

static bool
index_booking(struct rapport *r, const struct plb_jv *booking)
{
	const struct plb_jv *list = plb_jv_get(booking, "forloeb");
	size_t i;

	for (i = 0; i < plb_jv_len(list); i++) {
		const struct plb_jv *f = plb_jv_at(list, i);
		struct har *h = (struct har *)plb_map_get(&r->har, text(f, "medlem"));

		if (is_true(f, "due"))
			r->due++;
		if (h != NULL) {
			if (is_true(f, "due"))
				h->forloeb = f;
			continue;
		}
		h = plb_arena_calloc(&r->a, 1, sizeof(*h));
		if (h == NULL)
			return false;
		h->node.key = text(f, "medlem");
		h->forloeb = f;
		if (plb_map_add(&r->har, &h->node) != PLB_OK)
			return false;
	}
	return true;
}

static const struct plb_jv *
ting(const struct plb_jv *forloeb, struct plb_slice id)
{
	const struct plb_jv *list = plb_jv_get(forloeb, "ting");
	size_t i;

	for (i = 0; i < plb_jv_len(list); i++)
		if (plb_slice_eq(text(plb_jv_at(list, i), "id"), id))
			return plb_jv_at(list, i);
	return NULL;
}

/* Before or after the first jobcentre conversation, by the time the referat was published. */
static void
judge_referat(struct rapport *r, const struct plb_jv *forloeb, const struct plb_jv *referat)
{
	const struct plb_jv *t = ting(forloeb, text(referat, "id"));
	struct plb_time tid, samtale;

	if (t == NULL ||
	    plb_jv_int(plb_jv_get(t, "version"), 0) <
		plb_jv_int(plb_jv_get(referat, "version"), 0)) {
		r->tabt++;
		r->aldrig++;
		return;
	}
	if (plb_time_parse(text(t, "time"), &tid) != PLB_OK ||
	    plb_time_parse(text(forloeb, "samtale"), &samtale) != PLB_OK)
		return;
	if (plb_time_before(tid, samtale))
		r->foer++;
	else
		r->efter++;
}

static void
judge_medlem(struct rapport *r, const struct plb_jv *m)
{
	const struct plb_jv *samtaler = plb_jv_get(m, "samtaler"),
			    *referater = plb_jv_get(m, "referater");
	const struct har *h = (const struct har *)plb_map_get(&r->har, text(m, "medlem"));
	size_t i;

	if (!is_true(m, "due"))
		return;
	if (h == NULL || !is_true(h->forloeb, "due") ||
	    !plb_slice_eq(text(h->forloeb, "virkningsdato"), text(m, "virkningsdato"))) {
		r->tabt++;
		return;
	}
	for (i = 0; i < plb_jv_len(samtaler); i++)
		if (ting(h->forloeb, plb_jv_str(plb_jv_at(samtaler, i))) == NULL)
			r->tabt++;
	for (i = 0; i < plb_jv_len(referater); i++)
		judge_referat(r, h->forloeb, plb_jv_at(referater, i));
}

static int64_t
tal(const struct plb_jv *o, const char *name)
{
	return plb_jv_int(plb_jv_get(o, name), -1);
}

static int
print(const struct rapport *r, const struct plb_jv *sent, const struct plb_jv *seen)
{
	int64_t bad = tal(seen, "badSignature") + tal(seen, "badForm");

	printf("{\"members\":%lld,\"events\":%lld,\"handoversDue\":%lld,\"referaterBefore\":%lld,"
	       "\"referaterAfter\":%lld,\"referaterNever\":%lld,"
	       "\"deliveries\":%lld,\"repeats\":%lld,\"duplicates\":%lld,\"gaps\":%lld,"
	       "\"outOfOrder\":%lld,\"lost\":%lld,\"refused\":%lld,\"bad\":%lld}\n",
	    (long long)tal(sent, "members"), (long long)tal(sent, "events"), (long long)r->due,
	    (long long)r->foer, (long long)r->efter, (long long)r->aldrig,
	    (long long)tal(seen, "deliveries"), (long long)tal(seen, "repeats"),
	    (long long)tal(seen, "duplicates"), (long long)tal(seen, "gaps"),
	    (long long)tal(seen, "outOfOrder"), (long long)r->tabt, (long long)tal(sent, "refused"),
	    (long long)bad);
	return tal(seen, "duplicates") == 0 && tal(seen, "gaps") == 0 &&
		tal(seen, "outOfOrder") == 0 && r->tabt == 0 && tal(sent, "refused") == 0 &&
		bad == 0
	    ? 0
	    : 1;
}

int
rapport_main(const char *akasse, const char *booking)
{
	struct rapport r = {.due = 0};
	const struct plb_jv *sent, *seen, *list;
	int code = 3;
	size_t i;

	plb_arena_init(&r.a, MEMORY);
	plb_map_init(&r.har, 0);
	sent = load(&r.a, akasse);
	seen = load(&r.a, booking);
	if (sent != NULL && seen != NULL && index_booking(&r, seen)) {
		list = plb_jv_get(sent, "medlemmer");
		for (i = 0; i < plb_jv_len(list); i++)
			judge_medlem(&r, plb_jv_at(list, i));
		code = print(&r, sent, seen);
	}
	plb_map_fini(&r.har);
	plb_arena_fini(&r.a);
	return code;
}
