// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <parloeb/arena.h>
#include <parloeb/loop.h>

#define READ_STEP 4096

/* Reads fd to its end into *p of *size bytes, growing up to max + 1 (the byte that shows "too
 * large"). */
static enum plb_err
read_all(int fd, const char *path, size_t max, char **p, size_t *size, size_t *len,
    struct plb_errctx *ec)
{
	for (;;) {
		ssize_t got;

		if (*len == *size) {
			size_t want = *size <= max / 2 ? *size * 2 : max + 1;
			/* malloc and wipe rather than realloc: the file may be a key. */
			char *more = malloc(want + 1);

			if (more == NULL)
				return plb_err_set(ec, PLB_E_HUKOMMELSE, "%s: out of memory", path);
			memcpy(more, *p, *len);
			explicit_bzero(*p, *len);
			free(*p);
			*p = more;
			*size = want;
		}
		got = read(fd, *p + *len, *size - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return plb_err_errno(ec, "%s", path);
		if (got == 0)
			return PLB_OK;
		*len += (size_t)got;
		if (*len > max)
			return plb_err_set(
			    ec, PLB_E_FOR_STOR, "%s: more than %zu bytes", path, max);
	}
}

enum plb_err
plb_file_read(const char *path, size_t max, char **out, size_t *len, struct plb_errctx *ec)
{
	enum plb_err err;
	size_t size, n = 0, room;
	char *p = NULL;
	int fd;

	*out = NULL;
	*len = 0;
	if (!plb_size_add(max, 2, &room))
		return plb_err_set(ec, PLB_E_INTERN, "%s: cap out of range", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return plb_err_errno(ec, "%s", path);
	size = max < READ_STEP ? max + 1 : READ_STEP;
	p = malloc(size + 1);
	err = p == NULL ? plb_err_set(ec, PLB_E_HUKOMMELSE, "%s: out of memory", path)
			: read_all(fd, path, max, &p, &size, &n, ec);
	close(fd);
	if (err != PLB_OK) {
		if (p != NULL)
			explicit_bzero(p, n);
		free(p);
		return err;
	}
	p[n] = '\0';
	*out = p;
	*len = n;
	return PLB_OK;
}
