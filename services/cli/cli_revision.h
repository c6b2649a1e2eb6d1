// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_CLI_REVISION_H
#define CLI_CLI_REVISION_H

#include <parloeb/revision.h>

#include "cli_net.h"

/* One audit record of an act of this command: actor (this process's user) and time are filled in. The chain's end is read from the topic first. */
PLB_MUSTUSE enum plb_err cli_revision(const struct cli_kafka *k, struct plb_revision_post p, struct plb_errctx *ec);

#endif
