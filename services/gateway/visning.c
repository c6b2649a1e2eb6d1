// SPDX-License-Identifier: MPL-2.0
#include "visning.h"

#include <parloeb/log.h>

#include "metrik.h"

#define EVENT_MAX ((size_t)8 << 20)
#define BEHOLD_MAX ((size_t)64 << 10) /* of a buffer, from one event to the next */

static void
glem(struct visning_post *p)
{
	p->offset = -1;
	if (p->text.p != NULL)
		explicit_bzero(p->text.p, p->text.size);
	if (p->text.size > BEHOLD_MAX)
		plb_buf_fini(&p->text);
	plb_buf_init(&p->text, EVENT_MAX);
}

void
visning_init(struct visning *v, struct gateway *g, const struct tilbage *t)
{
	*v = (struct visning){.g = g, .tilbage = t};
	for (size_t i = 0; i < VISNING_HUSKER; i++)
		glem(&v->post[i]);
}

void
visning_fini(struct visning *v)
{
	for (size_t i = 0; i < VISNING_HUSKER; i++) {
		if (v->post[i].text.p != NULL)
			explicit_bzero(v->post[i].text.p, v->post[i].text.size);
		plb_buf_fini(&v->post[i].text);
	}
}

void
visning_husk(struct visning *v)
{
	v->husker = true;
}

void
visning_glem(struct visning *v)
{
	v->husker = false;
	for (size_t i = 0; i < VISNING_HUSKER; i++)
		if (v->post[i].offset >= 0)
			glem(&v->post[i]);
}

/* The withdrawal in place of what it withdraws, where there is one. */
static void
i_stedet(
    const struct visning *v, struct visning_post *p, struct plb_event *ev, struct plb_slice *value)
{
	struct plb_event tilbage;

	if (!ev->has_leveringid || !tilbage_find(v->tilbage, ev, &tilbage, value))
		return;
	p->i_stedet = true;
	p->vises = vist_id(ev->leveringid);
	*ev = tilbage;
}

static enum plb_err
skriv(struct visning *v, const struct plb_org *org, const struct plb_record *r,
    struct visning_post *p, struct plb_errctx *ec)
{
	struct plb_opener opener = plb_crypto_opener(v->g->krypto);
	struct plb_slice value = r->value, body;
	const struct plb_schema *s;
	struct plb_event ev;
	char pk[33];
	enum plb_err err;

	err = plb_event_from_record(r, false, &ev, ec);
	if (err != PLB_OK)
		return err;
	p->er_tilbagekaldelse = ev.has_tilbagekalder;
	if (ev.has_tilbagekalder)
		p->skjules = vist_id(ev.tilbagekalder);
	else
		i_stedet(v, p, &ev, &value);
	err = plb_frame_open(v->g->skemaer, value, &s, &body, ec);
	if (err == PLB_OK && ev.has_person)
		err = plb_crypto_partitionkey(v->g->krypto, org, &ev.person, pk);
	if (err == PLB_OK)
		err = plb_json_cloudevent(
		    s, &ev, body, ev.has_person ? pk : NULL, &opener, &p->text, ec);
	return err;
}

/* NULL: cannot be shown. */
static struct visning_post *
hent(struct visning *v, const struct plb_org *org, const struct plb_record *r)
{
	struct visning_post *p =
	    &v->post[((uint64_t)r->offset + (uint64_t)r->partition * 31) % VISNING_HUSKER];
	struct plb_errctx ec = {{0}};

	if (v->husker && p->partition == r->partition && p->offset == r->offset)
		return p;
	glem(p);
	p->er_tilbagekaldelse = p->i_stedet = false;
	if (skriv(v, org, r, p, &ec) != PLB_OK || p->text.failed) {
		metrik_tael(METRIK_FEED_ULAESELIG, 1);
		plb_log(PLB_LOG_ERROR, "record of ud cannot be shown; passed over",
		    plb_f_int("partition", r->partition), plb_f_int("offset", r->offset),
		    plb_f_str("fejl", ec.text));
		return NULL;
	}
	p->partition = r->partition;
	p->offset = r->offset;
	return p;
}

enum visning_svar
visning_af(struct visning *v, const struct plb_org *org, const struct plb_record *r,
    struct vist *vist, struct plb_slice *json)
{
	struct visning_post *p = hent(v, org, r);

	if (p == NULL)
		return VISNING_FEJL;
	if (p->er_tilbagekaldelse && vist_fjern(vist, p->skjules))
		return VISNING_UDELADT;
	if (p->i_stedet)
		vist_tilfoej(vist, p->vises);
	*json = plb_slice(p->text.p, p->text.len);
	return VISNING_OK;
}
