// SPDX-License-Identifier: MPL-2.0
#include <parloeb/underskrevet.h>

#include <stdlib.h>

#include <parloeb/loop.h>

#define LINE_MAX_BYTES 512
#define PUBLIC_FILE_MAX 256

enum plb_err
plb_underskriv(const struct plb_secret *proof_key, struct plb_slice text, struct plb_buf *out,
    struct plb_errctx *ec)
{
	uint8_t public[PLB_ED25519_PUBLIC], signature[PLB_ED25519_SIGNATURE];
	size_t start = out->len;
	struct plb_slice signed_text;
	enum plb_err err;

	if (proof_key->len == 0)
		return plb_err_set(
		    ec, PLB_E_KONFIG, "there is no key to sign with (secrets.proof_key)");
	plb_buf_slice(out, text);
	plb_buf_str(out, "\n");
	err = plb_buf_done(out, &signed_text);
	if (err == PLB_OK)
		err = plb_ed25519_public(proof_key, public);
	if (err == PLB_OK)
		err = plb_ed25519_sign(proof_key,
		    plb_slice(signed_text.p + start, signed_text.len - start), signature);
	if (err != PLB_OK)
		return plb_err_set(ec, err, "signing");
	plb_buf_str(out, "{\"alg\":\"ed25519\",\"noegle\":\"");
	plb_buf_hex(out, plb_slice(public, sizeof(public)));
	plb_buf_str(out, "\",\"signatur\":\"");
	err = plb_base64(plb_slice(signature, sizeof(signature)), out);
	plb_buf_str(out, "\"}\n");
	return err;
}

/* The last line, without its line feed; the text before it ends with one. */
static bool
last_line(struct plb_slice file, struct plb_slice *text, struct plb_slice *line)
{
	size_t end = file.len, at;

	if (end == 0 || file.p[end - 1] != '\n')
		return false;
	at = --end;
	while (at > 0 && file.p[at - 1] != '\n')
		at--;
	*text = plb_slice(file.p, at);
	*line = plb_slice(file.p + at, end - at);
	return at > 0 && line->len <= LINE_MAX_BYTES;
}

static bool
parse_line(struct plb_slice line, uint8_t *key, uint8_t *signature)
{
	struct plb_errctx ec = {{0}};
	struct plb_secret hex = {.len = 0};
	const struct plb_jv *v;
	struct plb_arena a;
	struct plb_buf b;
	bool ok;

	plb_arena_init(&a, 16 * LINE_MAX_BYTES);
	plb_buf_init(&b, LINE_MAX_BYTES);
	ok = plb_jv_parse(&a, line, &v, &ec) == PLB_OK && plb_jv_len(v) == 3 &&
	    plb_slice_is(plb_jv_str(plb_jv_get(v, "alg")), "ed25519") &&
	    plb_secret_hex(plb_jv_str(plb_jv_get(v, "noegle")), &hex) == PLB_OK &&
	    hex.len == PLB_ED25519_PUBLIC &&
	    plb_base64_decode(plb_jv_str(plb_jv_get(v, "signatur")), &b) == PLB_OK &&
	    b.len == PLB_ED25519_SIGNATURE;
	if (ok) {
		memcpy(key, hex.b, PLB_ED25519_PUBLIC);
		memcpy(signature, b.p, PLB_ED25519_SIGNATURE);
	}
	plb_buf_fini(&b);
	plb_arena_fini(&a);
	return ok;
}

enum plb_err
plb_underskrevet(struct plb_slice file, struct plb_slice *text, uint8_t noegle[PLB_ED25519_PUBLIC],
    struct plb_errctx *ec)
{
	uint8_t signature[PLB_ED25519_SIGNATURE];
	struct plb_slice signed_text, line;

	if (!last_line(file, &signed_text, &line) || !parse_line(line, noegle, signature))
		return plb_err_set(ec, PLB_E_FORM, "the last line is no signature");
	if (!plb_ed25519_verify(noegle, signed_text, signature))
		return plb_err_set(
		    ec, PLB_E_ADGANG, "the signature is not right: the file was changed");
	*text = plb_slice(signed_text.p, signed_text.len - 1);
	return PLB_OK;
}

enum plb_err
plb_proof_public(const char *path, uint8_t out[PLB_ED25519_PUBLIC], struct plb_errctx *ec)
{
	struct plb_secret hex = {.len = 0};
	enum plb_err err;
	char *p = NULL;
	size_t len;

	err = plb_file_read(path, PUBLIC_FILE_MAX, &p, &len, ec);
	if (err != PLB_OK)
		return err;
	if (plb_secret_hex(plb_slice(p, len), &hex) != PLB_OK || hex.len != PLB_ED25519_PUBLIC)
		err = plb_err_set(ec, PLB_E_KONFIG, "%s: expected 64 hexadecimal digits", path);
	else
		memcpy(out, hex.b, PLB_ED25519_PUBLIC);
	free(p);
	return err;
}
