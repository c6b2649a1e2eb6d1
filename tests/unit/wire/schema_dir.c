// SPDX-License-Identifier: MPL-2.0
#include "schema_dir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
schema_dir_init(struct schema_dir *d)
{
	(void)snprintf(d->path, sizeof(d->path), "/tmp/parloeb-wire-XXXXXX");
	assert_non_null(mkdtemp(d->path));
}

void
schema_dir_put(struct schema_dir *d, const char *name, const char *text)
{
	char path[256];
	char *slash;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", d->path, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	(void)mkdir(path, 0700);
	*slash = '/';
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
drop(const char *path, const struct stat *st, int type, struct FTW *w)
{
	(void)st;
	(void)type;
	(void)w;
	return remove(path);
}

void
schema_dir_fini(struct schema_dir *d)
{
	assert_int_equal(nftw(d->path, drop, 8, FTW_DEPTH | FTW_PHYS), 0);
}

struct plb_schemas *
schema_dir_load(struct schema_dir *d)
{
	struct plb_errctx ec = {0};
	struct plb_schemas *s;

	if (plb_schemas_load(d->path, "config/koder", &s, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	return s;
}

void
schema_dir_fields(struct schema_dir *d, const char *fields)
{
	char *text;

	assert_true(asprintf(&text,
			"{\"type\":\"record\",\"name\":\"TX\",\"namespace\":\"dk.parloeb\","
			"\"fields\":[%s]}",
			fields) > 0);
	schema_dir_put(d, "t-x/v1.avsc", text);
	free(text);
}
