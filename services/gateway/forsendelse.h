// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_FORSENDELSE_H
#define GATEWAY_FORSENDELSE_H

#include <parloeb/err.h>

/* A record on its way to Kafka: first member of what its sender wants back with the delivery
 * report. The producer hands it in exactly once for each record it took. PLB_OK: in the log;
 * PLB_E_IO: not persisted; PLB_E_TIMEOUT: nobody knows. Loop thread. */
struct forsendelse {
	void (*leveret)(void *gateway, struct forsendelse *f, enum plb_err err);
};

#endif
