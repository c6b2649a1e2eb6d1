// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_CLI_NET_H
#define CLI_CLI_NET_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/bus.h>
#include <parloeb/json.h>

#include "cli.h"

/* What the verbs reach: Kafka with the schemas, and HTTP. Everything blocks. */

struct cli_kafka {
	struct plb_conf *conf;
	struct plb_schemas *schemas;
	struct plb_bus *bus;
};
/* Open with some of the common secrets (PLB_KEY_*). Returns an exit code; on anything but CLI_OK
 * the fault is printed. Close in any case. */
int cli_kafka_open(const struct cli *c, unsigned keys, struct cli_kafka *k);
void cli_kafka_close(struct cli_kafka *k);

/* Read one topic (read_committed) from its beginning to the end it has now. partition -1 = all of
 * them. `fn` may return an error, which ends the reading and is returned. */
typedef enum plb_err cli_record_fn(void *arg, const struct plb_record *r, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err cli_scan(struct plb_bus *b, const char *topic, int32_t partition,
    cli_record_fn *fn, void *arg, struct plb_errctx *ec);

/* The record at one place, given to fn. PLB_E_UKENDT: it is not in the log any more. */
PLB_MUSTUSE enum plb_err cli_read_one(struct plb_bus *b, const char *topic, int32_t partition,
    int64_t offset, cli_record_fn *fn, void *arg, struct plb_errctx *ec);

/* Where the gateway listens: --gateway, else from the configuration. False: the fault is printed.
 */
bool cli_gateway(const struct cli *c, char *out, size_t n);
/* The same of a listening address of the configuration ("127.0.0.1:8085" →
 * "http://127.0.0.1:8085"). */
void cli_url(const char *listen, bool tls, char *out, size_t n);
/* One call. *status is set when an answer came. PLB_E_IO: no answer; ec says why. `token` "" =
 * none; `type` NULL = no body. */
struct cli_call {
	const char *method, *url, *token, *type;
	const char *header; /* one more, "Name: value"; NULL = none */
	struct plb_slice body;
	int64_t timeout_ms;
};
PLB_MUSTUSE enum plb_err cli_http(
    const struct cli_call *call, int *status, struct plb_buf *body, struct plb_errctx *ec);
/* One call of the console: path with its query, body NULL = GET. Prints what went wrong; CLI_OK
 * with the answer's JSON in `answer`, which the caller made. Status 2xx alone is CLI_OK. */
int cli_console(const struct cli *c, const char *path, struct plb_slice body,
    struct plb_buf *answer, struct plb_slice *json);
/* Who gives an order, where the console has no file of operators: the name of this process's user.
 */
const char *cli_user(char *out, size_t n);
/* A new file with these bytes; path "" = standard output. Exit code; a fault is printed. */
int cli_write_file(const char *path, struct plb_slice s, unsigned mode);
/* Appends text in percent encoding. */
void cli_percent(struct plb_buf *b, struct plb_slice s);

/* One record of an event of this command; returns when it is in Kafka. */
PLB_MUSTUSE enum plb_err cli_produce(const struct cli_kafka *k, const char *topic,
    struct plb_slice key, const char *type, struct plb_slice value, struct plb_errctx *ec);

#endif
