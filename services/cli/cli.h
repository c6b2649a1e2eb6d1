// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <parloeb/conf.h>

/* Exit codes (contract § 8). */
enum { CLI_OK = 0, CLI_FAULTS = 1, CLI_USAGE = 2, CLI_UNREACHED = 3 };

/* What every verb gets: the options before it, and its own arguments (argv[0] is the verb's last word). */
struct cli {
	const char *config;  /* path; never NULL */
	const char *gateway; /* URL; "" = from the configuration */
	const char *token;   /* "" = none */
	bool json;
	int argc;
	char **argv;
};

/* One verb: a file of its own. `words` is one or two words ("topics apply"). */
struct cli_verb {
	const char *words, *args, *help; /* help: one line */
	const char *more;                /* further lines of --help, may be NULL */
	int (*run)(const struct cli *c);
};

/* Load the configuration; faults go to stderr and NULL comes back (exit CLI_FAULTS). */
struct plb_conf *cli_conf(const struct cli *c);
/* Print "parloeb: <text>" to stderr and return the exit code. */
int cli_fail(int code, const char *fmt, ...) PLB_PRINTF(2, 3);
/* CLI_UNREACHED for class RETRY, CLI_FAULTS otherwise; prints ec. */
int cli_error(enum plb_err err, const struct plb_errctx *ec);

extern const struct cli_verb cli_verbs[]; /* ends with words NULL */

#endif
