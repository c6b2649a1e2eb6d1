// SPDX-License-Identifier: MPL-2.0
#ifndef TESTS_FORLOEB_BANE_H
#define TESTS_FORLOEB_BANE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/kalender.h>

#include "dagpengetimer.h"
#include "forloeb.h"
#include "frist.h"
#include "levering.h"
#include "part.h"
#include "trin.h"

/* One person on the track: the core with a clock in a variable. Sends facts, fires due times in
 * order, and collects what leaves. Everything that goes wrong in the fixture itself fails the test.
 */

/* A message that left. */
struct besked {
	struct effekt e;
	char type[40];        /* "handover-due", "samtale-held" */
	struct plb_time ur;   /* clock when it left */
	struct plb_uuid ting; /* samtale, referat, indkaldelse of a relay */
	int32_t version;      /* of a relayed referat */
};

#define BESKEDER_MAX 2000
#define KASSE_MAX 200
struct bane {
	struct plb_arena a; /* of the whole course */
	struct person p;
	struct regler rr;
	struct effekter out;
	struct plb_time ur, naeste;
	struct forloeb_udfald ud; /* of the last fact */
	struct besked besked[BESKEDER_MAX];
	size_t n;
	struct { /* kept events */
		struct emne emne;
		struct haendelse h;
		bool brugt;
	} kasse[KASSE_MAX];
	enum plb_trin udfald; /* of the last fact that waited and does so no more */
	unsigned nr;          /* for ids */
	char afsender[24];
};

/* Rule set lab-2024 as in config/regler, and the holidays of config/koder. */
struct bane *bane_new(void);
void bane_free(struct bane *b);
struct regler bane_regler(void);
/* What a step of its own stands on. */
struct forloeb_grund bane_grund(struct bane *b);

struct plb_dato dato(const char *text);
struct plb_time tid(const char *text);
struct plb_org org(const char *text);
struct plb_maaned maaned(const char *text);
/* A UUID from a number. */
struct plb_uuid uuid(unsigned n);

/* Collect what a step that the test made itself has left in b->out. */
void bane_saml(struct bane *b);
/* Fire what falls due up to `t`, then stand there. "YYYY-MM-DDTHH:MM:SS+HH:MM" */
void bane_ur(struct bane *b, const char *t);
void bane_ur_ms(struct bane *b, struct plb_time t);
/* Who sends from now on; "akasse:hk" at the start. */
void bane_afsender(struct bane *b, const char *o);

/* Facts with a new id and the clock as time; change what is wanted, then bane_tag. Text members
 * must outlive the call. */
struct haendelse h_ny(struct bane *b, enum haendelse_type type);
struct haendelse h_tilmeld(struct bane *b, unsigned id, const char *tilmeldingsdato);
/* By another a-kasse than hk. */
struct haendelse h_tilmeld_hos(
    struct bane *b, unsigned id, const char *tilmeldingsdato, const char *akassekode);
struct haendelse h_afmeld(struct bane *b, unsigned id, const char *afmeldingsdato);
struct haendelse h_timer(struct bane *b, const char *maaned, int64_t timer_c);
struct haendelse h_samtale(struct bane *b, unsigned id, const char *afholdt);
struct haendelse h_referat(struct bane *b, unsigned id, unsigned samtale, int32_t version);
struct haendelse h_indkaldelse(struct bane *b, enum haendelse_type type, unsigned id,
    const char *start, const char *const *gaester);
/* `akasse` and `fra` may be NULL. */
struct haendelse h_medlemskab(
    struct bane *b, enum aendring aendring, const char *akasse, const char *startdato);
struct haendelse h_kategori(struct bane *b, enum kategori kategori, const char *startdato);
struct haendelse h_flyt(struct bane *b, const char *fra, const char *til, const char *virkning);
struct haendelse h_anmod(
    struct bane *b, unsigned tilmelding, enum anmodning_aarsag aarsag, const char *til);
struct haendelse h_ansvar(struct bane *b, const char *ansvarlig, const char *fra, const char *til);
struct haendelse h_fravaer(
    struct bane *b, unsigned id, int32_t type, const char *start, const char *slut);
struct haendelse h_gruppe(struct bane *b, int32_t gruppe, const char *fra);
/* Hand it in. */
enum plb_trin bane_tag(struct bane *b, struct haendelse h);

/* It must be taken. */
void bane_tages(struct bane *b, struct haendelse h);
/* The service of deliveries says what became of the i-th message of this type to this organisation.
 */
void bane_svar(
    struct bane *b, const char *til, const char *type, size_t i, enum leveringstrin trin);
/* Registered on 1 March 2024 in akasse:hk and kommune:0461, with the hours of full months until the
 * end of `n` months. */
void bane_forloeb_med_timer(struct bane *b, int n);

/* Messages of this type to this organisation. */
size_t bane_antal(const struct bane *b, const char *til, const char *type);
/* The i-th of them; fails the test when it is not there. */
const struct besked *bane_besked(const struct bane *b, const char *til, const char *type, size_t i);
struct forloeb *bane_forloeb(struct bane *b, size_t i);

#define assert_dato(d, want)                                                                       \
	do {                                                                                       \
		char text_[PLB_DATO_TEXT];                                                         \
		assert_string_equal(plb_dato_text((d), text_), want);                              \
	} while (0)
#define assert_tid(t, want)                                                                        \
	do {                                                                                       \
		char text_[PLB_TIME_TEXT];                                                         \
		assert_string_equal(plb_time_text((t), text_), want);                              \
	} while (0)

#endif
