// SPDX-License-Identifier: MPL-2.0
#include "kalender_regler.h"

#include <parloeb/ical.h>

/* One thing that an event sets, or, without `felt`, cancels. A member that is absent cancels what
 * it set before. */
static const struct regel {
	const char *haendelse, *noegle; /* the member that says which thing it is about */
	enum kalender_slags slags;
	const char *felt, *slut; /* members with its time or date */
	const char *titel;       /* NULL: by samtaletype */
} regler[] = {
    {"indkaldelse-oprettet", "indkaldelseId", KALENDER_MOEDE, "start", "slut", NULL},
    {"indkaldelse-oprettet", "indkaldelseId", KALENDER_OMBOOKING, "ombookingsfrist", NULL,
	"Sidste dag for ombooking"},
    {"indkaldelse-oprettet", "indkaldelseId", KALENDER_AFLYSNING, "aflysningsfrist", NULL,
	"Sidste dag for aflysning"},
    {"indkaldelse-aendret", "indkaldelseId", KALENDER_MOEDE, "start", "slut", NULL},
    {"indkaldelse-aendret", "indkaldelseId", KALENDER_OMBOOKING, "ombookingsfrist", NULL,
	"Sidste dag for ombooking"},
    {"indkaldelse-aendret", "indkaldelseId", KALENDER_AFLYSNING, "aflysningsfrist", NULL,
	"Sidste dag for aflysning"},
    {"indkaldelse-annulleret", "indkaldelseId", KALENDER_MOEDE, NULL, NULL, NULL},
    {"indkaldelse-annulleret", "indkaldelseId", KALENDER_OMBOOKING, NULL, NULL, NULL},
    {"indkaldelse-annulleret", "indkaldelseId", KALENDER_AFLYSNING, NULL, NULL, NULL},
    {"frist-aendret", "fristId", KALENDER_FRIST, "fristdato", NULL, "Frist for samtale"},
    {"handover-forventet", "forloebId", KALENDER_OVERDRAGELSE, "forventetVirkningsdato", NULL,
	"Forventet overdragelse"},
    {"handover-forventet", "forloebId", KALENDER_PAKKE, "pakkefrist", NULL,
	"Frist for overdragelsespakke"},
    {"handover-due", "forloebId", KALENDER_OVERDRAGELSE, "virkningsdato", NULL, "Overdragelse"},
    {"handover-overskredet", "forloebId", KALENDER_HAARDT_STOP, "haardtStop", NULL,
	"Sidste frist for overdragelse"},
    {"handover-gennemfoert", "forloebId", KALENDER_HAARDT_STOP, NULL, NULL, NULL},
    {"handover-aflyst", "forloebId", KALENDER_OVERDRAGELSE, NULL, NULL, NULL},
    {"handover-aflyst", "forloebId", KALENDER_PAKKE, NULL, NULL, NULL},
    {"handover-aflyst", "forloebId", KALENDER_HAARDT_STOP, NULL, NULL, NULL},
    {"referat-mangler", "samtaleId", KALENDER_REFERAT, "frist", NULL, "Frist for referat"},
    {"samtale-mangler", "forloebId", KALENDER_SAMTALE, "frist", NULL, "Frist for første samtale"},
    {"opkvalificering-indstillet", "indstillingId", KALENDER_INDSTILLING, "svarOenskesSenest", NULL,
	"Svar på indstilling ønskes"},
    {"opkvalificering-paamindelse", "indstillingId", KALENDER_INDSTILLING, "frist", NULL,
	"Svar på indstilling ønskes"},
    {"opkvalificering-trukket", "indstillingId", KALENDER_INDSTILLING, NULL, NULL, NULL},
    {"opkvalificering-besvaret", "indstillingId", KALENDER_INDSTILLING, NULL, NULL, NULL},
    {"opkvalificering-udloebet", "indstillingId", KALENDER_INDSTILLING, NULL, NULL, NULL},
    {"opkvalificering-videresendt", "indstillingId", KALENDER_INDSTILLING, NULL, NULL, NULL},
};
#define REGLER (sizeof(regler) / sizeof(regler[0]))

/* A date, or a time; the last second of a day is that day. */
static bool
laes_tid(struct plb_slice text, struct kalender_tid *out)
{
	struct plb_dato dato;

	out->slut = PLB_TIME_UNSET;
	out->hele_dagen = plb_dato_parse(text, &dato) == PLB_OK;
	if (!out->hele_dagen) {
		if (plb_time_parse(text, &out->start) != PLB_OK)
			return false;
		out->hele_dagen = plb_time_local_seconds(out->start) == 86399;
		dato = plb_time_dato(out->start);
	}
	if (out->hele_dagen)
		out->start = plb_dato_start(dato);
	return true;
}

static enum plb_err
saet(struct kalender *k, const struct regel *r, const struct kalender_aendring *a,
    const struct plb_jv *data)
{
	struct plb_slice fra = plb_jv_str(plb_jv_get(data, r->felt)),
			 til = r->slut == NULL ? plb_slice(NULL, 0)
					       : plb_jv_str(plb_jv_get(data, r->slut)),
			 status = plb_jv_str(plb_jv_get(data, "status"));
	struct kalender_tid tid;

	if (fra.p == NULL || (a->slags == KALENDER_FRIST && !plb_slice_is(status, "aaben"))) {
		kalender_aflys(k, a);
		return PLB_OK;
	}
	if (!laes_tid(fra, &tid) || (til.p != NULL && plb_time_parse(til, &tid.slut) != PLB_OK))
		return PLB_E_FORM;
	if (til.p != NULL && !plb_time_before(tid.start, tid.slut))
		tid.slut = PLB_TIME_UNSET;
	return kalender_saet(k, a, &tid,
	    r->titel != NULL ? r->titel
			     : plb_samtale_titel(plb_jv_int(plb_jv_get(data, "samtaletype"), 0)));
}

static enum plb_err
tilbagekaldt(struct kalender *k, const struct plb_event *ev, const struct plb_jv *data)
{
	struct plb_uuid id;

	if (plb_uuid_parse(plb_jv_str(plb_jv_get(data, "tilbagekaldtLeveringid")), true, &id) !=
	    PLB_OK)
		return PLB_E_FORM;
	kalender_tilbagekald(k, id, ev->time);
	return PLB_OK;
}

enum plb_err
kalender_haendelse(struct kalender *k, const struct plb_event *ev, const struct plb_jv *data)
{
	struct plb_slice navn = plb_event_name(ev->type);
	enum plb_err err = PLB_OK;

	if (plb_slice_is(navn, "levering-tilbagekaldt"))
		return tilbagekaldt(k, ev, data);
	for (size_t i = 0; i < REGLER && err == PLB_OK; i++) {
		const struct regel *r = &regler[i];
		struct kalender_aendring a = {
		    .leveringid = ev->leveringid, .slags = r->slags, .ved = ev->time};

		if (!plb_slice_is(navn, r->haendelse))
			continue;
		if (plb_uuid_parse(plb_jv_str(plb_jv_get(data, r->noegle)), true, &a.id) != PLB_OK)
			return PLB_E_FORM;
		if (r->felt == NULL)
			kalender_aflys(k, &a);
		else
			err = saet(k, r, &a, data);
	}
	return err;
}
