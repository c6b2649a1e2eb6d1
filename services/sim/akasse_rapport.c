// SPDX-License-Identifier: MPL-2.0
#include "akasse_rapport.h"

#include <stdio.h>

#include "tekst.h"

/* What a kommune must have of a member whose responsibility passed to it: every conversation, and
 * the newest version of every referat, that was told before the period's end. */
static void
put_medlem(FILE *f, const struct sim_plan *p, const struct sim_medlem *m)
{
	char key[17], a[PLB_UUID_TEXT], dato[PLB_DATO_TEXT];
	struct plb_dato virkning;
	struct plb_time kendt;
	bool due = sim_overdragelse(p, m, &virkning, &kendt), first = true;
	int i;

	fprintf(f, "{\"medlem\":\"%s\",\"kommune\":\"%s\",\"due\":%s",
	    sim_medlem_key(plb_slice(m->cpr, 10), key), m->kommune.text, due ? "true" : "false");
	if (due)
		fprintf(f, ",\"virkningsdato\":\"%s\"", plb_dato_text(virkning, dato));
	fputs(",\"samtaler\":[", f);
	for (i = 0; i < m->n_samtaler; i++)
		fprintf(f, "%s\"%s\"", i > 0 ? "," : "", plb_uuid_text(m->samtale[i], a));
	fputs("],\"referater\":[", f);
	for (i = 0; i < m->n_samtaler; i++) {
		if (m->versioner[i] == 0)
			continue;
		fprintf(f, "%s{\"id\":\"%s\",\"version\":%d}", first ? "" : ",",
		    plb_uuid_text(m->referat[i], a), m->versioner[i]);
		first = false;
	}
	fputs("]}", f);
}

/* The plan is through, so each of its events has had its 202. */
static void
put_ids(FILE *f, const struct sim_plan *p)
{
	char id[PLB_UUID_TEXT];
	size_t i;

	for (i = 0; i < p->n_events; i++)
		fprintf(f, "%s\"%s\"", i > 0 ? ",\n" : "", plb_uuid_text(p->event[i].id, id));
}

bool
akasse_rapport(const char *path, const struct sim_plan *p, const struct akasse_tal *t)
{
	FILE *f = fopen(path, "w");
	char example[PLB_UUID_TEXT];
	int64_t events = 0;
	uint32_t i;
	int k;

	if (f == NULL) {
		perror(path);
		return false;
	}
	for (k = 0; k <= SIM_REFERAT; k++)
		events += t->sendt[k];
	fprintf(f,
	    "{\"members\":%u,\"events\":%lld,\"mail\":%lld,\"refused\":%lld,\"dueCopies\":%lld,"
	    "\"referatMangler\":%lld,\"example\":\"%s\",\"medlemmer\":[",
	    p->c.medlemmer, (long long)events, (long long)t->post, (long long)t->haendelse_afvist,
	    (long long)t->due_kopier, (long long)t->referat_mangler,
	    p->n_events > 0 ? plb_uuid_text(p->event[0].id, example) : "");
	for (i = 0; i < p->c.medlemmer; i++) {
		if (i > 0)
			fputs(",\n", f);
		put_medlem(f, p, &p->medlem[i]);
	}
	fputs("],\"ids\":[", f);
	put_ids(f, p);
	fputs("]}\n", f);
	if (fclose(f) == 0)
		return true;
	perror(path);
	return false;
}
