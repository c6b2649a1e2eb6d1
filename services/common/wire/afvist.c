// SPDX-License-Identifier: MPL-2.0
#include <parloeb/afvist.h>

#include <stdlib.h>
#include <string.h>

#define TAL_MAX 24

bool
plb_afvist_egen(const char *header)
{
	static const char *const own[] = {"plb_aarsag", "plb_kode", "plb_emne", "plb_partition",
	    "plb_offset", "plb_tjeneste", "plb_sub", "plb_laengde"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(header, own[i]) == 0)
			return true;
	return false;
}

static bool
tal(struct plb_slice s, int64_t *out)
{
	char text[TAL_MAX] = {0}, *end;

	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	*out = strtoll(text, &end, 10);
	return end == text + s.len;
}

bool
plb_afvist_laes(const struct plb_record *r, struct plb_afvist *out)
{
	*out = (struct plb_afvist){.aarsag = plb_record_header(r, "plb_aarsag"),
	    .kode = plb_record_header(r, "plb_kode"),
	    .tjeneste = plb_record_header(r, "plb_tjeneste"),
	    .emne = plb_record_header(r, "plb_emne"),
	    .udeladt = plb_record_header(r, "plb_laengde").p != NULL};
	return out->emne.len > 0 && out->kode.len > 0 &&
	    tal(plb_record_header(r, "plb_partition"), &out->partition) && out->partition >= 0 &&
	    tal(plb_record_header(r, "plb_offset"), &out->offset);
}
