// SPDX-License-Identifier: MPL-2.0
#include <parloeb/slice.h>

int
plb_slice_cmp(struct plb_slice a, struct plb_slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return (a.len > b.len) - (a.len < b.len);
}
