// SPDX-License-Identifier: MPL-2.0
#include "tilstand_felter.h"

static const char *const kategorier[] = {"fuldtid", "deltid", NULL};
static const struct plb_bind b_int = {.type = PLB_BIND_INT, .has = PLB_BIND_REQUIRED};
static const struct plb_bind b_long = {.type = PLB_BIND_LONG, .has = PLB_BIND_REQUIRED};
static const struct plb_bind b_tekst = {.type = PLB_BIND_STRING, .has = PLB_BIND_REQUIRED};

static const struct plb_bind stempel_felter[] = {
    FELT("tid", PLB_BIND_TIME, struct stempel, time),
    FELT("id", PLB_BIND_BYTES, struct stempel, id),
};
static const struct plb_bind forseglet_felter[] = {
    FELT("kilde", PLB_BIND_STRING, struct forseglet, kilde),
    FELT("id", PLB_BIND_BYTES, struct forseglet, id),
    FELT("cpr", PLB_BIND_BYTES, struct forseglet, cpr),
};
static const struct plb_bind set_felter[] = {
    FELT("noegle", PLB_BIND_FIXED16, struct b_set, noegle),
    FELT("minut", PLB_BIND_INT, struct b_set, minut),
};
static const struct plb_bind husket_felter[] = {
    FELT("noegle", PLB_BIND_FIXED16, struct b_husket, noegle),
    FELT("efter", PLB_BIND_LONG, struct b_husket, efter),
};
static const struct plb_bind lavere_felter[] = {
    FELT("maaned", PLB_BIND_INT, struct b_lavere, maaned.n),
    FELT("akasse", PLB_BIND_INT, struct b_lavere, akasse),
    FELT("timer", PLB_BIND_LONG, struct b_lavere, timer_c),
    POST("stempel", struct b_lavere, stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind timer_felter[] = {
    FELT("maaned", PLB_BIND_INT, struct b_timer, v.maaned.n),
    FELT("akasse", PLB_BIND_INT, struct b_timer, akasse),
    FELT("timer", PLB_BIND_LONG, struct b_timer, v.timer_c),
    POST("stempel", struct b_timer, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind levering_felter[] = {
    FELT("til", PLB_BIND_INT, struct b_levering, til),
    FELT("sequence", PLB_BIND_LONG, struct b_levering, v.sequence),
    FELT("nr", PLB_BIND_LONG, struct b_levering, v.nr),
    FELT("flag", PLB_BIND_INT, struct b_levering, flag),
    FELT("sendt", PLB_BIND_INT, struct b_levering, sendt),
};
static const struct plb_bind samtale_felter[] = {
    FELT("samtaleId", PLB_BIND_FIXED16, struct b_samtale, v.id),
    FELT("type1", PLB_BIND_INT, struct b_samtale, v.type1),
    FELT("type2", PLB_BIND_INT, struct b_samtale, v.type2),
    FELT("afholdt", PLB_BIND_TIME, struct b_samtale, v.afholdt),
    FELT("afholdelsesform", PLB_BIND_INT, struct b_samtale, v.form),
    VALG("moedegruppetype", PLB_BIND_INT, struct b_samtale, v.art, v.har_art),
    VALG("deltagelsesstatus", PLB_BIND_INT, struct b_samtale, v.deltagelsesstatus,
	v.har_deltagelsesstatus),
    VALG("indkaldelseId", PLB_BIND_FIXED16, struct b_samtale, v.indkaldelse, v.har_indkaldelse),
    FELT("flag", PLB_BIND_INT, struct b_samtale, flag),
    FELT("afholder", PLB_BIND_INT, struct b_samtale, afholder),
    FELT("fra", PLB_BIND_INT, struct b_samtale, fra),
    FELT("modtagetEfter", PLB_BIND_LONG, struct b_samtale, modtaget_efter),
    FELT("nr", PLB_BIND_LONG, struct b_samtale, v.nr),
    LISTE("leveringer", struct b_samtale, leveringer, levering_felter, struct b_levering),
    POST("stempel", struct b_samtale, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind referat_felter[] = {
    FELT("referatId", PLB_BIND_FIXED16, struct b_referat, v.id),
    FELT("samtaleId", PLB_BIND_FIXED16, struct b_referat, v.samtale),
    FELT("version", PLB_BIND_INT, struct b_referat, v.version),
    FELT("flag", PLB_BIND_INT, struct b_referat, flag),
    FELT("forfatter", PLB_BIND_INT, struct b_referat, forfatter),
    FELT("nr", PLB_BIND_LONG, struct b_referat, v.nr),
    LISTE("leveringer", struct b_referat, leveringer, levering_felter, struct b_levering),
    POST("stempel", struct b_referat, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind valg_felter[] = {
    FELT("valg", PLB_BIND_INT, struct b_indkaldelse, v.valg),
    POST("stempel", struct b_indkaldelse, v.valgt, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind indkaldelse_felter[] = {
    FELT("indkaldelseId", PLB_BIND_FIXED16, struct b_indkaldelse, v.id),
    FELT("samtaletype", PLB_BIND_INT, struct b_indkaldelse, v.samtaletype),
    FELT("moedegruppetype", PLB_BIND_INT, struct b_indkaldelse, v.art),
    FELT("start", PLB_BIND_TIME, struct b_indkaldelse, v.start),
    FELT("afholder", PLB_BIND_INT, struct b_indkaldelse, afholder),
    LISTE_AF("gaester", struct b_indkaldelse, gaester, b_int, int32_t),
    FELT("annulleret", PLB_BIND_BOOL, struct b_indkaldelse, v.annulleret),
    POST("stempel", struct b_indkaldelse, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
    POST_HER("valg", struct b_indkaldelse, valg_felter, har_valg),
};
static const struct plb_bind ting_felter[] = {
    FELT("art", PLB_BIND_INT, struct b_ting, art),
    FELT("id", PLB_BIND_FIXED16, struct b_ting, v.id),
    FELT("fra", PLB_BIND_INT, struct b_ting, fra),
    FELT("nr", PLB_BIND_LONG, struct b_ting, v.nr),
    LISTE("leveringer", struct b_ting, leveringer, levering_felter, struct b_levering),
    POST("stempel", struct b_ting, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind indstilling_felter[] = {
    FELT("id", PLB_BIND_FIXED16, struct indstilling, id),
    FELT("tilbudstype", PLB_BIND_INT, struct indstilling, tilbudstype),
    VALG("frist", PLB_BIND_DATO, struct indstilling, frist, har_frist),
    FELT("paamindet", PLB_BIND_BOOL, struct indstilling, paamindet),
    FELT("kommune", PLB_BIND_STRING, struct indstilling, kommune),
};
static const struct plb_bind modtager_felter[] = {
    FELT("organisation", PLB_BIND_INT, struct b_modtager, org),
    FELT("sequence", PLB_BIND_LONG, struct b_modtager, v.sequence),
    VALG("afgjort", PLB_BIND_LONG, struct b_modtager, v.afgjort, har_afgjort),
    LISTE_AF("afgjorte", struct b_modtager, v.afgjorte, b_long, int64_t),
};
static const struct plb_bind varsel_felter[] = {
    FELT("virkningsdato", PLB_BIND_DATO, struct b_forloeb, v.varsel.virkningsdato),
    FELT("akasse", PLB_BIND_INT, struct b_forloeb, varsel_akasse),
    FELT("kommune", PLB_BIND_INT, struct b_forloeb, varsel_kommune),
};
static const struct plb_bind due_kvitteret_felter[] = {
    FELT("leveret", PLB_BIND_LONG, struct b_forloeb, v.due.leveret.ms),
    VALG("haandteret", PLB_BIND_LONG, struct b_forloeb, v.due.haandteret.ms, har_haandteret),
};
static const struct plb_bind due_videre_felter[] = {
    FELT("flag", PLB_BIND_INT, struct b_forloeb, due_flag),
    FELT("timer", PLB_BIND_LONG, struct b_forloeb, v.due.timer_c),
    FELT("sendt", PLB_BIND_INT, struct b_forloeb, due_sendt),
    FELT("sequence", PLB_BIND_LONG, struct b_forloeb, v.due.sequence),
    POST_HER("kvitteret", struct b_forloeb, due_kvitteret_felter, har_kvitteret),
    LISTE_AF("varslet", struct b_forloeb, v.due.varslet, b_long, int64_t),
    FELT("pakkeNr", PLB_BIND_LONG, struct b_forloeb, v.due.pakke_nr),
    VALG("akasse", PLB_BIND_INT, struct b_forloeb, due_akasse, har_due_akasse),
};
_Static_assert(sizeof(struct plb_time) == sizeof(int64_t), "a list of times is one of longs");
static const struct plb_bind due_felter[] = {
    FELT("virkningsdato", PLB_BIND_DATO, struct b_forloeb, v.due.virkningsdato),
    FELT("fra", PLB_BIND_INT, struct b_forloeb, due_fra),
    FELT("til", PLB_BIND_INT, struct b_forloeb, due_til),
    POST_HER("videre", struct b_forloeb, due_videre_felter, har_due_videre),
};
static const struct plb_bind medlemskab_felter[] = {
    FELT("aendring", PLB_BIND_INT, struct b_medlemskab, v.aendring),
    FELT("akasse", PLB_BIND_INT, struct b_medlemskab, akasse),
    FELT("krav", PLB_BIND_BOOL, struct b_medlemskab, v.krav),
    FELT("start", PLB_BIND_DATO, struct b_medlemskab, v.start),
    FELT("kategori", PLB_BIND_INT, struct b_medlemskab, v.kategori),
    POST("stempel", struct b_medlemskab, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind flytning_felter[] = {
    FELT("fra", PLB_BIND_INT, struct b_flytning, fra),
    FELT("til", PLB_BIND_INT, struct b_flytning, til),
    FELT("dfdg", PLB_BIND_BOOL, struct b_flytning, v.dfdg),
    FELT("virkning", PLB_BIND_DATO, struct b_flytning, v.virkning),
    POST("stempel", struct b_flytning, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind fravaer_felter[] = {
    FELT("id", PLB_BIND_FIXED16, struct b_fravaer, v.id),
    FELT("type", PLB_BIND_INT, struct b_fravaer, v.type),
    FELT("start", PLB_BIND_DATO, struct b_fravaer, v.start),
    VALG("slut", PLB_BIND_DATO, struct b_fravaer, v.slut, har_slut),
    FELT("aktiv", PLB_BIND_BOOL, struct b_fravaer, v.aktiv),
    FELT("dfdg", PLB_BIND_BOOL, struct b_fravaer, v.dfdg),
    POST("stempel", struct b_fravaer, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind fritagelse_felter[] = {
    FELT("id", PLB_BIND_FIXED16, struct fritagelse, id),
    FELT("samtaletype", PLB_BIND_INT, struct fritagelse, samtaletype),
    FELT("dato", PLB_BIND_DATO, struct fritagelse, dato),
    POST("stempel", struct fritagelse, stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind anmodning_felter[] = {
    FELT("aarsag", PLB_BIND_INT, struct b_aendret, anmodning.aarsag),
    VALG("til", PLB_BIND_INT, struct b_aendret, anmodning_til, har_anmodning_til),
    FELT("dato", PLB_BIND_DATO, struct b_aendret, anmodning.dato),
    POST("stempel", struct b_aendret, anmodning.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind ansvar_felter[] = {
    VALG("til", PLB_BIND_INT, struct b_aendret, ansvar_til, har_ansvar_til),
    VALG("virkning", PLB_BIND_DATO, struct b_aendret, ansvar.virkning, har_ansvar_virkning),
    POST("stempel", struct b_aendret, ansvar.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind gruppe_felter[] = {
    FELT("gruppe", PLB_BIND_INT, struct b_aendret, gruppe.gruppe),
    FELT("fra", PLB_BIND_DATO, struct b_aendret, gruppe.fra),
    POST("stempel", struct b_aendret, gruppe.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind aflyst_felter[] = {
    FELT("organisation", PLB_BIND_INT, struct b_aflyst, org),
    FELT("sequence", PLB_BIND_LONG, struct b_aflyst, sequence),
};
static const struct plb_bind aendret_felter[] = {
    FELT("tilmeldtAkasse", PLB_BIND_INT, struct b_aendret, tilmeldt_akasse),
    FELT("tilmeldtKommune", PLB_BIND_INT, struct b_aendret, tilmeldt_kommune),
    FELT("tilmeldtKategori", PLB_BIND_INT, struct b_aendret, tilmeldt_kategori),
    FELT("tilmeldtFra", PLB_BIND_DATO, struct b_aendret, tilmeldt_fra),
    LISTE("aflyste", struct b_aendret, aflyste, aflyst_felter, struct b_aflyst),
    LISTE("medlemskaber", struct b_aendret, medlemskaber, medlemskab_felter, struct b_medlemskab),
    LISTE("flytninger", struct b_aendret, flytninger, flytning_felter, struct b_flytning),
    LISTE("fravaer", struct b_aendret, fravaer, fravaer_felter, struct b_fravaer),
    LISTE("fritagelser", struct b_aendret, fritagelser, fritagelse_felter, struct fritagelse),
    POST_HER("anmodning", struct b_aendret, anmodning_felter, har_anmodning),
    POST_HER("ansvar", struct b_aendret, ansvar_felter, har_ansvar),
    POST_HER("gruppe", struct b_aendret, gruppe_felter, har_gruppe),
    LISTE("lavere", struct b_aendret, lavere, lavere_felter, struct b_lavere),
};
static const struct plb_bind forloeb_felter[] = {
    FELT("forloebId", PLB_BIND_FIXED16, struct b_forloeb, v.id),
    FELT("regelsaet", PLB_BIND_STRING, struct b_forloeb, v.regelsaet),
    FELT("tilmeldingId", PLB_BIND_FIXED16, struct b_forloeb, v.tilmelding),
    FELT("tilmeldingsdato", PLB_BIND_DATO, struct b_forloeb, v.tilmeldingsdato),
    VALG("indplaceringsdato", PLB_BIND_DATO, struct b_forloeb, v.indplaceringsdato,
	har_indplaceringsdato),
    VALG("foersteDagpengedag", PLB_BIND_DATO, struct b_forloeb, v.foerste_dagpengedag,
	har_foerste_dagpengedag),
    FELT("akasse", PLB_BIND_INT, struct b_forloeb, akasse),
    FELT("kommune", PLB_BIND_INT, struct b_forloeb, kommune),
    SYMBOL("forsikringskategori", struct b_forloeb, v.kategori, kategorier),
    FELT("adressebeskyttet", PLB_BIND_BOOL, struct b_forloeb, v.adressebeskyttet),
    POST("tilmeldt", struct b_forloeb, v.tilmeldt, stempel_felter, PLB_BIND_REQUIRED),
    VALG("afmeldt", PLB_BIND_DATO, struct b_forloeb, v.afmeldt, har_afmeldt),
    POST("afmeldelse", struct b_forloeb, v.afmeldelse, stempel_felter,
	offsetof(struct b_forloeb, har_afmeldelse)),
    LISTE("timer", struct b_forloeb, timer, timer_felter, struct b_timer),
    LISTE("samtaler", struct b_forloeb, samtaler, samtale_felter, struct b_samtale),
    LISTE("referater", struct b_forloeb, referater, referat_felter, struct b_referat),
    LISTE("indkaldelser", struct b_forloeb, indkaldelser, indkaldelse_felter, struct b_indkaldelse),
    LISTE("ting", struct b_forloeb, ting, ting_felter, struct b_ting),
    LISTE("modtagere", struct b_forloeb, modtagere, modtager_felter, struct b_modtager),
    FELT("naesteNr", PLB_BIND_LONG, struct b_forloeb, v.naeste_nr),
    POST_HER("varsel", struct b_forloeb, varsel_felter, v.varsel.sendt),
    POST_HER("due", struct b_forloeb, due_felter, v.due.sendt),
    LISTE(
	"indstillinger", struct b_forloeb, v.indstillinger, indstilling_felter, struct indstilling),
    VALG("plan", PLB_BIND_FIXED16, struct b_forloeb, v.plan, har_plan),
    POST("aendret", struct b_forloeb, aendret, aendret_felter,
	offsetof(struct b_forloeb, har_aendret)),
    VALG("spurgt", PLB_BIND_INT, struct b_forloeb, spurgt, har_spurgt),
};
static const struct plb_bind ventende_felter[] = {
    FELT("noegle", PLB_BIND_FIXED16, struct b_ventende, v.noegle),
    FELT("paa", PLB_BIND_INT, struct b_ventende, v.paa),
    FELT("id", PLB_BIND_FIXED16, struct b_ventende, v.id),
    FELT("organisation", PLB_BIND_INT, struct b_ventende, organisation),
    FELT("hmac", PLB_BIND_FIXED16, struct b_ventende, v.hmac),
    FELT("modtaget", PLB_BIND_LONG, struct b_ventende, v.modtaget.ms),
};
static const struct plb_bind person_felter[] = {
    POST("forseglet", struct b_person, forseglet, forseglet_felter,
	offsetof(struct b_person, har_forseglet)),
    LISTE_AF("organisationer", struct b_person, organisationer, b_tekst, struct plb_slice),
    LISTE("set", struct b_person, set, set_felter, struct b_set),
    LISTE("forloeb", struct b_person, forloeb, forloeb_felter, struct b_forloeb),
    LISTE("ventende", struct b_person, ventende, ventende_felter, struct b_ventende),
    POST("identitet", struct b_person, identitet, stempel_felter,
	offsetof(struct b_person, har_identitet)),
    FELT("flyttet", PLB_BIND_BOOL, struct b_person, flyttet),
    LISTE("husket", struct b_person, husket, husket_felter, struct b_husket),
};

const struct plb_bind *const FORLOEB_TILSTAND_FELTER = person_felter;
const size_t FORLOEB_TILSTAND_FELTER_N = ANTAL(person_felter);
