// SPDX-License-Identifier: MPL-2.0
#include "feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "cursor.h"
#include "feed_int.h"
#include "metrik.h"

#define SIDE_MAX ((size_t)8 << 20)      /* a page cannot be larger … */
#define SIDE_FULD ((size_t)4 << 20)     /* … and takes nothing more from here on */
#define STROEM_FULD ((size_t)256 << 10) /* the same for one write of a stream */
#define STROEM_PAUSE_MS 20              /* between two such writes of older mail */
#define LIVSTEGN_MS 15000               /* a comment on a silent stream */
#define FRIST_MS 10000                  /* beyond `vent`: Kafka does not answer */
#define MAKS_STANDARD 100
#define MAKS_MAX 500
#define VENT_MAX 30

/* ---- lists ---- */

void
laesninger_ind(struct laesninger *l, struct laesning *x)
{
	x->naeste = NULL;
	x->forrige = l->sidste;
	*(l->sidste != NULL ? &l->sidste->naeste : &l->foerste) = x;
	l->sidste = x;
}

void
laesninger_ud(struct laesninger *l, struct laesning *x)
{
	*(x->forrige != NULL ? &x->forrige->naeste : &l->foerste) = x->naeste;
	*(x->naeste != NULL ? &x->naeste->forrige : &l->sidste) = x->forrige;
	x->naeste = x->forrige = NULL;
}

/* Out of whatever it is in. */
static void
loesn(struct laesning *l)
{
	switch (l->tilstand) {
	case LAESNING_VENTER:
		laesninger_ud(&l->feed->partition[l->partition].venter, l);
		break;
	case LAESNING_KOE:
		laesninger_ud(&l->feed->koe, l);
		break;
	case LAESNING_BAGUD:
		bagud_slip(l);
		break;
	case LAESNING_PAUSE:
	case LAESNING_FRI:
		break;
	}
	l->tilstand = LAESNING_FRI;
}

static void
slip(struct laesning *l)
{
	struct feed *f = l->feed;

	loesn(l);
	plb_loop_timer_free(&l->timer);
	plb_buf_fini(&l->side);
	free(l);
	f->laesninger--;
	metrik_saet(METRIK_FEED_VENTER, (int64_t)f->laesninger);
}

static void
borte(struct holdt *h)
{
	slip((struct laesning *)(void *)h);
}

/* l's request, which is ours no more. */
static struct plb_http_req *
afgiv(struct laesning *l)
{
	struct plb_http_req *r = l->r;

	*plb_http_user(r) = NULL;
	l->r = NULL;
	return r;
}

/* ---- what goes out ---- */

static bool
skriv_cursor(const struct laesning *l, int64_t pos, char out[CURSOR_TEXT])
{
	return cursor_skriv(&l->feed->g->common->hmac_key, &l->org, l->partition, pos, &l->vist,
		   out) == PLB_OK;
}

void
laesning_record(struct laesning *l, const struct plb_record *r)
{
	struct plb_slice json;
	char cursor[CURSOR_TEXT];

	l->pos = r->offset + 1;
	if (!plb_slice_eq(r->key, plb_org_slice(&l->org)) ||
	    visning_af(&l->feed->visning, &l->org, r, &l->vist, &json) != VISNING_OK)
		return;
	if (!l->stroem)
		plb_buf_str(&l->side, l->n == 0 ? "{\"haendelser\":[" : ",");
	else if (skriv_cursor(l, l->pos, cursor))
		plb_buf_printf(&l->side, "id: %s\ndata: ", cursor);
	plb_buf_slice(&l->side, json);
	if (l->stroem)
		plb_buf_str(&l->side, "\n\n");
	l->n++;
	metrik_tael(METRIK_FEED_HAENDELSER, 1);
}

bool
laesning_fuld(const struct laesning *l)
{
	return l->side.len >= (l->stroem ? STROEM_FULD : SIDE_FULD) || (int64_t)l->n >= l->maks;
}

static void
svar_side(struct laesning *l)
{
	char cursor[CURSOR_TEXT];

	if (l->pos < 0 || !skriv_cursor(l, l->pos, cursor)) {
		kald_optaget(afgiv(l));
		slip(l);
		return;
	}
	if (l->n == 0)
		plb_buf_str(&l->side, "{\"haendelser\":[");
	plb_buf_printf(&l->side, "],\"naeste\":\"%s\"}", cursor);
	kald_json(afgiv(l), 200, &l->side);
	slip(l);
}

static void
slut_stroem(struct laesning *l)
{
	plb_http_stream_end(afgiv(l));
	slip(l);
}

/* False: the client did not keep up; l is gone. It comes back with Last-Event-ID. */
static bool
skriv_stroem(struct laesning *l, struct plb_slice text)
{
	if (plb_http_stream_write(l->r, text)) {
		l->fornyet = true;
		return true;
	}
	slut_stroem(l);
	return false;
}

static void
vent(struct laesning *l, int64_t ms)
{
	l->tilstand = LAESNING_VENTER;
	laesninger_ind(&l->feed->partition[l->partition].venter, l);
	plb_loop_timer_in(l->timer, ms < 0 ? 0 : ms);
}

void
laesning_side(struct laesning *l)
{
	struct plb_slice text;

	if (!l->stroem) {
		svar_side(l);
		return;
	}
	if (plb_buf_done(&l->side, &text) != PLB_OK) {
		slut_stroem(l);
		return;
	}
	if (!skriv_stroem(l, text))
		return;
	plb_buf_reset(&l->side);
	l->n = 0;
	if (l->pos == l->feed->partition[l->partition].hale.til) {
		vent(l, LIVSTEGN_MS);
		return;
	}
	/* More is there: a little later, so that the client keeps up and others get their turn. */
	l->tilstand = LAESNING_PAUSE;
	plb_loop_timer_in(l->timer, STROEM_PAUSE_MS);
}

void
laesning_opgiv(struct laesning *l)
{
	loesn(l);
	if (l->stroem) {
		slut_stroem(l);
		return;
	}
	kald_optaget(afgiv(l));
	slip(l);
}

void
laesning_for_gammel(struct laesning *l, int64_t aeldste)
{
	char cursor[CURSOR_TEXT], mere[CURSOR_TEXT + 16] = "";

	loesn(l);
	if (l->stroem) {
		/* Its head is out already: it goes on from the oldest there is. */
		l->pos = aeldste;
		laesning_videre(l);
		return;
	}
	if (skriv_cursor(l, aeldste, cursor))
		snprintf(mere, sizeof(mere), ",\"aeldste\":\"%s\"", cursor);
	kald_problem(afgiv(l), PROBLEM_FOR_GAMMEL, NULL, mere, NULL);
	slip(l);
}

void
laesning_slut(struct laesning *l)
{
	loesn(l);
	if (l->stroem)
		slut_stroem(l);
	else
		svar_side(l);
}

/* ---- reading ---- */

void
laesning_videre(struct laesning *l)
{
	const struct hale *h = &l->feed->partition[l->partition].hale;
	int64_t now = plb_loop_mono(l->feed->g->loop).ms;
	const struct hale_post *p;
	struct plb_record r;

	loesn(l);
	if (l->stroem && l->feed->slutter) {
		slut_stroem(l);
		return;
	}
	if (h->fra < 0) {
		vent(l, (l->stroem ? now + LIVSTEGN_MS : l->frist.ms) - now);
		return;
	}
	if (l->pos < h->fra) {
		l->set_pos = l->pos;
		plb_loop_timer_in(l->timer, l->stroem ? LIVSTEGN_MS : l->frist.ms - now);
		bagud_start(l->feed, l);
		return;
	}
	while (!laesning_fuld(l) && (p = hale_find(h, plb_org_slice(&l->org), l->pos)) != NULL) {
		hale_record(p, l->partition, &r);
		laesning_record(l, &r);
	}
	if (!laesning_fuld(l) && l->pos < h->til)
		l->pos = h->til;
	if (l->n > 0 || (!l->stroem && (now >= l->vent_til.ms || l->feed->slutter)))
		laesning_side(l);
	else
		vent(l, l->stroem ? LIVSTEGN_MS : l->vent_til.ms - now);
}

/* A stream: sign of life, or its pause is over. A request: `vent` is over, or Kafka did not answer.
 */
static void
tid(void *arg)
{
	struct laesning *l = arg;

	if (l->stroem) {
		if (l->tilstand == LAESNING_PAUSE) {
			laesning_videre(l);
			return;
		}
		if (!l->fornyet && !skriv_stroem(l, plb_slice_str(":\n\n")))
			return;
		l->fornyet = false;
		plb_loop_timer_in(l->timer, LIVSTEGN_MS);
		return;
	}
	if (l->tilstand == LAESNING_VENTER && l->feed->partition[l->partition].hale.fra >= 0) {
		laesning_videre(l);
	} else if (l->tilstand == LAESNING_BAGUD && l->n > 0) {
		loesn(l);
		laesning_side(l);
	} else if (l->tilstand == LAESNING_BAGUD && l->pos > l->set_pos) {
		/* Much of other organisations' to pass over: an empty answer would be untrue. */
		l->set_pos = l->pos;
		plb_loop_timer_in(l->timer, FRIST_MS);
	} else {
		laesning_opgiv(l);
	}
}

/* ---- GET /v1/feed ---- */

/* A whole number in the query; absent: `*out` stays. */
static bool
tal(const struct plb_http_req *r, const char *navn, int64_t min, int64_t maks, int64_t *out)
{
	struct plb_slice s = plb_http_query(r, navn);
	int64_t v = 0;

	if (s.p == NULL)
		return true;
	if (s.len == 0 || s.len > 6)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return v >= min && v <= maks;
}

/* Does Accept name it (with or without parameters)? */
static bool
vil_have(const struct plb_http_req *r, const char *type)
{
	struct plb_slice h = plb_http_header(r, "accept");

	return h.len > 0 && memmem(h.p, h.len, type, strlen(type)) != NULL;
}

static bool
laes_efter(struct kald *k, struct laesning *l)
{
	struct plb_slice efter = plb_http_query(k->r, "efter"),
			 sidst = plb_http_header(k->r, "last-event-id");

	if (l->stroem && sidst.len > 0)
		efter = sidst;
	if (efter.len == 0)
		return true;
	if (cursor_laes(&k->g->common->hmac_key, &l->org, l->partition, efter, &l->pos, &l->vist) !=
	    PLB_OK)
		return false;
	markoer_hentet(k->g->feed, &l->org, l->pos);
	return true;
}

static struct laesning *
ny(struct kald *k, const struct plb_org *org, int64_t maks, int64_t vent_s)
{
	struct feed *f = k->g->feed;
	int64_t now = plb_loop_mono(k->g->loop).ms;
	struct laesning *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->holdt.borte = borte;
	l->feed = f;
	l->org = *org;
	l->partition = plb_partition(plb_org_slice(org), f->n);
	l->pos = -1;
	l->maks = maks;
	l->stroem = vil_have(k->r, "text/event-stream");
	l->vent_til.ms = now + vent_s * 1000;
	l->frist.ms = l->vent_til.ms + FRIST_MS;
	plb_buf_init(&l->side, SIDE_MAX);
	f->laesninger++;
	metrik_saet(METRIK_FEED_VENTER, (int64_t)f->laesninger);
	l->timer = plb_loop_timer_new(k->g->loop, tid, l);
	if (l->timer != NULL)
		return l;
	slip(l);
	return NULL;
}

void
feed_get(struct kald *k)
{
	static const char *const stroem[] = {"Cache-Control: no-store", NULL};
	int64_t maks = MAKS_STANDARD, vent_s = 0;
	struct laesning *l;
	struct plb_org org;

	if (!kald_org(k, &org))
		return;
	if (!tal(k->r, "maks", 1, MAKS_MAX, &maks) || !tal(k->r, "vent", 0, VENT_MAX, &vent_s)) {
		kald_problem(k->r, PROBLEM_FORESPOERGSEL, NULL, NULL, NULL);
		return;
	}
	l = k->g->slutter || !feed_klar(k->g->feed) ? NULL : ny(k, &org, maks, vent_s);
	if (l == NULL) {
		kald_optaget(k->r);
		return;
	}
	if (!laes_efter(k, l)) {
		slip(l);
		kald_problem(k->r, PROBLEM_CURSOR, NULL, NULL, NULL);
		return;
	}
	l->r = k->r;
	kald_hold(k->r, &l->holdt);
	if (l->stroem)
		plb_http_stream_begin(k->r, "text/event-stream", stroem);
	laesning_videre(l);
}
