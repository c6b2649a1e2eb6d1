// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <parloeb/log.h>

#include "conf_priv.h"
#include "yaml_priv.h"

/* A 64 KiB document of the densest kind becomes some 5 MiB of nodes. */
#define CONF_ARENA_MAX (8u << 20)

/* Reads a section's options into out; unknown keys are found later, over the whole tree. */
static void
section_load(struct plb_conf *c, const struct plb_section *s, unsigned secrets, void *out,
    struct plb_faults *f)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct plb_opt *o = &s->opts[i];
		struct plb_yaml *n = plb_opt_node(c, s, o, f);
		bool secret = o->type == PLB_OPT_SECRET &&
		    (s != &plb_section_common || (secrets & (unsigned)o->min) != 0);

		if (n == NULL && (o->flags & PLB_OPT_NEED) != 0)
			plb_faults_add(f, c->path, 0, 0, "\"%s%s%s\" is missing", s->name,
			    s->name[0] == '\0' ? "" : ".", o->name);
		PLB_ASSERT(o->offset + plb_opt_size(o->type) <= CONF_SECTION_MAX);
		plb_opt_load(c, o, n, secret, (char *)out + o->offset, f);
	}
}

/* Another program's section: checked, its secrets left alone. */
static void
section_check(struct plb_conf *c, const struct plb_section *s, struct plb_faults *f)
{
	_Alignas(max_align_t) char scratch[CONF_SECTION_MAX] = {0};
	size_t i;

	for (i = 0; i < s->n; i++)
		plb_opt_load(c, &s->opts[i], plb_opt_node(c, s, &s->opts[i], f), false,
		    scratch + s->opts[i].offset, f);
}

static void
props_load(struct plb_conf *c, struct plb_faults *f)
{
	struct plb_yaml *kafka = plb_yaml_get(c->root, "kafka", f);
	struct plb_yaml *map = plb_yaml_get(kafka, "properties", f), *n;
	size_t count = 0;

	if (map == NULL)
		return;
	plb_yaml_use_all(map);
	if (map->kind != PLB_YAML_MAP) {
		plb_faults_add(f, map->file, map->line, map->column,
		    "\"properties\": expected a mapping (key: value)");
		return;
	}
	for (n = map->first; n != NULL; n = n->next)
		count++;
	c->props = plb_arena_calloc(&c->arena, count + 1, sizeof(*c->props));
	if (c->props == NULL) {
		plb_faults_add(f, c->path, 0, 0, "out of memory");
		return;
	}
	for (n = map->first; n != NULL; n = n->next) {
		struct plb_prop *p = &c->props[c->n_props];

		p->name = (const char *)n->key.p;
		if (plb_yaml_str(n, &p->value, f))
			c->n_props++;
	}
}

/* The path as given, for faults; its folder absolute, for the paths in the file. */
static bool
place_load(struct plb_conf *c, const char *path, struct plb_faults *f)
{
	char *full = realpath(path, NULL);
	struct plb_errctx ec = {0};
	char *slash;

	if (full == NULL) {
		plb_err_errno(&ec, "cannot be read");
		plb_faults_add(f, path, 0, 0, "%s", ec.text);
		return false;
	}
	c->path = (const char *)plb_arena_dup(&c->arena, plb_slice_str(path)).p;
	slash = strrchr(full, '/');
	PLB_ASSERT(slash != NULL);
	*slash = '\0';
	c->folder = (const char *)plb_arena_dup(&c->arena, plb_slice_str(full)).p;
	free(full);
	return c->path != NULL && c->folder != NULL;
}

/* Checks that tie several options together. */
static void
common_check(const struct plb_conf *c, struct plb_faults *f)
{
	if (c->common.min_isr > c->common.replication)
		plb_faults_add(
		    f, c->path, 0, 0, "\"topics.min_isr\" is more than \"topics.replication\"");
}

struct plb_conf *
plb_conf_open(const char *path, const struct plb_section *s, unsigned secrets, struct plb_faults *f)
{
	struct plb_conf *c = calloc(1, sizeof(*c));
	size_t i;

	if (c == NULL) {
		plb_faults_add(f, path, 0, 0, "out of memory");
		return NULL;
	}
	plb_arena_init(&c->arena, CONF_ARENA_MAX);
	c->secrets = secrets;
	if (place_load(c, path, f))
		c->root = plb_yaml_load(&c->arena, c->path, f);
	if (c->root == NULL) {
		plb_conf_free(&c);
		return NULL;
	}
	section_load(c, &plb_section_common, secrets, &c->common, f);
	common_check(c, f);
	props_load(c, f);
	for (i = 0; plb_sections[i] != NULL; i++)
		section_check(c, plb_sections[i], f);
	if (s != NULL) {
		_Alignas(max_align_t) char scratch[CONF_SECTION_MAX] = {0};

		section_load(c, s, secrets, scratch, f);
		explicit_bzero(scratch, sizeof(scratch));
	}
	plb_yaml_unused(c->root, f);
	return c;
}

struct plb_conf *
plb_conf_load(const char *path, struct plb_faults *f)
{
	return plb_conf_load_keys(path,
	    PLB_KEY_PERSON | PLB_KEY_DATA | PLB_KEY_HMAC | PLB_KEY_PARTNER | PLB_KEY_PROOF |
		PLB_KEY_DESK,
	    f);
}

struct plb_conf *
plb_conf_load_keys(const char *path, unsigned secrets, struct plb_faults *f)
{
	size_t before = f->n;
	struct plb_conf *c = plb_conf_open(path, NULL, secrets, f);

	if (f->n > before)
		plb_conf_free(&c);
	return c;
}

void
plb_conf_free(struct plb_conf **c)
{
	if (*c == NULL)
		return;
	plb_secret_wipe(&(*c)->common.person_key);
	plb_secret_wipe(&(*c)->common.data_key);
	plb_secret_wipe(&(*c)->common.hmac_key);
	plb_secret_wipe(&(*c)->common.partner_key);
	plb_secret_wipe(&(*c)->common.proof_key);
	plb_secret_wipe(&(*c)->common.desk_key);
	plb_arena_fini(&(*c)->arena);
	free(*c);
	*c = NULL;
}

const struct plb_conf_common *
plb_conf_common(const struct plb_conf *c)
{
	return &c->common;
}

const struct plb_prop *
plb_conf_kafka_props(const struct plb_conf *c, size_t *n)
{
	*n = c->n_props;
	return c->props;
}

const char *
plb_conf_path(const struct plb_conf *c)
{
	return c->path;
}

enum plb_err
plb_conf_section(
    const struct plb_conf *c, const struct plb_section *s, void *out, struct plb_faults *f)
{
	size_t before = f->n;

	/* The tree's marks and the arena are not part of what a caller can see of c. */
	section_load((struct plb_conf *)(uintptr_t)c, s, 0, out, f);
	return f->n > before ? PLB_E_KONFIG : PLB_OK;
}

static const char *
section_dot(const struct plb_section *s, char out[64])
{
	snprintf(out, 64, "%s%s", s->name, s->name[0] == '\0' ? "" : ".");
	return out;
}

/* Takes over one changed option; text moves into the living configuration's arena. */
static bool
option_take(struct plb_conf *c, const struct plb_opt *o, void *to, const void *from)
{
	if (o->type == PLB_OPT_STR || o->type == PLB_OPT_PATH || o->type == PLB_OPT_EPOST) {
		struct plb_slice s = plb_slice_str(*(const char *const *)from);

		s = plb_arena_dup(&c->arena, s);
		if (s.p == NULL)
			return false;
		*(const char **)to = (const char *)s.p;
		return true;
	}
	memcpy(to, from, plb_opt_size(o->type));
	return true;
}

static enum plb_err
section_take(struct plb_conf *c, const struct plb_section *s, void *to, const void *from)
{
	char prefix[64], name[128];
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct plb_opt *o = &s->opts[i];
		void *a = (char *)to + o->offset;
		const void *b = (const char *)from + o->offset;

		if (plb_opt_same(o, a, b))
			continue;
		snprintf(name, sizeof(name), "%s%s", section_dot(s, prefix), o->name);
		if ((o->flags & PLB_OPT_RELOAD) == 0) {
			plb_log(PLB_LOG_WARN, "option changed; takes effect after a restart",
			    plb_f_str("option", name));
			continue;
		}
		if (!option_take(c, o, a, b))
			return PLB_E_HUKOMMELSE;
		plb_log(PLB_LOG_INFO, "option reloaded", plb_f_str("option", name));
	}
	return PLB_OK;
}

enum plb_err
plb_conf_reload(struct plb_conf *c, const struct plb_section *s, void *out, struct plb_faults *f)
{
	_Alignas(max_align_t) char scratch[CONF_SECTION_MAX] = {0};
	size_t before = f->n;
	struct plb_conf *fresh = plb_conf_open(c->path, s, c->secrets, f);
	enum plb_err err = f->n > before ? PLB_E_KONFIG : PLB_OK;

	if (fresh != NULL && err == PLB_OK && s != NULL && out != NULL)
		err = plb_conf_section(fresh, s, scratch, f);
	if (fresh == NULL || err != PLB_OK)
		goto out;
	err = section_take(c, &plb_section_common, &c->common, &fresh->common);
	if (err == PLB_OK && s != NULL && out != NULL)
		err = section_take(c, s, out, scratch);
	plb_log_level_set((enum plb_log_level)c->common.log_level);
out:
	explicit_bzero(scratch, sizeof(scratch));
	plb_conf_free(&fresh);
	return err;
}
