// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_SCHEMA_PCF_H
#define WIRE_SCHEMA_PCF_H

#include <jansson.h>

#include <parloeb/buf.h>

/* Parsing canonical form (Avro specification) of a schema that avro-c has found valid; failure is
 * sticky in out. `ns`: enclosing namespace, "" at the top. */
void wire_pcf(const json_t *schema, const char *ns, struct plb_buf *out);
/* CRC-64-AVRO. */
uint64_t wire_crc64(struct plb_slice s);
/* Full name of `name` within namespace ns, written to out (PLB_E_FOR_STOR when it does not fit). */
#define WIRE_NAME_MAX 256
PLB_MUSTUSE enum plb_err wire_full_name(const char *name, const char *ns, char out[WIRE_NAME_MAX]);
/* The namespace that the parts of a named type inherit. */
void wire_namespace_of(const char *full, char out[WIRE_NAME_MAX]);
bool wire_is_primitive(const char *name);

#endif
