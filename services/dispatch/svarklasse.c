// SPDX-License-Identifier: MPL-2.0
#include "svarklasse.h"

#include <parloeb/err.h>

/* The first row that holds the status; what stands nowhere is temporary. */
static const struct {
	int fra, til;
	enum svarklasse klasse;
} raekker[] = {
    {200, 299, SVAR_LEVERET},
    {401, 401, SVAR_PAUSE},
    {403, 403, SVAR_PAUSE},
    {408, 408, SVAR_MIDLERTIDIG},
    {410, 410, SVAR_FRA},
    {425, 425, SVAR_MIDLERTIDIG},
    {429, 429, SVAR_MIDLERTIDIG},
    {300, 499, SVAR_AFVIST},
};

enum svarklasse
svarklasse(enum svar_art art, int status)
{
	if (art == SVAR_ART_TLS)
		return SVAR_PAUSE;
	if (art == SVAR_ART_ADRESSE)
		return SVAR_VORES;
	if (art == SVAR_ART_TAVS)
		return SVAR_MIDLERTIDIG;
	for (unsigned i = 0; i < sizeof(raekker) / sizeof(raekker[0]); i++)
		if (status >= raekker[i].fra && status <= raekker[i].til)
			return raekker[i].klasse;
	return SVAR_MIDLERTIDIG;
}

const char *
svarklasse_navn(enum svarklasse k)
{
	static const char *const navn[SVAR_KLASSER] = {
	    "leveret", "midlertidig", "afvist", "pause", "fra", "vores"};

	PLB_ASSERT((unsigned)k < SVAR_KLASSER);
	return navn[k];
}
