// SPDX-License-Identifier: MPL-2.0
#include "raekke.h"

#include <stdlib.h>

#include <parloeb/log.h>

#define POLL_PR_GANG 512

struct bestilling {
	struct bestilling *naeste;
	struct plb_org org;
	int32_t partition;
	int64_t fra, til;
};

struct raekke {
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct plb_reader *reader; /* made when it is needed first: an idle client costs memory */
	struct plb_loop_timer *videre;
	struct bestilling *foerste, **sidste;
	bool laeser;       /* the first is being read */
	int32_t partition; /* assigned; -1 = none */
	int64_t position;  /* of the next record that the reader gives */
	struct raekke_post *fundet, **hale;
	size_t n, bytes, set;
	raekke_fn *fn;
	void *arg;
};

struct raekke_post *
raekke_kopi(const struct plb_record *r)
{
	size_t len = r->key.len + r->value.len;
	struct raekke_post *p;
	uint8_t *til;

	for (size_t i = 0; i < r->n_headers; i++)
		len += r->header[i].value.len + strlen(r->header[i].name) + 1;
	p = malloc(sizeof(*p) + len);
	if (p == NULL)
		return NULL;
	p->naeste = NULL;
	p->r = *r;
	til = p->data;
#define FLYT(slice)                                                                                \
	do {                                                                                       \
		if ((slice).len > 0)                                                               \
			memcpy(til, (slice).p, (slice).len);                                       \
		(slice).p = til;                                                                   \
		til += (slice).len;                                                                \
	} while (0)
	FLYT(p->r.key);
	FLYT(p->r.value);
	for (size_t i = 0; i < r->n_headers; i++) {
		size_t n = strlen(r->header[i].name) + 1;

		FLYT(p->r.header[i].value);
		memcpy(til, r->header[i].name, n);
		p->r.header[i].name = (const char *)til;
		til += n;
	}
#undef FLYT
	return p;
}

void
raekke_fri(struct raekke_post *p)
{
	while (p != NULL) {
		struct raekke_post *n = p->naeste;

		free(p);
		p = n;
	}
}

static void
tag_ud(struct raekke *g, struct bestilling **her)
{
	struct bestilling *b = *her;

	*her = b->naeste;
	if (b->naeste == NULL)
		g->sidste = her;
	free(b);
}

static void
nulstil(struct raekke *g)
{
	g->fundet = NULL;
	g->hale = &g->fundet;
	g->n = g->bytes = g->set = 0;
}

static void
slip_reader(struct raekke *g)
{
	if (g->partition >= 0)
		plb_reader_unassign(g->reader, "ud", g->partition);
	g->partition = -1;
}

/* The first is answered; the next begins in a turn of its own, and mostly reads on from here. */
static void
svar(struct raekke *g, int64_t naaet)
{
	struct raekke_post *fundet = g->fundet;
	struct bestilling b = *g->foerste;

	tag_ud(g, &g->foerste);
	g->laeser = false;
	nulstil(g);
	g->fn(g->arg, b.partition, &b.org, fundet, b.fra, naaet);
	if (g->foerste != NULL)
		plb_loop_timer_in(g->videre, 0);
	else if (naaet >= b.til)
		slip_reader(g);
}

/* One record; true: the request is answered. */
static bool
tag(struct raekke *g, const struct plb_record *r)
{
	const struct bestilling *b = g->foerste;
	struct raekke_post *p;

	g->position = r->offset + 1;
	g->set++;
	if (r->offset < b->fra || r->offset >= b->til ||
	    !plb_slice_eq(r->key, plb_org_slice(&b->org))) {
		if (r->offset < b->til && g->set < RAEKKE_SKAN)
			return false;
		svar(g, r->offset < b->til ? g->position : b->til);
		return true;
	}
	p = raekke_kopi(r);
	if (p == NULL) { /* later */
		svar(g, r->offset);
		return true;
	}
	*g->hale = p;
	g->hale = &p->naeste;
	g->n++;
	g->bytes += r->value.len;
	if (g->n < RAEKKE_ANTAL && g->bytes < RAEKKE_BYTES && g->position < b->til)
		return false;
	svar(g, g->position);
	return true;
}

static void
senere(struct raekke *g, const struct plb_errctx *ec)
{
	plb_log(PLB_LOG_WARN, "reading on is tried later", plb_f_str("fejl", ec->text));
	raekke_fri(g->fundet);
	nulstil(g);
	g->laeser = false;
	if (g->reader != NULL)
		slip_reader(g);
	plb_loop_timer_in(g->videre, 1000);
}

/* The log begins later than that: what was before is gone, and it is read from its beginning. */
static void
tabt(struct raekke *g, const struct plb_errctx *ec)
{
	struct plb_errctx nyt = {0};

	plb_log(PLB_LOG_ERROR, "messages are no longer in the log",
	    plb_f_str("organisation", g->foerste->org.text), plb_f_str("fejl", ec->text));
	if (plb_reader_assign(g->reader, "ud", g->partition, PLB_FROM_BEGINNING, 0, &nyt) != PLB_OK)
		senere(g, &nyt);
}

static void
data(void *arg)
{
	struct raekke *g = arg;
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
		else if (r.partition != g->foerste->partition)
			continue; /* of the one before */
		else if (got == 2)
			svar(g, r.offset < g->foerste->til ? r.offset : g->foerste->til);
		else if (tag(g, &r))
			return;
	}
	if (g->laeser)
		plb_loop_timer_in(g->videre, 0);
}

static void
begynd(struct raekke *g)
{
	const struct bestilling *b = g->foerste;
	struct plb_errctx ec = {0};
	enum plb_err err = PLB_OK;
	/* Reading on from where it stands, or a little further back than asked for. */
	bool videre = g->partition == b->partition && g->position <= b->fra &&
	    b->fra - g->position < RAEKKE_SKAN;

	if (g->reader == NULL)
		err = plb_reader_new(g->bus, g->loop, true, data, g, &g->reader, &ec);
	if (err == PLB_OK && !videre) {
		if (g->partition != b->partition)
			slip_reader(g);
		err =
		    plb_reader_assign(g->reader, "ud", b->partition, PLB_FROM_OFFSET, b->fra, &ec);
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
	struct raekke *g = arg;

	if (g->laeser)
		data(g);
	else if (g->foerste != NULL)
		begynd(g);
}

enum plb_err
raekke_new(struct plb_loop *l, struct plb_bus *b, raekke_fn *fn, void *arg, struct raekke **out,
    struct plb_errctx *ec)
{
	struct raekke *g = calloc(1, sizeof(*g));

	*out = g;
	if (g == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	*g = (struct raekke){.loop = l, .bus = b, .partition = -1, .fn = fn, .arg = arg};
	g->sidste = &g->foerste;
	nulstil(g);
	g->videre = plb_loop_timer_new(l, videre, g);
	if (g->videre != NULL)
		return PLB_OK;
	raekke_free(out);
	return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
}

void
raekke_free(struct raekke **gp)
{
	struct raekke *g = *gp;

	*gp = NULL;
	if (g == NULL)
		return;
	while (g->foerste != NULL)
		tag_ud(g, &g->foerste);
	raekke_fri(g->fundet);
	plb_reader_free(&g->reader);
	plb_loop_timer_free(&g->videre);
	free(g);
}

bool
raekke_bed(struct raekke *g, int32_t partition, const struct plb_org *org, int64_t fra, int64_t til)
{
	struct bestilling *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return false;
	*b = (struct bestilling){.org = *org, .partition = partition, .fra = fra, .til = til};
	*g->sidste = b;
	g->sidste = &b->naeste;
	if (!g->laeser)
		plb_loop_timer_in(g->videre, 0);
	return true;
}

void
raekke_glem(struct raekke *g, int32_t partition)
{
	struct bestilling **her = &g->foerste;

	if (g->partition == partition)
		slip_reader(g);
	if (g->laeser && g->foerste->partition == partition) {
		g->laeser = false;
		raekke_fri(g->fundet);
		nulstil(g);
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
