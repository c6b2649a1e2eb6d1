// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_GATEWAY_PROC_H
#define SIM_GATEWAY_PROC_H

#include <stdbool.h>

void sim_gateways_make(void);
bool sim_gateways_quiet(void);

#endif
