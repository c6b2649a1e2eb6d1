// SPDX-License-Identifier: MPL-2.0
/* SMTP and IMAP against a server that follows a script; real servers, and SFTP:
 * tests/integration/kanaler. */

#include "http_fixture.h"
#include "line_server.h"

#include <parloeb/overfoersel.h>

#include <stdio.h>
#include <stdlib.h>

#define DONE_MAX 16

struct bench {
	struct server server;
	struct plb_loop *loop;
	struct plb_overfoersler *p;
	int n;
	struct {
		struct plb_ovf_svar svar;
		char body[4096];
		uint32_t uids[PLB_OVF_UIDS];
	} done[DONE_MAX];
	int n_done;
	bool starting;
};

static struct bench bench;

/* ---- the bench ---- */

static void
spin(struct bench *b, bool (*until)(struct bench *b), int n)
{
	b->n = n;
	fx_spin(b->loop, until, b);
}

static bool
n_done(struct bench *b)
{
	return b->n_done >= b->n;
}

static bool
dot_heard(struct bench *b)
{
	return heard(&b->server, "\n.\n");
}

static int
start(void **state)
{
	struct plb_errctx ec = {0};

	memset(&bench, 0, sizeof bench);
	bench.loop = plb_loop_new(&ec);
	assert_non_null(bench.loop);
	bench.p = plb_overfoersler_new(bench.loop, 2, &ec);
	assert_non_null(bench.p);
	*state = &bench;
	return 0;
}

static int
stop(void **state)
{
	struct bench *b = *state;

	plb_overfoersler_free(&b->p);
	plb_loop_free(&b->loop);
	server_stop(&b->server);
	return 0;
}

static void
on_done(void *arg, const struct plb_ovf_svar *svar)
{
	struct bench *b = arg;
	size_t n = svar->body.len;

	assert_false(b->starting);
	assert_true(b->n_done < DONE_MAX);
	assert_true(n < sizeof b->done[0].body);
	b->done[b->n_done].svar = *svar;
	if (n > 0)
		memcpy(b->done[b->n_done].body, svar->body.p, n);
	b->done[b->n_done].body[n] = 0;
	if (svar->n_uids > 0)
		memcpy(b->done[b->n_done].uids, svar->uids, svar->n_uids * sizeof svar->uids[0]);
	b->n_done++;
}

static const char *
url(struct bench *b, const char *scheme, const char *path)
{
	static char out[4][256];
	static int i;

	i = (i + 1) % 4;
	snprintf(out[i], sizeof out[i], "%s://127.0.0.1:%d/%s", scheme, b->server.port, path);
	return out[i];
}

static const char *const to_two[] = {"a@example.dk", "b@example.dk", NULL};

static struct plb_ovf_bestilling
mail_to(struct bench *b)
{
	return (struct plb_ovf_bestilling){.art = PLB_OVF_SMTP_SEND,
	    .url = url(b, "smtp", "parloeb.example"),
	    .allow_private = true,
	    .allow_plain = true,
	    .timeout_ms = FX_WAIT_MS,
	    .response_max = 4000,
	    .body = plb_slice_str("Subject: x\r\n\r\nhej\r\n.\r\nslut\r\n"),
	    .fra = "parloeb@example.dk",
	    .til = to_two,
	    .done = on_done,
	    .arg = b};
}

static struct plb_ovf_bestilling
mailbox(struct bench *b, enum plb_ovf_art art, const char *what, uint32_t uid)
{
	return (struct plb_ovf_bestilling){.art = art,
	    .url = url(b, "imap", "INBOX"),
	    .allow_private = true,
	    .allow_plain = true,
	    .timeout_ms = FX_WAIT_MS,
	    .response_max = 4000,
	    .soeg = what,
	    .uid = uid,
	    .done = on_done,
	    .arg = b};
}

static void
begin(struct bench *b, const struct plb_ovf_bestilling *o, struct plb_overfoersel **out)
{
	struct plb_errctx ec = {0};

	b->starting = true;
	assert_int_equal(plb_overfoer(b->p, o, out, &ec), PLB_OK);
	b->starting = false;
}

static const struct plb_ovf_svar *
run(struct bench *b, const struct plb_ovf_bestilling *o)
{
	begin(b, o, NULL);
	spin(b, n_done, b->n_done + 1);
	return &b->done[b->n_done - 1].svar;
}

/* ---- SMTP ---- */

static const struct line smtp[] = {{"EHLO parloeb.example", "250 AUTH PLAIN\r\n"},
    {"AUTH PLAIN", "334 \r\n"}, {"AGRpcwBoZW1tZWxpZw==", "235 in\r\n"},
    {"AGRpcwBmb3JrZXJ0", "535 no\r\n"}, {"*", "501 ok\r\n"},
    {"MAIL FROM:<parloeb@example.dk>", "250 ok\r\n"}, {"MAIL", "550 not you\r\n"},
    {"RCPT TO:<full@", "452 full\r\n"}, {"RCPT", "250 ok\r\n"}, {"DATA", "354 go\r\n"},
    {".", "250 taken\r\n"}, {"QUIT", "221 bye\r\n"}, {NULL, NULL}};

static void
mail_sent(void **state)
{
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", smtp);
	o = mail_to(b);
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_OK);
	assert_int_equal(b->done[0].svar.svar, 250);
	assert_true(heard(&b->server, "RCPT TO:<a@example.dk>\nRCPT TO:<b@example.dk>\nDATA\n"));
	assert_true(heard(&b->server, "Subject: x\n\nhej\n..\nslut\n.\nQUIT\n"));
	assert_false(heard(&b->server, "AUTH"));
	assert_int_equal(plb_overfoersler_open(b->p), 0);
}

static void
mail_login(void **state)
{
	struct plb_secret right = {.b = "hemmelig", .len = 8}, wrong = {.b = "forkert", .len = 7};
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", smtp);
	o = mail_to(b);
	o.user = "dis";
	o.password = &right;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_OK);
	o.password = &wrong;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_LOGIN);
	assert_null(strstr(b->done[1].svar.error, "forkert"));
}

static void
mail_refused(void **state)
{
	static const char *const full[] = {"full@example.dk", NULL};
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", smtp);
	o = mail_to(b);
	o.fra = "anden@example.dk";
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_AFVIST);
	assert_int_equal(b->done[0].svar.svar, 550);
	o = mail_to(b);
	o.til = full;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_AFVIST);
	assert_int_equal(b->done[1].svar.svar, 452);
	assert_false(heard(&b->server, "DATA"));
}

/* Nothing is said in the clear, the sender's address neither. */
static void
tls_or_nothing(void **state)
{
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", smtp);
	o = mail_to(b);
	o.allow_plain = false;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_TLS);
	o.url = url(b, "smtps", "parloeb.example");
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_TLS);
	assert_false(heard(&b->server, "MAIL"));
}

/* The server that takes its time with the last answer holds up neither the loop nor others. */
static void
slow_one_holds_up_nobody(void **state)
{
	static const struct line silent[] = {{"EHLO", "250 ok\r\n"}, {"MAIL", "250 ok\r\n"},
	    {"RCPT", "250 ok\r\n"}, {"DATA", "354 go\r\n"}, {".", NULL}, {NULL, NULL}};
	struct bench *b = *state;
	struct plb_overfoersel *o1;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", silent);
	o = mail_to(b);
	begin(b, &o, &o1);
	spin(b, dot_heard, 0); /* the loop turns */
	o.url = "smtp://127.0.0.1:1/x";
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_FORBINDELSE);
	assert_int_equal(plb_overfoersler_open(b->p), 1);
	plb_overfoersel_drop(&o1);
	assert_null(o1);
	assert_int_equal(plb_overfoersler_open(b->p), 0);
	assert_int_equal(b->n_done, 1);
}

static void
no_answer_in_time(void **state)
{
	static const struct line silent[] = {{"EHLO", NULL}, {NULL, NULL}};
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", silent);
	o = mail_to(b);
	o.timeout_ms = 200;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_TIMEOUT);
}

/* More than there are threads, and some dropped before their turn: each of the rest is told once.
 */
static void
waits_in_order(void **state)
{
	struct plb_overfoersel *dropped[3];
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", smtp);
	o = mail_to(b);
	for (int i = 0; i < 9; i++)
		begin(b, &o, i % 3 == 2 ? &dropped[i / 3] : NULL);
	for (int i = 0; i < 3; i++)
		plb_overfoersel_drop(&dropped[i]);
	assert_int_equal(plb_overfoersler_open(b->p), 6);
	spin(b, n_done, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(b->done[i].svar.udfald, PLB_OVF_OK);
	assert_int_equal(plb_overfoersler_open(b->p), 0);
}

/* ---- IMAP ---- */

static const struct line imap[] = {{"CAPABILITY", "* CAPABILITY IMAP4rev1\r\n& OK\r\n"},
    {"LOGIN dis hemmelig", "& OK\r\n"}, {"LOGIN", "& NO not you\r\n"},
    {"SELECT INBOX", "* 3 EXISTS\r\n& OK\r\n"}, {"SELECT", "& NO no such\r\n"},
    {"UID SEARCH UNSEEN", "* SEARCH 4 17 4294967295\r\n& OK\r\n"},
    {"UID SEARCH ALL", "* SEARCH\r\n* SEARCH 99999999999 0 8\r\n& OK\r\n"},
    {"UID FETCH 17 BODY[]", "* 2 FETCH (UID 17 BODY[] {13}\r\nFrom: a\r\n\r\nb\r)\r\n& OK\r\n"},
    {"UID FETCH 18 BODY[]", "& OK\r\n"}, {"UID STORE 17 +FLAGS.SILENT (\\Answered)", "& OK\r\n"},
    {"LOGOUT", "* BYE\r\n& OK\r\n"}, {NULL, NULL}};

static void
mail_read(void **state)
{
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "* OK hello\r\n", imap);
	o = mailbox(b, PLB_OVF_IMAP_SOEG, "UNSEEN", 0);
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_OK);
	assert_int_equal(b->done[0].svar.n_uids, 3);
	assert_int_equal(b->done[0].uids[1], 17);
	assert_true(b->done[0].uids[2] == UINT32_MAX);
	o.soeg = "ALL";
	assert_int_equal(run(b, &o)->n_uids, 1);
	assert_int_equal(b->done[1].uids[0], 8);
	o = mailbox(b, PLB_OVF_IMAP_HENT, NULL, 17);
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_OK);
	assert_string_equal(b->done[2].body, "From: a\r\n\r\nb\r");
	o = mailbox(b, PLB_OVF_IMAP_FLAG, "\\Answered", 17);
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_OK);
	assert_true(heard(&b->server, "UID STORE 17 +FLAGS.SILENT (\\Answered)\n"));
}

static void
mail_not_read(void **state)
{
	struct plb_secret wrong = {.b = "forkert", .len = 7};
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "* OK hello\r\n", imap);
	o = mailbox(b, PLB_OVF_IMAP_HENT, NULL, 18);
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_FINDES_IKKE);
	o.uid = 17;
	o.response_max = 12;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_FOR_STOR);
	o.user = "dis";
	o.password = &wrong;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_LOGIN);
	o = mailbox(b, PLB_OVF_IMAP_SOEG, "UNSEEN", 0);
	o.allow_plain = false;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_TLS);
}

/* ---- what is not even tried ---- */

static void
addresses_not_allowed(void **state)
{
	static const char *const urls[] = {"http://127.0.0.1/", "smtp://me:pw@127.0.0.1/",
	    "smtp://127.0.0.1/x?y", "smtp://127.0.0.1/a b", "imap://127.0.0.1/INBOX", "file:///x",
	    "smtp:", ""};
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", smtp);
	o = mail_to(b);
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		o.url = urls[i];
		assert_int_equal(run(b, &o)->udfald, PLB_OVF_URL);
	}
	o = mailbox(b, PLB_OVF_IMAP_SOEG, "UNSEEN", 0);
	o.url = "imap://127.0.0.1/INBOX;UID=1";
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_URL);
	o = mail_to(b);
	o.allow_private = false;
	assert_int_equal(run(b, &o)->udfald, PLB_OVF_ADRESSE);
	assert_int_equal(connections(&b->server), 0);
}

static void
orders_not_allowed(void **state)
{
	static const char *const none[] = {NULL};
	static const char *const bad[] = {"a@b.dk>\r\nRCPT TO:<c@d.dk", NULL};
	struct bench *b = *state;
	struct plb_ovf_bestilling good = mail_to(b), o[12];
	struct plb_errctx ec = {0};
	size_t n = 0;

	o[n] = good, o[n++].fra = "a@b.dk\r\nDATA";
	o[n] = good, o[n++].fra = NULL;
	o[n] = good, o[n++].til = none;
	o[n] = good, o[n++].til = bad;
	o[n] = good, o[n++].body = (struct plb_slice){0};
	o[n] = good, o[n++].timeout_ms = 0;
	good = mailbox(b, PLB_OVF_IMAP_FLAG, "\\Seen", 1);
	o[n] = good, o[n++].soeg = "x)\r\nA9 DELETE INBOX";
	o[n] = good, o[n++].uid = 0;
	good = (struct plb_ovf_bestilling){.art = PLB_OVF_SFTP_HENT,
	    .url = "sftp://127.0.0.1/",
	    .user = "u",
	    .key_file = "k",
	    .known_hosts = "h",
	    .navn = "fil.csv",
	    .timeout_ms = 1,
	    .done = on_done};
	o[n] = good, o[n++].navn = "../fil.csv";
	o[n] = good, o[n++].navn = "fil\".csv";
	o[n] = good, o[n++].known_hosts = NULL;
	o[n] = good, o[n++].key_file = NULL;
	assert_int_equal(n, sizeof o / sizeof o[0]);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(plb_overfoer(b->p, &o[i], NULL, &ec), PLB_E_FORM);
	assert_int_equal(plb_overfoersler_open(b->p), 0);
}

/* Freed with one under way and one waiting: neither is told of, and the threads end. */
static void
freed_while_running(void **state)
{
	static const struct line silent[] = {{"EHLO", "250 ok\r\n"}, {"MAIL", "250 ok\r\n"},
	    {"RCPT", "250 ok\r\n"}, {"DATA", "354 go\r\n"}, {".", NULL}, {NULL, NULL}};
	struct bench *b = *state;
	struct plb_ovf_bestilling o;

	server_start(&b->server, "220 hello\r\n", silent);
	o = mail_to(b);
	for (int i = 0; i < 4; i++)
		begin(b, &o, NULL);
	spin(b, dot_heard, 0);
	plb_overfoersler_free(&b->p);
	assert_int_equal(b->n_done, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(mail_sent, start, stop),
	    cmocka_unit_test_setup_teardown(mail_login, start, stop),
	    cmocka_unit_test_setup_teardown(mail_refused, start, stop),
	    cmocka_unit_test_setup_teardown(tls_or_nothing, start, stop),
	    cmocka_unit_test_setup_teardown(slow_one_holds_up_nobody, start, stop),
	    cmocka_unit_test_setup_teardown(no_answer_in_time, start, stop),
	    cmocka_unit_test_setup_teardown(waits_in_order, start, stop),
	    cmocka_unit_test_setup_teardown(mail_read, start, stop),
	    cmocka_unit_test_setup_teardown(mail_not_read, start, stop),
	    cmocka_unit_test_setup_teardown(addresses_not_allowed, start, stop),
	    cmocka_unit_test_setup_teardown(orders_not_allowed, start, stop),
	    cmocka_unit_test_setup_teardown(freed_while_running, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
