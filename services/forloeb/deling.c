// SPDX-License-Identifier: MPL-2.0
#include "deling.h"

#include <stddef.h>

#define H(medlem) offsetof(struct haendelse, u.medlem)

/* Summonses and choices of participation go to guests and the responsible as they come
 * (fakta_indkaldelse.c), referat-tilbagekaldt to whoever got the referat (fakta_samtale.c). A
 * referat also has to be one that may be shared, or to the a-kasse, of a joint conversation
 * (beslut_deling.c). */
static const struct deling_regel tabel[] = {
    {HAENDELSE_SAMTALE_HELD, 's', DEL_REGELSAET, DEL_STRAKS, H(samtale_held.samtale_id)},
    {HAENDELSE_SAMTALE_KORRIGERET, 's', DEL_REGELSAET, DEL_STRAKS, H(samtale_held.samtale_id)},
    {HAENDELSE_SAMTALE_TILBAGEKALDT, 's', DEL_REGELSAET, DEL_STRAKS, H(navngivet)},
    {HAENDELSE_REFERAT_PUBLICERET, 'r', DEL_REGELSAET, DEL_STRAKS,
	H(referat_publiceret.referat_id)},
    {HAENDELSE_FRAVAER_AENDRET, 'f', DEL_FRIST, DEL_STRAKS, H(fravaer_aendret.fravaer_id)},
    {HAENDELSE_OPKVALIFICERING_INDSTILLET, 'o', DEL_STRAKS, DEL_ALDRIG, H(indstillet.id)},
    {HAENDELSE_OPKVALIFICERING_TRUKKET, 'o', DEL_STRAKS, DEL_ALDRIG, H(navngivet)},
    {HAENDELSE_OPKVALIFICERING_BESVARET, 'b', DEL_ALDRIG, DEL_STRAKS, H(besvaret.id)},
    {HAENDELSE_UKENDT, 'B', DEL_ALDRIG, DEL_STRAKS, H(besvaret.id)}, /* asks for more */
    {HAENDELSE_NUPH_MODTAGET, 'n', DEL_ALDRIG, DEL_STRAKS, H(navngivet)},
    {HAENDELSE_RAADIGHED_VURDERET, 'a', DEL_FRIST, DEL_ALDRIG, DELING_EGEN},
    {HAENDELSE_PLAN_AENDRET, 'p', DEL_FRIST, DEL_STRAKS, DELING_EEN},
    {HAENDELSE_FRIST_AENDRET, 'd', DEL_FRIST, DEL_STRAKS, H(navngivet)},
    {HAENDELSE_WORKSHOP_TILMELDT, 'w', DEL_FRIST, DEL_STRAKS, H(navngivet)},
    {HAENDELSE_PERSONGRUPPE_MARKERET, 'g', DEL_FRIST, DEL_STRAKS, DELING_EGEN},
    {HAENDELSE_CV_GODKENDT, 'c', DEL_FRIST, DEL_STRAKS, DELING_EEN},
    {HAENDELSE_JOBLOG_STATUS, 'j', DEL_FRIST, DEL_STRAKS, DELING_EEN},
    {HAENDELSE_JOBFORMIDLING_HENVIST, 'h', DEL_FRIST, DEL_STRAKS, DELING_EGEN},
    {HAENDELSE_BESKED_SENDT, 'l', DEL_ALDRIG, DEL_ALDRIG, H(besked.id)},
};

const struct deling_regel *
deling_for_type(enum haendelse_type type)
{
	size_t i;

	for (i = 0; i < sizeof(tabel) / sizeof(tabel[0]); i++)
		if (tabel[i].type == type)
			return &tabel[i];
	return NULL;
}

const struct deling_regel *
deling_for_art(char art)
{
	size_t i;

	for (i = 0; i < sizeof(tabel) / sizeof(tabel[0]); i++)
		if (tabel[i].art == art)
			return &tabel[i];
	return NULL;
}
