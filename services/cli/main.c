// SPDX-License-Identifier: MPL-2.0
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <parloeb/log.h>

#include "cli.h"

#define VERB_OPTIONS "HFCosafrubeRmywkSBP"
#define O_OPERATOR ('o' + 256)

static const struct option OPTIONS[] = {
    {"config", required_argument, NULL, 'c'},
    {"gateway", required_argument, NULL, 'g'},
    {"token", required_argument, NULL, 't'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {"haendelse", required_argument, NULL, CLI_O_HAENDELSE},
    {"forloeb", required_argument, NULL, CLI_O_FORLOEB},
    {"cpr-stdin", no_argument, NULL, CLI_O_CPR_STDIN},
    {"organisation", required_argument, NULL, CLI_O_ORGANISATION},
    {"status", required_argument, NULL, CLI_O_STATUS},
    {"after", required_argument, NULL, CLI_O_AFTER},
    {"follow", no_argument, NULL, CLI_O_FOLLOW},
    {"reason", required_argument, NULL, CLI_O_REASON},
    {"cause", required_argument, NULL, CLI_O_CAUSE},
    {"from", required_argument, NULL, CLI_O_FROM},
    {"to", required_argument, NULL, CLI_O_TO},
    {"rate", required_argument, NULL, CLI_O_RATE},
    {"max", required_argument, NULL, CLI_O_MAX},
    {"yes", no_argument, NULL, CLI_O_YES},
    {"out", required_argument, NULL, CLI_O_OUT},
    {"key", required_argument, NULL, CLI_O_KEY},
    {"secret", required_argument, NULL, CLI_O_SECRET},
    {"body", required_argument, NULL, CLI_O_BODY},
    {"allow-private", no_argument, NULL, CLI_O_ALLOW_PRIVATE},
    {"operator", required_argument, NULL, O_OPERATOR},
    {NULL, 0, NULL, 0},
};

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

	return cli_fail(
	    plb_err_class(err) == PLB_CLASS_RETRY ? CLI_UNREACHED : CLI_FAULTS, "%s", text);
}

struct plb_conf *
cli_conf_keys(const struct cli *c, unsigned keys)
{
	struct plb_faults f;
	struct plb_conf *conf;

	plb_faults_init(&f);
	conf = plb_conf_load_keys(c->config, keys, &f);
	if (conf == NULL)
		fputs(f.text, stderr);
	plb_faults_fini(&f);
	return conf;
}

struct plb_conf *
cli_conf(const struct cli *c)
{
	return cli_conf_keys(c, 0);
}

static void
help(FILE *out)
{
	const struct cli_verb *v;

	fputs("parloeb: look at and operate Parløb\n\nusage: parloeb [options] <verb> "
	      "[arguments]\n\n",
	    out);
	for (v = cli_verbs; v->words != NULL; v++)
		fprintf(out, "  %-21s %-14s %s\n", v->words, v->args, v->help);
	fputs(
	    "\nparloeb <verb> --help tells more.\n\noptions, before or after the verb:\n"
	    "  --config FILE    configuration (default $PARLOEB_CONFIG, else config/parloeb.yaml)\n"
	    "  --gateway URL    the gateway (default $PARLOEB_GATEWAY, else from the "
	    "configuration)\n"
	    "  --token TOKEN    bearer token (default $PARLOEB_TOKEN)\n"
	    "  --operator TOKEN operator's token, where the console knows its operators (default "
	    "$PARLOEB_OPERATOR)\n"
	    "  --json           output for programs\n"
	    "  --help           this text; after a verb: about the verb\n\n"
	    "exit: 0 done, 1 found faults, 2 usage, 3 could not reach something\n",
	    out);
}

/* Number of words of the verb that argv begins with; 0 = another verb. */
static int
matches(const struct cli_verb *v, int argc, char **argv)
{
	const char *w = v->words;
	int n = 0;

	while (n < argc) {
		size_t len = strlen(argv[n]);

		if (strncmp(w, argv[n], len) != 0 || (w[len] != ' ' && w[len] != '\0'))
			return 0;
		n++;
		if (w[len] == '\0')
			return n;
		w += len + 1;
	}
	return 0;
}

/* The first option given that the verb does not take; NULL when it takes all. */
static const char *
odd_option(const struct cli_verb *v, const char *given)
{
	const struct option *o;

	for (; *given != '\0'; given++)
		if (strchr(v->options, *given) == NULL)
			for (o = OPTIONS; o->name != NULL; o++)
				if (o->val == *given)
					return o->name;
	return NULL;
}

static int
verb_help(const struct cli_verb *v)
{
	printf("usage: parloeb %s%s%s\n\n%s\n%s", v->words, v->args[0] != '\0' ? " " : "", v->args,
	    v->help, v->more != NULL ? v->more : "");
	puts("Options of all verbs: parloeb --help");
	return CLI_OK;
}

static int
run_verb(struct cli *c, const char *given, bool want_help)
{
	const struct cli_verb *v;
	int n = 0;

	for (v = cli_verbs; v->words != NULL && (n = matches(v, c->argc, c->argv)) == 0; v++)
		;
	if (v->words == NULL)
		return cli_fail(CLI_USAGE, "no such verb; see parloeb --help");
	if (want_help)
		return verb_help(v);
	c->argc -= n - 1;
	c->argv += n - 1;
	if (odd_option(v, given) != NULL)
		return cli_fail(CLI_USAGE, "%s takes no --%s; see parloeb %s --help", v->words,
		    odd_option(v, given), v->words);
	if (c->regler[0] != '\0' && strchr(v->options, CLI_O_REGLER) == NULL)
		return cli_fail(CLI_USAGE, "--config %s: a file expected", c->regler);
	if (c->argc - 1 < v->args_min || c->argc - 1 > v->args_max)
		return cli_fail(CLI_USAGE, "usage: parloeb %s %s", v->words, v->args);
	return v->run(c);
}

static const char *
env(const char *name, const char *otherwise)
{
	const char *v = getenv(name);

	return v != NULL && v[0] != '\0' ? v : otherwise;
}

/* Options with a text, and where it goes. */
static const struct {
	int o;
	size_t offset;
} TEXTS[] = {
    {'g', offsetof(struct cli, gateway)},
    {'t', offsetof(struct cli, token)},
    {O_OPERATOR, offsetof(struct cli, operatoer)},
    {CLI_O_HAENDELSE, offsetof(struct cli, haendelse)},
    {CLI_O_FORLOEB, offsetof(struct cli, forloeb)},
    {CLI_O_ORGANISATION, offsetof(struct cli, organisation)},
    {CLI_O_STATUS, offsetof(struct cli, status)},
    {CLI_O_AFTER, offsetof(struct cli, after)},
    {CLI_O_REASON, offsetof(struct cli, reason)},
    {CLI_O_CAUSE, offsetof(struct cli, cause)},
    {CLI_O_FROM, offsetof(struct cli, from)},
    {CLI_O_TO, offsetof(struct cli, to)},
    {CLI_O_RATE, offsetof(struct cli, rate)},
    {CLI_O_MAX, offsetof(struct cli, max)},
    {CLI_O_OUT, offsetof(struct cli, out)},
    {CLI_O_KEY, offsetof(struct cli, key)},
    {CLI_O_BODY, offsetof(struct cli, body)},
};

/* The configuration is a file; a folder is one of rule files. */
static bool
er_mappe(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* An option of all verbs, or one kept for the verb; false when unknown. */
static bool
take_option(struct cli *c, int o, bool *want_help)
{
	size_t i;

	for (i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		if (TEXTS[i].o == o) {
			*(const char **)(void *)((char *)c + TEXTS[i].offset) = optarg;
			return true;
		}
	switch (o) {
	case 'c':
		*(er_mappe(optarg) ? &c->regler : &c->config) = optarg;
		return true;
	case 'j':
		c->json = true;
		return true;
	case 'h':
		*want_help = true;
		return true;
	case CLI_O_CPR_STDIN:
		c->cpr_stdin = true;
		return true;
	case CLI_O_FOLLOW:
		c->follow = true;
		return true;
	case CLI_O_YES:
		c->yes = true;
		return true;
	case CLI_O_ALLOW_PRIVATE:
		c->allow_private = true;
		return true;
	case CLI_O_SECRET: /* twice: the second live one */
		*(c->secret[0] == '\0' ? &c->secret : &c->secret2) = optarg;
		return true;
	default:
		return false;
	}
}

static int
run(struct cli *c, int argc, char **argv, char **words)
{
	static char version[] = "version";
	char given[64] = "";
	bool want_help = false;
	int o, n = 0;
	size_t g = 0;

	/* "-": words and options may be mixed. */
	while ((o = getopt_long(argc, argv, "-", OPTIONS, NULL)) != -1) {
		if (o == 1)
			words[n++] = optarg;
		else if (o == 'V')
			words[n++] = version;
		else if (!take_option(c, o, &want_help))
			return CLI_USAGE;
		if (o < 256 && strchr(VERB_OPTIONS, o) != NULL && g < sizeof(given) - 1)
			given[g++] = (char)o;
	}
	while (optind < argc)
		words[n++] = argv[optind++];
	c->argc = n;
	c->argv = words;
	if (n > 0)
		return run_verb(c, given, want_help);
	help(want_help ? stdout : stderr);
	return want_help ? CLI_OK : CLI_USAGE;
}

int
main(int argc, char **argv)
{
	struct cli c = {.config = env("PARLOEB_CONFIG", "config/parloeb.yaml"),
	    .gateway = env("PARLOEB_GATEWAY", ""),
	    .token = env("PARLOEB_TOKEN", ""),
	    .operatoer = env("PARLOEB_OPERATOR", ""),
	    .haendelse = "",
	    .forloeb = "",
	    .organisation = "",
	    .status = "",
	    .after = "",
	    .reason = "",
	    .cause = "",
	    .from = "",
	    .to = "",
	    .rate = "",
	    .max = "",
	    .out = "",
	    .key = "",
	    .secret = "",
	    .secret2 = "",
	    .body = "",
	    .regler = ""};
	char **words = calloc((size_t)argc + 1, sizeof(*words));
	int code;

	plb_log_init("parloeb", PLB_LOG_WARN);
	if (words == NULL)
		return cli_fail(CLI_FAULTS, "out of memory");
	code = run(&c, argc, argv, words);
	free(words);
	if (fflush(stdout) != 0 && code == CLI_OK)
		code = CLI_UNREACHED;
	return code;
}
