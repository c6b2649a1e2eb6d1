// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_SFTP_CSV_H
#define DISPATCH_SFTP_CSV_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>

/* The nightly file: UTF-8, RFC 4180, a header line and one row a message; the last column is the
 * whole CloudEvent. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
 * Pure; the caller's thread. What is written holds what was sealed. */

void sftp_csv_hoved(struct plb_buf *out);
/* leveringid, type and tid are the message's; frist "" = none; event: its structured CloudEvent,
 * from whose data the other cells are taken. PLB_E_FORM: no JSON object. `a` is reset. */
PLB_MUSTUSE enum plb_err sftp_csv_raekke(struct plb_buf *out, struct plb_arena *a,
    const char *leveringid, const char *frist, struct plb_slice event, struct plb_errctx *ec);
/* One cell, quoted where it must be. */
void sftp_csv_celle(struct plb_buf *out, struct plb_slice s);

#endif
