// SPDX-License-Identifier: MPL-2.0
#include "one_svc.h"

struct svc svc;

int
one_setup(void **state)
{
	(void)state;
	svc = (struct svc){0};
	fixture_topics();
	return 0;
}

int
one_teardown(void **state)
{
	(void)state;
	svc_stop(&svc);
	return 0;
}

void
up(void)
{
	svc_start(&svc);
	svc_up(&svc, PARTS);
}
