// SPDX-License-Identifier: MPL-2.0
#include "json_in.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *kode, *besked;
} beskeder[] = {
    {"json", "Indholdet er ikke gyldig JSON."},
    {"dybde", "JSON må højst have 32 niveauer."},
    {"utf8", "Teksten er ikke gyldig UTF-8."},
    {"mangler", "Feltet mangler."},
    {"ukendt", "Feltet kendes ikke."},
    {"dublet", "Feltet står der mere end én gang."},
    {"type", "Værdien har en forkert type."},
    {"tegn", "Teksten indeholder styretegn."},
    {"nfc", "Teksten er ikke Unicode NFC."},
    {"opmaerkning", "Teksten må ikke indeholde opmærkning (HTML eller XML)."},
    {"moenster", "Værdien har ikke den rigtige form."},
    {"interval", "Tallet er uden for det tilladte interval."},
    {"decimaler", "Tallet må højst have to decimaler og ingen eksponent."},
    {"kode", "Koden findes ikke, eller den gælder ikke på hændelsens dato."},
    {"vaerdi", "Værdien er ikke en af de tilladte."},
    {"dato", "Det er ikke en dato, der findes (ÅÅÅÅ-MM-DD)."},
    {"tid", "Det er ikke et tidspunkt efter RFC 3339 med forskydning fra UTC."},
    {"fremtid", "Tidspunktet ligger mere end fem minutter fremme."},
    {"uuid", "Det er ikke en UUID med små bogstaver."},
    {"cpr", "Det er ikke et gyldigt CPR-nummer."},
    {"cpr-i-tekst", "Værdien ligner et CPR-nummer; det må kun stå i feltet cpr."},
    {"organisation",
	"Det er ikke en organisation (akasse:<kode>, kommune:<4 cifre>, aktoer:<CVR>, dfdg:star)."},
    {"naar", "Feltet må ikke være der sammen med værdierne i de andre felter."},
    {"unik", "Listen indeholder det samme flere gange."},
    {"version", "specversion skal være 1.0."},
    {"kilde", "source skal begynde med /<type>/<kode>/ for den organisation, der sender."},
    {"haendelsestype", "Hændelsestypen kendes ikke."},
    {"hukommelse", "Hændelsen er for stor."},
};

const char *
wire_besked(const char *kode)
{
	for (size_t i = 0; i < sizeof(beskeder) / sizeof(beskeder[0]); i++)
		if (strcmp(beskeder[i].kode, kode) == 0)
			return beskeder[i].besked;
	return "";
}

void
plb_fejl_add(struct plb_fejl_list *l, struct plb_arena *a, const char *felt, const char *kode,
    const char *besked)
{
	struct plb_slice copy;

	if (l->n == PLB_FEJL_MAX) {
		l->more++;
		return;
	}
	copy = plb_arena_dup(a, plb_slice_str(felt));
	/* Without memory the fault stands without its place. */
	l->f[l->n++] = (struct plb_fejl){copy.p == NULL ? "" : (const char *)copy.p, kode, besked};
}

/* JSON pointer, written from the end; names that come here hold neither '~' nor '/'. Cut from the
 * left when too long. */
static const char *
pointer(const struct wire_path *path, char *buf, size_t size)
{
	size_t at = size - 1;

	buf[at] = '\0';
	for (; path != NULL; path = path->up) {
		char index[24];
		struct plb_slice part = path->name;

		if (part.p == NULL) {
			(void)snprintf(index, sizeof(index), "%zu", path->index);
			part = plb_slice_str(index);
		}
		if (part.len + 1 > at)
			break;
		at -= part.len;
		memcpy(buf + at, part.p, part.len);
		buf[--at] = '/';
	}
	return buf + at;
}

enum wire_read
wire_fault(struct wire_in *in, const struct wire_path *path, const char *kode)
{
	char buf[512];

	plb_fejl_add(
	    in->faults, in->c->arena, pointer(path, buf, sizeof(buf)), kode, wire_besked(kode));
	return WIRE_BAD;
}

enum wire_read
wire_faultf(
    struct wire_in *in, const struct wire_path *path, const char *kode, const char *fmt, ...)
{
	char buf[512], text[256];
	struct plb_slice besked;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	besked = plb_arena_dup(in->c->arena, plb_slice_str(text));
	plb_fejl_add(in->faults, in->c->arena, pointer(path, buf, sizeof(buf)), kode,
	    besked.p == NULL ? "" : (const char *)besked.p);
	return WIRE_BAD;
}

bool
wire_name_harmless(struct plb_slice key)
{
	unsigned row = 0;

	if (key.len == 0 || key.len > 40)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		uint8_t c = key.p[i];
		bool digit = c >= '0' && c <= '9';

		if (!digit && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '_' && c != '-')
			return false;
		row = digit ? row + 1 : 0;
		if (row > 4)
			return false;
	}
	return true;
}
