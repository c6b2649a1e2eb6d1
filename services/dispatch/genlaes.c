// SPDX-License-Identifier: MPL-2.0
#include "genlaes.h"

#include <stdlib.h>

#include <parloeb/log.h>

#define POLL_PR_GANG 256
#define SPRING 2000 /* records read over before it begins anew */

struct bestilling {
	struct bestilling *naeste;
	struct plb_uuid id;
	enum genlaes_grund grund;
	int32_t partition;
	int64_t offset;
};

struct genlaes {
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct plb_reader *reader; /* made when it is needed first: an idle client costs memory */
	struct plb_loop_timer *videre;
	struct bestilling *foerste, **sidste;
	bool laeser;       /* the first is being read */
	int32_t partition; /* assigned; -1 = none */
	int64_t position;  /* of the next record that the reader gives */
	genlaes_fn *fn;
	void *arg;
};

static void
tag_ud(struct genlaes *g, struct bestilling **her)
{
	struct bestilling *b = *her;

	*her = b->naeste;
	if (b->naeste == NULL)
		g->sidste = her;
	free(b);
}

static void
slip_reader(struct genlaes *g)
{
	if (g->partition >= 0)
		plb_reader_unassign(g->reader, "ud", g->partition);
	g->partition = -1;
}

static bool
ligger_foran(const struct genlaes *g, const struct bestilling *b)
{
	return g->partition == b->partition && g->position <= b->offset &&
	    b->offset - g->position < SPRING;
}

/* The first is answered; the next begins in the same turn when it lies ahead. */
static void
svar(struct genlaes *g, const struct plb_record *r)
{
	struct bestilling b = *g->foerste;

	tag_ud(g, &g->foerste);
	g->laeser = g->foerste != NULL && ligger_foran(g, g->foerste);
	g->fn(g->arg, b.partition, &b.id, b.grund, r);
	if (g->laeser)
		return;
	slip_reader(g);
	if (g->foerste != NULL)
		plb_loop_timer_in(g->videre, 0);
}

static void
senere(struct genlaes *g, const struct plb_errctx *ec)
{
	plb_log(PLB_LOG_WARN, "reading again is tried later", plb_f_str("fejl", ec->text));
	g->laeser = false;
	slip_reader(g);
	plb_loop_timer_in(g->videre, 1000);
}

/* A record, or the end of the partition. */
static void
tag(struct genlaes *g, int got, const struct plb_record *r)
{
	const struct bestilling *b = g->foerste;

	if (r->partition != b->partition)
		return; /* of the one before */
	g->position = got == 1 ? r->offset + 1 : r->offset;
	if (r->offset >= b->offset)
		svar(g, got == 1 && r->offset == b->offset ? r : NULL);
}

static void
data(void *arg)
{
	struct genlaes *g = arg;
	struct plb_errctx ec = {0};
	struct plb_record r;

	for (int i = 0; i < POLL_PR_GANG && g->laeser; i++) {
		int got = plb_reader_poll(g->reader, 0, &r, &ec);

		if (got == 0)
			return;
		if (got > 0) {
			tag(g, got, &r);
		} else if (plb_reader_error(g->reader) != PLB_E_UKENDT) {
			senere(g, &ec);
		} else {
			plb_log(PLB_LOG_WARN, "message is no longer in the log",
			    plb_f_str("fejl", ec.text));
			slip_reader(g);
			svar(g, NULL);
		}
	}
	if (g->laeser)
		plb_loop_timer_in(g->videre, 0);
}

static void
begynd(struct genlaes *g)
{
	struct plb_errctx ec = {0};
	enum plb_err err = PLB_OK;

	if (g->reader == NULL)
		err = plb_reader_new(g->bus, g->loop, true, data, g, &g->reader, &ec);
	if (err == PLB_OK)
		err = plb_reader_assign(g->reader, "ud", g->foerste->partition, PLB_FROM_OFFSET,
		    g->foerste->offset, &ec);
	if (err == PLB_OK) {
		g->laeser = true;
		g->partition = g->foerste->partition;
		g->position = g->foerste->offset;
		plb_loop_timer_in(g->videre, 0); /* what lies in the queue already wakes nobody */
		return;
	}
	senere(g, &ec);
}

static void
videre(void *arg)
{
	struct genlaes *g = arg;

	if (g->laeser)
		data(g);
	else if (g->foerste != NULL)
		begynd(g);
}

enum plb_err
genlaes_new(struct plb_loop *l, struct plb_bus *b, genlaes_fn *fn, void *arg, struct genlaes **out,
    struct plb_errctx *ec)
{
	struct genlaes *g = calloc(1, sizeof(*g));

	*out = g;
	if (g == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	*g = (struct genlaes){.loop = l, .bus = b, .partition = -1, .fn = fn, .arg = arg};
	g->sidste = &g->foerste;
	g->videre = plb_loop_timer_new(l, videre, g);
	if (g->videre != NULL)
		return PLB_OK;
	genlaes_free(out);
	return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
}

void
genlaes_free(struct genlaes **gp)
{
	struct genlaes *g = *gp;

	*gp = NULL;
	if (g == NULL)
		return;
	while (g->foerste != NULL)
		tag_ud(g, &g->foerste);
	plb_reader_free(&g->reader);
	plb_loop_timer_free(&g->videre);
	free(g);
}

bool
genlaes_bed(struct genlaes *g, int32_t partition, int64_t offset, const struct plb_uuid *id,
    enum genlaes_grund grund)
{
	struct bestilling *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return false;
	*b = (struct bestilling){
	    .id = *id, .grund = grund, .partition = partition, .offset = offset};
	*g->sidste = b;
	g->sidste = &b->naeste;
	if (!g->laeser)
		plb_loop_timer_in(g->videre, 0);
	return true;
}

void
genlaes_glem(struct genlaes *g, int32_t partition)
{
	struct bestilling **her = &g->foerste;

	if (g->partition == partition)
		slip_reader(g);
	if (g->laeser && g->foerste->partition == partition)
		g->laeser = false;
	while (*her != NULL) {
		if ((*her)->partition == partition)
			tag_ud(g, her);
		else
			her = &(*her)->naeste;
	}
	if (!g->laeser && g->foerste != NULL)
		plb_loop_timer_in(g->videre, 0);
}
