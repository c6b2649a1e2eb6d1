// SPDX-License-Identifier: MPL-2.0
//
// One option: from a YAML node into a struct's field.

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <parloeb/epost.h>
#include <parloeb/log.h>
#include <parloeb/loop.h>

#include "conf_priv.h"
#include "yaml_priv.h"

/* 64 hex digits and white space around them. */
#define SECRET_FILE_MAX 256

size_t
plb_opt_size(enum plb_opt_type type)
{
	switch (type) {
	case PLB_OPT_STR:
	case PLB_OPT_PATH:
	case PLB_OPT_EPOST:
		return sizeof(const char *);
	case PLB_OPT_INT:
	case PLB_OPT_MS:
	case PLB_OPT_BYTES:
		return sizeof(int64_t);
	case PLB_OPT_BOOL:
		return sizeof(bool);
	case PLB_OPT_WORD:
		return sizeof(int);
	case PLB_OPT_SECRET:
		return sizeof(struct plb_secret);
	case PLB_OPT_MS_LIST:
		return sizeof(struct plb_ms_list);
	}
	return 0;
}

bool
plb_opt_same(const struct plb_opt *o, const void *a, const void *b)
{
	switch (o->type) {
	case PLB_OPT_STR:
	case PLB_OPT_PATH:
	case PLB_OPT_EPOST:
		return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
	case PLB_OPT_SECRET: {
		const struct plb_secret *x = a, *y = b;

		return x->len == y->len && plb_ct_eq(x->b, y->b, x->len);
	}
	case PLB_OPT_MS_LIST: {
		const struct plb_ms_list *x = a, *y = b;

		return x->n == y->n && memcmp(x->ms, y->ms, x->n * sizeof(x->ms[0])) == 0;
	}
	default:
		return memcmp(a, b, plb_opt_size(o->type)) == 0;
	}
}

/* "tls.cert": child by child; the last one is the option's. */
static struct plb_yaml *
descend(struct plb_yaml *n, const char *dotted, struct plb_faults *f)
{
	while (n != NULL && *dotted != '\0') {
		size_t len = strcspn(dotted, ".");

		n = plb_yaml_child(n, plb_slice(dotted, len), f);
		dotted += len + (dotted[len] == '.' ? 1 : 0);
	}
	return n;
}

struct plb_yaml *
plb_opt_node(const struct plb_conf *c, const struct plb_section *s, const struct plb_opt *o,
    struct plb_faults *f)
{
	struct plb_yaml *n = s->name[0] == '\0' ? c->root : descend(c->root, s->name, f);

	return descend(n, o->name, f);
}

const char *
plb_conf_absolute(struct plb_conf *c, const char *path)
{
	if (path[0] == '\0' || path[0] == '/')
		return path;
	return plb_arena_printf(&c->arena, "%s/%s", c->folder, path);
}

static bool
load_text(const struct plb_opt *o, struct plb_yaml *n, const char **out, struct plb_faults *f)
{
	const char *text;

	if (!plb_yaml_str(n, &text, f))
		return false;
	if (o->type != PLB_OPT_SECRET && strlen(text) < (size_t)o->min) {
		plb_faults_add(
		    f, n->file, n->line, n->column, "\"%s\": must not be empty", o->name);
		return false;
	}
	*out = text;
	return true;
}

static bool
load_path(struct plb_conf *c, const struct plb_opt *o, struct plb_yaml *n, const char **out,
    struct plb_faults *f)
{
	const char *path;

	if (!load_text(o, n, &path, f))
		return false;
	path = plb_conf_absolute(c, path);
	if (path == NULL) {
		plb_faults_add(f, n->file, n->line, n->column, "out of memory");
		return false;
	}
	*out = path;
	return true;
}

static void
warn_if_shared(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		plb_log(PLB_LOG_WARN, "secret file is open to group or others; chmod 600",
		    plb_f_str("fil", path));
}

static void
load_epost(const struct plb_opt *o, struct plb_yaml *n, const char **out, struct plb_faults *f)
{
	const char *text;
	size_t before;

	if (!load_text(o, n, &text, f))
		return;
	before = strcspn(text, "@");
	if (text[0] != '\0' && !plb_epost_ren(plb_slice_str(text)))
		plb_faults_add(f, n->file, n->line, n->column,
		    "\"%s\": expected a mail address of letters, digits and . - _ +", o->name);
	else if (o->max > 0 && before > (size_t)o->max)
		plb_faults_add(f, n->file, n->line, n->column,
		    "\"%s\": at most %d bytes before the @", o->name, (int)o->max);
	else
		*out = text;
}

static void
load_secret(struct plb_conf *c, const struct plb_opt *o, struct plb_yaml *n, struct plb_secret *out,
    struct plb_faults *f)
{
	struct plb_errctx ec = {0};
	const char *path = "";
	char *text = NULL;
	size_t len = 0;

	if (!load_path(c, o, n, &path, f) || path[0] == '\0')
		return;
	if (plb_file_read(path, SECRET_FILE_MAX, &text, &len, &ec) != PLB_OK) {
		plb_faults_add(
		    f, n->file, n->line, n->column, "\"%s\": secret file: %s", o->name, ec.text);
		return;
	}
	if (plb_secret_hex(plb_slice(text, len), out) != PLB_OK || out->len != CONF_SECRET_BYTES) {
		plb_secret_wipe(out);
		plb_faults_add(f, n->file, n->line, n->column,
		    "\"%s\": secret file %s: expected 64 hexadecimal digits", o->name, path);
	} else {
		warn_if_shared(path);
	}
	explicit_bzero(text, len);
	free(text);
}

static bool
load_ms_list(
    const struct plb_opt *o, struct plb_yaml *n, struct plb_ms_list *out, struct plb_faults *f)
{
	struct plb_ms_list list = {0};
	struct plb_yaml *item;

	plb_yaml_use_all(n);
	if (n->kind != PLB_YAML_LIST) {
		plb_faults_add(f, n->file, n->line, n->column,
		    "\"%s\": expected a list of times such as [5s, 5m, 2h]", o->name);
		return false;
	}
	for (item = n->first; item != NULL; item = item->next) {
		if (list.n == PLB_MS_LIST_MAX) {
			plb_faults_add(f, item->file, item->line, item->column,
			    "\"%s\": more than %d items", o->name, PLB_MS_LIST_MAX);
			return false;
		}
		if (plb_yaml_ms(item, o->min, o->max, &list.ms[list.n], f))
			list.n++;
	}
	*out = list;
	return true;
}

static void
load_node(struct plb_conf *c, const struct plb_opt *o, struct plb_yaml *n, bool secret, void *field,
    struct plb_faults *f)
{
	const char *unused;

	switch (o->type) {
	case PLB_OPT_STR:
		(void)load_text(o, n, field, f);
		break;
	case PLB_OPT_INT:
		(void)plb_yaml_int(n, o->min, o->max, field, f);
		break;
	case PLB_OPT_BOOL:
		(void)plb_yaml_bool(n, field, f);
		break;
	case PLB_OPT_MS:
		(void)plb_yaml_ms(n, o->min, o->max, field, f);
		break;
	case PLB_OPT_BYTES:
		(void)plb_yaml_bytes(n, o->min, o->max, field, f);
		break;
	case PLB_OPT_WORD:
		(void)plb_yaml_word(n, o->words, field, f);
		break;
	case PLB_OPT_PATH:
		(void)load_path(c, o, n, field, f);
		break;
	case PLB_OPT_EPOST:
		load_epost(o, n, field, f);
		break;
	case PLB_OPT_SECRET:
		if (secret)
			load_secret(c, o, n, field, f);
		else
			(void)plb_yaml_str(n, &unused, f);
		break;
	case PLB_OPT_MS_LIST:
		(void)load_ms_list(o, n, field, f);
		break;
	}
}

void
plb_opt_load(struct plb_conf *c, const struct plb_opt *o, struct plb_yaml *n, bool secret,
    void *field, struct plb_faults *f)
{
	struct plb_faults own;
	struct plb_yaml *def;

	if (o->def == NULL) {
		if (o->type == PLB_OPT_STR || o->type == PLB_OPT_PATH || o->type == PLB_OPT_EPOST)
			*(const char **)field = "";
	} else if (n == NULL || o->type != PLB_OPT_SECRET) {
		/* The default goes the same way as a written value; also below a faulty one, so
		 * that no field is ever without a value. */
		plb_faults_init(&own);
		def = plb_yaml_parse(&c->arena, c->path, plb_slice_str(o->def), &own);
		PLB_ASSERT(def != NULL && own.n == 0);
		def->line = 0;
		def->column = 0;
		load_node(c, o, def, secret, field, n == NULL ? f : &own);
		PLB_ASSERT(own.n == 0);
		plb_faults_fini(&own);
	}
	if (n != NULL)
		load_node(c, o, n, secret, field, f);
}
