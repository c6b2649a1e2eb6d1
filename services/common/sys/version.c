// SPDX-License-Identifier: MPL-2.0
#include <parloeb/conf.h>

#include <parloeb_version.h>

const char *
plb_version(void)
{
	return PLB_VERSION;
}
