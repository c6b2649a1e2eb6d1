// SPDX-License-Identifier: MPL-2.0
#include "miljoe.h"

#include <ctype.h>
#include <parloeb/loop.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX (1u << 20)

struct miljoe {
	char *text; /* lines cut at their ends: NAME=VALUE\0… */
	size_t len;
};

enum plb_err
miljoe_load(const char *path, struct miljoe **out, struct plb_errctx *ec)
{
	struct miljoe *m = calloc(1, sizeof(*m));
	enum plb_err err;
	size_t i;

	*out = NULL;
	if (m == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "%s", path);
	err = plb_file_read(path, FILE_MAX, &m->text, &m->len, ec);
	if (err != PLB_OK) {
		miljoe_free(&m);
		return err;
	}
	for (i = 0; i < m->len; i++)
		if (m->text[i] == '\n')
			m->text[i] = '\0';
	*out = m;
	return PLB_OK;
}

void
miljoe_free(struct miljoe **m)
{
	if (*m != NULL)
		free((*m)->text);
	free(*m);
	*m = NULL;
}

/* Takes off one pair of quotes around a value, in place; asked again, the closing one is gone
 * already. */
static const char *
unquoted(char *v)
{
	size_t n = strlen(v);

	if (v[0] != '\'' && v[0] != '"')
		return v;
	if (n >= 2 && v[n - 1] == v[0])
		v[n - 1] = '\0';
	return v + 1;
}

const char *
miljoe_get(const struct miljoe *m, const char *name)
{
	size_t n = strlen(name), i;

	for (i = 0; i < m->len; i += strlen(m->text + i) + 1) {
		char *line = m->text + i;

		if (strncmp(line, "export ", 7) == 0)
			line += 7;
		if (strncmp(line, name, n) == 0 && line[n] == '=')
			return unquoted(line + n + 1);
	}
	return NULL;
}

const char *
miljoe_token(const struct miljoe *m, const struct plb_org *org)
{
	char name[64];
	int i, n = snprintf(name, sizeof(name), "PARLOEB_TOKEN_%s", org->text);

	for (i = 0; i < n; i++)
		name[i] =
		    isalnum((unsigned char)name[i]) ? (char)toupper((unsigned char)name[i]) : '_';
	return miljoe_get(m, name);
}
