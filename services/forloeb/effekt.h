// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_EFFEKT_H
#define FORLOEB_EFFEKT_H

#include "tilstand.h"

/* What a step wants done: data in a bounded array, carried out by forloeb_run.c in the order given.
 */
enum effekt_art {
	EFFEKT_GEM,   /* keep the event at hand under `emne` (sub-state), because it may have to be
			 relayed or packed */
	EFFEKT_GLEM,  /* drop what is kept under `emne` */
	EFFEKT_RELAE, /* send the event at hand to `til`, unchanged */
	EFFEKT_RELAE_GEMT, /* send the event kept under `emne` to `til`, unchanged */
	EFFEKT_LAVET,      /* send an event made here to `til` */
	EFFEKT_UDFALD      /* tell what became of the fact kept under `emne`, which waits no more */
};

enum lavet_type {
	LAVET_HANDOVER_FORVENTET,
	LAVET_HANDOVER_DUE,
	LAVET_HANDOVER_OPDATERET,
	LAVET_HANDOVER_GENNEMFOERT,
	LAVET_HANDOVER_OVERSKREDET,
	LAVET_HANDOVER_AFLYST,
	LAVET_REFERAT_MANGLER,
	LAVET_INDKALDELSE_ANNULLERET, /* to a guest who is one no more */
	LAVET_HAENDELSE_AFVIST,
	LAVET_REFERAT_LEVERET,
	LAVET_REFERAT_LAEST,
	LAVET_REFERAT_AFVIST,
	LAVET_BESKED_LAEST,
	LAVET_LEVERING_ULAEST,
	LAVET_SAMTALE_MANGLER,
	LAVET_TIMER_MANGLER,
	LAVET_OPKVALIFICERING_PAAMINDELSE,
	LAVET_OPKVALIFICERING_UDLOEBET,
	LAVET_OPKVALIFICERING_VIDERESENDT,
	LAVET_LEVERING_TILBAGEKALDT, /* has the number of what it withdraws */
	LAVET_TYPER
};

/* A missing thing in a package. */
enum mangel_art { MANGEL_REFERAT, MANGEL_SAMTALE };
struct mangel {
	int art;
	bool har_samtale, har_type, har_frist;
	struct plb_uuid samtale;
	int32_t samtaletype;
	struct plb_time frist;
};

/* Members that all events made here carry (haendelse-afvist excepted). */
struct faelles {
	struct plb_uuid forloeb_id;
	struct plb_slice akassekode, kommunekode, regelsaet;
};
struct handover_forventet {
	struct plb_dato virkningsdato;
	int64_t timer_til_dato_c, graense_c;
	struct plb_time pakkefrist;
};
enum due_aarsag {
	DUE_TIMER,
	DUE_MAANEDER,
	DUE_TIDLIG,
	DUE_VALG,
	DUE_FORLADT_AKASSE,
	DUE_UDTRAADT_FORSOEG,
	DUE_MANUEL
};
struct handover_due {
	int aarsag; /* enum due_aarsag */
	int64_t timer_c, graense_c;
	struct plb_dato virkningsdato;
	struct plb_org fra, til;
	struct plb_list samtaler;  /* struct samtale: all held */
	struct plb_list referater; /* struct referat: those that may be shared */
	bool hele; /* referater whole (the coming organisation), or ids and versions only (the
		      a-kasse's copy) */
	struct plb_list indstillinger; /* struct indstilling */
	struct plb_list mangler;       /* struct mangel */
	bool har_plan;
	struct plb_uuid plan;
	bool har_valg;
	int valg; /* in the order of the schema */
};
enum opdatering { OPDATERING_TILFOEJET, OPDATERING_KORRIGERET, OPDATERING_TILBAGEKALDT };
struct handover_opdateret {
	int aendring; /* enum opdatering */
	bool har_samtale, har_referat, har_timer;
	struct plb_uuid samtale, referat;
	int32_t version; /* with har_referat */
	int64_t timer_c;
	struct plb_list mangler;
};
enum forsinkelse { FORSINKELSE_AFSENDER, FORSINKELSE_PARLOEB, FORSINKELSE_MODTAGER };
struct handover_gennemfoert {
	struct plb_time gennemfoert;
	bool rettidig;
	int forsinkelse; /* enum forsinkelse; without rettidig */
	struct plb_list mangler;
};
struct handover_overskredet {
	struct plb_time haardt_stop;
	struct plb_list mangler;
};
enum aflyst_aarsag { AFLYST_AFMELDT, AFLYST_FLYTTET, AFLYST_RETTET, AFLYST_SKIFT };
struct handover_aflyst {
	int aarsag;
};
struct referat_mangler {
	struct plb_uuid samtale_id;
	struct plb_time frist;
};
enum tilbagekaldt_aarsag {
	TILBAGEKALDT_FLYTTET,
	TILBAGEKALDT_RETTET,
	TILBAGEKALDT_TILBAGEKALDT,
	TILBAGEKALDT_KASSERET
};
struct levering_tilbagekaldt {
	struct plb_uuid leveringid;
	int aarsag; /* enum tilbagekaldt_aarsag */
};
struct referat_status { /* referat-leveret, -laest, -afvist */
	struct plb_uuid referat_id;
	int32_t version;
	struct plb_org org;
	struct plb_time tidspunkt;
	struct plb_slice aarsag; /* p NULL = none */
};
struct indstilling_frist { /* opkvalificering-paamindelse, -udloebet */
	struct plb_uuid id;
	struct plb_time frist;
};
struct indstilling_videresendt {
	struct plb_uuid id;
	struct plb_slice fra, til; /* codes of kommuner */
};
struct levering_laest { /* besked-laest: beskedId; levering-ulaest: leveringid */
	struct plb_uuid id;
	struct plb_org org;
	struct plb_time tidspunkt;
};
struct haendelse_afvist {
	struct plb_slice haendelse_id;
	const char *aarsag, *felt, *besked; /* static; felt a JSON pointer */
};

/* The key of a kept event: kind and id of the thing, so that its newest replaces the older. */
struct emne {
	char art; /* deling.c has them; 'i' indkaldelse, 'v' a fact that waits */
	struct plb_uuid id;
};

/* What became of a fact that waited. */
struct udfald {
	enum plb_trin trin;
	const char *fejl; /* with PLB_TRIN_AFVIST: the code; static */
	uint8_t hmac[16];
};

struct effekt {
	enum effekt_art art;
	struct plb_uuid genspil; /* the event at hand is the one kept under 'v' and this key; nil =
				    the step's own */
	struct emne emne;
	/* Messages: */
	struct plb_org til;
	struct plb_uuid leveringid, correlationid;
	int64_t sequence; /* 0 with haendelse-afvist */
	struct plb_slice causationid;
	bool har_frist; /* it must have arrived by then, and does not say so itself */
	struct plb_time frist;
	bool skjul_sted; /* this recipient does not get to see where the meeting is */
	/* EFFEKT_LAVET: */
	enum lavet_type type;
	struct plb_uuid id;
	struct plb_time time;
	struct faelles faelles;
	union {
		struct handover_forventet handover_forventet;
		struct handover_due handover_due;
		struct handover_opdateret handover_opdateret;
		struct handover_gennemfoert handover_gennemfoert;
		struct handover_overskredet handover_overskredet;
		struct handover_aflyst handover_aflyst;
		struct referat_mangler referat_mangler;
		struct plb_uuid indkaldelse_annulleret; /* the summons */
		struct haendelse_afvist haendelse_afvist;
		struct referat_status referat_status;
		struct levering_laest levering_laest;
		struct plb_time samtale_mangler; /* frist */
		struct plb_maaned timer_mangler;
		struct indstilling_frist indstilling_frist;
		struct indstilling_videresendt indstilling_videresendt;
		struct levering_tilbagekaldt levering_tilbagekaldt;
		struct udfald udfald;
	} u;
};

#define EFFEKTER_MAX 512
struct effekter {
	size_t n;
	struct effekt e[EFFEKTER_MAX];
};

#endif
