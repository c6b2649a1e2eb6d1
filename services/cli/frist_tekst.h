// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_FRIST_TEKST_H
#define CLI_FRIST_TEKST_H

#include <parloeb/stamp.h>

/* A moment as an operator reads it: "today 16:00", "tomorrow 16:00", "2024-03-05 16:00", with
 * "passed, " in front when it lies behind `now`. Copenhagen's time. Pure. */
#define FRIST_TEKST 48
const char *frist_tekst(struct plb_time t, struct plb_time now, char out[FRIST_TEKST]);

#endif
