// SPDX-License-Identifier: MPL-2.0
//
// Follows `tilbagekaldt` from its oldest record, so that withdrawals are known before the mailboxes
// come to them. Mailboxes open when all that was there at the start has been read.

#include <parloeb/log.h>

#include "feed_int.h"
#include "metrik.h"

#define TILBAGE_BYTES ((size_t)64 << 20) /* about 300,000 withdrawals */
#define GLEM_MS (INT64_C(31) * 86400000) /* mail is kept 30 days */
#define RECORDS_A_TURN 5000

static void
en(struct feed *f, const struct plb_record *r)
{
	struct plb_errctx ec = {{0}};
	struct plb_event ev;
	enum plb_err err;

	if (r->tombstone)
		return;
	err = plb_event_from_record(r, false, &ev, &ec);
	if (err == PLB_OK)
		err = tilbage_tilfoej(&f->tilbage, &ev, r->value, r->timestamp);
	if (err == PLB_OK)
		return;
	/* It will still be seen at its own place. */
	metrik_tael(METRIK_TILBAGE_TABT, 1);
	plb_log(PLB_LOG_ERROR, "withdrawal not known ahead", plb_f_int("partition", r->partition),
	    plb_f_int("offset", r->offset), plb_f_str("fejl", ec.text));
}

static void
fejl(struct feed *f, const struct plb_record *r, const struct plb_errctx *ec)
{
	struct plb_errctx ec2 = {{0}};

	plb_log(PLB_LOG_WARN, "withdrawals", plb_f_str("fejl", ec->text));
	if (plb_reader_error(f->tilbage_laeser) != PLB_E_UKENDT || r->partition < 0 ||
	    r->partition >= f->n)
		return;
	if (plb_reader_assign(f->tilbage_laeser, "tilbagekaldt", r->partition, PLB_FROM_BEGINNING,
		0, &ec2) != PLB_OK)
		plb_log(PLB_LOG_ERROR, "withdrawals", plb_f_int("partition", r->partition),
		    plb_f_str("fejl", ec2.text));
}

static void
data(void *arg)
{
	struct feed *f = arg;
	struct plb_errctx ec = {{0}};
	struct plb_record r = {.partition = -1};
	struct plb_time nu = plb_time_now();
	int found;

	for (int i = 0;
	     i < RECORDS_A_TURN && (found = plb_reader_poll(f->tilbage_laeser, 0, &r, &ec)) != 0;
	     i++) {
		if (found < 0) {
			fejl(f, &r, &ec);
		} else if (found == 1) {
			en(f, &r);
		} else if (r.partition >= 0 && r.partition < f->n &&
		    !f->partition[r.partition].tilbage_laest) {
			f->partition[r.partition].tilbage_laest = true;
			f->tilbage_mangler--;
		}
	}
	tilbage_glem(&f->tilbage, (struct plb_time){nu.ms - GLEM_MS});
	if (f->tilbage.glemt > 0) {
		metrik_tael(METRIK_TILBAGE_TABT, f->tilbage.glemt);
		f->tilbage.glemt = 0;
	}
	metrik_saet(METRIK_TILBAGE, (int64_t)f->tilbage.n);
}

enum plb_err
tilbagekaldte_start(struct feed *f, struct plb_errctx *ec)
{
	enum plb_err err;

	f->tilbage_mangler = f->n;
	err = plb_reader_new(f->g->bus, f->g->loop, true, data, f, &f->tilbage_laeser, ec);
	for (int32_t i = 0; i < f->n && err == PLB_OK; i++)
		err = plb_reader_assign(
		    f->tilbage_laeser, "tilbagekaldt", i, PLB_FROM_BEGINNING, 0, ec);
	return err;
}

void
tilbagekaldte_init(struct feed *f)
{
	uint8_t seed[16];

	plb_random(seed, sizeof(seed));
	tilbage_init(&f->tilbage, TILBAGE_BYTES, seed);
}

void
tilbagekaldte_fini(struct feed *f)
{
	plb_reader_free(&f->tilbage_laeser);
	tilbage_fini(&f->tilbage);
}
