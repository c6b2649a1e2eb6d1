// SPDX-License-Identifier: MPL-2.0
#include <getopt.h>
#include <stdio.h>

#include <parloeb/log.h>

#include "conf_priv.h"

#define HELP_MAX (64u * 1024)

enum { EXIT_DONE = 0, EXIT_FAULTS = 1, EXIT_USAGE = 2 };

struct args {
	const char *config;
	bool check, print, version, help;
};

static void
usage(FILE *to, const char *program)
{
	fprintf(to,
	    "usage: %s --config FILE [--check | --print-config]\n"
	    "       %s --version | --help\n"
	    "  --config FILE    the configuration of all services\n"
	    "  --check          check the whole file, print every fault, start nothing\n"
	    "  --print-config   print what is in force, defaults included\n",
	    program, program);
}

static bool
args_parse(int argc, char **argv, const char *program, struct args *a)
{
	static const struct option options[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"check", no_argument, NULL, 'k'},
	    {"print-config", no_argument, NULL, 'p'},
	    {"version", no_argument, NULL, 'v'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			a->config = optarg;
			break;
		case 'k':
			a->check = true;
			break;
		case 'p':
			a->print = true;
			break;
		case 'v':
			a->version = true;
			break;
		case 'h':
			a->help = true;
			break;
		default:
			usage(stderr, program);
			return false;
		}
	}
	if (optind < argc)
		fprintf(stderr, "%s: unexpected argument \"%s\"\n", program, argv[optind]);
	else if (a->config == NULL && !a->version && !a->help)
		fprintf(stderr, "%s: --config FILE is missing\n", program);
	else
		return true;
	usage(stderr, program);
	return false;
}

static void
help(const char *program, const struct plb_section *s)
{
	struct plb_slice text;
	struct plb_buf b;

	usage(stdout, program);
	plb_buf_init(&b, HELP_MAX);
	plb_conf_write_help(s, &b);
	if (plb_buf_done(&b, &text) == PLB_OK)
		fwrite(text.p, 1, text.len, stdout);
	plb_buf_fini(&b);
}

/* Loads file and section; prints faults. NULL when there are any. With --check the program's own
 * files are read too. */
static struct plb_conf *
load(const char *path, const struct plb_section *s, void *out, bool check, plb_conf_check_fn *own)
{
	struct plb_faults f;
	struct plb_conf *c;

	plb_faults_init(&f);
	c = plb_conf_open(path, s, s == NULL ? 0 : s->secrets, &f);
	if (c != NULL && f.n == 0 && s != NULL && plb_conf_section(c, s, out, &f) != PLB_OK)
		PLB_ASSERT(f.n > 0);
	if (c != NULL && check && own != NULL)
		own(c, &f);
	if (f.n > 0) {
		fputs(f.text == NULL ? "" : f.text, stderr);
		plb_conf_free(&c);
	}
	if (f.n > 0 || check)
		fprintf(f.n > 0 ? stderr : stdout, "%zu fault%s\n", f.n, f.n == 1 ? "" : "s");
	plb_faults_fini(&f);
	return c;
}

struct plb_conf *
plb_conf_main(int argc, char **argv, const char *program, const struct plb_section *s, void *out,
    int *exit_code)
{
	return plb_conf_main_check(argc, argv, program, s, out, NULL, exit_code);
}

struct plb_conf *
plb_conf_main_check(int argc, char **argv, const char *program, const struct plb_section *s,
    void *out, plb_conf_check_fn *check, int *exit_code)
{
	const char *service = strncmp(program, "parloeb-", 8) == 0 ? program + 8 : program;
	struct args a = {0};
	struct plb_conf *c;

	*exit_code = EXIT_USAGE;
	if (!args_parse(argc, argv, program, &a))
		return NULL;
	*exit_code = EXIT_DONE;
	if (a.help) {
		help(program, s);
		return NULL;
	}
	if (a.version) {
		printf("%s %s\n", program, plb_version());
		return NULL;
	}
	plb_log_init(service, PLB_LOG_INFO);
	c = load(a.config, s, out, a.check, check);
	if (c == NULL) {
		*exit_code = EXIT_FAULTS;
		return NULL;
	}
	if (a.print)
		plb_conf_print(c, s, out);
	if (a.check || a.print) {
		plb_conf_free(&c);
		return NULL;
	}
	plb_log_level_set((enum plb_log_level)c->common.log_level);
	return c;
}
