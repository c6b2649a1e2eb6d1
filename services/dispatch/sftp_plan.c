// SPDX-License-Identifier: MPL-2.0
#include "sftp_plan.h"

#include <stdio.h>
#include <string.h>

const char *
sftp_navn(const struct plb_org *org, const char *dato, int32_t nummer, char out[SFTP_NAVN])
{
	char *kolon;

	snprintf(out, SFTP_NAVN, "parloeb-%s-%s-%02d.csv", org->text, dato, nummer);
	kolon = strchr(out, ':');
	if (kolon != NULL)
		*kolon = '-';
	return out;
}

struct plb_time
sftp_naeste(int minut, struct plb_time nu)
{
	struct plb_dato dag = plb_time_dato(nu);
	struct plb_time t = plb_time_from_local(dag, minut / 60, minut % 60, 0);

	/* The hour that comes twice in October comes once here: the first of them. */
	while (t.ms <= nu.ms) {
		dag = plb_dato_add(dag, 1);
		t = plb_time_from_local(dag, minut / 60, minut % 60, 0);
	}
	return t;
}

int32_t
sftp_nummer(const char *dato, int32_t nummer, const char *i_dag)
{
	return strcmp(dato, i_dag) == 0 ? nummer + 1 : 1;
}
