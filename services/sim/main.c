// SPDX-License-Identifier: MPL-2.0
/* parloeb-sim: the partners, for demonstrations and tests. Speaks only the public HTTP contract. */
#include <getopt.h>
#include <parloeb/conf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "akasse.h"
#include "booking.h"
#include "rapport.h"

static int
usage(FILE *out)
{
	fputs("parloeb-sim: simulated a-kasser and booking systems\n\n"
	      "usage: parloeb-sim akasse --gateway URL --tokens FILE --kalender FILE --report FILE "
	      "[--members 2000] [--seed 1] [--months 6]\n"
	      "                          [--start 2024-03-01] [--clock-command CMD]\n"
	      "         plays the members' courses: registrations, hours, conversations, "
	      "referater, deregistrations; CMD reads times and answers \"ok TIME\"\n"
	      "       parloeb-sim booking --listen ADDRESS:PORT --secrets FOLDER --report FILE "
	      "[--gateway URL --tokens FILE] [--fail-percent 0] [--seed 1]\n"
	      "         receives webhooks at /<organisation with - for :>, judges signature, "
	      "order, gaps, duplicates; report on SIGUSR1 and at the end;\n"
	      "         with a gateway it books a first jobcentre conversation after each "
	      "handover-due and sends receipts\n"
	      "       parloeb-sim report --akasse FILE --booking FILE\n"
	      "         joins both reports; ends 1 when something is lost, doubled, missing or out "
	      "of order\n"
	      "       parloeb-sim --version\n",
	    out);
	return out == stdout ? 0 : 2;
}

struct options {
	struct akasse_conf a;
	struct booking_conf b;
	const char *akasse, *booking;
};

enum {
	O_GATEWAY = 1,
	O_TOKENS,
	O_KALENDER,
	O_REPORT,
	O_MEMBERS,
	O_SEED,
	O_MONTHS,
	O_START,
	O_CLOCK,
	O_LISTEN,
	O_SECRETS,
	O_FAIL,
	O_AKASSE,
	O_BOOKING
};

static const struct option OPTIONS[] = {{"gateway", 1, NULL, O_GATEWAY},
    {"tokens", 1, NULL, O_TOKENS}, {"kalender", 1, NULL, O_KALENDER}, {"report", 1, NULL, O_REPORT},
    {"members", 1, NULL, O_MEMBERS}, {"seed", 1, NULL, O_SEED}, {"months", 1, NULL, O_MONTHS},
    {"start", 1, NULL, O_START}, {"clock-command", 1, NULL, O_CLOCK}, {"listen", 1, NULL, O_LISTEN},
    {"secrets", 1, NULL, O_SECRETS}, {"fail-percent", 1, NULL, O_FAIL},
    {"akasse", 1, NULL, O_AKASSE}, {"booking", 1, NULL, O_BOOKING}, {NULL, 0, NULL, 0}};

static bool
option(struct options *o, int which, const char *v)
{
	switch (which) {
	case O_GATEWAY:
		o->a.gateway = o->b.gateway = v;
		return true;
	case O_TOKENS:
		o->a.env = o->b.env = v;
		return true;
	case O_KALENDER:
		o->a.kalender = v;
		return true;
	case O_REPORT:
		o->a.report = o->b.report = v;
		return true;
	case O_MEMBERS:
		o->a.members = atoll(v);
		return o->a.members > 0 && o->a.members <= 2000000;
	case O_SEED:
		o->a.seed = o->b.seed = atoll(v);
		return true;
	case O_MONTHS:
		o->a.months = atoll(v);
		return o->a.months > 0 && o->a.months <= 24;
	case O_START:
		return plb_dato_parse(plb_slice_str(v), &o->a.start) == PLB_OK;
	case O_CLOCK:
		o->a.clock_command = v;
		return true;
	case O_LISTEN:
		o->b.listen = v;
		return true;
	case O_SECRETS:
		o->b.secrets = v;
		return true;
	case O_FAIL:
		o->b.fail_percent = atoi(v);
		return o->b.fail_percent >= 0 && o->b.fail_percent < 100;
	case O_AKASSE:
		o->akasse = v;
		return true;
	case O_BOOKING:
		o->booking = v;
		return true;
	default:
		return false;
	}
}

static int
run(const char *what, struct options *o)
{
	if (strcmp(what, "akasse") == 0 && o->a.gateway[0] != '\0' && o->a.env[0] != '\0' &&
	    o->a.kalender[0] != '\0' && o->a.report[0] != '\0')
		return akasse_main(&o->a);
	if (strcmp(what, "booking") == 0 && o->b.listen != NULL && o->b.secrets != NULL &&
	    o->b.report[0] != '\0')
		return booking_main(&o->b);
	if (strcmp(what, "report") == 0 && o->akasse != NULL && o->booking != NULL)
		return rapport_main(o->akasse, o->booking);
	return usage(stderr);
}

int
main(int argc, char **argv)
{
	struct options o = {.a = {.gateway = "",
				.env = "",
				.report = "",
				.kalender = "",
				.clock_command = "",
				.members = 2000,
				.seed = 1,
				.months = 6},
	    .b = {.gateway = "", .env = "", .report = "", .seed = 1}};
	int c;

	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return usage(stdout);
	if (strcmp(argv[1], "--version") == 0) {
		printf("parloeb-sim %s\n", plb_version());
		return 0;
	}
	o.a.progress = isatty(STDERR_FILENO);
	if (plb_dato_parse(plb_slice_str("2024-03-01"), &o.a.start) != PLB_OK)
		return 3;
	optind = 2;
	while ((c = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (!option(&o, c, optarg))
			return usage(stderr);
	return run(argv[1], &o);
}
