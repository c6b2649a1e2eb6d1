// SPDX-License-Identifier: MPL-2.0
/* What an order may look like: every text of it goes into a command line of some protocol. */

#include "overfoersel_priv.h"

#include <limits.h>
#include <string.h>

#define LINE_MAX_ 1000
#define ADDRESS_MAX 254
#define NAME_MAX_ 200

/* What a kind needs, and where it goes. */
enum need { BODY = 1, ENVELOPE = 2, COMMAND = 4, UID = 8, FILE_NAME = 16, TEMPORARY = 32 };
static const struct {
	const char *scheme[2]; /* the second: TLS from the first byte */
	unsigned needs;
} kinds[PLB_OVF_ARTER] = {
    [PLB_OVF_SMTP_SEND] = {{"smtp", "smtps"}, BODY | ENVELOPE},
    [PLB_OVF_IMAP_SOEG] = {{"imap", "imaps"}, COMMAND},
    [PLB_OVF_IMAP_HENT] = {{"imap", "imaps"}, UID},
    [PLB_OVF_IMAP_FLAG] = {{"imap", "imaps"}, COMMAND | UID},
    [PLB_OVF_SFTP_LAEG] = {{"sftp", "sftp"}, BODY | FILE_NAME | TEMPORARY},
    [PLB_OVF_SFTP_HENT] = {{"sftp", "sftp"}, FILE_NAME},
    [PLB_OVF_SFTP_NAVNE] = {{"sftp", "sftp"}, 0},
    [PLB_OVF_SFTP_SLET] = {{"sftp", "sftp"}, FILE_NAME},
};

static bool
printable(const char *s, char from, size_t max)
{
	size_t n = s == NULL ? 0 : strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] < from || s[i] > 0x7e)
			return false;
	return n > 0 && n <= max;
}

static bool
address_ok(const char *s)
{
	return printable(s, 0x21, ADDRESS_MAX) && strpbrk(s, "<>") == NULL;
}

static bool
plain(const char *s, const char *more)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	for (; *s != 0; s++)
		if (strchr(letters, *s) == NULL && strchr(more, *s) == NULL)
			return false;
	return true;
}

static bool
name_ok(const char *s, bool hidden)
{
	return s != NULL && *s != 0 && strlen(s) <= NAME_MAX_ && plain(s, "") &&
	    (hidden || *s != '.') && strcmp(s, ".") != 0 && strcmp(s, "..") != 0;
}

static bool
envelope_ok(const struct plb_ovf_bestilling *b)
{
	size_t n = 0;

	if (!address_ok(b->fra) || b->til == NULL)
		return false;
	for (; n < OVF_TIL_MAX && b->til[n] != NULL; n++)
		if (!address_ok(b->til[n]))
			return false;
	return n > 0 && b->til[n] == NULL;
}

static bool
limits_ok(const struct plb_ovf_bestilling *b)
{
	return b->timeout_ms > 0 && b->timeout_ms <= INT_MAX && b->connect_timeout_ms >= 0 &&
	    b->connect_timeout_ms <= INT_MAX && b->response_max >= 0 &&
	    b->response_max <= (int64_t)OVF_BODY_MAX && b->body.len <= OVF_BODY_MAX;
}

static bool
has_all(const struct plb_ovf_bestilling *b, unsigned needs)
{
	if ((needs & BODY) && b->body.len == 0)
		return false;
	if ((needs & ENVELOPE) && !envelope_ok(b))
		return false;
	if ((needs & COMMAND) && !printable(b->soeg, 0x20, LINE_MAX_))
		return false;
	if ((needs & UID) && b->uid == 0)
		return false;
	if ((needs & TEMPORARY) && !name_ok(b->midlertidig, true))
		return false;
	return !(needs & FILE_NAME) || name_ok(b->navn, false);
}

static bool
is_sftp(enum plb_ovf_art art)
{
	return art >= PLB_OVF_SFTP_LAEG;
}

static bool
keep(struct plb_arena *a, const char **s)
{
	if (*s != NULL)
		*s = (const char *)plb_arena_dup(a, plb_slice_str(*s)).p;
	return *s != NULL;
}

/* The order's texts, moved into memory of the transfer. */
static bool
keep_texts(struct plb_overfoersel *o)
{
	const char **texts[] = {&o->b.url, &o->b.user, &o->b.ca_file, &o->b.key_file,
	    &o->b.known_hosts, &o->b.fra, &o->b.soeg, &o->b.navn, &o->b.midlertidig};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (*texts[i] != NULL && !keep(&o->text, texts[i]))
			return false;
	for (size_t i = 0; o->b.til != NULL && i < OVF_TIL_MAX && o->b.til[i] != NULL; i++) {
		o->til[i] = o->b.til[i];
		if (!keep(&o->text, &o->til[i]))
			return false;
	}
	o->b.til = o->til;
	return true;
}

enum plb_err
ovf_tag(struct plb_overfoersel *o, const struct plb_ovf_bestilling *b, struct plb_errctx *ec)
{
	if ((size_t)b->art >= PLB_OVF_ARTER || b->url == NULL || b->done == NULL || !limits_ok(b) ||
	    !has_all(b, kinds[b->art].needs))
		return plb_err_set(ec, PLB_E_FORM, "transfer order of a form not allowed");
	if (is_sftp(b->art) && (b->user == NULL || b->key_file == NULL || b->known_hosts == NULL))
		return plb_err_set(ec, PLB_E_FORM, "SFTP without user, key file or known hosts");
	o->b = *b;
	plb_buf_slice(&o->out, b->body);
	if (b->password != NULL)
		o->password = *b->password;
	if (!keep_texts(o) || o->out.failed)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "transfer");
	o->b.body = plb_slice(o->out.p, o->out.len);
	o->b.password = &o->password;
	return PLB_OK;
}

/* The path reaches the SFTP server as it stands, within quotes of a command of curl's; a mailbox
 * may not bring parameters of its own. */
static bool
path_ok(enum plb_ovf_art art, const char *path)
{
	size_t n = strlen(path);

	if (!is_sftp(art))
		return plain(path, "/%") && (art == PLB_OVF_SMTP_SEND || n > 1);
	return plain(path + (strncmp(path, "/~/", 3) == 0 ? 3 : 0), "/") && path[n - 1] == '/';
}

bool
ovf_url_ok(const struct plb_ovf_bestilling *b, char path[OVF_PATH_MAX])
{
	char *part[4] = {NULL, NULL, NULL, NULL};
	CURLU *u = curl_url();
	bool ok = u != NULL && curl_url_set(u, CURLUPART_URL, b->url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &part[0], 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &part[1], 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PATH, &part[2], 0) == CURLUE_OK;

	ok = ok &&
	    (strcmp(part[0], kinds[b->art].scheme[0]) == 0 ||
		strcmp(part[0], kinds[b->art].scheme[1]) == 0);
	/* No credentials in addresses, and nothing behind the path. */
	ok = ok && curl_url_get(u, CURLUPART_USER, &part[3], 0) == CURLUE_NO_USER &&
	    strpbrk(b->url, "?#;") == NULL;
	ok = ok && strlen(part[2]) < OVF_PATH_MAX && path_ok(b->art, part[2]);
	if (ok)
		memcpy(path, part[2], strlen(part[2]) + 1);
	for (size_t i = 0; i < sizeof part / sizeof part[0]; i++)
		curl_free(part[i]);
	curl_url_cleanup(u);
	return ok;
}
