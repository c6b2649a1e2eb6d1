// SPDX-License-Identifier: MPL-2.0
#include <parloeb/ical.h>

const char *
plb_samtale_titel(int64_t samtaletype)
{
	static const struct {
		int64_t type;
		const char *titel;
	} titler[] = {
	    {7, "Jobsamtale"},
	    {10, "CV-samtale"},
	    {15, "Rådigheds- og rådgivningssamtale"},
	    {17, "Fælles samtale"},
	};

	for (size_t i = 0; i < sizeof(titler) / sizeof(titler[0]); i++)
		if (titler[i].type == samtaletype)
			return titler[i].titel;
	return "Samtale";
}
