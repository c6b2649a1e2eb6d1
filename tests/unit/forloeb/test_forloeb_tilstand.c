// SPDX-License-Identifier: MPL-2.0
/* State of a person ⇄ blob: nothing lost, small, and never trusted. */
#include "bane.h"
#include "forloeb_tilstand.h"
#include "levering.h"
#include "prop.h"
#include "tilstand_v1.h"
#include "tilstand_v2.h"

#include <stdio.h>
#include <stdlib.h>

static struct plb_schemas *schemas;
static struct forloeb_tilstand *w;

static int
op(void **state)
{
	struct plb_errctx ec = {{0}};

	(void)state;
	if (plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder", &schemas,
		&ec) != PLB_OK ||
	    forloeb_tilstand_new(schemas, &w, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	forloeb_tilstand_free(&w);
	plb_schemas_free(&schemas);
	return 0;
}

static struct plb_slice
skriv(const struct person *p, struct plb_arena *a)
{
	struct plb_buf b;
	struct plb_slice s;

	plb_buf_init(&b, 1 << 20);
	assert_int_equal(forloeb_tilstand_skriv(w, p, a, &b), PLB_OK);
	s = plb_arena_dup(a, plb_slice(b.p, b.len));
	plb_buf_fini(&b);
	assert_non_null(s.p);
	return s;
}

static void
laes(struct plb_slice s, struct plb_arena *a, struct person *p)
{
	struct plb_errctx ec = {{0}};

	if (forloeb_tilstand_laes(w, s, a, p, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
}

/* As it is in a service: state passes through its blob at every step. */
static void
om_igen(struct bane *b)
{
	laes(skriv(&b->p, &b->a), &b->a, &b->p);
}

static struct plb_slice
vaerdi(struct bane *b, const char *text)
{
	return plb_slice_str(plb_arena_printf(&b->a, "%s", text));
}

static void
med_uuid(struct bane *b, struct haendelse *h)
{
	char id[PLB_UUID_TEXT];

	h->ev.id = vaerdi(b, plb_uuid_text(uuid(0x10000000u + b->nr), id));
	h->ev.source = plb_slice_str("/akasse/hk/fagsystem");
	h->har_forseglet = true;
	h->forseglet.kilde = h->ev.source;
	h->forseglet.id = h->ev.id;
	h->forseglet.cpr = plb_slice_str(
	    "0123456789012345678901234567890123456789012"); /* 43 bytes, as a sealed number */
}

static void
tag(struct bane *b, struct haendelse h)
{
	med_uuid(b, &h);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	om_igen(b);
}

/* The recipient has read what it got. */
static void
laest(struct bane *b, const char *hos)
{
	struct forloeb_grund g = bane_grund(b);
	struct forloeb *f = bane_forloeb(b, 0);
	struct levering_svar d = {.org = org(hos), .trin = LEVERINGSTRIN_HAANDTERET, .tid = b->ur};

	for (d.sequence = 1; d.sequence <= levering_modtager(f, &d.org)->sequence; d.sequence++)
		assert_int_equal(forloeb_svar(&b->p, f->id, &d, plb_slice_str("svar"), b->ur, &g,
				     &b->a, &b->out, &b->naeste),
		    PLB_OK);
}

/* Four months of hours, four conversations with their referater, and a summons. */
static struct bane *
helt_forloeb(void)
{
	static const char *const maaneder[] = {"2024-03", "2024-04", "2024-05", "2024-06"};
	struct bane *b = bane_new();
	char t[40];
	unsigned i;

	bane_ur(b, "2024-03-01T09:00:00+01:00");
	tag(b, h_tilmeld(b, 1, "2024-03-01"));
	for (i = 0; i < 4; i++) {
		snprintf(t, sizeof(t), "%s-11T10:30:00+01:00", maaneder[i]);
		bane_ur(b, t);
		tag(b, h_samtale(b, 10 + i, t));
		snprintf(t, sizeof(t), "%s-11T14:30:00+01:00", maaneder[i]);
		bane_ur(b, t);
		tag(b, h_referat(b, 20 + i, 10 + i, 1));
		snprintf(t, sizeof(t), "%s-28T12:00:00+01:00", maaneder[i]);
		bane_ur(b, t);
		tag(b, h_timer(b, maaneder[i], 14033));
	}
	bane_ur(b, "2024-07-02T09:00:00+02:00");
	bane_afsender(b, "kommune:0461");
	tag(b,
	    h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-07-12T10:00:00+02:00",
		(const char *const[]){"akasse:hk", NULL}));
	laest(b, "kommune:0461");
	laest(b, "akasse:hk");
	return b;
}

static void
a_member_stays_below_a_kibibyte(void **state)
{
	struct bane *b = helt_forloeb();
	struct plb_slice s = skriv(&b->p, &b->a);

	(void)state;
	assert_int_equal(bane_antal(b, "kommune:0461", "handover-due"), 1);
	print_message("state of a member after a whole course: %zu bytes\n", s.len);
	assert_in_range(s.len, 100, 1024);
	bane_free(b);
}

static void
the_course_is_the_same_through_the_blob(void **state)
{
	struct bane *b = helt_forloeb();
	struct person igen;
	struct plb_slice foer = skriv(&b->p, &b->a), efter;
	const struct forloeb *f;
	const struct samtale *s;

	(void)state;
	laes(foer, &b->a, &igen);
	efter = skriv(&igen, &b->a);
	assert_true(plb_slice_eq(foer, efter));
	f = igen.forloeb.p;
	s = f->samtaler.p;
	assert_int_equal(f->samtaler.n, 4);
	assert_int_equal(f->referater.n, 4);
	assert_int_equal(f->timer.n, 4);
	assert_true(f->due.sendt && f->due.gennemfoert);
	assert_string_equal(f->due.til.text, "kommune:0461");
	assert_tid(s[1].modtaget, "2024-04-11T11:30:00+02:00");
	assert_int_equal(s[3].leveringer.n, 1);
	assert_string_equal(((const struct afsendt *)s[3].leveringer.p)->til.text, "kommune:0461");
	assert_false(plb_dato_set(f->afmeldt) || plb_dato_set(f->indplaceringsdato) ||
	    plb_dato_set(f->foerste_dagpengedag));
	assert_true(plb_slice_is(igen.forseglet.kilde, "/akasse/hk/fagsystem"));
	assert_int_equal(igen.forseglet.id.len, 36);
	assert_int_equal(igen.forseglet.cpr.len, 43);
	bane_free(b);
}

static int
ciffer(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* A changelog of yesterday: nothing of then is open or unsent, and it is written anew. */
static void
version_1_is_read(void **state)
{
	uint8_t bytes[sizeof(TILSTAND_V1) / 2];
	struct bane *b = bane_new();
	struct plb_org kommune = org("kommune:0461");
	const struct forloeb *f;
	const struct samtale *s;
	const struct referat *r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] =
		    (uint8_t)(ciffer(TILSTAND_V1[2 * i]) * 16 + ciffer(TILSTAND_V1[2 * i + 1]));
	assert_true(forloeb_tilstand_kendt(w, plb_slice(bytes, sizeof(bytes))));
	laes(plb_slice(bytes, sizeof(bytes)), &b->a, &b->p);
	f = b->p.forloeb.p;
	s = f->samtaler.p;
	r = f->referater.p;
	assert_true(f->due.sendt);
	assert_int_equal(f->samtaler.n, 4);
	for (i = 0; i < 4; i++) {
		assert_true(levering_sendt(&s[i].leveringer, &kommune, s[i].nr));
		assert_true(levering_sendt(&r[i].leveringer, &kommune, r[i].nr));
	}
	for (i = 1; i <= (size_t)levering_modtager(f, &kommune)->sequence; i++)
		assert_false(levering_aaben(f, &kommune, (int64_t)i));
	om_igen(b);
	f = b->p.forloeb.p;
	assert_int_equal(f->samtaler.n, 4);
	assert_int_equal(f->ting.n + b->p.ventende.n, 0);
	b->ur = tid("2024-07-03T09:00:00+02:00");
	s = f->samtaler.p;
	r = f->referater.p;
	for (i = 0; i < 4; i++) { /* the kept events are there as they were */
		b->kasse[2 * i].emne = (struct emne){'s', s[i].id};
		b->kasse[2 * i + 1].emne = (struct emne){'r', r[i].id};
		b->kasse[2 * i].brugt = b->kasse[2 * i + 1].brugt = true;
		b->kasse[2 * i].h = h_samtale(b, 10, "2024-03-11T10:30:00+01:00");
		b->kasse[2 * i + 1].h = h_referat(b, 20, 10, 1);
	}
	bane_tages(b, h_timer(b, "2024-06", 13033)); /* and it goes on */
	assert_int_equal(bane_antal(b, "kommune:0461", "referat-publiceret"), 0);
	assert_string_equal(bane_forloeb(b, 0)->akasse.text, "akasse:hk");
	assert_int_equal(bane_antal(b, "kommune:0461", "handover-due"), 0);
	bane_free(b);
}

/* What version 3 adds is not known of then: whose number it is, which referater were in the
 * package. */
static void
version_2_is_read(void **state)
{
	uint8_t bytes[sizeof(TILSTAND_V2) / 2];
	struct bane *b = bane_new();
	const struct forloeb *f;
	const struct set *set;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] =
		    (uint8_t)(ciffer(TILSTAND_V2[2 * i]) * 16 + ciffer(TILSTAND_V2[2 * i + 1]));
	laes(plb_slice(bytes, sizeof(bytes)), &b->a, &b->p);
	for (i = 0; i < 2; i++) { /* as it was, and written anew */
		f = b->p.forloeb.p;
		set = b->p.set.p;
		assert_true(f->due.sendt && f->due.gennemfoert);
		assert_int_equal(f->due.pakke_nr, 0);
		assert_string_equal(f->due.akasse.text, "akasse:hk");
		assert_int_equal(f->timer.n, 4);
		assert_null(((const struct maanedstimer *)f->timer.p)->lavere.id.p);
		assert_false(b->p.flyttet);
		assert_null(b->p.identitet.id.p);
		assert_true(b->p.set.n > 0);
		assert_true((int64_t)set[b->p.set.n - 1].minut * 60000 >
		    tid("2024-06-01T00:00:00+02:00").ms);
		om_igen(b);
	}
	bane_free(b);
}

/* The course of version 3: a number that changed, hours of two categories, a copy that went on. */
static void
what_version_3_adds_comes_back(void **state)
{
	struct bane *b = bane_new();
	struct maanedstimer *m;
	struct forloeb *f;

	(void)state;
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	tag(b, h_tilmeld(b, 1, "2024-03-01"));
	tag(b, h_timer(b, "2024-03", 12000));
	tag(b, h_timer(b, "2024-03", 16000));
	tag(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	f = b->p.forloeb.p;
	f->due.akasse = org("akasse:foa");
	b->p.flyttet = true;
	b->p.identitet = f->tilmeldt;
	om_igen(b);
	f = b->p.forloeb.p;
	m = f->timer.p;
	assert_int_equal(m->timer_c, 16000);
	assert_int_equal(m->lavere_c, 12000);
	assert_true(m->lavere.id.p != NULL && !plb_slice_eq(m->lavere.id, m->stempel.id));
	assert_string_equal(f->due.fra.text, "akasse:hk");
	assert_string_equal(f->due.akasse.text, "akasse:foa");
	assert_true(f->due.pakke_nr > 0);
	assert_true(b->p.flyttet);
	assert_true(plb_slice_eq(b->p.identitet.id, f->tilmeldt.id));
	bane_free(b);
}

static void
what_may_be_absent_comes_back_as_it_was(void **state)
{
	struct plb_arena a;
	struct forloeb f = {.regelsaet = plb_slice_str("lab-2024"),
	    .akasse = org("akasse:hk"),
	    .kommune = org("kommune:0461"),
	    .kategori = KATEGORI_DELTID,
	    .tilmeldingsdato = dato("2024-03-01"),
	    .indplaceringsdato = dato("2024-02-01"),
	    .foerste_dagpengedag = dato("2024-02-02"),
	    .afmeldt = dato("2024-12-31"),
	    .naeste_nr = 7};
	struct samtale s = {.type1 = 10,
	    .type2 = 7,
	    .har_art = true,
	    .art = SAMTALE_GRUPPE,
	    .flere_myndigheder = true,
	    .har_deltagelsesstatus = true,
	    .deltagelsesstatus = 2,
	    .har_indkaldelse = true,
	    .indkaldelse = uuid(5),
	    .afholder = org("aktoer:12345678"),
	    .fra = org("dfdg:star"),
	    .modtaget = PLB_TIME_UNSET,
	    .rykket = true};
	struct person p = {.forloeb = {&f, 1}}, q;
	const struct forloeb *g;
	const struct samtale *v;

	(void)state;
	plb_arena_init(&a, 1 << 20);
	f.tilmeldt_akasse = f.akasse;
	f.tilmeldt_kommune = f.kommune;
	f.tilmeldt_fra = f.tilmeldingsdato;
	f.tilmeldt.id = s.stempel.id = kort_id(&a, plb_slice_str("x"));
	f.afmeldelse = (struct stempel){{12345}, kort_id(&a, plb_slice_str("afmeldt-af"))};
	f.samtaler = (struct plb_list){&s, 1};
	laes(skriv(&p, &a), &a, &q);
	g = q.forloeb.p;
	v = g->samtaler.p;
	assert_dato(g->indplaceringsdato, "2024-02-01");
	assert_dato(g->foerste_dagpengedag, "2024-02-02");
	assert_dato(g->afmeldt, "2024-12-31");
	assert_true(plb_slice_is(lang_id(&a, g->afmeldelse.id), "afmeldt-af"));
	assert_int_equal(g->kategori, KATEGORI_DELTID);
	assert_int_equal(g->naeste_nr, 7);
	assert_false(g->varsel.sendt || g->due.sendt);
	assert_true(v->har_art && v->art == SAMTALE_GRUPPE && v->flere_myndigheder && v->rykket);
	assert_true(v->har_deltagelsesstatus && v->deltagelsesstatus == 2);
	assert_true(v->har_indkaldelse && plb_uuid_eq(v->indkaldelse, uuid(5)));
	assert_true(v->modtaget.ms == PLB_TIME_UNSET.ms);
	assert_string_equal(v->afholder.text, "aktoer:12345678");
	assert_string_equal(v->fra.text, "dfdg:star");
	assert_null(q.forseglet.cpr.p);
	plb_arena_fini(&a);
}

static void
truncated_state_is_refused(void **state)
{
	struct bane *b = helt_forloeb();
	struct plb_slice s = skriv(&b->p, &b->a);
	size_t n;

	(void)state;
	for (n = 0; n < s.len; n++) {
		struct plb_errctx ec = {{0}};
		struct person p;
		uint8_t *kopi = malloc(n > 0 ? n : 1);

		assert_non_null(kopi);
		memcpy(kopi, s.p, n);
		assert_int_not_equal(
		    forloeb_tilstand_laes(w, plb_slice(kopi, n), &b->a, &p, &ec), PLB_OK);
		free(kopi);
	}
	bane_free(b);
}

/* A bent state is refused, or read and played on without harm. */
static bool
bent_state_does_no_harm(struct prop *p, void *arg)
{
	const struct plb_slice *hel = arg;
	struct bane *b = bane_new();
	struct forloeb_grund g = bane_grund(b);
	struct plb_errctx ec = {{0}};
	struct plb_time naeste;
	uint8_t *kopi = malloc(hel->len);
	int i;

	if (kopi != NULL)
		memcpy(kopi, hel->p, hel->len);
	for (i = 0; kopi != NULL && i < 3; i++)
		kopi[8 + prop_below(p, hel->len - 8)] ^= (uint8_t)prop_below(p, 256);
	if (kopi != NULL &&
	    forloeb_tilstand_laes(w, plb_slice(kopi, hel->len), &b->a, &b->p, &ec) == PLB_OK)
		(void)!forloeb_timer(&b->p, plb_slice_str("t"), tid("2025-01-01T00:00:00Z"), &g,
		    &b->a, &b->out, &naeste);
	free(kopi);
	bane_free(b);
	return true; /* the sanitizers judge */
}

static void
bent_state(void **state)
{
	struct bane *b = helt_forloeb();
	struct plb_slice s = skriv(&b->p, &b->a);

	(void)state;
	assert_true(prop_holds("bent_state_does_no_harm", bent_state_does_no_harm, &s, 300));
	bane_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_member_stays_below_a_kibibyte),
	    cmocka_unit_test(the_course_is_the_same_through_the_blob),
	    cmocka_unit_test(version_1_is_read),
	    cmocka_unit_test(version_2_is_read),
	    cmocka_unit_test(what_version_3_adds_comes_back),
	    cmocka_unit_test(what_may_be_absent_comes_back_as_it_was),
	    cmocka_unit_test(truncated_state_is_refused),
	    cmocka_unit_test(bent_state),
	};

	return cmocka_run_group_tests(tests, op, ned);
}
