// SPDX-License-Identifier: MPL-2.0
#include "partner_proeve.h"

#include <stdio.h>

#include <parloeb/crypto.h>
#include <parloeb/loop.h>

#define TIMEOUT_MS 15000 /* contract § 5 */
#define CONNECT_MS 5000
#define ANSWER_MAX (64 << 10)
#define STOR (900u << 10)
#define BODY_MAX (2u << 20)
#define GAMMEL_S 3600
#define LANGSOM_MS 1000

enum signatur { SIG_FOERSTE, SIG_ANDEN, SIG_BEGGE, SIG_FORKERT, SIG_FORKERT_OG_RIGTIG };

/* One trial: its first message, and how often it is sent; `bed_om` asks an endpoint in test for an
 * answer (header parloeb-proeve). */
static const struct proeve {
	const char *navn, *hvad;
	enum signatur signatur;
	enum proeve_vil vil;
	int gange;
	int64_t alder_s;
	bool stor, ukendt_type, ukendt_medlem, baglaens;
	const char *bed_om;
} PROEVER[] = {
    {.navn = "signatur", .hvad = "a message signed with the first secret is taken", .gange = 1},
    {.navn = "anden-hemmelighed",
	.hvad = "one signed with the second secret alone is taken",
	.signatur = SIG_ANDEN,
	.gange = 1},
    {.navn = "begge-hemmeligheder",
	.hvad = "one signed with both is taken",
	.signatur = SIG_BEGGE,
	.gange = 1},
    {.navn = "flere-signaturer",
	.hvad = "one right signature behind a foreign one is enough",
	.signatur = SIG_FORKERT_OG_RIGTIG,
	.gange = 1},
    {.navn = "forkert-signatur",
	.hvad = "a wrong signature is refused",
	.signatur = SIG_FORKERT,
	.vil = PROEVE_VIL_4XX,
	.gange = 1},
    {.navn = "gammelt-tidsstempel",
	.hvad = "a message signed an hour ago is refused",
	.vil = PROEVE_VIL_4XX,
	.gange = 1,
	.alder_s = GAMMEL_S},
    {.navn = "gentagelse", .hvad = "the same webhook-id again is taken and dropped", .gange = 3},
    {.navn = "raekkefoelge",
	.hvad = "a repeat of an older message behind a newer one is taken and dropped",
	.gange = 1,
	.baglaens = true},
    {.navn = "ukendt-type",
	.hvad = "an event of a type not known is taken and ignored",
	.gange = 1,
	.ukendt_type = true},
    {.navn = "ukendt-medlem",
	.hvad = "a member not known is ignored",
	.gange = 1,
	.ukendt_medlem = true},
    {.navn = "stor-krop",
	.hvad = "a body of 900 KiB is taken within 15 seconds",
	.gange = 1,
	.stor = true},
    {.navn = "410",
	.hvad = "asked for it, the endpoint says 410",
	.vil = PROEVE_VIL_410,
	.gange = 1,
	.bed_om = "410"},
    {.navn = "retry-after",
	.hvad = "asked for it, it says 429 with a Retry-After that can be read",
	.vil = PROEVE_VIL_RETRY_AFTER,
	.gange = 1,
	.bed_om = "429"},
    {.navn = "langsomt-svar",
	.hvad = "asked to be slow, it still answers within 15 seconds",
	.vil = PROEVE_VIL_LANGSOM,
	.gange = 1,
	.bed_om = "langsom"},
};
const size_t proeve_antal = sizeof(PROEVER) / sizeof(PROEVER[0]);

const char *
proeve_navn(size_t i)
{
	return PROEVER[i].navn;
}

const char *
proeve_hvad(size_t i)
{
	return PROEVER[i].hvad;
}

/* ---- judging ---- */

static void
verdict(struct proeve_svar *out, enum proeve_udfald u, const char *text)
{
	out->udfald = u;
	snprintf(out->forklaring, sizeof(out->forklaring), "%s", text);
}

/* Asked to show something, an endpoint may also just take the message: it has no test mode. */
static void
judge_asked(enum proeve_vil vil, const struct plb_http_result *r, struct proeve_svar *out)
{
	int hundreds = r->status / 100;

	if (vil == PROEVE_VIL_LANGSOM && hundreds == 2 && out->ms >= LANGSOM_MS)
		verdict(out, PROEVE_BESTAAET, "slow, and in time");
	else if (hundreds == 2)
		verdict(out, PROEVE_IKKE_UNDERSTOETTET,
		    "the endpoint does not heed the header parloeb-proeve");
	else if (vil == PROEVE_VIL_410 && r->status == 410)
		verdict(out, PROEVE_BESTAAET, "");
	else if (vil == PROEVE_VIL_RETRY_AFTER && r->status == 429 && r->retry_after_ms >= 0)
		verdict(out, PROEVE_BESTAAET, "");
	else if (vil == PROEVE_VIL_RETRY_AFTER && r->status == 429)
		verdict(
		    out, PROEVE_FEJLET, "429 without a Retry-After in seconds or as an HTTP date");
	else
		verdict(out, PROEVE_FEJLET, "another status than the one asked for");
}

void
proeve_doem(enum proeve_vil vil, const struct plb_http_result *r, struct proeve_svar *out)
{
	int hundreds = r->status / 100;

	out->status = r->outcome == PLB_HTTP_ANSWER ? r->status : 0;
	out->ms = r->duration_us / 1000;
	if (r->outcome != PLB_HTTP_ANSWER)
		verdict(out, PROEVE_FEJLET,
		    r->outcome == PLB_HTTP_TIMEOUT ? "no answer within 15 seconds" : r->error);
	else if (hundreds == 3)
		verdict(out, PROEVE_FEJLET, "a redirect is not followed");
	else if (vil >= PROEVE_VIL_410)
		judge_asked(vil, r, out);
	else if (vil == PROEVE_VIL_2XX)
		verdict(out, hundreds == 2 ? PROEVE_BESTAAET : PROEVE_FEJLET,
		    hundreds == 2 ? "" : "expected a status from 200 to 299");
	else
		verdict(out, hundreds == 4 ? PROEVE_BESTAAET : PROEVE_FEJLET,
		    hundreds == 4 ? "" : "it should have been refused (400 to 499)");
}

/* ---- sending ---- */

/* An event that says nothing about anybody: a refusal of an event that nobody sent. */
static void
put_body(const struct proeve *p, const char *id, int64_t sequence, int64_t now_s, struct plb_buf *b)
{
	char tid[PLB_TIME_TEXT];

	plb_buf_printf(b,
	    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/parloeb/"
	    "proeve\",\"type\":\"dk.parloeb.%s\",\"time\":\"%s\",\"datacontenttype\":\"application/"
	    "json\","
	    "\"leveringid\":\"%s\",\"sequence\":\"%lld\",\"data\":{\"haendelseId\":\"proeve-%s\","
	    "\"aarsag\":\"proeve\",\"fejl\":[]",
	    id, p->ukendt_type ? "proeve-ukendt" : "haendelse-afvist",
	    plb_time_text((struct plb_time){now_s * 1000}, tid), id, (long long)sequence, id);
	if (p->ukendt_medlem)
		plb_buf_str(b, ",\"nytMedlem\":{\"a\":[1]}");
	if (p->stor) {
		plb_buf_str(b, ",\"fyld\":\"");
		for (size_t i = 0; i < STOR; i++)
			plb_buf_u8(b, 'x');
		plb_buf_str(b, "\"");
	}
	plb_buf_str(b, "}}");
}

static void
put_signature(const struct proeve *p, const struct proeve_maal *m, const char *id, int64_t at_s,
    struct plb_slice body, struct plb_buf *out)
{
	static const char foreign[] = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
	bool first = p->signatur != SIG_ANDEN && p->signatur != SIG_FORKERT,
	     second = p->signatur == SIG_ANDEN || p->signatur == SIG_BEGGE;
	const char *gap = "";

	plb_buf_str(out, "webhook-signature: ");
	if (p->signatur == SIG_FORKERT || p->signatur == SIG_FORKERT_OG_RIGTIG) {
		plb_buf_str(out, foreign);
		gap = " ";
	}
	for (size_t i = 0; i < m->n_secrets; i++) {
		char sig[48];

		if (!(i == 0 ? first : second) ||
		    plb_webhook_sign(plb_slice(m->secret[i].b, m->secret[i].len), plb_slice_str(id),
			at_s, body, sig) != PLB_OK)
			continue;
		plb_buf_printf(out, "%sv1,%s", gap, sig);
		gap = " ";
	}
	plb_buf_u8(out, 0);
}

/* One message, judged; the outcome of the call stays in out. */
static void
send(const struct proeve *p, const struct proeve_maal *m, const char *id, int64_t sequence,
    struct proeve_svar *out)
{
	char header_id[64], stamp[64], asked[64];
	struct plb_http_result r = {.outcome = PLB_HTTP_CONNECT};
	struct plb_buf body, signature, answer;
	const char *headers[6] = {
	    "content-type: application/cloudevents+json", header_id, stamp, NULL};
	struct plb_http_request rq = {.method = "POST",
	    .url = m->url,
	    .headers = headers,
	    .timeout_ms = TIMEOUT_MS,
	    .connect_timeout_ms = CONNECT_MS,
	    .response_max = ANSWER_MAX,
	    .allow_private = m->allow_private,
	    .allow_http = m->allow_private};
	int64_t at_s = m->now_s - p->alder_s;
	struct plb_errctx ec = {{0}};

	plb_buf_init(&body, BODY_MAX);
	plb_buf_init(&signature, 1024);
	plb_buf_init(&answer, 2 * ANSWER_MAX);
	put_body(p, id, sequence, m->now_s, &body);
	snprintf(header_id, sizeof(header_id), "webhook-id: %s", id);
	snprintf(stamp, sizeof(stamp), "webhook-timestamp: %lld", (long long)at_s);
	snprintf(asked, sizeof(asked), "parloeb-proeve: %s", p->bed_om != NULL ? p->bed_om : "ja");
	if (plb_buf_done(&body, &rq.body) == PLB_OK) {
		put_signature(p, m, id, at_s, rq.body, &signature);
		headers[3] = (const char *)signature.p;
		headers[4] = asked;
		if (signature.failed || plb_http_fetch(&rq, &r, &answer, &ec) != PLB_OK)
			snprintf(r.error, sizeof(r.error), "%.150s", ec.text);
	}
	proeve_doem(p->vil, &r, out);
	plb_buf_fini(&body);
	plb_buf_fini(&signature);
	plb_buf_fini(&answer);
}

bool
proeve_koer(size_t i, const struct proeve_maal *m, struct proeve_svar *out)
{
	const struct proeve *p = &PROEVER[i];
	char id[PLB_UUID_TEXT], older[PLB_UUID_TEXT];
	struct plb_uuid u;

	if (m->n_secrets < 2 && (p->signatur == SIG_ANDEN || p->signatur == SIG_BEGGE))
		return false;
	plb_uuid4(&u);
	plb_uuid_text(u, id);
	*out = (struct proeve_svar){.udfald = PROEVE_BESTAAET};
	if (p->baglaens) {
		plb_uuid4(&u);
		plb_uuid_text(u, older);
		send(p, m, older, 1, out);
		if (out->udfald == PROEVE_BESTAAET)
			send(p, m, id, 2, out);
		if (out->udfald == PROEVE_BESTAAET)
			send(p, m, older, 1, out);
		return true;
	}
	for (int n = 0; n < p->gange && out->udfald == PROEVE_BESTAAET; n++)
		send(p, m, id, 1, out);
	return true;
}
