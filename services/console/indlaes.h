// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_INDLAES_H
#define CONSOLE_INDLAES_H

#include <parloeb/schema.h>

#include "laesemodel_bord.h"

/* From a Kafka record to rows of the read model. Odd records are counted and passed over: the
 * console is a reader, nothing depends on it. */
struct indlaes;
PLB_MUSTUSE enum plb_err indlaes_new(struct laesemodel *m, const struct plb_schemas *schemas,
    struct indlaes **out, struct plb_errctx *ec);
void indlaes_free(struct indlaes **i);

/* Who takes the records of operation (audit, orders, receipts, cursors); NULL: nobody. */
typedef enum plb_err indlaes_fn(void *arg, const struct plb_record *r, struct plb_errctx *ec);
void indlaes_drift(struct indlaes *i, indlaes_fn *fn, void *arg);

/* The topics read, NULL-terminated. */
extern const char *const indlaes_topics[];

/* PLB_E_FORM or PLB_E_UKENDT: the record is odd, nothing was written; class FATAL: the database
 * failed. */
PLB_MUSTUSE enum plb_err indlaes_record(
    struct indlaes *i, const struct plb_record *r, struct plb_errctx *ec);

#endif
