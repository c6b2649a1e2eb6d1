// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_CONF_PRIV_H
#define PLB_CONF_PRIV_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/conf.h>

/* Every section's struct fits; checked when a section is loaded. */
#define CONF_SECTION_MAX 2048
#define CONF_SECRET_BYTES 32

extern const struct plb_section plb_section_common;
/* All sections of the file but the common one; NULL at the end. */
extern const struct plb_section *const plb_sections[];

struct plb_conf {
	struct plb_arena arena;
	const char *path;
	const char *folder; /* of the file; relative paths start here */
	struct plb_yaml *root;
	unsigned secrets; /* PLB_KEY_* read into common */
	struct plb_conf_common common;
	struct plb_prop *props;
	size_t n_props;
};

/* Loads for a program with this section (NULL: common part only) and these common secrets
 * (PLB_KEY_*). Faults are added; NULL only when the file is no YAML or memory is short. */
struct plb_conf *plb_conf_open(
    const char *path, const struct plb_section *s, unsigned secrets, struct plb_faults *f);

size_t plb_opt_size(enum plb_opt_type type);
/* The option's node below the section's, NULL when it is not in the file. */
struct plb_yaml *plb_opt_node(const struct plb_conf *c, const struct plb_section *s,
    const struct plb_opt *o, struct plb_faults *f);
/* Reads the node (NULL: the default) into the field. A secret only when asked. */
void plb_opt_load(struct plb_conf *c, const struct plb_opt *o, struct plb_yaml *n, bool secret,
    void *field, struct plb_faults *f);
/* A path of the file as an absolute path in the arena; "" stays. NULL: out of memory. */
const char *plb_conf_absolute(struct plb_conf *c, const char *path);
bool plb_opt_same(const struct plb_opt *o, const void *a, const void *b);

/* The effective configuration as YAML; s may be NULL. */
void plb_conf_write(const struct plb_conf *c, const struct plb_section *s, const void *section,
    struct plb_buf *out);
/* The options as text for --help. */
void plb_conf_write_help(const struct plb_section *s, struct plb_buf *out);

#endif
