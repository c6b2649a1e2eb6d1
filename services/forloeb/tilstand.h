// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_TILSTAND_H
#define FORLOEB_TILSTAND_H

#include <parloeb/event.h>
#include <parloeb/list.h>

#include "stempel.h"

/* What is known about one person: facts as they came (newest of each thing) and decisions already
 * sent. Everything else is derived (beslut.h), so that facts in another order leave the same
 * course. Plain values; slices and lists live in the arena of the step. The Avro form is
 * schemas/forloeb-tilstand. */

enum kategori { KATEGORI_FULDTID, KATEGORI_DELTID };

/* Paid hours of one month from one a-kasse: the newest report counts. */
struct maanedstimer {
	struct plb_maaned maaned;
	struct plb_org akasse;
	int64_t timer_c; /* hundredths of an hour */
	struct stempel stempel;
};

enum samtale_art { SAMTALE_INDIVIDUEL, SAMTALE_FAELLES, SAMTALE_GRUPPE };

/* What came back about one sending, as far as it matters here. */
enum levering_trin { LEVERING_SENDT, LEVERING_LEVERET, LEVERING_HAANDTERET, LEVERING_LUKKET };

/* The last sending of a thing to one recipient: what is withdrawn, whose receipt is told. */
struct afsendt {
	struct plb_org til;
	int64_t sequence; /* 0 = not known (state of an older version) */
	int64_t nr;       /* of the thing as it was sent, see forloeb.naeste_nr; 0 = taken back */
	int32_t version;  /* of a referat; 0 otherwise */
	struct plb_dato sendt; /* PLB_DATO_NONE = nobody asks whether it was read */
	int trin;              /* enum levering_trin */
};

/* A held conversation: the newest that was told of it. The event itself lies in the kept facts
 * (sub-state) under its id. */
struct samtale {
	struct plb_uuid id;
	int32_t type1, type2; /* type2 0 = none */
	struct plb_time afholdt;
	int form; /* index into FORLOEB_AFHOLDELSESFORM */
	int art;  /* enum samtale_art; individuel where the sender said nothing */
	bool har_art;
	bool flere_myndigheder;
	int deltagelsesstatus; /* index into FORLOEB_DELTAGELSESSTATUS */
	bool har_deltagelsesstatus;
	struct plb_uuid indkaldelse;
	bool har_indkaldelse;
	struct plb_org afholder;  /* who told of it first; DFDG only until a party does */
	struct plb_org fra;       /* who sent the newest */
	struct plb_time modtaget; /* business clock when it was first accepted; moves the referat's
				     deadline. UNSET = not known */
	bool rykket;              /* referat-mangler has been sent */
	bool tilbagekaldt;        /* never took place */
	int64_t nr;               /* order of acceptance, see forloeb.naeste_nr */
	struct plb_list leveringer; /* struct afsendt */
	struct stempel stempel;
};

/* The newest version of a referat. Its event lies in the kept facts under its id. */
struct referat {
	struct plb_uuid id, samtale;
	int32_t version;
	bool har_deles, deles; /* delesMedKommune as it was told */
	struct plb_org forfatter;
	bool tilbagekaldt;
	bool glemt; /* its text is no longer kept: the handover is closed */
	int64_t nr;
	struct plb_list leveringer; /* struct afsendt */
	struct stempel stempel;
};

/* A summons: the newest state of it. What was made lies in the kept facts under its id until it is
 * cancelled. */
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

/* Any other thing that is passed on (deling.c): the newest that was told of it. Its event lies in
 * the kept facts under art and id, except a besked, which is passed on when it comes. */
struct ting {
	char art; /* as in struct emne */
	struct plb_uuid id;
	struct plb_org fra; /* who sent the newest */
	int64_t nr;
	struct plb_list leveringer; /* struct afsendt */
	struct stempel stempel;
};

/* A recommendation for upskilling that has not been answered or taken back. */
struct indstilling {
	struct plb_uuid id;
	int tilbudstype; /* index into FORLOEB_TILBUDSTYPE */
	bool har_frist;
	struct plb_dato frist; /* answer wanted by */
};

/* Who has got how many messages in this forløb, and which of them are settled. */
struct modtager {
	struct plb_org org;
	int64_t sequence;         /* last number given */
	int64_t afgjort;          /* every number up to this is settled */
	struct plb_list afgjorte; /* int64_t: settled ones above it, rising */
};

/* The last forecast sent and still standing. */
struct varsel {
	bool sendt;
	struct plb_dato virkningsdato;
	struct plb_org akasse, kommune;
};

/* The handover sent and still standing. */
struct due {
	bool sendt;
	struct plb_dato virkningsdato;
	struct plb_org fra, til;
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
	struct stempel afmeldelse;
	struct plb_list timer;         /* struct maanedstimer */
	struct plb_list samtaler;      /* struct samtale */
	struct plb_list referater;     /* struct referat */
	struct plb_list indkaldelser;  /* struct indkaldelse */
	struct plb_list ting;          /* struct ting */
	struct plb_list indstillinger; /* struct indstilling: the open ones */
	struct plb_uuid plan;          /* newest planversionId; nil = none */
	struct plb_list modtagere;     /* struct modtager */
	int64_t naeste_nr;
	/* Decisions sent. What was cancelled is as if never sent. */
	struct varsel varsel;
	struct due due;
	bool samtale_rykket; /* samtale-mangler */
	struct plb_maaned
	    timer_spurgt; /* timer-mangler: months up to this are done with; n 0 = none */
};

/* What a fact waits for (contract § 7 "Late, twice, out of order"). */
enum venter_paa {
	VENTER_INGEN,
	VENTER_PERSON, /* a forløb that the sender is party to */
	VENTER_TILMELDING,
	VENTER_SAMTALE,
	VENTER_REFERAT,
	VENTER_INDKALDELSE,
	VENTER_INDSTILLING,
	VENTER_BESKED,
	VENTER_ANTAL
};

/* A fact that names something unknown. The event lies in the kept facts under 'v' and its key. */
struct ventende {
	struct plb_uuid noegle; /* of its source and id */
	int paa;                /* enum venter_paa */
	struct plb_uuid id;     /* of what it waits for; nil with VENTER_PERSON */
	struct plb_org org;     /* who sent it */
	uint8_t hmac[16];
	struct plb_time modtaget; /* when it was accepted */
};

/* One event id seen, for the dedupe window (30 days at least). */
struct set {
	uint64_t id_hash;   /* of source and id */
	uint8_t indhold[8]; /* start of plb_hmac */
	int32_t minut;      /* when, in minutes since 1970, rounded up */
};

/* The sealed CPR number of a person with the origin that it is bound to. */
struct forseglet {
	struct plb_slice kilde, id, cpr; /* cpr: ciphertext; p NULL = none */
};

struct person {
	struct forseglet forseglet; /* goes out in events made here */
	struct plb_list forloeb;    /* struct forloeb, oldest first */
	struct plb_list set;        /* struct set, oldest first */
	struct plb_list ventende;   /* struct ventende, in the order accepted */
};

#endif
