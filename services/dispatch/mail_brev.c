// SPDX-License-Identifier: MPL-2.0
#include "mail_brev.h"

#include <parloeb/ical.h>
#include <parloeb/json.h>

#include <stdio.h>
#include <stdlib.h>

#include "mail_emne.h"

#define MAIL_MAX (256 * 1024)
#define DEL_MAX (64 * 1024)
#define ARENA_MAX (1 << 20)
#define ORD_MAX 36 /* bytes in an encoded word: with the name of its field a line of at most 76 */
#define LINJE 57   /* bytes that become a line of 76 in base64 */

struct mail_brev {
	const struct plb_schemas *schemas;
	struct plb_crypto *crypto;
	const char *afsender;
	struct plb_arena arena;
	/* data: the event's clear members; salt: leveringid, then the mail: one piece for the
	 * digest */
	struct plb_buf data, tekst, kalender, salt;
};

/* What a mail says, before it is one. */
struct indhold_af_brev {
	const char *emne; /* Danish, one line */
	bool moede;
	struct plb_ical_post post; /* with moede */
	bool trukket;
	struct plb_uuid trukket_id; /* the delivery that is withdrawn */
};

static const struct indkaldelse {
	const char *haendelse, *emne;
	bool aflyst;
} indkaldelser[] = {
    {"indkaldelse-oprettet", "Indkaldelse", false},
    {"indkaldelse-aendret", "Ændret indkaldelse", false},
    {"indkaldelse-annulleret", "Aflysning", true},
};

static const struct indkaldelse *
indkaldelse_af(struct plb_slice type)
{
	struct plb_slice navn = plb_event_name(type);

	for (size_t i = 0; i < sizeof(indkaldelser) / sizeof(indkaldelser[0]); i++)
		if (plb_slice_is(navn, indkaldelser[i].haendelse))
			return &indkaldelser[i];
	return NULL;
}

bool
mail_er_indkaldelse(struct plb_slice type)
{
	return indkaldelse_af(type) != NULL;
}

enum plb_err
mail_brev_new(const struct plb_schemas *s, struct plb_crypto *c, const char *afsender,
    struct mail_brev **out, struct plb_errctx *ec)
{
	struct mail_brev *b = calloc(1, sizeof(*b));

	*out = b;
	if (b == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	b->schemas = s;
	b->crypto = c;
	b->afsender = afsender;
	plb_arena_init(&b->arena, ARENA_MAX);
	plb_buf_init(&b->data, DEL_MAX);
	plb_buf_init(&b->tekst, DEL_MAX);
	plb_buf_init(&b->kalender, DEL_MAX);
	plb_buf_init(&b->salt, MAIL_MAX);
	return PLB_OK;
}

void
mail_brev_free(struct mail_brev **bp)
{
	struct mail_brev *b = *bp;

	*bp = NULL;
	if (b == NULL)
		return;
	plb_arena_fini(&b->arena);
	plb_buf_fini(&b->data);
	plb_buf_fini(&b->tekst);
	plb_buf_fini(&b->kalender);
	plb_buf_fini(&b->salt);
	free(b);
}

/* ---- content ---- */

/* The event's members in clear. */
static enum plb_err
data_af(
    struct mail_brev *b, const struct indhold *i, const struct plb_jv **out, struct plb_errctx *ec)
{
	const struct plb_schema *schema;
	struct plb_slice body, json;
	enum plb_err err = plb_frame_open(b->schemas, i->vaerdi, &schema, &body, ec);

	plb_arena_reset(&b->arena);
	plb_buf_reset(&b->data);
	if (err == PLB_OK)
		err = plb_json_data(schema, body, NULL, NULL, &b->data, ec);
	if (err == PLB_OK)
		err = plb_buf_done(&b->data, &json);
	return err == PLB_OK ? plb_jv_parse(&b->arena, json, out, ec) : err;
}

static bool
tid(const struct plb_jv *data, const char *felt, struct plb_time *out)
{
	struct plb_slice s = plb_jv_str(plb_jv_get(data, felt));

	*out = PLB_TIME_UNSET;
	return s.p == NULL || plb_time_parse(s, out) == PLB_OK;
}

static bool
uuid(const struct plb_jv *data, const char *felt, struct plb_uuid *out)
{
	return plb_uuid_parse(plb_jv_str(plb_jv_get(data, felt)), true, out) == PLB_OK;
}

/* The number of the delivery grows with each message to this recipient about this course, so with
 * each about this meeting. */
static bool
moede(const struct indkaldelse *k, const struct plb_jv *data, const struct mail_opgave *o,
    struct indhold_af_brev *ud)
{
	struct plb_ical_post *p = &ud->post;

	ud->moede = true;
	*p = (struct plb_ical_post){
	    .slags = "moede",
	    .titel = plb_samtale_titel(plb_jv_int(plb_jv_get(data, "samtaletype"), 0)),
	    .aflyst = k->aflyst,
	    .optager = true,
	    .sekvens = o->post->sequence > INT32_MAX ? INT32_MAX : (int32_t)o->post->sequence,
	    .aendret = o->indhold->tid,
	};
	if (!uuid(data, "indkaldelseId", &p->id) || !tid(data, "start", &p->start) ||
	    !tid(data, "slut", &p->slut))
		return false;
	if (p->slut.ms <= p->start.ms)
		p->slut = PLB_TIME_UNSET;
	return k->aflyst || p->start.ms != PLB_TIME_UNSET.ms;
}

static enum plb_err
indhold_laes(struct mail_brev *b, const struct mail_opgave *o, struct indhold_af_brev *ud,
    struct plb_errctx *ec)
{
	const struct indkaldelse *k = indkaldelse_af(o->indhold->type);
	struct plb_slice navn = plb_event_name(o->indhold->type);
	const struct plb_jv *data = NULL;
	enum plb_err err;

	*ud = (struct indhold_af_brev){
	    .emne = k != NULL ? k->emne : mail_emne(navn),
	    .trukket = plb_slice_is(navn, "levering-tilbagekaldt"),
	};
	if (k == NULL && !ud->trukket)
		return PLB_OK; /* of other types the kind alone is told */
	err = data_af(b, o->indhold, &data, ec);
	if (err != PLB_OK)
		return err;
	if (k != NULL ? !moede(k, data, o, ud)
		      : !uuid(data, "tilbagekaldtLeveringid", &ud->trukket_id))
		return plb_err_set(ec, PLB_E_FORM, "a member is not what its schema promises");
	return PLB_OK;
}

/* ---- text ---- */

static void
dansk_tid(struct plb_buf *b, struct plb_time t)
{
	struct plb_ymd d = plb_dato_ymd(plb_time_dato(t));
	int s = plb_time_local_seconds(t);

	plb_buf_printf(
	    b, "%02d.%02d.%04d kl. %02d.%02d", d.day, d.month, d.year, s / 3600, s / 60 % 60);
}

static void
tekst_moede(struct plb_buf *b, const struct plb_ical_post *p)
{
	char id[PLB_UUID_TEXT], ref[9];

	plb_buf_printf(b, "%s%s, ref. %s\r\n", p->aflyst ? "Aflyst: " : "", p->titel,
	    plb_uuid_ref(p->id, ref));
	if (p->start.ms != PLB_TIME_UNSET.ms) {
		plb_buf_str(b, "Tid: ");
		dansk_tid(b, p->start);
		plb_buf_str(b, "\r\n");
	}
	plb_buf_printf(b, "Opslag i fagsystemet: %s\r\n", plb_uuid_text(p->id, id));
}

static void
tekst_levering(struct plb_buf *b, const struct mail_opgave *o)
{
	char id[PLB_UUID_TEXT];

	plb_buf_printf(b, "Levering: %s\r\n", plb_uuid_text(o->leveringid, id));
	if (o->post->frist > 0) {
		plb_buf_str(b, "Frist: ");
		dansk_tid(b, (struct plb_time){o->post->frist});
		plb_buf_str(b, "\r\n");
	}
}

static void
tekst(struct plb_buf *b, const struct mail_opgave *o, const struct indhold_af_brev *i)
{
	char id[PLB_UUID_TEXT];

	plb_buf_reset(b);
	plb_buf_printf(b, "Besked til %s fra Parløb: %s.\r\n\r\n", o->org->text, i->emne);
	if (i->moede)
		tekst_moede(b, &i->post);
	tekst_levering(b, o);
	if (i->trukket)
		plb_buf_printf(b, "Kaldt tilbage: levering %s. Den skal slettes.\r\n",
		    plb_uuid_text(i->trukket_id, id));
	if (i->moede && !i->post.aflyst)
		plb_buf_str(b,
		    "\r\nSvar på indkaldelsen i kalenderen, eller svar på denne mail. Svaret er "
		    "jeres\r\nkvittering for, at indkaldelsen er håndteret; et afslag meldes til "
		    "afsenderen.\r\n");
	else
		plb_buf_str(b,
		    "\r\nSvar på denne mail, når beskeden er håndteret. Svaret er jeres "
		    "kvittering.\r\n");
	plb_buf_str(b, "\r\nAf hensyn til personen står der ikke mere her. Hent den i feedet.\r\n");
}

/* ---- the mail ---- */

static void
base64(struct plb_buf *b, struct plb_slice s)
{
	while (s.len > 0) {
		size_t n = s.len < LINJE ? s.len : LINJE;

		if (plb_base64(plb_slice(s.p, n), b) != PLB_OK)
			return; /* b says so */
		plb_buf_str(b, "\r\n");
		s = plb_slice(s.p + n, s.len - n);
	}
}

/* An encoded word (RFC 2047), or several, none of which ends within a letter. */
static void
ord(struct plb_buf *b, const char *text)
{
	struct plb_slice s = plb_slice_str(text);
	const char *mellem = "";

	while (s.len > 0) {
		size_t n = 0, bogstav = plb_utf8_len(s.p, s.len);

		while (bogstav > 0 && n + bogstav <= ORD_MAX) {
			n += bogstav;
			bogstav = plb_utf8_len(s.p + n, s.len - n);
		}
		PLB_ASSERT(n > 0); /* our own texts */
		plb_buf_printf(b, "%s=?UTF-8?B?", mellem);
		if (plb_base64(plb_slice(s.p, n), b) != PLB_OK)
			return;
		plb_buf_str(b, "?=");
		mellem = "\r\n ";
		s = plb_slice(s.p + n, s.len - n);
	}
}

/* RFC 5322 § 3.3, in UTC. */
static void
dato(struct plb_buf *b, struct plb_time t)
{
	static const char *const dag[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
				 *const maaned[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
				     "Aug", "Sep", "Oct", "Nov", "Dec"};
	const int64_t doegn = 86400000;
	int64_t dage = t.ms / doegn - (t.ms % doegn < 0), s = (t.ms - dage * doegn) / 1000;
	struct plb_dato d = {(int32_t)dage};
	struct plb_ymd ymd = plb_dato_ymd(d);

	plb_buf_printf(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
	    dag[plb_dato_weekday(d) - 1], ymd.day, maaned[ymd.month - 1], ymd.year, (int)(s / 3600),
	    (int)(s / 60 % 60), (int)(s % 60));
}

static enum plb_err
message_id(const struct mail_brev *b, struct plb_buf *ud, const char *felt,
    const struct plb_org *org, struct plb_uuid leveringid)
{
	char tekst_[PLB_EPOST_MAX + 1];
	struct mail_id m;
	enum plb_err err = mail_id_lav(b->crypto, MAIL_ID_LEVERING, org, leveringid, &m);

	if (err == PLB_OK)
		plb_buf_printf(ud, "%s: <%s>\r\n", felt, mail_id_tekst(&m, b->afsender, tekst_));
	return err;
}

static enum plb_err
hoved(struct mail_brev *b, const struct mail_opgave *o, const struct indhold_af_brev *i)
{
	char emne[256], ref[9];
	struct plb_buf *ud = &b->salt;
	enum plb_err err;

	plb_buf_str(ud, "From: ");
	ord(ud, "Parløb");
	plb_buf_printf(ud, " <%s>\r\nTo: <%s>\r\nSubject: ", b->afsender, o->til);
	snprintf(emne, sizeof(emne), "%s: %s, ref. %s", i->emne,
	    i->moede ? i->post.titel : "levering",
	    plb_uuid_ref(i->moede ? i->post.id : o->leveringid, ref));
	ord(ud, emne);
	plb_buf_str(ud, "\r\n");
	dato(ud, (struct plb_time){o->post->ankommet});
	err = message_id(b, ud, "Message-ID", o->org, o->leveringid);
	if (err == PLB_OK && i->trukket) /* shown beside the mail that it takes back */
		err = message_id(b, ud, "References", o->org, i->trukket_id);
	plb_buf_str(ud, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
	return err;
}

static void
del(struct plb_buf *ud, const char *type, const struct plb_buf *indhold)
{
	plb_buf_printf(ud,
	    "Content-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", type);
	base64(ud, plb_slice(indhold->p, indhold->len));
}

static enum plb_err
kalender(struct mail_brev *b, const struct mail_opgave *o, const struct plb_ical_post *p)
{
	char arrangoer[PLB_EPOST_MAX + 1];
	struct mail_id m;
	enum plb_err err = mail_id_lav(b->crypto, MAIL_ID_FORLOEB, o->org, o->post->forloeb, &m);

	plb_buf_reset(&b->kalender);
	return err != PLB_OK
	    ? err
	    : plb_ical_itip(p, mail_id_tekst(&m, b->afsender, arrangoer), o->til, &b->kalender);
}

/* One part, or text and calendar as two forms of the same. No line of base64 is a boundary. */
static enum plb_err
krop(struct mail_brev *b, const struct mail_opgave *o, const struct indhold_af_brev *i)
{
	struct plb_buf *ud = &b->salt;
	char id[PLB_UUID_TEXT];
	enum plb_err err;

	if (!i->moede) {
		del(ud, "text/plain", &b->tekst);
		return PLB_OK;
	}
	err = kalender(b, o, &i->post);
	if (err != PLB_OK)
		return err;
	plb_uuid_text(o->leveringid, id);
	plb_buf_printf(
	    ud, "Content-Type: multipart/alternative; boundary=\"=_%s\"\r\n\r\n--=_%s\r\n", id, id);
	del(ud, "text/plain", &b->tekst);
	plb_buf_printf(ud, "--=_%s\r\n", id);
	del(ud,
	    i->post.aflyst ? "text/calendar; method=CANCEL; component=VEVENT"
			   : "text/calendar; method=REQUEST; component=VEVENT",
	    &b->kalender);
	plb_buf_printf(ud, "--=_%s--\r\n", id);
	return PLB_OK;
}

enum plb_err
mail_brev_byg(struct mail_brev *b, const struct mail_opgave *o, struct plb_slice *mail,
    uint8_t digest[32], struct plb_errctx *ec)
{
	struct indhold_af_brev i;
	struct plb_slice alt;
	enum plb_err err = indhold_laes(b, o, &i, ec);

	if (err != PLB_OK)
		return err;
	tekst(&b->tekst, o, &i);
	plb_buf_reset(&b->salt);
	plb_buf_put(&b->salt, o->leveringid.b, sizeof(o->leveringid.b));
	err = hoved(b, o, &i);
	if (err == PLB_OK)
		err = krop(b, o, &i);
	if (err == PLB_OK)
		err = plb_buf_done(&b->salt, &alt);
	if (err != PLB_OK || b->tekst.failed)
		return plb_err_set(ec, err != PLB_OK ? err : PLB_E_FOR_STOR, "mail");
	plb_sha256(alt, digest);
	*mail = plb_slice(alt.p + sizeof(o->leveringid.b), alt.len - sizeof(o->leveringid.b));
	return PLB_OK;
}
