// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include <parloeb/bus.h>

#include "cmd.h"

static const char *
state_text(enum plb_topic_state s)
{
	switch (s) {
	case PLB_TOPIC_MISSING: return "missing";
	case PLB_TOPIC_OK: return "ok";
	case PLB_TOPIC_OTHER_COUNT: return "other partition count";
	case PLB_TOPIC_OTHER_REPLICATION: return "other replication";
	}
	return "?";
}

static int
one_topic(const struct cli *c, struct plb_bus *b, const struct plb_topic_plan *t, bool apply)
{
	struct plb_errctx ec = { { 0 } };
	enum plb_topic_state state;
	int32_t have = 0;
	enum plb_err err = plb_topic_check(b, t, &state, &have, &ec);
	bool created = false;

	if (err != PLB_OK)
		return cli_error(err, &ec);
	if (apply && state == PLB_TOPIC_MISSING) {
		err = plb_topic_create(b, t, &ec);
		if (err != PLB_OK)
			return cli_error(err, &ec);
		created = true;
		have = t->partitions;
	}
	printf(c->json ? "{\"topic\":\"%s\",\"partitions\":%d,\"replication\":%d,\"state\":\"%s\"}\n" : "%-22s %4d partitions, replication %d: %s\n", t->name,
	    have > 0 ? have : t->partitions, t->replication, created ? "created" : state_text(state));
	return state == PLB_TOPIC_OTHER_COUNT || (state == PLB_TOPIC_MISSING && !apply) ? CLI_FAULTS : CLI_OK;
}

static int
topics(const struct cli *c, bool apply)
{
	struct plb_errctx ec = { { 0 } };
	struct plb_conf *conf = cli_conf(c);
	const struct plb_topic_plan *t;
	struct plb_bus *b = NULL;
	enum plb_err err;
	int code = CLI_OK, one;
	size_t i, n;

	if (conf == NULL)
		return CLI_FAULTS;
	err = plb_bus_new(conf, "parloeb", &b, &ec);
	if (err != PLB_OK) {
		code = cli_error(err, &ec);
		goto out;
	}
	t = plb_topics(b, &n);
	for (i = 0; i < n; i++) {
		one = one_topic(c, b, &t[i], apply);
		if (one > code)
			code = one;
		if (one == CLI_UNREACHED)
			break;
	}
out:
	plb_bus_free(&b);
	plb_conf_free(&conf);
	return code;
}

int
cmd_topics_plan(const struct cli *c)
{
	return topics(c, false);
}

int
cmd_topics_apply(const struct cli *c)
{
	return topics(c, true);
}
