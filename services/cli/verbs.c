// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include <parloeb/conf.h>

#include "cmd.h"

int
cmd_version(const struct cli *c)
{
	printf(c->json ? "{\"version\":\"%s\"}\n" : "parloeb %s\n", plb_version());
	return CLI_OK;
}

const struct cli_verb cli_verbs[] = {
	{ "check", "", "check the whole configuration", "Reads parloeb.yaml, the schemas, the code lists, the rule sets, the partner files and the organisations.\n"
	  "Every fault is printed as file:line:column: text; with any, the exit code is 1.\n", "", 0, 0, cmd_check },
	{ "clock set", "TIME|-", "step the topic clock to a time", "Returns when every service has reached the time and what fell due by then has been sent.\n"
	  "TIME is RFC 3339 with offset: 2024-06-01T09:00:00+02:00. With - one time is read from each line of the input and answered by \"ok TIME\".\n", "", 1, 1, cmd_clock_set },
	{ "clock show", "", "show the topic clock", NULL, "", 0, 0, cmd_clock_show },
	{ "feed", "", "print an organisation's mailbox", "Needs a token (--token or $PARLOEB_TOKEN). One line each: time, type, delivery id; with --json the gateway's pages, one a line.\n"
	  "Fetching past an event settles it as delivered.\n"
	  "  --organisation ORG  whose mailbox, where the token is of several\n"
	  "  --after CURSOR      from there on\n"
	  "  --follow            wait for further events until interrupted\n", "oaf", 0, 0, cmd_feed },
	{ "forloeb show", "ID", "show the state of one forløb", "Read from Kafka; confidential fields are not opened.\n", "", 1, 1, cmd_forloeb_show },
	{ "levering list", "", "list deliveries that have not arrived", "Asks the console. At most 1,000, oldest first.\n"
	  "  --organisation ORG  of this organisation only\n"
	  "  --status STATUS     whose last step is STATUS: adresseret forsoegt leveret haandteret afvist-midlertidigt afvist-endeligt\n"
	  "                      slettet parkeret tilbagekaldt udloebet\n", "os", 0, 0, cmd_levering_list },
	{ "levering resume", "[LEVERINGID]", "send again what is parked", "With LEVERINGID: what is parked for the same person and recipient. With --organisation alone: all that is\n"
	  "parked for the organisation, and its endpoint if it is paused or off.\n"
	  "  --organisation ORG  the recipient\n", "o", 0, 1, cmd_levering_resume },
	{ "regler tabel", "", "print the rule sets with their sources", "docs/regler.md is made with it: rule set, parameter, value, legal source.\n", "", 0, 0, cmd_regler_tabel },
	{ "schema show", "[NAME]", "list the event types, or print one as JSON Schema", "The Avro schema itself lies in schemas/NAME.\n", "", 0, 1, cmd_schema_show },
	{ "send", "FILE|-", "send an event or a list of events to the gateway", "FILE holds one CloudEvent, or a JSON array of them. Needs a token (--token or $PARLOEB_TOKEN).\n", "", 1, 1, cmd_send },
	{ "status", "", "show whether everything runs", "Services (readiness and lag), topics, events and deliveries.\n", "", 0, 0, cmd_status },
	{ "topics apply", "", "create the topics that are missing", "Never changes the partition count of a topic that is there. With --json one object a line.\n", "", 0, 0, cmd_topics_apply },
	{ "topics plan", "", "show which topics there are and which are missing", NULL, "", 0, 0, cmd_topics_plan },
	{ "trace", "", "tell one course in plain words", "Reads Kafka; works without the console. Says who told what, what was decided, what was sent to whom and what became of it.\n"
	  "Confidential fields are not opened.\n"
	  "  --haendelse ID  the course that this event belongs to\n"
	  "  --forloeb ID    this forløb\n"
	  "  --cpr-stdin     everything about the person whose CPR number stands on the first line of the input; needs the person key\n", "HFC", 0, 0, cmd_trace },
	{ "version", "", "print the version", NULL, "", 0, 0, cmd_version },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL },
};
