// SPDX-License-Identifier: MPL-2.0
#include "ur.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

struct ur {
	struct plb_loop_fd *fd;
	struct plb_loop_timer *at_once;
	ur_fn *done;
	void *arg;
	pid_t pid;   /* 0 = no child */
	int in, out; /* to the child, from it */
	char line[128];
	size_t len;
};

static void
finished(void *arg)
{
	struct ur *u = arg;

	u->done(u->arg, true);
}

static void
answered(void *arg, unsigned events)
{
	struct ur *u = arg;
	ssize_t n;
	char *end;
	bool ok;

	(void)events;
	n = read(u->out, u->line + u->len, sizeof(u->line) - 1 - u->len);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		plb_loop_fd_del(&u->fd);
		u->done(u->arg, false);
		return;
	}
	u->len += (size_t)n;
	u->line[u->len] = '\0';
	end = strchr(u->line, '\n');
	if (end == NULL)
		return;
	ok = strncmp(u->line, "ok ", 3) == 0;
	u->len = 0;
	u->done(u->arg, ok);
}

static enum plb_err
spawn(struct ur *u, const char *command, struct plb_errctx *ec)
{
	int to[2], from[2];
	sigset_t none;

	if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
		return plb_err_errno(ec, "pipe");
	u->pid = fork();
	if (u->pid < 0)
		return plb_err_errno(ec, "fork");
	if (u->pid == 0) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	u->in = to[1];
	u->out = from[0];
	return fcntl(u->out, F_SETFL, O_NONBLOCK) == 0 ? PLB_OK : plb_err_errno(ec, "fcntl");
}

enum plb_err
ur_new(struct plb_loop *l, const char *command, ur_fn *done, void *arg, struct ur **out,
    struct plb_errctx *ec)
{
	struct ur *u = calloc(1, sizeof(*u));
	enum plb_err err = PLB_OK;

	*out = u;
	if (u == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "clock");
	u->done = done;
	u->arg = arg;
	u->in = u->out = -1;
	u->at_once = plb_loop_timer_new(l, finished, u);
	if (u->at_once == NULL)
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "clock");
	else if (command != NULL && command[0] != '\0')
		err = spawn(u, command, ec);
	if (err == PLB_OK && u->pid > 0) {
		u->fd = plb_loop_fd_add(l, u->out, EPOLLIN, answered, u);
		if (u->fd == NULL)
			err = plb_err_set(ec, PLB_E_HUKOMMELSE, "clock");
	}
	if (err != PLB_OK)
		ur_free(out);
	return err;
}

void
ur_step(struct ur *u, struct plb_time t)
{
	char text[PLB_TIME_TEXT];

	if (u->pid == 0) {
		plb_loop_timer_in(u->at_once, 0);
		return;
	}
	/* A child that has ended shows at the other pipe. */
	if (dprintf(u->in, "%s\n", plb_time_text(t, text)) < 0)
		fprintf(stderr, "parloeb-sim: the clock command does not listen\n");
}

void
ur_free(struct ur **u)
{
	if (*u == NULL)
		return;
	plb_loop_fd_del(&(*u)->fd);
	plb_loop_timer_free(&(*u)->at_once);
	if ((*u)->in >= 0)
		close((*u)->in); /* end of input: the child ends */
	if ((*u)->out >= 0)
		close((*u)->out);
	if ((*u)->pid > 0)
		waitpid((*u)->pid, NULL, 0);
	free(*u);
	*u = NULL;
}
