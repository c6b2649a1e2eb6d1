// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include <parloeb/id.h>
#include <parloeb/loop.h>

static int64_t
clock_ms(clockid_t id)
{
	struct timespec ts;

	PLB_ASSERT(clock_gettime(id, &ts) == 0);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct plb_mono
plb_mono_now(void)
{
	return (struct plb_mono){clock_ms(CLOCK_MONOTONIC)};
}

struct plb_time
plb_time_now(void)
{
	return (struct plb_time){clock_ms(CLOCK_REALTIME)};
}

static struct plb_time
system_now(void *arg)
{
	(void)arg;
	return plb_time_now();
}

struct plb_clock
plb_clock_system(void)
{
	return (struct plb_clock){system_now, NULL};
}

void
plb_random(void *p, size_t n)
{
	uint8_t *at = p;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		/* Keys, nonces and ids come from here: going on without would be worse than
		 * stopping. */
		PLB_ASSERT(got > 0);
		at += got;
		n -= (size_t)got;
	}
}

void
plb_uuid4(struct plb_uuid *out)
{
	plb_random(out->b, sizeof(out->b));
	out->b[6] = (uint8_t)((out->b[6] & 0x0f) | 0x40);
	out->b[8] = (uint8_t)((out->b[8] & 0x3f) | 0x80);
}
