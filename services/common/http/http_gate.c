// SPDX-License-Identifier: MPL-2.0
#include "http_gate.h"

#include <strings.h>

#define CRLF 2

static const struct plb_gate_verdict through = {0};

static struct plb_gate_verdict
refuse(int status, const char *why)
{
	return (struct plb_gate_verdict){.status = status, .why = why};
}

static bool
token_char(uint8_t c)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c != 0 && memchr(marks, c, sizeof marks - 1) != NULL;
}

bool
plb_gate_token(struct plb_slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!token_char(name.p[i]))
			return false;
	return name.len > 0;
}

bool
plb_gate_value(struct plb_slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		uint8_t c = value.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
plb_gate_target(struct plb_slice t)
{
	if (t.len == 0 || t.p[0] != '/')
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] <= 0x20 || t.p[i] >= 0x7f || t.p[i] == '#')
			return false;
		if (t.p[i] != '%')
			continue;
		if (t.len - i < 3 || hex_digit(t.p[i + 1]) < 0 || hex_digit(t.p[i + 2]) < 0)
			return false;
		if (t.p[i + 1] == '0' && t.p[i + 2] == '0')
			return false;
	}
	return true;
}

/* Does `part` begin exactly `at` bytes into the block, and end inside it? Addresses are compared as
 * numbers: before the check passes they may belong to different objects. */
static bool
lies_at(const struct plb_slice *block, size_t at, struct plb_slice part)
{
	return at <= block->len && (uintptr_t)part.p == (uintptr_t)block->p + at &&
	    part.len <= block->len - at;
}

/* Do two bytes that the parser has wiped out, which were CR LF, lie there? */
static bool
line_ends_at(const struct plb_slice *block, size_t at)
{
	return at <= block->len && block->len - at >= CRLF && block->p[at] == 0 &&
	    block->p[at + 1] == 0;
}

/* One space between the parts of the request line, one CR LF behind each line, nothing else
 * anywhere. */
static bool
layout_ok(const struct plb_gate_request *rq)
{
	const struct plb_slice *b = &rq->block;
	size_t at;

	if (!lies_at(b, 0, rq->method) || !lies_at(b, rq->method.len + 1, rq->target))
		return false;
	at = rq->method.len + 1 + rq->target.len + 1;
	if (!lies_at(b, at, rq->version))
		return false;
	at += rq->version.len;
	for (size_t i = 0; i < rq->n; i++) {
		const struct plb_gate_header *h = &rq->headers[i];
		size_t white;

		if (!line_ends_at(b, at) || !lies_at(b, at + CRLF, h->name) ||
		    (uintptr_t)h->value.p < (uintptr_t)h->name.p)
			return false;
		/* Behind the colon only spaces and tabs were skipped; the parser put a NUL on the
		 * colon itself. */
		white = (size_t)((uintptr_t)h->value.p - (uintptr_t)h->name.p);
		if (white <= h->name.len || !lies_at(b, at + CRLF + white, h->value))
			return false;
		at += CRLF + white + h->value.len;
	}
	return line_ends_at(b, at) && line_ends_at(b, at + CRLF) && b->len - at == CRLF + CRLF;
}

static bool
name_is(struct plb_slice name, const char *s, size_t len)
{
	return name.len == len && strncasecmp((const char *)name.p, s, len) == 0;
}

/* Headers of which a request may have one; several would let two readers see two requests. */
enum single {
	HOST,
	CONTENT_LENGTH,
	TRANSFER_ENCODING,
	EXPECT,
	CONTENT_TYPE,
	CONTENT_ENCODING,
	AUTHORIZATION,
	LAST_EVENT_ID,
	SINGLES
};
static const struct {
	const char *name;
	size_t len;
} singles[SINGLES] = {
    [HOST] = {"host", 4},
    [CONTENT_LENGTH] = {"content-length", 14},
    [TRANSFER_ENCODING] = {"transfer-encoding", 17},
    [EXPECT] = {"expect", 6},
    [CONTENT_TYPE] = {"content-type", 12},
    [CONTENT_ENCODING] = {"content-encoding", 16},
    [AUTHORIZATION] = {"authorization", 13},
    [LAST_EVENT_ID] = {"last-event-id", 13},
};

/* Attributes of an event stand one to a header. */
static bool
repeats_attribute(const struct plb_gate_request *rq, size_t i)
{
	struct plb_slice name = rq->headers[i].name;

	if (name.len < 3 || strncasecmp((const char *)name.p, "ce-", 3) != 0)
		return false;
	for (size_t k = 0; k < i; k++)
		if (name_is(rq->headers[k].name, (const char *)name.p, name.len))
			return true;
	return false;
}

static struct plb_gate_verdict
collect(const struct plb_gate_request *rq, const struct plb_gate_header *found[SINGLES])
{
	for (size_t i = 0; i < rq->n; i++) {
		const struct plb_gate_header *h = &rq->headers[i];

		if (h->name.len > PLB_GATE_NAME)
			return refuse(431, "header name too long");
		if (!plb_gate_token(h->name))
			return refuse(400, "header name");
		if (!plb_gate_value(h->value))
			return refuse(400, "header value");
		if (repeats_attribute(rq, i))
			return refuse(400, "repeated ce- header");
		for (size_t k = 0; k < SINGLES; k++) {
			if (!name_is(h->name, singles[k].name, singles[k].len))
				continue;
			if (found[k] != NULL)
				return refuse(400, "repeated header");
			found[k] = h;
			break;
		}
	}
	return through;
}

struct plb_slice
plb_gate_trim(struct plb_slice v)
{
	while (v.len > 0 && (v.p[v.len - 1] == ' ' || v.p[v.len - 1] == '\t'))
		v.len--;
	return v;
}

/* host[:port]; the characters of a reg-name or an IP literal. */
static bool
host_ok(struct plb_slice v)
{
	static const char marks[] = "-._~!$&'()*+,;=:[]%";

	v = plb_gate_trim(v);
	for (size_t i = 0; i < v.len; i++) {
		uint8_t c = v.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			memchr(marks, c, sizeof marks - 1) != NULL))
			return false;
	}
	return v.len > 0;
}

static bool
decimal(struct plb_slice v, uint64_t *out)
{
	uint64_t n = 0;

	if (v.len == 0 || v.len > 18)
		return false;
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v.p[i] - '0');
	}
	*out = n;
	return true;
}

static struct plb_gate_verdict
framing(
    const struct plb_gate_header *found[SINGLES], bool http11, const struct plb_gate_limits *lim)
{
	const struct plb_gate_header *te = found[TRANSFER_ENCODING], *cl = found[CONTENT_LENGTH];
	struct plb_gate_verdict v = through;

	if (te != NULL && cl != NULL)
		return refuse(400, "Content-Length beside Transfer-Encoding");
	if (te != NULL && !http11)
		return refuse(400, "Transfer-Encoding in HTTP/1.0");
	if (te != NULL && !name_is(te->value, "chunked", 7))
		return refuse(501, "transfer coding");
	v.chunked = te != NULL;
	if (cl != NULL && !decimal(cl->value, &v.length))
		return refuse(400, "Content-Length");
	if (v.length > lim->body_max)
		return refuse(413, "body too large");
	if (found[EXPECT] != NULL && !name_is(found[EXPECT]->value, "100-continue", 12))
		return refuse(417, "expectation");
	return v;
}

struct plb_gate_verdict
plb_gate_check(const struct plb_gate_request *rq, const struct plb_gate_limits *lim)
{
	const struct plb_gate_header *found[SINGLES] = {0};
	bool http11 = plb_slice_is(rq->version, "HTTP/1.1");
	struct plb_gate_verdict v;

	if (rq->block.len > lim->header_max || rq->n > PLB_GATE_HEADERS)
		return refuse(431, "header too large");
	if (!http11 && !plb_slice_is(rq->version, "HTTP/1.0"))
		return refuse(505, "HTTP version");
	if (!plb_gate_token(rq->method))
		return refuse(400, "method");
	if (!rq->target_ok)
		return refuse(400, "request target");
	if (!layout_ok(rq))
		return refuse(400, "line ends or spaces");
	v = collect(rq, found);
	if (v.status != 0)
		return v;
	if (found[HOST] == NULL ? http11 : !host_ok(found[HOST]->value))
		return refuse(400, "Host");
	return framing(found, http11, lim);
}
