// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_VIST_H
#define GATEWAY_VIST_H

#include <parloeb/id.h>

/* The withdrawals that a reader has been shown in place of what they withdraw, and whose own place
 * lies still ahead of it: there they are left out. Travels in the cursor, so it is short: where it
 * is full the oldest falls away, and its reader sees that withdrawal twice, under the same
 * leveringid. Pure; plain value. */
#define VIST_MAX 32
struct vist {
	size_t n;
	uint64_t id[VIST_MAX]; /* the first eight bytes of what was withdrawn; oldest first */
};

uint64_t vist_id(struct plb_uuid tilbagekaldt);
/* Shown now. Already in it: stays. */
void vist_tilfoej(struct vist *v, uint64_t id);
/* Its own place is reached: was it shown? Then it is in the list no more. */
bool vist_fjern(struct vist *v, uint64_t id);

#endif
