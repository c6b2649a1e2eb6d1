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

/* Paid hours of one month from one a-kasse: the newest report, and where that is more than a
 * part-time insured can have, the newest of those that are not. Which one counts follows from the
 * category at the month's end (dagpengetimer.h). */
struct maanedstimer {
	struct plb_maaned maaned;
	struct plb_org akasse;
	int64_t timer_c; /* hundredths of an hour */
	struct stempel stempel;
	int64_t lavere_c;
	struct stempel lavere; /* id.p NULL = there is none */
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
	bool foer_delt;             /* an older one had gone to the coming organisation */
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
	bool foer_delt;             /* an older one had gone to the coming organisation */
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
	int valg;             /* the citizen's word on taking part: in the order of the schema */
	struct stempel valgt; /* id.p NULL = none was given */
};

/* A change of membership. One of a kind and a-kasse, the newest; of a category one a date. */
enum aendring {
	AENDRING_IND,
	AENDRING_UD,
	AENDRING_TILBAGEKALDT,
	AENDRING_SKIFT,
	AENDRING_KATEGORI
};
struct medlemskab {
	int aendring;          /* enum aendring */
	struct plb_org akasse; /* left, recalled to, or entered */
	bool krav;             /* told by the entered one: counts where the other was left */
	struct plb_dato start;
	int kategori; /* -1 = not told */
	struct stempel stempel;
};

/* A move, told by the kommune that gives the citizen up, or by DFDG. One of each, the newest. */
struct flytning {
	struct plb_org fra, til;
	bool dfdg; /* its word counts whoever we take for responsible */
	struct plb_dato virkning;
	struct stempel stempel;
};

/* An absence that the course looks at. */
struct fravaer {
	struct plb_uuid id;
	int32_t type;
	struct plb_dato start, slut; /* PLB_DATO_NONE = open */
	bool aktiv, dfdg;            /* dfdg: told by it */
	struct stempel stempel;
};

/* A conversation that need not be held (the 25 % exemption). */
struct fritagelse {
	struct plb_uuid id;
	int32_t samtaletype;
	struct plb_dato dato;
	struct stempel stempel;
};

enum anmodning_aarsag {
	ANMODNING_TIDLIG_INDSATS,
	ANMODNING_UDDANNELSESPAALAEG,
	ANMODNING_VALG,
	ANMODNING_ANDET
};
/* Handover asked for; stempel.id.p NULL = nobody has. */
struct anmodning {
	int aarsag;         /* enum anmodning_aarsag */
	struct plb_org til; /* zero value = the kommune */
	struct plb_dato dato;
	struct stempel stempel;
};

/* The a-kasse's responsibility (absence 75) ends the day before `virkning`; PLB_DATO_NONE = it does
 * not. stempel.id.p NULL = nothing was said. */
struct ansvar {
	struct plb_org til; /* zero value = the kommune */
	struct plb_dato virkning;
	struct stempel stempel;
};

/* The contact group; stempel.id.p NULL = nothing was said. */
struct gruppe {
	int32_t gruppe;
	struct plb_dato fra;
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
	struct plb_dato frist;    /* answer wanted by */
	bool paamindet;           /* opkvalificering-paamindelse was sent */
	struct plb_slice kommune; /* code of the one it lies with */
};

/* Who has got how many messages in this forløb, and which of them are settled. */
struct modtager {
	struct plb_org org;
	int64_t sequence;         /* last number given */
	int64_t afgjort;          /* every number up to this is settled */
	struct plb_list afgjorte; /* int64_t: settled ones above it, rising */
	int64_t aflyst; /* number of the last handover-aflyst, which is never withdrawn; 0 = none */
};

/* The last forecast sent and still standing. */
struct varsel {
	bool sendt;
	struct plb_dato virkningsdato;
	struct plb_org akasse, kommune;
};

/* The handover sent and still standing, and what became of it. */
struct due {
	bool sendt;
	int aarsag; /* enum due_aarsag (effekt.h) */
	struct plb_dato virkningsdato;
	struct plb_org fra, til;
	struct plb_org akasse;               /* who has the a-kasse's copy */
	int64_t timer_c;                     /* with aarsag timer: the sum told last */
	struct plb_dato sendt_dag;           /* when it was sent */
	int64_t sequence;                    /* its number at `til` */
	int64_t nr;                          /* what is accepted from here on has not been told */
	int64_t pakke_nr;                    /* ... was not in the package; 0 = not known */
	struct plb_time leveret, haandteret; /* by `til`; UNSET = not yet */
	struct plb_list varslet;             /* struct plb_time: hard stops that were warned of */
	bool gennemfoert;
};

struct forloeb {
	struct plb_uuid id;
	struct plb_slice regelsaet;
	struct plb_uuid tilmelding;
	struct plb_dato tilmeldingsdato;
	struct plb_dato indplaceringsdato;   /* PLB_DATO_NONE = not told */
	struct plb_dato foerste_dagpengedag; /* the same */
	/* As of the last step: what the registration said, and the changes since (medlemskab.h). */
	struct plb_org akasse, kommune;
	int kategori; /* enum kategori */
	/* As the registration said. */
	struct plb_org tilmeldt_akasse, tilmeldt_kommune;
	int tilmeldt_kategori;
	struct plb_dato tilmeldt_fra; /* its date: changes before it count no more */
	struct plb_list medlemskaber; /* struct medlemskab */
	struct plb_list flytninger;   /* struct flytning */
	struct plb_list fravaer;      /* struct fravaer */
	struct plb_list fritagelser;  /* struct fritagelse */
	struct anmodning anmodning;
	struct ansvar ansvar;
	struct gruppe gruppe;
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
	VENTER_KRAV, /* the word of the party that gives up; to look at like VENTER_PERSON */
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
	struct forseglet forseglet; /* of the newest number; goes out instead of any other */
	struct stempel identitet;   /* when it changed last; id.p NULL = it is the first */
	bool flyttet; /* this is the key of a later number: the course is under the first one's */
	struct plb_list forloeb;  /* struct forloeb, oldest first */
	struct plb_list set;      /* struct set, oldest first */
	struct plb_list ventende; /* struct ventende, in the order accepted */
};

#endif
