// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_PARTNERE_H
#define PARLOEB_PARTNERE_H

#include <parloeb/buf.h>
#include <parloeb/conf.h>
#include <parloeb/crypto.h>

/* Partner files (config/partnere/<name>.yaml): who may call, for which organisations, and how its
 * mail leaves. Read at start and on SIGHUP; a fault leaves the running set in place. Immutable
 * after load. */
#define PLB_PARTNER_ORGS 64
#define PLB_PARTNER_TOKENS 8
#define PLB_PARTNER_SECRETS 2

/* How mail is pushed to a recipient; what is pulled (the feed, the calendar) is always there. In
 * the order in which they are the first channel of a file that says nothing else. The first makes
 * the ladder of receipts; every other one of the file gets a copy of each message. */
enum plb_kanal {
	PLB_KANAL_INGEN,
	PLB_KANAL_WEBHOOK,
	PLB_KANAL_KAFKA,
	PLB_KANAL_MAIL,
	PLB_KANAL_ANTAL
};
const char *plb_kanal_navn(enum plb_kanal k); /* as in the partner file; "" = none */

/* A topic of the installation's Kafka for this recipient alone, each value sealed to its
 * certificate. */
struct plb_kafka_conf {
	const char *certificate; /* path; NULL = no such channel */
	struct plb_modtager *modtager;
};
#define PLB_TIL_EMNE 64
#define PLB_TIL_EMNER_MAX 400
/* "til.kommune.0461": the topic of an organisation, without the installation's prefix. */
const char *plb_partner_emne(const struct plb_org *org, char out[PLB_TIL_EMNE]);

struct plb_webhook_conf {
	const char *url;                               /* NULL = no webhook: mailbox only */
	struct plb_secret secret[PLB_PARTNER_SECRETS]; /* raw bytes; two during rotation */
	size_t n_secrets;
	struct plb_secret
	    signing[PLB_PARTNER_SECRETS]; /* Ed25519 seeds: v1a beside v1; none = v1 alone */
	size_t n_signing;
	bool allow_private; /* also http and private addresses: development only */
	int64_t concurrency;
	const char *ca_file, *cert_file, *key_file;
	/* Not live: the file demands a passed `parloeb partner test`, and there is none. Why, for
	 * people; NULL = live. Push goes nowhere, the mailbox is kept. */
	const char *spaerret;
	bool kraev_test;
	int line;                /* of `webhook` in the file */
	const char *testrapport; /* path of the report; NULL = none named */
};
/* One text for the header webhook-signature: v1 by each secret, v1a by each signing key, a space
 * between them. */
PLB_MUSTUSE enum plb_err plb_webhook_signatures(const struct plb_webhook_conf *w,
    struct plb_slice id, int64_t timestamp, struct plb_slice body, struct plb_buf *out);

/* Mail: invitations to meetings, and what else there is where it says so. */
struct plb_mail_conf {
	const char *til; /* NULL = none; as plb_epost_ren takes it */
	bool alle;       /* every type; otherwise invitations, their changes and cancellations */
};

/* Who holds the token reads this organisation's calendar, and nothing else. */
struct plb_kalender_conf {
	struct plb_org org;
	uint8_t token[32]; /* SHA-256 of it */
};

/* The nightly file of each of the partner's organisations. */
struct plb_sftp_conf {
	const char *url; /* NULL = none. sftp://host[:port]/folder/ */
	const char *user, *key_file, *known_hosts;
	int tid;            /* minute of the day in Copenhagen, real time */
	bool allow_private; /* development only */
};

struct plb_partner {
	const char *navn, *file;
	struct plb_org org[PLB_PARTNER_ORGS];
	size_t n_org;
	uint8_t token[PLB_PARTNER_TOKENS][32]; /* SHA-256 of each bearer token */
	size_t n_tokens;
	uint8_t cert[PLB_PARTNER_TOKENS][32]; /* SHA-256 of client certificates */
	size_t n_certs;
	const char **
	    haendelser; /* event names it may send, NULL-terminated; NULL = all that its kind may */
	bool kvittering_leveret; /* delivery counts as handling (contract § 6) */
	int64_t rate;            /* requests a second, 0 = the default */
	struct plb_webhook_conf webhook;
	struct plb_kafka_conf kafka;
	enum plb_kanal
	    foerste;    /* INGEN: nothing is pushed, or its first channel may not go live yet */
	uint8_t kopier; /* bit n: a copy of each message by channel n */
	enum plb_kanal reserve; /* the fall-back; INGEN = none */
	struct plb_mail_conf mail;
	struct plb_sftp_conf sftp;
	struct plb_kalender_conf *kalender;
	size_t n_kalendere;
};

struct plb_partnere; /* opaque, owns its memory */
/* For a program that does not push: sealed secrets are left shut (n_secrets 0), test reports are
 * not judged. */
PLB_MUSTUSE enum plb_err plb_partnere_load(
    const char *dir, struct plb_partnere **out, struct plb_faults *f);
/* For one that does. The key opens sealed secrets (len 0: a sealed one is a fault); proof_public,
 * 32 bytes or NULL, is what a test report must be signed with. */
PLB_MUSTUSE enum plb_err plb_partnere_load_push(const char *dir,
    const struct plb_secret *partner_key, const uint8_t *proof_public, struct plb_partnere **out,
    struct plb_faults *f);
void plb_partnere_free(struct plb_partnere **p);
size_t plb_partnere_count(const struct plb_partnere *p);
const struct plb_partner *plb_partnere_at(const struct plb_partnere *p, size_t i);
/* Does it get copies by that channel, always or as the fall-back? */
bool plb_partner_kopi(const struct plb_partner *p, enum plb_kanal k);
/* By SHA-256 of a token or certificate, compared in constant time per candidate; NULL when
 * nobody's. */
const struct plb_partner *plb_partner_by_token(
    const struct plb_partnere *p, const uint8_t sha256[32]);
const struct plb_partner *plb_partner_by_cert(
    const struct plb_partnere *p, const uint8_t sha256[32]);
/* By what plb_http_client_system says of a certificate. */
const struct plb_partner *plb_partner_by_system(
    const struct plb_partnere *p, struct plb_slice system);
/* The calendar that a token (its SHA-256) opens; NULL when none. */
const struct plb_kalender_conf *plb_partner_kalender(
    const struct plb_partnere *p, const uint8_t sha256[32]);
/* The partner that answers for an organisation's mailbox; NULL when none. */
const struct plb_partner *plb_partner_by_org(
    const struct plb_partnere *p, const struct plb_org *org);

#endif
