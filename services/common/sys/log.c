// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include <parloeb/buf.h>
#include <parloeb/cpr.h>
#include <parloeb/log.h>
#include <parloeb/loop.h>

/* PIPE_BUF: one write(2) of a line stays in one piece even into a pipe that others write to. */
#define LINE_MAX_BYTES 4096
#define TEXT_MAX 1024
/* A message fits whatever it holds: six bytes for each when escaped. */
#define MESSAGE_MAX 512
#define PER_SECOND 10
#define SLOTS 256
/* Room kept for "gentaget", "afkortet" and the end. */
#define LINE_TAIL 64

struct slot {
	uint64_t hash; /* 0 = free */
	int64_t second;
	int64_t written, held; /* this second; since the last line written */
};

static struct {
	pthread_mutex_t lock;
	char service[32];
	_Atomic int level;
	struct slot slot[SLOTS];
} state = {.lock = PTHREAD_MUTEX_INITIALIZER, .service = "parloeb", .level = PLB_LOG_INFO};

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void
plb_log_init(const char *service, enum plb_log_level level)
{
	pthread_mutex_lock(&state.lock);
	snprintf(state.service, sizeof(state.service), "%s", service);
	memset(state.slot, 0, sizeof(state.slot));
	pthread_mutex_unlock(&state.lock);
	plb_log_level_set(level);
}

void
plb_log_level_set(enum plb_log_level level)
{
	state.level = (int)level;
}

/* False: the line is one too many. *held = how many were held back before this one. Two messages
 * with the same slot push each other out: then a line too many is written, or a count is lost. */
static bool
admit(const char *message, int64_t *held)
{
	uint64_t hash = plb_hash(plb_slice_str(message)) | 1;
	int64_t second = plb_mono_now().ms / 1000;
	struct slot *s = &state.slot[(hash >> 8) % SLOTS];
	bool ok;

	*held = 0;
	if (s->hash != hash)
		*s = (struct slot){.hash = hash, .second = second};
	if (s->second != second) {
		s->second = second;
		s->written = 0;
	}
	ok = s->written < PER_SECOND;
	if (ok) {
		s->written++;
		*held = s->held;
		s->held = 0;
	} else {
		s->held++;
	}
	return ok;
}

/* Masked before it is escaped: an escape in front of the digits would hide them from the mask. */
static void
put_text(struct plb_buf *b, struct plb_slice s, size_t max)
{
	char text[TEXT_MAX];
	size_t len = s.len < max ? s.len : max;

	if (len > 0)
		memcpy(text, s.p, len);
	plb_cpr_mask(text, len);
	/* A number cut in the middle would no longer look like one. */
	if (len < s.len) {
		while (len > 0 &&
		    ((text[len - 1] >= '0' && text[len - 1] <= '9') || text[len - 1] == '-'))
			len--;
	}
	plb_buf_json(b, plb_slice(text, len));
}

static void
put_int(struct plb_buf *b, int64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)v);

	/* Masked digits are no longer a number. */
	if (plb_cpr_in_text(plb_slice(text, (size_t)n)))
		put_text(b, plb_slice(text, (size_t)n), TEXT_MAX);
	else
		plb_buf_put(b, text, (size_t)n);
}

static void
put_field(struct plb_buf *b, const struct plb_field *f)
{
	char text[PLB_TIME_TEXT > PLB_UUID_TEXT ? PLB_TIME_TEXT : PLB_UUID_TEXT];

	plb_buf_str(b, ",");
	plb_buf_json(b, plb_slice_str(f->name));
	plb_buf_str(b, ":");
	switch (f->type) {
	case PLB_F_STR:
		put_text(b, f->v.s, TEXT_MAX);
		break;
	case PLB_F_INT:
		put_int(b, f->v.i);
		break;
	case PLB_F_PERSON:
		plb_buf_str(b, "\"");
		plb_buf_hex(b, plb_slice(f->v.person.b, sizeof(f->v.person.b)));
		plb_buf_str(b, "\"");
		break;
	case PLB_F_UUID:
		plb_buf_json(b, plb_slice_str(plb_uuid_text(f->v.uuid, text)));
		break;
	case PLB_F_TIME:
		plb_buf_json(b, plb_slice_str(plb_time_text_utc(f->v.time, text)));
		break;
	}
}

/* The line, cut at a field's border when it grows too long. */
static void
put_line(struct plb_buf *b, const char *service, enum plb_log_level level, const char *message,
    const struct plb_field *f, size_t n, int64_t held)
{
	char text[PLB_TIME_TEXT];
	bool cut = false;
	size_t i;

	plb_buf_printf(b, "{\"tid\":\"%s\",\"niveau\":\"%s\",\"tjeneste\":",
	    plb_time_text_utc(plb_time_now(), text), level_names[level]);
	plb_buf_json(b, plb_slice_str(service));
	plb_buf_str(b, ",\"besked\":");
	put_text(b, plb_slice_str(message), MESSAGE_MAX);
	for (i = 0; i < n && !cut; i++) {
		size_t before = b->len;

		put_field(b, &f[i]);
		if (b->failed || b->len > LINE_MAX_BYTES - LINE_TAIL) {
			cut = true;
			b->failed = false;
			b->len = before;
		}
	}
	if (held > 0)
		plb_buf_printf(b, ",\"gentaget\":%lld", (long long)held);
	plb_buf_str(b, cut ? ",\"afkortet\":true}\n" : "}\n");
}

static void
write_line(struct plb_slice line)
{
	while (line.len > 0) {
		ssize_t n = write(STDERR_FILENO, line.p, line.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* nowhere to say so */
		line.p += n;
		line.len -= (size_t)n;
	}
}

void
plb_log_fields(enum plb_log_level level, const char *message, const struct plb_field *f, size_t n)
{
	int saved = errno;
	struct plb_slice line;
	char service[sizeof(state.service)];
	struct plb_buf b;
	int64_t held;
	bool ok;

	if ((int)level < state.level)
		return;
	pthread_mutex_lock(&state.lock);
	ok = admit(message, &held);
	memcpy(service, state.service, sizeof(service));
	pthread_mutex_unlock(&state.lock);
	if (!ok)
		return;
	plb_buf_init(&b, LINE_MAX_BYTES);
	put_line(&b, service, level, message, f, n, held);
	if (plb_buf_done(&b, &line) == PLB_OK)
		write_line(line);
	plb_buf_fini(&b);
	errno = saved;
}
