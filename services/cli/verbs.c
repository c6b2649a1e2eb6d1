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

/* Help of orders that move deliveries. */
#define SELECTION                                                                                  \
	"Shows a plan: how many, a sample, the effect. The same with --yes does it, and waits "    \
	"for it; an interrupt leaves it running (levering stop).\n"                                \
	"A large one (console.approve_above) waits for a second person: levering approve. What "   \
	"has been withdrawn is left out.\n"                                                        \
	"  ID...               these deliveries (levering list), or:\n"                            \
	"  --organisation ORG  of this recipient; alone: everything parked\n"                      \
	"  --cause TEXT        parked for this cause, as levering list --status parkeret writes "  \
	"it\n"                                                                                     \
	"  --from T --to T     addressed in this time, RFC 3339 with offset\n"                     \
	"  --status STATUS     parkeret (default), uafsluttet, alle, or a step such as leveret\n"
#define DOING                                                                                      \
	"  --rate N            so many a second (default 50)\n"                                    \
	"  --max N             at most so many\n"                                                  \
	"  --yes               do it\n"

const struct cli_verb cli_verbs[] = {
    {"afvist list", "", "list dead letters: what a service could not take",
	"First how many by service, topic and cause, then each: id, since when, whether it has "
	"been put back (genindsat), whence, why.\n"
	"Reads Kafka. Bytes are never shown.\n"
	"  --cause CODE        of this cause only\n",
	"u", 0, 0, cmd_afvist_list},
    {"afvist redrive", "[ID...]", "put dead letters back to their topics, after a mend",
	"Shows a plan; the same with --yes does it. Each is put back once: the audit keeps which. "
	"Writes to Kafka.\n"
	"  ID...               these (afvist list), or:\n"
	"  --cause CODE        all of this cause that have not been put back\n"
	"  --max N             at most so many (default 1000)\n"
	"  --reason TEXT       why; needed with --yes. No CPR number\n"
	"  --yes               do it\n",
	"umry", 0, 1000, cmd_afvist_redrive},
    {"afvist show", "ID", "show one dead letter",
	"What refused it and why, which event it is, whence it came. Its bytes are not shown.\n",
	"", 1, 1, cmd_afvist_show},
    {"bevis key", "FILE", "make the key that signs proofs and test reports",
	"Writes FILE (the secret, for this command alone) and FILE.pub, and says where the "
	"configuration names them.\n",
	"", 1, 1, cmd_bevis_key},
    {"bevis verify", "FILE", "verify a proof of delivery, without Kafka or network",
	"The signature, the chain of salted digests, and that every record in it is about the "
	"delivery.\n"
	"  --key FILE          public key of the installation (default paths.proof_public, where "
	"there is a configuration)\n"
	"  --body FILE         also: is this, byte for byte, what was delivered?\n",
	"kB", 1, 1, cmd_bevis_verify},
    {"check", "", "check the whole configuration",
	"Reads parloeb.yaml, the schemas, the code lists, the rule sets, the partner files and the "
	"organisations.\n"
	"Every fault is printed as file:line:column: text; with any, the exit code is 1.\n",
	"", 0, 0, cmd_check},
    {"clock set", "TIME|-", "step the topic clock to a time",
	"Returns when every service has reached the time and what fell due by then has been sent.\n"
	"TIME is RFC 3339 with offset: 2024-06-01T09:00:00+02:00. With - one time is read from "
	"each line of the input and answered by \"ok TIME\".\n",
	"", 1, 1, cmd_clock_set},
    {"clock show", "", "show the topic clock", NULL, "", 0, 0, cmd_clock_show},
    {"feed", "", "print an organisation's mailbox",
	"Needs a token (--token or $PARLOEB_TOKEN). One line each: time, type, delivery id; with "
	"--json the gateway's pages, one a line.\n"
	"Fetching past an event settles it as delivered.\n"
	"  --organisation ORG  whose mailbox, where the token is of several\n"
	"  --after CURSOR      from there on\n"
	"  --follow            wait for further events until interrupted\n",
	"oaf", 0, 0, cmd_feed},
    {"forloeb show", "ID", "show the state of one forløb",
	"Read from Kafka; confidential fields are not opened.\n", "", 1, 1, cmd_forloeb_show},
    {"kpi", "", "show timeliness by month, a-kasse and kommune",
	"First conversations held in their window, referater there within one working day, "
	"handovers done before the hard stop, each n of m and per cent;\n"
	"and whom late handovers were late by: sender, Parløb, recipient. Reads Kafka's topic "
	"forloeb, as far back as it goes (30 days by default).\n"
	"What is late belongs to the month of its deadline.\n",
	"", 0, 0, cmd_kpi},
    {"levering approve", "ORDER", "approve a large order that somebody else gave",
	"Orders above console.approve_above deliveries wait for a second person. See them with "
	"levering orders.\n",
	"", 1, 1, cmd_levering_approve},
    {"levering bevis", "ID", "export a signed proof of one delivery",
	"Every record of its ladder as it lies in Kafka (confidential members sealed), chained, "
	"dated and signed. Needs secrets.proof_key.\n"
	"Verify it anywhere with parloeb bevis verify.\n"
	"  --out FILE          instead of standard output; must not be there\n",
	"w", 1, 1, cmd_levering_bevis},
    {"levering continue", "ORDER", "carry on an order that was broken off (afbrudt)",
	"A console that starts again carries on its own orders by itself. This is for an order "
	"whose console is gone for good:\n"
	"what was handed to dispatch is not handed over again; a console that still works on it "
	"lets go.\n",
	"", 1, 1, cmd_levering_continue},
    {"levering discard", "[ID...]", "withdraw what is not to be sent any more",
	SELECTION "  --reason TEXT       why; needed. No CPR number\n" DOING, "orubesRmy", 0, 1000,
	cmd_levering_discard},
    {"levering hold", "[ID]", "stop sending; the queue and the feed cursor are kept",
	"Acts at once, and says what it means. With ID: what there is about the person of this "
	"delivery, to its recipient, parks in order, and what\n"
	"comes about him parks behind it. With --organisation alone: everything to the "
	"organisation waits; nothing parks.\n"
	"Nothing is lost; levering resume with the same ID or organisation ends it. levering list "
	"--status parkeret shows what is on hold.\n"
	"  --organisation ORG  the recipient\n"
	"  --reason TEXT       for the audit\n",
	"or", 0, 1, cmd_levering_hold},
    {"levering list", "", "list deliveries that have not arrived",
	"Asks the console. At most 1,000, oldest first; with --status parkeret the parking desk: "
	"what is parked, by recipient and cause,\n"
	"and the heads of the queues by what will be breached first.\n"
	"  --organisation ORG  of this organisation only\n"
	"  --status STATUS     whose last step is STATUS: adresseret forsoegt leveret haandteret "
	"afvist-midlertidigt afvist-endeligt\n"
	"                      slettet parkeret tilbagekaldt udloebet\n",
	"os", 0, 0, cmd_levering_list},
    {"levering orders", "", "list the orders given, newest first",
	"States: afventer (a second person's approval), koerer, udfoert, standset, mislykket, "
	"afbrudt (its console ended before it: it goes on\n"
	"when that console starts, or by levering continue).\n",
	"", 0, 0, cmd_levering_orders},
    {"levering overdue", "", "list deliveries without the receipt expected by now",
	"Expected by the deadline that the message names, or console.receipt_within after it was "
	"delivered.\n"
	"  --organisation ORG  of this organisation only\n",
	"o", 0, 0, cmd_levering_overdue},
    {"levering replay", "[ID...]", "send deliveries again",
	SELECTION DOING "  --reason TEXT       for the audit\n", "orubesRmy", 0, 1000,
	cmd_levering_replay},
    {"levering resume", "[ID]", "send again what is parked, and end a hold",
	"Acts at once, and says what it means. With ID: what is parked or held about the same "
	"person for the recipient. With --organisation alone:\n"
	"all that is parked for the organisation, and its endpoint if it is held, paused or off; "
	"mend the endpoint first.\n"
	"  --organisation ORG  the recipient\n"
	"  --reason TEXT       for the audit\n",
	"or", 0, 1, cmd_levering_resume},
    {"levering show", "ID", "show one delivery: every attempt and step",
	"Asks the console. With --json also where the records lie in Kafka.\n", "", 1, 1,
	cmd_levering_show},
    {"levering stop", "ORDER", "stop a running order, or refuse one that waits",
	"What has been handed to dispatch stays there. Exit 0 when it stands still.\n", "", 1, 1,
	cmd_levering_stop},
    {"partner endpoint", "ORG URL",
	"move a partner's webhook, telling first what happens to its backlog",
	"Without --yes nothing is done. Changes webhook.url in the partner's file.\n"
	"  --yes               do it\n",
	"y", 2, 2, cmd_partner_endpoint},
    {"partner secret retire", "ORG", "end a change of secret: the older one goes",
	"The newer one alone signs from then on; the older one's file is deleted.\n", "", 1, 1,
	cmd_partner_secret_retire},
    {"partner secret rotate", "ORG", "begin a change of secret: a second one, both sign",
	"The new secret is made beside the old one and added to the partner's file; sealed where "
	"there is secrets.partner_key.\n"
	"  --out FILE          the new secret in clear, for the partner; must not be there\n",
	"w", 1, 1, cmd_partner_secret_rotate},
    {"partner secret seal", "ORG", "seal the partner's secrets at rest",
	"Files in clear are replaced by ones that only secrets.partner_key opens.\n", "", 1, 1,
	cmd_partner_secret_seal},
    {"partner sftp-nu", "ORG", "send the organisation's file by SFTP now",
	"Not at the time of its partner file: everything in the mailbox since the last file. After "
	"a fault (server key, login) this also tries at once.\n"
	"Returns when the order is in Kafka; dispatch's log tells of the file.\n",
	"", 1, 1, cmd_partner_sftp_nu},
    {"partner test", "URL", "try a partner's endpoint against the contract",
	"Signatures, both secrets, repeats, order, unknown types and members, a large body; and, "
	"where the endpoint heeds the header\n"
	"parloeb-proeve (410, 429, langsom), its own 410, Retry-After and slow answers. The "
	"messages are about nobody. Exit 1 when one fails.\n"
	"  --secret FILE       the secret that it knows; twice during a change\n"
	"  --allow-private     http and private addresses too\n"
	"  --out FILE          a report signed with secrets.proof_key; the partner's file names it "
	"(webhook.testrapport)\n",
	"SPw", 1, 1, cmd_partner_test},
    {"regler explain", "", "tell why each thing in a course was made",
	"For each event that Parløb made: what it says, the arithmetic, the facts, the rule and "
	"its legal source; then the\n"
	"conversations that the rules require. The arithmetic is forloeb's own, on what is known "
	"now.\n"
	"  --forloeb ID  this forløb\n",
	"F", 0, 0, cmd_regler_explain},
    {"regler tabel", "", "print the rule sets with their sources",
	"docs/regler.md is made with it: rule set, parameter, value, legal source.\n", "", 0, 0,
	cmd_regler_tabel},
    {"regler whatif", "", "tell what other rules would have done",
	"Plays the recorded facts again through forloeb's own code, once under the rules that run "
	"and once under others, and\n"
	"compares what each recipient would have got. Changes nothing. Receipts are those that "
	"came. What Kafka no longer\n"
	"keeps (30 days by default) cannot be played again; courses that began before are left out "
	"and counted.\n"
	"  --config DIR  a folder of rule files\n"
	"  --from TIME   what leaves from then on\n"
	"  --to TIME     up to then; RFC 3339 with offset\n",
	"beD", 0, 0, cmd_regler_whatif},
    {"revision list", "", "list the audit: who did what",
	"Reads Kafka's topic revision, by partition; with --json one object a line.\n", "", 0, 0,
	cmd_revision_list},
    {"revision verify", "", "check that nothing was taken out of the audit, put in or changed",
	"Every record has the digest of the one before it by the same actor and process. Exit 1 "
	"when a chain is broken.\n"
	"Prints the ends of the chains; compare them with an earlier print to see that nothing was "
	"cut off behind.\n",
	"", 0, 0, cmd_revision_verify},
    {"schema show", "[NAME]", "list the event types, or print one as JSON Schema",
	"The Avro schema itself lies in schemas/NAME.\n", "", 0, 1, cmd_schema_show},
    {"send", "FILE|-", "send an event or a list of events to the gateway",
	"FILE holds one CloudEvent, or a JSON array of them. Needs a token (--token or "
	"$PARLOEB_TOKEN).\n",
	"", 1, 1, cmd_send},
    {"status", "", "show whether everything runs",
	"Services (readiness and lag), topics, events and deliveries.\n", "", 0, 0, cmd_status},
    {"topics apply", "", "create the topics that are missing",
	"Never changes the partition count of a topic that is there. With --json one object a "
	"line.\n",
	"", 0, 0, cmd_topics_apply},
    {"topics plan", "", "show which topics there are and which are missing", NULL, "", 0, 0,
	cmd_topics_plan},
    {"trace", "", "tell one course in plain words",
	"Reads Kafka; works without the console. Says who told what, what was decided, what was "
	"sent to whom and what became of it.\n"
	"Confidential fields are not opened.\n"
	"  --haendelse ID  the course that this event belongs to\n"
	"  --forloeb ID    this forløb\n"
	"  --cpr-stdin     everything about the person whose CPR number stands on the first line "
	"of the input; needs the person key\n",
	"HFC", 0, 0, cmd_trace},
    {"version", "", "print the version", NULL, "", 0, 0, cmd_version},
    {NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};
