// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_LOOP_H
#define PARLOEB_LOOP_H

#include <parloeb/err.h>
#include <parloeb/stamp.h>

/* One epoll loop, one application thread per process. File descriptors, timers on the monotonic
 * clock, signals through signalfd (SIGTERM/SIGINT → stop; a second one → _exit(4); SIGHUP →
 * reload), work at the end of each turn. Callbacks may add and remove anything; what is removed in
 * a turn is not called again in it. */
struct plb_loop;
struct plb_loop_fd;
struct plb_loop_timer;

struct plb_loop *plb_loop_new(
    struct plb_errctx *ec); /* NULL on error; blocks the signals in this and later threads: call
			       before librdkafka */
void plb_loop_free(struct plb_loop **l);
/* Until plb_loop_stop. */
PLB_MUSTUSE enum plb_err plb_loop_run(struct plb_loop *l, struct plb_errctx *ec);
void plb_loop_stop(struct plb_loop *l);
/* `now`, read once per turn. */
struct plb_mono plb_loop_mono(const struct plb_loop *l);

typedef void plb_fd_fn(void *arg, unsigned events); /* EPOLLIN … */
/* Borrowed fd: remove it here before closing it. NULL on failure. Free handles, timers and wakes
 * before the loop. */
struct plb_loop_fd *plb_loop_fd_add(
    struct plb_loop *l, int fd, unsigned events, plb_fd_fn *fn, void *arg);
void plb_loop_fd_set(struct plb_loop_fd *h, unsigned events);
void plb_loop_fd_del(struct plb_loop_fd **h);

typedef void plb_loop_fn(void *arg);
/* One-shot timer object, made unarmed; arm again to move it. */
struct plb_loop_timer *plb_loop_timer_new(struct plb_loop *l, plb_loop_fn *fn, void *arg);
void plb_loop_timer_in(
    struct plb_loop_timer *t, int64_t ms); /* from plb_loop_mono; 0 = next turn */
void plb_loop_timer_off(struct plb_loop_timer *t);
void plb_loop_timer_free(struct plb_loop_timer **t);

/* Called once at the end of each turn (in order of adding). */
PLB_MUSTUSE enum plb_err plb_loop_each_turn(struct plb_loop *l, plb_loop_fn *fn, void *arg);
void plb_loop_on_stop(struct plb_loop *l, plb_loop_fn *fn,
    void *arg); /* on SIGTERM/SIGINT instead of stopping at once: drain, then plb_loop_stop */
void plb_loop_on_reload(struct plb_loop *l, plb_loop_fn *fn, void *arg); /* on SIGHUP */

/* Wake the loop from another thread: an eventfd-backed callback. plb_wake is async-signal- and
 * thread-safe. */
struct plb_wake;
struct plb_wake *plb_wake_new(struct plb_loop *l, plb_loop_fn *fn, void *arg);
void plb_wake(struct plb_wake *w);
int plb_wake_fd(const struct plb_wake
	*w); /* writing a uint64_t 1 (8 bytes) wakes: payload for rd_kafka_queue_io_event_enable */
void plb_wake_free(struct plb_wake **w);

/* Clocks. */
struct plb_mono plb_mono_now(void);
struct plb_time plb_time_now(void); /* the system's real-time clock */

/* A clock port: business time. System clock, or the clock topic (flow's clock_topic.h). */
struct plb_clock {
	struct plb_time (*now)(void *arg); /* PLB_TIME_UNSET: nothing falls due yet */
	void *arg;
};
struct plb_clock plb_clock_system(void);

/* Files: whole file ≤ max bytes into memory the caller frees; NUL behind. */
PLB_MUSTUSE enum plb_err plb_file_read(
    const char *path, size_t max, char **out, size_t *len, struct plb_errctx *ec);
/* 16…64 random bytes from the kernel. */
void plb_random(void *p, size_t n);
struct plb_uuid;
void plb_uuid4(struct plb_uuid *out);

#endif
