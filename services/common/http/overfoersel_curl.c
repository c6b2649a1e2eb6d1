// SPDX-License-Identifier: MPL-2.0
/* One transfer by an easy handle of its own, on the thread of whoever calls. */

#include "http_client_priv.h"
#include "overfoersel_priv.h"

#include <stdio.h>

struct run {
	struct plb_overfoersel *o;
	CURL *e;
	char path[OVF_PATH_MAX]; /* of the address */
	char url[1024];
	size_t sent; /* of the body */
	bool address_refused, too_large, host_key_refused, wrong_size;
	struct curl_slist *list;
	int64_t end_ms; /* monotonic */
};

const char *
plb_ovf_udfald_navn(enum plb_ovf_udfald u)
{
	static const char *const names[PLB_OVF_UDFALD] = {
	    [PLB_OVF_OK] = "ok",
	    [PLB_OVF_TIMEOUT] = "timeout",
	    [PLB_OVF_FORBINDELSE] = "forbindelse",
	    [PLB_OVF_TLS] = "tls",
	    [PLB_OVF_VAERTSNOEGLE] = "vaertsnoegle",
	    [PLB_OVF_LOGIN] = "login",
	    [PLB_OVF_ADRESSE] = "adresse",
	    [PLB_OVF_URL] = "url",
	    [PLB_OVF_FOR_STOR] = "for-stor",
	    [PLB_OVF_FINDES_IKKE] = "findes-ikke",
	    [PLB_OVF_AFVIST] = "afvist",
	};

	return u < PLB_OVF_UDFALD ? names[u] : "?";
}

/* ---- what curl calls ---- */

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct run *r = arg;

	return http_open_socket(r->o->b.allow_private, &r->address_refused, purpose, a);
}

static int
on_progress(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
	struct run *r = arg;

	(void)dt, (void)dn, (void)ut, (void)un;
	return atomic_load(&r->o->drop) ? 1 : 0;
}

static size_t
give_body(char *p, size_t size, size_t n, void *arg)
{
	struct run *r = arg;
	size_t room = size * n, left = r->o->out.len - r->sent;
	size_t part = left < room ? left : room;

	memcpy(p, r->o->out.p + r->sent, part);
	r->sent += part;
	return part;
}

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct run *r = arg;
	struct plb_buf *in = &r->o->in;
	size_t len = size * n;

	if (len > in->cap - in->len) {
		r->too_large = true;
		return 0;
	}
	plb_buf_put(in, p, len);
	return in->failed ? 0 : len;
}

/* A byte more than was written. */
static size_t
take_nothing(char *p, size_t size, size_t n, void *arg)
{
	struct run *r = arg;

	(void)p;
	r->wrong_size = r->wrong_size || size * n > 0;
	return 0;
}

static int
on_host_key(CURL *e, const struct curl_khkey *known, const struct curl_khkey *found,
    enum curl_khmatch match, void *arg)
{
	struct run *r = arg;

	(void)e, (void)known, (void)found;
	r->host_key_refused = match != CURLKHMATCH_OK;
	return r->host_key_refused ? CURLKHSTAT_REJECT : CURLKHSTAT_FINE;
}

/* ---- setting up ---- */

static bool
is_mail(const struct run *r)
{
	return r->o->b.art <= PLB_OVF_IMAP_FLAG;
}

static bool
set_mail(struct run *r)
{
	const struct plb_ovf_bestilling *b = &r->o->b;
	char password[sizeof b->password->b + 1];
	bool ok;

	/* "try" speaks plainly only with one that offers nothing better. */
	ok = curl_easy_setopt(r->e, CURLOPT_USE_SSL,
		 (long)(b->allow_plain ? CURLUSESSL_TRY : CURLUSESSL_ALL)) == CURLE_OK;
	curl_easy_setopt(r->e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (b->ca_file != NULL && *b->ca_file != 0) {
		curl_easy_setopt(r->e, CURLOPT_CAINFO, b->ca_file);
		curl_easy_setopt(r->e, CURLOPT_CAPATH, NULL);
	}
	if (b->user == NULL || b->password->len == 0)
		return ok;
	memcpy(password, b->password->b, b->password->len);
	password[b->password->len] = 0;
	ok = ok && curl_easy_setopt(r->e, CURLOPT_USERNAME, b->user) == CURLE_OK &&
	    curl_easy_setopt(r->e, CURLOPT_PASSWORD, password) == CURLE_OK;
	explicit_bzero(password, sizeof password);
	return ok;
}

static bool
set_ssh(struct run *r)
{
	const struct plb_ovf_bestilling *b = &r->o->b;

	curl_easy_setopt(r->e, CURLOPT_SSH_AUTH_TYPES, (long)CURLSSH_AUTH_PUBLICKEY);
	curl_easy_setopt(r->e, CURLOPT_SSH_KEYDATA, r);
	return curl_easy_setopt(r->e, CURLOPT_SSH_KEYFUNCTION, on_host_key) == CURLE_OK &&
	    curl_easy_setopt(r->e, CURLOPT_USERNAME, b->user) == CURLE_OK &&
	    curl_easy_setopt(r->e, CURLOPT_SSH_PRIVATE_KEYFILE, b->key_file) == CURLE_OK &&
	    curl_easy_setopt(r->e, CURLOPT_SSH_KNOWNHOSTS, b->known_hosts) == CURLE_OK;
}

static bool
set_common(struct run *r)
{
	const struct plb_ovf_bestilling *b = &r->o->b;
	CURL *e = r->e;
	/* Both the wait for an answer and for the farewell. */
	long answer_s = (long)((b->timeout_ms + 999) / 1000);

	if (curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps,imap,imaps,sftp") != CURLE_OK)
		return false;
	if (b->connect_timeout_ms > 0)
		curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)b->connect_timeout_ms);
	curl_easy_setopt(e, CURLOPT_SERVER_RESPONSE_TIMEOUT, answer_s);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, r);
	curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(e, CURLOPT_XFERINFODATA, r);
	curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, give_body);
	curl_easy_setopt(e, CURLOPT_READDATA, r);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, r);
	/* Within perform, where it can still be broken off. */
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, is_mail(r) ? 1L : 0L);
	return is_mail(r) ? set_mail(r) : set_ssh(r);
}

/* The address with a name (or parameter) behind it. */
static bool
set_url(struct run *r, const char *behind)
{
	int n = snprintf(r->url, sizeof r->url, "%s%s", r->o->b.url, behind);

	return n > 0 && (size_t)n < sizeof r->url &&
	    curl_easy_setopt(r->e, CURLOPT_URL, r->url) == CURLE_OK;
}

static bool
append(struct run *r, const char *line)
{
	struct curl_slist *l = curl_slist_append(r->list, line);

	if (l != NULL)
		r->list = l;
	return l != NULL;
}

static void
set_upload(struct run *r)
{
	curl_easy_setopt(r->e, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(r->e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->o->out.len);
}

static CURLcode
perform(struct run *r)
{
	int64_t left = r->end_ms - plb_mono_now().ms;

	if (left <= 0)
		return CURLE_OPERATION_TIMEDOUT;
	curl_easy_setopt(r->e, CURLOPT_TIMEOUT_MS, (long)left);
	return curl_easy_perform(r->e);
}

/* ---- the kinds ---- */

static CURLcode
smtp_send(struct run *r)
{
	const struct plb_ovf_bestilling *b = &r->o->b;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	for (size_t i = 0; b->til[i] != NULL; i++)
		if (!append(r, b->til[i]))
			return code;
	set_upload(r);
	curl_easy_setopt(r->e, CURLOPT_MAIL_RCPT, r->list);
	if (set_url(r, "") && curl_easy_setopt(r->e, CURLOPT_MAIL_FROM, b->fra) == CURLE_OK)
		code = perform(r);
	return code;
}

static CURLcode
imap_command(struct run *r)
{
	const struct plb_ovf_bestilling *b = &r->o->b;
	char line[1100];
	int n;

	if (b->art == PLB_OVF_IMAP_SOEG)
		n = snprintf(line, sizeof line, "UID SEARCH %s", b->soeg);
	else
		n = snprintf(line, sizeof line, "UID STORE %u +FLAGS.SILENT (%s)", b->uid, b->soeg);
	if (n < 0 || (size_t)n >= sizeof line || !set_url(r, "") ||
	    curl_easy_setopt(r->e, CURLOPT_CUSTOMREQUEST, line) != CURLE_OK)
		return CURLE_OUT_OF_MEMORY;
	return perform(r);
}

static CURLcode
imap_fetch(struct run *r)
{
	char uid[32];

	snprintf(uid, sizeof uid, ";UID=%u", r->o->b.uid);
	return set_url(r, uid) ? perform(r) : CURLE_OUT_OF_MEMORY;
}

/* As commands within SFTP name it. */
static const char *
folder(const struct run *r)
{
	return r->path + (strncmp(r->path, "/~/", 3) == 0 ? 3 : 0);
}

/* Reading from behind the last byte shows that it is just that long; then it takes its place. */
static CURLcode
sftp_place(struct run *r)
{
	const struct plb_ovf_bestilling *b = &r->o->b;
	char line[2 * OVF_PATH_MAX + 512];

	/* The protocol's rename does not replace. */
	snprintf(line, sizeof line, "*rm \"%s%s\"", folder(r), b->navn);
	if (!append(r, line))
		return CURLE_OUT_OF_MEMORY;
	snprintf(line, sizeof line, "rename \"%s%s\" \"%s%s\"", folder(r), b->midlertidig,
	    folder(r), b->navn);
	if (!append(r, line))
		return CURLE_OUT_OF_MEMORY;
	curl_easy_setopt(r->e, CURLOPT_UPLOAD, 0L);
	curl_easy_setopt(r->e, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)r->o->out.len);
	curl_easy_setopt(r->e, CURLOPT_WRITEFUNCTION, take_nothing);
	curl_easy_setopt(r->e, CURLOPT_POSTQUOTE, r->list);
	return perform(r);
}

static CURLcode
sftp_put(struct run *r)
{
	CURLcode code;

	if (!set_url(r, r->o->b.midlertidig))
		return CURLE_OUT_OF_MEMORY;
	set_upload(r);
	code = perform(r);
	return code == CURLE_OK ? sftp_place(r) : code;
}

static CURLcode
sftp_get(struct run *r)
{
	return set_url(r, r->o->b.navn) ? perform(r) : CURLE_OUT_OF_MEMORY;
}

static CURLcode
sftp_names(struct run *r)
{
	curl_easy_setopt(r->e, CURLOPT_DIRLISTONLY, 1L);
	return set_url(r, "") ? perform(r) : CURLE_OUT_OF_MEMORY;
}

static CURLcode
sftp_delete(struct run *r)
{
	char line[OVF_PATH_MAX + 512];

	snprintf(line, sizeof line, "rm \"%s%s\"", folder(r), r->o->b.navn);
	if (!append(r, line) || !set_url(r, ""))
		return CURLE_OUT_OF_MEMORY;
	curl_easy_setopt(r->e, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(r->e, CURLOPT_QUOTE, r->list);
	return perform(r);
}

static CURLcode (*const kinds[PLB_OVF_ARTER])(struct run *r) = {
    [PLB_OVF_SMTP_SEND] = smtp_send,
    [PLB_OVF_IMAP_SOEG] = imap_command,
    [PLB_OVF_IMAP_HENT] = imap_fetch,
    [PLB_OVF_IMAP_FLAG] = imap_command,
    [PLB_OVF_SFTP_LAEG] = sftp_put,
    [PLB_OVF_SFTP_HENT] = sftp_get,
    [PLB_OVF_SFTP_NAVNE] = sftp_names,
    [PLB_OVF_SFTP_SLET] = sftp_delete,
};

/* ---- what came of it ---- */

static enum plb_ovf_udfald
outcome_of(const struct run *r, CURLcode code)
{
	static const struct {
		CURLcode code;
		enum plb_ovf_udfald outcome;
	} rows[] = {
	    {CURLE_OK, PLB_OVF_OK},
	    {CURLE_OPERATION_TIMEDOUT, PLB_OVF_TIMEOUT},
	    {CURLE_URL_MALFORMAT, PLB_OVF_URL},
	    {CURLE_LOGIN_DENIED, PLB_OVF_LOGIN},
	    {CURLE_USE_SSL_FAILED, PLB_OVF_TLS},
	    {CURLE_SSL_CONNECT_ERROR, PLB_OVF_TLS},
	    {CURLE_PEER_FAILED_VERIFICATION, PLB_OVF_TLS},
	    {CURLE_SSL_CIPHER, PLB_OVF_TLS},
	    {CURLE_SSL_CACERT_BADFILE, PLB_OVF_TLS},
	    {CURLE_SSL_ISSUER_ERROR, PLB_OVF_TLS},
	    {CURLE_REMOTE_FILE_NOT_FOUND, PLB_OVF_FINDES_IKKE},
	    {CURLE_REMOTE_ACCESS_DENIED, PLB_OVF_AFVIST},
	    {CURLE_REMOTE_DISK_FULL, PLB_OVF_AFVIST},
	    {CURLE_REMOTE_FILE_EXISTS, PLB_OVF_AFVIST},
	    {CURLE_BAD_DOWNLOAD_RESUME, PLB_OVF_AFVIST},
	    {CURLE_UPLOAD_FAILED, PLB_OVF_AFVIST},
	    {CURLE_QUOTE_ERROR, PLB_OVF_AFVIST},
	};

	if (code != CURLE_OK && r->too_large)
		return PLB_OVF_FOR_STOR;
	if (code != CURLE_OK && r->address_refused)
		return PLB_OVF_ADRESSE;
	if (code != CURLE_OK && r->host_key_refused)
		return PLB_OVF_VAERTSNOEGLE;
	if (r->wrong_size)
		return PLB_OVF_AFVIST;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].code == code)
			return rows[i].outcome;
	/* The mail server's no has no code of curl's own. */
	return r->o->svar.svar >= 400 ? PLB_OVF_AFVIST : PLB_OVF_FORBINDELSE;
}

/* "* SEARCH 2 84 882" lines. */
static void
take_uids(struct plb_overfoersel *o)
{
	static const char head[] = "* SEARCH";
	struct plb_slice left = plb_slice(o->in.p, o->in.len);
	uint64_t n = 0;
	bool in_line = false, digits = false;

	for (; left.len > 0; left = plb_slice(left.p + 1, left.len - 1)) {
		if (!in_line && plb_slice_starts(left, plb_slice_str(head))) {
			in_line = true;
			left = plb_slice(left.p + sizeof head - 2, left.len - (sizeof head - 2));
		} else if (in_line && *left.p >= '0' && *left.p <= '9') {
			n = n > UINT32_MAX ? n : n * 10 + (uint64_t)(*left.p - '0');
			digits = true;
		} else {
			if (digits && n > 0 && n <= UINT32_MAX && o->svar.n_uids < PLB_OVF_UIDS)
				o->uids[o->svar.n_uids++] = (uint32_t)n;
			n = 0;
			digits = false;
			in_line = in_line && *left.p != '\n';
		}
	}
	o->svar.uids = o->uids;
}

static void
result(struct run *r, CURLcode code)
{
	struct plb_ovf_svar *s = &r->o->svar;
	const char *why = code == CURLE_OK ? "" : curl_easy_strerror(code);
	long status = 0;

	curl_easy_getinfo(r->e, CURLINFO_RESPONSE_CODE, &status);
	s->svar = r->o->b.art == PLB_OVF_SMTP_SEND ? (int)status : 0;
	s->udfald = outcome_of(r, code);
	if (s->udfald == PLB_OVF_ADRESSE)
		why = "the address is not a public one";
	else if (s->udfald == PLB_OVF_FOR_STOR)
		why = "more than is taken";
	else if (s->udfald == PLB_OVF_VAERTSNOEGLE)
		why = "the server's key is not the known one";
	else if (r->wrong_size || code == CURLE_BAD_DOWNLOAD_RESUME)
		why = "the file there has another size";
	snprintf(s->error, sizeof s->error, "%s", why);
	if (s->udfald != PLB_OVF_OK)
		return;
	s->body = plb_slice(r->o->in.p, r->o->in.len);
	if (r->o->b.art == PLB_OVF_IMAP_SOEG)
		take_uids(r->o);
}

void
ovf_koer(struct plb_overfoersel *o)
{
	struct run r = {.o = o, .e = curl_easy_init()};
	int64_t begun = plb_mono_now().ms;

	o->svar = (struct plb_ovf_svar){.udfald = PLB_OVF_FORBINDELSE};
	r.end_ms = begun + o->b.timeout_ms;
	plb_buf_init(&o->in, (size_t)o->b.response_max);
	if (!ovf_url_ok(&o->b, r.path)) {
		o->svar.udfald = PLB_OVF_URL;
		snprintf(o->svar.error, sizeof o->svar.error, "address not allowed");
	} else if (r.e == NULL || !set_common(&r)) {
		snprintf(o->svar.error, sizeof o->svar.error, "out of memory");
	} else {
		result(&r, kinds[o->b.art](&r));
	}
	curl_easy_cleanup(r.e);
	curl_slist_free_all(r.list);
	o->svar.duration_us = (plb_mono_now().ms - begun) * 1000;
}
