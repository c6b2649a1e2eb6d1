// SPDX-License-Identifier: MPL-2.0
#include "kald.h"

#include <strings.h>

#include "adgang.h"
#include "metrik.h"

#define PROBLEM_MAX (128u << 10)

void
kald_hold(struct plb_http_req *r, struct holdt *h)
{
	*plb_http_user(r) = h;
}

void
kald_borte(struct plb_http_req *r)
{
	struct holdt *h = *plb_http_user(r);

	*plb_http_user(r) = NULL;
	if (h != NULL)
		h->borte(h);
}

void
kald_problem(struct plb_http_req *r, enum problem p, const struct plb_fejl_list *fejl,
    const char *mere, const char *const *headers)
{
	struct plb_slice text;
	struct plb_buf b;

	if (p == PROBLEM_OPTAGET)
		metrik_tael(METRIK_OPTAGET, 1);
	plb_buf_init(&b, PROBLEM_MAX);
	problem_skriv(&b, p, fejl, mere);
	if (plb_buf_done(&b, &text) != PLB_OK)
		text = plb_slice_str("{}");
	plb_http_answer(r, problem_status(p), "application/problem+json", text, headers);
	plb_buf_fini(&b);
}

void
kald_optaget(struct plb_http_req *r)
{
	static const char *const headers[] = {"Retry-After: 1", NULL};

	kald_problem(r, PROBLEM_OPTAGET, NULL, NULL, headers);
}

void
kald_json(struct plb_http_req *r, int status, const struct plb_buf *b)
{
	struct plb_slice text;

	if (plb_buf_done(b, &text) != PLB_OK)
		kald_problem(r, PROBLEM_INTERN, NULL, NULL, NULL);
	else
		plb_http_answer(r, status, "application/json", text, NULL);
}

bool
kald_org(struct kald *k, struct plb_org *out)
{
	switch (adgang_laeser(k->partner, plb_http_query(k->r, "organisation"), out)) {
	case ADGANG_OK:
		return true;
	case ADGANG_MANGLER:
		kald_problem(k->r, PROBLEM_ORGANISATION, NULL, NULL, NULL);
		return false;
	case ADGANG_FORM:
		kald_problem(k->r, PROBLEM_FORESPOERGSEL, NULL, NULL, NULL);
		return false;
	case ADGANG_NEJ:
		break;
	}
	kald_problem(k->r, PROBLEM_FORBUDT, NULL, NULL, NULL);
	return false;
}

static struct plb_slice
trim(struct plb_slice s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static bool
er(struct plb_slice s, const char *text)
{
	return s.len == strlen(text) && strncasecmp((const char *)s.p, text, s.len) == 0;
}

bool
kald_indhold(const struct plb_http_req *r, const char *type)
{
	struct plb_slice h = plb_http_header(r, "content-type"), rest = {NULL, 0};
	const uint8_t *semi = h.len == 0 ? NULL : memchr(h.p, ';', h.len);

	if (plb_http_header(r, "content-encoding").p != NULL)
		return false;
	if (semi != NULL) {
		rest = trim(plb_slice(semi + 1, h.len - (size_t)(semi - h.p) - 1));
		h.len = (size_t)(semi - h.p);
	}
	return er(trim(h), type) &&
	    (rest.len == 0 || er(rest, "charset=utf-8") || er(rest, "charset=\"utf-8\""));
}

void
kald_svar(void *gateway, struct svar *s)
{
	struct gateway *g = gateway;
	struct plb_http_req *r = s->req;

	s->req = NULL;
	if (r == NULL)
		return;
	*plb_http_user(r) = NULL;
	plb_metric_observe_us(
	    &metrik[METRIK_SVARTID], (plb_loop_mono(g->loop).ms - s->start.ms) * 1000);
	if (s->vaerst == PLB_E_TIMEOUT) {
		metrik_tael(METRIK_UVIST, 1);
		kald_problem(r, PROBLEM_UVIST, NULL, NULL, NULL);
	} else if (s->vaerst != PLB_OK) {
		kald_optaget(r);
	} else {
		kald_json(r, s->status, &s->krop);
	}
}
