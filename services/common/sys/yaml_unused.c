// SPDX-License-Identifier: MPL-2.0
//
// Keys that nothing asked for. The tree is at most 32 deep, so recursion is bounded.

#include "yaml_priv.h"

#define WORD_MAX 40

void
plb_yaml_use_all(struct plb_yaml *n)
{
	struct plb_yaml *c;

	if (n == NULL)
		return;
	n->used = true;
	for (c = n->first; c != NULL; c = c->next)
		plb_yaml_use_all(c);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
plb_word_distance(struct plb_slice a, struct plb_slice b)
{
	size_t row[3][WORD_MAX + 1];
	size_t *before = row[0], *last = row[1], *cur = row[2];
	size_t i, j;

	if (a.len > WORD_MAX || b.len > WORD_MAX)
		return SIZE_MAX;
	for (j = 0; j <= b.len; j++)
		last[j] = j;
	for (i = 1; i <= a.len; i++) {
		size_t *t;

		cur[0] = i;
		for (j = 1; j <= b.len; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];

			cur[j] =
			    least(least(last[j], cur[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				cur[j] = least(cur[j], before[j - 2] + 1);
		}
		t = before;
		before = last;
		last = cur;
		cur = t;
	}
	return last[b.len];
}

bool
plb_word_close(struct plb_slice word, size_t distance)
{
	return distance <= (word.len < 4 ? 1 : word.len < 9 ? 2 : 3) && distance < word.len;
}

static void
nearest(struct plb_slice word, struct plb_slice known, struct plb_slice *best, size_t *distance)
{
	size_t d = plb_word_distance(word, known);

	if (d < *distance) {
		*distance = d;
		*best = known;
	}
}

static void
unknown_key(const struct plb_yaml *parent, const struct plb_yaml *n, struct plb_faults *f)
{
	const struct plb_yaml_asked *a;
	const struct plb_yaml *c;
	struct plb_slice best = {0};
	size_t distance = SIZE_MAX;
	char key[PLB_KEY_TEXT], known[PLB_KEY_TEXT];

	/* What was asked for and not found is what the misspelt key most likely meant. */
	for (a = parent->asked; a != NULL; a = a->next)
		nearest(n->key, a->key, &best, &distance);
	for (c = parent->first; c != NULL; c = c->next) {
		if (c->used)
			nearest(n->key, c->key, &best, &distance);
	}
	if (plb_word_close(n->key, distance))
		plb_faults_add(f, n->file, n->line, n->column,
		    "unknown key \"%s\"; did you mean \"%s\"?", plb_key_text(n->key, key),
		    plb_key_text(best, known));
	else
		plb_faults_add(f, n->file, n->line, n->column, "unknown key \"%s\"",
		    plb_key_text(n->key, key));
}

void
plb_yaml_unused(struct plb_yaml *root, struct plb_faults *f)
{
	struct plb_yaml *c;

	if (root == NULL)
		return;
	for (c = root->first; c != NULL; c = c->next) {
		if (c->used)
			plb_yaml_unused(c, f);
		else if (root->kind == PLB_YAML_MAP)
			unknown_key(root, c, f);
		else
			plb_faults_add(
			    f, c->file, c->line, c->column, "an item that nothing reads");
	}
}
