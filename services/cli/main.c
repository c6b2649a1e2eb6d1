// SPDX-License-Identifier: MPL-2.0
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <parloeb/log.h>

#include "cli.h"

int
cli_fail(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("parloeb: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	return code;
}

int
cli_error(enum plb_err err, const struct plb_errctx *ec)
{
	const char *text = ec->text[0] != '\0' ? ec->text : plb_err_name(err);

	return cli_fail(plb_err_class(err) == PLB_CLASS_RETRY ? CLI_UNREACHED : CLI_FAULTS, "%s", text);
}

struct plb_conf *
cli_conf(const struct cli *c)
{
	struct plb_faults f;
	struct plb_conf *conf;

	plb_faults_init(&f);
	conf = plb_conf_load(c->config, &f);
	if (conf == NULL)
		fprintf(stderr, "%s", f.text);
	plb_faults_fini(&f);
	return conf;
}

static void
help(FILE *out)
{
	const struct cli_verb *v;

	fputs("parloeb: look at and operate Parløb\n\nusage: parloeb [options] <verb> [arguments]\n\n", out);
	for (v = cli_verbs; v->words != NULL; v++)
		fprintf(out, "  %-16s %-28s %s\n", v->words, v->args, v->help);
	fputs("\noptions, before or after the verb:\n"
	      "  --config FILE    configuration (default $PARLOEB_CONFIG, else config/parloeb.yaml)\n"
	      "  --gateway URL    the gateway (default $PARLOEB_GATEWAY, else from the configuration)\n"
	      "  --token TOKEN    bearer token (default $PARLOEB_TOKEN)\n"
	      "  --json           output for programs\n"
	      "  --help           this text; after a verb: about the verb\n\n"
	      "exit: 0 done, 1 found faults, 2 usage, 3 could not reach something\n", out);
}

/* Number of words of the verb that argv begins with; 0 = another verb. */
static int
matches(const struct cli_verb *v, int argc, char **argv)
{
	char two[64];

	if (argc >= 1 && strcmp(v->words, argv[0]) == 0)
		return 1;
	if (argc < 2)
		return 0;
	snprintf(two, sizeof(two), "%s %s", argv[0], argv[1]);
	return strcmp(v->words, two) == 0 ? 2 : 0;
}

static int
run_verb(struct cli *c, bool want_help)
{
	const struct cli_verb *v;

	for (v = cli_verbs; v->words != NULL; v++) {
		int n = matches(v, c->argc, c->argv);

		if (n == 0)
			continue;
		if (want_help) {
			printf("usage: parloeb %s %s\n\n%s\n%s", v->words, v->args, v->help, v->more != NULL ? v->more : "");
			return CLI_OK;
		}
		c->argc -= n - 1;
		c->argv += n - 1;
		return v->run(c);
	}
	return cli_fail(CLI_USAGE, "no such verb; see parloeb --help");
}

static const char *
env(const char *name, const char *otherwise)
{
	const char *v = getenv(name);

	return v != NULL && v[0] != '\0' ? v : otherwise;
}

int
main(int argc, char **argv)
{
	static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
		{ "gateway", required_argument, NULL, 'g' }, { "token", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' }, { NULL, 0, NULL, 0 } };
	static char *version[] = { (char *)"version", NULL };
	struct cli c = { .config = env("PARLOEB_CONFIG", "config/parloeb.yaml"),
		.gateway = env("PARLOEB_GATEWAY", ""), .token = env("PARLOEB_TOKEN", "") };
	char **words = calloc((size_t)argc + 1, sizeof(*words));
	bool want_help = false;
	int o, n = 0;

	plb_log_init("parloeb", PLB_LOG_WARN);
	if (words == NULL)
		return cli_fail(CLI_FAULTS, "out of memory");
	/* "-": words come in order, options of the verb itself stay with it behind "--". */
	while ((o = getopt_long(argc, argv, "-", OPTIONS, NULL)) != -1) {
		switch (o) {
		case 'c': c.config = optarg; break;
		case 'g': c.gateway = optarg; break;
		case 't': c.token = optarg; break;
		case 'j': c.json = true; break;
		case 'h': want_help = true; break;
		case 'V': words[n++] = version[0]; break;
		case 1: words[n++] = optarg; break;
		default: free(words); return CLI_USAGE;
		}
	}
	while (optind < argc)
		words[n++] = argv[optind++];
	c.argc = n;
	c.argv = words;
	if (n == 0) {
		help(want_help ? stdout : stderr);
		o = want_help ? CLI_OK : CLI_USAGE;
	} else {
		o = run_verb(&c, want_help);
	}
	free(words);
	return o;
}
