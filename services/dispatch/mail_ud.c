// SPDX-License-Identifier: MPL-2.0
#include "mail.h"

#include "mail_brev.h"

#include <stdio.h>
#include <stdlib.h>

/* Mail out: one delivery, one mail to the relay. */

#define SAMTIDIGE 4 /* transfers; each has a thread */

/* The first line of the file. */
static enum plb_err
password(struct mail *m, const char *sti, struct plb_errctx *ec)
{
	char *text = NULL;
	size_t len = 0, n;
	enum plb_err err;

	if (sti[0] == '\0')
		return PLB_OK;
	err = plb_file_read(sti, sizeof(m->password.b) + 2, &text, &len, ec);
	if (err != PLB_OK)
		return plb_err_wrap(ec, PLB_E_KONFIG, "dispatch.mail.password");
	n = strcspn(text, "\r\n");
	if (n == 0 || n > sizeof(m->password.b))
		err = plb_err_set(ec, PLB_E_KONFIG,
		    "dispatch.mail.password: expected one line of at most %zu bytes",
		    sizeof(m->password.b));
	else {
		memcpy(m->password.b, text, n);
		m->password.len = n;
	}
	explicit_bzero(text, len);
	free(text);
	return err;
}

enum plb_err
mail_new(struct dispatch *d, struct plb_crypto *c, struct mail **out, struct plb_errctx *ec)
{
	const struct plb_conf_mail *conf = &d->conf.mail;
	struct mail *m;
	enum plb_err err;

	*out = NULL;
	if (conf->smtp[0] == '\0') {
		mail_efterse(d);
		return PLB_OK;
	}
	if (conf->sender[0] == '\0')
		return plb_err_set(
		    ec, PLB_E_KONFIG, "dispatch.mail.smtp is set, dispatch.mail.sender is not");
	m = calloc(1, sizeof(*m));
	*out = m;
	if (m == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	m->d = d;
	m->crypto = c;
	err = password(m, conf->password, ec);
	if (err == PLB_OK)
		err = mail_brev_new(d->schemas, c, conf->sender, &m->brev, ec);
	if (err == PLB_OK) {
		m->overfoersler = plb_overfoersler_new(d->loop, SAMTIDIGE, ec);
		err = m->overfoersler == NULL ? PLB_E_IO : PLB_OK;
	}
	if (err == PLB_OK && conf->imap[0] != '\0')
		err = mail_ind_new(m, &m->ind, ec);
	return err;
}

void
mail_free(struct mail **mp)
{
	struct mail *m = *mp;

	*mp = NULL;
	if (m == NULL)
		return;
	mail_ind_free(&m->ind);
	if (m->overfoersler != NULL)
		plb_overfoersler_free(&m->overfoersler);
	mail_brev_free(&m->brev);
	plb_secret_wipe(&m->password);
	free(m);
}

void
mail_efterse(const struct dispatch *d)
{
	for (size_t i = 0; d->mail == NULL && i < plb_partnere_count(d->partnere); i++) {
		const struct plb_partner *p = plb_partnere_at(d->partnere, i);

		if (p->mail.til != NULL)
			plb_log(PLB_LOG_ERROR,
			    "a partner file asks for mail, and dispatch.mail.smtp is not set",
			    plb_f_str("fil", p->file));
	}
}

/* The addresses are the operator's own, so private ones are fine. */
struct plb_ovf_bestilling
mail_bestilling(const struct mail *m, enum plb_ovf_art art, const char *url)
{
	const struct plb_conf_dispatch *conf = &m->d->conf;
	bool login = conf->mail.user[0] != '\0';

	return (struct plb_ovf_bestilling){
	    .art = art,
	    .url = url,
	    .user = login ? conf->mail.user : NULL,
	    .password = login ? &m->password : NULL,
	    .ca_file = conf->mail.ca,
	    .allow_private = true,
	    .allow_plain = conf->mail.allow_plain,
	    .timeout_ms = conf->timeout_ms,
	    .connect_timeout_ms = conf->connect_timeout_ms,
	};
}

static enum svar_art
art(enum plb_ovf_udfald u)
{
	switch (u) {
	case PLB_OVF_OK:
	case PLB_OVF_AFVIST:
		return SVAR_ART_STATUS;
	case PLB_OVF_TLS:
	case PLB_OVF_LOGIN:
	case PLB_OVF_VAERTSNOEGLE:
		return SVAR_ART_TLS;
	case PLB_OVF_ADRESSE:
	case PLB_OVF_URL:
		return SVAR_ART_ADRESSE;
	case PLB_OVF_TIMEOUT:
	case PLB_OVF_FORBINDELSE:
	case PLB_OVF_FOR_STOR:
	case PLB_OVF_FINDES_IKKE:
	case PLB_OVF_UDFALD:
		break;
	}
	return SVAR_ART_TAVS;
}

static void
slut(void *arg, const struct plb_ovf_svar *r)
{
	struct udfald u = {.klasse = r->udfald == PLB_OVF_OK
		? SVAR_LEVERET
		: svarklasse_smtp(art(r->udfald), r->svar)};

	u.traet = r->udfald != PLB_OVF_OK && r->udfald != PLB_OVF_AFVIST;
	if (r->udfald == PLB_OVF_AFVIST)
		snprintf(u.tekst, sizeof(u.tekst), "SMTP %d", r->svar);
	else if (r->udfald != PLB_OVF_OK)
		snprintf(u.tekst, sizeof(u.tekst), "%s", r->error);
	metric_svar(u.klasse, r->duration_us);
	kald_slut(arg, u);
}

static enum plb_err
begynd(struct kald *k, const struct kanal_opgave *o, struct plb_errctx *ec)
{
	const struct mail *m = k->d->mail;
	const char *const til[] = {o->partner->mail.til, NULL};
	struct mail_opgave opgave = {.leveringid = post_leveringid(o->post),
	    .post = o->post,
	    .indhold = o->indhold,
	    .org = &k->org,
	    .til = til[0]};
	struct plb_ovf_bestilling b;
	struct plb_overfoersel *overfoersel;
	enum plb_err err;

	if (m == NULL)
		return plb_err_set(ec, PLB_E_IO, "dispatch.mail.smtp is not set");
	b = mail_bestilling(m, PLB_OVF_SMTP_SEND, k->d->conf.mail.smtp);
	err = mail_brev_byg(m->brev, &opgave, &b.body, k->digest, ec);
	if (err != PLB_OK)
		return err;
	b.fra = k->d->conf.mail.sender;
	b.til = til;
	b.done = slut;
	b.arg = k;
	err = plb_overfoer(m->overfoersler, &b, &overfoersel, ec);
	if (err == PLB_OK)
		k->eget = overfoersel;
	return err;
}

static void
annuller(struct kald *k)
{
	struct plb_overfoersel *overfoersel = k->eget;

	plb_overfoersel_drop(&overfoersel);
}

/* A withdrawal follows what was sent. */
static bool
tager(const struct plb_partner *p, struct plb_slice type)
{
	return p != NULL &&
	    (p->mail.alle || mail_er_indkaldelse(type) ||
		plb_slice_is(plb_event_name(type), "levering-tilbagekaldt"));
}

const struct kanal kanal_mail = {
    .nr = PLB_KANAL_MAIL, .husker = true, .tager = tager, .begynd = begynd, .annuller = annuller};
