// SPDX-License-Identifier: MPL-2.0
//
// Bound: a bare libcurl multi loop that POSTs N bodies of one size over C connections, with the
// headers of a webhook, and does nothing else.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double
cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static size_t
drop(char *p, size_t size, size_t n, void *arg)
{
	(void)p, (void)arg;
	return size * n;
}

static CURL *
request(const char *url, const char *body, struct curl_slist *headers)
{
	CURL *e = curl_easy_init();

	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	return e;
}

int
main(int argc, char **argv)
{
	struct curl_slist *headers = NULL;
	long n, left, size, done = 0, bad = 0;
	int c, i, running, msgs;
	double t, cpu;
	CURLMsg *m;
	char *body;
	CURLM *multi;

	if (argc != 5) {
		fprintf(stderr, "usage: bound_curl URL N BODY_BYTES CONNECTIONS\n");
		return 2;
	}
	n = left = atol(argv[2]);
	size = atol(argv[3]);
	c = atoi(argv[4]);
	body = malloc((size_t)size + 1);
	if (body == NULL)
		return 3;
	memset(body, 'x', (size_t)size);
	body[size] = '\0';
	headers = curl_slist_append(headers, "Content-Type: application/cloudevents+json");
	headers = curl_slist_append(headers, "webhook-id: 00000000-0000-4000-8000-000000000000");
	headers = curl_slist_append(headers, "webhook-timestamp: 1700000000");
	headers = curl_slist_append(
	    headers, "webhook-signature: v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
	headers = curl_slist_append(headers, "Expect:");
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)c);
	t = now_s();
	cpu = cpu_s();
	for (i = 0; i < c && left > 0; i++, left--)
		curl_multi_add_handle(multi, request(argv[1], body, headers));
	while (done < n) {
		curl_multi_perform(multi, &running);
		while ((m = curl_multi_info_read(multi, &msgs)) != NULL) {
			CURL *e = m->easy_handle;

			bad += m->data.result != CURLE_OK;
			done++;
			curl_multi_remove_handle(multi, e);
			if (left-- > 0)
				curl_multi_add_handle(multi, e);
			else
				curl_easy_cleanup(e);
		}
		if (done < n)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
	t = now_s() - t;
	cpu = cpu_s() - cpu;
	printf("{\"work\":\"curl\",\"records\":%ld,\"bad\":%ld,\"seconds\":%.3f,\"rate\":%.0f,"
	       "\"cpu_per_million\":%.2f}\n",
	    n, bad, t, (double)n / t, cpu * 1e6 / (double)n);
	curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
	free(body);
	return bad == 0 ? 0 : 1;
}
