// SPDX-License-Identifier: MPL-2.0
/* How facts are taken: newest wins, unknown and not-yours alike, courses by indplaceringsdato
 * (contract § 4, § 7). */
#include "op.h"

static void
afvises(struct haendelse h, const char *fejl)
{
	const struct besked *m;

	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVIST);
	assert_string_equal(b->ud.fejl, fejl);
	m = &b->besked[b->n - 1];
	assert_string_equal(m->type, "haendelse-afvist");
	assert_true(plb_org_eq(&m->e.til, &h.ev.org));
	assert_int_equal(m->e.sequence, 0); /* outside any course */
	assert_true(plb_slice_eq(m->e.u.haendelse_afvist.haendelse_id, h.ev.id));
	assert_string_equal(m->e.u.haendelse_afvist.aarsag, fejl);
}

/* Kept until what it names becomes known; nobody is told yet. */
static void
venter(struct haendelse h, const char *paa)
{
	size_t n = b->n;

	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_string_equal(b->ud.afventer, paa);
	assert_null(b->ud.fejl);
	assert_int_equal(b->n, n);
}

static void
tages(struct haendelse h)
{
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	assert_null(b->ud.fejl);
}

static void
registration_starts_a_course(void **state)
{
	struct forloeb *f;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	f = bane_forloeb(b, 0);
	assert_true(plb_uuid_eq(b->ud.forloeb, f->id));
	assert_true(plb_slice_is(f->regelsaet, "lab-2024"));
	assert_string_equal(f->akasse.text, "akasse:hk");
	assert_string_equal(f->kommune.text, "kommune:0461");
	assert_true(f->adressebeskyttet); /* default */
}

static void
registration_that_cannot_be(void **state)
{
	struct haendelse h;

	(void)state;
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.akassekode = plb_slice_str("foa");
	afvises(h, "ikke-egen");
	afvises(h_tilmeld(b, 1, "2023-12-31"), "regelsaet");
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.kommunekode = plb_slice_str("461");
	afvises(h, "form");
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.kategori = -1; /* a symbol of a later version */
	afvises(h, "form");
	assert_int_equal(b->p.forloeb.n, 0);
}

static void
known_tilmelding_corrects(void **state)
{
	struct haendelse h;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	h = h_tilmeld(b, 1, "2024-03-05");
	h.u.member_registered.kategori = KATEGORI_DELTID;
	tages(h);
	assert_int_equal(b->p.forloeb.n, 1);
	assert_dato(bane_forloeb(b, 0)->tilmeldingsdato, "2024-03-05");
	assert_int_equal(bane_forloeb(b, 0)->kategori, KATEGORI_DELTID);
	/* An older one that comes late changes nothing. */
	h = h_tilmeld(b, 1, "2024-03-09");
	h.ev.time = tid("2024-03-01T12:00:00+01:00");
	tages(h);
	assert_dato(bane_forloeb(b, 0)->tilmeldingsdato, "2024-03-05");
}

static struct haendelse
med_indplacering(unsigned id, const char *dag, const char *indplacering)
{
	struct haendelse h = h_tilmeld(b, id, dag);

	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato(indplacering);
	return h;
}

static void
same_indplaceringsdato_continues_another_starts_at_zero(void **state)
{
	struct plb_uuid id;

	(void)state;
	tages(med_indplacering(1, "2024-03-01", "2024-03-01"));
	id = bane_forloeb(b, 0)->id;
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	tages(h_timer(b, "2024-03", 16033));
	tages(h_afmeld(b, 1, "2024-04-05"));
	bane_ur(b, "2024-05-01T09:00:00+02:00");
	tages(med_indplacering(2, "2024-05-01", "2024-03-01"));
	assert_int_equal(b->p.forloeb.n, 1);
	assert_true(plb_uuid_eq(bane_forloeb(b, 0)->id, id));
	assert_int_equal(timer_sum(bane_forloeb(b, 0), &b->rr.r[0]), 16033);
	assert_dato(bane_forloeb(b, 0)->tilmeldingsdato, "2024-03-01");
	assert_false(plb_dato_set(bane_forloeb(b, 0)->afmeldt));
	bane_ur(b, "2024-06-01T09:00:00+02:00");
	tages(med_indplacering(3, "2024-06-01", "2024-06-01"));
	assert_int_equal(b->p.forloeb.n, 2);
	assert_false(plb_uuid_eq(bane_forloeb(b, 1)->id, id));
	assert_int_equal(timer_sum(bane_forloeb(b, 1), &b->rr.r[0]), 0);
}

static void
without_indplaceringsdato_an_open_course_goes_on(void **state)
{
	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	bane_ur(b, "2024-03-20T09:00:00+01:00");
	tages(h_tilmeld(b, 2, "2024-03-20"));
	assert_int_equal(b->p.forloeb.n, 1);
	tages(h_afmeld(b, 2, "2024-03-25"));
	bane_ur(b, "2024-04-20T09:00:00+02:00");
	tages(h_tilmeld(b, 3, "2024-04-20"));
	assert_int_equal(b->p.forloeb.n, 2);
}

static void
another_akasse_takes_over_only_what_has_ended(void **state)
{
	struct haendelse h;

	(void)state;
	tages(med_indplacering(1, "2024-03-01", "2024-03-01"));
	bane_ur(b, "2024-03-20T09:00:00+01:00");
	bane_afsender(b, "akasse:foa");
	h = med_indplacering(2, "2024-03-20", "2024-03-01");
	h.u.member_registered.akassekode = plb_slice_str("foa");
	venter(h, "tilmeldingId"); /* a claim: waits for the word of the other */
	assert_string_equal(bane_forloeb(b, 0)->akasse.text, "akasse:hk");
	bane_afsender(b, "akasse:hk");
	tages(h_afmeld(b, 1, "2024-03-20"));
	bane_afsender(b, "akasse:foa");
	h = med_indplacering(3, "2024-03-21", "2024-03-01");
	h.u.member_registered.akassekode = plb_slice_str("foa");
	h.ev.time = tid("2024-03-20T10:00:00+01:00");
	tages(h);
	assert_string_equal(bane_forloeb(b, 0)->akasse.text, "akasse:foa");
}

static void
unknown_and_not_yours_look_alike(void **state)
{
	(void)state;
	/* Nobody is known. */
	venter(h_timer(b, "2024-03", 100), "cpr");
	bane_afsender(b, "akasse:ma");
	/* Somebody is, but not to this one. */
	tages(h_tilmeld_hos(b, 1, "2024-03-01", "ma"));
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_afsender(b, "akasse:foa");
	venter(h_timer(b, "2024-03", 100), "cpr");
	venter(h_samtale(b, 11, "2024-03-01T08:00:00+01:00"), "cpr");
	venter(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"), "cpr");
	venter(h_referat(b, 20, 10, 1), "samtaleId");
	venter(h_referat(b, 20, 12, 1), "samtaleId");
	venter(h_afmeld(b, 1, "2024-03-02"), "tilmeldingId");
	venter(h_afmeld(b, 2, "2024-03-02"), "tilmeldingId");
	venter(
	    h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", NULL),
	    "cpr");
	afvises(h_ny(b, HAENDELSE_UKENDT), "ikke-understoettet");
}

static void
kommune_may_send(void **state)
{
	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	bane_afsender(b, "kommune:0461");
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	tages(h_referat(b, 20, 10, 1));
	tages(h_afmeld(b, 1, "2024-03-02"));
}

static void
newest_report_of_a_month_and_akasse_counts(void **state)
{
	struct haendelse h;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	bane_ur(b, "2024-04-01T09:00:00+02:00");
	tages(h_timer(b, "2024-03", 16033));
	h = h_timer(b, "2024-03", 100);
	h.ev.time = tid("2024-03-31T09:00:00+02:00");
	tages(h);
	assert_int_equal(timer_sum(bane_forloeb(b, 0), &b->rr.r[0]), 16033);
	bane_ur(b, "2024-04-02T09:00:00+02:00");
	tages(h_timer(b, "2024-03", 4000));
	assert_int_equal(timer_sum(bane_forloeb(b, 0), &b->rr.r[0]), 4000);
	afvises(h_timer(b, "2024-13", 4000), "form");
	afvises(h_timer(b, "2024-03", -1), "form");
}

static struct haendelse
to_typer(unsigned id, int32_t x, int32_t y)
{
	struct haendelse h = h_samtale(b, id, "2024-03-01T08:00:00+01:00");
	int32_t *typer = h.u.samtale_held.samtaletyper.p;

	typer[0] = x;
	typer[1] = y;
	h.u.samtale_held.samtaletyper.n = 2;
	return h;
}

/* What only the course shows: the norm depends on the category. */
static void
hours_beyond_the_months_maximum_are_refused(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");

	(void)state;
	h.u.member_registered.kategori = KATEGORI_DELTID;
	tages(h);
	tages(h_timer(b, "2024-03", 13000));
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	afvises(h_timer(b, "2024-03", 13001), "timer-over-norm");
	assert_int_equal(timer_sum(bane_forloeb(b, 0), &b->rr.r[0]), 13000);
	/* Kept all the same: the new category makes it count, whichever was told first. */
	tages(h_kategori(b, KATEGORI_FULDTID, "2024-02-10"));
	assert_int_equal(timer_sum(bane_forloeb(b, 0), &b->rr.r[0]), 13000);
	h = h_tilmeld(b, 1, "2024-03-01");
	h.ev.time.ms++;
	tages(h);
	assert_int_equal(timer_sum(bane_forloeb(b, 0), &b->rr.r[0]), 13001);
}

/* A rule set without a forecast has no norm to hold them to. */
static void
without_a_norm_no_hours_are_too_many(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");

	(void)state;
	b->rr.r[0].norm_c[KATEGORI_DELTID] = 0;
	h.u.member_registered.kategori = KATEGORI_DELTID;
	tages(h);
	tages(h_timer(b, "2024-03", 16033));
}

static void
conversation_type_that_the_rule_set_does_not_have_is_refused(void **state)
{
	struct haendelse h = h_samtale(b, 10, "2024-03-01T08:00:00+01:00");

	(void)state;
	b->rr.r[0].samtaletyper[0] = 10;
	b->rr.r[0].n_samtaletyper = 1;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	afvises(h, "samtaletype");
	assert_int_equal(bane_forloeb(b, 0)->samtaler.n, 0);
}

static void
merge_pairs(void **state)
{
	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	tages(to_typer(10, 10, 7));
	tages(to_typer(11, 7, 10));
	tages(to_typer(12, 15, 17));
	afvises(to_typer(13, 10, 15), "sammenlaegning");
	afvises(to_typer(14, 7, 7), "sammenlaegning");
	assert_int_equal(bane_forloeb(b, 0)->samtaler.n, 3);
}

static void
conversation_in_the_future_is_refused(void **state)
{
	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	tages(h_samtale(b, 10, "2024-03-01T09:05:00+01:00"));
	afvises(h_samtale(b, 11, "2024-03-01T09:05:01+01:00"), "fremtid");
}

static void
conversation_of_dfdg_and_akasse_is_one(void **state)
{
	struct samtale *s;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	bane_afsender(b, "dfdg:star");
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_ur(b, "2024-03-01T09:10:00+01:00");
	bane_afsender(b, "akasse:hk");
	tages(h_samtale(b, 10, "2024-03-01T08:30:00+01:00"));
	assert_int_equal(bane_forloeb(b, 0)->samtaler.n, 1);
	s = bane_forloeb(b, 0)->samtaler.p;
	assert_string_equal(s->afholder.text, "akasse:hk");
	assert_tid(s->afholdt, "2024-03-01T08:30:00+01:00");
	assert_tid(s->modtaget, "2024-03-01T09:00:00+01:00");
	bane_ur(b, "2024-03-01T09:20:00+01:00");
	bane_afsender(b, "dfdg:star");
	tages(h_samtale(b, 10, "2024-03-01T08:31:00+01:00"));
	s = bane_forloeb(b, 0)->samtaler.p;
	assert_string_equal(s->afholder.text, "akasse:hk"); /* who held it stays */
}

static void
referat_by_version_and_only_by_its_author(void **state)
{
	struct referat *r;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	tages(h_referat(b, 20, 10, 2));
	bane_ur(b, "2024-03-01T10:00:00+01:00");
	tages(h_referat(b, 20, 10, 1)); /* an older version, told later */
	r = bane_forloeb(b, 0)->referater.p;
	assert_int_equal(r->version, 2);
	tages(h_referat(b, 20, 10, 3));
	r = bane_forloeb(b, 0)->referater.p;
	assert_int_equal(r->version, 3);
	bane_afsender(b, "kommune:0461");
	venter(h_referat(b, 20, 10, 4), "referatId");
	venter(h_referat(b, 21, 11, 1), "samtaleId"); /* no such conversation */
}

static void
no_list_grows_without_bound(void **state)
{
	unsigned i;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	bane_afsender(b, "kommune:0461");
	for (i = 0; i < 400; i++)
		assert_int_equal(bane_tag(b,
				     h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 1000 + i,
					 "2024-03-20T10:00:00+01:00", NULL)),
		    PLB_TRIN_BEHANDLET),
		    b->n = 0, memset(b->kasse, 0, sizeof(b->kasse));
	afvises(h_indkaldelse(
		    b, HAENDELSE_INDKALDELSE_OPRETTET, 2000, "2024-03-20T10:00:00+01:00", NULL),
	    "for-mange");
	assert_int_equal(bane_forloeb(b, 0)->indkaldelser.n, 400);
}

/* A correction, however new, says nothing about the deregistration; nor does a registration that
 * is older than it. */
static void
only_a_newer_registration_reopens_a_deregistered_course(void **state)
{
	struct haendelse h;

	(void)state;
	tages(med_indplacering(1, "2024-03-01", "2024-03-01"));
	bane_ur(b, "2024-03-05T09:00:00+01:00");
	tages(h_afmeld(b, 1, "2024-03-05"));
	bane_ur(b, "2024-03-06T09:00:00+01:00");
	h = med_indplacering(2, "2024-03-04", "2024-03-01");
	h.ev.time = tid("2024-03-04T09:00:00+01:00");
	tages(h);
	assert_true(plb_uuid_eq(bane_forloeb(b, 0)->tilmelding, uuid(2)));
	assert_dato(bane_forloeb(b, 0)->afmeldt, "2024-03-05");
	tages(med_indplacering(2, "2024-03-06", "2024-03-01"));
	assert_dato(bane_forloeb(b, 0)->afmeldt, "2024-03-05");
	bane_ur(b, "2024-03-07T09:00:00+01:00");
	tages(med_indplacering(3, "2024-03-07", "2024-03-01"));
	assert_false(plb_dato_set(bane_forloeb(b, 0)->afmeldt));
	assert_int_equal(b->p.forloeb.n, 1);
}

static void
newest_deregistration_counts(void **state)
{
	struct haendelse h;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	tages(h_afmeld(b, 1, "2024-03-10"));
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	tages(h_afmeld(b, 1, "2024-03-12"));
	assert_dato(bane_forloeb(b, 0)->afmeldt, "2024-03-12");
	h = h_afmeld(b, 1, "2024-03-11");
	h.ev.time = tid("2024-03-01T12:00:00+01:00");
	tages(h);
	assert_dato(bane_forloeb(b, 0)->afmeldt, "2024-03-12");
	h = h_afmeld(b, 1, "2024-03-13"); /* at the same time the greater id */
	tages(h);
	assert_dato(bane_forloeb(b, 0)->afmeldt, "2024-03-13");
}

static void
no_hours_in_a_month_is_a_report(void **state)
{
	const struct maanedstimer *m;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	tages(h_timer(b, "2024-03", 0));
	tages(h_timer(b, "2024-02", 7));
	assert_int_equal(bane_forloeb(b, 0)->timer.n, 2);
	m = bane_forloeb(b, 0)->timer.p;
	assert_int_equal(m[0].timer_c, 0);
	assert_int_equal(m[1].timer_c, 7);
}

/* Symbols of a later version of the schema come as -1; the first symbol is one like any. */
static void
conversation_with_an_unknown_symbol_is_refused(void **state)
{
	struct haendelse h;
	int i;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	for (i = 0; i < 8; i++) {
		h = h_samtale(b, 10 + (unsigned)i, "2024-03-01T08:00:00+01:00");
		h.u.samtale_held.form = i == 1 || i == 4 ? -1 : 0;
		h.u.samtale_held.har_art = i != 6;
		h.u.samtale_held.art = i == 2 || i == 4 || i == 6 ? -1 : 0;
		h.u.samtale_held.har_deltagelsesstatus = i != 7;
		h.u.samtale_held.deltagelsesstatus = i == 3 || i == 4 || i == 7 ? -1 : 0;
		if (i >= 1 && i <= 4)
			afvises(h, "form");
		else
			tages(h); /* what was not told is not looked at */
	}
	assert_int_equal(bane_forloeb(b, 0)->samtaler.n, 4);
}

static void
conversation_has_one_or_two_types(void **state)
{
	static int32_t typer[] = {10, 7, 17};
	struct haendelse h;
	size_t n;
	int rettet;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	for (rettet = 0; rettet < 2; rettet++)
		for (n = 0; n <= 3; n++) {
			bane_ur_ms(b, (struct plb_time){b->ur.ms + 1000});
			h = h_samtale(b, 10, "2024-03-01T08:00:00+01:00");
			if (rettet) {
				h.type = HAENDELSE_SAMTALE_KORRIGERET;
				h.ev.type = plb_slice_str("samtale-korrigeret");
			}
			h.u.samtale_held.samtaletyper = (struct plb_list){typer, n};
			if (n == 1 || n == 2)
				tages(h);
			else
				afvises(h, "form");
			if (n == 1)
				assert_int_equal(
				    ((const struct samtale *)bane_forloeb(b, 0)->samtaler.p)->type2,
				    0);
		}
	assert_int_equal(((const struct samtale *)bane_forloeb(b, 0)->samtaler.p)->type2, 7);
}

/* Told at the same time, the greater id is newer: the same whichever comes first. */
static void
conversations_told_at_the_same_time_go_by_id(void **state)
{
	struct haendelse a, c;
	const struct samtale *s;

	(void)state;
	tages(h_tilmeld(b, 1, "2024-03-01"));
	a = h_samtale(b, 10, "2024-03-01T08:00:00+01:00");
	c = h_samtale(b, 10, "2024-03-01T08:30:00+01:00");
	tages(c);
	tages(a);
	s = bane_forloeb(b, 0)->samtaler.p;
	assert_tid(s->afholdt, "2024-03-01T08:30:00+01:00");
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tom, ned)

/* Only the registration that began the course says its rule set: corrected, in either order, it
 * leaves the same one. */
static void
a_corrected_registration_chooses_its_rule_set_anew(void **state)
{
	struct haendelse foerst, rettet;
	int omvendt;

	(void)state;
	for (omvendt = 0; omvendt < 2; omvendt++) {
		struct bane *x = bane_new();

		x->rr.r[1] = x->rr.r[0];
		strcpy(x->rr.r[1].id, "lab-2020");
		x->rr.r[1].fra = dato("2020-01-01");
		x->rr.r[1].til = dato("2023-12-31");
		x->rr.n = 2;
		bane_ur(x, "2024-01-02T09:00:00+01:00");
		foerst = h_tilmeld(x, 1, "2024-01-02");
		rettet = h_tilmeld(x, 1, "2023-12-29");
		rettet.ev.time = tid("2024-01-02T10:00:00+01:00");
		bane_tages(x, omvendt ? rettet : foerst);
		bane_tages(x, omvendt ? foerst : rettet);
		assert_true(plb_slice_is(bane_forloeb(x, 0)->regelsaet, "lab-2020"));
		assert_dato(bane_forloeb(x, 0)->tilmeldingsdato, "2023-12-29");
		bane_free(x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_corrected_registration_chooses_its_rule_set_anew),
	    test(registration_starts_a_course),
	    test(registration_that_cannot_be),
	    test(known_tilmelding_corrects),
	    test(same_indplaceringsdato_continues_another_starts_at_zero),
	    test(without_indplaceringsdato_an_open_course_goes_on),
	    test(another_akasse_takes_over_only_what_has_ended),
	    test(unknown_and_not_yours_look_alike),
	    test(kommune_may_send),
	    test(newest_report_of_a_month_and_akasse_counts),
	    test(hours_beyond_the_months_maximum_are_refused),
	    test(without_a_norm_no_hours_are_too_many),
	    test(conversation_type_that_the_rule_set_does_not_have_is_refused),
	    test(merge_pairs),
	    test(conversation_in_the_future_is_refused),
	    test(conversation_of_dfdg_and_akasse_is_one),
	    test(referat_by_version_and_only_by_its_author),
	    test(no_list_grows_without_bound),
	    test(only_a_newer_registration_reopens_a_deregistered_course),
	    test(newest_deregistration_counts),
	    test(no_hours_in_a_month_is_a_report),
	    test(conversation_with_an_unknown_symbol_is_refused),
	    test(conversation_has_one_or_two_types),
	    test(conversations_told_at_the_same_time_go_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
