// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_OVERFOERSEL_H
#define PARLOEB_OVERFOERSEL_H

#include <parloeb/buf.h>
#include <parloeb/cpr.h>
#include <parloeb/loop.h>

/* Transfers that are not HTTP: mail out (SMTP), mail in (IMAP), files (SFTP). libcurl waits within
 * a call for the last answers of these protocols, so each runs on a thread of a small pool and is
 * told of on the loop (docs/adr/0022). Rules of all: no proxy, no redirects, no user or password in
 * an address, the connected address is vetted as the HTTP client's is (http_client.h), a connection
 * serves one transfer, time and bytes are capped. smtp:// and imap:// must go over to TLS
 * (STARTTLS) before anything is said, unless allow_plain; TLS 1.2 at least, certificates are
 * checked. SFTP: the server's key must stand in known_hosts, login is by a key file. All calls on
 * the loop thread. */
struct plb_overfoersler; /* the pool */
struct plb_overfoersel;  /* one transfer; owned by the pool from start to done */

/* At most `samtidige` at once (1-16), further ones wait in order; a thread begins when it is needed
 * first. NULL on error. */
struct plb_overfoersler *plb_overfoersler_new(
    struct plb_loop *l, int64_t samtidige, struct plb_errctx *ec);
/* Drops all without done(); waits for the threads, which break off within about a second. */
void plb_overfoersler_free(struct plb_overfoersler **p);

enum plb_ovf_art {
	PLB_OVF_SMTP_SEND, /* body = a message with CRLF lines (RFC 5322; dots are stuffed here),
			      from `fra` to each of `til` */
	PLB_OVF_IMAP_SOEG, /* UID SEARCH `soeg` → uids */
	PLB_OVF_IMAP_HENT, /* the message of `uid` → body. Sets \Seen */
	PLB_OVF_IMAP_FLAG, /* UID STORE `uid` +FLAGS.SILENT (`soeg`) */
	PLB_OVF_SFTP_LAEG, /* body → file `navn`: written as `midlertidig`, its size compared, then
			      renamed over what has that name */
	PLB_OVF_SFTP_HENT,  /* file `navn` → body, at most response_max bytes */
	PLB_OVF_SFTP_NAVNE, /* names in the folder → body, one per line, at most response_max bytes
			     */
	PLB_OVF_SFTP_SLET,  /* file `navn` */
	PLB_OVF_ARTER
};
enum plb_ovf_udfald {
	PLB_OVF_OK,
	PLB_OVF_TIMEOUT,
	PLB_OVF_FORBINDELSE,  /* could not connect, or the connection broke */
	PLB_OVF_TLS,          /* handshake or certificate failed, or no TLS is offered */
	PLB_OVF_VAERTSNOEGLE, /* SFTP: the server's key is not in known_hosts, or is another */
	PLB_OVF_LOGIN,        /* not let in */
	PLB_OVF_ADRESSE,      /* refused address */
	PLB_OVF_URL,          /* address or scheme not allowed */
	PLB_OVF_FOR_STOR,     /* more than response_max */
	PLB_OVF_FINDES_IKKE,  /* no such file, folder, mailbox or message */
	PLB_OVF_AFVIST,       /* the server said no; SMTP: svar is its code */
	PLB_OVF_UDFALD
};

#define PLB_OVF_UIDS 256
struct plb_ovf_svar {
	enum plb_ovf_udfald udfald;
	int svar; /* SMTP: the last reply code, 0 = none came */
	int64_t duration_us;
	struct plb_slice body; /* borrowed for the call; at most response_max */
	const uint32_t *uids;  /* IMAP_SOEG: the first PLB_OVF_UIDS in the server's order; borrowed
				  for the call */
	size_t n_uids;
	char error[160]; /* for people; nothing of what was sent or received */
};

struct plb_ovf_bestilling { /* texts and body are copied; NULL = none */
	enum plb_ovf_art art;
	/* smtp[s]://host[:port][/name-in-EHLO], imap[s]://host[:port]/MAILBOX,
	 * sftp://host[:port]/folder/ (from the root; /~/ = from the login's folder). */
	const char *url;
	const char *user;
	const struct plb_secret *password;  /* SMTP, IMAP; NULL or len 0 = no login */
	const char *ca_file;                /* SMTP, IMAP; NULL or "" = the system's */
	const char *key_file, *known_hosts; /* SFTP: paths, both needed */
	bool allow_private;                 /* private addresses: development only */
	bool allow_plain; /* SMTP, IMAP without TLS where none is offered: development only */
	int64_t timeout_ms, connect_timeout_ms,
	    response_max; /* timeout: from when a thread takes it */
	struct plb_slice body;
	const char *fra;        /* addresses of the envelope without <>; vetted: printable ASCII */
	const char *const *til; /* NULL-terminated, 1-16 */
	const char *soeg;       /* search keys, or flags; vetted: one line, printable ASCII */
	uint32_t uid;
	const char *navn, *midlertidig; /* one file name each: letters, digits, . _ -, not first a
					   dot (midlertidig may) */
	void (*done)(void *arg,
	    const struct plb_ovf_svar
		*svar); /* exactly once, on the loop, never from within start */
	void *arg;
};
/* PLB_E_FORM: an order that may not be sent so; PLB_E_HUKOMMELSE. out may be NULL. */
PLB_MUSTUSE enum plb_err plb_overfoer(struct plb_overfoersler *p,
    const struct plb_ovf_bestilling *b, struct plb_overfoersel **out, struct plb_errctx *ec);
/* Drop without done(). One under way may still take effect. */
void plb_overfoersel_drop(struct plb_overfoersel **o);
size_t plb_overfoersler_open(const struct plb_overfoersler *p);

/* Stable words for logs and metrics: "ok", "timeout", … */
const char *plb_ovf_udfald_navn(enum plb_ovf_udfald u);

#endif
