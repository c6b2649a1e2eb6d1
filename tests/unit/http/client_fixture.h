// SPDX-License-Identifier: MPL-2.0
#ifndef CLIENT_FIXTURE_H
#define CLIENT_FIXTURE_H

#include "http_fixture.h"

#include <parloeb/http_client.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The HTTP client under test: setup and teardown, and calls that spin its loop until they are done.
 */

#define CALLS 64

/* Client and its loop on the test's thread, the fixture's server on its own. */
struct bench {
	struct fx *fx;
	struct plb_loop *loop;
	struct plb_http_client *k;
	int n;         /* of what is waited for */
	bool starting; /* inside plb_http_start */
	struct {       /* outcomes in order of done() */
		struct plb_http_result res;
		char body[256];
		long id;
	} done[CALLS];
	int n_done;
};

extern struct bench bench;
int client_start(void **state); /* *state: the bench */
int client_stop(void **state);
/* A new client with these limits in place of the one at hand. */
void start_client(struct bench *b, int64_t calls, int64_t per_host);

/* Run the loop until the condition holds; n is what it waits for. */
void spin(struct bench *b, bool (*until)(struct bench *b), int n);
bool n_done(struct bench *b);
bool n_requests(struct bench *b);

/* Into done[]; `arg` is the call's id. */
void on_done(void *arg, const struct plb_http_result *res);
/* A GET that everything allows; its outcome goes to done[] under this id. */
struct plb_http_request request(const char *url, long id);
/* Of the fixture's server; static storage. */
const char *url(struct bench *b, const char *path);
struct plb_http_call *begin(struct bench *b, const struct plb_http_request *rq);
/* Begun and waited for. */
const struct plb_http_result *call(struct bench *b, const struct plb_http_request *rq);
const struct plb_http_result *get(struct bench *b, const char *path);

#define CLIENT_TEST(f) cmocka_unit_test_setup_teardown(f, client_start, client_stop)

#endif
