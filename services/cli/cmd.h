// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "cli.h"

/* The verbs, in cmd_<verb>.c; those of one kind share a file. Listed in verbs.c. */
int cmd_bevis_key(const struct cli *c);
int cmd_bevis_verify(const struct cli *c);
int cmd_check(const struct cli *c);
int cmd_clock_set(const struct cli *c);
int cmd_clock_show(const struct cli *c);
int cmd_feed(const struct cli *c);
int cmd_forloeb_show(const struct cli *c);
int cmd_afvist_list(const struct cli *c);
int cmd_afvist_redrive(const struct cli *c);
int cmd_afvist_show(const struct cli *c);
int cmd_kpi(const struct cli *c);
int cmd_levering_approve(const struct cli *c);
int cmd_levering_continue(const struct cli *c);
int cmd_levering_bevis(const struct cli *c);
int cmd_levering_discard(const struct cli *c);
int cmd_levering_hold(const struct cli *c);
int cmd_levering_list(const struct cli *c);
int cmd_levering_orders(const struct cli *c);
int cmd_levering_overdue(const struct cli *c);
int cmd_levering_replay(const struct cli *c);
int cmd_levering_resume(const struct cli *c);
int cmd_regler_explain(const struct cli *c);
int cmd_regler_tabel(const struct cli *c);
int cmd_levering_show(const struct cli *c);
int cmd_levering_stop(const struct cli *c);
int cmd_partner_endpoint(const struct cli *c);
int cmd_partner_secret_retire(const struct cli *c);
int cmd_partner_secret_rotate(const struct cli *c);
int cmd_partner_secret_seal(const struct cli *c);
int cmd_partner_sftp_nu(const struct cli *c);
int cmd_partner_test(const struct cli *c);
int cmd_revision_list(const struct cli *c);
int cmd_revision_verify(const struct cli *c);
int cmd_regler_whatif(const struct cli *c);
int cmd_schema_show(const struct cli *c);
int cmd_send(const struct cli *c);
int cmd_status(const struct cli *c);
int cmd_topics_apply(const struct cli *c);
int cmd_topics_plan(const struct cli *c);
int cmd_trace(const struct cli *c);
int cmd_version(const struct cli *c);

#endif
