// SPDX-License-Identifier: MPL-2.0
/* One transfer, as arguments say, for the tests against real servers: overfoer KIND key=value ...
 * Prints the outcome, then what came; a body to send is read from standard input. */

#include <parloeb/overfoersel.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BODY_MAX ((size_t)16 << 20)

static struct plb_loop *loop;

static const char *const kinds[PLB_OVF_ARTER] = {
    [PLB_OVF_SMTP_SEND] = "smtp-send",
    [PLB_OVF_IMAP_SOEG] = "imap-soeg",
    [PLB_OVF_IMAP_HENT] = "imap-hent",
    [PLB_OVF_IMAP_FLAG] = "imap-flag",
    [PLB_OVF_SFTP_LAEG] = "sftp-laeg",
    [PLB_OVF_SFTP_HENT] = "sftp-hent",
    [PLB_OVF_SFTP_NAVNE] = "sftp-navne",
    [PLB_OVF_SFTP_SLET] = "sftp-slet",
};

static void
on_done(void *arg, const struct plb_ovf_svar *svar)
{
	(void)arg;
	printf("%s %d %s\n", plb_ovf_udfald_navn(svar->udfald), svar->svar, svar->error);
	for (size_t i = 0; i < svar->n_uids; i++)
		printf("%u\n", svar->uids[i]);
	fwrite(svar->body.p, 1, svar->body.len, stdout);
	plb_loop_stop(loop);
}

static const char *
value_of(char **argv, const char *key)
{
	size_t n = strlen(key);

	for (; *argv != NULL; argv++)
		if (strncmp(*argv, key, n) == 0 && (*argv)[n] == '=')
			return *argv + n + 1;
	return NULL;
}

static int64_t
number_of(char **argv, const char *key, int64_t otherwise)
{
	const char *v = value_of(argv, key);

	return v == NULL ? otherwise : strtoll(v, NULL, 10);
}

static void
read_body(struct plb_buf *body)
{
	char part[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, part, sizeof part)) > 0)
		plb_buf_put(body, part, (size_t)n);
}

static enum plb_ovf_art
kind_of(const char *word)
{
	int i = 0;

	while (i < PLB_OVF_ARTER && strcmp(kinds[i], word) != 0)
		i++;
	return (enum plb_ovf_art)i;
}

static struct plb_ovf_bestilling
order_of(char **argv, const char *const *to)
{
	return (struct plb_ovf_bestilling){
	    .art = kind_of(argv[1]),
	    .url = value_of(argv, "url"),
	    .user = value_of(argv, "user"),
	    .ca_file = value_of(argv, "ca_file"),
	    .key_file = value_of(argv, "key_file"),
	    .known_hosts = value_of(argv, "known_hosts"),
	    .allow_private = number_of(argv, "private", 1) != 0,
	    .allow_plain = number_of(argv, "plain", 0) != 0,
	    .timeout_ms = number_of(argv, "timeout", 30000),
	    .response_max = number_of(argv, "max", 65536),
	    .fra = value_of(argv, "fra"),
	    .til = to,
	    .soeg = value_of(argv, "soeg"),
	    .uid = (uint32_t)number_of(argv, "uid", 0),
	    .navn = value_of(argv, "navn"),
	    .midlertidig = value_of(argv, "midlertidig"),
	    .done = on_done,
	};
}

int
main(int argc, char **argv)
{
	const char *to[2] = {NULL, NULL}, *secret;
	struct plb_secret password = {.len = 0};
	struct plb_overfoersler *p;
	struct plb_ovf_bestilling b;
	struct plb_errctx ec = {0};
	struct plb_buf body;

	if (argc < 2)
		return 2;
	to[0] = value_of(argv, "til");
	secret = value_of(argv, "password");
	if (secret != NULL && strlen(secret) <= sizeof password.b) {
		password.len = strlen(secret);
		memcpy(password.b, secret, password.len);
	}
	plb_buf_init(&body, BODY_MAX);
	b = order_of(argv, to);
	b.password = &password;
	if (b.art == PLB_OVF_SMTP_SEND || b.art == PLB_OVF_SFTP_LAEG)
		read_body(&body);
	b.body = plb_slice(body.p, body.len);
	loop = plb_loop_new(&ec);
	p = loop == NULL ? NULL : plb_overfoersler_new(loop, 1, &ec);
	if (p == NULL || plb_overfoer(p, &b, NULL, &ec) != PLB_OK ||
	    plb_loop_run(loop, &ec) != PLB_OK) {
		fprintf(stderr, "%s\n", ec.text);
		return 1;
	}
	plb_overfoersler_free(&p);
	plb_loop_free(&loop);
	plb_buf_fini(&body);
	return 0;
}
