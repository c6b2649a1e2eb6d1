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
	HAENDELSE_REFERAT_PUBLICERET,
	HAENDELSE_INDKALDELSE_OPRETTET,
	HAENDELSE_INDKALDELSE_AENDRET,
	HAENDELSE_INDKALDELSE_ANNULLERET,
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
struct samtale_held {
	struct plb_uuid samtale_id, indkaldelse_id;
	bool har_indkaldelse;
	struct plb_list samtaletyper; /* int32_t, 1-2 */
	struct plb_time afholdt;
	int form, art, deltagelsesstatus;
	bool har_art, flere_myndigheder, har_deltagelsesstatus;
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
		struct referat_publiceret referat_publiceret;
		struct indkaldelse_oprettet indkaldelse_oprettet;
		struct indkaldelse_annulleret indkaldelse_annulleret;
	} u; /* by type */
};

#endif
