// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_STI_H
#define CONSOLE_STI_H

#include <parloeb/slice.h>

/* Is p the path of a route? One with a slash at its end takes what follows: `rest`, borrowed from p
 * (empty otherwise). Pure; any thread. */
bool sti_passer(const char *path, struct plb_slice p, struct plb_slice *rest);

#endif
