// SPDX-License-Identifier: MPL-2.0
//
// Follows `tilbagekaldt` from its oldest record, so that withdrawals are known before the mailboxes
// come to them. Mailboxes open when all that was there at the start has been read.

#include <parloeb/log.h>

#include "feed_int.h"
#include "metrik.h"

#define TILBAGE_BYTES ((size_t)64 << 20) /* about 300,000 withdrawals */
#define GLEM_MS (INT64_C(31) * 86400000) /* mail is kept 30 days */

static void
en(void *arg, const struct plb_record *r)
{
	struct feed *f = arg;
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
tur(void *arg)
{
	struct feed *f = arg;

	tilbage_glem(&f->tilbage, (struct plb_time){plb_time_now().ms - GLEM_MS});
	if (f->tilbage.glemt > 0) {
		metrik_tael(METRIK_TILBAGE_TABT, f->tilbage.glemt);
		f->tilbage.glemt = 0;
	}
	metrik_saet(METRIK_TILBAGE, (int64_t)f->tilbage.n);
}

enum plb_err
tilbagekaldte_start(struct feed *f, struct plb_errctx *ec)
{
	const struct plb_follower_conf c = {
	    .topic = "tilbagekaldt", .partitions = f->n, .record = en, .turn = tur, .arg = f};

	return plb_follower_new(f->g->bus, f->g->loop, &c, &f->tilbage_laeser, ec);
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
	plb_follower_free(&f->tilbage_laeser);
	tilbage_fini(&f->tilbage);
}
