// SPDX-License-Identifier: MPL-2.0
#include "problem.h"

static const struct {
	int status;
	const char *navn, *titel, *detalje;
} tabel[PROBLEM_ANTAL] = {
    [PROBLEM_IKKE_HAENDELSE] = {400, "ikke-haendelse", "Indholdet er ikke en hændelse",
	"Der ventes en CloudEvent 1.0 med specversion, id, source og type."},
    [PROBLEM_IKKE_JSON] = {400, "ikke-json", "Indholdet kan ikke læses",
	"Der ventes gyldig JSON af den form, kaldet beskriver."},
    [PROBLEM_FORESPOERGSEL] = {400, "forespoergsel", "Et argument i adressen er forkert",
	"Se dokumentationen af kaldet for tilladte værdier."},
    [PROBLEM_CURSOR] = {400, "cursor", "Positionen er ikke gyldig",
	"Brug den værdi, der stod i naeste, for den samme organisation."},
    [PROBLEM_ORGANISATION] = {400, "organisation", "Organisationen mangler",
	"Adgangen gælder flere organisationer: vælg en med ?organisation=."},
    [PROBLEM_UDEN_ADGANG] = {401, "uden-adgang", "Adgang mangler",
	"Kaldet skal have et gyldigt token eller et kendt klientcertifikat."},
    [PROBLEM_FORBUDT] = {403, "forbudt", "Ingen adgang",
	"Adgangen gælder ikke denne organisation eller denne hændelsestype."},
    [PROBLEM_FINDES_IKKE] = {404, "findes-ikke", "Findes ikke",
	"Adressen findes ikke, eller den er ikke jeres."},
    [PROBLEM_METODE] = {405, "metode", "Metoden bruges ikke her", "Se Allow."},
    [PROBLEM_FOR_GAMMEL] = {410, "for-gammel", "Positionen er for gammel",
	"Det, der lå her, er slettet: fortsæt fra aeldste."},
    [PROBLEM_FOR_STOR] = {413, "for-stor", "Indholdet er for stort",
	"Højst 1.000 hændelser og 1 MiB i et kald."},
    [PROBLEM_INDHOLDSTYPE] = {415, "indholdstype", "Indholdstypen bruges ikke her",
	"Se dokumentationen af kaldet."},
    [PROBLEM_FEJL] = {422, "fejl", "Der er fejl i indholdet", "Hver fejl står i fejl."},
    [PROBLEM_FOR_HURTIGT] = {429, "for-hurtigt", "For mange kald", "Vent, og prøv igen."},
    [PROBLEM_INTERN] = {500, "intern", "Intern fejl", "Prøv igen med samme id."},
    [PROBLEM_OPTAGET] = {503, "optaget", "Kan ikke tage imod lige nu",
	"Vent, som Retry-After siger, og prøv igen med samme id."},
    [PROBLEM_UVIST] = {504, "uvist", "Uvist, om det er modtaget",
	"Prøv igen med samme id; intet sker to gange."},
};

int
problem_status(enum problem p)
{
	return tabel[p].status;
}

void
problem_fejl(struct plb_buf *out, const struct plb_fejl_list *fejl)
{
	plb_buf_str(out, "[");
	for (size_t i = 0; i < fejl->n; i++) {
		const struct plb_fejl *f = &fejl->f[i];

		plb_buf_str(out, i == 0 ? "{\"felt\":" : ",{\"felt\":");
		plb_buf_json(out, plb_slice_str(f->felt));
		plb_buf_str(out, ",\"kode\":");
		plb_buf_json(out, plb_slice_str(f->kode));
		plb_buf_str(out, ",\"besked\":");
		plb_buf_json(out, plb_slice_str(f->besked));
		plb_buf_str(out, "}");
	}
	if (fejl->more > 0)
		plb_buf_printf(out,
		    ",{\"felt\":\"\",\"kode\":\"flere\",\"besked\":\"Og %zu fejl mere.\"}",
		    fejl->more);
	plb_buf_str(out, "]");
}

void
problem_skriv(
    struct plb_buf *out, enum problem p, const struct plb_fejl_list *fejl, const char *mere)
{
	plb_buf_printf(out,
	    "{\"type\":\"urn:parloeb:problem:%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"",
	    tabel[p].navn, tabel[p].titel, tabel[p].status, tabel[p].detalje);
	if (fejl != NULL) {
		plb_buf_str(out, ",\"fejl\":");
		problem_fejl(out, fejl);
	}
	if (mere != NULL)
		plb_buf_str(out, mere);
	plb_buf_str(out, "}");
}
