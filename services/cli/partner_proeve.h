// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_PARTNER_PROEVE_H
#define CLI_PARTNER_PROEVE_H

#include <parloeb/buf.h>
#include <parloeb/cpr.h>
#include <parloeb/http_client.h>

/* The contract kit: what an endpoint must take, as a table of trials. The judging is pure; the
 * calls block. */

enum proeve_udfald { PROEVE_BESTAAET, PROEVE_FEJLET, PROEVE_IKKE_UNDERSTOETTET };
struct proeve_svar {
	enum proeve_udfald udfald;
	int status; /* 0 = none */
	int64_t ms;
	char forklaring[200];
};
struct proeve_maal {
	const char *url;
	bool allow_private;
	struct plb_secret secret[2];
	size_t n_secrets;
	int64_t now_s;
};
extern const size_t proeve_antal;
const char *proeve_navn(size_t i);
const char *proeve_hvad(size_t i); /* one line, for people */
/* Trial i with as many calls as it takes. Returns false when it does not apply (a second secret
 * that is not there). */
bool proeve_koer(size_t i, const struct proeve_maal *m, struct proeve_svar *out);

/* Of one call: is it as wanted? For the tests. */
enum proeve_vil {
	PROEVE_VIL_2XX,
	PROEVE_VIL_4XX,
	PROEVE_VIL_410,
	PROEVE_VIL_RETRY_AFTER,
	PROEVE_VIL_LANGSOM
};
void proeve_doem(enum proeve_vil vil, const struct plb_http_result *r, struct proeve_svar *out);

#endif
