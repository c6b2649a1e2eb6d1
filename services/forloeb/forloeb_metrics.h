// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_METRICS_H
#define FORLOEB_METRICS_H

#include <parloeb/event.h>
#include <parloeb/metric.h>

#include "effekt.h"

/* parloeb_forloeb_*: what the course engine did, counted when the transaction that did it has been
 * committed. Loop thread. */

void forloeb_metrics_init(void);
void forloeb_metrics_fakta(enum plb_trin trin);
void forloeb_metrics_lavet(enum lavet_type type);
void forloeb_metrics_relaeet(void);
void forloeb_metrics_kvittering(void);
/* Size of a person's state as written. */
void forloeb_metrics_person(size_t bytes);
void forloeb_metrics_committed(void);
void forloeb_metrics_aborted(void);

#endif
