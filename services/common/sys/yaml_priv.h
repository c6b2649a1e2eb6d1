// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_YAML_PRIV_H
#define PLB_YAML_PRIV_H

#include <parloeb/yaml.h>

/* A key that an accessor asked for and did not find; in the tree's arena. */
struct plb_yaml_asked {
	struct plb_slice key;
	struct plb_yaml_asked *next;
};

/* As plb_yaml_get, with a key that has no NUL behind. */
struct plb_yaml *plb_yaml_child(struct plb_yaml *m, struct plb_slice key, struct plb_faults *f);

/* Plain and empty, ~ or null: nothing was written. */
bool plb_yaml_is_null(const struct plb_yaml *n);

/* A key as text for a fault, cut to a readable length. */
#define PLB_KEY_TEXT 72
const char *plb_key_text(struct plb_slice key, char out[PLB_KEY_TEXT]);

/* Steps (insert, delete, replace, swap neighbours) from one short word to the other; words over
 * 40 bytes are as far apart as can be. */
size_t plb_word_distance(struct plb_slice a, struct plb_slice b);
/* Near enough to be a misspelling. */
bool plb_word_close(struct plb_slice word, size_t distance);

/* Durations and sizes as text in the largest unit that divides them: "5s", "16KiB". */
#define PLB_QUANTITY_TEXT 32
const char *plb_ms_text(int64_t ms, char out[PLB_QUANTITY_TEXT]);
const char *plb_bytes_text(int64_t bytes, char out[PLB_QUANTITY_TEXT]);

#endif
