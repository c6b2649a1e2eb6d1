// SPDX-License-Identifier: MPL-2.0
//
// The tails: one reader follows every partition of `ud` and wakes who waits for its news.

#include <parloeb/log.h>

#include <stdlib.h>

#include "feed_int.h"
#include "metrik.h"

#define HALE_BYTES ((size_t)1 << 20)   /* of one partition … */
#define HALER_BYTES ((size_t)32 << 20) /* … and of all */
#define HALE_MIN ((size_t)64 << 10)
#define RECORDS_A_TURN 5000

static void
vaek(struct feed_partition *p)
{
	struct laesning *l = p->venter.foerste, *naeste;

	/* What begins to wait again meanwhile stands at the end, behind `sidste`. */
	for (const struct laesning *sidste = p->venter.sidste; l != NULL; l = naeste) {
		bool var_sidst = l == sidste;

		naeste = l->naeste;
		if (p->fundet || l->pos < p->hale.fra ||
		    hale_find(&p->hale, plb_org_slice(&l->org), l->pos) != NULL) {
			laesning_videre(l);
		} else {
			l->pos = l->pos < p->hale.til ? p->hale.til : l->pos;
		}
		if (var_sidst)
			break;
	}
}

/* Its position is lost (a log cut by an operator): from the end again, the rest is read as older
 * mail. */
static void
fejl(struct feed *f, const struct plb_record *r, const struct plb_errctx *ec)
{
	struct plb_errctx ec2 = {{0}};

	plb_log(PLB_LOG_WARN, "tail of the mailboxes", plb_f_str("fejl", ec->text));
	if (plb_reader_error(f->laeser) != PLB_E_UKENDT || r->partition < 0 || r->partition >= f->n)
		return;
	hale_ukendt(&f->partition[r->partition].hale);
	if (plb_reader_assign(f->laeser, "ud", r->partition, PLB_FROM_END, 0, &ec2) != PLB_OK)
		plb_log(PLB_LOG_ERROR, "tail of the mailboxes",
		    plb_f_int("partition", r->partition), plb_f_str("fejl", ec2.text));
}

static void
data(void *arg)
{
	struct feed *f = arg;
	struct plb_errctx ec = {{0}};
	struct plb_record r = {.partition = -1};
	size_t bytes = 0;
	int found;

	for (int i = 0; i < RECORDS_A_TURN && (found = plb_reader_poll(f->laeser, 0, &r, &ec)) != 0;
	     i++) {
		struct feed_partition *p;

		if (found < 0) {
			fejl(f, &r, &ec);
			continue;
		}
		if (r.partition < 0 || r.partition >= f->n)
			continue;
		p = &f->partition[r.partition];
		p->nyt = true;
		p->fundet = p->fundet || p->hale.fra < 0;
		if (found == 1)
			hale_tilfoej(&p->hale, &r);
		else
			hale_naaet(&p->hale, r.offset);
	}
	visning_husk(&f->visning);
	for (int32_t i = 0; i < f->n; i++) {
		if (f->partition[i].nyt) {
			vaek(&f->partition[i]);
			f->partition[i].nyt = f->partition[i].fundet = false;
		}
		bytes += f->partition[i].hale.bytes;
	}
	visning_glem(&f->visning);
	metrik_saet(METRIK_HALE_BYTES, (int64_t)bytes);
}

enum plb_err
feed_new(struct gateway *g, struct feed **out, struct plb_errctx *ec)
{
	struct feed *f = calloc(1, sizeof(*f));
	size_t max = HALER_BYTES / (size_t)g->common->org_partitions;
	enum plb_err err;

	*out = f;
	if (f == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "feed");
	f->g = g;
	markoer_init(f);
	tilbagekaldte_init(f);
	visning_init(&f->visning, g, &f->tilbage);
	bagud_init(f);
	f->partition = calloc((size_t)g->common->org_partitions, sizeof(*f->partition));
	if (f->partition == NULL || f->ryd == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "feed");
	f->n = (int32_t)g->common->org_partitions;
	max = max > HALE_BYTES ? HALE_BYTES : max < HALE_MIN ? HALE_MIN : max;
	for (int32_t i = 0; i < f->n; i++)
		hale_init(&f->partition[i].hale, max);
	if (g->conf.mock_log)
		return PLB_OK;
	err = plb_reader_new(g->bus, g->loop, true, data, f, &f->laeser, ec);
	for (int32_t i = 0; i < f->n && err == PLB_OK; i++)
		err = plb_reader_assign(f->laeser, "ud", i, PLB_FROM_END, 0, ec);
	return err == PLB_OK ? tilbagekaldte_start(f, ec) : err;
}

void
feed_free(struct feed **pf)
{
	struct feed *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	plb_reader_free(&f->laeser);
	bagud_fini(f);
	tilbagekaldte_fini(f);
	visning_fini(&f->visning);
	markoer_fini(f);
	for (int32_t i = 0; i < f->n; i++)
		hale_fini(&f->partition[i].hale);
	free(f->partition);
	free(f);
}

bool
feed_klar(const struct feed *f)
{
	return f->tilbage_laeser == NULL || plb_follower_known(f->tilbage_laeser);
}

void
feed_slut(struct feed *f)
{
	struct laesning *l;

	f->slutter = true;
	for (int32_t i = 0; i < f->n; i++)
		while ((l = f->partition[i].venter.foerste) != NULL)
			laesning_slut(l);
}
