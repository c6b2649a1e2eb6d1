// SPDX-License-Identifier: MPL-2.0
//
// Bound: the least a libmicrohttpd server can do. Reads the body, looks at nothing, answers 202 (or
// 204 as a webhook receiver). One epoll thread.
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct MHD_Response *answer;
static unsigned status = 202;

static enum MHD_Result
handle(void *cls, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *data, size_t *size, void **state)
{
	(void)cls, (void)url, (void)method, (void)version, (void)data;
	if (*state == NULL) {
		*state = &answer;
		return MHD_YES;
	}
	if (*size > 0) {
		*size = 0;
		return MHD_YES;
	}
	return MHD_queue_response(c, status, answer);
}

int
main(int argc, char **argv)
{
	static char body[] = "{\"modtaget\":[{\"id\":\"00000000-0000-4000-8000-000000000000\","
			     "\"status\":\"accepteret\"}]}";
	struct MHD_Daemon *d;
	sigset_t set;
	int sig;

	if (argc < 2) {
		fprintf(stderr, "usage: bound_http PORT [STATUS]\n");
		return 2;
	}
	if (argc > 2)
		status = (unsigned)atoi(argv[2]);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	answer = MHD_create_response_from_buffer(
	    status == 204 ? 0 : strlen(body), body, MHD_RESPMEM_PERSISTENT);
	d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(argv[1]), NULL, NULL,
	    handle, NULL, MHD_OPTION_CONNECTION_LIMIT, 2000u, MHD_OPTION_END);
	if (d == NULL) {
		fprintf(stderr, "bound_http: cannot listen on %s\n", argv[1]);
		return 3;
	}
	puts("ready");
	fflush(stdout);
	sigwait(&set, &sig);
	MHD_stop_daemon(d);
	MHD_destroy_response(answer);
	return 0;
}
