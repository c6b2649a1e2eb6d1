// SPDX-License-Identifier: MPL-2.0
#include "facts.h"

#include <parloeb/buf.h>
#include <parloeb/id.h>

#include <stdio.h>

const char *const facts_orgs[] = {
    "akasse:hk", "akasse:3f", "kommune:0461", "kommune:0101", "kommune:0751", "dfdg:star", NULL};

/* Templates: %C number of the person, %a %k his codes, %T %S %R %I %F %O %B an id of a
 * registration, conversation, referat, summons, absence, proposal, message (one of a few), %U
 * another id; %r date of registration, %d today, %D a date about today, %m a month about now, %p a
 * time in the past, %f one in the future, %l now; %v 1-3, %h hours; %o another organisation;
 * <x|y|z> one of them. */
static const struct {
	const char *type;
	char sender; /* a: his a-kasse, k: his kommune, b: either, d: DFDG */
	const char *data;
} rows[] = {
    {"member-registered", 'a',
	"\"tilmeldingId\":\"%T\",\"tilmeldingsdato\":\"%r\",\"akassekode\":\"%a\","
	"\"forsikringskategori\":\"<fuldtid|fuldtid|fuldtid|deltid>\",\"kommunekode\":\"%k\""},
    {"timer-indberettet", 'a', "\"dagpengemaaned\":\"%m\",\"udbetalteTimer\":%h"},
    {"samtale-held", 'b',
	"\"samtaleId\":\"%S\",\"samtaletyper\":[<7|10|15|10,7>],\"afholdt\":\"%p\","
	"\"afholdelsesform\":\"<personligt|telefon>\",\"flereMyndigheder\":false"},
    {"referat-publiceret", 'a',
	"\"referatId\":\"%R\",\"samtaleId\":\"%S\",\"version\":%v,\"emner\":[\"job\"],\"aftaler\":["
	"],"
	"\"tekst\":\"Aftalt\",\"synligForBorger\":true<|,\"delesMedKommune\":true|,"
	"\"delesMedKommune\":false>"},
    {"indkaldelse-oprettet", 'b',
	"\"indkaldelseId\":\"%I\",\"samtaletype\":<7|10>,\"moedegruppetype\":\"<individuel|faelles>"
	"\","
	"\"afholdelsesform\":\"personligt\",\"start\":\"%f\",\"ombookingMulig\":false,"
	"\"aflysningMulig\":false<|,\"deltagere\":[{\"organisation\":\"%o\"}]>"},
    {"indkaldelse-aendret", 'b',
	"\"indkaldelseId\":\"%I\",\"samtaletype\":7,\"moedegruppetype\":\"individuel\","
	"\"afholdelsesform\":\"telefon\",\"start\":\"%f\",\"ombookingMulig\":false,"
	"\"aflysningMulig\":false"},
    {"indkaldelse-annulleret", 'b',
	"\"indkaldelseId\":\"%I\",\"aarsag\":\"<borger|myndighed|sygdom>\""},
    {"member-deregistered", 'a',
	"\"tilmeldingId\":\"%T\",\"afmeldingsdato\":\"%D\",\"aarsag\":\"<job|uddannelse>\""},
    {"samtale-korrigeret", 'b',
	"\"samtaleId\":\"%S\",\"samtaletyper\":[<7|10>],\"afholdt\":\"%p\","
	"\"afholdelsesform\":\"telefon\",\"flereMyndigheder\":false,\"kommentar\":\"Rettet\""},
    {"samtale-tilbagekaldt", 'b', "\"samtaleId\":\"%S\",\"aarsag\":\"Fejl\""},
    {"samtale-fritaget", 'b', "\"afgoerelseId\":\"%U\",\"samtaletype\":7,\"dato\":\"%d\""},
    {"referat-tilbagekaldt", 'a', "\"referatId\":\"%R\",\"aarsag\":\"Fejl\""},
    {"membership-changed", 'a',
	"\"aendring\":\"<ud|tilbagekaldt>\",\"fraAkassekode\":\"%a\",\"startdato\":\"%D\""},
    {"deltagelsesvalg-aendret", 'b',
	"\"indkaldelseId\":\"%I\",\"valg\":\"<standard-deltager|borger-fravalgt|borger-tilvalgt>"
	"\""},
    {"overdragelse-anmodet", 'a',
	"\"tilmeldingId\":\"%T\",\"aarsag\":\"<tidlig-indsats|uddannelsespaalaeg>\""},
    {"fravaer-aendret", 'b',
	"\"fravaerId\":\"%F\",\"fravaertype\":<1|11>,\"start\":\"%D\",\"aktiv\":<true|false>"},
    {"ansvar-aendret", 'd', "\"ansvarlig\":\"<kommune:%k|akasse:%a>\",\"fra\":\"%D\""},
    {"myndighed-aendret", 'k',
	"\"fraKommunekode\":\"%k\",\"tilKommunekode\":\"<0751|0101>\",\"virkningsdato\":\"%D\""},
    {"kontaktgruppe-aendret", 'd', "\"kontaktgruppe\":<1|2>,\"fra\":\"%d\""},
    {"frist-aendret", 'd',
	"\"fristId\":\"%U\",\"fristtype\":7,\"status\":\"<aaben|opfyldt|lukket>\",\"fristdato\":\"%"
	"D\""},
    {"plan-aendret", 'b', "\"planversionId\":\"%U\""},
    {"nuph-modtaget", 'k', "\"beskedId\":\"%B\",\"kode\":\"<1|2>\",\"haendelsesdato\":\"%d\""},
    {"raadighed-vurderet", 'a',
	"\"svarPaaBeskedId\":\"%B\",\"vurdering\":\"<raadig|ikke-raadig>\""},
    {"opkvalificering-indstillet", 'a',
	"\"indstillingId\":\"%O\",\"tilbudstype\":\"amu\",\"begrundelse\":\"Job\",\"samtykke\":"
	"true,"
	"\"samtykkeTidspunkt\":\"%l\""},
    {"opkvalificering-besvaret", 'k',
	"\"indstillingId\":\"%O\",\"afgoerelse\":\"<bevilget|afslag>\",\"afgjort\":\"%l\""},
    {"opkvalificering-trukket", 'a', "\"indstillingId\":\"%O\""},
    {"workshop-tilmeldt", 'b',
	"\"workshopId\":\"%U\",\"status\":\"<tilmeldt|deltog>\",\"dato\":\"%d\""},
    {"persongruppe-markeret", 'b', "\"projekt\":\"P\",\"formaal\":\"F\",\"fra\":\"%d\""},
    {"besked-sendt", 'b',
	"\"beskedId\":\"%B\",\"tilOrganisation\":\"%o\",\"emne\":\"E\",\"tekst\":\"T\""},
    {"cv-godkendt", 'a', "\"dato\":\"%d\""},
    {"joblog-status", 'a', "\"status\":\"<aktiv|mangelfuld>\""},
    {"jobformidling-henvist", 'a', "\"stillingId\":\"s1\",\"kilde\":\"k\""},
};

size_t
facts_types(void)
{
	return sizeof(rows) / sizeof(rows[0]);
}

const char *
facts_type(size_t i)
{
	return rows[i].type;
}

size_t
facts_find(const char *type)
{
	size_t i = 0;

	while (i < facts_types() && strcmp(rows[i].type, type) != 0)
		i++;
	return i;
}

/* ---- writing ---- */

struct writer {
	struct plb_buf b;
	const struct facts_draw *d;
	uint64_t seed;
	unsigned person;
	struct plb_time now;
};

static uint64_t
below(struct writer *w, uint64_t n)
{
	return w->d->below(w->d->arg, n);
}

/* One of a few things of that kind that the person has. */
static void
put_id(struct writer *w, char kind, uint64_t few)
{
	char text[PLB_UUID_TEXT], name[64];
	struct plb_slice part;

	snprintf(name, sizeof(name), "%llu %u %c %llu", (unsigned long long)w->seed, w->person,
	    kind, (unsigned long long)below(w, few));
	part = plb_slice_str(name);
	plb_buf_str(&w->b, plb_uuid_text(plb_uuid5(PLB_UUID_NS, &part, 1), text));
}

static struct plb_dato
today(const struct writer *w)
{
	return plb_time_dato(w->now);
}

static void
put_date(struct writer *w, struct plb_dato d)
{
	char text[PLB_DATO_TEXT];

	plb_buf_str(&w->b, plb_dato_text(d, text));
}

static void
put_time(struct writer *w, int64_t ms)
{
	char text[PLB_TIME_TEXT];

	plb_buf_str(&w->b, plb_time_text((struct plb_time){ms}, text));
}

static struct plb_dato
registered(const struct writer *w)
{
	struct plb_dato d;

	PLB_ASSERT(plb_dato_parse(plb_slice_str(FACTS_BEGIN_DATE), &d) == PLB_OK);
	return plb_dato_add(d, (int32_t)(w->person % 5));
}

static const char *
akasse(unsigned person)
{
	return person % 4 == 3 ? "3f" : "hk";
}

static const char *
kommune(unsigned person)
{
	return person % 3 == 2 ? "0101" : "0461";
}

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)

static void
put_month(struct writer *w)
{
	struct plb_maaned m = plb_dato_maaned(today(w));
	char text[PLB_DATO_TEXT];

	m.n -= (int32_t)below(w, 3);
	plb_buf_str(&w->b, plb_maaned_text(m, text));
}

static void
put(struct writer *w, char what)
{
	char text[32];

	switch (what) {
	case 'C':
		snprintf(text, sizeof(text), "0101%02u%04u", 60 + w->person % 30, 4000 + w->person);
		plb_buf_str(&w->b, text);
		return;
	case 'a':
		plb_buf_str(&w->b, akasse(w->person));
		return;
	case 'k':
		plb_buf_str(&w->b, kommune(w->person));
		return;
	case 'o':
		plb_buf_str(&w->b, below(w, 2) == 0 ? "kommune:" : "akasse:");
		plb_buf_str(&w->b,
		    w->b.p[w->b.len - 2] == 'e' && w->b.p[w->b.len - 3] == 'n' ? kommune(w->person)
									       : akasse(w->person));
		return;
	case 'T':
		put_id(w, 'T', 1);
		return;
	case 'U':
		put_id(w, 'U', 4);
		return;
	case 'r':
		put_date(w, registered(w));
		return;
	case 'd':
		put_date(w, today(w));
		return;
	case 'D':
		put_date(w, plb_dato_add(today(w), (int32_t)below(w, 40) - 10));
		return;
	case 'm':
		put_month(w);
		return;
	case 'p':
		put_time(w, w->now.ms - HOUR_MS - (int64_t)below(w, 3) * DAY_MS);
		return;
	case 'f':
		put_time(w, w->now.ms + DAY_MS * (int64_t)(1 + below(w, 30)));
		return;
	case 'l':
		put_time(w, w->now.ms);
		return;
	case 'v':
		plb_buf_dec(&w->b, 1 + (int64_t)below(w, 3));
		return;
	case 'h':
		plb_buf_str(&w->b, below(w, 3) > 0 ? "160.33" : "74.5");
		return;
	default:
		put_id(w, what, what == 'S' || what == 'R' ? 3 : 2);
	}
}

/* <x|y|z> → the one that is drawn; returns what follows. */
static const char *template(struct writer *w, const char *t, const char *end);

static const char *
choice(struct writer *w, const char *t)
{
	const char *end = strchr(t, '>');
	uint64_t n = 1, one;

	for (const char *c = t; c < end; c++)
		n += *c == '|';
	for (one = below(w, n); one > 0; one--)
		t = strchr(t, '|') + 1;
	template(w, t, strpbrk(t, "|>"));
	return end + 1;
}

static const char *template(struct writer *w, const char *t, const char *end)
{
	while (t < end) {
		if (*t == '<') {
			t = choice(w, t + 1);
		} else if (*t == '%') {
			put(w, t[1]);
			t += 2;
		} else {
			plb_buf_put(&w->b, t++, 1);
		}
	}
	return t;
}

static const char *
sender(struct writer *w, char who, char out[24])
{
	if (who == 'd')
		return "dfdg:star";
	if (who == 'b')
		who = below(w, 3) == 2 ? 'k' : 'a';
	snprintf(out, 24, "%s:%s", who == 'a' ? "akasse" : "kommune",
	    who == 'a' ? akasse(w->person) : kommune(w->person));
	return out;
}

void
facts_make(struct plb_arena *a, const struct facts_draw *d, size_t type, uint64_t seed,
    unsigned person, unsigned n, struct plb_time now, struct facts_event *out)
{
	struct writer w = {.d = d, .seed = seed, .person = person, .now = now};
	char org[24], source[32], time[PLB_TIME_TEXT];
	const char *who = sender(&w, rows[type].sender, org);

	out->type = rows[type].type;
	out->org = (const char *)plb_arena_dup(a, plb_slice_str(who)).p;
	out->id =
	    plb_slice_str(plb_arena_printf(a, "s%llu-p%u-%u", (unsigned long long)seed, person, n));
	snprintf(source, sizeof(source), "/%s/sim", who);
	*strchr(source, ':') = '/';
	plb_buf_init(&w.b, 8192);
	plb_buf_printf(&w.b,
	    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"%s\",\"type\":\"dk.parloeb.%s\","
	    "\"time\":\"%s\",\"datacontenttype\":\"application/json\",\"data\":{\"cpr\":\"",
	    (const char *)out->id.p, source, out->type, plb_time_text_utc(now, time));
	put(&w, 'C');
	plb_buf_str(&w.b, "\",");
	template(&w, rows[type].data, rows[type].data + strlen(rows[type].data));
	plb_buf_str(&w.b, "}}");
	PLB_ASSERT(!w.b.failed);
	out->json = plb_arena_dup(a, plb_slice(w.b.p, w.b.len));
	plb_buf_fini(&w.b);
}
