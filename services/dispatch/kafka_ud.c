// SPDX-License-Identifier: MPL-2.0
#include "kafka_ud.h"

#include <stdio.h>

/* What stands on the topic: key = the person as this recipient knows him, or the leveringid of what
 * is about nobody; value = CMS of the bytes that a webhook's body would be; headers tell nothing
 * about the person. */

#define CMS_MAX ((size_t)1 << 20)

static void
luk(struct udfald *u, const char *tekst)
{
	u->klasse = SVAR_PAUSE;
	snprintf(u->tekst, sizeof(u->tekst), "%s", tekst);
}

static enum plb_err
laeg_ud(struct plb_flow_tx *tx, const struct kanal_opgave *o, const struct krop_tekst *t,
    const char *emne, int32_t partition, struct plb_slice key, struct plb_slice leveringid,
    struct plb_errctx *ec)
{
	struct plb_header h[4] = {
	    {"content-type",
		plb_slice_str("application/pkcs7-mime; smime-type=authEnveloped-data")},
	    {"webhook-id", leveringid},
	    {"ce_type", o->indhold->type},
	    {"traceparent", o->post->traceparent},
	};
	size_t n = o->post->traceparent.len > 0 ? 4 : 3;
	struct plb_slice value;
	struct plb_buf cms;
	enum plb_err err;

	plb_buf_init(&cms, CMS_MAX);
	err = plb_cms_forsegl(o->partner->kafka.modtager, t->body, &cms, ec);
	if (err == PLB_OK)
		err = plb_buf_done(&cms, &value);
	if (err == PLB_OK)
		err = plb_flow_emit(tx, emne, partition, key, value, h, n);
	if (err != PLB_OK)
		(void)plb_err_set(ec, err, "topic %s: %s", emne, plb_err_name(err));
	plb_buf_fini(&cms);
	return err;
}

static enum plb_err
skriv(struct dispatch *d, struct plb_flow_tx *tx, const struct kanal_opgave *o, struct udfald *u,
    struct plb_errctx *ec)
{
	const struct plb_org *org = &o->l->ep->org;
	char emne[PLB_TIL_EMNE], id[PLB_UUID_TEXT];
	struct plb_slice leveringid, key;
	struct krop_tekst t;
	int32_t partition;
	enum plb_err err;

	if (!plb_modtager_gyldig(o->partner->kafka.modtager, plb_time_now())) {
		luk(u, "the recipient's certificate is out of date");
		return PLB_OK;
	}
	err = krop_skriv(d->krop, o->post, o->indhold, org, o->person, &t, ec);
	if (err != PLB_OK)
		return err;
	leveringid = plb_slice_str(plb_uuid_text(post_leveringid(o->post), id));
	key = o->person == NULL ? leveringid : plb_slice_str(t.partitionkey);
	partition = plb_flow_partition_for(tx, plb_partner_emne(org, emne), key);
	if (partition < 0) {
		luk(u, "the recipient's topic is not there (parloeb topics apply)");
		return PLB_OK;
	}
	err = laeg_ud(tx, o, &t, emne, partition, key, leveringid, ec);
	if (err != PLB_OK)
		return err;
	u->klasse = SVAR_LEVERET;
	u->har_digest = true;
	memcpy(u->digest, t.digest, sizeof(u->digest));
	return PLB_OK;
}

const struct kanal kanal_kafka = {.nr = PLB_KANAL_KAFKA, .skriv = skriv};
