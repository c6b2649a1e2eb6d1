// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include <parloeb/bus.h>
#include <parloeb/partnere.h>

#include "cmd.h"

static const char *
state_text(enum plb_topic_state s)
{
	switch (s) {
	case PLB_TOPIC_MISSING:
		return "missing";
	case PLB_TOPIC_OK:
		return "ok";
	case PLB_TOPIC_OTHER_COUNT:
		return "other partition count";
	case PLB_TOPIC_OTHER_REPLICATION:
		return "other replication";
	}
	return "?";
}

static int
one_topic(const struct cli *c, struct plb_bus *b, const struct plb_topic_plan *t, bool apply)
{
	struct plb_errctx ec = {{0}};
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
	printf(c->json
		? "{\"topic\":\"%s\",\"partitions\":%d,\"replication\":%d,\"state\":\"%s\"}\n"
		: "%-22s %4d partitions, replication %d: %s\n",
	    t->name, have > 0 ? have : t->partitions, t->replication,
	    created ? "created" : state_text(state));
	return state == PLB_TOPIC_OTHER_COUNT || (state == PLB_TOPIC_MISSING && !apply) ? CLI_FAULTS
											: CLI_OK;
}

/* Worse of two; what Kafka does not answer ends the run. */
static int
worse(int a, int b)
{
	return a > b ? a : b;
}

static int
own_topics(const struct cli *c, struct plb_bus *b, bool apply)
{
	const struct plb_topic_plan *t;
	int code = CLI_OK;
	size_t n;

	t = plb_topics(b, &n);
	for (size_t i = 0; i < n && code != CLI_UNREACHED; i++)
		code = worse(code, one_topic(c, b, &t[i], apply));
	return code;
}

/* Those of the recipients whose partner file has `kafka:`. */
static int
recipient_topics(const struct cli *c, struct plb_bus *b, const struct plb_conf *conf, bool apply)
{
	struct plb_partnere *partnere = NULL;
	int code = CLI_OK;
	struct plb_faults f;

	plb_faults_init(&f);
	if (plb_partnere_load(plb_conf_common(conf)->partnere, &partnere, &f) != PLB_OK) {
		fputs(f.text, stderr);
		plb_faults_fini(&f);
		return CLI_FAULTS;
	}
	plb_faults_fini(&f);
	for (size_t i = 0; i < plb_partnere_count(partnere); i++) {
		const struct plb_partner *p = plb_partnere_at(partnere, i);

		for (size_t k = 0;
		     k < p->n_org && p->kafka.certificate != NULL && code != CLI_UNREACHED; k++) {
			struct plb_topic_plan t;
			char name[PLB_TIL_EMNE];

			plb_topic_recipient(b, plb_partner_emne(&p->org[k], name), &t);
			code = worse(code, one_topic(c, b, &t, apply));
		}
	}
	plb_partnere_free(&partnere);
	return code;
}

static int
topics(const struct cli *c, bool apply)
{
	struct plb_errctx ec = {{0}};
	struct plb_conf *conf = cli_conf(c);
	struct plb_bus *b = NULL;
	enum plb_err err;
	int code;

	if (conf == NULL)
		return CLI_FAULTS;
	err = plb_bus_new(conf, "parloeb", &b, &ec);
	code = err == PLB_OK ? own_topics(c, b, apply) : cli_error(err, &ec);
	if (err == PLB_OK && code != CLI_UNREACHED)
		code = worse(code, recipient_topics(c, b, conf, apply));
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
