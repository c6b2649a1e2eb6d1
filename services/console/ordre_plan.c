// SPDX-License-Identifier: MPL-2.0
#include "ordre.h"

#include <stdio.h>
#include <stdlib.h>

#include <parloeb/crypto.h>
#include <parloeb/list.h>

#define PROEVE_MAX 10

static enum plb_err
take(void *arg, const struct bord_post *p, struct plb_slice type, struct plb_slice trin,
    struct plb_time adresseret, struct plb_errctx *ec)
{
	struct plan *pl = arg;
	struct bord_post *more;
	char id[PLB_UUID_TEXT], tid[PLB_TIME_TEXT];

	if (pl->n == pl->maks)
		return plb_err_set(ec, PLB_E_FORM,
		    "more than %zu deliveries: narrow it down, or give --max", pl->maks);
	more = plb_array_room(pl->post, pl->n, &pl->size, sizeof(*more));
	if (more == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan");
	pl->post = more;
	pl->post[pl->n++] = *p;
	plb_buf_put(&pl->sum, p->id.b, sizeof(p->id.b));
	if (pl->proeve == NULL || pl->n > PROEVE_MAX)
		return PLB_OK;
	plb_buf_printf(pl->proeve, "%s{\"leveringid\":\"%s\",\"type\":", pl->n > 1 ? "," : "",
	    plb_uuid_text(p->id, id));
	plb_buf_json(pl->proeve, type);
	plb_buf_str(pl->proeve, ",\"trin\":");
	plb_buf_json(pl->proeve, trin);
	plb_buf_printf(pl->proeve, ",\"adresseret\":\"%s\"}", plb_time_text(adresseret, tid));
	return PLB_OK;
}

/* Of the ids: all of one organisation. */
static enum plb_err
take_ids(struct ordrer *o, const struct anmodning *a, struct plan *pl, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	size_t i;

	for (i = 0; i < a->n_ider && err == PLB_OK; i++) {
		struct bord_om om;

		err = laesemodel_udvalg_en(o->m, &a->ider[i], &om, take, pl, ec);
		if (err == PLB_OK && pl->org.text[0] != '\0' && !plb_org_eq(&om.org, &pl->org))
			err = plb_err_set(
			    ec, PLB_E_FORM, "the deliveries are not all of one organisation");
		if (err == PLB_OK && om.tilbagekaldt &&
		    (a->art == KOMMANDO_REPLAY || a->art == KOMMANDO_DISCARD))
			err = plb_err_set(ec, PLB_E_REGEL,
			    "the delivery has been withdrawn: it is neither sent again nor "
			    "discarded");
		pl->org = om.org;
		pl->har_person = om.har_person;
		pl->person = om.person;
	}
	return err;
}

enum plb_err
plan_lav(struct ordrer *o, const struct anmodning *a, struct plan *pl, struct plb_errctx *ec)
{
	struct bord_filter f = a->filter;
	int64_t cap = a->filter.maks < o->konf.maks ? a->filter.maks : o->konf.maks;
	enum plb_err err;

	pl->org = f.org;
	pl->maks = (size_t)o->konf.maks;
	plb_buf_init(&pl->sum, 32u << 20);
	plb_buf_str(&pl->sum, kommando_arter[a->art]);
	if (a->n_ider > 0)
		err = take_ids(o, a, pl, ec);
	else if (a->art == KOMMANDO_HOLD || a->art == KOMMANDO_RESUME)
		err = PLB_OK;
	else {
		f.maks = a->filter.maks > o->konf.maks
		    ? cap + 1
		    : cap; /* one more than allowed shows that there are */
		err = laesemodel_udvalg(o->m, &f, take, pl, ec);
	}
	plb_buf_str(&pl->sum, pl->org.text);
	return err;
}

void
plan_fri(struct plan *pl)
{
	free(pl->post);
	plb_buf_fini(&pl->sum);
}

void
plan_digest(const struct plan *pl, char out[33])
{
	uint8_t sum[32];

	plb_sha256(plb_slice(pl->sum.p, pl->sum.len), sum);
	for (int i = 0; i < 16; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

static const char *
virkning(const struct anmodning *a)
{
	bool queue = a->n_ider > 0;

	switch (a->art) {
	case KOMMANDO_HOLD:
		return queue
		    ? "Nothing more about this person is sent to the organisation until resume. "
		      "What comes waits in order; others are not touched."
		    : "Nothing more is sent to the organisation until resume. The mailbox, its "
		      "order and the feed cursor stay as they are; what comes waits.";
	case KOMMANDO_RESUME:
		return queue
		    ? "What is parked or held about this person goes back into its queue and is "
		      "sent in order."
		    : "A hold ends, a paused or switched-off endpoint opens, and everything parked "
		      "for the organisation is sent in order, person by person.";
	case KOMMANDO_REPLAY:
		return "Each is sent again under its own webhook-id, in order for each person; a "
		       "recipient that has had it drops the repeat.";
	default:
		return "Each is withdrawn as kasseret and never goes out; the recipient gets "
		       "levering-tilbagekaldt in its place. This cannot be undone.";
	}
}

bool
ordrer_kraever_godkendelse(const struct ordrer *o, size_t n)
{
	return (int64_t)n > o->konf.godkend_over;
}

enum plb_err
ordrer_plan(struct ordrer *o, const struct anmodning *a, struct plb_buf *out, struct plb_errctx *ec)
{
	struct plan pl = {.proeve = out};
	size_t start = out->len;
	char digest[33];
	enum plb_err err;

	plb_buf_str(out, "{\"proeve\":[");
	err = plan_lav(o, a, &pl, ec);
	plan_digest(&pl, digest);
	plb_buf_printf(out,
	    "],\"handling\":\"%s\",\"organisation\":\"%s\",\"antal\":%zu,\"virkning\":",
	    kommando_arter[a->art], pl.org.text, pl.n);
	plb_buf_json(out, plb_slice_str(virkning(a)));
	plb_buf_printf(out, ",\"kraeverGodkendelse\":%s,\"sekunder\":%lld,\"plan\":\"%s\",\"koe\":",
	    ordrer_kraever_godkendelse(o, pl.n) ? "true" : "false",
	    (long long)pl.n / (long long)a->rate, digest);
	if (err == PLB_OK)
		err = laesemodel_koe(o->m, &pl.org, out, ec);
	plb_buf_str(out, "}");
	plan_fri(&pl);
	if (err != PLB_OK)
		out->len = start;
	return err;
}
