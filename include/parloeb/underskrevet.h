// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_UNDERSKREVET_H
#define PARLOEB_UNDERSKREVET_H

#include <parloeb/crypto.h>

/* A text signed by the installation (proofs of delivery, test reports): the text, a line feed, and
 * one line
 *   {"alg":"ed25519","noegle":"<64 hex digits>","signatur":"<base64>"}
 * that signs every byte before it. Needs nothing but the file to be verified; whose the key is, the
 * reader must know. Any thread. */
PLB_MUSTUSE enum plb_err plb_underskriv(const struct plb_secret *proof_key, struct plb_slice text,
    struct plb_buf *out, struct plb_errctx *ec);
/* *text is borrowed from file, `noegle` the key that signed it. PLB_E_FORM: no such file;
 * PLB_E_ADGANG: the signature is not right, the file was changed. */
PLB_MUSTUSE enum plb_err plb_underskrevet(struct plb_slice file, struct plb_slice *text,
    uint8_t noegle[PLB_ED25519_PUBLIC], struct plb_errctx *ec);
/* 64 hex digits, white space around them allowed, from a file ("paths.proof_public"). */
PLB_MUSTUSE enum plb_err plb_proof_public(
    const char *path, uint8_t out[PLB_ED25519_PUBLIC], struct plb_errctx *ec);

#endif
