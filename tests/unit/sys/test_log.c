// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include <errno.h>
#include <pthread.h>

#include <parloeb/log.h>
#include <parloeb/loop.h>

static char text[1 << 20];

static size_t
count(const char *s, const char *what)
{
	size_t n = 0;

	for (s = strstr(s, what); s != NULL; s = strstr(s + 1, what))
		n++;
	return n;
}

/* Writes one line and returns it. */
#define LINE(...)                                                                                  \
	do {                                                                                       \
		struct caught c_;                                                                  \
		plb_log_init("test", PLB_LOG_DEBUG);                                               \
		catch_fd(&c_, STDERR_FILENO);                                                      \
		plb_log(__VA_ARGS__);                                                              \
		caught_text(&c_, text, sizeof(text));                                              \
	} while (0)

static void
one_json_line(void **state)
{
	struct plb_person p = {{0xab, 0xcd}};
	struct plb_uuid u = {{0}};

	(void)state;
	LINE(PLB_LOG_WARN, "some \"thing\"\n", plb_f_int("n", -3), plb_f_str("s", "a\tb"),
	    plb_f_person("person", p), plb_f_uuid("u", u), plb_f_time("t", (struct plb_time){0}),
	    plb_f_slice("sl", plb_slice("xyz", 2)));
	assert_int_equal(strncmp(text, "{\"tid\":\"20", 10), 0);
	assert_non_null(strstr(text,
	    "Z\",\"niveau\":\"warn\",\"tjeneste\":\"test\","
	    "\"besked\":\"some \\\"thing\\\"\\n\",\"n\":-3,\"s\":\"a\\tb\","
	    "\"person\":\"abcd0000000000000000000000000000\","
	    "\"u\":\"00000000-0000-0000-0000-000000000000\","
	    "\"t\":\"1970-01-01T00:00:00.000Z\",\"sl\":\"xy\"}\n"));
	assert_int_equal(count(text, "\n"), 1);
}

static void
no_fields(void **state)
{
	(void)state;
	LINE(PLB_LOG_ERROR, "plain");
	assert_non_null(strstr(text, "\"besked\":\"plain\"}\n"));
}

static void
level_filters(void **state)
{
	struct caught c;

	(void)state;
	plb_log_init("test", PLB_LOG_INFO);
	catch_fd(&c, STDERR_FILENO);
	plb_log(PLB_LOG_DEBUG, "hidden one");
	plb_log(PLB_LOG_INFO, "shown one");
	plb_log_level_set(PLB_LOG_ERROR);
	plb_log(PLB_LOG_WARN, "hidden two");
	plb_log(PLB_LOG_ERROR, "shown two");
	caught_text(&c, text, sizeof(text));
	assert_int_equal(count(text, "shown"), 2);
	assert_int_equal(count(text, "hidden"), 0);
}

/* The number in every place where text or a number can stand. */
static void
cpr_never_in_a_line(void **state)
{
	static const char *const places[] = {"0101901234", "010190-1234", "a0101901234b",
	    "\x01"
	    "0101901234",
	    "\n010190-1234",
	    "\xc3\xa6"
	    "0101901234",
	    "cpr=0101901234, cpr=3112991111"};
	char big[3000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		LINE(PLB_LOG_INFO, places[i]);
		assert_null(strstr(text, "1234"));
		LINE(PLB_LOG_INFO, "m", plb_f_str("f", places[i]));
		assert_null(strstr(text, "1234"));
		assert_null(strstr(text, "1111"));
		assert_non_null(strstr(text, "xx"));
	}
	LINE(PLB_LOG_INFO, "m", plb_f_int("f", 3112991234));
	assert_non_null(strstr(text, "\"f\":\"xxxxxxxxxx\"}"));
	LINE(PLB_LOG_INFO, "m", plb_f_int("f", 9912991234));
	assert_non_null(strstr(text, "\"f\":9912991234}"));
	/* The cut of a long text at every place in and around the number. */
	for (i = 1000; i < 1030; i++) {
		memset(big, '.', sizeof(big));
		memcpy(big + i, "3112991234", 10);
		LINE(PLB_LOG_INFO, "m", plb_f_slice("f", plb_slice(big, sizeof(big))));
		assert_null(strstr(text, "3112"));
		memcpy(big + i, "311299-1234", 11);
		LINE(PLB_LOG_INFO, "m", plb_f_slice("f", plb_slice(big, sizeof(big))));
		assert_null(strstr(text, "3112"));
	}
}

static void
long_lines_are_cut_at_a_field(void **state)
{
	static char big[1000];
	struct plb_slice s = plb_slice(big, sizeof(big));
	size_t len;

	(void)state;
	memset(big, '\x02', sizeof(big)); /* six bytes each when escaped */
	LINE(PLB_LOG_INFO, "m", plb_f_int("a", 1), plb_f_slice("b", s), plb_f_int("c", 3));
	assert_non_null(strstr(text, "\"a\":1,\"afkortet\":true}\n"));
	memset(big, 'x', sizeof(big));
	LINE(PLB_LOG_INFO, "m", plb_f_slice("a", s), plb_f_slice("b", s), plb_f_slice("c", s),
	    plb_f_slice("d", s), plb_f_int("e", 1));
	len = strlen(text);
	assert_in_range(len, 3000, 4096);
	assert_non_null(strstr(text, ",\"afkortet\":true}\n"));
	memset(big, '\xff', sizeof(big));
	LINE(PLB_LOG_INFO, "m", plb_f_slice("a", s));
	assert_non_null(strstr(text, "}\n"));
	memset(big, '\x03', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	LINE(PLB_LOG_INFO, big);
	assert_int_equal(count(text, "\n"), 1);
}

static void
same_message_is_limited(void **state)
{
	struct caught c;
	int64_t second;
	int i;

	(void)state;
	/* Repeated when the second turned over in between. */
	do {
		plb_log_init("test", PLB_LOG_INFO);
		catch_fd(&c, STDERR_FILENO);
		second = plb_mono_now().ms / 1000;
		for (i = 0; i < 100; i++)
			plb_log(PLB_LOG_WARN, "again", plb_f_int("i", i));
		plb_log(PLB_LOG_WARN, "other");
		caught_text(&c, text, sizeof(text));
	} while (plb_mono_now().ms / 1000 != second);
	assert_int_equal(count(text, "\"again\""), 10);
	assert_int_equal(count(text, "\"other\""), 1);
	assert_int_equal(count(text, "gentaget"), 0);
	/* The first line of the next second says how many were held back. */
	catch_fd(&c, STDERR_FILENO);
	while (plb_mono_now().ms / 1000 == second)
		;
	plb_log(PLB_LOG_WARN, "again");
	caught_text(&c, text, sizeof(text));
	assert_non_null(strstr(text, "\"besked\":\"again\",\"gentaget\":90}"));
}

static void *
shout(void *arg)
{
	char name[32];
	int i;

	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "message %d", i);
		plb_log(PLB_LOG_INFO, name, plb_f_str("who", arg));
	}
	return NULL;
}

static void
lines_of_threads_stay_whole(void **state)
{
	static char who[4][2] = {"a", "b", "c", "d"};
	pthread_t t[4];
	struct caught c;
	char *line, *save;
	size_t n = 0;
	int i;

	(void)state;
	plb_log_init("test", PLB_LOG_INFO);
	catch_fd(&c, STDERR_FILENO);
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, shout, who[i]), 0);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	caught_text(&c, text, sizeof(text));
	for (line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		size_t len = strlen(line);

		assert_true(line[0] == '{' && line[len - 1] == '}');
		assert_int_equal(count(line, "besked"), 1);
		n++;
	}
	assert_int_equal(n, 800);
}

static void
errno_is_kept(void **state)
{
	int saved = dup(STDERR_FILENO), after;

	(void)state;
	/* A write that fails inside. */
	plb_log_init("test", PLB_LOG_INFO);
	close(STDERR_FILENO);
	errno = 42;
	plb_log(PLB_LOG_INFO, "m");
	after = errno;
	dup2(saved, STDERR_FILENO);
	close(saved);
	assert_int_equal(after, 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_json_line),
	    cmocka_unit_test(no_fields),
	    cmocka_unit_test(level_filters),
	    cmocka_unit_test(cpr_never_in_a_line),
	    cmocka_unit_test(long_lines_are_cut_at_a_field),
	    cmocka_unit_test(same_message_is_limited),
	    cmocka_unit_test(lines_of_threads_stay_whole),
	    cmocka_unit_test(errno_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
