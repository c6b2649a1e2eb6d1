// SPDX-License-Identifier: MPL-2.0
#include <parloeb/ordresegl.h>

#include <openssl/crypto.h>

#include "crypto_priv.h"

void
plb_ordresegl(const struct plb_secret *desk_key, struct plb_slice organisation,
    struct plb_slice value, uint8_t out[32])
{
	const struct plb_slice dele[] = {
	    plb_slice_str("plb-ordre-1"), organisation, plb_slice("", 1), value};
	struct wire_hmac h;

	wire_hmac_key(&h, plb_slice(desk_key->b, desk_key->len));
	wire_hmac(&h, dele, sizeof(dele) / sizeof(dele[0]), out);
	OPENSSL_cleanse(&h, sizeof(h));
}

bool
plb_ordresegl_er(const struct plb_secret *desk_key, const struct plb_record *r)
{
	struct plb_slice her = plb_record_header(r, PLB_ORDRESEGL_HEADER);
	uint8_t segl[32];

	plb_ordresegl(desk_key, r->key, r->value, segl);
	return her.len == sizeof(segl) && CRYPTO_memcmp(her.p, segl, sizeof(segl)) == 0;
}
