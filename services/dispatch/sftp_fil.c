// SPDX-License-Identifier: MPL-2.0
#include "sftp.h"
#include "sftp_csv.h"

#include <stdio.h>
#include <stdlib.h>

/* What lies on ud, as rows of a file, on its way. A message that is withdrawn within the file
 * stands as its withdrawal. */

#define FIL_MAX ((size_t)32 << 20) /* bytes of a file */
#define INDHOLD_MAX                                                                                \
	((size_t)6 << 20) /* of sealed content in one, about; JSON is a few times that */
#define RAEKKER_PR_TUR 100
#define LAEG_MS (5 * 60 * (int64_t)1000)

void
sftp_ryd(struct sftp *s)
{
	struct raekke *r;

	while ((r = s->foerste) != NULL) {
		s->foerste = r->naeste;
		laest_fri(r->post);
		free(r);
	}
	plb_map_fini(&s->raekker);
	plb_map_init(&s->raekker, 0);
	s->sidste = &s->foerste;
	s->her = NULL;
	s->n = s->bytes = 0;
	s->flere = s->genlaest = false;
	if (s->krop.p != NULL)
		explicit_bzero(s->krop.p, s->krop.size);
	plb_buf_fini(&s->krop);
}

/* ---- reading ---- */

static void
laes_videre(struct sftp *s)
{
	const struct ud_bestilling b = {.partition = s->partition,
	    .org = s->org,
	    .fra = s->laest_til,
	    .til = s->genlaest ? s->t.til : UD_LAESER_ENDE};

	if (!ud_laeser_bed(s->d->sftp->laeser, &b))
		sftp_gaa(s, SFTP_HVILER);
}

void
sftp_laes_ud(struct sftp *s)
{
	sftp_ryd(s);
	s->laest_til = s->t.position;
	s->genlaest = s->t.til > 0;
	laes_videre(s);
}

/* A message on ud into the file. false: out of memory; `p` is then the caller's. */
static bool
tilfoej(struct sftp *s, struct laest *p)
{
	struct plb_map_node *tilbagekaldt;
	struct plb_errctx ec = {0};
	struct plb_event ev;
	struct raekke *r;

	if (plb_event_from_record(&p->r, false, &ev, &ec) != PLB_OK || !ev.has_leveringid ||
	    plb_map_get(&s->raekker, plb_slice(ev.leveringid.b, 16)) != NULL) {
		laest_fri(p); /* no message, or one that stands there twice */
		return true;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return false;
	r->post = p;
	r->id = ev.leveringid;
	r->node.key = plb_slice(r->id.b, sizeof(r->id.b));
	if (plb_map_add(&s->raekker, &r->node) != PLB_OK) {
		free(r);
		return false;
	}
	tilbagekaldt = ev.has_tilbagekalder
	    ? plb_map_get(&s->raekker, plb_slice(ev.tilbagekalder.b, 16))
	    : NULL;
	if (tilbagekaldt != NULL) {
		((struct raekke *)(void *)tilbagekaldt)->tilbagekaldt_af = r;
		r->udelades = true;
	}
	*s->sidste = r;
	s->sidste = &r->naeste;
	s->n++;
	s->bytes += p->r.value.len;
	return true;
}

static bool
er_fuld(const struct sftp *s)
{
	return !s->genlaest && ((int64_t)s->n >= s->d->conf.sftp_rows || s->bytes >= INDHOLD_MAX);
}

void
sftp_laest(void *arg, const struct ud_bestilling *b, struct laest *poster, int64_t naaet)
{
	struct sftp *s = sftp_find(arg, &b->org);
	struct laest *p;

	/* Of an earlier try. */
	if (s == NULL || s->fase != SFTP_LAESER || b->fra != s->laest_til) {
		laest_fri(poster);
		return;
	}
	for (s->laest_til = naaet; (p = poster) != NULL; s->laest_til = naaet) {
		s->laest_til = p->r.offset;
		s->flere = er_fuld(s);
		if (s->flere)
			break;
		poster = p->naeste;
		p->naeste = NULL;
		if (!tilfoej(s, p)) {
			laest_fri(p);
			laest_fri(poster);
			sftp_gaa(s, SFTP_HVILER);
			return;
		}
	}
	laest_fri(poster);
	if (s->flere || naaet >= b->til)
		sftp_giv(s, (struct udfald){.sftp = SFTP_U_LAEST});
	else
		laes_videre(s);
}

/* ---- writing ---- */

/* The withdrawal that an operator made here, as a message. */
static void
kasseret(struct sftp *s, const struct raekke *r, struct post *p, struct indhold *i)
{
	struct plb_slice dele[2] = {plb_slice_str("tilbagekaldt"), plb_slice(r->id.b, 16)};
	struct tilbagekaldt_post t = {.id = r->id, .aarsag = TILBAGE_KASSERET};

	p->id = plb_uuid5(PLB_UUID_NS, dele, 2);
	p->kilde = plb_slice_str("/parloeb/forloeb");
	p->frist = 0;
	*i = (struct indhold){.type = plb_slice_str("dk.parloeb.levering-tilbagekaldt"),
	    .vaerdi = dispatch_wire_skriv(s->d->wire, SLAGS_TILBAGEKALDT, &t),
	    .tid = {r->kasseret_ms}};
}

/* What the row says: the message, or the withdrawal of it at its place. */
static enum plb_err
haendelse(struct sftp *s, const struct raekke *r, struct post *p, struct plb_slice *out,
    struct plb_errctx *ec)
{
	const struct endepunkt *ep = plan_endepunkt(&s->d->plan, plb_org_slice(&s->org));
	const struct laest *post = r->tilbagekaldt_af != NULL ? r->tilbagekaldt_af->post : r->post;
	char id[PLB_UUID_TEXT];
	struct plb_event ev, plads;
	struct krop_tekst t = {0};
	struct indhold i;
	enum plb_err err = plb_event_from_record(&post->r, false, &ev, ec);

	if (err == PLB_OK)
		err = plb_event_from_record(&r->post->r, false, &plads, ec);
	if (err != PLB_OK)
		return err;
	*p = ud_post(s->d, &ev, &post->r, ep);
	p->sequence = plads.sequence;
	i = indhold_af(&ev, &post->r);
	if (r->tilbagekaldt_af == NULL && r->kasseret) {
		kasseret(s, r, p, &i);
		p->haendelse_id = plb_slice_str(plb_uuid_text(p->id, id));
	}
	err =
	    krop_skriv(s->d->krop, p, &i, &s->org, plads.has_person ? &plads.person : NULL, &t, ec);
	*out = t.body;
	return err;
}

/* A row of what cannot be opened says which message it is: one such may not stop all others. */
static enum plb_err
uden_indhold(struct sftp *s, const struct raekke *r, struct plb_errctx *ec)
{
	static const char tom[] = "{}";
	char id[PLB_UUID_TEXT];

	plb_log(PLB_LOG_ERROR, "message without content in a file",
	    plb_f_str("organisation", s->org.text), plb_f_uuid("leveringid", r->id),
	    plb_f_str("fejl", ec->text));
	return sftp_csv_raekke(&s->krop, &s->d->sftp->arena, plb_uuid_text(r->id, id), "",
	    plb_slice(tom, sizeof(tom) - 1), ec);
}

static enum plb_err
skriv_raekke(struct sftp *s, const struct raekke *r, struct plb_errctx *ec)
{
	char id[PLB_UUID_TEXT], frist[PLB_TIME_TEXT] = "";
	struct plb_slice event;
	struct post p = {0};
	enum plb_err err = haendelse(s, r, &p, &event, ec);

	if (err != PLB_OK && plb_err_class(err) != PLB_CLASS_REJECT)
		return err;
	if (err != PLB_OK)
		return uden_indhold(s, r, ec);
	if (p.frist > 0)
		plb_time_text((struct plb_time){p.frist}, frist);
	return sftp_csv_raekke(
	    &s->krop, &s->d->sftp->arena, plb_uuid_text(p.id, id), frist, event, ec);
}

static void
opgiv(struct sftp *s, const char *hvorfor)
{
	struct udfald u = {.sftp = SFTP_U_FEJL, .klasse = SVAR_MIDLERTIDIG};

	snprintf(u.tekst, sizeof(u.tekst), "%s", hvorfor);
	sftp_giv(s, u);
}

void
sftp_byg(struct sftp *s)
{
	struct plb_errctx ec = {0};
	enum plb_err err = PLB_OK;

	if (s->krop.len == 0) {
		plb_buf_init(&s->krop, FIL_MAX);
		sftp_csv_hoved(&s->krop);
		s->her = s->foerste;
	}
	for (int n = 0; err == PLB_OK && s->her != NULL && n < RAEKKER_PR_TUR; n++) {
		if (!s->her->udelades)
			err = skriv_raekke(s, s->her, &ec);
		s->her = s->her->naeste;
	}
	if (err != PLB_OK || s->krop.failed)
		opgiv(s, err != PLB_OK ? ec.text : "the file is too large");
	else
		sftp_gaa(s, s->her != NULL ? SFTP_BYGGER : SFTP_LAEGGER);
}

/* ---- the transfer ---- */

/* Somebody must change something: trying on by the schedule would only knock at a closed door. */
static enum svarklasse
klasse(enum plb_ovf_udfald u)
{
	switch (u) {
	case PLB_OVF_LOGIN:
	case PLB_OVF_VAERTSNOEGLE:
	case PLB_OVF_ADRESSE:
	case PLB_OVF_URL:
		return SVAR_PAUSE;
	default:
		return SVAR_MIDLERTIDIG;
	}
}

static void
ude(void *arg, const struct plb_ovf_svar *svar)
{
	struct sftp *s = arg;
	struct udfald u = {.sftp = SFTP_U_LAGT};

	s->o = NULL;
	if (svar->udfald != PLB_OVF_OK) {
		u.sftp = SFTP_U_FEJL;
		u.klasse = klasse(svar->udfald);
		snprintf(u.tekst, sizeof(u.tekst), "%s: %.120s", plb_ovf_udfald_navn(svar->udfald),
		    svar->error);
	}
	sftp_giv(s, u);
}

void
sftp_laeg(struct sftp *s)
{
	char navn[SFTP_NAVN], midlertidig[SFTP_NAVN + 8];
	struct plb_errctx ec = {0};

	sftp_navn(&s->org, s->t.fil.dato, s->t.fil.nummer, navn);
	snprintf(midlertidig, sizeof(midlertidig), ".%s.del", navn);
	if (!sftp_overfoer(s,
		(struct plb_ovf_bestilling){.art = PLB_OVF_SFTP_LAEG,
		    .body = plb_slice(s->krop.p, s->krop.len),
		    .navn = navn,
		    .midlertidig = midlertidig,
		    .timeout_ms = LAEG_MS,
		    .done = ude},
		&ec))
		opgiv(s, ec.text);
}
