// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <string.h>

#include <parloeb/flow.h>

#include "cmd.h"

struct session {
	struct plb_conf *conf;
	struct plb_bus *bus;
	struct plb_clock_stepper *stepper;
};

static void
session_close(struct session *s)
{
	plb_clock_stepper_free(&s->stepper);
	plb_bus_free(&s->bus);
	plb_conf_free(&s->conf);
}

static int
session_open(const struct cli *c, struct session *s)
{
	struct plb_errctx ec = {{0}};
	enum plb_err err;

	s->conf = cli_conf(c);
	if (s->conf == NULL)
		return CLI_FAULTS;
	if (plb_conf_common(s->conf)->clock != PLB_CLOCK_TOPIC)
		return cli_fail(
		    CLI_FAULTS, "this installation runs on the system clock (clock: system)");
	err = plb_bus_new(s->conf, "parloeb", &s->bus, &ec);
	if (err == PLB_OK)
		err = plb_clock_stepper_new(s->bus, s->conf, &s->stepper, &ec);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}

static int
step_to(struct session *s, const char *text)
{
	struct plb_errctx ec = {{0}};
	struct plb_time target;
	char out[PLB_TIME_TEXT];
	enum plb_err err;

	if (plb_time_parse(plb_slice_str(text), &target) != PLB_OK)
		return cli_fail(
		    CLI_USAGE, "expected a time with offset, such as 2024-06-01T09:00:00+02:00");
	err = plb_clock_stepper_set(s->stepper, target, NULL, NULL, &ec);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	printf("ok %s\n", plb_time_text(target, out));
	fflush(stdout);
	return CLI_OK;
}

/* One time a line until the end of input; the first one that fails ends it. */
static int
step_lines(struct session *s)
{
	char line[128];
	int code = CLI_OK;

	while (code == CLI_OK && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0')
			code = step_to(s, line);
	}
	return code;
}

int
cmd_clock_set(const struct cli *c)
{
	struct session s = {NULL, NULL, NULL};
	int code;

	code = session_open(c, &s);
	if (code == CLI_OK)
		code = strcmp(c->argv[1], "-") == 0 ? step_lines(&s) : step_to(&s, c->argv[1]);
	session_close(&s);
	return code;
}

int
cmd_clock_show(const struct cli *c)
{
	struct session s = {NULL, NULL, NULL};
	char out[PLB_TIME_TEXT];
	struct plb_time now;
	int code = session_open(c, &s);

	if (code == CLI_OK) {
		now = plb_clock_stepper_now(s.stepper);
		if (now.ms == PLB_TIME_UNSET.ms)
			puts(c->json ? "{\"time\":null}" : "unset");
		else
			printf(c->json ? "{\"time\":\"%s\"}\n" : "%s\n", plb_time_text(now, out));
	}
	session_close(&s);
	return code;
}
