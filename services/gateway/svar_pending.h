// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_SVAR_PENDING_H
#define GATEWAY_SVAR_PENDING_H

#include <parloeb/buf.h>
#include <parloeb/stamp.h>

#include "holdt.h"

/* Requests whose answer waits for delivery reports. Pure: the request is an opaque pointer. One
 * thread. A svar is open while its events are judged, then closed; it is finished when it is closed
 * and the last report is in, and then goes back to the pool, its buffer's memory kept. */
struct svar {
	struct holdt holdt;  /* first: what the request knows of us */
	void *req;           /* NULL: the client went away, nobody is answered */
	size_t venter;       /* reports to come */
	enum plb_err vaerst; /* worst report so far; PLB_OK = all in the log */
	bool aaben;
	int status;          /* of the answer when all is in the log */
	struct plb_buf krop; /* its body */
	struct plb_mono start;
	struct svar *naeste; /* free list */
};

struct svar_pulje {
	struct svar *fri;
	size_t brugt, n_fri;
	size_t krop_max;
	/* All reports are in: answer s->req when it is not NULL. s is reused afterwards. */
	void (*faerdig)(void *arg, struct svar *s);
	void *arg;
};

void svar_pulje_init(
    struct svar_pulje *p, size_t krop_max, void (*faerdig)(void *arg, struct svar *s), void *arg);
/* None may be in use. */
void svar_pulje_fini(struct svar_pulje *p);
/* Open, status 202; NULL without memory. */
struct svar *svar_ny(struct svar_pulje *p, void *req, struct plb_mono now);
/* One more report to wait for. */
void svar_vent(struct svar *s);
/* A report: may finish s. */
void svar_leveret(struct svar_pulje *p, struct svar *s, enum plb_err err);
/* What went wrong without a report; TIMEOUT outweighs everything, as only it leaves doubt. */
void svar_fejl(struct svar *s, enum plb_err err);
/* All events are judged: may finish s. */
void svar_luk(struct svar_pulje *p, struct svar *s);

#endif
