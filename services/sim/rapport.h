// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_RAPPORT_H
#define SIM_RAPPORT_H

/* `parloeb-sim report`: joins what the a-kasser sent with what the booking systems saw, and prints
 * the result as one JSON object. lost = responsibility passed by the sender's own arithmetic, and
 * the kommune lacks handover-due, a conversation, or the newest version of a referat. Exit code: 0
 * when duplicates, gaps, out of order, lost and refused are all 0, else 1; 3 when a file cannot be
 * read. */
int rapport_main(const char *akasse, const char *booking);

#endif
