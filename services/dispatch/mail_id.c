// SPDX-License-Identifier: MPL-2.0
#include "mail_id.h"

#include <stdio.h>
#include <strings.h>

#define HEX(n) (2 * (n))

enum plb_err
mail_id_lav(const struct plb_crypto *c, enum mail_id_art art, const struct plb_org *org,
    struct plb_uuid id, struct mail_id *out)
{
	static const char *const hvad[] = {
	    [MAIL_ID_LEVERING] = "mail-levering-1", [MAIL_ID_FORLOEB] = "mail-forloeb-1"};
	uint8_t mac[32];
	enum plb_err err =
	    plb_crypto_maerke(c, hvad[art], plb_org_slice(org), plb_slice(id.b, sizeof(id.b)), mac);

	out->art = art;
	out->id = id;
	memcpy(out->maerke, mac, sizeof(out->maerke));
	return err;
}

static void
hex(const uint8_t *p, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
}

/* Capitals too: mail systems do not all keep them apart. */
static bool
fra_hex(const uint8_t *p, size_t n, uint8_t *out)
{
	for (size_t i = 0; i < HEX(n); i++) {
		int c = p[i] >= 'A' && p[i] <= 'F' ? p[i] + 32 : p[i];
		bool tal = c >= '0' && c <= '9';

		if (!tal && (c < 'a' || c > 'f'))
			return false;
		c = tal ? c - '0' : c - 'a' + 10;
		out[i / 2] = (uint8_t)(i % 2 == 0 ? c << 4 : out[i / 2] | c);
	}
	return true;
}

const char *
mail_id_tekst(const struct mail_id *m, const char *afsender, char out[PLB_EPOST_MAX + 1])
{
	const char *domaene = strchr(afsender, '@');
	char uuid[PLB_UUID_TEXT], id[HEX(16) + 1], maerke[HEX(MAIL_MAERKE) + 1];

	PLB_ASSERT(domaene != NULL && domaene - afsender <= MAIL_LOKAL_MAX);
	hex(m->maerke, MAIL_MAERKE, maerke);
	hex(m->id.b, sizeof(m->id.b), id);
	if (m->art == MAIL_ID_LEVERING)
		snprintf(
		    out, PLB_EPOST_MAX + 1, "%s.%s%s", plb_uuid_text(m->id, uuid), maerke, domaene);
	else
		snprintf(out, PLB_EPOST_MAX + 1, "%.*s+%s%s%s", (int)(domaene - afsender), afsender,
		    id, maerke, domaene);
	return out;
}

/* Cuts `ord` off the front or, `bag`, the end of the text. */
static bool
skaer(struct plb_slice *s, const char *ord, size_t n, bool bag)
{
	const uint8_t *p = s->p;

	if (s->len < n)
		return false;
	if (bag)
		p += s->len - n;
	if (n > 0 && strncasecmp((const char *)p, ord, n) != 0)
		return false;
	*s = plb_slice(bag ? s->p : s->p + n, s->len - n);
	return true;
}

bool
mail_id_laes(
    enum mail_id_art art, struct plb_slice tekst, const char *afsender, struct mail_id *out)
{
	const char *domaene = strchr(afsender, '@');

	out->art = art;
	if (domaene == NULL || !skaer(&tekst, domaene, strlen(domaene), true))
		return false;
	if (art == MAIL_ID_LEVERING)
		return tekst.len == PLB_UUID_TEXT + HEX(MAIL_MAERKE) &&
		    plb_uuid_parse(plb_slice(tekst.p, PLB_UUID_TEXT - 1), false, &out->id) ==
		    PLB_OK &&
		    tekst.p[PLB_UUID_TEXT - 1] == '.' &&
		    fra_hex(tekst.p + PLB_UUID_TEXT, MAIL_MAERKE, out->maerke);
	return skaer(&tekst, afsender, (size_t)(domaene - afsender), false) &&
	    skaer(&tekst, "+", 1, false) && tekst.len == HEX(16 + MAIL_MAERKE) &&
	    fra_hex(tekst.p, 16, out->id.b) && fra_hex(tekst.p + HEX(16), MAIL_MAERKE, out->maerke);
}

bool
mail_id_er(const struct plb_crypto *c, const struct plb_org *org, const struct mail_id *m)
{
	struct mail_id ret;

	return mail_id_lav(c, m->art, org, m->id, &ret) == PLB_OK &&
	    plb_ct_eq(ret.maerke, m->maerke, MAIL_MAERKE);
}
