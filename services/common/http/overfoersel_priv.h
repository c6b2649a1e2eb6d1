// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_OVERFOERSEL_PRIV_H
#define PLB_OVERFOERSEL_PRIV_H

/* Inside of the transfers: what an order may look like (overfoersel_form.c), one transfer by curl
 * on a thread (overfoersel_curl.c), the threads and the loop (overfoersel.c). */

#include <parloeb/arena.h>
#include <parloeb/overfoersel.h>

#include <stdatomic.h>

#include <curl/curl.h>

#define OVF_TIL_MAX 16
#define OVF_PATH_MAX 512
#define OVF_BODY_MAX ((size_t)64 << 20)

struct plb_overfoersel {
	struct plb_overfoersel *next; /* in the pool's queue or list of the finished */
	struct plb_overfoersler *pool;
	struct plb_overfoersel *prev_open, *next_open; /* all that are not told of yet; loop only */

	/* Made by the loop, then the thread's alone until it is finished. */
	struct plb_ovf_bestilling b; /* its texts are in `text` */
	struct plb_secret password;
	struct plb_arena text;
	struct plb_buf out; /* b.body */
	const char *til[OVF_TIL_MAX + 1];
	struct plb_ovf_svar svar;
	struct plb_buf in;
	uint32_t uids[PLB_OVF_UIDS];

	atomic_bool drop; /* nobody waits for it: break off */
};

/* overfoersel_form.c: the order with memory of its own; `o` is new. */
PLB_MUSTUSE enum plb_err ovf_tag(
    struct plb_overfoersel *o, const struct plb_ovf_bestilling *b, struct plb_errctx *ec);
/* Scheme fits the kind, no credentials; path: one that can be given to the server as it stands. */
PLB_MUSTUSE bool ovf_url_ok(const struct plb_ovf_bestilling *b, char path[OVF_PATH_MAX]);

/* overfoersel_curl.c: any thread; blocks. Fills o->svar. */
void ovf_koer(struct plb_overfoersel *o);

#endif
