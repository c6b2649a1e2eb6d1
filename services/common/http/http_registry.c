// SPDX-License-Identifier: MPL-2.0
#include <parloeb/http_client.h>

#define TIMEOUT_MS 10000
#define CONNECT_MS 3000
#define RESPONSE_MAX (1 << 20)

enum plb_err
plb_http_registry_post(void *arg, const char *url, struct plb_slice body, int *status,
    struct plb_buf *answer, struct plb_errctx *ec)
{
	static const char *const HEADERS[] = {
	    "Content-Type: application/vnd.schemaregistry.v1+json", NULL};
	struct plb_http_request rq = {.method = "POST",
	    .url = url,
	    .headers = HEADERS,
	    .body = body,
	    .timeout_ms = TIMEOUT_MS,
	    .connect_timeout_ms = CONNECT_MS,
	    .response_max = RESPONSE_MAX,
	    .allow_private = true,
	    .allow_http = true};
	struct plb_http_result res;
	enum plb_err err;

	(void)arg;
	err = plb_http_fetch(&rq, &res, answer, ec);
	if (err != PLB_OK)
		return err;
	if (res.outcome != PLB_HTTP_ANSWER)
		return plb_err_set(ec, PLB_E_IO, "schema registry does not answer: %s", res.error);
	*status = res.status;
	return PLB_OK;
}
