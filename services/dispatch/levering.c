// SPDX-License-Identifier: MPL-2.0
#include "levering.h"

#include <parloeb/err.h>

/* Rows that are the same in every state before LEVERET. */
#define BORT                                                                                       \
	[LEV_H_HENTET] = {LEV_LEVERET, LEV_MELD_LEVERET},                                          \
	[LEV_H_UDLOEB] = {LEV_UDLOEBET, LEV_MELD_UDLOEBET}

/* … and which take a delivery that is not under way out of its queue. */
#define OVER                                                                                       \
	[LEV_H_NAAET] = {LEV_LEVERET, 0}, [LEV_H_OVERFLOEDIG] = {LEV_SLUT, LEV_MELD_TILBAGEKALDT}

#define VAEK [LEV_H_TILBAGEKALD] = {LEV_SLUT, LEV_MELD_TILBAGEKALDT}

/* Not listed (no action) = ignored. */
static const struct lev_overgang tabel[LEV_STATUSSER][LEV_HAENDELSER] =
    {
	[LEV_VENTER] =
	    {
		[LEV_H_SEND] = {LEV_IGANG, 0},
		[LEV_H_BAGVED] = {LEV_PARKERET, LEV_MELD_PARKERET},
		[LEV_H_HOLD] = {LEV_PARKERET, LEV_MELD_PARKERET},
		[LEV_H_GENSEND] = {LEV_VENTER, LEV_FORFRA},
		BORT,
		OVER,
		VAEK,
	    },
	[LEV_IGANG] =
	    {
		[LEV_H_OK] = {LEV_LEVERET, LEV_MELD_LEVERET},
		[LEV_H_MIDLERTIDIG] = {LEV_VENTER, LEV_FORSOEGT | LEV_PLANLAEG},
		[LEV_H_OPBRUGT] = {LEV_PARKERET, LEV_FORSOEGT | LEV_MELD_PARKERET},
		[LEV_H_AFVIST] = {LEV_PARKERET, LEV_FORSOEGT | LEV_MELD_PARKERET},
		[LEV_H_PAUSE] = {LEV_VENTER, LEV_FORSOEGT},
		[LEV_H_UVIS] = {LEV_VENTER, 0},
		[LEV_H_NAAET] = {LEV_LEVERET, LEV_FORSOEGT | LEV_MELD_LEVERET},
		BORT,
	    },
	[LEV_PARKERET] =
	    {
		[LEV_H_GENOPTAG] = {LEV_VENTER, LEV_FORFRA},
		[LEV_H_GENSEND] = {LEV_VENTER, LEV_FORFRA},
		BORT,
		OVER,
		VAEK,
	    },
	[LEV_POSTKASSE] = {[LEV_H_HOLD] = {LEV_PARKERET, LEV_MELD_PARKERET}, BORT, OVER, VAEK},
	[LEV_LEVERET] =
	    {
		[LEV_H_HAANDTERET] = {LEV_SLUT, LEV_MELD_HAANDTERET},
		[LEV_H_GENSEND] = {LEV_VENTER, LEV_FORFRA | LEV_FORBI},
		[LEV_H_AFVIST_IGEN] = {LEV_VENTER, LEV_MELD_AFVIST_MIDLERTIDIGT | LEV_PLANLAEG},
		[LEV_H_AFVIST_FEED] = {LEV_LEVERET, LEV_MELD_AFVIST_MIDLERTIDIGT},
		[LEV_H_AFVIST_OPBRUGT] = {LEV_PARKERET,
		    LEV_MELD_AFVIST_MIDLERTIDIGT | LEV_MELD_PARKERET},
		[LEV_H_AFVIST_ENDELIGT] = {LEV_SLUT, LEV_MELD_AFVIST_ENDELIGT},
		[LEV_H_SLETTET] = {LEV_SLUT, LEV_MELD_SLETTET},
		[LEV_H_FORAELD] = {LEV_SLUT, 0},
	    },
	[LEV_UDLOEBET] =
	    {
		[LEV_H_HENTET] = {LEV_LEVERET, LEV_MELD_LEVERET},
		[LEV_H_GENSEND] = {LEV_VENTER, LEV_FORFRA | LEV_FORBI},
		[LEV_H_FORAELD] = {LEV_SLUT, 0},
	    },
};

struct lev_overgang
lev_naeste(enum lev_status s, enum lev_haendelse h)
{
	struct lev_overgang o;

	PLB_ASSERT((unsigned)s < LEV_STATUSSER && (unsigned)h < LEV_HAENDELSER);
	o = tabel[s][h];
	/* VENTER is 0: an empty row would otherwise read as a move there. */
	if (o.handling == 0 && o.naeste == LEV_VENTER && !(s == LEV_IGANG && h == LEV_H_UVIS))
		return (struct lev_overgang){s, LEV_IGNORER};
	return o;
}

struct lev_overgang
lev_kopi(enum lev_status s, enum lev_haendelse h, bool fortael, bool husk)
{
	static const unsigned eget = LEV_FORSOEGT | LEV_MELD_PARKERET | LEV_MELD_UDLOEBET |
	    LEV_PLANLAEG | LEV_FORFRA | LEV_IGNORER | LEV_FORBI;
	struct lev_overgang o = lev_naeste(s, h);
	unsigned meldt = fortael ? LEV_MELD_LEVERET : 0;

	/* A parked one was told of: so is that it is no more. */
	if (s == LEV_PARKERET)
		meldt |= LEV_MELD_TILBAGEKALDT;
	o.handling &= eget | meldt;
	if (o.naeste == LEV_UDLOEBET || (o.naeste == LEV_LEVERET && !husk))
		o.naeste = LEV_SLUT;
	return o;
}

bool
lev_uafgjort(enum lev_status s)
{
	return lev_holder_koe(s) || s == LEV_POSTKASSE;
}

bool
lev_holder_koe(enum lev_status s)
{
	return s == LEV_VENTER || s == LEV_IGANG || s == LEV_PARKERET;
}

const char *
lev_status_navn(enum lev_status s)
{
	static const char *const navn[LEV_STATUSSER] = {
	    "venter",
	    "igang",
	    "parkeret",
	    "postkasse",
	    "leveret",
	    "udloebet",
	    "slut",
	};

	PLB_ASSERT((unsigned)s < LEV_STATUSSER);
	return navn[s];
}
