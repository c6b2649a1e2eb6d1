// SPDX-License-Identifier: MPL-2.0
#ifndef BENCH_CHANGELOG_H
#define BENCH_CHANGELOG_H

#include "table.h"

/* Write a table as the changelog of a service: each entry to the partition that its key has, as
 * many as the topic has. Ends the process when Kafka does not take it. Returns the records written.
 */
uint64_t changelog_write(const struct flow_table *t, const char *bootstrap, const char *topic);

#endif
