// SPDX-License-Identifier: MPL-2.0
#include "partner_fil.h"

#define ARENA_MAX (8u << 20)
#define LISTE_MAX 64

/* Start of a line (from 1); the end of the text when there are fewer. */
static size_t
line_start(struct plb_slice t, int line)
{
	size_t at = 0;

	for (; line > 1 && at < t.len; line--) {
		while (at < t.len && t.p[at] != '\n')
			at++;
		at += at < t.len;
	}
	return at;
}

/* The line at or above `line` that begins with the key, and its indentation; 0 = none. */
static int
key_line(struct plb_slice t, int line, const char *key, size_t *indent)
{
	size_t n = strlen(key);

	for (; line > 0; line--) {
		size_t at = line_start(t, line), i = at;

		while (i < t.len && t.p[i] == ' ')
			i++;
		*indent = i - at;
		if (t.len - i > n && memcmp(t.p + i, key, n) == 0 && t.p[i + n] == ':')
			return line;
	}
	return 0;
}

/* The last line of a value that ends with the node `last`: of a list in brackets the line of its
 * "]". */
static int
last_line(struct plb_slice t, int key, int last, bool brackets)
{
	if (!brackets)
		return last;
	for (size_t at = line_start(t, key > last ? key : last); at < t.len; at++) {
		if (t.p[at] == ']')
			return last;
		last += t.p[at] == '\n';
	}
	return last;
}

/* Lines first..last become "<indent>key: <value>". */
static enum plb_err
replace(struct plb_slice t, int first, int last, size_t indent, const char *key,
    struct plb_slice value, struct plb_buf *out)
{
	size_t from = line_start(t, first), to = line_start(t, last + 1);
	struct plb_slice done;

	plb_buf_put(out, t.p, from);
	for (size_t i = 0; i < indent; i++)
		plb_buf_u8(out, ' ');
	plb_buf_printf(out, "%s: ", key);
	plb_buf_slice(out, value);
	plb_buf_str(out, "\n");
	plb_buf_put(out, t.p + to, t.len - to);
	return plb_buf_done(out, &done);
}

/* The node webhook.<key>; NULL: none, or the file is no YAML. */
static struct plb_yaml *
node(struct plb_arena *a, struct plb_slice text, const char *key)
{
	struct plb_yaml *root, *found = NULL;
	struct plb_faults f;

	plb_faults_init(&f);
	root = plb_yaml_parse(a, "partner", text, &f);
	if (root != NULL)
		found = plb_yaml_get(plb_yaml_get(root, "webhook", &f), key, &f);
	plb_faults_fini(&f);
	return found;
}

enum plb_err
partner_fil_secrets(struct plb_slice text, const char *const *paths, size_t n, struct plb_buf *out,
    struct plb_errctx *ec)
{
	struct plb_yaml *list, *item, *last = NULL;
	struct plb_slice value;
	struct plb_arena a;
	struct plb_buf b;
	enum plb_err err = PLB_E_FORM;
	size_t indent, i;
	int key = 0;

	plb_arena_init(&a, ARENA_MAX);
	plb_buf_init(&b, 64u << 10);
	list = node(&a, text, "secrets");
	for (item = list != NULL && list->kind == PLB_YAML_LIST ? list->first : NULL; item != NULL;
	     item = item->next)
		last = item;
	if (last != NULL)
		key = key_line(text, last->line, "secrets", &indent);
	for (i = 0; i < n; i++) {
		plb_buf_str(&b, i == 0 ? "[" : ", ");
		plb_buf_json(&b, plb_slice_str(paths[i]));
	}
	plb_buf_str(&b, n > 0 ? "]" : "[]");
	if (key > 0 && plb_buf_done(&b, &value) == PLB_OK) {
		size_t at = line_start(text, key) + indent + sizeof("secrets:") - 1;

		while (at < text.len && text.p[at] == ' ')
			at++;
		err = replace(text, key,
		    last_line(text, key, last->line, at < text.len && text.p[at] == '['), indent,
		    "secrets", value, out);
	}
	plb_buf_fini(&b);
	plb_arena_fini(&a);
	return err == PLB_OK
	    ? PLB_OK
	    : plb_err_set(
		  ec, err, "the file has no webhook.secrets that can be changed; edit it by hand");
}

enum plb_err
partner_fil_url(struct plb_slice text, const char *url, struct plb_buf *out, struct plb_errctx *ec)
{
	struct plb_slice value;
	struct plb_yaml *n;
	struct plb_arena a;
	struct plb_buf b;
	enum plb_err err = PLB_E_FORM;
	size_t indent;

	plb_arena_init(&a, ARENA_MAX);
	plb_buf_init(&b, 64u << 10);
	plb_buf_json(&b, plb_slice_str(url));
	n = node(&a, text, "url");
	if (n != NULL && n->kind == PLB_YAML_SCALAR &&
	    key_line(text, n->line, "url", &indent) == n->line &&
	    plb_buf_done(&b, &value) == PLB_OK)
		err = replace(text, n->line, n->line, indent, "url", value, out);
	plb_buf_fini(&b);
	plb_arena_fini(&a);
	return err == PLB_OK
	    ? PLB_OK
	    : plb_err_set(
		  ec, err, "the file has no webhook.url that can be changed; edit it by hand");
}
