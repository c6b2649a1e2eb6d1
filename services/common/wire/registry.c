// SPDX-License-Identifier: MPL-2.0
#include <jansson.h>

#include <parloeb/registry.h>

#include <stdio.h>
#include <stdlib.h>

#include "schemas.h"

#define ANSWER_MAX ((size_t)64 << 10)
#define URL_MAX 1024

/* The subject as one path segment. */
static bool
put_subject(char *out, size_t size, const struct plb_registry *r, const char *emne,
    const struct plb_schema *s)
{
	char subject[512];
	size_t at;
	int n = snprintf(
	    subject, sizeof(subject), "%s.%s-%.*s", r->prefix, emne, PLB_SLICE_ARG(s->root->name));

	if (n < 0 || (size_t)n >= sizeof(subject))
		return false;
	n = snprintf(out, size, "%s/subjects/", r->url);
	if (n < 0 || (size_t)n >= size)
		return false;
	at = (size_t)n;
	for (const char *p = subject; *p != '\0'; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || *p == '.' || *p == '-' || *p == '_';

		n = snprintf(out + at, size - at, plain ? "%c" : "%%%02X", (unsigned char)*p);
		if (n < 0 || (size_t)n >= size - at)
			return false;
		at += (size_t)n;
	}
	n = snprintf(out + at, size - at, "/versions");
	return n >= 0 && (size_t)n < size - at;
}

/* {"id": n}, n > 0. */
static bool
read_id(struct plb_slice answer, uint32_t *id)
{
	json_t *j = json_loadb((const char *)answer.p, answer.len, JSON_REJECT_DUPLICATES, NULL);
	json_int_t v = json_integer_value(json_object_get(j, "id"));

	json_decref(j);
	*id = v > 0 && v <= UINT32_MAX ? (uint32_t)v : 0;
	return *id != 0;
}

static enum plb_err
register_one(const struct plb_registry *r, const struct plb_schema *s, const char *emne,
    struct plb_buf *body, struct plb_buf *answer, uint32_t *id, struct plb_errctx *ec)
{
	struct plb_slice text, got;
	char url[URL_MAX];
	int status = 0;
	enum plb_err err;

	if (!put_subject(url, sizeof(url), r, emne, s))
		return plb_err_set(ec, PLB_E_KONFIG, "registry: address too long");
	plb_buf_reset(body);
	plb_buf_reset(answer);
	plb_buf_str(body, "{\"schemaType\":\"AVRO\",\"schema\":");
	plb_buf_json(body, s->text);
	plb_buf_u8(body, '}');
	err = plb_buf_done(body, &text);
	if (!err)
		err = r->post(r->arg, url, text, &status, answer, ec);
	if (err)
		return err;
	if (status == 409)
		return plb_err_set(ec, PLB_E_KONFIG,
		    "registry: %s v%u is not compatible with what it has", s->navn, s->version);
	if (status < 200 || status > 299 || plb_buf_done(answer, &got) != PLB_OK ||
	    !read_id(got, id))
		return plb_err_set(ec, PLB_E_KONFIG, "registry: %s v%u: answer %d is no id",
		    s->navn, s->version, status);
	return PLB_OK;
}

static enum plb_err
register_schema(const struct plb_registry *r, struct plb_schema *s, struct plb_buf *body,
    struct plb_buf *answer, struct plb_errctx *ec)
{
	uint32_t first = 0, id = 0;

	for (size_t i = 0; i < s->n_emner; i++) {
		enum plb_err err = register_one(r, s, s->emner[i], body, answer, &id, ec);

		if (err)
			return err;
		/* A frame holds one id whatever the topic. */
		if (first != 0 && id != first)
			return plb_err_set(ec, PLB_E_KONFIG,
			    "registry: %s has different ids on different topics", s->navn);
		first = id;
	}
	s->id = first;
	return PLB_OK;
}

static int
by_name_and_version(const void *a, const void *b)
{
	const struct plb_schema *x = *(const struct plb_schema *const *)a,
				*y = *(const struct plb_schema *const *)b;
	int cmp = strcmp(x->navn, y->navn);

	return cmp != 0 ? cmp : x->version < y->version ? -1 : x->version > y->version;
}

enum plb_err
plb_registry_register(struct plb_schemas *s, const struct plb_registry *r, struct plb_errctx *ec)
{
	struct plb_schema **order = malloc(s->n * sizeof(*order));
	struct plb_buf body, answer;
	enum plb_err err = PLB_OK;

	if (order == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	plb_buf_init(&body, (size_t)1 << 20);
	plb_buf_init(&answer, ANSWER_MAX);
	/* Older versions first: the registry numbers and compares in that order. */
	memcpy(order, s->all, s->n * sizeof(*order));
	qsort(order, s->n, sizeof(*order), by_name_and_version);
	for (size_t i = 0; i < s->n && !err; i++)
		err = register_schema(r, order[i], &body, &answer, ec);
	plb_buf_fini(&answer);
	plb_buf_fini(&body);
	free(order);
	return err;
}

enum plb_err
plb_registry_start(struct plb_schemas *s, const struct plb_conf_common *c,
    plb_registry_post_fn *post, struct plb_errctx *ec)
{
	struct plb_registry r = {.url = c->registry_url, .prefix = c->topic_prefix, .post = post};

	return c->registry_url[0] == '\0' ? PLB_OK : plb_registry_register(s, &r, ec);
}
