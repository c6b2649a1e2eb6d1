// SPDX-License-Identifier: MPL-2.0
#include "mail_dom.h"

/* The organisation that the name went to: there are so few that each is tried. */
static bool
modtager(const struct plb_partnere *p, const struct plb_crypto *c, const struct mail_id *m,
    struct plb_org *out)
{
	for (size_t i = 0; i < plb_partnere_count(p); i++) {
		const struct plb_partner *partner = plb_partnere_at(p, i);

		for (size_t k = 0; k < partner->n_org; k++)
			if (mail_id_er(c, &partner->org[k], m)) {
				*out = partner->org[k];
				return true;
			}
	}
	return false;
}

/* The delivery that the mail answers: by a Message-ID of ours, or, as programs of calendars do not
 * always quote it, by the organizer and the number of the invitation. */
static bool
levering(const struct mail_laest *m, const struct plb_crypto *c, const char *afsender,
    const struct plb_partnere *p, struct mail_afgoerelse *ud)
{
	struct mail_id id;

	for (size_t i = 0; i < m->n_ref; i++)
		if (mail_id_laes(MAIL_ID_LEVERING, m->ref[i], afsender, &id) &&
		    modtager(p, c, &id, &ud->org)) {
			ud->leveringid = id.id;
			return true;
		}
	if (!m->itip.svar || m->itip.sekvens <= 0 ||
	    !mail_id_laes(MAIL_ID_FORLOEB, plb_slice_str(m->itip.arrangoer), afsender, &id) ||
	    !modtager(p, c, &id, &ud->org))
		return false;
	ud->leveringid = plb_leveringid(id.id, &ud->org, m->itip.sekvens);
	return true;
}

/* What it says of the delivery; false: nothing. */
static bool
status(const struct mail_laest *m, struct mail_afgoerelse *ud)
{
	static const struct {
		enum kvittering status;
		const char *aarsag;
	} svar[] = {
	    [PARTSTAT_ACCEPTED] = {KVIT_HAANDTERET, NULL},
	    [PARTSTAT_TENTATIVE] = {KVIT_HAANDTERET, NULL},
	    [PARTSTAT_DELEGATED] = {KVIT_HAANDTERET, NULL},
	    [PARTSTAT_DECLINED] = {KVIT_AFVIST_ENDELIGT, "mail: indkaldelsen er afslået"},
	};

	if (m->itip.svar && m->itip.partstat != PARTSTAT_INTET) {
		ud->status = svar[m->itip.partstat].status;
		ud->aarsag = svar[m->itip.partstat].aarsag;
	} else if (m->opgivet) {
		ud->status = KVIT_AFVIST_ENDELIGT;
		ud->aarsag = "mail: kan ikke afleveres til modtageren";
	} else if (m->itip.svar || m->automatisk) {
		return false;
	}
	return true;
}

void
mail_bedoem(const struct mail_laest *m, const struct plb_crypto *c, const char *afsender,
    const struct plb_partnere *p, struct mail_afgoerelse *out)
{
	*out = (struct mail_afgoerelse){.dom = MAIL_KVITTERING, .status = KVIT_HAANDTERET};
	if (!levering(m, c, afsender, p, out))
		out->dom = MAIL_FREMMED;
	else if (!status(m, out))
		out->dom = MAIL_INTET;
}

const char *
mail_dom_navn(enum mail_dom d)
{
	static const char *const navn[MAIL_DOMME] = {"kvittering", "intet", "fremmed"};

	PLB_ASSERT((unsigned)d < MAIL_DOMME);
	return navn[d];
}
