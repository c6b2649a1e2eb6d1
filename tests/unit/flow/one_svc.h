// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_ONE_SVC_H
#define FLOW_ONE_SVC_H

#include "fixture.h"

/* Tests with one service alone: it stands in `svc`, up() starts it with all partitions, and the
 * teardown ends it. */
extern struct svc svc;

int one_setup(void **state);
int one_teardown(void **state);
void up(void);

#define T(f) cmocka_unit_test_setup_teardown(f, one_setup, one_teardown)

#endif
