// SPDX-License-Identifier: MPL-2.0
#include <parloeb/flow.h>

#include "clock_follow.h"

#include <stdlib.h>

/* For services without partitions: having read the tik is all there is to say. */
struct plb_clock_topic {
	struct clock_follow *follow;
};

static void
moved(void *arg)
{
	struct plb_clock_topic *c = arg;

	if (clock_follow_asked(c->follow))
		clock_follow_answer(c->follow, NULL, 0, PLB_TIME_NEVER, 0);
}

enum plb_err
plb_clock_topic_new(struct plb_loop *l, struct plb_bus *b, const char *service,
    const char *instance, struct plb_clock_topic **out, struct plb_errctx *ec)
{
	struct plb_clock_topic *c = calloc(1, sizeof(*c));
	enum plb_err err;

	*out = NULL;
	if (c == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "clock topic: out of memory");
	err = clock_follow_new(l, b, service, instance, moved, c, &c->follow, ec);
	if (err != PLB_OK) {
		free(c);
		return err;
	}
	*out = c;
	return PLB_OK;
}

struct plb_clock
plb_clock_topic_clock(struct plb_clock_topic *c)
{
	return clock_follow_clock(c->follow);
}

bool
plb_clock_topic_ready(const struct plb_clock_topic *c)
{
	return clock_follow_ready(c->follow);
}

void
plb_clock_topic_free(struct plb_clock_topic **c)
{
	if (*c == NULL)
		return;
	clock_follow_free(&(*c)->follow);
	free(*c);
	*c = NULL;
}
