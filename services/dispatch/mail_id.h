// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_MAIL_ID_H
#define DISPATCH_MAIL_ID_H

#include <parloeb/crypto.h>
#include <parloeb/epost.h>

/* Names that leave with a mail and come back with its answer. Each holds an id and a mark of our
 * key, which binds the id to the organisation that the mail went to: who has got no mail of ours
 * can make none, and nobody can use his own for another organisation. One thread.
 *
 *   Message-ID  <leveringid>.<mark>@<domain of the sender>      one delivery
 *   ORGANIZER   <sender>+<forløb id><mark>@<domain>            one course, the same for every
 *               message about a meeting, as programs of calendars expect; with SEQUENCE, which is
 *               the delivery's number, it gives the leveringid (plb_leveringid) */
#define MAIL_MAERKE 8
/* Longest local part of the sender: RFC 5321 gives 64 bytes with what is put behind it. */
#define MAIL_LOKAL_MAX 15

enum mail_id_art { MAIL_ID_LEVERING, MAIL_ID_FORLOEB };
struct mail_id {
	enum mail_id_art art;
	struct plb_uuid id;
	uint8_t maerke[MAIL_MAERKE];
};

PLB_MUSTUSE enum plb_err mail_id_lav(const struct plb_crypto *c, enum mail_id_art art,
    const struct plb_org *org, struct plb_uuid id, struct mail_id *out);
/* `afsender`: our address. Returns out. */
const char *mail_id_tekst(
    const struct mail_id *m, const char *afsender, char out[PLB_EPOST_MAX + 1]);
/* A text of that form at our address; its mark is not judged. */
bool mail_id_laes(
    enum mail_id_art art, struct plb_slice tekst, const char *afsender, struct mail_id *out);
/* Is it one that went to that organisation? */
bool mail_id_er(const struct plb_crypto *c, const struct plb_org *org, const struct mail_id *m);

#endif
