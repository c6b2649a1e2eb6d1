// SPDX-License-Identifier: MPL-2.0
#include "crypto_priv.h"

enum plb_err
plb_base64(struct plb_slice s, struct plb_buf *out)
{
	struct plb_slice done;
	uint8_t *to;
	size_t n = (s.len + 2) / 3 * 4;

	if (s.len > INT32_MAX / 2)
		return PLB_E_FOR_STOR;
	to = plb_buf_reserve(out, n + 1); /* EVP_EncodeBlock puts a NUL behind */
	if (to == NULL)
		return PLB_E_FOR_STOR;
	(void)EVP_EncodeBlock(to, s.p, (int)s.len);
	plb_buf_advance(out, n);
	return plb_buf_done(out, &done);
}

static int
sextet(uint8_t c)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);

	return at == NULL ? -1 : (int)(at - alphabet);
}

bool
wire_base64_decode(struct plb_slice text, uint8_t *out, size_t max, size_t *len)
{
	uint32_t bits = 0;
	size_t n = text.len;
	int have = 0;

	*len = 0;
	if (n % 4 != 0 || n == 0)
		return false;
	n -= text.p[n - 1] == '=' ? text.p[n - 2] == '=' ? 2 : 1 : 0;
	for (size_t i = 0; i < n; i++) {
		int v = sextet(text.p[i]);

		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have < 8)
			continue;
		if (*len == max)
			return false;
		have -= 8;
		out[(*len)++] = (uint8_t)(bits >> have);
	}
	return (bits & ((1u << have) - 1)) == 0;
}

enum plb_err
plb_base64_decode(struct plb_slice text, struct plb_buf *out)
{
	size_t most = text.len / 4 * 3, n;
	uint8_t *to = plb_buf_reserve(out, most + 1);

	if (to == NULL)
		return PLB_E_FOR_STOR;
	if (!wire_base64_decode(text, to, most, &n))
		return PLB_E_FORM;
	plb_buf_advance(out, n);
	return PLB_OK;
}
