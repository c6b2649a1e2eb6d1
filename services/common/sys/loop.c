// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "loop_priv.h"

#define EVENTS_PER_TURN 128

struct plb_loop *
plb_loop_new(struct plb_errctx *ec)
{
	struct plb_loop *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		plb_err_set(ec, PLB_E_HUKOMMELSE, "loop: out of memory");
		return NULL;
	}
	plb_heap_init(&l->timers);
	l->signal_fd = -1;
	l->now = plb_mono_now();
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		plb_err_errno(ec, "epoll_create1");
		plb_loop_free(&l);
		return NULL;
	}
	if (loop_signal_start(l, ec) != PLB_OK)
		plb_loop_free(&l);
	return l;
}

static void
bury(struct plb_loop *l)
{
	while (l->dead_fds != NULL) {
		struct plb_loop_fd *h = l->dead_fds;

		l->dead_fds = h->next_dead;
		free(h);
	}
	while (l->dead_timers != NULL) {
		struct plb_loop_timer *t = l->dead_timers;

		l->dead_timers = t->next_dead;
		free(t);
	}
}

void
plb_loop_free(struct plb_loop **l)
{
	if (*l == NULL)
		return;
	PLB_ASSERT(!(*l)->in_turn);
	loop_signal_end(*l);
	bury(*l);
	plb_heap_fini(&(*l)->timers);
	if ((*l)->epoll >= 0)
		close((*l)->epoll);
	free((*l)->each);
	free(*l);
	*l = NULL;
}

void
plb_loop_stop(struct plb_loop *l)
{
	l->stopped = true;
}

struct plb_mono
plb_loop_mono(const struct plb_loop *l)
{
	return l->now;
}

struct plb_loop_fd *
plb_loop_fd_add(struct plb_loop *l, int fd, unsigned events, plb_fd_fn *fn, void *arg)
{
	struct plb_loop_fd *h = calloc(1, sizeof(*h));
	struct epoll_event ev = {.events = events, .data.ptr = h};

	if (h == NULL)
		return NULL;
	*h = (struct plb_loop_fd){.loop = l, .fd = fd, .fn = fn, .arg = arg};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) != 0) {
		free(h);
		return NULL;
	}
	return h;
}

void
plb_loop_fd_set(struct plb_loop_fd *h, unsigned events)
{
	struct epoll_event ev = {.events = events, .data.ptr = h};

	/* Fails only for a descriptor closed under our feet. */
	PLB_ASSERT(epoll_ctl(h->loop->epoll, EPOLL_CTL_MOD, h->fd, &ev) == 0);
}

void
plb_loop_fd_del(struct plb_loop_fd **h)
{
	struct plb_loop_fd *d = *h;

	if (d == NULL)
		return;
	*h = NULL;
	/* EBADF: the owner closed it first, and the kernel has forgotten it already. */
	(void)epoll_ctl(d->loop->epoll, EPOLL_CTL_DEL, d->fd, NULL);
	d->fn = NULL;
	d->next_dead = d->loop->dead_fds;
	d->loop->dead_fds = d;
	if (!d->loop->in_turn)
		bury(d->loop);
}

struct plb_loop_timer *
plb_loop_timer_new(struct plb_loop *l, plb_loop_fn *fn, void *arg)
{
	struct plb_loop_timer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	/* In the heap from birth to death, so that arming never needs memory. */
	if (plb_heap_put(&l->timers, &t->node, INT64_MAX) != PLB_OK) {
		free(t);
		return NULL;
	}
	return t;
}

static void
timer_move(struct plb_loop_timer *t, int64_t due)
{
	t->due = false;
	PLB_ASSERT(plb_heap_put(&t->loop->timers, &t->node, due) == PLB_OK);
}

void
plb_loop_timer_in(struct plb_loop_timer *t, int64_t ms)
{
	int64_t due;

	if (__builtin_add_overflow(t->loop->now.ms, ms < 0 ? 0 : ms, &due))
		due = INT64_MAX;
	timer_move(t, due);
}

void
plb_loop_timer_off(struct plb_loop_timer *t)
{
	timer_move(t, INT64_MAX);
}

void
plb_loop_timer_free(struct plb_loop_timer **t)
{
	struct plb_loop_timer *d = *t;

	if (d == NULL)
		return;
	*t = NULL;
	d->due = false;
	plb_heap_del(&d->loop->timers, &d->node);
	d->next_dead = d->loop->dead_timers;
	d->loop->dead_timers = d;
	if (!d->loop->in_turn)
		bury(d->loop);
}

/* What is due is collected first, then called: a timer armed again with 0 waits for the next turn.
 */
static void
timers_fire(struct plb_loop *l)
{
	struct plb_loop_timer *first = NULL, **end = &first, *t;
	struct plb_heap_node *n;

	while ((n = plb_heap_min(&l->timers)) != NULL && n->due <= l->now.ms) {
		t = (struct plb_loop_timer *)(void *)n;
		plb_loop_timer_off(t);
		t->due = true;
		t->next_due = NULL;
		*end = t;
		end = &t->next_due;
	}
	for (t = first; t != NULL; t = t->next_due) {
		if (t->due) {
			t->due = false;
			t->fn(t->arg);
		}
	}
}

static int
timeout_ms(const struct plb_loop *l)
{
	const struct plb_heap_node *n = plb_heap_min(&l->timers);
	int64_t left;

	if (l->stopped)
		return 0;
	if (n == NULL || n->due == INT64_MAX)
		return -1;
	/* Read anew: callbacks of the last turn took time. */
	left = n->due - plb_mono_now().ms;
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static enum plb_err
turn(struct plb_loop *l, struct plb_errctx *ec)
{
	struct epoll_event ev[EVENTS_PER_TURN];
	int n = epoll_wait(l->epoll, ev, EVENTS_PER_TURN, timeout_ms(l));
	size_t k;
	int i;

	if (n < 0 && errno != EINTR)
		return plb_err_errno(ec, "epoll_wait");
	l->now = plb_mono_now();
	l->in_turn = true;
	for (i = 0; i < n; i++) {
		struct plb_loop_fd *h = ev[i].data.ptr;

		if (h->fn != NULL)
			h->fn(h->arg, ev[i].events);
	}
	timers_fire(l);
	for (k = 0; k < l->n_each; k++)
		l->each[k].fn(l->each[k].arg);
	l->in_turn = false;
	bury(l);
	return PLB_OK;
}

enum plb_err
plb_loop_run(struct plb_loop *l, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	while (!l->stopped && err == PLB_OK)
		err = turn(l, ec);
	l->stopped = false;
	return err;
}

enum plb_err
plb_loop_each_turn(struct plb_loop *l, plb_loop_fn *fn, void *arg)
{
	struct loop_hook *more = realloc(l->each, (l->n_each + 1) * sizeof(*more));

	if (more == NULL)
		return PLB_E_HUKOMMELSE;
	l->each = more;
	l->each[l->n_each++] = (struct loop_hook){fn, arg};
	return PLB_OK;
}

struct plb_wake {
	int fd;
	struct plb_loop_fd *handle;
	plb_loop_fn *fn;
	void *arg;
};

static void
on_wake(void *arg, unsigned events)
{
	const struct plb_wake *w = arg;
	uint64_t count;

	(void)events;
	if (read(w->fd, &count, sizeof(count)) == (ssize_t)sizeof(count))
		w->fn(w->arg); /* may free w */
}

struct plb_wake *
plb_wake_new(struct plb_loop *l, plb_loop_fn *fn, void *arg)
{
	struct plb_wake *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->fn = fn;
	w->arg = arg;
	w->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->fd >= 0)
		w->handle = plb_loop_fd_add(l, w->fd, EPOLLIN, on_wake, w);
	if (w->handle == NULL)
		plb_wake_free(&w);
	return w;
}

void
plb_wake(struct plb_wake *w)
{
	int saved = errno;
	uint64_t one = 1;

	/* EAGAIN: the counter is full, so a wake is under way. */
	if (write(w->fd, &one, sizeof(one)) < 0)
		errno = saved;
}

int
plb_wake_fd(const struct plb_wake *w)
{
	return w->fd;
}

void
plb_wake_free(struct plb_wake **w)
{
	if (*w == NULL)
		return;
	plb_loop_fd_del(&(*w)->handle);
	if ((*w)->fd >= 0)
		close((*w)->fd);
	free(*w);
	*w = NULL;
}
