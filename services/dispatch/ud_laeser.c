// SPDX-License-Identifier: MPL-2.0
#include "ud_laeser.h"

#include <stdlib.h>

#include <parloeb/log.h>

#define POLL_PR_GANG 512
#define SPRING 2000 /* records read over before it begins anew */

struct i_koe {
	struct i_koe *naeste;
	struct ud_bestilling b;
};

struct ud_laeser {
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct plb_reader *reader; /* made when it is needed first: an idle client costs memory */
	struct plb_loop_timer *videre;
	struct i_koe *foerste, **sidste;
	bool laeser;       /* the first is being read */
	int32_t partition; /* assigned; -1 = none */
	int64_t position;  /* of the next record that the reader gives */
	struct laest *fundet, **hale;
	size_t n, bytes, set;
	ud_laeser_fn *fn;
	void *arg;
};

static struct laest *
kopi(const struct plb_record *r)
{
	size_t len = r->key.len + r->value.len;
	struct laest *p;
	uint8_t *til;

	for (size_t i = 0; i < r->n_headers; i++)
		len += r->header[i].value.len + strlen(r->header[i].name) + 1;
	p = malloc(sizeof(*p) + len);
	if (p == NULL)
		return NULL;
	p->naeste = NULL;
	p->r = *r;
	til = p->data;
	p->r.key = plb_slice_put(&til, r->key);
	p->r.value = plb_slice_put(&til, r->value);
	for (size_t i = 0; i < r->n_headers; i++) {
		p->r.header[i].value = plb_slice_put(&til, r->header[i].value);
		p->r.header[i].name = (const char *)plb_slice_put(
		    &til, plb_slice(r->header[i].name, strlen(r->header[i].name) + 1))
					  .p;
	}
	return p;
}

void
laest_fri(struct laest *p)
{
	while (p != NULL) {
		struct laest *n = p->naeste;

		free(p);
		p = n;
	}
}

static void
tag_ud(struct ud_laeser *g, struct i_koe **her)
{
	struct i_koe *b = *her;

	*her = b->naeste;
	if (b->naeste == NULL)
		g->sidste = her;
	free(b);
}

static void
nulstil(struct ud_laeser *g)
{
	g->fundet = NULL;
	g->hale = &g->fundet;
	g->n = g->bytes = g->set = 0;
}

static void
slip_reader(struct ud_laeser *g)
{
	if (g->partition >= 0)
		plb_reader_unassign(g->reader, "ud", g->partition);
	g->partition = -1;
}

/* The first is answered; the next begins in a turn of its own, and mostly reads on from here. */
static void
svar(struct ud_laeser *g, int64_t naaet)
{
	struct laest *fundet = g->fundet;
	struct ud_bestilling b = g->foerste->b;

	tag_ud(g, &g->foerste);
	g->laeser = false;
	nulstil(g);
	g->fn(g->arg, &b, fundet, naaet);
	if (g->foerste != NULL)
		plb_loop_timer_in(g->videre, 0);
	else if (naaet >= b.til)
		slip_reader(g);
}

static void
senere(struct ud_laeser *g, const struct plb_errctx *ec)
{
	plb_log(PLB_LOG_WARN, "reading ud again is tried later", plb_f_str("fejl", ec->text));
	laest_fri(g->fundet);
	nulstil(g);
	g->laeser = false;
	slip_reader(g);
	plb_loop_timer_in(g->videre, 1000);
}

static bool
er_spurgt(const struct ud_bestilling *b, const struct plb_record *r)
{
	return r->offset >= b->fra && r->offset < b->til &&
	    (b->org.text[0] == '\0' || plb_slice_eq(r->key, plb_org_slice(&b->org)));
}

/* One record; true: the request is answered, or put off. */
static bool
tag(struct ud_laeser *g, const struct plb_record *r)
{
	const struct ud_bestilling *b = &g->foerste->b;
	struct plb_errctx ec = {0};
	struct laest *p;

	g->position = r->offset + 1;
	g->set++;
	if (er_spurgt(b, r)) {
		p = kopi(r);
		if (p == NULL) {
			plb_err_set(&ec, PLB_E_HUKOMMELSE, "out of memory");
			senere(g, &ec);
			return true;
		}
		*g->hale = p;
		g->hale = &p->naeste;
		g->n++;
		g->bytes += r->value.len;
	}
	if (g->position < b->til && g->n < UD_LAESER_ANTAL && g->bytes < UD_LAESER_BYTES &&
	    (g->set < UD_LAESER_SKAN || g->position <= b->fra))
		return false;
	svar(g, g->position < b->til ? g->position : b->til);
	return true;
}

/* The end of the log. It lies before what is asked for only as long as this replica is behind. */
static void
ende(struct ud_laeser *g, int64_t position)
{
	struct ud_bestilling *b = &g->foerste->b;

	g->position = position;
	if (b->til == UD_LAESER_ENDE)
		b->til = position > b->fra ? position : b->fra;
	else if (position <= b->fra)
		return;
	svar(g, position < b->til ? position : b->til);
}

/* The log begins later than that: what was before is gone, and it is read from its beginning. */
static void
tabt(struct ud_laeser *g, const struct plb_errctx *ec)
{
	struct plb_errctx nyt = {0};

	plb_log(PLB_LOG_ERROR, "messages are no longer in the log",
	    plb_f_int("offset", g->foerste->b.fra), plb_f_str("fejl", ec->text));
	if (plb_reader_assign(g->reader, "ud", g->partition, PLB_FROM_BEGINNING, 0, &nyt) != PLB_OK)
		senere(g, &nyt);
}

static void
data(void *arg)
{
	struct ud_laeser *g = arg;
	struct plb_errctx ec = {0};
	struct plb_record r;

	for (int i = 0; i < POLL_PR_GANG && g->laeser; i++) {
		int got = plb_reader_poll(g->reader, 0, &r, &ec);

		if (got == 0)
			return;
		if (got < 0 && plb_reader_error(g->reader) != PLB_E_UKENDT)
			senere(g, &ec);
		else if (got < 0)
			tabt(g, &ec);
		else if (r.partition != g->foerste->b.partition)
			continue; /* of the one before */
		else if (got == 2)
			ende(g, r.offset);
		else if (tag(g, &r))
			return;
	}
	if (g->laeser)
		plb_loop_timer_in(g->videre, 0);
}

static void
begynd(struct ud_laeser *g)
{
	const struct ud_bestilling *b = &g->foerste->b;
	struct plb_errctx ec = {0};
	enum plb_err err = PLB_OK;
	/* Reading on from where it stands, or a little further back than asked for. */
	bool videre =
	    g->partition == b->partition && g->position <= b->fra && b->fra - g->position < SPRING;

	if (g->reader == NULL)
		err = plb_reader_new(g->bus, g->loop, true, data, g, &g->reader, &ec);
	if (err == PLB_OK && !videre) {
		if (g->partition != b->partition)
			slip_reader(g);
		err = plb_reader_assign(g->reader, "ud", b->partition,
		    b->fra == 0 ? PLB_FROM_BEGINNING : PLB_FROM_OFFSET, b->fra, &ec);
		g->partition = b->partition;
		g->position = b->fra;
	}
	if (err != PLB_OK) {
		senere(g, &ec);
		return;
	}
	g->laeser = true;
	plb_loop_timer_in(g->videre, 0);
}

static void
videre(void *arg)
{
	struct ud_laeser *g = arg;

	if (g->laeser)
		data(g);
	else if (g->foerste != NULL)
		begynd(g);
}

enum plb_err
ud_laeser_new(struct plb_loop *l, struct plb_bus *b, ud_laeser_fn *fn, void *arg,
    struct ud_laeser **out, struct plb_errctx *ec)
{
	struct ud_laeser *g = calloc(1, sizeof(*g));

	*out = g;
	if (g == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	*g = (struct ud_laeser){.loop = l, .bus = b, .partition = -1, .fn = fn, .arg = arg};
	g->sidste = &g->foerste;
	nulstil(g);
	g->videre = plb_loop_timer_new(l, videre, g);
	if (g->videre != NULL)
		return PLB_OK;
	ud_laeser_free(out);
	return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
}

void
ud_laeser_free(struct ud_laeser **gp)
{
	struct ud_laeser *g = *gp;

	*gp = NULL;
	if (g == NULL)
		return;
	while (g->foerste != NULL)
		tag_ud(g, &g->foerste);
	laest_fri(g->fundet);
	plb_reader_free(&g->reader);
	plb_loop_timer_free(&g->videre);
	free(g);
}

bool
ud_laeser_bed(struct ud_laeser *g, const struct ud_bestilling *b)
{
	struct i_koe *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return false;
	k->b = *b;
	*g->sidste = k;
	g->sidste = &k->naeste;
	if (!g->laeser)
		plb_loop_timer_in(g->videre, 0);
	return true;
}

void
ud_laeser_glem(struct ud_laeser *g, int32_t partition)
{
	struct i_koe **her = &g->foerste;

	if (g->partition == partition)
		slip_reader(g);
	if (g->laeser && g->foerste->b.partition == partition) {
		g->laeser = false;
		laest_fri(g->fundet);
		nulstil(g);
	}
	while (*her != NULL) {
		if ((*her)->b.partition == partition)
			tag_ud(g, her);
		else
			her = &(*her)->naeste;
	}
	if (!g->laeser && g->foerste != NULL)
		plb_loop_timer_in(g->videre, 0);
}
