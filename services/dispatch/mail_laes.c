// SPDX-License-Identifier: MPL-2.0
#include "mail_laes.h"

#include <strings.h>

#define DYBDE_MAX 8
#define DELE_MAX 64
#define GRAENSE_MAX 70 /* RFC 2046 § 5.1.1 */

struct laeser {
	struct plb_buf *rum;
	struct mail_laest *ud;
	int dele;
	bool rapport; /* within a multipart/report */
};

/* The header fields of one entity that matter here; values raw, folds and all. */
struct hoved {
	struct plb_slice type, kodning, message_id, in_reply_to, references, auto_submitted,
	    return_path;
};

/* ---- bytes ---- */

static bool
er(struct plb_slice s, const char *ord)
{
	return s.len == strlen(ord) &&
	    (s.len == 0 || strncasecmp((const char *)s.p, ord, s.len) == 0);
}

static bool
er_hvid(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct plb_slice
trim(struct plb_slice s)
{
	while (s.len > 0 && er_hvid(s.p[0]))
		s = plb_slice(s.p + 1, s.len - 1);
	while (s.len > 0 && er_hvid(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* The next line without its end; `rest` goes on behind it. */
static bool
linje(struct plb_slice *rest, struct plb_slice *ud)
{
	const uint8_t *lf;
	size_t n;

	if (rest->len == 0)
		return false;
	lf = memchr(rest->p, '\n', rest->len);
	n = lf == NULL ? rest->len : (size_t)(lf - rest->p);
	*ud = plb_slice(rest->p, n > 0 && rest->p[n - 1] == '\r' ? n - 1 : n);
	n += lf != NULL;
	*rest = plb_slice(rest->p + n, rest->len - n);
	return true;
}

/* ---- header ---- */

static void
felt(struct hoved *h, struct plb_slice navn, struct plb_slice vaerdi)
{
	const struct {
		const char *navn;
		struct plb_slice *ud;
	} felter[] = {
	    {"Content-Type", &h->type},
	    {"Content-Transfer-Encoding", &h->kodning},
	    {"Message-ID", &h->message_id},
	    {"In-Reply-To", &h->in_reply_to},
	    {"References", &h->references},
	    {"Auto-Submitted", &h->auto_submitted},
	    {"Return-Path", &h->return_path},
	};

	for (size_t i = 0; i < sizeof(felter) / sizeof(felter[0]); i++)
		if (felter[i].ud->p == NULL && er(navn, felter[i].navn))
			*felter[i].ud = trim(vaerdi);
}

/* Up to the empty line; `rest` is the body then. The first of a name counts. */
static struct hoved
hoved_laes(struct plb_slice *rest)
{
	struct hoved h = {.type = {NULL, 0}};
	struct plb_slice l, mere;

	while (linje(rest, &l) && l.len > 0) {
		const uint8_t *kolon = memchr(l.p, ':', l.len);
		const uint8_t *slut = l.p + l.len;

		while (rest->len > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t') &&
		    linje(rest, &mere))
			slut = mere.p + mere.len;
		if (kolon != NULL)
			felt(&h, trim(plb_slice(l.p, (size_t)(kolon - l.p))),
			    plb_slice(kolon + 1, (size_t)(slut - kolon) - 1));
	}
	return h;
}

/* "text/calendar" of a Content-Type. */
static struct plb_slice
medietype(struct plb_slice v)
{
	const uint8_t *semi = v.len == 0 ? NULL : memchr(v.p, ';', v.len);

	return trim(semi == NULL ? v : plb_slice(v.p, (size_t)(semi - v.p)));
}

/* A parameter of a Content-Type, without quotes. */
static struct plb_slice
parameter(struct plb_slice v, const char *navn)
{
	bool citat = false;
	size_t fra = 0, lig = 0;

	for (size_t i = 0; i <= v.len; i++) {
		if (i < v.len && v.p[i] == '"')
			citat = !citat;
		if (i < v.len && (citat || v.p[i] != ';')) {
			if (!citat && v.p[i] == '=' && lig < fra)
				lig = i;
			continue;
		}
		if (lig >= fra && lig > 0 && er(trim(plb_slice(v.p + fra, lig - fra)), navn)) {
			struct plb_slice ud = trim(plb_slice(v.p + lig + 1, i - lig - 1));

			if (ud.len >= 2 && ud.p[0] == '"' && ud.p[ud.len - 1] == '"')
				ud = plb_slice(ud.p + 1, ud.len - 2);
			return ud;
		}
		fra = i + 1;
	}
	return plb_slice(NULL, 0);
}

/* Message ids of a field, the last first. */
static void
referencer(struct mail_laest *ud, struct plb_slice v)
{
	size_t slut = v.len;

	for (size_t i = v.len; i-- > 0 && ud->n_ref < MAIL_REF_MAX;) {
		if (v.p[i] == '>')
			slut = i;
		else if (v.p[i] == '<' && slut < v.len && slut > i + 1) {
			ud->ref[ud->n_ref++] = plb_slice(v.p + i + 1, slut - i - 1);
			slut = v.len;
		} else if (er_hvid(v.p[i]))
			slut = v.len; /* none has white space in it */
	}
}

/* ---- decoding ---- */

static int
base64_ciffer(uint8_t c)
{
	static const char alfabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c == '\0' ? NULL : strchr(alfabet, c);

	return p == NULL ? -1 : (int)(p - alfabet);
}

/* As mail writes it: white space and what else does not belong is passed over. */
static void
base64(struct plb_slice s, struct plb_buf *ud)
{
	uint32_t bits = 0;
	int n = 0;

	for (size_t i = 0; i < s.len && s.p[i] != '=' && !ud->failed; i++) {
		int c = base64_ciffer(s.p[i]);

		if (c < 0)
			continue;
		bits = (bits << 6 | (uint32_t)c) & 0xffffff;
		n += 6;
		if (n >= 8) {
			n -= 8;
			plb_buf_u8(ud, (uint8_t)(bits >> n));
		}
	}
}

static int
hex_ciffer(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
quoted_printable(struct plb_slice s, struct plb_buf *ud)
{
	for (size_t i = 0; i < s.len && !ud->failed; i++) {
		int hoej, lav;

		if (s.p[i] != '=') {
			plb_buf_u8(ud, s.p[i]);
			continue;
		}
		if (i + 1 < s.len && s.p[i + 1] == '\n') {
			i++;
			continue;
		}
		if (i + 2 >= s.len)
			return;
		hoej = hex_ciffer(s.p[i + 1]);
		lav = hex_ciffer(s.p[i + 2]);
		if (hoej >= 0 && lav >= 0)
			plb_buf_u8(ud, (uint8_t)(hoej << 4 | lav));
		i += 2; /* a soft line end, CR LF, too */
	}
}

/* The part's bytes into the room; false: too many. */
static bool
afkod(struct laeser *l, const struct hoved *h, struct plb_slice krop)
{
	plb_buf_reset(l->rum);
	if (er(h->kodning, "base64"))
		base64(krop, l->rum);
	else if (er(h->kodning, "quoted-printable"))
		quoted_printable(krop, l->rum);
	else
		plb_buf_slice(l->rum, krop);
	return !l->rum->failed;
}

/* ---- parts ---- */

static void entitet(struct laeser *l, struct plb_slice e, int dybde);

/* Is the line the boundary? 2: the last one. */
static int
graense(struct plb_slice l, struct plb_slice navn)
{
	if (l.len < navn.len + 2 || l.p[0] != '-' || l.p[1] != '-' ||
	    memcmp(l.p + 2, navn.p, navn.len) != 0)
		return 0;
	l = trim(plb_slice(l.p + 2 + navn.len, l.len - 2 - navn.len));
	return l.len == 0 ? 1 : plb_slice_is(l, "--") ? 2 : 0;
}

static void
multipart(struct laeser *l, struct plb_slice krop, struct plb_slice navn, int dybde)
{
	struct plb_slice rest = krop, ln;
	const uint8_t *fra = NULL; /* where the part at hand begins */
	int g = 0;

	if (navn.len == 0 || navn.len > GRAENSE_MAX)
		return;
	while (g != 2 && linje(&rest, &ln)) {
		g = graense(ln, navn);
		if (g == 0)
			continue;
		if (fra != NULL)
			entitet(l, plb_slice(fra, (size_t)(ln.p - fra)), dybde + 1);
		fra = rest.p;
	}
	if (g != 2 && fra != NULL) /* the end is cut off */
		entitet(l, plb_slice(fra, (size_t)(krop.p + krop.len - fra)), dybde + 1);
}

/* message/delivery-status (RFC 3464): groups of fields, one for each recipient. */
static void
status(struct laeser *l, struct plb_slice krop)
{
	struct plb_slice ln;

	while (linje(&krop, &ln)) {
		const size_t n = strlen("Action:");

		if (ln.len > n && er(plb_slice(ln.p, n), "Action:"))
			l->ud->opgivet |= er(trim(plb_slice(ln.p + n, ln.len - n)), "failed");
	}
}

static void
kalender(struct laeser *l, const struct hoved *h, struct plb_slice krop)
{
	struct itip_svar svar;

	if (l->ud->itip.svar || !afkod(l, h, krop) || l->rum->len > MAIL_KALENDER_MAX)
		return;
	itip_svar_laes(l->rum->p, l->rum->len, &svar);
	if (svar.svar)
		l->ud->itip = svar;
}

static void
del(struct laeser *l, const struct hoved *h, struct plb_slice krop, int dybde)
{
	struct plb_slice type = medietype(h->type);

	if (type.len > 10 && er(plb_slice(type.p, 10), "multipart/")) {
		bool foer = l->rapport;

		l->rapport |= er(type, "multipart/report");
		l->ud->automatisk |= l->rapport;
		multipart(l, krop, parameter(h->type, "boundary"), dybde);
		l->rapport = foer;
	} else if (er(type, "text/calendar")) {
		kalender(l, h, krop);
	} else if (l->rapport && er(type, "message/delivery-status")) {
		status(l, krop);
	} else if (l->rapport && (er(type, "message/rfc822") || er(type, "text/rfc822-headers"))) {
		referencer(l->ud, hoved_laes(&krop).message_id);
	}
}

static void
entitet(struct laeser *l, struct plb_slice e, int dybde)
{
	struct hoved h;

	if (dybde > DYBDE_MAX || ++l->dele > DELE_MAX)
		return;
	h = hoved_laes(&e);
	del(l, &h, e, dybde);
}

void
mail_laes(struct plb_slice mail, struct plb_buf *rum, struct mail_laest *out)
{
	struct laeser l = {.rum = rum, .ud = out};
	struct hoved h = hoved_laes(&mail);

	*out = (struct mail_laest){.n_ref = 0};
	out->automatisk = h.return_path.p != NULL && plb_slice_is(h.return_path, "<>");
	if (h.auto_submitted.len > 0 && !er(h.auto_submitted, "no"))
		out->automatisk = true;
	referencer(out, h.in_reply_to);
	referencer(out, h.references);
	del(&l, &h, mail, 0);
}
