// SPDX-License-Identifier: MPL-2.0
#include <parloeb/log.h>

#include "feed_int.h"
#include "metrik.h"

#define RECORDS_A_TURN 2000
#define HVILE_MS                                                                                   \
	2000 /* after which a reader at rest gives its partition and what it fetched ahead back */

static void laes(struct bagud *b);

void
bagud_slip(struct laesning *l)
{
	struct bagud *b = l->bagud;
	struct feed *f = l->feed;

	if (b == NULL)
		return;
	l->bagud = NULL;
	l->tilstand = LAESNING_FRI;
	b->nu = NULL;
	b->aeldste = false;
	b->sidst = plb_loop_mono(f->g->loop);
	f->baguder--;
	metrik_saet(METRIK_FEED_LAESERE, (int64_t)f->baguder);
	plb_loop_timer_in(f->ryd, 0);
}

/* True: it stands at l's place. */
static bool
tildel(struct bagud *b, struct laesning *l)
{
	struct plb_errctx ec = {{0}};
	enum plb_err err;

	if (b->partition == l->partition && b->pos >= 0 && b->pos == l->pos)
		return true;
	if (b->partition >= 0 && b->partition != l->partition)
		plb_reader_unassign(b->laeser, "ud", b->partition);
	b->partition = l->partition;
	b->pos = l->pos;
	err = plb_reader_assign(b->laeser, "ud", l->partition,
	    l->pos < 0 ? PLB_FROM_BEGINNING : PLB_FROM_OFFSET, l->pos, &ec);
	if (err == PLB_OK)
		return true;
	plb_log(PLB_LOG_WARN, "older mail cannot be read", plb_f_int("partition", l->partition),
	    plb_f_str("fejl", ec.text));
	b->partition = -1;
	return false;
}

/* The position asked for is not in the log any more: where does it begin? */
static void
find_aeldste(struct bagud *b)
{
	struct laesning *l = b->nu;
	struct plb_errctx ec = {{0}};

	b->aeldste = true;
	b->pos = -1;
	if (plb_reader_assign(b->laeser, "ud", b->partition, PLB_FROM_BEGINNING, 0, &ec) !=
	    PLB_OK) {
		b->partition = -1;
		laesning_opgiv(l);
	}
}

static void
fejl(struct bagud *b, const struct plb_errctx *ec)
{
	struct laesning *l = b->nu;

	if (plb_reader_error(b->laeser) == PLB_E_UKENDT && !b->aeldste) {
		find_aeldste(b);
		return;
	}
	plb_log(PLB_LOG_WARN, "older mail cannot be read", plb_f_int("partition", b->partition),
	    plb_f_str("fejl", ec->text));
	plb_reader_unassign(b->laeser, "ud", b->partition);
	b->partition = -1;
	laesning_opgiv(l);
}

/* Reaches what the tail holds, or the page is full: l goes on without this reader. */
static bool
naaet(struct bagud *b, struct laesning *l)
{
	const struct hale *h = &b->feed->partition[b->partition].hale;
	bool ved_halen = h->fra >= 0 && l->pos >= h->fra;

	if (!ved_halen && !laesning_fuld(l))
		return false;
	bagud_slip(l);
	if (ved_halen)
		laesning_videre(l);
	else
		laesning_side(l);
	return true;
}

static void
laes(struct bagud *b)
{
	struct plb_errctx ec = {{0}};
	struct plb_record r;

	for (int i = 0; i < RECORDS_A_TURN && b->nu != NULL; i++) {
		struct laesning *l = b->nu;
		int found = plb_reader_poll(b->laeser, 0, &r, &ec);

		if (found == 0)
			return;
		if (found < 0) {
			fejl(b, &ec);
			continue;
		}
		if (r.partition != b->partition)
			continue;
		b->pos = found == 1 ? r.offset + 1 : r.offset;
		if (b->aeldste) {
			/* The record is lost to this reader: the next one starts anew. */
			b->pos = -1;
			laesning_for_gammel(l, r.offset);
			return;
		}
		if (found == 1)
			laesning_record(l, &r);
		else
			l->pos = r.offset;
		if (naaet(b, l))
			return;
	}
}

static void
data(void *arg)
{
	struct bagud *b = arg;

	if (b->nu != NULL)
		laes(b);
}

/* ---- who gets a reader ---- */

static struct bagud *
ledig(struct feed *f, const struct laesning *l)
{
	struct bagud *best = NULL;

	for (size_t i = 0; i < FEED_LAESERE; i++) {
		struct bagud *b = &f->bagud[i];

		if (b->nu != NULL)
			continue;
		if (b->laeser != NULL && b->partition == l->partition && b->pos >= 0 &&
		    b->pos == l->pos)
			return b;
		if (best == NULL || (b->laeser != NULL && b->partition < 0))
			best = b;
	}
	return best;
}

static void
begynd(struct bagud *b, struct laesning *l)
{
	struct feed *f = b->feed;
	struct plb_errctx ec = {{0}};

	b->nu = l;
	b->aeldste = false;
	l->bagud = b;
	l->tilstand = LAESNING_BAGUD;
	f->baguder++;
	metrik_saet(METRIK_FEED_LAESERE, (int64_t)f->baguder);
	if (b->laeser == NULL &&
	    plb_reader_new(f->g->bus, f->g->loop, true, data, b, &b->laeser, &ec) != PLB_OK) {
		plb_log(PLB_LOG_ERROR, "no reader for older mail", plb_f_str("fejl", ec.text));
		laesning_opgiv(l);
	} else if (!tildel(b, l)) {
		laesning_opgiv(l);
	} else {
		laes(b); /* what it fetched ahead tells nobody again */
	}
}

void
bagud_start(struct feed *f, struct laesning *l)
{
	struct bagud *b = ledig(f, l);

	if (b != NULL && f->koe.foerste == NULL) {
		begynd(b, l);
		return;
	}
	l->tilstand = LAESNING_KOE;
	laesninger_ind(&f->koe, l);
}

/* The next ones in the queue; and what has rested long enough gives up its place. */
static void
ryd(void *arg)
{
	struct feed *f = arg;
	int64_t now = plb_loop_mono(f->g->loop).ms;
	bool hviler = false;

	while (f->koe.foerste != NULL) {
		struct laesning *l = f->koe.foerste;
		struct bagud *b = ledig(f, l);

		if (b == NULL)
			return;
		laesninger_ud(&f->koe, l);
		begynd(b, l);
	}
	for (size_t i = 0; i < FEED_LAESERE; i++) {
		struct bagud *b = &f->bagud[i];

		if (b->nu != NULL || b->partition < 0)
			continue;
		if (now - b->sidst.ms >= HVILE_MS) {
			plb_reader_unassign(b->laeser, "ud", b->partition);
			b->partition = -1;
		} else {
			hviler = true;
		}
	}
	if (hviler)
		plb_loop_timer_in(f->ryd, HVILE_MS);
}

void
bagud_init(struct feed *f)
{
	f->ryd = plb_loop_timer_new(f->g->loop, ryd, f);
	for (size_t i = 0; i < FEED_LAESERE; i++)
		f->bagud[i] = (struct bagud){.feed = f, .partition = -1, .pos = -1};
}

void
bagud_fini(struct feed *f)
{
	for (size_t i = 0; i < FEED_LAESERE; i++)
		plb_reader_free(&f->bagud[i].laeser);
	plb_loop_timer_free(&f->ryd);
}
