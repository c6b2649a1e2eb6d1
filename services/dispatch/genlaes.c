// SPDX-License-Identifier: MPL-2.0
#include "genlaes.h"

#include <stdlib.h>

#include <parloeb/log.h>

#define POLL_PR_GANG 256

struct bestilling {
	struct bestilling *naeste;
	struct plb_uuid id;
	int32_t partition;
	int64_t offset;
};

struct genlaes {
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct plb_reader *reader; /* made when it is needed first: an idle client costs memory */
	struct plb_loop_timer *videre;
	struct bestilling *foerste, **sidste;
	bool laeser; /* the first is assigned */
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

/* The first is answered; the next begins in a turn of its own. */
static void
svar(struct genlaes *g, const struct plb_record *r)
{
	struct bestilling b = *g->foerste;

	tag_ud(g, &g->foerste);
	g->laeser = false;
	g->fn(g->arg, b.partition, &b.id, r);
	plb_reader_unassign(g->reader, "ud", b.partition);
	if (g->foerste != NULL)
		plb_loop_timer_in(g->videre, 0);
}

static void
senere(struct genlaes *g, const struct plb_errctx *ec)
{
	plb_log(PLB_LOG_WARN, "reading again is tried later", plb_f_str("fejl", ec->text));
	g->laeser = false;
	plb_loop_timer_in(g->videre, 1000);
}

static void
data(void *arg)
{
	struct genlaes *g = arg;
	struct plb_errctx ec = {0};
	struct plb_record r;

	for (int i = 0; i < POLL_PR_GANG && g->laeser; i++) {
		const struct bestilling *b = g->foerste;
		int got = plb_reader_poll(g->reader, 0, &r, &ec);

		if (got == 0)
			return;
		if (got < 0 && plb_reader_error(g->reader) != PLB_E_UKENDT) {
			senere(g, &ec);
			return;
		}
		if (got < 0) {
			plb_log(PLB_LOG_WARN, "message is no longer in the log",
			    plb_f_str("fejl", ec.text));
			svar(g, NULL);
		} else if (r.partition != b->partition || r.offset < b->offset) {
			continue; /* of the one before */
		} else {
			svar(g, got == 1 && r.offset == b->offset ? &r : NULL);
		}
	}
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
	*g = (struct genlaes){.loop = l, .bus = b, .fn = fn, .arg = arg};
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
genlaes_bed(struct genlaes *g, int32_t partition, int64_t offset, const struct plb_uuid *id)
{
	struct bestilling *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return false;
	*b = (struct bestilling){.id = *id, .partition = partition, .offset = offset};
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

	if (g->laeser && g->foerste->partition == partition) {
		plb_reader_unassign(g->reader, "ud", partition);
		g->laeser = false;
	}
	while (*her != NULL) {
		if ((*her)->partition == partition)
			tag_ud(g, her);
		else
			her = &(*her)->naeste;
	}
	if (!g->laeser && g->foerste != NULL)
		plb_loop_timer_in(g->videre, 0);
}
