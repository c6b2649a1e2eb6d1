// SPDX-License-Identifier: MPL-2.0
#include "frist_tekst.h"

#include <stdio.h>

const char *
frist_tekst(struct plb_time t, struct plb_time now, char out[FRIST_TEKST])
{
	struct plb_dato day = plb_time_dato(t), today = plb_time_dato(now);
	const char *passed = plb_time_before(t, now) ? "passed, " : "";
	int s = plb_time_local_seconds(t);
	char date[PLB_DATO_TEXT];
	const char *name = plb_dato_eq(day, today)     ? "today"
	    : plb_dato_eq(day, plb_dato_add(today, 1)) ? "tomorrow"
						       : plb_dato_text(day, date);

	snprintf(out, FRIST_TEKST, "%s%s %02d:%02d", passed, name, s / 3600, s / 60 % 60);
	return out;
}
