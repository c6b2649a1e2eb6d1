// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_SFTP_PLAN_H
#define DISPATCH_SFTP_PLAN_H

#include <parloeb/id.h>
#include <parloeb/stamp.h>

/* Names and times of the nightly file. Pure; plain values. */
#define SFTP_NAVN 96

/* parloeb-<organisation>-<date>-<number>.csv; dato: YYYY-MM-DD. The same file has the same name. */
const char *sftp_navn(
    const struct plb_org *org, const char *dato, int32_t nummer, char out[SFTP_NAVN]);
/* The first moment after `nu` when the clock in Copenhagen shows this minute of the day. */
struct plb_time sftp_naeste(int minut, struct plb_time nu);
/* Number of the file that follows (dato, nummer) on that day. */
int32_t sftp_nummer(const char *dato, int32_t nummer, const char *i_dag);

#endif
