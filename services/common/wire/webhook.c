// SPDX-License-Identifier: MPL-2.0
#include "crypto_priv.h"

#include <stdio.h>

#define SECRET_MIN 24
#define SECRET_MAX 64

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

enum plb_err
plb_webhook_sign(struct plb_slice secret, struct plb_slice id, int64_t timestamp,
    struct plb_slice body, char out[48])
{
	struct wire_hmac h;
	struct plb_slice parts[5];
	char ts[24];
	uint8_t mac[32];
	int n = snprintf(ts, sizeof(ts), "%lld", (long long)timestamp);

	if (secret.len == 0)
		return PLB_E_FORM;
	parts[0] = id;
	parts[1] = parts[3] = plb_slice(".", 1);
	parts[2] = plb_slice(ts, (size_t)n);
	parts[4] = body;
	wire_hmac_key(&h, secret);
	wire_hmac(&h, parts, 5, mac);
	explicit_bzero(&h, sizeof(h));
	(void)EVP_EncodeBlock((unsigned char *)out, mac, sizeof(mac));
	return PLB_OK;
}

static int
sextet(uint8_t c)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);

	return at == NULL ? -1 : (int)(at - alphabet);
}

enum plb_err
plb_webhook_secret(struct plb_slice text, struct plb_secret *out)
{
	static const char prefix[] = "whsec_";
	size_t n = sizeof(prefix) - 1;
	uint32_t bits = 0;
	int have = 0;

	out->len = 0;
	if (!plb_slice_starts(text, plb_slice(prefix, n)))
		return PLB_E_FORM;
	text = plb_slice(text.p + n, text.len - n);
	if (text.len % 4 != 0 || text.len == 0)
		return PLB_E_FORM;
	n = text.len;
	n -= text.p[n - 1] == '=' ? text.p[n - 2] == '=' ? 2 : 1 : 0;
	for (size_t i = 0; i < n; i++) {
		int v = sextet(text.p[i]);

		if (v < 0)
			goto bad;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have < 8)
			continue;
		if (out->len == SECRET_MAX)
			goto bad;
		have -= 8;
		out->b[out->len++] = (uint8_t)(bits >> have);
	}
	if ((bits & ((1u << have) - 1)) == 0 && out->len >= SECRET_MIN)
		return PLB_OK;
bad:
	plb_secret_wipe(out);
	return PLB_E_FORM;
}
