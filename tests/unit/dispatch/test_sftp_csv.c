// SPDX-License-Identifier: MPL-2.0
#include "sftp_csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static char *
celle(const char *s, size_t n)
{
	static char out[256];
	struct plb_buf b;

	plb_buf_init(&b, sizeof(out) - 1);
	sftp_csv_celle(&b, plb_slice(s, n));
	assert_false(b.failed);
	snprintf(out, sizeof(out), "%.*s", (int)b.len, b.len > 0 ? (const char *)b.p : "");
	plb_buf_fini(&b);
	return out;
}

/* RFC 4180: quotes where they are needed; and nothing that a spreadsheet would run. */
static void
celler(void **state)
{
	static const char *const tabel[][2] = {{"", ""}, {"plain", "plain"}, {"a b", "a b"},
	    {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""}, {"a\r\nb", "\"a\r\nb\""}, {"a;b", "a;b"},
	    {"=1+1", "\"'=1+1\""}, {"+45 12", "\"'+45 12\""}, {"-1", "\"'-1\""},
	    {"@sum", "\"'@sum\""}, {"\tx", "\"'\tx\""}, {"\rx", "\"'\rx\""},
	    {"=\"x\",1", "\"'=\"\"x\"\",1\""}, {"a=b", "a=b"}, {"\xc3\xa6", "\xc3\xa6"}};

	(void)state;
	for (size_t i = 0; i < sizeof(tabel) / sizeof(tabel[0]); i++)
		assert_string_equal(celle(tabel[i][0], strlen(tabel[i][0])), tabel[i][1]);
}

static size_t
kolonner(const char *linje)
{
	size_t n = 1;
	bool citat = false;

	for (; *linje != '\0'; linje++) {
		citat = *linje == '"' ? !citat : citat;
		n += !citat && *linje == ',';
	}
	return n;
}

static void
raekker(void **state)
{
	static const char event[] =
	    "{\"type\":\"t\",\"time\":\"2026\",\"sequence\":\"3\",\"data\":{"
	    "\"cpr\":\"0101010000\",\"start\":\"s\",\"titel\":\"a,b\","
	    "\"deltagere\":[{\"cpr\":\"x\"}]}}";
	struct plb_errctx ec = {0};
	struct plb_arena a;
	struct plb_buf b;
	char hoved[512];

	(void)state;
	plb_arena_init(&a, 1 << 20);
	plb_buf_init(&b, 1 << 16);
	sftp_csv_hoved(&b);
	snprintf(hoved, sizeof(hoved), "%.*s", (int)b.len, (const char *)b.p);
	assert_ptr_equal(strstr(hoved, "leveringid,type,tid,frist,cpr,"), hoved);
	plb_buf_reset(&b);
	assert_int_equal(sftp_csv_raekke(&b, &a, "id", "f", plb_slice_str(event), &ec), PLB_OK);
	plb_buf_u8(&b, 0);
	assert_ptr_equal(
	    strstr((char *)b.p, "id,t,2026,f,0101010000,,3,,,,s,,\"a,b\",,,\"{\"\"type\"\""), b.p);
	assert_int_equal(kolonner((char *)b.p), kolonner(hoved));
	plb_buf_reset(&b);
	assert_int_equal(sftp_csv_raekke(&b, &a, "id", "", plb_slice_str("{}"), &ec), PLB_OK);
	plb_buf_u8(&b, 0);
	assert_int_equal(kolonner((char *)b.p), kolonner(hoved));
	assert_int_equal(sftp_csv_raekke(&b, &a, "id", "", plb_slice_str("[1]"), &ec), PLB_E_FORM);
	plb_buf_fini(&b);
	plb_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(celler), cmocka_unit_test(raekker)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
