// SPDX-License-Identifier: MPL-2.0
#include "crypto_priv.h"

#include <stdio.h>

#include <parloeb/partnere.h>

#define SECRET_MIN 24
#define SECRET_MAX 64
#define SEED 32

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

/* A key behind its prefix, of least..most bytes. */
static enum plb_err
prefixed(
    struct plb_slice text, const char *prefix, size_t least, size_t most, struct plb_secret *out)
{
	size_t n = strlen(prefix);

	out->len = 0;
	if (plb_slice_starts(text, plb_slice(prefix, n)) &&
	    wire_base64_decode(plb_slice(text.p + n, text.len - n), out->b, most, &out->len) &&
	    out->len >= least)
		return PLB_OK;
	plb_secret_wipe(out);
	return PLB_E_FORM;
}

enum plb_err
plb_webhook_secret(struct plb_slice text, struct plb_secret *out)
{
	return prefixed(text, "whsec_", SECRET_MIN, SECRET_MAX, out);
}

enum plb_err
plb_webhook_signing_key(struct plb_slice text, struct plb_secret *out)
{
	enum plb_err err = prefixed(text, "whsk_", SEED, 2 * SEED, out);

	if (err == PLB_OK && out->len != SEED && out->len != 2 * SEED) {
		plb_secret_wipe(out);
		return PLB_E_FORM;
	}
	out->len = err == PLB_OK ? SEED : 0; /* the public key behind it follows from the seed */
	return err;
}

enum plb_err
plb_webhook_signatures(const struct plb_webhook_conf *w, struct plb_slice id, int64_t timestamp,
    struct plb_slice body, struct plb_buf *out)
{
	struct plb_slice done;
	const char *gap = "";
	char sig[92];

	for (size_t i = 0; i < w->n_secrets; i++, gap = " ") {
		enum plb_err err = plb_webhook_sign(
		    plb_slice(w->secret[i].b, w->secret[i].len), id, timestamp, body, sig);

		if (err != PLB_OK)
			return err;
		plb_buf_printf(out, "%sv1,%s", gap, sig);
	}
	for (size_t i = 0; i < w->n_signing; i++, gap = " ") {
		enum plb_err err = plb_webhook_sign_a(&w->signing[i], id, timestamp, body, sig);

		if (err != PLB_OK)
			return err;
		plb_buf_printf(out, "%sv1a,%s", gap, sig);
	}
	return plb_buf_done(out, &done);
}
