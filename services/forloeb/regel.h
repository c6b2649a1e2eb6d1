// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_REGEL_H
#define FORLOEB_REGEL_H

#include "tilstand.h"

/* A rule set as data (config/regler/<id>.yaml). Immutable after load; any thread. */
enum deling { DELING_PAKKEFRIST, DELING_LOEBENDE, DELING_VED_OVERDRAGELSE };

struct regelsaet {
	char id[32];
	int64_t version;
	struct plb_dato fra,
	    til;           /* of tilmeldingsdato, both inclusive; til may be PLB_DATO_NONE = open */
	bool overdragelse; /* the a-kasse is first, so there is something to hand over */
	int64_t graense_c[2]; /* by enum kategori: hundredths of hours; "greater than" */
	int64_t norm_c[2];    /* hours of a month that is not reported */
	int foerste_samtale_dage;
	int minimum_akasse, minimum_kommune;
	int32_t sammen[16][2]; /* pairs of conversation types that may stand together */
	size_t n_sammen;
	int forvarsel_arbejdsdage; /* -1 = at registration, else working days before the pakkefrist
				    */
	enum deling deling;
	int pakkefrist_arbejdsdage, referat_frist_arbejdsdage, haardt_stop_arbejdsdage,
	    overskredet_arbejdsdage;
};

#define REGELSAET_MAX 32
struct regler {
	struct regelsaet r[REGELSAET_MAX];
	size_t n;
	struct plb_kalender *kalender; /* owned by the loader */
};

/* The rule set for a registration; NULL when none is valid on that date. */
const struct regelsaet *regel_for(const struct regler *r, struct plb_dato tilmeldingsdato);
/* By id, for a forløb that has one; NULL when it is no longer shipped. */
const struct regelsaet *regel_find(const struct regler *r, struct plb_slice id);
/* May these two conversation types stand in one conversation? In either order. */
bool regel_maa_sammenlaegges(const struct regelsaet *r, int32_t a, int32_t b);

#endif
