// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "loop_priv.h"

/* Exit code of a stop that would not wait for the drain. */
#define EXIT_IMPATIENT 4

static void
on_one(struct plb_loop *l, uint32_t signo)
{
	if (signo == SIGHUP) {
		if (l->on_reload.fn != NULL)
			l->on_reload.fn(l->on_reload.arg);
		return;
	}
	if (++l->stop_signals > 1)
		_exit(EXIT_IMPATIENT);
	if (l->on_stop.fn != NULL)
		l->on_stop.fn(l->on_stop.arg);
	else
		plb_loop_stop(l);
}

static void
on_signal(void *arg, unsigned events)
{
	struct plb_loop *l = arg;
	struct signalfd_siginfo si;

	(void)events;
	for (;;) {
		ssize_t n = read(l->signal_fd, &si, sizeof(si));

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(si))
			return;
		on_one(l, si.ssi_signo);
	}
}

enum plb_err
loop_signal_start(struct plb_loop *l, struct plb_errctx *ec)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	/* Never unblocked again: a signal between the loop's end and exit must not kill the
	 * process. */
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return plb_err_set(ec, PLB_E_INTERN, "pthread_sigmask");
	/* Sockets are written to by libraries; a closed peer is an error code, not an end. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return plb_err_errno(ec, "signal");
	l->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->signal_fd < 0)
		return plb_err_errno(ec, "signalfd");
	l->signal = plb_loop_fd_add(l, l->signal_fd, EPOLLIN, on_signal, l);
	if (l->signal == NULL)
		return plb_err_set(ec, PLB_E_IO, "signalfd: cannot be watched");
	return PLB_OK;
}

void
loop_signal_end(struct plb_loop *l)
{
	plb_loop_fd_del(&l->signal);
	if (l->signal_fd >= 0)
		close(l->signal_fd);
}

void
plb_loop_on_stop(struct plb_loop *l, plb_loop_fn *fn, void *arg)
{
	l->on_stop = (struct loop_hook){fn, arg};
}

void
plb_loop_on_reload(struct plb_loop *l, plb_loop_fn *fn, void *arg)
{
	l->on_reload = (struct loop_hook){fn, arg};
}
