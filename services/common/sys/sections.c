// SPDX-License-Identifier: MPL-2.0
//
// Every option of parloeb.yaml: the source for loading, checks, --print-config and --help. Options
// of one mapping stand together. Defaults are text as in YAML.

#include "conf_priv.h"

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * (int64_t)HOUR)
#define KIB 1024
#define MIB (1024 * KIB)
#define GIB (1024 * (int64_t)MIB)

#define TABLE(a) (a), sizeof(a) / sizeof((a)[0])

#define STR(n, m, d, h)                                                                            \
	{                                                                                          \
		.name = n, .type = PLB_OPT_STR, .offset = AT(m), .def = d, .help = h               \
	}
/* Text that must not be empty. */
#define TEXT(n, m, d, h) RANGED(PLB_OPT_STR, n, m, d, 1, 0, h)
#define PLACE(n, m, d, h) RANGED(PLB_OPT_PATH, n, m, d, 1, 0, h)
#define PATH(n, m, d, h)                                                                           \
	{                                                                                          \
		.name = n, .type = PLB_OPT_PATH, .offset = AT(m), .def = d, .help = h              \
	}
#define BOOL(n, m, d, h)                                                                           \
	{                                                                                          \
		.name = n, .type = PLB_OPT_BOOL, .offset = AT(m), .def = d, .help = h              \
	}
#define WORD(n, m, d, w, h)                                                                        \
	{                                                                                          \
		.name = n, .type = PLB_OPT_WORD, .offset = AT(m), .def = d, .words = w, .help = h  \
	}
#define RANGED(t, n, m, d, lo, hi, h)                                                              \
	{                                                                                          \
		.name = n, .type = t, .offset = AT(m), .def = d, .min = lo, .max = hi, .help = h   \
	}
#define INT(n, m, d, lo, hi, h) RANGED(PLB_OPT_INT, n, m, d, lo, hi, h)
#define MS(n, m, d, lo, hi, h) RANGED(PLB_OPT_MS, n, m, d, lo, hi, h)
#define MS_LIST(n, m, d, lo, hi, h) RANGED(PLB_OPT_MS_LIST, n, m, d, lo, hi, h)
#define BYTES(n, m, d, lo, hi, h) RANGED(PLB_OPT_BYTES, n, m, d, lo, hi, h)
/* most: bytes before the @. */
#define EPOST(n, m, d, most, h) RANGED(PLB_OPT_EPOST, n, m, d, 0, most, h)
/* min says which PLB_KEY_* bit of plb_section.secrets asks for it. */
#define SECRET(n, m, d, bit, h) RANGED(PLB_OPT_SECRET, n, m, d, bit, 0, h)

static const char *const clock_words[] = {"system", "topic", NULL};
static const char *const cpr_words[] = {"strict", "wide", NULL};
static const char *const level_words[] = {"debug", "info", "warn", "error", NULL};

#define AT(m) offsetof(struct plb_conf_common, m)
static const struct plb_opt common_opts[] = {
    TEXT("kafka.bootstrap", kafka_bootstrap, "127.0.0.1:9092",
	"brokers, host:port, comma separated"),
    WORD("clock", clock, "system", clock_words,
	"business time: the system's, or the clock of the topic ur (tests, rehearsals)"),
    WORD("cpr", cpr, "strict", cpr_words,
	"CPR numbers taken: STAR's pattern, or replacement numbers too"),
    SECRET("secrets.person_key", person_key, "secrets/person_key", PLB_KEY_PERSON,
	"file with 64 hex digits: pseudonym of a person; never changes"),
    SECRET("secrets.data_key", data_key, "secrets/data_key", PLB_KEY_DATA,
	"file with 64 hex digits: master key of confidential fields"),
    INT("secrets.data_key_id", data_key_id, "1", 0, UINT32_MAX,
	"number of data_key, written into each ciphertext"),
    SECRET("secrets.hmac_key", hmac_key, "secrets/hmac_key", PLB_KEY_HMAC,
	"file with 64 hex digits: content check that tells a repeat from a clash"),
    SECRET("secrets.partner_key", partner_key, "\"\"", PLB_KEY_PARTNER,
	"file with 64 hex digits: opens the partners' secrets at rest; empty = they stand in "
	"clear"),
    SECRET("secrets.proof_key", proof_key, "\"\"", PLB_KEY_PROOF,
	"file with 64 hex digits, Ed25519: signs proofs and test reports; empty = none are made"),
    SECRET("secrets.desk_key", desk_key, "\"\"", PLB_KEY_DESK,
	"file with 64 hex digits: seals the console's orders to dispatch; empty = whoever may "
	"write "
	"to postkasse gives orders"),
    TEXT("topics.prefix", topic_prefix, "parloeb", "first part of every topic's name"),
    INT("topics.partitions", partitions, "24", 1, 1024,
	"partitions of each person-keyed topic; never changed later"),
    INT("topics.org_partitions", org_partitions, "24", 1, 1024,
	"partitions of each organisation-keyed topic; never changed later"),
    INT("topics.replication", replication, "1", 1, 9, "copies of each partition"),
    INT("topics.min_isr", min_isr, "1", 1, 9, "copies that must have a record before it counts"),
    STR("registry.url", registry_url, "\"\"",
	"Confluent-compatible schema registry; empty = Avro single-object encoding"),
    PLACE("paths.schemas", schemas, "../schemas", "folder of the Avro schemas"),
    PLACE("paths.koder", koder, "koder", "folder of the code lists"),
    PLACE("paths.regler", regler, "regler", "folder of the rule sets"),
    PLACE("paths.partnere", partnere, "partnere", "folder with a file for each partner"),
    PLACE("paths.organisationer", organisationer, "organisationer.yaml",
	"file of the organisations with their dates"),
    PATH("paths.proof_public", proof_public, "\"\"",
	"file with 64 hex digits: public key of secrets.proof_key; empty = none is known"),
    {.name = "log.level",
	.type = PLB_OPT_WORD,
	.offset = AT(log_level),
	.def = "info",
	.words = level_words,
	.flags = PLB_OPT_RELOAD,
	.help = "least level written"},
};
#undef AT
const struct plb_section plb_section_common = {"", TABLE(common_opts), 0};

#define AT(m) offsetof(struct plb_conf_gateway, m)
static const struct plb_opt gateway_opts[] = {
    TEXT("listen", listen, "127.0.0.1:8080", "address:port for partners"),
    TEXT("management", management, "127.0.0.1:8081", "address:port of /healthz /readyz /metrics"),
    STR("console", console, "http://127.0.0.1:8085", "console asked for the ladder of an event"),
    PATH("tls.cert", tls_cert, "\"\"", "PEM chain of the partners' port; empty = plain HTTP"),
    PATH("tls.key", tls_key, "\"\"", "PEM key of tls.cert"),
    PATH("tls.client_ca", tls_client_ca, "\"\"",
	"PEM of those who sign client certificates; empty = none asked for"),
    MS("header_deadline", header_deadline_ms, "5s", 100, 5 * MINUTE,
	"from a request's first byte to the end of its header"),
    MS("body_deadline", body_deadline_ms, "10s", 100, 30 * MINUTE,
	"for a small body; longer ones in proportion"),
    BYTES("body_max", body_max, "1MiB", KIB, 64 * MIB, "largest body"),
    BYTES("header_max", header_max, "16KiB", KIB, MIB, "largest header"),
    INT("connections", connections, "12000", 1, 1000000, "most connections"),
    INT("connections_per_address", connections_per_address, "64", 1, 1000000,
	"most connections from one address"),
    INT("rate", rate, "1000", 1, 10000000,
	"requests a second for each token, where the partner file says nothing"),
    INT("memory_minutes", memory_minutes, "10", 10, 1440,
	"minutes that an accepted id is remembered, to answer a repeat or refuse a clash"),
    BYTES("inflight_max", inflight_max, "32MiB", MIB, 4 * GIB,
	"bytes waiting for Kafka; above it 503"),
    BOOL("mock_log", mock_log, "false",
	"benchmark only: acknowledge without Kafka; refused unless PARLOEB_BENCH=1"),
};
#undef AT
const struct plb_section plb_section_gateway = {
    "gateway", TABLE(gateway_opts), PLB_KEY_PERSON | PLB_KEY_DATA | PLB_KEY_HMAC};

/* What stateful services share; `flow` is a member of their struct, `inst` and `port` their
 * defaults. */
#define FLOW_OPTIONS(inst, port)                                                                   \
	TEXT("instance", flow.instance, inst, "unique for each process, the same over restarts"),  \
	    TEXT("management", flow.management, "127.0.0.1:" port,                                 \
		"address:port of /healthz /readyz /metrics"),                                      \
	    INT("batch_ms", flow.batch_ms, "100", 1, 10000,                                        \
		"milliseconds that a transaction lasts at most"),                                  \
	    INT("batch_records", flow.batch_records, "10000", 1, 1000000,                          \
		"records in a transaction at most"),                                               \
	    BYTES("batch_bytes", flow.batch_bytes, "8MiB", 64 * KIB, GIB,                          \
		"bytes in a transaction at most"),                                                 \
	    MS("transaction_timeout", flow.transaction_timeout_ms, "15s", SECOND, 15 * MINUTE,     \
		"after which the broker aborts a transaction of a lost process"),                  \
	    MS("session_timeout", flow.session_timeout_ms, "30s", 6 * SECOND, 30 * MINUTE,         \
		"after which the partitions of a silent process move to another"),                 \
	    BYTES("state_max", flow.state_max, "2GiB", MIB, 1024 * GIB,                            \
		"memory for state; above it the process stops")

#define AT(m) offsetof(struct plb_conf_forloeb, m)
static const struct plb_opt forloeb_opts[] = {
    FLOW_OPTIONS("forloeb-1", "8082"),
    INT("dedupe_days", dedupe_days, "30", 30, 366,
	"days that the identity of an event is remembered"),
    INT("wait_days", wait_days, "30", 1, 366,
	"days that a fact waits for what it names to become known"),
    INT("keep_days", keep_days, "1096", 366, 36500,
	"days that a course is kept after its end; a benefit period lasts at most three years"),
};
#undef AT
const struct plb_section plb_section_forloeb = {"forloeb", TABLE(forloeb_opts), 0};

#define AT(m) offsetof(struct plb_conf_dispatch, m)
static const struct plb_opt dispatch_opts[] = {
    FLOW_OPTIONS("dispatch-1", "8083"),
    MS("timeout", timeout_ms, "15s", 100, 5 * MINUTE, "of one webhook call"),
    MS("connect_timeout", connect_timeout_ms, "5s", 100, MINUTE, "of connecting to a webhook"),
    MS_LIST("retry", retry, "[0s, 5s, 5m, 30m, 2h, 5h, 10h, 14h, 20h, 24h]", 0, 30 * DAY,
	"pause before each attempt; after the last one the message is parked"),
    INT("jitter_percent", jitter_percent, "10", 0, 50, "random part of a pause"),
    INT("concurrency", concurrency, "32", 1, 10000,
	"calls at the same time to one endpoint, where the partner file says nothing"),
    INT("calls", calls, "1024", 1, 100000, "calls at the same time in all"),
    BYTES("response_max", response_max, "64KiB", KIB, 16 * MIB, "bytes read of an answer"),
    MS("probe", probe_ms, "1m", 100, HOUR,
	"before the first attempt at a paused endpoint; then twice as long each time, at most 1h"),
    INT("pending_max", pending_max, "50000", 100, 1000000,
	"unsettled messages of one mailbox in the state; further ones wait on ud"),
    INT("sftp_rows", sftp_rows, "5000", 1, 50000,
	"messages in one file by SFTP; further ones go into another"),
    MS("sftp_look", sftp_look_ms, "5m", 100, DAY,
	"between two looks for acknowledgement files of an organisation"),
    MS("reserve_before", reserve_before_ms, "24h", 0, 30 * DAY,
	"of business time before a message's deadline: what has failed goes by the fall-back; 0s = "
	"never"),
    STR("mail.smtp", mail.smtp, "\"\"",
	"relay that takes our mail: smtps://host[:port], or smtp:// with STARTTLS; empty = no mail "
	"leaves"),
    STR("mail.imap", mail.imap, "\"\"",
	"mailbox of the answers: imaps://host[:port]/INBOX, or imap:// with STARTTLS; empty = none "
	"is read"),
    EPOST("mail.sender", mail.sender, "\"\"", 15,
	"address that mail leaves from; what comes to it and to sender+…@ lies in mail.imap"),
    STR("mail.user", mail.user, "\"\"", "login at both; empty = none"),
    PATH("mail.password", mail.password, "\"\"", "file with the password of mail.user"),
    PATH("mail.ca", mail.ca, "\"\"", "PEM of who signs their certificates; empty = the system's"),
    MS("mail.poll", mail.poll_ms, "1m", 100, HOUR, "pause before the mailbox is looked at again"),
    BOOL("mail.allow_plain", mail.allow_plain, "false",
	"true also goes on without TLS: test installations only"),
};
#undef AT
const struct plb_section plb_section_dispatch = {"dispatch", TABLE(dispatch_opts),
    PLB_KEY_PERSON | PLB_KEY_DATA | PLB_KEY_HMAC | PLB_KEY_PARTNER | PLB_KEY_DESK};

#define AT(m) offsetof(struct plb_conf_console, m)
static const struct plb_opt console_opts[] = {
    TEXT("listen", listen, "127.0.0.1:8085", "address:port of the API that gateways ask"),
    TEXT("management", management, "127.0.0.1:8084", "address:port of /healthz /readyz /metrics"),
    PATH("database", database, "\"\"",
	"SQLite file; empty = a temporary one, rebuilt from Kafka at each start"),
    INT("batch_records", batch_records, "5000", 1, 1000000, "records in an insert batch at most"),
    PATH("operators", operators, "\"\"",
	"file of the operators and their tokens; empty = whoever reaches the port is who he says"),
    INT("approve_above", approve_above, "100", 0, 1000000,
	"deliveries that an order may move without a second person's approval"),
    INT("order_max", order_max, "100000", 1, 1000000, "deliveries of one order at most"),
    MS("receipt_within", receipt_within_ms, "3d", SECOND, 30 * DAY,
	"from delivery until a receipt is missed"),
};
#undef AT
const struct plb_section plb_section_console = {"console", TABLE(console_opts), PLB_KEY_DESK};

const struct plb_section *const plb_sections[] = {
    &plb_section_gateway, &plb_section_forloeb, &plb_section_dispatch, &plb_section_console, NULL};
