// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_AFVIST_H
#define PARLOEB_AFVIST_H

#include <parloeb/event.h>

/* A dead letter on `afvist`: key and bytes as they were, why and whence in headers of its own.
 * Pure; any thread. */
struct plb_afvist {
	struct plb_slice aarsag, kode, tjeneste; /* borrowed; len 0 where a header is missing */
	struct plb_slice emne;                   /* topic that it came from, without prefix */
	int64_t partition, offset; /* there; offset < 0: a timer of the state, no record */
	bool udeladt; /* it was too large to be parked: its bytes are where they were */
};
/* false: it has not the headers of a dead letter. */
bool plb_afvist_laes(const struct plb_record *r, struct plb_afvist *out);
/* Is the header one of ours on dead letters, and not the record's own? */
bool plb_afvist_egen(const char *header);
/* On a record that was put back: which dead letter it was, "partition/offset" on `afvist`. */
#define PLB_GENINDSAT_HEADER "plb_genindsat"

#endif
