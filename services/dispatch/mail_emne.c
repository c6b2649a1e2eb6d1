// SPDX-License-Identifier: MPL-2.0
#include "mail_emne.h"

static const struct {
	const char *navn, *emne;
} emner[] = {
    {"member-registered", "Tilmelding som ledig"},
    {"member-deregistered", "Afmelding"},
    {"membership-changed", "Ændret medlemskab"},
    {"timer-indberettet", "Indberettede dagpengetimer"},
    {"samtale-held", "Afholdt samtale"},
    {"samtale-korrigeret", "Rettelse til en samtale"},
    {"samtale-tilbagekaldt", "Oplysninger om en samtale er trukket tilbage"},
    {"samtale-fritaget", "Fritagelse for samtale"},
    {"samtale-mangler", "Den første samtale mangler"},
    {"referat-publiceret", "Nyt referat"},
    {"referat-tilbagekaldt", "Et referat er trukket tilbage"},
    {"referat-mangler", "Et referat mangler"},
    {"referat-leveret", "Et referat er leveret"},
    {"referat-laest", "Et referat er læst"},
    {"referat-afvist", "Et referat er afvist"},
    {"deltagelsesvalg-aendret", "Valg om fælles samtale"},
    {"fravaer-aendret", "Fravær"},
    {"frist-aendret", "Frist for samtale"},
    {"plan-aendret", "Ny version af planen"},
    {"raadighed-vurderet", "Vurdering af rådighed"},
    {"overdragelse-anmodet", "Anmodning om overdragelse"},
    {"kontaktgruppe-aendret", "Ny kontaktgruppe"},
    {"ansvar-aendret", "Ændret ansvar"},
    {"myndighed-aendret", "Flytning til en anden kommune"},
    {"person-identitet-aendret", "Ændret personnummer"},
    {"opkvalificering-indstillet", "Indstilling til opkvalificering"},
    {"opkvalificering-besvaret", "Svar på indstilling til opkvalificering"},
    {"opkvalificering-trukket", "En indstilling til opkvalificering er trukket tilbage"},
    {"opkvalificering-paamindelse", "Påmindelse om indstilling til opkvalificering"},
    {"opkvalificering-udloebet", "En indstilling til opkvalificering er udløbet"},
    {"opkvalificering-videresendt", "En indstilling til opkvalificering er sendt videre"},
    {"nuph-modtaget", "Besked om rådighed"},
    {"workshop-tilmeldt", "Workshop"},
    {"persongruppe-markeret", "Markering af persongruppe"},
    {"besked-sendt", "Ny besked"},
    {"besked-laest", "En besked er læst"},
    {"cv-godkendt", "Godkendt CV"},
    {"joblog-status", "Status på joblog"},
    {"jobformidling-henvist", "Henvisning til job"},
    {"handover-forventet", "Forventet overdragelse"},
    {"handover-due", "Overdragelse"},
    {"handover-opdateret", "Ændret overdragelse"},
    {"handover-gennemfoert", "Overdragelsen er gennemført"},
    {"handover-overskredet", "Fristen for overdragelse er overskredet"},
    {"handover-aflyst", "Overdragelsen er aflyst"},
    {"timer-mangler", "Dagpengetimer mangler"},
    {"levering-ulaest", "En besked er ikke læst"},
    {"levering-tilbagekaldt", "En besked er kaldt tilbage"},
    {"haendelse-afvist", "En indsendt hændelse er afvist"},
    {"dfdg-registrering-accepteret", "DFDG har modtaget en registrering"},
    {"dfdg-registrering-afvist", "DFDG har afvist en registrering"},
};
#define EMNER (sizeof(emner) / sizeof(emner[0]))

const char *
mail_emne(struct plb_slice navn)
{
	for (size_t i = 0; i < EMNER; i++)
		if (plb_slice_is(navn, emner[i].navn))
			return emner[i].emne;
	return "Ny besked";
}

const char *
mail_emne_navn(size_t i)
{
	return i < EMNER ? emner[i].navn : NULL;
}
