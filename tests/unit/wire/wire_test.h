// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_TEST_H
#define WIRE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include <parloeb/crypto.h>
#include <parloeb/json.h>
#include <parloeb/loop.h>

/* What every test of this folder needs: the shipped schemas and code lists, an arena, keys. */
struct fix {
	struct plb_schemas *schemas;
	struct plb_crypto *crypto;
	struct plb_arena arena;
	struct plb_buf out;
};

int fix_setup(void **state); /* once for the group */
int fix_teardown(void **state);
int fix_reset(void **state); /* before each test */

#define FIX_NOW ((struct plb_time){INT64_C(1712740000000)}) /* 2024-04-10T09:06:40Z */

struct plb_json_ctx fix_ctx(struct fix *f);
/* The golden event of a type; caller drops it. */
json_t *golden(const char *navn);
bool has_golden(const char *navn);
/* What the edge says about an event. */
struct verdict {
	enum plb_err err;
	bool not_event;
	struct plb_incoming in;
	struct plb_fejl_list faults;
};
void judge(struct fix *f, struct plb_slice json, struct verdict *out);
void judge_tree(struct fix *f, const json_t *event, struct verdict *out);
bool verdict_has(const struct verdict *v, const char *felt, const char *kode);
/* The same of a text: an envelope up to its data, data with these hours. */
#define ENVELOPE                                                                                   \
	"{\"specversion\":\"1.0\",\"id\":\"a-1\",\"source\":\"/akasse/hk/"                         \
	"fag\",\"type\":\"dk.parloeb.timer-indberettet\",\"time\":\"2024-04-01T08:00:00Z\","       \
	"\"data\":"
#define DATA(hours)                                                                                \
	"{\"cpr\":\"0101701234\",\"dagpengemaaned\":\"2024-03\",\"udbetalteTimer\":" hours "}"
void judge_text(struct fix *f, const char *text, struct verdict *v);
/* `what` so many times between the two; free it. */
char *repeat(const char *before, const char *what, size_t n, const char *after);
/* Prints the faults: for a failing assertion. */
void verdict_print(const char *title, const struct verdict *v);
/* Put text (JSON; NULL = delete) at a pointer such as /data/aftaler/0/tekst. */
void edit(json_t *event, const char *pointer, const char *text);
struct plb_slice dump(struct fix *f, const json_t *j); /* compact, in the arena */

#endif
