// SPDX-License-Identifier: MPL-2.0
#include "avro_rd.h"

bool
wire_utf8_valid(struct plb_slice s)
{
	size_t at = 0;

	while (at < s.len) {
		uint64_t w;
		size_t n;

		if (s.len - at >= sizeof(w)) {
			memcpy(&w, s.p + at, sizeof(w));
			if ((w & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof(w);
				continue;
			}
		}
		n = plb_utf8_len(s.p + at, s.len - at);
		if (n == 0)
			return false;
		at += n;
	}
	return true;
}
