// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_ORACLE_H
#define WIRE_ORACLE_H

#include <jansson.h>

#include <parloeb/buf.h>

/* A second opinion: the golden JSON of an event as Avro bytes, written by avro-c's value API from
 * the .avsc alone. Shares no code with the encoder under test. seal: called for each record with a
 * `forseglet`, with its confidential members; the Avro bytes of the record Forseglet (non-null
 * branch), or false for null. NULL = always null. */
typedef bool oracle_seal(void *arg, json_t *confidential, struct plb_buf *forseglet);
/* Body without frame, appended to out. Fails the test on any trouble. */
void oracle_body(const char *navn, json_t *data, oracle_seal *seal, void *arg, struct plb_buf *out);
/* CRC-64-AVRO of avro-c's own parsing of the file is not offered by avro-c; this one is bit by bit
 * over a canonical form made with jansson. */

#endif
