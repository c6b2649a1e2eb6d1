// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_REGISTRY_H
#define PARLOEB_REGISTRY_H

#include <parloeb/conf.h>
#include <parloeb/schema.h>

/* Client of a Confluent-compatible schema registry, used once at start where `registry.url` is set.
 * HTTP comes in as a function, so that this layer knows no network. */

/* POST body (content type application/vnd.schemaregistry.v1+json) to url; PLB_OK for any answer,
 * with its status and body. Borrowed for the call. */
typedef enum plb_err plb_registry_post_fn(void *arg, const char *url, struct plb_slice body,
    int *status, struct plb_buf *answer, struct plb_errctx *ec);

struct plb_registry {
	const char *url;    /* http://host:port, without a slash at the end */
	const char *prefix; /* of topics: "parloeb" */
	plb_registry_post_fn *post;
	void *arg;
};

/* Registers every version of every schema under each topic that carries it (subject
 * `<prefix>.<emne>-dk.parloeb.<CamelCase>`) and keeps the ids, so that plb_frame_put writes
 * Confluent framing from then on. Registering again what is there is no change. Schemas that stand
 * on no topic keep single-object encoding. PLB_E_KONFIG when the registry refuses a schema
 * (incompatible) or answers with something else; else the error of post. Not thread-safe: before
 * others use the schemas. */
PLB_MUSTUSE enum plb_err plb_registry_register(
    struct plb_schemas *s, const struct plb_registry *r, struct plb_errctx *ec);

/* The same by the configuration: nothing where `registry.url` is empty. */
PLB_MUSTUSE enum plb_err plb_registry_start(struct plb_schemas *s, const struct plb_conf_common *c,
    plb_registry_post_fn *post, struct plb_errctx *ec);

#endif
