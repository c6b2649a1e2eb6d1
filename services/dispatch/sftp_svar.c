// SPDX-License-Identifier: MPL-2.0
#include "sftp.h"
#include "sftp_kvit.h"

#include <stdio.h>

/* Acknowledgement files: <name>.kvit beside the file, its lines receipts. Each is read once, whole;
 * what a crash makes us read again are receipts that are known. */

#define LINJER_PR_GANG 500
#define NAVNE_MAX ((int64_t)1 << 20)
#define HENT_MS (60 * (int64_t)1000)
#define KVIT_NAVN (SFTP_NAVN + 8)

static const char *
kvit_navn(const struct sftp *s, const struct sftp_ref *fil, char out[KVIT_NAVN])
{
	char navn[SFTP_NAVN];

	snprintf(out, KVIT_NAVN, "%s.kvit", sftp_navn(&s->org, fil->dato, fil->nummer, navn));
	return out;
}

static void
senere(struct sftp *s, const char *hvorfor)
{
	plb_log(PLB_LOG_WARN, "acknowledgement files are looked for later",
	    plb_f_str("organisation", s->org.text), plb_f_str("aarsag", hvorfor));
	sftp_gaa(s, SFTP_HVILER);
}

/* ---- is there one? ---- */

static bool
har_linje(struct plb_slice navne, const char *navn)
{
	struct plb_slice linje;

	while (sftp_kvit_linje(&navne, &linje))
		if (plb_slice_is(linje, navn))
			return true;
	return false;
}

static void
navne(void *arg, const struct plb_ovf_svar *svar)
{
	struct sftp *s = arg;
	char navn[KVIT_NAVN];

	s->o = NULL;
	if (svar->udfald != PLB_OVF_OK) {
		senere(s, plb_ovf_udfald_navn(svar->udfald));
		return;
	}
	for (size_t i = 0; i < s->t.n_ventende; i++) {
		if (!har_linje(svar->body, kvit_navn(s, &s->t.ventende[i].fil, navn)))
			continue;
		s->svar_paa = s->t.ventende[i].fil;
		sftp_gaa(s, SFTP_HENTER);
		return;
	}
	sftp_gaa(s, SFTP_HVILER);
}

void
sftp_se_efter(struct sftp *s)
{
	struct plb_errctx ec = {0};

	if (!sftp_overfoer(s,
		(struct plb_ovf_bestilling){.art = PLB_OVF_SFTP_NAVNE,
		    .response_max = NAVNE_MAX,
		    .timeout_ms = HENT_MS,
		    .done = navne},
		&ec))
		senere(s, ec.text);
}

/* ---- reading it ---- */

static void
hentet(void *arg, const struct plb_ovf_svar *svar)
{
	struct sftp *s = arg;

	s->o = NULL;
	s->for_stort = svar->udfald == PLB_OVF_FOR_STOR;
	if (svar->udfald != PLB_OVF_OK && !s->for_stort) {
		senere(s, plb_ovf_udfald_navn(svar->udfald));
		return;
	}
	plb_buf_init(&s->krop, (size_t)SFTP_KVIT_MAX);
	plb_buf_slice(&s->krop, svar->body);
	s->svar_pos = 0;
	s->linje = 0;
	if (s->krop.failed)
		senere(s, "out of memory");
	else
		sftp_gaa(s, SFTP_KVITTERER);
}

void
sftp_hent(struct sftp *s)
{
	struct plb_errctx ec = {0};
	char navn[KVIT_NAVN];

	if (!sftp_overfoer(s,
		(struct plb_ovf_bestilling){.art = PLB_OVF_SFTP_HENT,
		    .navn = kvit_navn(s, &s->svar_paa, navn),
		    .response_max = SFTP_KVIT_MAX,
		    .timeout_ms = HENT_MS,
		    .done = hentet},
		&ec))
		senere(s, ec.text);
}

/* ---- its lines ---- */

void
sftp_kvitter(struct sftp *s)
{
	sftp_giv(s,
	    (struct udfald){
		.sftp = SFTP_U_LINJER, .fra = (int64_t)s->svar_pos, .forsoeg = s->linje});
}

/* As if it had come by POST /v1/kvitteringer. */
static enum plb_err
linje(struct sftp *s, struct plb_flow_tx *tx, struct plb_slice line, int32_t nr,
    struct plb_time now, struct plb_errctx *ec)
{
	struct endepunkt *ep = plan_endepunkt(&s->d->plan, plb_org_slice(&s->org));
	struct sftp_kvit k;
	enum sftp_kvit_regel regel = sftp_kvit_laes(line, &k);
	uint8_t plads[SFTP_KVIT_AARSAG_MAX + 256];
	struct kvittering_post p;
	struct plb_slice value;

	if (regel == SFTP_KVIT_TOM || ep == NULL)
		return PLB_OK;
	if (regel != SFTP_KVIT_OK) {
		sftp_fejl_husk(s, nr, sftp_kvit_regel_navn(regel));
		return PLB_OK;
	}
	p = (struct kvittering_post){.id = k.id,
	    .status = (int)k.status,
	    .aarsag = k.aarsag,
	    .organisation = plb_org_slice(&s->org),
	    .tid = plb_time_now()};
	value = dispatch_wire_skriv(s->d->wire, SLAGS_KVITTERING, &p);
	PLB_ASSERT(value.len <= sizeof(plads)); /* sftp_kvit_laes has bounded the text */
	memcpy(plads, value.p, value.len);      /* taking it writes other values */
	return post_kvittering(s->d, tx, ep, plb_slice(plads, value.len), now, ec);
}

static void
er_laest(struct sftp *s)
{
	struct sftp_tilstand *t = &s->t;
	size_t til = 0;

	for (size_t i = 0; i < t->n_ventende; i++)
		if (strcmp(t->ventende[i].fil.dato, s->svar_paa.dato) != 0 ||
		    t->ventende[i].fil.nummer != s->svar_paa.nummer)
			t->ventende[til++] = t->ventende[i];
	t->n_ventende = til;
	s->svar_ms = 0; /* another may have come with it */
}

enum plb_err
sftp_linjer(struct sftp *s, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct plb_slice text = plb_slice(s->krop.p, s->krop.len), line;
	enum plb_err err = PLB_OK;
	int n = 0;

	s->linje = u->forsoeg;
	if (u->fra > 0)
		text = plb_slice(text.p + u->fra, text.len - (size_t)u->fra);
	if (s->for_stort)
		sftp_fejl_husk(s, 1, "the file is larger than 1 MiB");
	while (err == PLB_OK && n++ < LINJER_PR_GANG && sftp_kvit_linje(&text, &line))
		err = linje(s, tx, line, ++s->linje, now, ec);
	if (err != PLB_OK)
		return err;
	s->svar_pos = s->krop.len - text.len;
	if (text.len > 0)
		return sftp_afgoer(s, tx, SFTP_KVITTERER, ec);
	er_laest(s);
	return sftp_afgoer(s, tx, SFTP_HVILER, ec);
}
