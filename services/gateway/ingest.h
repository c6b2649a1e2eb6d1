// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_INGEST_H
#define GATEWAY_INGEST_H

#include "gateway.h"

/* One event: read, judged, sealed, sent to `ind`. */
struct ingest;
struct ingest *ingest_new(void);
void ingest_free(struct ingest **i);

/* An event as it lies in a request. */
struct ingest_ind {
	const struct plb_partner *partner;
	struct plb_slice traceparent;   /* of the request; len 0 = none: one is made */
	const struct plb_header *hoved; /* binary mode: ce-* headers; NULL = structured */
	size_t n_hoved;
	struct plb_slice json; /* the event, or its data in binary mode */
};

enum ingest_udfald {
	INGEST_MODTAGET, /* in the log already, or `s` waits for its report */
	INGEST_IKKE_HAENDELSE,
	INGEST_FEJL,
	INGEST_FORBUDT,
	INGEST_FOR_STOR,
	INGEST_OPTAGET /* nothing taken; svar_fejl has been told */
};
/* *id and *fejl live until the next call. id: len 0 when it could not be read or is itself at
 * fault. */
enum ingest_udfald ingest_haendelse(struct gateway *g, const struct ingest_ind *ind, struct svar *s,
    struct plb_slice *id, const struct plb_fejl_list **fejl);

#endif
