// SPDX-License-Identifier: MPL-2.0
#include "sti.h"

#include <string.h>

bool
sti_passer(const char *path, struct plb_slice p, struct plb_slice *rest)
{
	size_t n = strlen(path);

	*rest = plb_slice(NULL, 0);
	if (path[n - 1] != '/')
		return plb_slice_is(p, path);
	if (!plb_slice_starts(p, plb_slice_str(path)))
		return false;
	*rest = plb_slice(p.p + n, p.len - n);
	return true;
}
