// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_GRUND_H
#define FORLOEB_GRUND_H

#include "effekt.h"
#include "haendelse.h"
#include "regel.h"

/* What a step stands on besides person, fact and clock. Borrowed for the call. */
struct forloeb_grund {
	const struct regler *rr;
	int64_t vindue_ms; /* how long event ids are remembered (≥ 30 days) */
	int64_t vente_ms;  /* how long a fact waits for what it names */
	int64_t behold_ms; /* how long a course is kept after its end */
	/* The fact kept under `e`, read again: lives in the step's arena; org and hmac are not
	 * filled. PLB_E_UKENDT, PLB_E_FORM. Only asked for facts that wait. */
	enum plb_err (*hent)(void *arg, struct emne e, struct haendelse *out);
	void *arg;
};

#endif
