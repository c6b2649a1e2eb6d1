// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include <parloeb/conf.h>

#include "cmd.h"

int
cmd_version(const struct cli *c)
{
	(void)c;
	printf("parloeb %s\n", plb_version());
	return CLI_OK;
}

const struct cli_verb cli_verbs[] = {
	{ "clock set", "TIME|-", "step the topic clock to a time; - reads one time a line", "Returns when every service has reached the time and what fell due by then has been sent.\n", cmd_clock_set },
	{ "clock show", "", "show the topic clock", NULL, cmd_clock_show },
	{ "topics apply", "", "create the topics that are missing; never changes a partition count", NULL, cmd_topics_apply },
	{ "topics plan", "", "show which topics there are and which are missing", NULL, cmd_topics_plan },
	{ "version", "", "print the version", NULL, cmd_version },
	{ NULL, NULL, NULL, NULL, NULL },
};
