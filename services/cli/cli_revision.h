// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_CLI_REVISION_H
#define CLI_CLI_REVISION_H

#include <parloeb/revision.h>

#include "cli_net.h"

/* One audit record of an act of this command: actor (this process's user) and time are filled in.
 * The chain's end is read from the topic first. */
PLB_MUSTUSE enum plb_err cli_revision(
    const struct cli_kafka *k, struct plb_revision_post p, struct plb_errctx *ec);
/* Somebody is about to be shown what is known about a person: the audit record of that, before
 * anything is printed. `handling` "indsigt.trace"; the person stands in it as the pseudonym (16
 * bytes), so that a person can be told who has looked. An exit code; on anything but CLI_OK the
 * fault is printed, and nothing is to be shown. */
int cli_indsigt(const struct cli_kafka *k, const char *handling, const uint8_t person[16]);

#endif
