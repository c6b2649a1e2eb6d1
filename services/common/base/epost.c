// SPDX-License-Identifier: MPL-2.0
#include <parloeb/epost.h>

bool
plb_epost_ok(struct plb_slice s)
{
	const uint8_t *at = s.len == 0 ? NULL : memchr(s.p, '@', s.len);
	size_t domain;

	if (at == NULL || at == s.p || s.len > PLB_EPOST_MAX)
		return false;
	domain = (size_t)(s.p + s.len - at) - 1;
	if (domain < 3 || memchr(at + 1, '@', domain) != NULL ||
	    memchr(at + 1, '.', domain) == NULL || at[1] == '.' || s.p[s.len - 1] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] == 0x7f || strchr("\"<>(),:;[]\\", s.p[i]) != NULL)
			return false;
	return true;
}

bool
plb_epost_ren(struct plb_slice s)
{
	if (!plb_epost_ok(s))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];
		bool alnum =
		    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!alnum && strchr("@.-_+", c) == NULL)
			return false;
	}
	return true;
}
