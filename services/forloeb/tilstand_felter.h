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
};
struct b_modtager {
	struct modtager v;
	int32_t org;
	bool har_afgjort;
};
struct b_forloeb {
	struct forloeb v;
	int32_t spurgt; /* timer_spurgt, doubled, and samtale_rykket */
	bool har_spurgt, har_plan, har_indplaceringsdato, har_foerste_dagpengedag, har_afmeldt,
	    har_afmeldelse;
	int32_t akasse, kommune, varsel_akasse, varsel_kommune, due_fra, due_til;
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
struct b_person {
	bool har_forseglet;
	struct forseglet forseglet;     /* id in short form */
	struct plb_list organisationer; /* struct plb_slice */
	struct plb_list set, forloeb, ventende;
};

/* How struct b_person is bound to schemas/forloeb-tilstand. */
extern const struct plb_bind *const FORLOEB_TILSTAND_FELTER;
extern const size_t FORLOEB_TILSTAND_FELTER_N;

#endif
