// SPDX-License-Identifier: MPL-2.0
//
// Any text as `efter` or Last-Event-ID: refused, or exactly what the gateway writes for that place.
// Who holds no key makes none; so the text is also put behind the check that belongs to it.

#include <stdlib.h>

#include "cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct plb_secret key = {.b = {1, 2, 3}, .len = 32};
static const struct plb_org org = {"kommune:0461"};

static bool
taken(struct plb_slice text, int64_t *offset, struct vist *vist)
{
	char again[CURSOR_TEXT];

	if (cursor_laes(&key, &org, 7, text, offset, vist) != PLB_OK)
		return false;
	PLB_ASSERT(*offset >= 0 && vist->n <= VIST_MAX);
	PLB_ASSERT(cursor_skriv(&key, &org, 7, *offset, vist, again) == PLB_OK);
	PLB_ASSERT(plb_slice_is(text, again));
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct vist vist = {.n = 0};
	char text[CURSOR_TEXT];
	int64_t offset;
	size_t n;

	(void)taken(plb_slice(data, len), &offset, &vist);
	/* The bytes as a place: offset, and what was shown. */
	if (len < 8)
		return 0;
	memcpy(&offset, data, 8);
	offset &= INT64_MAX;
	vist.n = (len - 8) / 8 > VIST_MAX ? VIST_MAX : (len - 8) / 8;
	memcpy(vist.id, data + 8, vist.n * 8);
	PLB_ASSERT(cursor_skriv(&key, &org, 7, offset, &vist, text) == PLB_OK);
	PLB_ASSERT(taken(plb_slice_str(text), &offset, &vist));
	/* One byte other than it was: refused. */
	n = data[0] % strlen(text);
	text[n] = (char)(text[n] == 'x' ? 'y' : 'x');
	PLB_ASSERT(!taken(plb_slice_str(text), &offset, &vist));
	return 0;
}
