// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_TILSTAND_H
#define FORLOEB_TILSTAND_H

#include <parloeb/event.h>
#include <parloeb/list.h>

/* What is known about one person: facts as they came (newest of each thing) and decisions already sent. Everything else is derived (beslut.h), so
 * that facts in another order leave the same course. Plain values; slices and lists live in the arena of the step. The Avro form is schemas/forloeb-tilstand. */

/* Which of two facts about the same thing is newer: the later `time`, then the greater id (contract § 1). */
struct stempel {
	struct plb_time time;
	struct plb_slice id;
};

enum kategori { KATEGORI_FULDTID, KATEGORI_DELTID };

/* Paid hours of one month from one a-kasse: the newest report counts. */
struct maanedstimer {
	struct plb_maaned maaned;
	struct plb_org akasse;
	int64_t timer_c; /* hundredths of an hour */
	struct stempel stempel;
};

enum samtale_art { SAMTALE_INDIVIDUEL, SAMTALE_FAELLES, SAMTALE_GRUPPE };

/* A held conversation. The event itself lies in the kept facts (sub-state) under its id while it may still have to be relayed. */
struct samtale {
	struct plb_uuid id;
	int32_t type1, type2; /* type2 0 = none */
	struct plb_time afholdt;
	int form;            /* index into AFHOLDELSESFORM */
	int art;             /* enum samtale_art; individuel where the sender said nothing */
	bool har_art;
	bool flere_myndigheder;
	int deltagelsesstatus; /* index into DELTAGELSESSTATUS; -1 = none */
	bool har_deltagelsesstatus;
	struct plb_uuid indkaldelse;
	bool har_indkaldelse;
	struct plb_org afholder;
	struct plb_time modtaget; /* business clock when it was accepted; moves the referat's deadline */
	bool rykket;              /* referat-mangler has been sent */
	int64_t nr;               /* order of acceptance, see forloeb.naeste_nr */
	bool delt;                /* the newest has been relayed to the kommune */
	struct stempel stempel;
};

/* The newest version of a referat. Its event lies in the kept facts under its id. */
struct referat {
	struct plb_uuid id, samtale;
	int32_t version;
	bool deles;
	struct plb_org forfatter;
	int64_t nr;
	bool delt; /* this version has been relayed to the kommune */
	struct stempel stempel;
};

/* A summons: the newest state of it. */
struct indkaldelse {
	struct plb_uuid id;
	int32_t samtaletype;
	int art; /* enum samtale_art */
	struct plb_time start;
	struct plb_org afholder;
	struct plb_list gaester; /* struct plb_org */
	bool annulleret;
	struct stempel stempel;
};

/* Who has got how many messages in this forløb. */
struct modtager {
	struct plb_org org;
	int64_t sequence; /* last number given */
};

/* The last forecast sent. */
struct varsel {
	bool sendt;
	struct plb_dato virkningsdato;
	struct plb_time pakkefrist;
	struct plb_org akasse, kommune;
};

struct forloeb {
	struct plb_uuid id;
	struct plb_slice regelsaet;
	struct plb_uuid tilmelding;
	struct plb_dato tilmeldingsdato;
	struct plb_dato indplaceringsdato;   /* PLB_DATO_NONE = not told */
	struct plb_dato foerste_dagpengedag; /* the same */
	struct plb_org akasse, kommune;
	int kategori; /* enum kategori */
	bool adressebeskyttet;
	struct stempel tilmeldt; /* of the registration that counts */
	struct plb_dato afmeldt; /* PLB_DATO_NONE = not deregistered; takes effect at 00:00 */
	struct plb_slice afmeldt_aarsag;
	struct stempel afmeldelse;
	struct plb_list timer;       /* struct maanedstimer */
	struct plb_list samtaler;    /* struct samtale */
	struct plb_list referater;   /* struct referat */
	struct plb_list indkaldelser;/* struct indkaldelse */
	struct plb_list modtagere;   /* struct modtager */
	int64_t naeste_nr;
	/* Decisions sent. */
	struct varsel varsel;
	bool due_sendt;
	struct plb_dato due_virkningsdato;
	struct plb_org due_til;
	bool aflyst; /* handover-aflyst has been sent since the last forventet or due */
};

/* One event id seen, for the dedupe window (30 days at least). */
struct set {
	int64_t id_hash;   /* of source and id */
	int64_t indhold;   /* first 8 bytes of plb_hmac */
	struct plb_time tid;
};

struct person {
	/* Sealed CPR number with its origin: what goes out in events made here. */
	struct plb_slice cpr_kilde, cpr_id, cpr_forseglet;
	struct plb_list forloeb; /* struct forloeb, oldest first */
	struct plb_list set;     /* struct set, oldest first */
};

#endif
