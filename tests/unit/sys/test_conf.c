// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include <parloeb/log.h>

#include "conf_priv.h"

#define HEX32 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static char folder[64];
static char conf_file[96];

static const char *const key_names[] = {
    "secrets/person_key", "secrets/data_key", "secrets/hmac_key"};

static int
setup(void **state)
{
	char path[128];
	size_t i;

	(void)state;
	temp_folder(folder);
	snprintf(conf_file, sizeof(conf_file), "%s/parloeb.yaml", folder);
	snprintf(path, sizeof(path), "%s/secrets", folder);
	if (mkdir(path, 0700) != 0)
		return -1;
	for (i = 0; i < 3; i++)
		write_file(folder, key_names[i], HEX32 "\n", 65);
	return 0;
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		remove_in(folder, key_names[i]);
	remove_in(folder, "secrets");
	remove_in(folder, "parloeb.yaml");
	return rmdir(folder);
}

static struct plb_conf *
load_text(const char *text, struct plb_faults *f)
{
	plb_faults_init(f);
	write_file(folder, "parloeb.yaml", text, strlen(text));
	return plb_conf_load(conf_file, f);
}

/* Exactly these faults, with the file's name left out. */
static void
expect_faults(const char *text, const char *expected)
{
	struct plb_faults f;
	struct plb_conf *c = load_text(text, &f);
	char got[4096] = "";
	char *line, *save;

	assert_null(c);
	for (line = strtok_r(f.text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		assert_int_equal(strncmp(line, conf_file, strlen(conf_file)), 0);
		strcat(strcat(got, line + strlen(conf_file) + 1), "\n");
	}
	assert_string_equal(got, expected);
	plb_faults_fini(&f);
}

static void
defaults_of_an_empty_file(void **state)
{
	const struct plb_conf_common *m;
	struct plb_conf_dispatch d = {0};
	struct plb_conf_forloeb fo = {0};
	struct plb_faults f;
	struct plb_conf *c = load_text("", &f);
	char path[128];
	size_t n;

	(void)state;
	assert_non_null(c);
	m = plb_conf_common(c);
	assert_string_equal(m->kafka_bootstrap, "127.0.0.1:9092");
	assert_int_equal(m->clock, PLB_CLOCK_SYSTEM);
	assert_int_equal(m->cpr, PLB_CPR_STRICT);
	assert_int_equal(m->partitions, 24);
	assert_int_equal(m->person_key.len, 32);
	assert_int_equal(m->person_key.b[1], 0x11);
	assert_string_equal(m->registry_url, "");
	snprintf(path, sizeof(path), "%s/koder", folder);
	assert_string_equal(m->koder, path);
	assert_null(plb_conf_kafka_props(c, &n));
	assert_int_equal(n, 0);
	assert_int_equal(plb_conf_section(c, &plb_section_dispatch, &d, &f), PLB_OK);
	assert_string_equal(d.flow.instance, "dispatch-1");
	assert_int_equal(d.timeout_ms, 15000);
	assert_int_equal(d.retry.n, 10);
	assert_int_equal(d.retry.ms[9], 86400000);
	assert_int_equal(plb_conf_section(c, &plb_section_forloeb, &fo, &f), PLB_OK);
	assert_int_equal(fo.flow.transaction_timeout_ms, 15000);
	assert_int_equal(fo.flow.session_timeout_ms, 30000);
	assert_int_equal(fo.flow.batch_ms, 100);
	assert_int_equal(fo.dedupe_days, 30);
	assert_int_equal(fo.wait_days, 30);
	assert_int_equal(fo.keep_days, 1096);
	assert_int_equal(f.n, 0);
	assert_string_equal(plb_conf_path(c), conf_file);
	plb_faults_fini(&f);
	plb_conf_free(&c);
	assert_null(c);
}

static void
written_values_are_taken(void **state)
{
	struct plb_conf_gateway g = {0};
	struct plb_conf_dispatch d = {0};
	const struct plb_prop *p;
	struct plb_faults f;
	struct plb_conf *c =
	    load_text("kafka:\n  properties: {security.protocol: ssl, linger.ms: 5}\n"
		      "clock: topic\ncpr: wide\npaths:\n  koder: /abs/koder\n"
		      "gateway:\n  tls: {cert: tls/c.pem}\n  body_max: 2MiB\n"
		      "  mock_log: true\n"
		      "dispatch:\n  retry: [1s, 250ms]\nconsole:\n",
		&f);
	char path[128];
	size_t n;

	(void)state;
	assert_non_null(c);
	assert_int_equal(plb_conf_common(c)->clock, PLB_CLOCK_TOPIC);
	assert_int_equal(plb_conf_common(c)->cpr, PLB_CPR_WIDE);
	assert_string_equal(plb_conf_common(c)->koder, "/abs/koder");
	p = plb_conf_kafka_props(c, &n);
	assert_int_equal(n, 2);
	assert_string_equal(p[0].name, "security.protocol");
	assert_string_equal(p[0].value, "ssl");
	assert_string_equal(p[1].value, "5");
	assert_int_equal(plb_conf_section(c, &plb_section_gateway, &g, &f), PLB_OK);
	snprintf(path, sizeof(path), "%s/tls/c.pem", folder);
	assert_string_equal(g.tls_cert, path);
	assert_string_equal(g.tls_key, "");
	assert_int_equal(g.body_max, 2 << 20);
	assert_true(g.mock_log);
	assert_int_equal(plb_conf_section(c, &plb_section_dispatch, &d, &f), PLB_OK);
	assert_int_equal(d.retry.n, 2);
	assert_int_equal(d.retry.ms[1], 250);
	plb_faults_fini(&f);
	plb_conf_free(&c);
}

static void
faults_have_places(void **state)
{
	(void)state;
	expect_faults("gatewy: {}\n", "1:1: unknown key \"gatewy\"; did you mean \"gateway\"?\n");
	expect_faults("gateway:\n  rat: 5\n", "2:3: unknown key \"rat\"; did you mean \"rate\"?\n");
	expect_faults("dispatch:\n  rety: [1s]\n  instnce: x\n",
	    "2:3: unknown key \"rety\"; did you mean \"retry\"?\n"
	    "3:3: unknown key \"instnce\"; did you mean \"instance\"?\n");
	expect_faults(
	    "gateway:\n  tls:\n    crt: x\n", "3:5: unknown key \"crt\"; did you mean \"cert\"?\n");
	expect_faults("gateway:\n  rate: 0\n  connections: many\n",
	    "3:3: \"connections\": expected a whole number from 1 to 1000000\n"
	    "2:3: \"rate\": out of range: from 1 to 10000000\n");
	expect_faults("gateway: 5\n", "1:1: \"gateway\": expected a mapping (key: value)\n");
	expect_faults("gateway:\n  tls: 5\n", "2:3: \"tls\": expected a mapping (key: value)\n");
	expect_faults(
	    "log:\n  level: loud\n", "2:3: \"level\": expected one of: debug, info, warn, error\n");
	expect_faults("kafka:\n  properties: [a]\n",
	    "2:3: \"properties\": expected a mapping (key: value)\n");
	expect_faults("kafka:\n  properties: {a: [b]}\n",
	    "2:16: \"a\": expected text (\"\" for none), not a list or mapping\n");
	expect_faults("dispatch:\n  retry: 5s\n",
	    "2:3: \"retry\": expected a list of times such as [5s, 5m, 2h]\n");
	expect_faults("dispatch:\n  retry: [5s, x]\n",
	    "2:15: expected a time such as 250ms, 5s, 2m, 3h or 4d\n");
	expect_faults("dispatch:\n  retry: [1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,"
		      "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s]\n",
	    "2:107: \"retry\": more than 32 items\n");
	expect_faults("kafka: {bootstrap: \"\"}\npaths: {koder: ''}\n",
	    "1:9: \"kafka.bootstrap\": must not be empty\n"
	    "2:9: \"paths.koder\": must not be empty\n");
	expect_faults("topics: {replication: 1, min_isr: 2}\n",
	    " \"topics.min_isr\" is more than \"topics.replication\"\n");
}

static void
secrets_are_checked(void **state)
{
	char expected[512];

	(void)state;
	snprintf(expected, sizeof(expected),
	    "1:11: \"secrets.data_key\": secret file: %s/none: No such file or directory\n",
	    folder);
	expect_faults("secrets: {data_key: none}\n", expected);
	write_file(folder, "short", HEX32, 62);
	snprintf(expected, sizeof(expected),
	    "1:11: \"secrets.data_key\": secret file %s/short: expected 64 hexadecimal digits\n",
	    folder);
	expect_faults("secrets: {data_key: short}\n", expected);
	write_file(folder, "short", HEX32 HEX32, 128);
	expect_faults("secrets: {data_key: short}\n", expected);
	write_file(folder, "short", "zz", 2);
	expect_faults("secrets: {data_key: short}\n", expected);
	remove_in(folder, "short");
}

static void
a_program_holds_only_its_secrets(void **state)
{
	static const struct {
		const struct plb_section *s;
		size_t len;
	} t[] = {{&plb_section_gateway, 32}, {&plb_section_dispatch, 32}, {&plb_section_forloeb, 0},
	    {&plb_section_console, 0}};
	struct plb_faults f;
	struct plb_conf *c;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		plb_faults_init(&f);
		write_file(folder, "parloeb.yaml", "", 0);
		c = plb_conf_open(conf_file, t[i].s, t[i].s->secrets, &f);
		assert_int_equal(f.n, 0);
		assert_int_equal(c->common.data_key.len, t[i].len);
		plb_conf_free(&c);
		plb_faults_fini(&f);
	}
	/* Nor need their files exist for the others. */
	plb_faults_init(&f);
	write_file(folder, "parloeb.yaml", "secrets: {data_key: none}\n", 26);
	c = plb_conf_load_keys(conf_file, PLB_KEY_PERSON, &f);
	assert_non_null(c);
	assert_int_equal(plb_conf_common(c)->person_key.len, 32);
	assert_int_equal(plb_conf_common(c)->hmac_key.len, 0);
	plb_conf_free(&c);
	plb_faults_fini(&f);
}

static void
warns_of_an_open_secret_file(void **state)
{
	char text[4096], path[128];
	struct plb_faults f;
	struct caught err;
	struct plb_conf *c;

	(void)state;
	snprintf(path, sizeof(path), "%s/secrets/data_key", folder);
	assert_int_equal(chmod(path, 0640), 0);
	catch_fd(&err, STDERR_FILENO);
	c = load_text("", &f);
	caught_text(&err, text, sizeof(text));
	assert_int_equal(chmod(path, 0600), 0);
	assert_non_null(c);
	assert_non_null(strstr(text, "\"niveau\":\"warn\""));
	assert_non_null(strstr(text, "secrets/data_key"));
	assert_null(strstr(text, "person_key"));
	assert_null(strstr(text, "0011223344"));
	plb_conf_free(&c);
	plb_faults_fini(&f);
}

static void
missing_file(void **state)
{
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	assert_null(plb_conf_load("/nowhere/parloeb.yaml", &f));
	assert_string_equal(
	    f.text, "/nowhere/parloeb.yaml: cannot be read: No such file or directory\n");
	plb_faults_fini(&f);
}

/* Prints, loads what was printed, prints again: both the same. */
static void
print_load_round_trip(const char *text, const struct plb_section *s, void *out)
{
	struct plb_faults f;
	struct plb_conf *c = load_text(text, &f);
	struct plb_buf a, b;

	assert_non_null(c);
	assert_int_equal(plb_conf_section(c, s, out, &f), PLB_OK);
	plb_buf_init(&a, 1 << 20);
	plb_buf_init(&b, 1 << 20);
	plb_conf_write(c, s, out, &a);
	plb_buf_u8(&a, 0);
	plb_conf_free(&c);
	plb_faults_fini(&f);

	assert_null(strstr((const char *)a.p, HEX32));
	c = load_text((const char *)a.p, &f);
	if (c == NULL)
		fail_msg("%s\n%s", f.text, (const char *)a.p);
	assert_int_equal(plb_conf_section(c, s, out, &f), PLB_OK);
	plb_conf_write(c, s, out, &b);
	plb_buf_u8(&b, 0);
	assert_string_equal((const char *)a.p, (const char *)b.p);
	plb_conf_free(&c);
	plb_faults_fini(&f);
	plb_buf_fini(&a);
	plb_buf_fini(&b);
}

static void
print_config_round_trip(void **state)
{
	union {
		struct plb_conf_gateway g;
		struct plb_conf_forloeb f;
		struct plb_conf_dispatch d;
		struct plb_conf_console c;
	} u;

	(void)state;
	memset(&u, 0, sizeof(u));
	print_load_round_trip("", &plb_section_gateway, &u);
	print_load_round_trip("", &plb_section_forloeb, &u);
	print_load_round_trip("", &plb_section_console, &u);
	print_load_round_trip("clock: topic\nkafka: {bootstrap: \"a:1,\\\"b\\\": \\u00e6#\","
			      " properties: {\"odd key: {\": \"#x\\n\", linger.ms: 5}}\n"
			      "dispatch: {retry: [], timeout: 1500ms, response_max: 1000KiB}\n",
	    &plb_section_dispatch, &u);
	assert_int_equal(u.d.timeout_ms, 1500);
	assert_int_equal(u.d.response_max, 1024000);
	assert_int_equal(u.d.retry.n, 0);
}

static void
print_config_hides_secret_properties(void **state)
{
	struct plb_conf_console s = {0};
	struct plb_faults f;
	struct plb_conf *c = load_text(
	    "kafka: {properties: {sasl.password: hunter2, ssl.key.pem: hunter2, a: b}}\n", &f);
	struct plb_buf b;

	(void)state;
	assert_non_null(c);
	assert_int_equal(plb_conf_section(c, &plb_section_console, &s, &f), PLB_OK);
	plb_buf_init(&b, 1 << 20);
	plb_conf_write(c, &plb_section_console, &s, &b);
	plb_buf_u8(&b, 0);
	assert_null(strstr((const char *)b.p, "hunter2"));
	assert_non_null(strstr((const char *)b.p, "# not shown: \"sasl.password\"\n"));
	assert_non_null(strstr((const char *)b.p, "  properties:\n    \"a\": \"b\"\n"));
	plb_buf_fini(&b);
	plb_conf_free(&c);
	plb_faults_fini(&f);
}

static void
reload_takes_what_is_marked(void **state)
{
	struct plb_conf_gateway g = {0};
	char text[4096], after[256];
	struct caught err;
	struct plb_faults f;
	struct plb_conf *c;

	(void)state;
	plb_log_init("test", PLB_LOG_INFO);
	write_file(folder, "parloeb.yaml", "gateway: {rate: 5}\n", 19);
	plb_faults_init(&f);
	c = plb_conf_open(conf_file, &plb_section_gateway, plb_section_gateway.secrets, &f);
	assert_int_equal(plb_conf_section(c, &plb_section_gateway, &g, &f), PLB_OK);
	assert_int_equal(plb_conf_common(c)->log_level, 1);

	write_file(folder, "parloeb.yaml", "gateway: {rate: 6}\nlog: {level: warn}\n", 38);
	catch_fd(&err, STDERR_FILENO);
	assert_int_equal(plb_conf_reload(c, &plb_section_gateway, &g, &f), PLB_OK);
	caught_text(&err, text, sizeof(text));
	assert_int_equal(plb_conf_common(c)->log_level, 2);
	catch_fd(&err, STDERR_FILENO);
	plb_log(PLB_LOG_INFO, "below the new level");
	caught_text(&err, after, sizeof(after));
	assert_string_equal(after, "");
	assert_int_equal(g.rate, 5);
	assert_non_null(strstr(text, "\"option\":\"gateway.rate\""));
	assert_null(strstr(text, "secrets"));

	plb_log_level_set(PLB_LOG_INFO);
	/* With a fault nothing changes. */
	write_file(folder, "parloeb.yaml", "nonsense: 1\nlog: {level: error}\n", 32);
	assert_int_equal(plb_conf_reload(c, &plb_section_gateway, &g, &f), PLB_E_KONFIG);
	assert_int_equal(plb_conf_common(c)->log_level, 2);
	assert_int_equal(f.n, 1);
	plb_conf_free(&c);
	plb_faults_fini(&f);
}

static void
reload_of_text_outlives_the_file_read(void **state)
{
	struct named {
		const char *name;
	} v = {NULL};
	static const struct plb_opt opts[] = {{.name = "rate",
	    .type = PLB_OPT_STR,
	    .offset = offsetof(struct named, name),
	    .def = "one",
	    .flags = PLB_OPT_RELOAD,
	    .help = "a name"}};
	static const struct plb_section s = {"gateway", opts, 1, 0};
	struct plb_faults f;
	struct plb_conf *c = load_text("gateway: {rate: 1}\n", &f);
	struct caught err;
	char text[1024];

	(void)state;
	assert_non_null(c);
	assert_int_equal(plb_conf_section(c, &s, &v, &f), PLB_OK);
	assert_string_equal(v.name, "1");
	write_file(folder, "parloeb.yaml", "gateway: {rate: 22}\n", 20);
	catch_fd(&err, STDERR_FILENO);
	assert_int_equal(plb_conf_reload(c, &s, &v, &f), PLB_OK);
	caught_text(&err, text, sizeof(text));
	assert_string_equal(v.name, "22");
	plb_conf_free(&c);
	plb_faults_fini(&f);
}

static void
a_mail_address_is_checked_where_it_stands(void **state)
{
	struct plb_conf_dispatch d = {0};
	struct plb_faults f;
	struct plb_conf *c = load_text("dispatch: {mail: {sender: parloeb@eksempel.dk}}\n", &f);

	(void)state;
	assert_non_null(c);
	assert_int_equal(plb_conf_section(c, &plb_section_dispatch, &d, &f), PLB_OK);
	assert_string_equal(d.mail.sender, "parloeb@eksempel.dk");
	assert_string_equal(d.mail.smtp, "");
	plb_conf_free(&c);
	expect_faults("dispatch: {mail: {sender: \"a@b.dk\\r\\nX: y\"}}\n",
	    "1:19: \"mail.sender\": expected a mail address of letters, digits and . - _ +\n");
	expect_faults("dispatch: {mail: {sender: abcdefghijklmnop@b.dk}}\n",
	    "1:19: \"mail.sender\": at most 15 bytes before the @\n");
	plb_faults_fini(&f);
}

static void
needed_options(void **state)
{
	struct named {
		const char *name;
	} v = {NULL};
	static const struct plb_opt opts[] = {{.name = "a.b",
	    .type = PLB_OPT_STR,
	    .offset = offsetof(struct named, name),
	    .flags = PLB_OPT_NEED,
	    .help = "a name"}};
	static const struct plb_section s = {"gateway", opts, 1, 0};
	char expected[160];
	struct plb_faults f;
	struct plb_conf *c = load_text("", &f);

	(void)state;
	assert_non_null(c);
	assert_int_equal(plb_conf_section(c, &s, &v, &f), PLB_E_KONFIG);
	snprintf(expected, sizeof(expected), "%s: \"gateway.a.b\" is missing\n", conf_file);
	assert_string_equal(f.text, expected);
	assert_string_equal(v.name, "");
	plb_conf_free(&c);
	plb_faults_fini(&f);
}

/* Every option of every table: has help, a default, a range around it, a place of its own. */
static void
tables_are_sound(void **state)
{
	const struct plb_section *s;
	size_t i, k, t;

	(void)state;
	for (t = 0;; t++) {
		s = t == 0 ? &plb_section_common : plb_sections[t - 1];
		if (s == NULL)
			break;
		for (i = 0; i < s->n; i++) {
			const struct plb_opt *o = &s->opts[i];

			assert_true(o->help != NULL && o->help[0] != '\0');
			assert_null(strchr(o->help, '\n'));
			assert_non_null(o->def);
			assert_true((o->type == PLB_OPT_WORD) == (o->words != NULL));
			for (k = 0; k < i; k++) {
				const struct plb_opt *p = &s->opts[k];

				assert_string_not_equal(o->name, p->name);
				assert_true(o->offset >= p->offset + plb_opt_size(p->type) ||
				    p->offset >= o->offset + plb_opt_size(o->type));
			}
		}
	}
	assert_true(t > 4);
}

static void
expect_all_written(const struct plb_conf *c, const struct plb_section *s)
{
	struct plb_faults f;
	size_t i;

	plb_faults_init(&f);
	for (i = 0; i < s->n; i++) {
		/* For the benchmark alone, so not in a file that operators copy. */
		if (s == &plb_section_gateway && strcmp(s->opts[i].name, "mock_log") == 0)
			continue;
		if (plb_opt_node(c, s, &s->opts[i], &f) == NULL)
			fail_msg("config/parloeb.yaml lacks %s %s", s->name, s->opts[i].name);
	}
	plb_faults_fini(&f);
}

/* The documented configuration holds exactly the defaults of the tables. */
static void
shipped_file_is_clean_and_holds_the_defaults(void **state)
{
	static const char path[] = PLB_SOURCE_DIR "/config/parloeb.yaml";
	_Alignas(max_align_t) char written[CONF_SECTION_MAX], plain[CONF_SECTION_MAX];
	struct plb_faults f;
	struct plb_conf *c, *empty;
	char text[64 * 1024];
	size_t i, k, len;
	FILE *in = fopen(path, "rb");

	(void)state;
	assert_non_null(in);
	len = fread(text, 1, sizeof(text) - 1, in);
	text[len] = '\0';
	fclose(in);
	c = load_text(text, &f);
	if (c == NULL)
		fail_msg("%s", f.text);
	expect_all_written(c, &plb_section_common);
	for (i = 0; plb_sections[i] != NULL; i++)
		expect_all_written(c, plb_sections[i]);
	empty = load_text("", &f);
	assert_non_null(empty);
	for (i = 0; plb_sections[i] != NULL; i++) {
		const struct plb_section *s = plb_sections[i];

		assert_int_equal(plb_conf_section(c, s, written, &f), PLB_OK);
		assert_int_equal(plb_conf_section(empty, s, plain, &f), PLB_OK);
		for (k = 0; k < s->n; k++) {
			const struct plb_opt *o = &s->opts[k];

			if (!plb_opt_same(o, written + o->offset, plain + o->offset))
				fail_msg(
				    "%s.%s: the file's value is not the default", s->name, o->name);
		}
	}
	for (k = 0; k < plb_section_common.n; k++) {
		const struct plb_opt *o = &plb_section_common.opts[k];

		if (!plb_opt_same(
			o, (char *)&c->common + o->offset, (char *)&empty->common + o->offset))
			fail_msg("%s: the file's value is not the default", o->name);
	}
	plb_conf_free(&c);
	plb_conf_free(&empty);
	plb_faults_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_of_an_empty_file),
	    cmocka_unit_test(written_values_are_taken),
	    cmocka_unit_test(faults_have_places),
	    cmocka_unit_test(secrets_are_checked),
	    cmocka_unit_test(a_program_holds_only_its_secrets),
	    cmocka_unit_test(warns_of_an_open_secret_file),
	    cmocka_unit_test(missing_file),
	    cmocka_unit_test(print_config_round_trip),
	    cmocka_unit_test(print_config_hides_secret_properties),
	    cmocka_unit_test(reload_takes_what_is_marked),
	    cmocka_unit_test(reload_of_text_outlives_the_file_read),
	    cmocka_unit_test(a_mail_address_is_checked_where_it_stands),
	    cmocka_unit_test(needed_options),
	    cmocka_unit_test(tables_are_sound),
	    cmocka_unit_test(shipped_file_is_clean_and_holds_the_defaults),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
