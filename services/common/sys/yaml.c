// SPDX-License-Identifier: MPL-2.0
//
// libyaml's events into a tree. libyaml keeps no limits of its own on depth, so the tree's depth is
// checked at every event, before it looks further.

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <yaml.h>

#include <parloeb/loop.h>

#include "yaml_priv.h"

#define YAML_MAX_BYTES (64u * 1024)
#define YAML_MAX_DEPTH 32
#define YAML_MAX_KEYS 2048
/* Flow collections open at the same time: libyaml's scanner looks at each of them for every token.
 */
#define YAML_MAX_FLOW 256

struct frame {
	struct plb_yaml *node;
	struct plb_yaml *last; /* child */
	size_t n;
	struct plb_slice key; /* mapping: waiting for its value when key.p != NULL */
	int key_line, key_column;
};

struct reader {
	struct plb_arena *arena;
	const char *file;
	struct plb_slice text;
	struct plb_faults *faults;
	struct frame stack[YAML_MAX_DEPTH];
	size_t depth;
	struct plb_yaml *root;
	unsigned documents;
	bool failed, done;
};

static void PLB_PRINTF(3, 4) fault_at(struct reader *r, const yaml_mark_t *m, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(what, sizeof(what), fmt, ap) < 0)
		what[0] = '\0';
	va_end(ap);
	plb_faults_add(r->faults, r->file, (int)m->line + 1, (int)m->column + 1, "%s", what);
	r->failed = true;
}

/* A fault after which reading on tells nothing more. */
static void
fault_last(struct reader *r, const yaml_mark_t *m, const char *what)
{
	fault_at(r, m, "%s", what);
	r->done = true;
}

static struct plb_yaml *
node_new(struct reader *r, enum plb_yaml_kind kind, const yaml_mark_t *m)
{
	struct plb_yaml *n = plb_arena_calloc(r->arena, 1, sizeof(*n));

	if (n == NULL) {
		fault_last(r, m, "too much for the memory set aside for it");
		return NULL;
	}
	n->kind = kind;
	n->file = r->file;
	n->line = (int)m->line + 1;
	n->column = (int)m->column + 1;
	n->arena = r->arena;
	return n;
}

/* Puts a finished or opened node where it belongs: the root, an item, or the value of the key read
 * before. */
static void
node_place(struct reader *r, struct plb_yaml *n)
{
	struct frame *top;

	if (r->depth == 0) {
		r->root = n;
		return;
	}
	top = &r->stack[r->depth - 1];
	if (top->node->kind == PLB_YAML_MAP) {
		n->key = top->key;
		/* A fault about the value's absence or use points at the key. */
		n->line = top->key_line;
		n->column = top->key_column;
		top->key = (struct plb_slice){0};
	}
	if (top->last == NULL)
		top->node->first = n;
	else
		top->last->next = n;
	top->last = n;
	top->n++;
}

static bool
expects_key(const struct reader *r)
{
	const struct frame *top = r->depth == 0 ? NULL : &r->stack[r->depth - 1];

	return top != NULL && top->node->kind == PLB_YAML_MAP && top->key.p == NULL;
}

static void
on_key(struct reader *r, const yaml_event_t *e, struct plb_slice text)
{
	struct frame *top = &r->stack[r->depth - 1];
	const struct plb_yaml *c;
	char key[PLB_KEY_TEXT];

	for (c = top->node->first; c != NULL; c = c->next) {
		if (plb_slice_eq(c->key, text)) {
			fault_at(r, &e->start_mark, "\"%s\": the key stands on line %d already",
			    plb_key_text(text, key), c->line);
			break;
		}
	}
	if (top->n >= YAML_MAX_KEYS) {
		fault_last(r, &e->start_mark, "more than 2048 keys in one mapping");
		return;
	}
	top->key = text;
	top->key_line = (int)e->start_mark.line + 1;
	top->key_column = (int)e->start_mark.column + 1;
}

static void
on_scalar(struct reader *r, const yaml_event_t *e)
{
	struct plb_slice text = {e->data.scalar.value, e->data.scalar.length};
	struct plb_yaml *n;

	if (e->data.scalar.anchor != NULL)
		fault_at(r, &e->start_mark, "anchors are not taken; write the value out");
	if (e->data.scalar.tag != NULL)
		fault_at(r, &e->start_mark, "tags are not taken");
	if (memchr(text.p, '\0', text.len) != NULL)
		fault_at(r, &e->start_mark, "a NUL character in the text");
	text = plb_arena_dup(r->arena, text);
	if (text.p == NULL) {
		fault_last(r, &e->start_mark, "too much for the memory set aside for it");
		return;
	}
	if (expects_key(r)) {
		on_key(r, e, text);
		return;
	}
	n = node_new(r, PLB_YAML_SCALAR, &e->start_mark);
	if (n == NULL)
		return;
	n->text = text;
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node_place(r, n);
}

static void
on_open(struct reader *r, const yaml_event_t *e, enum plb_yaml_kind kind)
{
	bool map = kind == PLB_YAML_MAP;
	struct plb_yaml *n;

	if ((map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor) != NULL)
		fault_at(r, &e->start_mark, "anchors are not taken; write the value out");
	if ((map ? e->data.mapping_start.tag : e->data.sequence_start.tag) != NULL)
		fault_at(r, &e->start_mark, "tags are not taken");
	if (expects_key(r)) {
		fault_last(r, &e->start_mark, "a key must be a word, not a list or mapping");
		return;
	}
	if (r->depth == YAML_MAX_DEPTH) {
		fault_last(r, &e->start_mark, "nested deeper than 32 levels");
		return;
	}
	n = node_new(r, kind, &e->start_mark);
	if (n == NULL)
		return;
	node_place(r, n);
	r->stack[r->depth++] = (struct frame){.node = n};
}

static void
on_alias(struct reader *r, const yaml_event_t *e)
{
	struct plb_yaml *n;

	fault_at(r, &e->start_mark, "aliases are not taken; write the value out");
	/* As a key it cannot be gone on from; as a value the reading goes on with nothing. */
	if (expects_key(r)) {
		r->done = true;
		return;
	}
	n = node_new(r, PLB_YAML_SCALAR, &e->start_mark);
	if (n != NULL) {
		n->text = plb_slice("", 0);
		node_place(r, n);
	}
}

static void
on_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++r->documents > 1)
			fault_last(r, &e->start_mark, "more than one document");
		break;
	case YAML_SCALAR_EVENT:
		on_scalar(r, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		on_open(r, e, PLB_YAML_LIST);
		break;
	case YAML_MAPPING_START_EVENT:
		on_open(r, e, PLB_YAML_MAP);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		break;
	case YAML_ALIAS_EVENT:
		on_alias(r, e);
		break;
	case YAML_STREAM_END_EVENT:
		r->done = true;
		break;
	default:
		break;
	}
}

/* The byte at a place counted in characters, '\0' when there is none. */
static uint8_t
byte_at(struct plb_slice text, size_t line, size_t column)
{
	size_t i = 0;

	for (; line > 0 && i < text.len; i++) {
		if (text.p[i] == '\n')
			line--;
	}
	for (; column > 0 && i < text.len; column--) {
		i++;
		while (i < text.len && (text.p[i] & 0xc0) == 0x80)
			i++;
	}
	return i < text.len ? text.p[i] : 0;
}

/* libyaml names bytes it cannot read by their offset alone. */
static yaml_mark_t
mark_of_offset(struct plb_slice text, size_t offset)
{
	yaml_mark_t m = {0};
	size_t i;

	for (i = 0; i < offset && i < text.len; i++) {
		if (text.p[i] == '\n') {
			m.line++;
			m.column = 0;
		} else if ((text.p[i] & 0xc0) != 0x80) {
			m.column++;
		}
	}
	return m;
}

static void
parser_fault(struct reader *r, const yaml_parser_t *p)
{
	const char *problem = p->problem == NULL ? "not YAML" : p->problem;
	yaml_mark_t m;

	switch (p->error) {
	case YAML_READER_ERROR:
		m = mark_of_offset(r->text, p->problem_offset);
		fault_last(r, &m, "not UTF-8 text, or a control character");
		break;
	case YAML_MEMORY_ERROR:
		m = (yaml_mark_t){0};
		fault_last(r, &m, "out of memory");
		break;
	default:
		m = p->problem_mark;
		if (byte_at(r->text, m.line, m.column) == '\t')
			fault_last(r, &m, "a tab character; indent with spaces");
		else
			fault_last(r, &m, problem);
		break;
	}
}

/* Cheap look at the bytes before libyaml sees them. Brackets in quotes and comments count too: no
 * configuration comes near the limit. */
static bool
text_acceptable(struct reader *r)
{
	yaml_mark_t m = {0};
	size_t open = 0, i;

	if (r->text.len > YAML_MAX_BYTES) {
		fault_last(r, &m, "larger than 64 KiB");
		return false;
	}
	for (i = 0; i < r->text.len; i++) {
		uint8_t c = r->text.p[i];

		if (c == '[' || c == '{')
			open++;
		else if ((c == ']' || c == '}') && open > 0)
			open--;
		if (open > YAML_MAX_FLOW) {
			m = mark_of_offset(r->text, i);
			fault_last(r, &m, "brackets nested too deep");
			return false;
		}
	}
	return true;
}

static void
read_events(struct reader *r)
{
	yaml_parser_t parser;
	yaml_event_t event;

	if (!yaml_parser_initialize(&parser)) {
		fault_last(r, &(yaml_mark_t){0}, "out of memory");
		return;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &parser, r->text.len == 0 ? (const unsigned char *)"" : r->text.p, r->text.len);
	while (!r->done) {
		if (!yaml_parser_parse(&parser, &event)) {
			parser_fault(r, &parser);
			break;
		}
		on_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

struct plb_yaml *
plb_yaml_parse(struct plb_arena *a, const char *file, struct plb_slice text, struct plb_faults *f)
{
	struct reader r = {.arena = a, .text = text, .faults = f};
	struct plb_slice name = plb_arena_dup(a, plb_slice_str(file));

	if (name.p == NULL) {
		plb_faults_add(f, file, 0, 0, "out of memory");
		return NULL;
	}
	r.file = (const char *)name.p;
	if (text_acceptable(&r))
		read_events(&r);
	if (r.failed)
		return NULL;
	if (r.root == NULL || (plb_yaml_is_null(r.root) && r.root->text.len == 0))
		r.root = node_new(&r, PLB_YAML_MAP, &(yaml_mark_t){0});
	return r.root;
}

struct plb_yaml *
plb_yaml_load(struct plb_arena *a, const char *path, struct plb_faults *f)
{
	struct plb_errctx ec = {0};
	struct plb_yaml *root;
	char *text;
	size_t len;

	switch (plb_file_read(path, YAML_MAX_BYTES, &text, &len, &ec)) {
	case PLB_OK:
		break;
	case PLB_E_FOR_STOR:
		plb_faults_add(f, path, 1, 1, "larger than 64 KiB");
		return NULL;
	default:
		plb_faults_add(f, ec.text, 0, 0, "cannot be read");
		return NULL;
	}
	root = plb_yaml_parse(a, path, plb_slice(text, len), f);
	free(text);
	return root;
}
