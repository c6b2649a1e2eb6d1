// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

#include <parloeb/afvist.h>
#include <stdio.h>

/* Our headers, then its own ones as long as there is room; those of an earlier parking make way. */
static size_t
headers(const struct plb_flow *f, const struct flow_dead *d, char partition[16], char offset[24],
    struct plb_header *h)
{
	size_t n = 0;

	snprintf(partition, 16, "%d", d->partition);
	snprintf(offset, 24, "%lld", (long long)d->offset);
	h[n++] = (struct plb_header){"plb_aarsag", plb_slice_str(d->reason)};
	h[n++] = (struct plb_header){"plb_kode", plb_slice_str(plb_err_name(d->err))};
	h[n++] = (struct plb_header){"plb_emne", plb_slice_str(d->topic)};
	h[n++] = (struct plb_header){"plb_partition", plb_slice_str(partition)};
	h[n++] = (struct plb_header){"plb_offset", plb_slice_str(offset)};
	h[n++] = (struct plb_header){"plb_tjeneste", plb_slice_str(f->spec.service)};
	if (d->offset < 0)
		h[n++] = (struct plb_header){"plb_sub", d->sub};
	for (size_t i = 0; i < d->n_h && n < PLB_HEADERS_MAX - 1; i++)
		if (!plb_afvist_egen(d->h[i].name))
			h[n++] = d->h[i];
	return n;
}

/* A dead letter in the transaction of the batch: key and bytes as they were, why and whence in
 * headers. A record that with those headers has become too large for a topic leaves its bytes where
 * they are and says how many. */
enum plb_err
flow_afvist(struct plb_flow *f, const struct flow_dead *d, struct plb_errctx *ec)
{
	struct plb_header h[PLB_HEADERS_MAX];
	char partition[16], offset[24], length[24];
	struct plb_slice value = d->value;
	size_t n = headers(f, d, partition, offset, h);
	enum plb_err err;

	plb_log(PLB_LOG_ERROR, "parked in afvist", plb_f_str("aarsag", d->reason),
	    plb_f_str("kode", plb_err_name(d->err)), plb_f_str("emne", d->topic),
	    plb_f_int("partition", d->partition), plb_f_int("offset", d->offset));
	flow_metric_add(FLOW_M_REJECTED, 1);
	if (d->key.len + value.len > FLOW_EMIT_BYTES_MAX) {
		snprintf(length, sizeof(length), "%zu", value.len);
		h[n++] = (struct plb_header){"plb_laengde", plb_slice_str(length)};
		value = plb_slice("", 0);
	}
	err = plb_txn_send(f->txn, FLOW_AFVIST, -1, d->key, value, d->tombstone, h, n, ec);
	f->batch.bytes += (int64_t)(d->key.len + value.len);
	return err;
}
