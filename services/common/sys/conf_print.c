// SPDX-License-Identifier: MPL-2.0
//
// The option tables as text: the effective configuration as YAML, and --help.

#include <stdio.h>

#include "conf_priv.h"
#include "yaml_priv.h"

#define PRINT_MAX (256u * 1024)

static void
indent(struct plb_buf *b, size_t depth)
{
	while (depth-- > 0)
		plb_buf_str(b, "  ");
}

/* JSON text is YAML text. */
static void
put_text(struct plb_buf *b, const char *s)
{
	plb_buf_json(b, plb_slice_str(s));
}

static void
put_secret_path(
    struct plb_conf *c, const struct plb_section *s, const struct plb_opt *o, struct plb_buf *b)
{
	struct plb_faults none;
	struct plb_yaml *n;
	const char *path;

	plb_faults_init(&none);
	n = plb_opt_node(c, s, o, &none);
	if (!plb_yaml_str(n, &path, &none))
		path = "";
	if (n == NULL && o->def != NULL && strcmp(o->def, "\"\"") != 0)
		path = o->def;
	path = plb_conf_absolute(c, path);
	put_text(b, path == NULL ? "" : path);
	plb_faults_fini(&none);
}

static void
put_value(struct plb_conf *c, const struct plb_section *s, const struct plb_opt *o,
    const void *field, struct plb_buf *b)
{
	const struct plb_ms_list *list = field;
	char text[PLB_QUANTITY_TEXT];
	size_t i;

	switch (o->type) {
	case PLB_OPT_STR:
	case PLB_OPT_PATH:
	case PLB_OPT_EPOST:
		put_text(b, *(const char *const *)field);
		break;
	case PLB_OPT_INT:
		plb_buf_dec(b, *(const int64_t *)field);
		break;
	case PLB_OPT_BOOL:
		plb_buf_str(b, *(const bool *)field ? "true" : "false");
		break;
	case PLB_OPT_MS:
		plb_buf_str(b, plb_ms_text(*(const int64_t *)field, text));
		break;
	case PLB_OPT_BYTES:
		plb_buf_str(b, plb_bytes_text(*(const int64_t *)field, text));
		break;
	case PLB_OPT_WORD:
		plb_buf_str(b, o->words[*(const int *)field]);
		break;
	case PLB_OPT_SECRET:
		put_secret_path(c, s, o, b);
		break;
	case PLB_OPT_MS_LIST:
		plb_buf_str(b, "[");
		for (i = 0; i < list->n; i++) {
			plb_buf_str(b, i == 0 ? "" : ", ");
			plb_buf_str(b, plb_ms_text(list->ms[i], text));
		}
		plb_buf_str(b, "]");
		break;
	}
}

/* Opens the mappings of "a.b.name" that "a.c.other" before it has not opened; returns the depth of
 * the name. Options of one mapping stand together in the tables. */
static size_t
put_parents(
    struct plb_buf *b, const char *before, const char *name, size_t depth, const char **leaf)
{
	bool same = before != NULL;
	const char *dot;

	while ((dot = strchr(name, '.')) != NULL) {
		size_t len = (size_t)(dot - name) + 1;

		same = same && strncmp(before, name, len) == 0;
		if (!same) {
			indent(b, depth);
			plb_buf_put(b, name, len - 1);
			plb_buf_str(b, ":\n");
		} else {
			before += len;
		}
		name += len;
		depth++;
	}
	*leaf = name;
	return depth;
}

/* librdkafka's properties that hold something secret. */
static bool
prop_secret(const char *name)
{
	static const char *const part[] = {"password", "secret", "pem", "sasl.oauthbearer.config"};
	size_t i;

	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		if (strstr(name, part[i]) != NULL)
			return true;
	}
	return false;
}

/* The one free mapping of the file; it follows kafka.bootstrap. */
static void
put_props(const struct plb_conf *c, struct plb_buf *b)
{
	size_t i, shown = 0;

	plb_buf_str(b, "  # librdkafka properties, passed through\n");
	for (i = 0; i < c->n_props; i++) {
		if (prop_secret(c->props[i].name)) {
			plb_buf_str(b, "  # not shown: ");
			put_text(b, c->props[i].name);
			plb_buf_str(b, "\n");
			continue;
		}
		plb_buf_str(b, shown++ == 0 ? "  properties:\n    " : "    ");
		put_text(b, c->props[i].name);
		plb_buf_str(b, ": ");
		put_text(b, c->props[i].value);
		plb_buf_str(b, "\n");
	}
	if (shown == 0)
		plb_buf_str(b, "  properties: {}\n");
}

static void
put_section(struct plb_conf *c, const struct plb_section *s, const void *section, struct plb_buf *b)
{
	size_t base = 0, depth, i;
	const char *leaf;

	if (s->name[0] != '\0') {
		plb_buf_printf(b, "%s:\n", s->name);
		base = 1;
	}
	for (i = 0; i < s->n; i++) {
		const struct plb_opt *o = &s->opts[i];

		depth = put_parents(b, i == 0 ? NULL : s->opts[i - 1].name, o->name, base, &leaf);
		indent(b, depth);
		plb_buf_printf(b, "# %s\n", o->help);
		indent(b, depth);
		plb_buf_printf(b, "%s: ", leaf);
		put_value(c, s, o, (const char *)section + o->offset, b);
		plb_buf_str(b, "\n");
		if (s == &plb_section_common && strcmp(o->name, "kafka.bootstrap") == 0)
			put_props(c, b);
	}
}

void
plb_conf_write(
    const struct plb_conf *c, const struct plb_section *s, const void *section, struct plb_buf *out)
{
	/* Only marks and arena are written. */
	struct plb_conf *w = (struct plb_conf *)(uintptr_t)c;

	put_section(w, &plb_section_common, &c->common, out);
	if (s != NULL)
		put_section(w, s, section, out);
}

void
plb_conf_print(const struct plb_conf *c, const struct plb_section *s, const void *section)
{
	struct plb_buf b;
	struct plb_slice text;

	plb_buf_init(&b, PRINT_MAX);
	plb_conf_write(c, s, section, &b);
	if (plb_buf_done(&b, &text) == PLB_OK)
		fwrite(text.p, 1, text.len, stdout);
	plb_buf_fini(&b);
}

static void
help_section(const struct plb_section *s, struct plb_buf *b)
{
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		const struct plb_opt *o = &s->opts[i];

		plb_buf_printf(b, "  %s%s%s\n      %s", s->name, s->name[0] == '\0' ? "" : ".",
		    o->name, o->help);
		for (k = 0; o->words != NULL && o->words[k] != NULL; k++)
			plb_buf_printf(b, "%s%s", k == 0 ? " (" : ", ", o->words[k]);
		plb_buf_printf(b, "%s; default %s%s\n", o->words != NULL ? ")" : "",
		    o->def == NULL ? "none, required" : o->def,
		    (o->flags & PLB_OPT_RELOAD) != 0 ? "; reloaded by SIGHUP" : "");
	}
}

void
plb_conf_write_help(const struct plb_section *s, struct plb_buf *out)
{
	plb_buf_str(out, "\nOptions of the file:\n");
	help_section(&plb_section_common, out);
	if (s != NULL)
		help_section(s, out);
}
