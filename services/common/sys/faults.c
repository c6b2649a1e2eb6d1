// SPDX-License-Identifier: MPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <parloeb/cpr.h>
#include <parloeb/yaml.h>

/* More are counted, not kept: a reader needs the first ones, and a hostile file must not cost
 * memory. */
#define FAULTS_KEPT 256
#define FAULT_MAX 512

void
plb_faults_init(struct plb_faults *f)
{
	*f = (struct plb_faults){0};
}

void
plb_faults_fini(struct plb_faults *f)
{
	free(f->text);
	*f = (struct plb_faults){0};
}

/* The same fault may be found once per option below one wrong mapping; it is one fault. */
static bool
faults_has(const struct plb_faults *f, const char *line, size_t len)
{
	const char *at = f->text;

	while (at != NULL && *at != '\0') {
		const char *end = strchr(at, '\n');
		size_t n = end == NULL ? strlen(at) : (size_t)(end - at);

		if (n == len && memcmp(at, line, len) == 0)
			return true;
		at = end == NULL ? NULL : end + 1;
	}
	return false;
}

static void
faults_append(struct plb_faults *f, const char *line, size_t len)
{
	size_t need = f->len + len + 2;

	if (need > f->size) {
		size_t size = f->size == 0 ? 1024 : f->size;
		char *text;

		while (size < need)
			size *= 2;
		text = realloc(f->text, size);
		if (text == NULL)
			return; /* still counted */
		f->text = text;
		f->size = size;
	}
	memcpy(f->text + f->len, line, len);
	f->len += len;
	f->text[f->len++] = '\n';
	f->text[f->len] = '\0';
}

void
plb_faults_add(struct plb_faults *f, const char *file, int line, int column, const char *fmt, ...)
{
	char text[FAULT_MAX];
	size_t len, i;
	va_list ap;
	int n;

	if (f == NULL)
		return;
	if (line > 0)
		n = snprintf(text, sizeof(text), "%s:%d:%d: ", file, line, column);
	else
		n = snprintf(text, sizeof(text), "%s: ", file);
	len = n < 0 ? 0 : (size_t)n;
	if (len < sizeof(text) - 1) {
		va_start(ap, fmt);
		n = vsnprintf(text + len, sizeof(text) - len, fmt, ap);
		va_end(ap);
		len += n < 0 ? 0 : (size_t)n;
	}
	if (len > sizeof(text) - 1)
		len = sizeof(text) - 1;
	for (i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
	}
	plb_cpr_mask(text, len);
	if (f->n < FAULTS_KEPT) {
		if (faults_has(f, text, len))
			return;
		faults_append(f, text, len);
	}
	f->n++;
}
