// SPDX-License-Identifier: MPL-2.0
/* What is told of who is party and responsible: membership, moves, handover asked for, absence,
 * exemption. Who may say it, what cannot be, and that the newest of each thing counts. */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"
#define FOA "akasse:foa"
#define DFDG "dfdg:star"

static struct forloeb *f;

static int
op(void **state)
{
	(void)op_tilmeldt(state);
	bane_ur(b, "2024-03-04T09:00:00+01:00");
	f = bane_forloeb(b, 0);
	return 0;
}

static void
afvises(struct haendelse h, const char *fejl)
{
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVIST);
	assert_string_equal(b->ud.fejl, fejl);
}

static void
venter(struct haendelse h, const char *paa)
{
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_string_equal(b->ud.afventer, paa);
}

/* Told before everything that the test tells. */
static struct haendelse
aeldre(struct haendelse h)
{
	h.ev.time = tid("2024-03-02T09:00:00+01:00");
	return h;
}

/* ---- membership ---- */

static const struct medlemskab *
medlemskab(size_t i)
{
	assert_true(i < f->medlemskaber.n);
	return (const struct medlemskab *)f->medlemskaber.p + i;
}

static void
an_akasse_speaks_of_its_own_members_alone(void **state)
{
	(void)state;
	bane_afsender(b, FOA);
	venter(h_medlemskab(b, AENDRING_UD, "hk", "2024-04-01"), "cpr");
	venter(h_medlemskab(b, AENDRING_TILBAGEKALDT, "hk", "2024-04-01"), "cpr");
	venter(h_kategori(b, KATEGORI_DELTID, "2024-04-01"), "cpr");
	bane_afsender(b, AKASSE);
	afvises(h_medlemskab(b, AENDRING_UD, "foa", "2024-04-01"), "ikke-egen");
	afvises(h_medlemskab(b, AENDRING_TILBAGEKALDT, "foa", "2024-04-01"), "ikke-egen");
	assert_int_equal(f->medlemskaber.n, 0);
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-01"));
	assert_int_equal(f->medlemskaber.n, 1);
}

static void
who_is_no_akasse_may_name_any(void **state)
{
	static const char *const andre[] = {DFDG, KOMMUNE};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		bane_afsender(b, andre[i]);
		bane_tages(b, h_medlemskab(b, AENDRING_UD, "foa", "2024-04-01"));
		bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-01"));
	}
	assert_int_equal(f->medlemskaber.n, 2);
}

static void
membership_that_cannot_be(void **state)
{
	struct haendelse h = h_medlemskab(b, AENDRING_UD, "hk", "2024-04-01");

	(void)state;
	h.u.membership_changed.aendring = -1;
	afvises(h, "form");
	afvises(h_medlemskab(b, AENDRING_UD, "H K", "2024-04-01"), "form");
	h = h_kategori(b, KATEGORI_DELTID, "2024-04-01");
	h.u.membership_changed.kategori = -1;
	afvises(h, "form");
	h = h_kategori(b, KATEGORI_DELTID, "2024-04-01");
	h.u.membership_changed.har_kategori = false;
	afvises(h, "form");
	assert_int_equal(f->medlemskaber.n, 0);
	bane_tages(b, h_kategori(b, KATEGORI_FULDTID, "2024-04-01")); /* the first symbol */
	assert_int_equal(medlemskab(0)->kategori, KATEGORI_FULDTID);
}

static void
newest_of_each_change_of_membership(void **state)
{
	(void)state;
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-15"));
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-20"));
	bane_tages(b, aeldre(h_medlemskab(b, AENDRING_UD, "hk", "2024-04-25")));
	assert_int_equal(f->medlemskaber.n, 1);
	assert_dato(medlemskab(0)->start, "2024-04-20");
	bane_tages(b, h_kategori(b, KATEGORI_DELTID, "2024-04-20"));
	bane_tages(b, h_kategori(b, KATEGORI_FULDTID, "2024-05-20")); /* one a date */
	bane_tages(b, h_kategori(b, KATEGORI_FULDTID, "2024-04-20"));
	bane_tages(b, aeldre(h_kategori(b, KATEGORI_DELTID, "2024-05-20")));
	assert_int_equal(f->medlemskaber.n, 3);
	assert_int_equal(medlemskab(1)->kategori, KATEGORI_FULDTID);
	assert_int_equal(medlemskab(2)->kategori, KATEGORI_FULDTID);
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-20"));
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "ma", "2024-04-20")); /* one an a-kasse */
	assert_int_equal(f->medlemskaber.n, 5);
}

/* Where nobody is named: the sender, and for DFDG the a-kasse there is. */
static void
whose_membership_it_is(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, h_medlemskab(b, AENDRING_UD, NULL, "2024-04-15"));
	assert_string_equal(medlemskab(0)->akasse.text, AKASSE);
	bane_afsender(b, DFDG);
	h = h_medlemskab(b, AENDRING_TILBAGEKALDT, NULL, "2024-04-15");
	h.u.membership_changed.til_akasse = plb_slice_str("foa"); /* recalled to */
	bane_tages(b, h);
	assert_string_equal(medlemskab(1)->akasse.text, FOA);
	bane_tages(b, h_medlemskab(b, AENDRING_TILBAGEKALDT, NULL, "2024-04-15"));
	assert_string_equal(medlemskab(2)->akasse.text, AKASSE);
	h = h_medlemskab(b, AENDRING_UD, NULL, "2024-04-15");
	h.u.membership_changed.til_akasse = plb_slice_str("foa"); /* left for: not what is left */
	bane_tages(b, h);
	assert_int_equal(f->medlemskaber.n, 3);
}

/* ---- moves, contact group ---- */

static void
move_that_cannot_be(void **state)
{
	(void)state;
	bane_afsender(b, KOMMUNE);
	afvises(h_flyt(b, "0461", "0461", "2024-04-01"), "form");
	afvises(h_flyt(b, "0461", "101", "2024-04-01"), "form");
	afvises(h_flyt(b, "461", "0101", "2024-04-01"), "form");
	assert_int_equal(f->flytninger.n, 0);
}

static void
newest_move_from_each_kommune(void **state)
{
	const struct flytning *m;

	(void)state;
	bane_afsender(b, KOMMUNE);
	bane_tages(b, h_flyt(b, "0461", "0101", "2024-04-01"));
	bane_tages(b, h_flyt(b, "0461", "0851", "2024-04-02"));
	bane_tages(b, aeldre(h_flyt(b, "0461", "0265", "2024-04-03")));
	bane_afsender(b, DFDG);
	bane_tages(b, h_flyt(b, "0851", "0101", "2024-05-01"));
	assert_int_equal(f->flytninger.n, 2);
	m = f->flytninger.p;
	assert_string_equal(m[0].til.text, "kommune:0851");
	assert_false(m[0].dfdg);
	assert_true(m[1].dfdg);
}

static void
nobody_moves_an_unknown_person(void **state)
{
	(void)state;
	bane_free(b);
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_afsender(b, DFDG);
	venter(h_flyt(b, "0461", "0101", "2024-04-01"), "cpr");
	venter(h_medlemskab(b, AENDRING_UD, "hk", "2024-04-01"), "cpr");
	venter(h_gruppe(b, 13, "2024-04-01"), "cpr");
}

static void
newest_contact_group(void **state)
{
	(void)state;
	bane_tages(b, h_gruppe(b, 2, "2024-03-04"));
	bane_tages(b, h_gruppe(b, 3, "2024-03-05"));
	bane_tages(b, aeldre(h_gruppe(b, 4, "2024-03-06")));
	assert_int_equal(f->gruppe.gruppe, 3);
	assert_dato(f->gruppe.fra, "2024-03-05");
}

/* ---- handover asked for, responsibility ---- */

static void
request_that_cannot_be(void **state)
{
	struct haendelse h = h_anmod(b, 1, ANMODNING_ANDET, NULL);

	(void)state;
	h.u.overdragelse_anmodet.aarsag = -1;
	afvises(h, "form");
	afvises(h_anmod(b, 1, ANMODNING_ANDET, "nobody"), "modtager");
	afvises(h_anmod(b, 1, ANMODNING_ANDET, "kommune:0851"), "modtager");
	venter(h_anmod(b, 2, ANMODNING_ANDET, NULL), "tilmeldingId");
	bane_afsender(b, FOA);
	venter(h_anmod(b, 1, ANMODNING_ANDET, NULL), "tilmeldingId");
	assert_null(f->anmodning.stempel.id.p);
}

/* Only a choice is held to those whom a citizen may choose. */
static void
choice_among_those_of_the_rule_set(void **state)
{
	(void)state;
	b->rr.r[0].valg = 1u << ANSVARLIG_AKASSE;
	afvises(h_anmod(b, 1, ANMODNING_VALG, KOMMUNE), "modtager");
	afvises(h_anmod(b, 1, ANMODNING_VALG, NULL), "modtager"); /* that is the kommune too */
	afvises(h_anmod(b, 1, ANMODNING_VALG, "aktoer:12345678"), "modtager");
	b->rr.r[0].valg = 1u << ANSVARLIG_KOMMUNE;
	bane_tages(b, h_anmod(b, 1, ANMODNING_VALG, KOMMUNE));
	assert_int_equal(plb_org_type(&f->anmodning.til), PLB_ORG_INGEN);
	bane_afsender(b, KOMMUNE); /* responsible by now */
	bane_tages(b, aeldre(h_anmod(b, 1, ANMODNING_ANDET, "aktoer:12345678")));
	assert_int_equal(f->anmodning.aarsag, ANMODNING_VALG); /* the newest counts */
}

static void
asked_for_otherwise_any_actor_will_do(void **state)
{
	(void)state;
	b->rr.r[0].valg = 1u << ANSVARLIG_KOMMUNE;
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, "aktoer:12345678"));
	assert_string_equal(f->anmodning.til.text, "aktoer:12345678");
}

/* A-kasse: until the day after it ends; others: from the day it begins. The newest word counts. */
static void
responsibility_as_it_was_told_last(void **state)
{
	(void)state;
	afvises(h_ansvar(b, "nobody", "2024-04-01", NULL), "form");
	bane_tages(b, h_ansvar(b, AKASSE, "2024-03-01", "2024-05-15"));
	assert_dato(f->ansvar.virkning, "2024-05-16");
	bane_tages(b, h_ansvar(b, AKASSE, "2024-03-01", NULL));
	assert_false(plb_dato_set(f->ansvar.virkning));
	bane_tages(b, h_ansvar(b, "aktoer:12345678", "2024-06-01", NULL));
	assert_dato(f->ansvar.virkning, "2024-06-01");
	assert_string_equal(f->ansvar.til.text, "aktoer:12345678");
	bane_tages(b, aeldre(h_ansvar(b, KOMMUNE, "2024-07-01", NULL)));
	assert_dato(f->ansvar.virkning, "2024-06-01");
	bane_tages(b, h_ansvar(b, KOMMUNE, "2024-07-01", NULL));
	assert_dato(f->ansvar.virkning, "2024-07-01");
	assert_int_equal(plb_org_type(&f->ansvar.til), PLB_ORG_INGEN);
	bane_afsender(b, FOA);
	venter(h_ansvar(b, KOMMUNE, "2024-04-01", NULL), "cpr");
}

/* ---- absence, exemption ---- */

static void
newest_of_each_absence(void **state)
{
	const struct fravaer *x;

	(void)state;
	bane_tages(b, h_fravaer(b, 60, 11, "2024-03-01", NULL));
	bane_tages(b, h_fravaer(b, 61, 11, "2024-03-02", NULL));
	bane_afsender(b, DFDG);
	bane_tages(b, h_fravaer(b, 60, 11, "2024-03-01", "2024-03-03"));
	bane_tages(b, aeldre(h_fravaer(b, 61, 11, "2024-03-02", "2024-03-02")));
	assert_int_equal(f->fravaer.n, 2);
	x = f->fravaer.p;
	assert_dato(x[0].slut, "2024-03-03");
	assert_true(x[0].dfdg && !x[1].dfdg);
	assert_false(plb_dato_set(x[1].slut));
}

static struct haendelse
fritag(unsigned id, int32_t type)
{
	struct haendelse h = h_ny(b, HAENDELSE_SAMTALE_FRITAGET);

	h.u.samtale_fritaget = (struct samtale_fritaget){uuid(id), type, dato("2024-04-01")};
	return h;
}

static void
newest_of_each_exemption_where_the_rule_set_has_one(void **state)
{
	const struct fritagelse *x;

	(void)state;
	afvises(fritag(70, 7), "fritagelse");
	b->rr.r[0].fritagelse_procent = 1;
	bane_tages(b, fritag(70, 7));
	bane_tages(b, fritag(71, 7));
	bane_tages(b, fritag(70, 10));
	bane_tages(b, aeldre(fritag(71, 10)));
	bane_tages(b, fritag(71, 15));
	bane_tages(b, aeldre(fritag(71, 10)));
	assert_int_equal(f->fritagelser.n, 2);
	x = f->fritagelser.p;
	assert_int_equal(x[0].samtaletype, 10);
	assert_int_equal(x[1].samtaletype, 15);
}

/* ---- the sealed number ---- */

/* The first that comes is kept; only a registration or DFDG's change puts another in its place. */
static void
sealed_number_by_registration(void **state)
{
	static const char *const cpr[] = {"et", "to", "tre"};
	struct haendelse h;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		h = i == 2 ? h_tilmeld(b, 1, "2024-03-01") : h_gruppe(b, 2, "2024-03-04");
		h.har_forseglet = true;
		h.forseglet = (struct forseglet){h.ev.source, h.ev.id, plb_slice_str(cpr[i])};
		bane_tages(b, h);
		assert_true(plb_slice_is(b->p.forseglet.cpr, i == 2 ? "tre" : "et"));
	}
	h = h_tilmeld(b, 1, "2024-03-01"); /* without one: what there is stays */
	bane_tages(b, h);
	h.ev.id = plb_slice_str("empty");
	h.har_forseglet = true;
	bane_tages(b, h);
	assert_true(plb_slice_is(b->p.forseglet.cpr, "tre"));
}

/* ---- who is party ---- */

/* The kommune of the last move, whenever it takes effect, and the actor that responsibility
 * passes to. */
static void
who_is_to_come_may_speak(void **state)
{
	static const char *const orgs[] = {"kommune:0101", "kommune:0851", "aktoer:12345678"};
	struct plb_org o[3] = {org(orgs[0]), org(orgs[1]), org(orgs[2])};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_false(part_maa_tale(f, &o[i]));
	bane_afsender(b, KOMMUNE);
	bane_tages(b, h_flyt(b, "0461", "0101", "2024-04-01"));
	assert_true(part_maa_tale(f, &o[0]));
	bane_afsender(b, DFDG);
	bane_tages(b, h_flyt(b, "0101", "0851", "2024-05-01"));
	assert_false(part_maa_tale(f, &o[0])); /* not yet, and not in the end */
	assert_true(part_maa_tale(f, &o[1]));
	bane_tages(b, h_ansvar(b, orgs[2], "2024-06-01", NULL));
	assert_true(part_maa_tale(f, &o[2]));
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(an_akasse_speaks_of_its_own_members_alone),
	    test(who_is_no_akasse_may_name_any),
	    test(membership_that_cannot_be),
	    test(newest_of_each_change_of_membership),
	    test(whose_membership_it_is),
	    test(move_that_cannot_be),
	    test(newest_move_from_each_kommune),
	    test(nobody_moves_an_unknown_person),
	    test(newest_contact_group),
	    test(request_that_cannot_be),
	    test(choice_among_those_of_the_rule_set),
	    test(asked_for_otherwise_any_actor_will_do),
	    test(responsibility_as_it_was_told_last),
	    test(newest_of_each_absence),
	    test(newest_of_each_exemption_where_the_rule_set_has_one),
	    test(sealed_number_by_registration),
	    test(who_is_to_come_may_speak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
