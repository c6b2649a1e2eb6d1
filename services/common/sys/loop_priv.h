// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_LOOP_PRIV_H
#define PLB_LOOP_PRIV_H

#include <parloeb/loop.h>
#include <parloeb/map.h>

/* Removed objects stay until the end of the turn: an event or expiry collected before may still
 * point at them. */
struct plb_loop_fd {
	struct plb_loop *loop;
	int fd;
	plb_fd_fn *fn; /* NULL = removed */
	void *arg;
	struct plb_loop_fd *next_dead;
};

struct plb_loop_timer {
	struct plb_heap_node node; /* first; always in the heap, at INT64_MAX when off */
	struct plb_loop *loop;
	plb_loop_fn *fn;
	void *arg;
	bool due; /* collected in this turn, not yet called */
	bool dead;
	struct plb_loop_timer *next_due, *next_dead;
};

struct loop_hook {
	plb_loop_fn *fn;
	void *arg;
};

struct plb_loop {
	int epoll;
	bool stopped, in_turn;
	struct plb_mono now;
	struct plb_heap timers;
	struct plb_loop_fd *dead_fds;
	struct plb_loop_timer *dead_timers;
	struct loop_hook *each;
	size_t n_each;
	struct loop_hook on_stop, on_reload;
	int signal_fd;
	struct plb_loop_fd *signal;
	unsigned stop_signals;
};

/* Blocks the signals and takes them through a signalfd. */
enum plb_err loop_signal_start(struct plb_loop *l, struct plb_errctx *ec);
void loop_signal_end(struct plb_loop *l);

#endif
