// SPDX-License-Identifier: MPL-2.0
#include "json_in.h"

/* Rules of the contract that need several fields of one event, beyond what `naar` at a field can
 * say. A rule looks only at fields that were read without fault. */

/* The field's encoding without its branch; false when it is absent or faulty. */
static bool
felt(const struct wire_felter *f, const char *navn, struct wire_rd *r,
    const struct wire_field **field)
{
	for (size_t i = 0; i < f->type->n; i++) {
		const struct wire_field *x = &f->type->field[i];

		if (!plb_slice_is(x->name, navn))
			continue;
		if (f->span[i].state != WIRE_THERE || f->span[i].len == 0)
			return false;
		*field = x;
		return wire_rd_init(r,
		    plb_slice(f->in->p + f->span[i].at + x->slot.nullable,
			f->span[i].len - x->slot.nullable));
	}
	return false;
}

static bool
tal(const struct wire_felter *f, const char *navn, int64_t *v)
{
	const struct wire_field *field;
	struct wire_rd r;

	return felt(f, navn, &r, &field) && wire_rd_long(&r, v);
}

static void
fejl(const struct wire_felter *f, const char *navn, const char *besked)
{
	struct wire_path at = {.up = f->path, .name = plb_slice_str(navn)};

	(void)wire_faultf(f->in, &at, "regel", "%s", besked);
}

/* b, where it stands, is not before a; `lige`: the same is allowed. Works for dates and times
 * alike. */
static void
efter(const struct wire_felter *f, const char *a, const char *b, bool lige, const char *besked)
{
	int64_t x, y;

	if (tal(f, a, &x) && tal(f, b, &y) && (y < x || (y == x && !lige)))
		fejl(f, b, besked);
}

/* One type, or job or rådighed together with CV or fælles: 10+7, 10+17, 15+7, 15+17. */
static void
samtaletyper(const struct wire_felter *f)
{
	static const int64_t par[][2] = {{7, 10}, {10, 17}, {7, 15}, {15, 17}};
	const struct wire_field *field;
	int64_t a, b;
	struct wire_rd r;
	size_t n;

	if (!felt(f, "samtaletyper", &r, &field) ||
	    !wire_rd_block(&r, field->slot.type->item, &n) || n != 2)
		return;
	if (!wire_rd_long(&r, &a) || !wire_rd_long(&r, &b))
		return;
	for (size_t i = 0; i < sizeof(par) / sizeof(par[0]); i++)
		if ((par[i][0] == a && par[i][1] == b) || (par[i][0] == b && par[i][1] == a))
			return;
	fejl(f, "samtaletyper",
	    "To samtaletyper i samme samtale kan kun være 10+7, 10+17, 15+7 eller 15+17.");
}

/* Sender's and our clock may differ by this much (contract § 1). */
#define SKAEVHED_MS (5 * 60 * 1000)

/* Told of before it was held: what the two times of the event show by themselves. */
static void
afholdt(const struct wire_felter *f)
{
	const struct plb_time time = f->in->in->ev.time;
	int64_t v;

	if (time.ms != PLB_TIME_UNSET.ms && tal(f, "afholdt", &v) && v - SKAEVHED_MS > time.ms)
		fejl(f, "afholdt",
		    "Samtalen kan ikke være afholdt efter hændelsens tidspunkt. Send den, når den "
		    "er "
		    "holdt.");
}

static void
samtale(const struct wire_felter *f)
{
	samtaletyper(f);
	afholdt(f);
}

static void
indkaldelse(const struct wire_felter *f)
{
	efter(f, "start", "slut", false, "Slut skal ligge efter start.");
}

static void
fravaer(const struct wire_felter *f)
{
	efter(f, "start", "slut", true, "Slut må ikke ligge før start.");
}

static void
periode(const struct wire_felter *f)
{
	efter(f, "fra", "til", true, "Til må ikke ligge før fra.");
}

static void
indstilling(const struct wire_felter *f)
{
	efter(f, "oensketStart", "oensketSlut", true, "Slut må ikke ligge før start.");
}

static void
identitet(const struct wire_felter *f)
{
	const struct plb_incoming *in = f->in->in;
	const struct wire_field *field;
	struct plb_slice text;
	struct wire_rd r;

	if (in->has_cpr && felt(f, "tidligereCpr", &r, &field) && wire_rd_string(&r, &text) &&
	    plb_slice_eq(text, plb_slice(in->cpr.ciffer, sizeof(in->cpr.ciffer))))
		fejl(f, "tidligereCpr", "Det tidligere nummer er det samme som det nye.");
}

static const struct {
	const char *navn;
	void (*regel)(const struct wire_felter *);
} table[] = {
    {"samtale-held", samtale},
    {"samtale-korrigeret", samtale},
    {"indkaldelse-oprettet", indkaldelse},
    {"indkaldelse-aendret", indkaldelse},
    {"fravaer-aendret", fravaer},
    {"ansvar-aendret", periode},
    {"kontaktgruppe-aendret", periode},
    {"persongruppe-markeret", periode},
    {"raadighed-vurderet", periode},
    {"opkvalificering-indstillet", indstilling},
    {"person-identitet-aendret", identitet},
};
#define TABLE_N ((int)(sizeof(table) / sizeof(table[0])))

int
wire_regler_find(const char *navn)
{
	for (int i = 0; i < TABLE_N; i++)
		if (strcmp(table[i].navn, navn) == 0)
			return i;
	return -1;
}

void
wire_regler(int row, const struct wire_felter *f)
{
	if (row >= 0 && row < TABLE_N)
		table[row].regel(f);
}
