// SPDX-License-Identifier: MPL-2.0
#include "tekst.h"

#include <stdio.h>

#define MEMBER_MAX 40

/* {member} is the value of that clear member, {member:list} the name of that code, {member:org} of
 * that organisation; what stands in [ ] is left out when a member there is absent. */
static const struct {
	const char *navn, *tekst;
} HAENDELSER[] = {
    {"member-registered",
	"tilmeldte personen som ledig pr. {tilmeldingsdato} ({forsikringskategori}, "
	"{kommunekode:kommuner} Kommune)[, indplaceret {indplaceringsdato}]"},
    {"member-deregistered", "afmeldte personen pr. {afmeldingsdato} (årsag: {aarsag})"},
    {"membership-changed",
	"meldte ændret medlemskab ({aendring}) fra {startdato}[, til {tilAkassekode:akasser}]"},
    {"timer-indberettet", "indberettede {udbetalteTimer} dagpengetimer for {dagpengemaaned}"},
    {"indkaldelse-oprettet", "indkaldte til {samtaletype:samtaletyper} {start}"},
    {"indkaldelse-aendret", "ændrede indkaldelsen: {samtaletype:samtaletyper} {start}"},
    {"indkaldelse-annulleret", "annullerede en indkaldelse[ (årsag: {aarsag})]"},
    {"samtale-held", "holdt samtale ({samtaletyper:samtaletyper}) {afholdt}"},
    {"samtale-korrigeret",
	"rettede oplysningerne om en samtale ({samtaletyper:samtaletyper}) {afholdt}"},
    {"samtale-tilbagekaldt", "trak oplysningerne om en samtale tilbage"},
    {"samtale-fritaget", "fritog for samtale ({samtaletype:samtaletyper}) {dato}"},
    {"referat-publiceret", "udgav et referat, version {version}"},
    {"referat-tilbagekaldt", "trak et referat tilbage"},
    {"deltagelsesvalg-aendret", "meldte borgerens valg om fælles samtale: {valg}"},
    {"fravaer-aendret", "meldte fravær ({fravaertype:fravaerstyper}) fra {start}[ til {slut}]"},
    {"frist-aendret", "meldte en frist: {fristdato}[, status {status}]"},
    {"plan-aendret", "meldte en ny version af planen"},
    {"raadighed-vurderet", "vurderede rådigheden[ fra {fra}][ til {til}]"},
    {"overdragelse-anmodet", "bad om overdragelse til {tilOrganisation:org} (årsag: {aarsag})"},
    {"kontaktgruppe-aendret", "meldte ny kontaktgruppe fra {fra}"},
    {"ansvar-aendret", "meldte, at ansvaret ligger hos {ansvarlig} fra {fra}"},
    {"myndighed-aendret",
	"meldte flytning til {tilKommunekode:kommuner} Kommune fra {virkningsdato}"},
    {"person-identitet-aendret", "meldte, at personen har skiftet identitet"},
    {"opkvalificering-indstillet", "indstillede til opkvalificering ({tilbudstype})"},
    {"opkvalificering-besvaret", "besvarede en indstilling til opkvalificering: {afgoerelse}"},
    {"opkvalificering-trukket", "trak en indstilling til opkvalificering tilbage"},
    {"opkvalificering-paamindelse",
	"mindede om en indstilling til opkvalificering (frist {frist})"},
    {"opkvalificering-udloebet", "lod en ubesvaret indstilling til opkvalificering udløbe"},
    {"opkvalificering-videresendt", "sendte en indstilling til opkvalificering videre"},
    {"nuph-modtaget", "sendte en besked om rådighed (NUPH)"},
    {"workshop-tilmeldt", "meldte workshop: {status} {dato}"},
    {"persongruppe-markeret", "markerede en persongruppe fra {fra}"},
    {"besked-sendt", "sendte en besked til {tilOrganisation:org}"},
    {"besked-laest", "meddelte, at en besked er læst"},
    {"cv-godkendt", "godkendte CV"},
    {"joblog-status", "meldte joblog: {status}"},
    {"jobformidling-henvist", "henviste til et job"},
    {"handover-forventet",
	"forventer, at ansvaret går over til {kommunekode:kommuner} Kommune den "
	"{forventetVirkningsdato} ({timerTilDato} af {graense} timer er brugt); "
	"oplysningerne deles fra {pakkefrist}"},
    {"handover-due",
	"overdrog ansvaret fra {fraOrganisation:org} til {tilOrganisation:org} fra "
	"{virkningsdato}[ ({timer} timer; grænsen er {graense})]"},
    {"handover-opdateret", "opdaterede overdragelsen: {aendring}"},
    {"handover-gennemfoert", "gennemførte overdragelsen {gennemfoert} (rettidig: {rettidig})"},
    {"handover-overskredet",
	"advarede om, at overdragelsen skal være på plads senest {haardtStop}"},
    {"handover-aflyst", "aflyste overdragelsen (årsag: {aarsag})"},
    {"referat-mangler", "efterlyste referatet af en samtale (frist {frist})"},
    {"samtale-mangler", "efterlyste den første samtale (frist {frist})"},
    {"timer-mangler", "efterlyste dagpengetimer for {dagpengemaaned}"},
    {"referat-leveret", "meddelte, at et referat er leveret til {organisation:org}"},
    {"referat-laest", "meddelte, at et referat er læst hos {organisation:org}"},
    {"referat-afvist", "meddelte, at et referat er afvist af {organisation:org}[ ({aarsag})]"},
    {"levering-ulaest", "meddelte, at en levering er ulæst hos {organisation:org}"},
    {"levering-tilbagekaldt", "kaldte en levering tilbage (årsag: {aarsag})"},
    {"haendelse-afvist", "meddelte afsenderen, at hændelsen ikke kan bruges ({aarsag})"},
    {"dfdg-registrering-accepteret", "meddelte, at DFDG har modtaget registreringen"},
    {"dfdg-registrering-afvist", "meddelte, at DFDG har afvist registreringen"},
};

struct ord {
	const char *kode, *tekst;
};
static const struct ord TRIN[] = {
    {"adresseret", "sendt"},
    {"forsoegt", "forsøgt leveret"},
    {"leveret", "leveret"},
    {"haandteret", "håndteret hos modtageren"},
    {"afvist-midlertidigt", "midlertidigt afvist af modtageren"},
    {"afvist-endeligt", "endeligt afvist af modtageren"},
    {"slettet", "slettet hos modtageren"},
    {"parkeret", "parkeret"},
    {"tilbagekaldt", "kaldt tilbage"},
    {"udloebet", "udløbet uden at blive hentet"},
};
static const struct ord FEJL[] = {
    {"ukendt", "det, som hændelsen henviser til, kendes ikke"},
    {"ikke-egen", "afsenderen er ikke part i sagen"},
    {"regelsaet", "intet regelsæt gælder på tilmeldingsdatoen"},
    {"sammenlaegning", "samtaletyperne kan ikke lægges sammen"},
    {"fritagelse", "forløbets regelsæt kender ingen fritagelse"},
    {"fremtid", "samtalen ligger i fremtiden"},
    {"form", "indholdet kan ikke læses"},
    {"for-mange", "forløbet kan ikke rumme flere registreringer"},
    {"ikke-understoettet", "hændelsestypen behandles endnu ikke"},
    {"identitet",
	"personen har skiftet CPR-nummer, mens hændelsen var undervejs; den kan sendes igen"},
    {"id-genbrugt", "samme id er brugt før med et andet indhold"},
};

static const char *
slaa_op(const struct ord *t, size_t n, struct plb_slice kode)
{
	for (size_t i = 0; i < n; i++)
		if (plb_slice_is(kode, t[i].kode))
			return t[i].tekst;
	return NULL;
}

const char *
tekst_trin(struct plb_slice trin)
{
	const char *t = slaa_op(TRIN, sizeof(TRIN) / sizeof(TRIN[0]), trin);

	return t != NULL ? t : "ukendt trin";
}

const char *
tekst_fejl(struct plb_slice kode)
{
	return slaa_op(FEJL, sizeof(FEJL) / sizeof(FEJL[0]), kode);
}

void
tekst_dato(struct plb_dato d, struct plb_buf *out)
{
	struct plb_ymd y = plb_dato_ymd(d);

	plb_buf_printf(out, "%02d.%02d.%04d", y.day, y.month, y.year);
}

void
tekst_tid(struct plb_time t, struct plb_buf *out)
{
	int s = plb_time_local_seconds(t);

	tekst_dato(plb_time_dato(t), out);
	plb_buf_printf(out, " kl. %02d.%02d", s / 3600, s / 60 % 60);
}

void
tekst_timer(int64_t c, struct plb_buf *out)
{
	plb_buf_printf(out, "%lld,%02d", (long long)(c / 100), (int)(c % 100));
}

void
tekst_fremmed(struct plb_slice s, struct plb_buf *out)
{
	size_t at = out->len, i;

	for (i = 0; i < s.len; i++)
		plb_buf_u8(out, s.p[i] < 0x20 || s.p[i] == 0x7f ? '?' : s.p[i]);
	if (!out->failed)
		plb_cpr_mask((char *)out->p + at, out->len - at);
}

static void
maaned(struct plb_maaned m, struct plb_buf *out)
{
	static const char *const NAVNE[] = {"januar", "februar", "marts", "april", "maj", "juni",
	    "juli", "august", "september", "oktober", "november", "december"};

	plb_buf_printf(out, "%s %d", NAVNE[m.n % 12], m.n / 12);
}

static void
tekstvaerdi(struct plb_slice s, struct plb_buf *out)
{
	struct plb_maaned m;
	struct plb_time t;
	struct plb_dato d;

	if (plb_dato_parse(s, &d) == PLB_OK)
		tekst_dato(d, out);
	else if (plb_time_parse(s, &t) == PLB_OK)
		tekst_tid(t, out);
	else if (plb_maaned_parse(s, &m) == PLB_OK)
		maaned(m, out);
	else
		tekst_fremmed(s, out);
}

/* A value with the name that `slags` ("org", or a code list) gives it; slags "" = the value itself.
 */
static void
vaerdi(struct navne *n, const struct plb_jv *v, const char *slags, struct plb_buf *out)
{
	char tal[32], navn[200];
	struct plb_slice s;
	size_t i;

	switch (plb_jv_kind(v)) {
	case PLB_JV_ARR:
		for (i = 0; i < plb_jv_len(v) && i < 8; i++) {
			plb_buf_str(out, i == 0 ? "" : " + ");
			if (plb_jv_kind(plb_jv_at(v, i)) != PLB_JV_ARR)
				vaerdi(n, plb_jv_at(v, i), slags, out);
		}
		return;
	case PLB_JV_BOOL:
		plb_buf_str(out, plb_jv_bool(v, false) ? "ja" : "nej");
		return;
	case PLB_JV_REAL:
		tekst_timer(
		    (int64_t)(plb_jv_real(v, 0) * 100 + (plb_jv_real(v, 0) < 0 ? -0.5 : 0.5)), out);
		return;
	case PLB_JV_INT:
		snprintf(tal, sizeof(tal), "%lld", (long long)plb_jv_int(v, 0));
		s = plb_slice_str(tal);
		break;
	case PLB_JV_STR:
		s = plb_jv_str(v);
		break;
	default:
		return;
	}
	if (strcmp(slags, "org") == 0)
		tekst_fremmed(plb_slice_str(navne_org(n, s, navn, sizeof(navn))), out);
	else if (slags[0] != '\0')
		tekst_fremmed(navne_kode(n, slags, s), out);
	else
		tekstvaerdi(s, out);
}

/* One {member:list}; false when it is absent. *p stands behind the closing brace afterwards. */
static bool
medlem(struct navne *n, const char **p, const struct plb_jv *data, struct plb_buf *out)
{
	static const char *const LISTER[] = {
	    "org", "kommuner", "akasser", "samtaletyper", "fravaerstyper"};
	const char *end = strchr(*p, '}'), *slags = "";
	char navn[MEMBER_MAX];
	const struct plb_jv *v;
	size_t i, len = strcspn(*p, ":}");

	snprintf(navn, sizeof(navn), "%.*s", (int)len, *p);
	for (i = 0; (*p)[len] == ':' && i < sizeof(LISTER) / sizeof(LISTER[0]); i++)
		if (strncmp(*p + len + 1, LISTER[i], strlen(LISTER[i])) == 0)
			slags = LISTER[i];
	*p = end + 1;
	v = plb_jv_get(data, navn);
	if (v == NULL)
		return false;
	vaerdi(n, v, slags, out);
	return true;
}

static void
udfyld(struct navne *n, const char *p, const struct plb_jv *data, struct plb_buf *out)
{
	size_t valgfri = 0; /* where the part in brackets began */
	bool er_der = true;

	while (*p != '\0') {
		char c = *p++;

		if (c == '{') {
			if (!medlem(n, &p, data, out))
				er_der = false;
		} else if (c == '[') {
			valgfri = out->len;
			er_der = true;
		} else if (c == ']') {
			if (!er_der && !out->failed)
				out->len = valgfri;
		} else {
			plb_buf_u8(out, (uint8_t)c);
		}
	}
}

void
tekst_haendelse(
    struct navne *n, struct plb_slice navn, const struct plb_jv *data, struct plb_buf *out)
{
	for (size_t i = 0; i < sizeof(HAENDELSER) / sizeof(HAENDELSER[0]); i++)
		if (plb_slice_is(navn, HAENDELSER[i].navn)) {
			udfyld(n, HAENDELSER[i].tekst, data, out);
			return;
		}
	plb_buf_str(out, "sendte ");
	tekst_fremmed(navn, out);
}
