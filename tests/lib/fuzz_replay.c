// SPDX-License-Identifier: MPL-2.0
//
// Runs a fuzz target over files instead of libFuzzer: every file named on the command line, and
// every file directly in a folder named there. Fails when there was none.

#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REPLAY_MAX_BYTES (16u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int replay_path(const char *path, unsigned *done);

static int
replay_file(const char *path, size_t size, unsigned *done)
{
	uint8_t *data = NULL;
	FILE *in = NULL;
	int rc = 1;

	if (size > REPLAY_MAX_BYTES)
		goto out;
	/* An exact allocation lets ASan see a read one byte past the input. */
	data = malloc(size > 0 ? size : 1);
	in = fopen(path, "rb");
	if (data == NULL || in == NULL || fread(data, 1, size, in) != size)
		goto out;
	(void)LLVMFuzzerTestOneInput(data, size);
	(*done)++;
	rc = 0;
out:
	if (rc)
		fprintf(stderr, "cannot replay %s\n", path);
	if (in != NULL)
		fclose(in);
	free(data);
	return rc;
}

static int
replay_folder(const char *path, unsigned *done)
{
	char child[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(path);
	int rc = 0;

	if (d == NULL)
		return 1;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		if (snprintf(child, sizeof(child), "%s/%s", path, e->d_name) >= (int)sizeof(child))
			rc = 1;
		else
			rc |= replay_path(child, done);
	}
	closedir(d);
	return rc;
}

static int
replay_path(const char *path, unsigned *done)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		fprintf(stderr, "no such input: %s\n", path);
		return 1;
	}
	if (S_ISDIR(st.st_mode))
		return replay_folder(path, done);
	return replay_file(path, (size_t)st.st_size, done);
}

int
main(int argc, char **argv)
{
	unsigned done = 0;
	int rc = 0;
	int i;

	for (i = 1; i < argc; i++)
		rc |= replay_path(argv[i], &done);
	printf("%u inputs replayed\n", done);
	return rc != 0 || done == 0;
}
