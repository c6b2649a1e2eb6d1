// SPDX-License-Identifier: MPL-2.0
#include "http_fixture.h"

struct spin {
	struct plb_loop *loop;
	struct plb_loop_timer *look;
	bool (*until)(struct bench *b);
	struct bench *b;
	int rounds;
};

static void
look(void *arg)
{
	struct spin *s = arg;

	if (s->until(s->b)) {
		plb_loop_stop(s->loop);
		return;
	}
	if (s->rounds++ > FX_WAIT_MS / 5)
		fail_msg("never came");
	plb_loop_timer_in(s->look, 5);
}

void
fx_spin(struct plb_loop *l, bool (*until)(struct bench *b), struct bench *b)
{
	struct spin s = {.loop = l, .until = until, .b = b};
	struct plb_errctx ec = {0};

	s.look = plb_loop_timer_new(l, look, &s);
	assert_non_null(s.look);
	plb_loop_timer_in(s.look, 0);
	assert_int_equal(plb_loop_run(l, &ec), PLB_OK);
	plb_loop_timer_free(&s.look);
}
