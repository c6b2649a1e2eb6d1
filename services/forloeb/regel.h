// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_REGEL_H
#define FORLOEB_REGEL_H

#include "tilstand.h"

/* Rule sets as data (config/regler/<id>.yaml) and the agreements laid over them
 * (config/regler/aftaler/<id>.yaml). Immutable after load; any thread. What a zero means stands at
 * each field, so that a rule set in a test names only what it is about. */

/* Every parameter, by its key in the file. In the order of the files and of docs/regler.md. */
#define REGEL_PARAMETRE(X)                                                                         \
	X(GYLDIG, gyldig)                                                                          \
	X(OMFANG, omfang)                                                                          \
	X(ANSVARLIG, ansvarlig)                                                                    \
	X(UDTRAEDER, udtraeder)                                                                    \
	X(GRAENSE, graense)                                                                        \
	X(TAELLER_IKKE, taeller_ikke)                                                              \
	X(MAANEDSNORM, maanedsnorm)                                                                \
	X(FOERSTE_SAMTALE, foerste_samtale)                                                        \
	X(SAMTALER, samtaler)                                                                      \
	X(MOEDEFORMER, moedeformer)                                                                \
	X(SAMTALETYPER, samtaletyper)                                                              \
	X(SAMMENLAEGNING, sammenlaegning)                                                          \
	X(KVOTE, kvote)                                                                            \
	X(DELTAGELSE, deltagelse)                                                                  \
	X(FORVARSEL, forvarsel)                                                                    \
	X(DELING, deling)                                                                          \
	X(PAKKE_REFERATER, pakke_referater)                                                        \
	X(PAKKEFRIST, pakkefrist_arbejdsdage)                                                      \
	X(REFERAT_FRIST, referat_frist_arbejdsdage)                                                \
	X(FAELLES_REFERAT, faelles_referat_arbejdsdage)                                            \
	X(HAARDT_STOP, haardt_stop_arbejdsdage)                                                    \
	X(OVERSKREDET, overskredet_arbejdsdage)                                                    \
	X(TIMER_MANGLER, timer_mangler_arbejdsdage)                                                \
	X(TIMER_VENT, timer_vent_arbejdsdage)                                                      \
	X(ULAEST, ulaest_arbejdsdage)                                                              \
	X(INDSTILLING_SVAR, indstilling_svar_arbejdsdage)                                          \
	X(INDSTILLING_PAAMINDELSE, indstilling_paamindelse_arbejdsdage)
#define REGEL_ENUM(navn, noegle) REGEL_##navn,
enum regel_parameter { REGEL_PARAMETRE(REGEL_ENUM) REGEL_ANTAL };
#undef REGEL_ENUM

enum deling { DELING_PAKKEFRIST, DELING_LOEBENDE, DELING_VED_OVERDRAGELSE };
enum ansvarlig { ANSVARLIG_AKASSE, ANSVARLIG_KOMMUNE, ANSVARLIG_AKTOER, ANSVARLIG_ANTAL };
/* Does the guest authority take part when nobody has said anything? */
enum deltagelse { DELTAGELSE_TILVALG, DELTAGELSE_FRAVALG };
/* The conversations that differ in this. */
enum deltagelse_ved {
	DELTAGELSE_FAELLES,         /* joint, the a-kasse or the kommune as guest */
	DELTAGELSE_FOERSTE_KOMMUNE, /* the kommune's first after the handover */
	DELTAGELSE_MAANED_16,       /* after 16 months */
	DELTAGELSE_VED_ANTAL
};
/* Which conversations' referater the package must have. */
enum pakke_referater { PAKKE_ALLE, PAKKE_SIDSTE, PAKKE_TIL_FAELLES };

/* A-kasse and kommune that a rule set is for; the zero organisation stands for all. */
struct regel_par {
	struct plb_org akasse, kommune;
};
/* Conversation types; none = any. */
#define KRAV_TYPER_MAX 8
struct regel_typer {
	int32_t type[KRAV_TYPER_MAX];
	size_t n;
};
/* A required conversation besides the first: `antal` held by `part` within the window. */
struct samtalekrav {
	char navn[24];
	enum ansvarlig part;
	struct regel_typer typer;
	int antal;
	bool fra_overdragelse; /* the window is counted from virkningsdato, not from registration */
	int efter_maaneder, inden_maaneder;
	bool fritages; /* samtale-fritaget takes one away */
	bool i_pakken; /* what is missing at the handover is named in mangler[] */
};
/* Meeting forms that count from `fra` to `til` (both inclusive, NONE = open): bits by the index in
 * FORLOEB_AFHOLDELSESFORM. */
struct regel_moedeformer {
	struct plb_dato fra, til;
	unsigned former;
};
struct regel_maaneder {
	struct plb_maaned fra, til; /* both inclusive */
};

#define REGEL_ID_MAX 50 /* as in the events */
#define REGEL_KRAV_MAX 16
#define REGEL_PERIODER_MAX 12
struct regelsaet {
	char id[REGEL_ID_MAX + 1];
	int64_t version;
	const char *fil; /* where it stands; NULL in tests */
	struct plb_dato fra,
	    til; /* of tilmeldingsdato, both inclusive; til may be PLB_DATO_NONE = open */
	const struct regel_par *omfang; /* sorted; none = all */
	size_t n_omfang;
	bool overdragelse; /* the a-kasse is first, so there is something to hand over */
	unsigned valg;     /* whom a citizen may choose: bits by enum ansvarlig; none = anybody */
	bool udtraeder;    /* who leaves the scope leaves the course: due `udtraadt-forsoeg` */
	int maaneder;      /* the handover comes after so many months; 0 = by hours */
	int64_t graense_c[2]; /* by enum kategori: hundredths of hours; "greater than". Without
				 meaning where maaneder > 0 */
	struct regel_maaneder taeller_ikke[REGEL_PERIODER_MAX]; /* months that do not count */
	size_t n_taeller_ikke;
	int64_t norm_c[2]; /* hours of a month that is not reported */
	int foerste_samtale_dage;
	struct regel_typer foerste_typer;
	unsigned foerste_former; /* bits; 0 = as moedeformer */
	struct samtalekrav krav[REGEL_KRAV_MAX];
	size_t n_krav;
	struct regel_moedeformer moedeformer[REGEL_PERIODER_MAX]; /* none = every form counts */
	size_t n_moedeformer;
	int32_t samtaletyper[16]; /* conversation types that may be told; none = any */
	size_t n_samtaletyper;
	int32_t sammen[16][2]; /* pairs of conversation types that may stand together */
	size_t n_sammen;
	int kvote_procent;      /* share of the a-kasse's courses that must meet the requirements; 0
				   = all */
	int fritagelse_procent; /* share that may be exempted; 0 = no exemption */
	enum deltagelse deltagelse[DELTAGELSE_VED_ANTAL];
	int forvarsel_arbejdsdage; /* -1 = at registration, else working days before the pakkefrist
				    */
	enum deling deling;
	enum pakke_referater pakke_referater;
	int pakkefrist_arbejdsdage, referat_frist_arbejdsdage;
	int faelles_referat_arbejdsdage; /* the kommune owes a referat of a joint conversation; 0 =
					    it does not */
	int haardt_stop_arbejdsdage, overskredet_arbejdsdage;
	int timer_mangler_arbejdsdage; /* timer-mangler so long after the month's end; 0 = never */
	int timer_vent_arbejdsdage;    /* wait for hours when absence 75 ended on a month's last day
					*/
	int ulaest_arbejdsdage;        /* levering-ulaest after so many; 0 = never */
	int indstilling_svar_arbejdsdage, indstilling_paamindelse_arbejdsdage; /* days to answer;
										  reminder so many
										  before */
	/* For people: the value as it stands in the file, and where it comes from. NULL in tests.
	 */
	const char *vaerdi[REGEL_ANTAL], *kilde[REGEL_ANTAL];
};

/* An agreement between one a-kasse and one kommune for registrations from `fra` to `til`: the rule
 * sets that it was laid over, with what it changes changed. Their id stays the rule set's. */
struct aftale {
	char id[REGEL_ID_MAX + 1];
	struct regel_par parter;
	struct plb_dato fra, til;
	const struct regelsaet *r;
	size_t n;
	const char *fil;
};

#define REGELSAET_MAX 32
struct regler {
	struct regelsaet r[REGELSAET_MAX];
	size_t n;
	const struct aftale *aftaler; /* sorted by parter, then fra */
	size_t n_aftaler;
	struct plb_kalender *kalender; /* owned by the loader */
	struct plb_arena *arena;       /* of the loader; NULL in tests */
};

/* Key of a parameter in the files. */
const char *regel_noegle(enum regel_parameter p);

/* The rule set for a registration: of those valid on that date the one with the narrowest scope.
 * NULL when there is none. */
const struct regelsaet *regel_for(const struct regler *r, struct plb_dato tilmeldingsdato,
    const struct plb_org *akasse, const struct plb_org *kommune);
/* By id, for a forløb that has one, without any agreement; NULL when it is no longer shipped. */
const struct regelsaet *regel_find(const struct regler *r, struct plb_slice id);
/* The rules of a forløb now: its rule set, with the agreement of its a-kasse and kommune over it
 * where there is one. An agreement follows its parties: a member who moves leaves it. */
const struct regelsaet *regel_forloeb(const struct regler *r, const struct forloeb *f);
/* The agreement that is part of regel_forloeb; NULL = none. */
const struct aftale *regel_aftale(const struct regler *r, const struct forloeb *f);

/* Is this pair in the rule set's scope? How narrowly: 0 not at all, 1 everybody, 2 the a-kasse or
 * the kommune is named, 3 both. */
int regel_omfatter(
    const struct regelsaet *r, const struct plb_org *akasse, const struct plb_org *kommune);
/* Has a member with this a-kasse and kommune left the trial that the rule set is about? */
bool regel_udtraadt(
    const struct regelsaet *r, const struct plb_org *akasse, const struct plb_org *kommune);
/* May a citizen choose this organisation (overdragelse-anmodet `valg`)? */
bool regel_maa_vaelges(const struct regelsaet *r, const struct plb_org *org);
/* May these two conversation types stand in one conversation? In either order. */
bool regel_maa_sammenlaegges(const struct regelsaet *r, int32_t a, int32_t b);
/* Do the hours of this month count towards the limit? */
bool regel_maaned_taeller(const struct regelsaet *r, struct plb_maaned m);
/* The first day after the rule set's months from `fra` on (r->maaneder > 0); months that do not
 * count are added. */
struct plb_dato regel_efter_maaneder(const struct regelsaet *r, struct plb_dato fra);
/* Does a conversation of this form, held on this day, count as a required one? */
bool regel_form_taeller(const struct regelsaet *r, int form, struct plb_dato dag);

#endif
