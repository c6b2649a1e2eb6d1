// SPDX-License-Identifier: MPL-2.0
//
// `kafka` of a partner file, and which of the file's channels is what: `foerst` and `reserve`.

#include <stdlib.h>

#include <parloeb/loop.h>

#include "partnere_int.h"

static const char *const navne[PLB_KANAL_ANTAL + 1] = {
    [PLB_KANAL_INGEN] = "",
    [PLB_KANAL_WEBHOOK] = "webhook",
    [PLB_KANAL_KAFKA] = "kafka",
    [PLB_KANAL_MAIL] = "mail",
};

const char *
plb_kanal_navn(enum plb_kanal k)
{
	PLB_ASSERT((unsigned)k < PLB_KANAL_ANTAL);
	return navne[k];
}

const char *
plb_partner_emne(const struct plb_org *org, char out[PLB_TIL_EMNE])
{
	static const char til[] = "til.";
	size_t n = sizeof(til) - 1;

	memcpy(out, til, n);
	for (const char *p = org->text; *p != '\0'; p++)
		out[n++] = *p == ':' ? '.' : *p;
	out[n] = '\0';
	return out;
}

bool
plb_partner_kopi(const struct plb_partner *p, enum plb_kanal k)
{
	return (p->kopier & (1u << k)) != 0 || (k != PLB_KANAL_INGEN && p->reserve == k);
}

void
partner_kafka(struct laeser *l, struct plb_yaml *root)
{
	struct plb_yaml *k = plb_yaml_get(root, "kafka", l->f), *cert;
	struct plb_kafka_conf *c = &l->p->kafka;
	struct plb_errctx ec = {{0}};
	const char *file;
	char *pem = NULL;
	size_t len = 0;

	cert = k == NULL ? NULL : plb_yaml_need(k, "certificate", l->f);
	file = cert == NULL ? NULL : partner_sti(l, cert);
	if (file == NULL)
		return;
	if (plb_file_read(file, PLB_MODTAGER_MAX, &pem, &len, &ec) != PLB_OK ||
	    plb_modtager_new(plb_slice(pem, len), &c->modtager, &ec) != PLB_OK)
		partner_fejl(l, cert, ec.text);
	else
		c->certificate = file;
	free(pem);
}

/* The channel that a key names, which must be one of the file's. INGEN: the key is absent, or
 * faulty. */
static enum plb_kanal
navngivet(struct laeser *l, struct plb_yaml *root, const char *key, const bool har[PLB_KANAL_ANTAL])
{
	struct plb_yaml *n = plb_yaml_get(root, key, l->f);
	int ord = 0;

	if (n == NULL || !plb_yaml_word(n, navne + 1, &ord, l->f))
		return PLB_KANAL_INGEN;
	if (!har[ord + 1]) {
		partner_fejl(l, n, "this file has no such channel");
		return PLB_KANAL_INGEN;
	}
	return (enum plb_kanal)(ord + 1);
}

void
partner_kanaler(struct laeser *l, struct plb_yaml *root)
{
	struct plb_partner *p = l->p;
	const bool har[PLB_KANAL_ANTAL] = {
	    [PLB_KANAL_WEBHOOK] = p->webhook.url != NULL,
	    [PLB_KANAL_KAFKA] = p->kafka.certificate != NULL,
	    [PLB_KANAL_MAIL] = p->mail.til != NULL,
	};
	enum plb_kanal foerste = navngivet(l, root, "foerst", har);

	p->reserve = navngivet(l, root, "reserve", har);
	for (int k = 1; k < PLB_KANAL_ANTAL && foerste == PLB_KANAL_INGEN; k++)
		if (har[k] && p->reserve != (enum plb_kanal)k)
			foerste = (enum plb_kanal)k;
	if (p->reserve != PLB_KANAL_INGEN && (foerste == PLB_KANAL_INGEN || foerste == p->reserve))
		partner_fejl(l, plb_yaml_get(root, "reserve", l->f),
		    "a fall-back needs another channel that comes first");
	for (int k = 1; k < PLB_KANAL_ANTAL; k++)
		if (har[k] && (enum plb_kanal)k != foerste && (enum plb_kanal)k != p->reserve)
			p->kopier |= (uint8_t)(1u << k);
	/* A webhook that has not passed the test that its file demands gets nothing; where it is
	 * the first channel the organisation is a mailbox until then. */
	if (p->webhook.spaerret != NULL) {
		p->kopier &= (uint8_t) ~(1u << PLB_KANAL_WEBHOOK);
		foerste = foerste == PLB_KANAL_WEBHOOK ? PLB_KANAL_INGEN : foerste;
		p->reserve = p->reserve == PLB_KANAL_WEBHOOK ? PLB_KANAL_INGEN : p->reserve;
	}
	p->foerste = foerste;
}
