// SPDX-License-Identifier: MPL-2.0
#include "krop.h"

#include <stdio.h>
#include <stdlib.h>

#define KROP_MAX (4 * 1024 * 1024)
#define HOVED_MAX 5
#define SIGNATUR_MAX 1024

struct krop {
	const struct plb_schemas *schemas;
	struct plb_crypto *crypto;
	struct plb_opener opener;
	struct plb_buf salt_body; /* leveringid, then the body: one piece for the digest */
	struct plb_buf signatur;
	char id[64], stempel[64], trace[96];
	const char *headers[HOVED_MAX + 1];
};

enum plb_err
krop_new(
    const struct plb_schemas *s, struct plb_crypto *c, struct krop **out, struct plb_errctx *ec)
{
	struct krop *k = calloc(1, sizeof(*k));

	*out = k;
	if (k == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	k->schemas = s;
	k->crypto = c;
	k->opener = plb_crypto_opener(c);
	plb_buf_init(&k->salt_body, KROP_MAX);
	plb_buf_init(&k->signatur, SIGNATUR_MAX);
	return PLB_OK;
}

void
krop_free(struct krop **k)
{
	if (*k == NULL)
		return;
	if ((*k)->salt_body.p != NULL)
		explicit_bzero((*k)->salt_body.p, (*k)->salt_body.size);
	plb_buf_fini(&(*k)->salt_body);
	plb_buf_fini(&(*k)->signatur);
	free(*k);
	*k = NULL;
}

static void
envelope(const struct post *p, const struct indhold *i, const struct plb_person *person,
    struct plb_event *ev)
{
	*ev = (struct plb_event){
	    .id = p->haendelse_id,
	    .source = p->kilde,
	    .type = i->type,
	    .time = i->tid,
	    .has_leveringid = true,
	    .leveringid = post_leveringid(p),
	    .has_correlationid = p->har_forloeb,
	    .correlationid = p->forloeb,
	    .sequence = p->sequence,
	    .causationid = i->causationid,
	    .skjul = i->skjul,
	    .nummer = i->nummer,
	    .has_person = person != NULL,
	};
	if (person != NULL)
		ev->person = *person;
}

enum plb_err
krop_skriv(struct krop *k, const struct post *p, const struct indhold *i, const struct plb_org *org,
    const struct plb_person *person, struct krop_tekst *out, struct plb_errctx *ec)
{
	const struct plb_uuid id = post_leveringid(p);
	const struct plb_schema *schema;
	struct plb_slice avro, whole;
	struct plb_event ev;
	enum plb_err err;

	out->partitionkey[0] = '\0';
	err = plb_frame_open(k->schemas, i->vaerdi, &schema, &avro, ec);
	if (err == PLB_OK && person != NULL)
		err = plb_crypto_partitionkey(k->crypto, org, person, out->partitionkey);
	if (err != PLB_OK)
		return err;
	envelope(p, i, person, &ev);
	plb_buf_reset(&k->salt_body);
	plb_buf_put(&k->salt_body, id.b, sizeof(id.b));
	err = plb_json_cloudevent(schema, &ev, avro, person == NULL ? NULL : out->partitionkey,
	    &k->opener, &k->salt_body, ec);
	if (err == PLB_OK)
		err = plb_buf_done(&k->salt_body, &whole);
	if (err != PLB_OK)
		return err;
	out->body = plb_slice(whole.p + sizeof(id.b), whole.len - sizeof(id.b));
	plb_sha256(whole, out->digest);
	return PLB_OK;
}

/* "webhook-signature: v1,… v1a,…": one for each secret and key. */
static enum plb_err
sign(struct krop *k, const struct plb_webhook_conf *hook, struct plb_slice id, int64_t seconds,
    struct plb_slice text)
{
	plb_buf_reset(&k->signatur);
	plb_buf_str(&k->signatur, "webhook-signature: ");
	if (plb_webhook_signatures(hook, id, seconds, text, &k->signatur) != PLB_OK)
		return PLB_E_FORM;
	plb_buf_u8(&k->signatur, 0);
	return k->signatur.failed ? PLB_E_FOR_STOR : PLB_OK;
}

enum plb_err
krop_byg(struct krop *k, const struct post *p, const struct indhold *i, const struct plb_org *org,
    const struct plb_person *person, const struct plb_webhook_conf *hook, struct plb_time now,
    struct krop_kald *out, struct plb_errctx *ec)
{
	int64_t seconds = now.ms / 1000;
	char id[PLB_UUID_TEXT];
	struct krop_tekst t;
	size_t n = 0;
	enum plb_err err = krop_skriv(k, p, i, org, person, &t, ec);

	if (err != PLB_OK)
		return err;
	out->body = t.body;
	memcpy(out->digest, t.digest, sizeof(out->digest));
	plb_uuid_text(post_leveringid(p), id);
	err = sign(k, hook, plb_slice_str(id), seconds, out->body);
	if (err != PLB_OK)
		return plb_err_set(ec, err, "signature");
	snprintf(k->id, sizeof(k->id), "webhook-id: %s", id);
	snprintf(k->stempel, sizeof(k->stempel), "webhook-timestamp: %lld", (long long)seconds);
	k->headers[n++] = "content-type: application/cloudevents+json";
	k->headers[n++] = k->id;
	k->headers[n++] = k->stempel;
	k->headers[n++] = (const char *)k->signatur.p;
	if (p->traceparent.len > 0 && p->traceparent.len <= 64) {
		snprintf(
		    k->trace, sizeof(k->trace), "traceparent: %.*s", PLB_SLICE_ARG(p->traceparent));
		k->headers[n++] = k->trace;
	}
	k->headers[n] = NULL;
	out->headers = k->headers;
	return PLB_OK;
}
