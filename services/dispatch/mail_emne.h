// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_MAIL_EMNE_H
#define DISPATCH_MAIL_EMNE_H

#include <parloeb/slice.h>

/* What a message of that event name is called in a mail: Danish, for case workers, without anything
 * of its content. Static, never NULL. Pure; any thread. */
const char *mail_emne(struct plb_slice navn);
/* Row by row; NULL behind the last. */
const char *mail_emne_navn(size_t i);

#endif
