// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_TEKST_H
#define CLI_TEKST_H

#include <parloeb/json.h>

#include "navne.h"

/* Danish words for case workers: what an event says, what a step means, times and numbers as they
 * are written in Denmark. Text from outside loses its control characters and CPR numbers. Appends
 * to out. */

/* What the sender did, from the clear members of the event: "indberettede 160,33 dagpengetimer for
 * maj 2024". data NULL = not readable. */
void tekst_haendelse(
    struct navne *n, struct plb_slice navn, const struct plb_jv *data, struct plb_buf *out);
/* A step of a delivery: "leveret", "parkeret". */
const char *tekst_trin(struct plb_slice trin);
/* Why a fact was refused, or what it waits for, from its code. */
const char *tekst_fejl(struct plb_slice kode);
/* 31.05.2024 kl. 12.00 */
void tekst_tid(struct plb_time t, struct plb_buf *out);
/* 31.05.2024 */
void tekst_dato(struct plb_dato d, struct plb_buf *out);
/* 1234,50 */
void tekst_timer(int64_t hundrededele, struct plb_buf *out);
/* Text from outside. */
void tekst_fremmed(struct plb_slice s, struct plb_buf *out);

#endif
