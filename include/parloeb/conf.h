// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_CONF_H
#define PARLOEB_CONF_H

#include <parloeb/cpr.h>
#include <parloeb/id.h>
#include <parloeb/yaml.h>

/* Option tables: the source of loading, checks, --print-config and the manual. */
enum plb_opt_type {
	PLB_OPT_STR,   /* const char *; "" when unset */
	PLB_OPT_INT,   /* int64_t */
	PLB_OPT_BOOL,  /* bool */
	PLB_OPT_MS,    /* int64_t milliseconds */
	PLB_OPT_BYTES, /* int64_t */
	PLB_OPT_WORD,  /* int: index into words */
	PLB_OPT_PATH, /* const char *, made absolute relative to the configuration file's folder; ""
			 when unset */
	PLB_OPT_SECRET,  /* struct plb_secret, the option is the path of a hex file; printed only as
			    the path */
	PLB_OPT_MS_LIST, /* struct plb_ms_list */
	PLB_OPT_EPOST    /* const char *: an address as plb_epost_ren takes it; "" when unset */
};
#define PLB_MS_LIST_MAX 32
struct plb_ms_list {
	size_t n;
	int64_t ms[PLB_MS_LIST_MAX];
};
#define PLB_OPT_RELOAD 1u /* may change by SIGHUP */
#define PLB_OPT_NEED 2u   /* has no default */

struct plb_opt {
	const char *name; /* dotted from the section: "tls.cert" */
	enum plb_opt_type type;
	size_t offset;   /* into the section's struct */
	const char *def; /* text as in YAML; NULL with PLB_OPT_NEED */
	int64_t min,
	    max; /* INT, MS, BYTES and each of MS_LIST: range. STR, PATH: least length. EPOST: most
		    bytes before the @ in max (0 = any). Common SECRET: its PLB_KEY_* in min */
	const char *const *words;
	unsigned flags;
	const char *help; /* one line, with unit */
};

/* A section of the file: all options live below `name` ("" = top level). */
struct plb_section {
	const char *name;
	const struct plb_opt *opts;
	size_t n;
	unsigned secrets; /* PLB_KEY_*: the common secrets that this program holds */
};
/* Which of the common secrets a program reads; the others stay empty (len 0) in it and their files
 * need not exist. */
#define PLB_KEY_PERSON 1u
#define PLB_KEY_DATA 2u
#define PLB_KEY_HMAC 4u
#define PLB_KEY_PARTNER 8u
#define PLB_KEY_PROOF 16u
#define PLB_KEY_DESK 32u

/* What all services share. Strings live in conf->arena. */
struct plb_conf_common {
	const char *kafka_bootstrap;
	int clock; /* PLB_CLOCK_SYSTEM, PLB_CLOCK_TOPIC */
	int cpr;   /* enum plb_cpr_mode */
	struct plb_secret person_key, data_key,
	    hmac_key; /* 32 bytes each, or empty: see plb_section.secrets */
	struct plb_secret partner_key, proof_key,
	    desk_key; /* the same; empty too where the file names none */
	int64_t data_key_id;
	const char *topic_prefix;
	int64_t partitions, org_partitions, replication, min_isr;
	const char *registry_url;                                         /* "" = none */
	const char *schemas, *koder, *regler, *partnere, *organisationer; /* absolute paths */
	const char *proof_public;                                         /* "" = none */
	int log_level;
};
enum { PLB_CLOCK_SYSTEM, PLB_CLOCK_TOPIC };

/* One name=value passed through to librdkafka. */
struct plb_prop {
	const char *name, *value;
};

/* The loaded file. Opaque; owns its memory; free at exit. */
struct plb_conf;

/* Load and check the whole file: the common part with all secrets, every section known to the
 * project, unknown keys. Faults are added; NULL when there are any. */
struct plb_conf *plb_conf_load(const char *path, struct plb_faults *f);
/* The same with only these of the common secrets (PLB_KEY_*; 0 = none): for a tool that runs
 * without access to the keys. */
struct plb_conf *plb_conf_load_keys(const char *path, unsigned secrets, struct plb_faults *f);
void plb_conf_free(struct plb_conf **c);
const struct plb_conf_common *plb_conf_common(const struct plb_conf *c);
const struct plb_prop *plb_conf_kafka_props(const struct plb_conf *c, size_t *n);
const char *plb_conf_path(const struct plb_conf *c);
/* Fill the section's struct (`out`, zeroed before). Secrets not readable are faults. */
PLB_MUSTUSE enum plb_err plb_conf_section(
    const struct plb_conf *c, const struct plb_section *s, void *out, struct plb_faults *f);
/* For SIGHUP: read the file again. With faults (added) nothing changes: PLB_E_KONFIG. Else every
 * option marked PLB_OPT_RELOAD takes its new value in the common part and in `out` (NULL: common
 * only); a changed option without the mark is logged as needing a restart. Sets the log's level. */
PLB_MUSTUSE enum plb_err plb_conf_reload(
    struct plb_conf *c, const struct plb_section *s, void *out, struct plb_faults *f);
/* Print the effective configuration (common + section) as YAML with comments; secrets as paths. */
void plb_conf_print(const struct plb_conf *c, const struct plb_section *s, const void *section);

/* The option tables of all services, so that any program (and `parloeb check`) can check the whole
 * file: services/common/sys/sections.c. */
extern const struct plb_section plb_section_gateway, plb_section_forloeb, plb_section_dispatch,
    plb_section_console;

struct plb_conf_gateway {
	const char *listen, *management, *console;
	const char *tls_cert, *tls_key, *tls_client_ca;
	int64_t header_deadline_ms, body_deadline_ms, body_max, header_max;
	int64_t connections, connections_per_address, rate, memory_minutes, inflight_max;
	bool mock_log; /* benchmark only: acknowledge without Kafka; refused unless environment
			  PARLOEB_BENCH=1 */
};
struct plb_conf_flow { /* common to stateful services */
	const char *instance, *management;
	int64_t batch_ms, batch_records, batch_bytes, transaction_timeout_ms, session_timeout_ms,
	    state_max;
};
struct plb_conf_forloeb {
	struct plb_conf_flow flow;
	int64_t dedupe_days, wait_days, keep_days;
};
struct plb_conf_dispatch {
	struct plb_conf_flow flow;
	int64_t timeout_ms, connect_timeout_ms, jitter_percent, concurrency, calls, response_max,
	    probe_ms, pending_max, reserve_before_ms, sftp_rows, sftp_look_ms;
	struct plb_ms_list retry;
	struct plb_conf_mail {
		const char *smtp, *imap; /* URLs; "" = no mail leaves, no answer is read */
		const char *sender, *user, *ca;
		const char *password; /* path of the file with it */
		int64_t poll_ms;
		bool allow_plain;
	} mail;
};
struct plb_conf_console {
	const char *listen, *management, *database; /* "" = in a temporary file */
	int64_t batch_records;
	const char *operators; /* "" = none */
	int64_t approve_above, order_max, receipt_within_ms;
};

/* "0.1.0+g1a2b3c4" */
const char *plb_version(void);
/* The start of every program: --config --check --print-config --version --help. Returns the loaded
 * configuration, or NULL with *exit_code set (0 for
 * --version, --help, a clean --check; 1 faults; 2 usage). `out` is the section's struct (s and out
 * may be NULL: common part only, no secrets). Faults go to stderr. Sets the log's service (program
 * without "parloeb-") and level. */
struct plb_conf *plb_conf_main(int argc, char **argv, const char *program,
    const struct plb_section *s, void *out, int *exit_code);
/* The same for a program with files of its own beside the configuration (rule sets): --check has
 * them read by `check`, which adds their faults. */
typedef void plb_conf_check_fn(const struct plb_conf *c, struct plb_faults *f);
struct plb_conf *plb_conf_main_check(int argc, char **argv, const char *program,
    const struct plb_section *s, void *out, plb_conf_check_fn *check, int *exit_code);

#endif
