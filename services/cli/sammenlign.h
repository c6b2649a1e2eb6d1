// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_SAMMENLIGN_H
#define CLI_SAMMENLIGN_H

#include <parloeb/arena.h>
#include <parloeb/id.h>
#include <parloeb/list.h>
#include <parloeb/stamp.h>

/* Two tellings of one person's messages: what came, went, moved or changed from the first to the
 * second. Pure. */
struct sendt {
	struct plb_org til;
	struct plb_slice navn, emne; /* of the event; what it is about: the n-th of the same two to
					the same recipient are one message */
	struct plb_slice data;
	struct plb_uuid forloeb;
	struct plb_time ur;
	bool set; /* found in the other telling */
};
enum forskel_art { FORSKEL_TIL, FORSKEL_BORT, FORSKEL_FLYTTET, FORSKEL_AENDRET, FORSKEL_ARTER };
struct forskel {
	enum forskel_art art;
	struct plb_org til;
	struct plb_slice navn;
	struct plb_uuid forloeb;
	struct plb_time foer, efter; /* UNSET where it is not there */
};
typedef bool forskel_fn(void *arg, const struct forskel *f);

/* Calls fn for each difference; lists of struct sendt, whose `set` is used. False when fn said so.
 */
bool sammenlign(struct plb_list *foer, struct plb_list *efter, forskel_fn *fn, void *arg);

#endif
