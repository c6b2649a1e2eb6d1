// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_SCHEMA_DIR_H
#define WIRE_SCHEMA_DIR_H

#include "wire_test.h"

/* A folder of schemas made for one test, below a new temporary folder. */
struct schema_dir {
	char path[64];
};
void schema_dir_init(struct schema_dir *d);
/* File <path>/<name>, folders made as needed. */
void schema_dir_put(struct schema_dir *d, const char *name, const char *text);
void schema_dir_fini(struct schema_dir *d);
/* Loads it with the shipped code lists; the error must be as expected. */
struct plb_schemas *schema_dir_load(struct schema_dir *d);
/* A record of the given fields as `t-x/v1.avsc`, dk.parloeb.TX. */
void schema_dir_fields(struct schema_dir *d, const char *fields);

#endif
