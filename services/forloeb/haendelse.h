// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_HAENDELSE_H
#define FORLOEB_HAENDELSE_H

#include "tilstand.h"

/* The facts that the course is made of, as plain structs: what stands in clear. Filled by
 * forloeb_wire.c from the schema of the same name. */
enum haendelse_type {
	HAENDELSE_UKENDT, /* a type that this version has no handler for */
	HAENDELSE_MEMBER_REGISTERED,
	HAENDELSE_MEMBER_DEREGISTERED,
	HAENDELSE_TIMER_INDBERETTET,
	HAENDELSE_SAMTALE_HELD,
	HAENDELSE_SAMTALE_KORRIGERET,
	HAENDELSE_SAMTALE_TILBAGEKALDT,
	HAENDELSE_REFERAT_PUBLICERET,
	HAENDELSE_REFERAT_TILBAGEKALDT,
	HAENDELSE_OPKVALIFICERING_INDSTILLET,
	HAENDELSE_OPKVALIFICERING_TRUKKET,
	HAENDELSE_OPKVALIFICERING_BESVARET,
	HAENDELSE_NUPH_MODTAGET,
	HAENDELSE_RAADIGHED_VURDERET,
	HAENDELSE_PLAN_AENDRET,
	HAENDELSE_FRIST_AENDRET,
	HAENDELSE_WORKSHOP_TILMELDT,
	HAENDELSE_PERSONGRUPPE_MARKERET,
	HAENDELSE_CV_GODKENDT,
	HAENDELSE_JOBLOG_STATUS,
	HAENDELSE_JOBFORMIDLING_HENVIST,
	HAENDELSE_BESKED_SENDT,
	HAENDELSE_INDKALDELSE_OPRETTET,
	HAENDELSE_INDKALDELSE_AENDRET,
	HAENDELSE_INDKALDELSE_ANNULLERET,
	HAENDELSE_MEMBERSHIP_CHANGED,
	HAENDELSE_MYNDIGHED_AENDRET,
	HAENDELSE_OVERDRAGELSE_ANMODET,
	HAENDELSE_ANSVAR_AENDRET,
	HAENDELSE_FRAVAER_AENDRET,
	HAENDELSE_KONTAKTGRUPPE_AENDRET,
	HAENDELSE_SAMTALE_FRITAGET,
	HAENDELSE_DELTAGELSESVALG_AENDRET,
	HAENDELSE_PERSON_IDENTITET_AENDRET,
	HAENDELSE_TYPER
};

/* A date or time or id that may be absent carries a `har_`. */
struct member_registered {
	struct plb_uuid tilmelding_id;
	struct plb_dato tilmeldingsdato, indplaceringsdato, foerste_dagpengedag;
	bool har_indplaceringsdato, har_foerste_dagpengedag;
	struct plb_slice akassekode, kommunekode;
	int kategori;
	bool adressebeskyttet, har_adressebeskyttet;
};
struct member_deregistered {
	struct plb_uuid tilmelding_id;
	struct plb_dato afmeldingsdato;
};
struct timer_indberettet {
	struct plb_slice dagpengemaaned; /* YYYY-MM, form checked at the door and again here */
	int64_t udbetalte_timer_c;
};
struct samtale_held { /* also -korrigeret */
	struct plb_uuid samtale_id, indkaldelse_id;
	bool har_indkaldelse;
	struct plb_list samtaletyper; /* int32_t, 1-2 */
	struct plb_time afholdt;
	int form, art, deltagelsesstatus;
	bool har_art, flere_myndigheder, har_deltagelsesstatus;
};
struct opkvalificering_indstillet {
	struct plb_uuid id, samtale_id;
	bool har_samtale;
	int tilbudstype; /* index into FORLOEB_TILBUDSTYPE */
	bool har_frist;
	struct plb_dato frist;
};
enum afgoerelse {
	AFGOERELSE_BEVILGET,
	AFGOERELSE_DELVIST,
	AFGOERELSE_AFSLAG,
	AFGOERELSE_MANGLER_OPLYSNINGER,
	AFGOERELSE_IKKE_ANSVARLIG
};
struct opkvalificering_besvaret {
	struct plb_uuid id;
	int afgoerelse; /* enum afgoerelse */
};
struct raadighed_vurderet {
	struct plb_uuid svar_paa;
	bool har_svar_paa;
};
struct besked_sendt {
	struct plb_uuid id;
	struct plb_slice til; /* organisation */
};
struct referat_publiceret {
	struct plb_uuid referat_id, samtale_id;
	int32_t version;
	bool deles, har_deles;
};
struct indkaldelse_oprettet { /* also -aendret */
	struct plb_uuid indkaldelse_id;
	int32_t samtaletype;
	int art;
	struct plb_time start;
	struct plb_list gaester; /* struct plb_slice: organisations */
};
struct indkaldelse_annulleret {
	struct plb_uuid indkaldelse_id;
};

struct membership_changed {
	int aendring;                            /* enum aendring */
	struct plb_slice fra_akasse, til_akasse; /* p NULL = not told */
	struct plb_dato startdato;
	int kategori;
	bool har_kategori;
};
struct myndighed_aendret {
	struct plb_slice fra_kommune, til_kommune;
	struct plb_dato virkningsdato;
};
struct overdragelse_anmodet {
	struct plb_uuid tilmelding_id;
	int aarsag;           /* enum anmodning_aarsag */
	struct plb_slice til; /* organisation; p NULL = the kommune */
};
struct ansvar_aendret {
	struct plb_slice ansvarlig; /* organisation */
	struct plb_dato fra, til;
	bool har_til;
};
struct fravaer_aendret {
	struct plb_uuid fravaer_id;
	int32_t type;
	struct plb_dato start, slut;
	bool har_slut, aktiv;
};
struct kontaktgruppe_aendret {
	int32_t kontaktgruppe;
	struct plb_dato fra;
};
struct samtale_fritaget {
	struct plb_uuid afgoerelse_id;
	int32_t samtaletype;
	struct plb_dato dato;
};
/* In the order of the schema. */
enum valg {
	VALG_STANDARD_DELTAGER,
	VALG_BORGER_FRAVALGT,
	VALG_GAEST_FRAVALGT,
	VALG_BORGER_TILVALGT
};
struct deltagelsesvalg_aendret {
	struct plb_uuid indkaldelse_id;
	int valg; /* enum valg */
};

struct haendelse {
	enum haendelse_type type;
	struct plb_event ev; /* envelope: id, source, time, org, person, hmac */
	bool har_forseglet;
	struct forseglet forseglet; /* as it came */
	union {
		struct member_registered member_registered;
		struct member_deregistered member_deregistered;
		struct timer_indberettet timer_indberettet;
		struct samtale_held samtale_held;
		struct plb_uuid navngivet; /* of those that are only their id */
		struct opkvalificering_indstillet indstillet;
		struct opkvalificering_besvaret besvaret;
		struct raadighed_vurderet raadighed_vurderet;
		struct besked_sendt besked;
		struct referat_publiceret referat_publiceret;
		struct indkaldelse_oprettet indkaldelse_oprettet;
		struct indkaldelse_annulleret indkaldelse_annulleret;
		struct membership_changed membership_changed;
		struct myndighed_aendret myndighed_aendret;
		struct overdragelse_anmodet overdragelse_anmodet;
		struct ansvar_aendret ansvar_aendret;
		struct fravaer_aendret fravaer_aendret;
		struct kontaktgruppe_aendret kontaktgruppe_aendret;
		struct samtale_fritaget samtale_fritaget;
		struct deltagelsesvalg_aendret deltagelsesvalg_aendret;
	} u; /* by type */
};

#endif
