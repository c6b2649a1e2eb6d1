// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_TILSTAND_FELTER_H
#define FORLOEB_TILSTAND_FELTER_H

#include "bindinger.h"
#include "tilstand.h"

/* In the blob an organisation is an index into one table, and flags share an integer: half of the
 * size. Each `b_` struct is a core struct with those beside it, so that all other members are bound
 * where they are. */
struct b_timer {
	struct maanedstimer v;
	int32_t akasse;
};
struct b_levering {
	struct afsendt v;
	int32_t til, flag, sendt; /* sendt: days since 1970, 0 = not known */
};
struct b_samtale {
	struct samtale v;
	int32_t afholder, fra, flag;
	struct plb_list leveringer; /* struct b_levering, as below */
	int64_t modtaget_efter;     /* ms after afholdt; INT64_MIN = not known */
};
struct b_referat {
	struct referat v;
	int32_t forfatter, flag;
	struct plb_list leveringer;
};
struct b_ting {
	struct ting v;
	int32_t art, fra;
	struct plb_list leveringer;
};
struct b_indkaldelse {
	struct indkaldelse v;
	int32_t afholder;
	struct plb_list gaester; /* int32_t */
	bool har_valg;
};
struct b_modtager {
	struct modtager v;
	int32_t org;
	bool har_afgjort;
};
struct b_medlemskab {
	struct medlemskab v;
	int32_t akasse;
};
struct b_flytning {
	struct flytning v;
	int32_t fra, til;
};
struct b_fravaer {
	struct fravaer v;
	bool har_slut;
};
struct b_aflyst {
	int32_t org;
	int64_t sequence;
};
struct b_lavere { /* of struct maanedstimer, where there is one */
	struct plb_maaned maaned;
	int32_t akasse;
	int64_t timer_c;
	struct stempel stempel;
};
/* What happened to the course besides registration, hours and conversations. */
struct b_aendret {
	int32_t tilmeldt_akasse, tilmeldt_kommune, tilmeldt_kategori;
	struct plb_dato tilmeldt_fra;
	struct plb_list aflyste, medlemskaber, flytninger, fravaer, fritagelser, lavere;
	bool har_anmodning, har_anmodning_til, har_ansvar, har_ansvar_til, har_ansvar_virkning,
	    har_gruppe;
	int32_t anmodning_til, ansvar_til;
	struct anmodning anmodning;
	struct ansvar ansvar;
	struct gruppe gruppe;
};
struct b_forloeb {
	struct forloeb v;
	int32_t spurgt; /* timer_spurgt, doubled, and samtale_rykket */
	bool har_spurgt, har_plan, har_indplaceringsdato, har_foerste_dagpengedag, har_afmeldt,
	    har_afmeldelse;
	bool har_aendret, har_due_videre, har_kvitteret, har_haandteret, har_due_akasse;
	int32_t due_flag,
	    due_sendt; /* aarsag, doubled, and gennemfoert; days after virkningsdato */
	struct b_aendret aendret;
	int32_t akasse, kommune, varsel_akasse, varsel_kommune, due_fra, due_til, due_akasse;
	struct plb_list timer, samtaler, referater, indkaldelser, ting, modtagere;
};
struct b_ventende {
	struct ventende v;
	int32_t organisation;
};
struct b_set {
	uint8_t noegle[16];
	int32_t minut;
};
struct b_husket {
	uint8_t noegle[16];
	int64_t efter; /* minutes after the one before, of the first since 1970 */
};
struct b_person {
	bool har_forseglet, har_identitet, flyttet;
	struct forseglet forseglet; /* id in short form */
	struct stempel identitet;
	struct plb_list organisationer;                 /* struct plb_slice */
	struct plb_list set, husket, forloeb, ventende; /* set: only read, of older versions */
};

/* How struct b_person is bound to schemas/forloeb-tilstand. */
extern const struct plb_bind *const FORLOEB_TILSTAND_FELTER;
extern const size_t FORLOEB_TILSTAND_FELTER_N;

#endif
