// SPDX-License-Identifier: MPL-2.0
//
// Any bytes as a configuration: read, then every node through every accessor.

#include <stdint.h>

#include <parloeb/yaml.h>

#define DEPTH_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const words[] = {"system", "topic", NULL};

static void
read_scalar(struct plb_yaml *n, struct plb_faults *f)
{
	struct plb_dato dato;
	const char *s;
	int64_t v;
	bool b;
	int w;

	if (plb_yaml_str(n, &s, f))
		PLB_ASSERT(strlen(s) == n->text.len);
	if (plb_yaml_int(n, -100, 100, &v, f))
		PLB_ASSERT(v >= -100 && v <= 100);
	if (plb_yaml_ms(n, 5, 1000, &v, f))
		PLB_ASSERT(v >= 5 && v <= 1000);
	if (plb_yaml_bytes(n, 1, 4096, &v, f))
		PLB_ASSERT(v >= 1 && v <= 4096);
	if (plb_yaml_word(n, words, &w, f))
		PLB_ASSERT(w == 0 || w == 1);
	(void)plb_yaml_bool(n, &b, f);
	(void)plb_yaml_dato(n, &dato, f);
	(void)plb_yaml_hundredths(n, &v, f);
}

static void
walk(struct plb_yaml *n, int depth, struct plb_faults *f)
{
	struct plb_yaml *c;

	PLB_ASSERT(depth <= DEPTH_MAX + 1);
	PLB_ASSERT(n->kind != PLB_YAML_SCALAR || n->first == NULL);
	(void)plb_yaml_get(n, "listen", f);
	for (c = n->first; c != NULL; c = c->next) {
		/* Every third stays unread, so that unknown keys occur. */
		if (c->line % 3 != 0) {
			read_scalar(c, f);
			walk(c, depth + 1, f);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct plb_faults f;
	struct plb_arena a;
	struct plb_yaml *root;

	plb_faults_init(&f);
	plb_arena_init(&a, 8u << 20);
	root = plb_yaml_parse(&a, "fuzz.yaml", plb_slice(data, len), &f);
	PLB_ASSERT((root == NULL) == (f.n > 0));
	if (root != NULL) {
		read_scalar(root, &f);
		walk(root, 1, &f);
		plb_yaml_unused(root, &f);
	}
	plb_faults_fini(&f);
	plb_arena_fini(&a);
	return 0;
}
