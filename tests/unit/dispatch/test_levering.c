// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "levering.h"

#include <string.h>

static const struct {
	enum lev_status fra;
	enum lev_haendelse h;
	enum lev_status til;
	unsigned handling;
} lovlige[] = {
    {LEV_VENTER, LEV_H_SEND, LEV_IGANG, 0},
    {LEV_VENTER, LEV_H_BAGVED, LEV_PARKERET, LEV_MELD_PARKERET},
    {LEV_VENTER, LEV_H_HOLD, LEV_PARKERET, LEV_MELD_PARKERET},
    {LEV_VENTER, LEV_H_GENSEND, LEV_VENTER, LEV_FORFRA},
    {LEV_VENTER, LEV_H_TILBAGEKALD, LEV_SLUT, LEV_MELD_TILBAGEKALDT},
    {LEV_VENTER, LEV_H_HENTET, LEV_LEVERET, LEV_MELD_LEVERET},
    {LEV_VENTER, LEV_H_UDLOEB, LEV_UDLOEBET, LEV_MELD_UDLOEBET},
    {LEV_VENTER, LEV_H_NAAET, LEV_LEVERET, 0},
    {LEV_VENTER, LEV_H_OVERFLOEDIG, LEV_SLUT, LEV_MELD_TILBAGEKALDT},
    {LEV_IGANG, LEV_H_NAAET, LEV_LEVERET, LEV_FORSOEGT | LEV_MELD_LEVERET},
    {LEV_IGANG, LEV_H_OK, LEV_LEVERET, LEV_MELD_LEVERET},
    {LEV_IGANG, LEV_H_MIDLERTIDIG, LEV_VENTER, LEV_FORSOEGT | LEV_PLANLAEG},
    {LEV_IGANG, LEV_H_OPBRUGT, LEV_PARKERET, LEV_FORSOEGT | LEV_MELD_PARKERET},
    {LEV_IGANG, LEV_H_AFVIST, LEV_PARKERET, LEV_FORSOEGT | LEV_MELD_PARKERET},
    {LEV_IGANG, LEV_H_PAUSE, LEV_VENTER, LEV_FORSOEGT},
    {LEV_IGANG, LEV_H_UVIS, LEV_VENTER, 0},
    {LEV_IGANG, LEV_H_HENTET, LEV_LEVERET, LEV_MELD_LEVERET},
    {LEV_IGANG, LEV_H_UDLOEB, LEV_UDLOEBET, LEV_MELD_UDLOEBET},
    {LEV_PARKERET, LEV_H_NAAET, LEV_LEVERET, 0},
    {LEV_PARKERET, LEV_H_OVERFLOEDIG, LEV_SLUT, LEV_MELD_TILBAGEKALDT},
    {LEV_PARKERET, LEV_H_GENOPTAG, LEV_VENTER, LEV_FORFRA},
    {LEV_PARKERET, LEV_H_GENSEND, LEV_VENTER, LEV_FORFRA},
    {LEV_PARKERET, LEV_H_TILBAGEKALD, LEV_SLUT, LEV_MELD_TILBAGEKALDT},
    {LEV_PARKERET, LEV_H_HENTET, LEV_LEVERET, LEV_MELD_LEVERET},
    {LEV_PARKERET, LEV_H_UDLOEB, LEV_UDLOEBET, LEV_MELD_UDLOEBET},
    {LEV_POSTKASSE, LEV_H_NAAET, LEV_LEVERET, 0},
    {LEV_POSTKASSE, LEV_H_OVERFLOEDIG, LEV_SLUT, LEV_MELD_TILBAGEKALDT},
    {LEV_POSTKASSE, LEV_H_TILBAGEKALD, LEV_SLUT, LEV_MELD_TILBAGEKALDT},
    {LEV_POSTKASSE, LEV_H_HOLD, LEV_PARKERET, LEV_MELD_PARKERET},
    {LEV_POSTKASSE, LEV_H_HENTET, LEV_LEVERET, LEV_MELD_LEVERET},
    {LEV_POSTKASSE, LEV_H_UDLOEB, LEV_UDLOEBET, LEV_MELD_UDLOEBET},
    {LEV_LEVERET, LEV_H_HAANDTERET, LEV_SLUT, LEV_MELD_HAANDTERET},
    {LEV_LEVERET, LEV_H_AFVIST_IGEN, LEV_VENTER, LEV_MELD_AFVIST_MIDLERTIDIGT | LEV_PLANLAEG},
    {LEV_LEVERET, LEV_H_AFVIST_FEED, LEV_LEVERET, LEV_MELD_AFVIST_MIDLERTIDIGT},
    {LEV_LEVERET, LEV_H_AFVIST_OPBRUGT, LEV_PARKERET,
	LEV_MELD_AFVIST_MIDLERTIDIGT | LEV_MELD_PARKERET},
    {LEV_LEVERET, LEV_H_AFVIST_ENDELIGT, LEV_SLUT, LEV_MELD_AFVIST_ENDELIGT},
    {LEV_LEVERET, LEV_H_SLETTET, LEV_SLUT, LEV_MELD_SLETTET},
    {LEV_LEVERET, LEV_H_GENSEND, LEV_VENTER, LEV_FORFRA | LEV_FORBI},
    {LEV_LEVERET, LEV_H_FORAELD, LEV_SLUT, 0},
    {LEV_UDLOEBET, LEV_H_HENTET, LEV_LEVERET, LEV_MELD_LEVERET},
    {LEV_UDLOEBET, LEV_H_GENSEND, LEV_VENTER, LEV_FORFRA | LEV_FORBI},
    {LEV_UDLOEBET, LEV_H_FORAELD, LEV_SLUT, 0},
};
#define N (sizeof(lovlige) / sizeof(lovlige[0]))

/* Each row of the table, and every pair that is no row changes nothing. */
static void
test_every_row(void **state)
{
	(void)state;
	for (int s = 0; s < LEV_STATUSSER; s++) {
		for (int h = 0; h < LEV_HAENDELSER; h++) {
			struct lev_overgang o =
			    lev_naeste((enum lev_status)s, (enum lev_haendelse)h);
			size_t i = 0;

			while (i < N &&
			    (lovlige[i].fra != (enum lev_status)s ||
				lovlige[i].h != (enum lev_haendelse)h))
				i++;
			assert_int_equal(o.naeste, i < N ? (int)lovlige[i].til : s);
			assert_int_equal(o.handling, i < N ? lovlige[i].handling : LEV_IGNORER);
		}
	}
}

/* Nothing is lost: from every state before the end there is a way to LEVERET or SLUT. */
static void
test_no_state_is_a_trap(void **state)
{
	bool naar[LEV_STATUSSER] = {[LEV_LEVERET] = true, [LEV_SLUT] = true};

	(void)state;
	for (int runde = 0; runde < LEV_STATUSSER; runde++)
		for (size_t i = 0; i < N; i++)
			naar[lovlige[i].fra] |= naar[lovlige[i].til];
	for (int s = 0; s < LEV_STATUSSER; s++)
		assert_true(naar[s]);
}

/* A copy makes no ladder: every pair that moves, and what of it is told. */
static void
test_a_copy_tells_of_trouble_and_of_news(void **state)
{
	const unsigned aldrig = LEV_MELD_HAANDTERET | LEV_MELD_AFVIST_MIDLERTIDIGT |
	    LEV_MELD_AFVIST_ENDELIGT | LEV_MELD_SLETTET;
	struct lev_overgang o;

	(void)state;
	for (int s = 0; s < LEV_STATUSSER; s++)
		for (int h = 0; h < LEV_HAENDELSER; h++)
			for (int hvad = 0; hvad < 4; hvad++) {
				o = lev_kopi((enum lev_status)s, (enum lev_haendelse)h,
				    (hvad & 1) != 0, (hvad & 2) != 0);
				assert_int_equal(o.handling & aldrig, 0);
				assert_int_not_equal(
				    o.naeste == LEV_UDLOEBET && s != LEV_UDLOEBET, 1);
			}
	o = lev_kopi(LEV_IGANG, LEV_H_OK, false, false);
	assert_int_equal(o.naeste, LEV_SLUT);
	assert_int_equal(o.handling, 0);
	o = lev_kopi(LEV_IGANG, LEV_H_OK, true, true);
	assert_int_equal(o.naeste, LEV_LEVERET);
	assert_int_equal(o.handling, LEV_MELD_LEVERET);
	o = lev_kopi(LEV_IGANG, LEV_H_AFVIST, false, false);
	assert_int_equal(o.naeste, LEV_PARKERET);
	assert_int_equal(o.handling, LEV_FORSOEGT | LEV_MELD_PARKERET);
	o = lev_kopi(LEV_PARKERET, LEV_H_OVERFLOEDIG, false, false);
	assert_int_equal(o.handling, LEV_MELD_TILBAGEKALDT);
	o = lev_kopi(LEV_VENTER, LEV_H_TILBAGEKALD, false, false);
	assert_int_equal(o.naeste, LEV_SLUT);
	assert_int_equal(o.handling, 0);
}

static void
test_who_holds_the_queue(void **state)
{
	(void)state;
	for (int s = 0; s < LEV_STATUSSER; s++) {
		bool holder = s == LEV_VENTER || s == LEV_IGANG || s == LEV_PARKERET;

		assert_int_equal(lev_holder_koe((enum lev_status)s), holder);
		assert_int_equal(lev_uafgjort((enum lev_status)s), holder || s == LEV_POSTKASSE);
	}
	assert_string_equal(lev_status_navn(LEV_UDLOEBET), "udloebet");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_row),
	    cmocka_unit_test(test_no_state_is_a_trap),
	    cmocka_unit_test(test_a_copy_tells_of_trouble_and_of_news),
	    cmocka_unit_test(test_who_holds_the_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
