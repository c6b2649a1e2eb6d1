// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <parloeb/conf.h>

/* Exit codes (contract § 8). */
enum { CLI_OK = 0, CLI_FAULTS = 1, CLI_USAGE = 2, CLI_UNREACHED = 3 };

/* Options that only some verbs take: the letters of cli_verb.options. */
#define CLI_O_HAENDELSE 'H'
#define CLI_O_FORLOEB 'F'
#define CLI_O_CPR_STDIN 'C'
#define CLI_O_ORGANISATION 'o'
#define CLI_O_STATUS 's'
#define CLI_O_AFTER 'a'
#define CLI_O_FOLLOW 'f'
#define CLI_O_REGLER 'D' /* --config DIR: a folder of rule files */
#define CLI_O_REASON 'r'
#define CLI_O_CAUSE 'u'
#define CLI_O_FROM 'b'
#define CLI_O_TO 'e'
#define CLI_O_RATE 'R'
#define CLI_O_MAX 'm'
#define CLI_O_YES 'y'
#define CLI_O_OUT 'w'
#define CLI_O_KEY 'k'
#define CLI_O_SECRET 'S'
#define CLI_O_BODY 'B'
#define CLI_O_ALLOW_PRIVATE 'P'

/* What every verb gets: the options, and its own arguments (argv[0] is the verb's last word). */
struct cli {
	const char *config;  /* path; never NULL */
	const char *gateway; /* URL; "" = from the configuration */
	const char *token;   /* "" = none */
	const char *haendelse, *forloeb, *organisation, *status, *after; /* "" = not given */
	const char *reason, *cause, *from, *to, *rate, *max, *out, *key, *secret, *secret2,
	    *body;             /* "" = not given */
	const char *regler;    /* a folder; "" = not given */
	const char *operatoer; /* token of an operator of the console; "" = none */
	bool json, cpr_stdin, follow, yes, allow_private;
	int argc;
	char **argv;
};

/* One verb: a file of its own. `words` is one to three words ("topics apply"). */
struct cli_verb {
	const char *words, *args, *help; /* help: one line */
	const char *more;                /* further lines of --help, may be NULL */
	const char *options;             /* letters of the options it takes besides those of all */
	int args_min, args_max;          /* arguments behind the words */
	int (*run)(const struct cli *c);
};

/* Load the configuration without any key: this tool runs where the keys are not readable. Faults go
 * to stderr and NULL comes back (exit CLI_FAULTS). */
struct plb_conf *cli_conf(const struct cli *c);
/* The same with some of the common secrets (PLB_KEY_*). */
struct plb_conf *cli_conf_keys(const struct cli *c, unsigned keys);
/* Print "parloeb: <text>" to stderr and return the exit code. */
int cli_fail(int code, const char *fmt, ...) PLB_PRINTF(2, 3);
/* CLI_UNREACHED for class RETRY, CLI_FAULTS otherwise; prints ec. */
int cli_error(enum plb_err err, const struct plb_errctx *ec);

extern const struct cli_verb cli_verbs[]; /* ends with words NULL */

#endif
