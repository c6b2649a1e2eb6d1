// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_VISNING_H
#define GATEWAY_VISNING_H

#include "gateway.h"
#include "tilbage.h"
#include "vist.h"

/* How a record of `ud` looks to its recipient. While the news of one turn go to all who wait for
 * them, each record is opened and written once; in between nothing that was opened is kept. */
#define VISNING_HUSKER 64
struct visning_post {
	int32_t partition;
	int64_t offset;          /* -1: free */
	uint64_t skjules, vises; /* vist_id: left out where it was shown; shown ahead by this */
	bool er_tilbagekaldelse, i_stedet;
	struct plb_buf text;
};
struct visning {
	struct gateway *g;
	const struct tilbage *tilbage;
	bool husker;
	struct visning_post post[VISNING_HUSKER];
};
enum visning_svar {
	VISNING_OK,
	VISNING_UDELADT, /* a withdrawal that this reader has been shown already */
	VISNING_FEJL     /* cannot be shown; logged and counted */
};

void visning_init(struct visning *v, struct gateway *g, const struct tilbage *t);
void visning_fini(struct visning *v);
/* From here to visning_glem what is written is kept for the next reader. */
void visning_husk(struct visning *v);
void visning_glem(struct visning *v);
/* The record of the mailbox of `org` as JSON, borrowed until the next call; `vist` is brought up to
 * date. */
enum visning_svar visning_af(struct visning *v, const struct plb_org *org,
    const struct plb_record *r, struct vist *vist, struct plb_slice *json);

#endif
