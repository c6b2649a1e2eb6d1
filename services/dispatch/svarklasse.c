// SPDX-License-Identifier: MPL-2.0
#include "svarklasse.h"

#include <parloeb/err.h>

/* The first row that holds the status; the last row is for what stands nowhere: it is temporary. */
struct raekke_klasse {
	int fra, til;
	enum svarklasse klasse;
};
static const struct raekke_klasse http[] = {
    {200, 299, SVAR_LEVERET},
    {401, 401, SVAR_PAUSE},
    {403, 403, SVAR_PAUSE},
    {408, 408, SVAR_MIDLERTIDIG},
    {410, 410, SVAR_FRA},
    {425, 425, SVAR_MIDLERTIDIG},
    {429, 429, SVAR_MIDLERTIDIG},
    {300, 499, SVAR_AFVIST},
    {0, 0, SVAR_MIDLERTIDIG},
};
static const struct raekke_klasse smtp[] = {
    {200, 299, SVAR_LEVERET},
    {500, 504, SVAR_VORES}, /* our commands are not understood */
    {521, 521, SVAR_PAUSE}, /* the host takes no mail */
    {530, 538, SVAR_PAUSE}, /* login or TLS is asked for, or refused */
    {505, 599, SVAR_AFVIST},
    {0, 0, SVAR_MIDLERTIDIG},
};

static enum svarklasse
klasse(const struct raekke_klasse *r, enum svar_art art, int status)
{
	if (art == SVAR_ART_TLS)
		return SVAR_PAUSE;
	if (art == SVAR_ART_ADRESSE)
		return SVAR_VORES;
	if (art == SVAR_ART_TAVS)
		return SVAR_MIDLERTIDIG;
	while (r->til != 0 && (status < r->fra || status > r->til))
		r++;
	return r->klasse;
}

enum svarklasse
svarklasse(enum svar_art art, int status)
{
	return klasse(http, art, status);
}

enum svarklasse
svarklasse_smtp(enum svar_art art, int status)
{
	return klasse(smtp, art, status);
}

const char *
svarklasse_navn(enum svarklasse k)
{
	static const char *const navn[SVAR_KLASSER] = {
	    "leveret", "midlertidig", "afvist", "pause", "fra", "vores"};

	PLB_ASSERT((unsigned)k < SVAR_KLASSER);
	return navn[k];
}
