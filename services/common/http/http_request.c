// SPDX-License-Identifier: MPL-2.0
/* What the application sees of a request. */

#include "http_gate.h"
#include "http_priv.h"

struct plb_slice
plb_http_method(const struct plb_http_req *r)
{
	return r->method;
}

struct plb_slice
plb_http_path(const struct plb_http_req *r)
{
	return r->path;
}

struct plb_slice
plb_http_body(const struct plb_http_req *r)
{
	return plb_slice(r->body.p, r->body.len);
}

void **
plb_http_user(struct plb_http_req *r)
{
	return &r->user;
}

struct plb_slice
plb_http_header(const struct plb_http_req *r, const char *name)
{
	const char *value = NULL;
	size_t len = 0;

	if (MHD_lookup_connection_value_n(
		r->mhd, MHD_HEADER_KIND, name, strlen(name), &value, &len) != MHD_YES)
		return (struct plb_slice){0};
	return plb_gate_trim(plb_slice(value == NULL ? "" : value, len));
}

struct plb_slice
plb_http_query(const struct plb_http_req *r, const char *name)
{
	const char *value = NULL;
	size_t len = 0;

	if (MHD_lookup_connection_value_n(
		r->mhd, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value, &len) != MHD_YES)
		return (struct plb_slice){0};
	return plb_slice(value == NULL ? "" : value, value == NULL ? 0 : len);
}

struct walk {
	struct plb_slice prefix;
	void (*fn)(void *arg, struct plb_slice name, struct plb_slice value);
	void *arg;
};

static enum MHD_Result
walk_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	const struct walk *w = cls;
	char lower[PLB_GATE_NAME];

	(void)kind;
	if (name_len < w->prefix.len || name_len > sizeof lower)
		return MHD_YES;
	for (size_t i = 0; i < name_len; i++)
		lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
	if (plb_slice_starts(plb_slice(lower, name_len), w->prefix))
		w->fn(w->arg, plb_slice(lower, name_len),
		    plb_gate_trim(plb_slice(value == NULL ? "" : value, value_len)));
	return MHD_YES;
}

void
plb_http_headers(const struct plb_http_req *r, const char *prefix,
    void (*fn)(void *arg, struct plb_slice name, struct plb_slice value), void *arg)
{
	char lower[PLB_GATE_NAME];
	size_t n = strlen(prefix);
	struct walk w = {plb_slice(lower, n), fn, arg};

	PLB_ASSERT(n < sizeof lower);
	for (size_t i = 0; i < n; i++)
		lower[i] = prefix[i] >= 'A' && prefix[i] <= 'Z' ? (char)(prefix[i] - 'A' + 'a')
								: prefix[i];
	MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, walk_header, &w);
}
