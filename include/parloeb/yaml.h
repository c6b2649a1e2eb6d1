// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_YAML_H
#define PARLOEB_YAML_H

#include <parloeb/arena.h>
#include <parloeb/stamp.h>

/* Faults of configuration, collected rather than stopped at: "file:line:column: what is wrong and
 * what was expected". Never holds the value itself where the key is secret. Embedded; owns its
 * memory. */
struct plb_faults {
	char *text; /* one fault a line, NUL-terminated, the first 256 different ones; NULL when
		       none */
	size_t n, len, size;
};
void plb_faults_init(struct plb_faults *f);
void plb_faults_fini(struct plb_faults *f);
void plb_faults_add(struct plb_faults *f, const char *file, int line, int column, const char *fmt,
    ...) PLB_PRINTF(5, 6);

/* YAML as a tree of mappings, lists and scalars with places. Read with libyaml events: ≤ 64 KiB,
 * depth ≤ 32, aliases, anchors, tags, duplicate keys and several documents are faults. Lives in the
 * arena given; immutable but for the marks `used` and `asked`: one thread at a time. Accessors name
 * the key in a fault, never the value. */
enum plb_yaml_kind { PLB_YAML_SCALAR, PLB_YAML_LIST, PLB_YAML_MAP };
struct plb_yaml {
	enum plb_yaml_kind kind;
	const char *file;
	int line, column;      /* from 1 */
	bool used;             /* set by every accessor that finds it; the rest is unknown keys */
	bool quoted;           /* scalar in quotes: never a number, bool or null */
	struct plb_slice key;  /* in a mapping */
	struct plb_slice text; /* scalar, NUL behind */
	struct plb_yaml *first, *next; /* children of a list or mapping; next sibling */
	struct plb_arena *arena;       /* the tree's; for asked */
	struct plb_yaml_asked
	    *asked; /* keys asked for and absent: what a misspelt key may have meant */
};

/* Parse text (file = name used in faults). NULL when there was a fault (added to f). An empty
 * document is an empty mapping. */
struct plb_yaml *plb_yaml_parse(
    struct plb_arena *a, const char *file, struct plb_slice text, struct plb_faults *f);
/* Read the file and parse it. */
struct plb_yaml *plb_yaml_load(struct plb_arena *a, const char *path, struct plb_faults *f);

/* Child of a mapping by key, marked used; NULL when absent (or m NULL). A fault when m is no
 * mapping. */
struct plb_yaml *plb_yaml_get(struct plb_yaml *m, const char *key, struct plb_faults *f);
/* The same, and absent is a fault. */
struct plb_yaml *plb_yaml_need(struct plb_yaml *m, const char *key, struct plb_faults *f);
/* Typed scalars: true when there and right; wrong = fault and false; absent node (NULL) = false
 * without fault. */
bool plb_yaml_str(struct plb_yaml *n, const char **out, struct plb_faults *f);
bool plb_yaml_int(struct plb_yaml *n, int64_t min, int64_t max, int64_t *out, struct plb_faults *f);
bool plb_yaml_bool(struct plb_yaml *n, bool *out, struct plb_faults *f); /* true false */
bool plb_yaml_dato(struct plb_yaml *n, struct plb_dato *out, struct plb_faults *f);
bool plb_yaml_hundredths(
    struct plb_yaml *n, int64_t *out, struct plb_faults *f); /* 410.00 → 41000 */
bool plb_yaml_ms(struct plb_yaml *n, int64_t min, int64_t max, int64_t *out,
    struct plb_faults *f); /* 250ms 5s 2m 3h 4d */
bool plb_yaml_bytes(struct plb_yaml *n, int64_t min, int64_t max, int64_t *out,
    struct plb_faults *f); /* 512 16KiB 8MiB */
/* One of the words of a NULL-terminated list: its index. */
bool plb_yaml_word(struct plb_yaml *n, const char *const *words, int *out, struct plb_faults *f);
/* Marks a whole subtree used (pass-through such as kafka.properties). */
void plb_yaml_use_all(struct plb_yaml *n);
/* Every node below not marked used is a fault "unknown key", with the nearest known sibling key
 * suggested when close. */
void plb_yaml_unused(struct plb_yaml *root, struct plb_faults *f);

#endif
