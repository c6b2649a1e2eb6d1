// SPDX-License-Identifier: MPL-2.0
#include "kanal.h"
#include "hook_ud.h"
#include "kafka_ud.h"
#include "mail.h"
#include "plan_int.h"

#include <stdio.h>
#include <stdlib.h>

/* From a committed intent to an outcome, whatever the channel. */

static const struct kanal *const kanaler[PLB_KANAL_ANTAL] = {
    [PLB_KANAL_WEBHOOK] = &kanal_webhook,
    [PLB_KANAL_KAFKA] = &kanal_kafka,
    [PLB_KANAL_MAIL] = &kanal_mail,
};

_Static_assert(PLAN_KANALER == PLB_KANAL_ANTAL, "the plan has room for each");

const struct kanal *
kanal_af(enum plb_kanal nr)
{
	return (unsigned)nr < PLB_KANAL_ANTAL ? kanaler[nr] : NULL;
}

static void
kald_fri(struct kald *k)
{
	struct endepunkt *ep = plan_endepunkt_af(&k->d->plan, &k->org, k->kopi);

	PLB_ASSERT(ep != NULL); /* a partition's calls end before its endpoints */
	plan_kald_slut(&k->d->plan, ep);
	led_ud(&k->led);
	free(k);
}

void
kald_slut(struct kald *k, struct udfald u)
{
	struct dispatch *d = k->d;
	int32_t partition = k->partition;

	u.art = UDFALD_SVAR;
	u.org = k->org;
	u.id = k->id;
	u.forsoeg = k->forsoeg;
	u.har_digest = true;
	memcpy(u.digest, k->digest, sizeof(u.digest));
	kald_fri(k);
	udfald_saml(d, partition, u);
	kanal_start(d);
	run_kald_sluttet(d);
}

/* The attempt could not even begin: its outcome all the same. */
static void
aldrig(struct dispatch *d, const struct levering *l, enum svarklasse klasse, const char *tekst)
{
	struct udfald u = {.art = UDFALD_SVAR,
	    .org = l->ep->org,
	    .id = l->id,
	    .forsoeg = l->forsoeg,
	    .klasse = klasse};

	snprintf(u.tekst, sizeof(u.tekst), "%s", tekst);
	plb_log(PLB_LOG_WARN, "attempt not possible", plb_f_str("organisation", l->ep->org.text),
	    plb_f_uuid("leveringid", l->id), plb_f_str("aarsag", tekst));
	metric_svar(klasse, 0);
	(void)udfald_giv(d, l->ep->partition, u);
}

/* What the channel is given. `p` and `i` are filled, and borrowed by it. */
static enum plb_err
opgave(struct dispatch *d, const struct levering *l, const struct plb_partner *partner,
    struct post *p, struct indhold *i, struct kanal_opgave *o, struct plb_errctx *ec)
{
	enum plb_err err = skridt_laes(d, l, p, ec);

	if (err == PLB_OK && l->indhold == NULL)
		err = plb_err_set(ec, PLB_E_INTERN, "intent without content");
	if (err != PLB_OK)
		return err;
	indhold_pak_ud(l->indhold, i);
	*o = (struct kanal_opgave){.l = l,
	    .partner = partner,
	    .post = p,
	    .indhold = i,
	    .person = l->har_person ? &l->person : NULL};
	return PLB_OK;
}

static enum plb_err
begynd(struct kald *k, const struct levering *l, const struct plb_partner *partner,
    struct plb_errctx *ec)
{
	struct kanal_opgave o;
	struct indhold i = {0};
	struct post p;
	enum plb_err err = opgave(k->d, l, partner, &p, &i, &o, ec);

	return err == PLB_OK ? k->kanal->begynd(k, &o, ec) : err;
}

bool
kanal_vaelger(const struct endepunkt *ep)
{
	const struct kanal *kanal = kanal_af((enum plb_kanal)ep->kanal);

	return kanal != NULL && kanal->tager != NULL;
}

bool
kanal_skriver(const struct endepunkt *ep)
{
	const struct kanal *kanal = kanal_af((enum plb_kanal)ep->kanal);

	return kanal != NULL && kanal->skriv != NULL;
}

enum plb_err
kanal_skriv(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct plb_time now,
    struct plb_errctx *ec)
{
	const struct plb_partner *partner = plb_partner_by_org(d->partnere, &l->ep->org);
	struct udfald u = {.art = UDFALD_SVAR, .id = l->id, .forsoeg = l->forsoeg};
	struct plb_errctx hvorfor = {0};
	struct kanal_opgave o;
	struct indhold i = {0};
	struct post p;
	enum plb_err err;

	PLB_ASSERT(partner != NULL); /* the endpoint has a channel by its file */
	err = opgave(d, l, partner, &p, &i, &o, ec);
	if (err != PLB_OK)
		return err;
	err = kanal_af((enum plb_kanal)l->ep->kanal)->skriv(d, tx, &o, &u, &hvorfor);
	if (err != PLB_OK) {
		if (plb_err_class(err) != PLB_CLASS_REJECT)
			return plb_err_set(ec, err, "%s", hvorfor.text);
		u.klasse = SVAR_AFVIST;
		snprintf(u.tekst, sizeof(u.tekst), "%s", hvorfor.text);
	}
	metric_svar(u.klasse, 0);
	return udfald_brug(d, tx, l, &u, now, ec);
}

/* False: it did not begin, and its outcome has been handed in. */
static bool
start(struct dispatch *d, const struct levering *l)
{
	const struct plb_partner *partner = plb_partner_by_org(d->partnere, &l->ep->org);
	const struct kanal *kanal = kanal_af((enum plb_kanal)l->ep->kanal);
	struct plb_errctx ec = {0};
	struct kald *k;
	enum plb_err err;

	/* The partner file has lost the channel since: the intent is taken back. */
	if (partner == NULL || kanal == NULL) {
		run_tag_tilbage(d, l);
		return false;
	}
	k = malloc(sizeof(*k));
	if (k == NULL) {
		aldrig(d, l, SVAR_MIDLERTIDIG, "out of memory");
		return false;
	}
	*k = (struct kald){.d = d,
	    .kanal = kanal,
	    .partition = l->ep->partition,
	    .forsoeg = l->forsoeg,
	    .kopi = l->ep->kopi,
	    .org = l->ep->org,
	    .id = l->id};
	err = begynd(k, l, partner, &ec);
	if (err == PLB_OK) {
		led_sidst(&d->kald, &k->led);
		return true;
	}
	free(k);
	/* What cannot be opened today will not open tomorrow: it parks, and its person's queue with
	 * it. */
	aldrig(
	    d, l, plb_err_class(err) == PLB_CLASS_REJECT ? SVAR_AFVIST : SVAR_MIDLERTIDIG, ec.text);
	return false;
}

void
kanal_start(struct dispatch *d)
{
	struct levering *l;

	while (!d->stopper && (l = plan_start(&d->plan)) != NULL)
		if (!start(d, l))
			plan_kald_slut(&d->plan, l->ep);
	metric_saet(DISPATCH_M_KALD, (int64_t)d->plan.kald);
	metric_saet(DISPATCH_M_IGANG, (int64_t)d->plan.igang);
}

void
kanal_slip(struct dispatch *d, int32_t partition)
{
	struct plan_led *led = d->kald.naeste, *naeste;

	for (; led != &d->kald; led = naeste) {
		struct kald *k = PLAN_OM(led, struct kald, led);

		naeste = led->naeste;
		if (partition >= 0 && k->partition != partition)
			continue;
		k->kanal->annuller(k);
		kald_fri(k);
	}
}
