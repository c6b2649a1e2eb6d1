// SPDX-License-Identifier: MPL-2.0
#ifndef SYS_TEST_H
#define SYS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <parloeb/yaml.h>

/* A document with its faults. */
struct doc {
	struct plb_arena arena;
	struct plb_faults faults;
	struct plb_yaml *root;
};

static inline void
doc_open_n(struct doc *d, const void *text, size_t len)
{
	plb_arena_init(&d->arena, 8u << 20);
	plb_faults_init(&d->faults);
	d->root = plb_yaml_parse(&d->arena, "t.yaml", plb_slice(text, len), &d->faults);
}

static inline void
doc_open(struct doc *d, const char *text)
{
	doc_open_n(d, text, strlen(text));
}

static inline void
doc_close(struct doc *d)
{
	plb_faults_fini(&d->faults);
	plb_arena_fini(&d->arena);
}

/* Everything written to a descriptor while it is caught: at most `size` bytes, NUL behind. */
struct caught {
	int fd, saved, file;
};

static inline void
catch_fd(struct caught *c, int fd)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	fflush(NULL);
	c->fd = fd;
	c->saved = dup(fd);
	c->file = dup(fileno(f));
	fclose(f);
	assert_true(dup2(c->file, fd) == fd);
}

static inline size_t
caught_text(struct caught *c, char *out, size_t size)
{
	ssize_t n;

	fflush(NULL);
	dup2(c->saved, c->fd);
	close(c->saved);
	n = pread(c->file, out, size - 1, 0);
	close(c->file);
	assert_true(n >= 0);
	out[n] = '\0';
	return (size_t)n;
}

/* A temporary folder and files in it. */
static inline void
temp_folder(char out[64])
{
	strcpy(out, "/tmp/parloeb-test-XXXXXX");
	assert_non_null(mkdtemp(out));
}

static inline void
write_file(const char *folder, const char *name, const char *text, size_t len)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
	assert_int_equal(chmod(path, 0600), 0);
}

static inline void
remove_in(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(remove(path), 0);
}

#endif
