// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "loop_priv.h"

/* A turn that never comes would hang the program: ctest's time limit ends it. */
struct fixture {
	struct plb_loop *loop;
	struct plb_loop_timer *a, *b;
	struct plb_loop_fd *h[2];
	struct plb_wake *wake;
	int pipe[2][2];
	int calls, turns, stop_at;
	char order[32];
};

static void
new_loop(struct fixture *x)
{
	struct plb_errctx ec = {0};

	memset(x, 0, sizeof(*x));
	x->loop = plb_loop_new(&ec);
	assert_non_null(x->loop);
}

static void
run(struct fixture *x)
{
	struct plb_errctx ec = {0};

	assert_int_equal(plb_loop_run(x->loop, &ec), PLB_OK);
}

static void
stop(void *arg)
{
	struct fixture *x = arg;

	x->calls++;
	plb_loop_stop(x->loop);
}

static void
note_a(void *arg)
{
	strcat(((struct fixture *)arg)->order, "a");
}

static void
note_b(void *arg)
{
	strcat(((struct fixture *)arg)->order, "b");
}

static void
end_turn(void *arg)
{
	struct fixture *x = arg;

	strcat(x->order, ".");
	if (++x->turns == x->stop_at)
		plb_loop_stop(x->loop);
}

static void
timers_fire_in_order_and_once(void **state)
{
	struct fixture x;
	struct plb_loop_timer *end;
	int64_t start;

	(void)state;
	new_loop(&x);
	x.a = plb_loop_timer_new(x.loop, note_a, &x);
	x.b = plb_loop_timer_new(x.loop, note_b, &x);
	end = plb_loop_timer_new(x.loop, stop, &x);
	start = plb_loop_mono(x.loop).ms; /* what a timer is counted from */
	plb_loop_timer_in(x.a, 20);
	plb_loop_timer_in(x.b, 10);
	plb_loop_timer_in(end, 30);
	run(&x);
	assert_string_equal(x.order, "ba");
	assert_int_equal(x.calls, 1);
	/* Never early. */
	assert_true(plb_loop_mono(x.loop).ms >= start + 30);
	/* One-shot: a second run fires only what is armed anew. */
	plb_loop_timer_in(end, 5);
	run(&x);
	assert_string_equal(x.order, "ba");
	plb_loop_timer_free(&x.a);
	plb_loop_timer_free(&x.b);
	plb_loop_timer_free(&end);
	plb_loop_free(&x.loop);
	assert_null(x.loop);
}

static void
rearm_a(void *arg)
{
	struct fixture *x = arg;

	strcat(x->order, "a");
	plb_loop_timer_in(x->a, 0);
}

static void
timer_zero_is_the_next_turn(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	x.stop_at = 3;
	x.a = plb_loop_timer_new(x.loop, rearm_a, &x);
	assert_int_equal(plb_loop_each_turn(x.loop, end_turn, &x), PLB_OK);
	plb_loop_timer_in(x.a, 0);
	run(&x);
	assert_string_equal(x.order, "a.a.a.");
	plb_loop_timer_free(&x.a);
	plb_loop_free(&x.loop);
}

static void
moved_and_switched_off(void **state)
{
	struct fixture x;
	struct plb_loop_timer *end;

	(void)state;
	new_loop(&x);
	x.a = plb_loop_timer_new(x.loop, note_a, &x);
	x.b = plb_loop_timer_new(x.loop, note_b, &x);
	end = plb_loop_timer_new(x.loop, stop, &x);
	plb_loop_timer_in(x.a, 0);
	plb_loop_timer_off(x.a);
	plb_loop_timer_in(x.b, INT64_MAX);
	plb_loop_timer_in(x.b, -5);
	plb_loop_timer_in(end, 1000000);
	plb_loop_timer_in(end, 3);
	run(&x);
	assert_string_equal(x.order, "b");
	plb_loop_timer_free(&x.a);
	plb_loop_timer_free(&x.b);
	plb_loop_timer_free(&end);
	plb_loop_free(&x.loop);
}

static void
free_b(void *arg)
{
	struct fixture *x = arg;

	strcat(x->order, "a");
	plb_loop_timer_free(&x->b);
	plb_loop_timer_free(&x->a); /* itself */
	plb_loop_stop(x->loop);
}

static void
timer_freed_in_its_turn_does_not_fire(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	x.a = plb_loop_timer_new(x.loop, free_b, &x);
	x.b = plb_loop_timer_new(x.loop, note_b, &x);
	plb_loop_timer_in(x.a, 0);
	plb_loop_timer_in(x.b, 0);
	run(&x);
	assert_string_equal(x.order, "a");
	assert_null(x.b);
	assert_null(x.loop->dead_timers);
	plb_loop_free(&x.loop);
}

static void
off_b(void *arg)
{
	struct fixture *x = arg;

	strcat(x->order, "a");
	plb_loop_timer_off(x->b);
	plb_loop_stop(x->loop);
}

static void
timer_switched_off_in_its_turn_does_not_fire(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	x.a = plb_loop_timer_new(x.loop, off_b, &x);
	x.b = plb_loop_timer_new(x.loop, note_b, &x);
	plb_loop_timer_in(x.a, 0);
	plb_loop_timer_in(x.b, 0);
	run(&x);
	assert_string_equal(x.order, "a");
	plb_loop_timer_free(&x.a);
	plb_loop_timer_free(&x.b);
	plb_loop_free(&x.loop);
}

static void
open_pipes(struct fixture *x)
{
	int i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(pipe(x->pipe[i]), 0);
		assert_int_equal(write(x->pipe[i][1], "x", 1), 1);
	}
}

static void
close_pipes(struct fixture *x)
{
	int i;

	for (i = 0; i < 2; i++) {
		close(x->pipe[i][0]);
		close(x->pipe[i][1]);
	}
}

/* Whoever is called first removes both. */
static void
remove_both(void *arg, unsigned events)
{
	struct fixture *x = arg;

	assert_int_equal(events, EPOLLIN);
	x->calls++;
	plb_loop_fd_del(&x->h[0]);
	plb_loop_fd_del(&x->h[1]);
}

static void
fd_removed_in_its_turn_is_not_called(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	open_pipes(&x);
	x.stop_at = 1;
	assert_int_equal(plb_loop_each_turn(x.loop, end_turn, &x), PLB_OK);
	x.h[0] = plb_loop_fd_add(x.loop, x.pipe[0][0], EPOLLIN, remove_both, &x);
	x.h[1] = plb_loop_fd_add(x.loop, x.pipe[1][0], EPOLLIN, remove_both, &x);
	run(&x);
	assert_int_equal(x.calls, 1);
	assert_null(x.h[0]);
	assert_null(x.h[1]);
	assert_null(x.loop->dead_fds); /* freed with the turn */
	close_pipes(&x);
	plb_loop_free(&x.loop);
}

static void
count_read(void *arg, unsigned events)
{
	struct fixture *x = arg;
	char c;

	(void)events;
	x->calls++;
	assert_int_equal(read(x->pipe[0][0], &c, 1), 1);
	plb_loop_stop(x->loop);
}

/* The same number, a new handle: the event of the old one does not reach the new one. */
static void
replace_other(void *arg, unsigned events)
{
	struct fixture *x = arg;
	int other = x->h[1] == NULL ? 0 : 1;

	(void)events;
	x->calls++;
	if (x->calls > 1)
		return;
	plb_loop_fd_del(&x->h[0]);
	plb_loop_fd_del(&x->h[1]);
	close_pipes(x);
	assert_int_equal(pipe(x->pipe[0]), 0);
	assert_int_equal(pipe(x->pipe[1]), 0);
	x->h[other] = plb_loop_fd_add(x->loop, x->pipe[1][0], EPOLLIN, replace_other, x);
	assert_non_null(x->h[other]);
}

static void
fd_number_reused_in_its_turn(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	open_pipes(&x);
	x.stop_at = 1;
	assert_int_equal(plb_loop_each_turn(x.loop, end_turn, &x), PLB_OK);
	x.h[0] = plb_loop_fd_add(x.loop, x.pipe[0][0], EPOLLIN, replace_other, &x);
	x.h[1] = plb_loop_fd_add(x.loop, x.pipe[1][0], EPOLLIN, replace_other, &x);
	run(&x);
	assert_int_equal(x.calls, 1);
	plb_loop_fd_del(&x.h[0]);
	plb_loop_fd_del(&x.h[1]);
	close_pipes(&x);
	plb_loop_free(&x.loop);
}

static void
fd_events_change(void **state)
{
	struct fixture x;
	struct plb_loop_timer *t;

	(void)state;
	new_loop(&x);
	open_pipes(&x);
	x.h[0] = plb_loop_fd_add(x.loop, x.pipe[0][0], 0, count_read, &x);
	t = plb_loop_timer_new(x.loop, stop, &x);
	plb_loop_timer_in(t, 5);
	run(&x);
	assert_int_equal(x.calls, 1); /* the timer's */
	plb_loop_fd_set(x.h[0], EPOLLIN);
	run(&x);
	assert_int_equal(x.calls, 2);
	plb_loop_fd_del(&x.h[0]);
	plb_loop_fd_del(&x.h[0]); /* NULL is nothing */
	plb_loop_timer_free(&t);
	close_pipes(&x);
	plb_loop_free(&x.loop);
}

static void
bad_fd_is_refused(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	assert_null(plb_loop_fd_add(x.loop, -1, EPOLLIN, count_read, &x));
	plb_loop_free(&x.loop);
}

static void
hooks_in_order_at_the_end(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	x.stop_at = 2;
	assert_int_equal(plb_loop_each_turn(x.loop, note_a, &x), PLB_OK);
	assert_int_equal(plb_loop_each_turn(x.loop, note_b, &x), PLB_OK);
	assert_int_equal(plb_loop_each_turn(x.loop, end_turn, &x), PLB_OK);
	x.a = plb_loop_timer_new(x.loop, rearm_a, &x);
	plb_loop_timer_in(x.a, 0);
	run(&x);
	assert_string_equal(x.order, "aab.aab.");
	plb_loop_timer_free(&x.a);
	plb_loop_free(&x.loop);
}

static void *
wake_thread(void *arg)
{
	struct fixture *x = arg;
	int i;

	for (i = 0; i < 1000; i++)
		plb_wake(x->wake);
	return NULL;
}

static void
wake_from_another_thread(void **state)
{
	struct fixture x;
	pthread_t t;

	(void)state;
	new_loop(&x);
	x.wake = plb_wake_new(x.loop, stop, &x);
	assert_non_null(x.wake);
	assert_int_equal(pthread_create(&t, NULL, wake_thread, &x), 0);
	run(&x);
	pthread_join(t, NULL);
	assert_true(x.calls >= 1);
	plb_wake_free(&x.wake);
	plb_loop_free(&x.loop);
}

/* As librdkafka writes: eight bytes onto the descriptor. Reading empties it. */
static void
wake_by_its_fd_and_drained(void **state)
{
	struct fixture x;
	struct plb_loop_timer *t;
	uint64_t one = 1;

	(void)state;
	new_loop(&x);
	x.wake = plb_wake_new(x.loop, note_a, &x);
	t = plb_loop_timer_new(x.loop, stop, &x);
	assert_int_equal(write(plb_wake_fd(x.wake), &one, sizeof(one)), 8);
	assert_int_equal(write(plb_wake_fd(x.wake), &one, sizeof(one)), 8);
	plb_loop_timer_in(t, 5);
	run(&x);
	assert_string_equal(x.order, "a");
	plb_loop_timer_free(&t);
	plb_wake_free(&x.wake);
	plb_loop_free(&x.loop);
}

static void
free_wake(void *arg)
{
	struct fixture *x = arg;

	x->calls++;
	plb_wake_free(&x->wake);
	plb_loop_stop(x->loop);
}

static void
wake_freed_in_its_callback(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	x.wake = plb_wake_new(x.loop, free_wake, &x);
	plb_wake(x.wake);
	run(&x);
	assert_int_equal(x.calls, 1);
	assert_null(x.wake);
	plb_loop_free(&x.loop);
}

static void
sigterm_stops(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	assert_int_equal(raise(SIGTERM), 0);
	run(&x);
	plb_loop_free(&x.loop);
	new_loop(&x);
	plb_loop_on_stop(x.loop, stop, &x);
	assert_int_equal(raise(SIGINT), 0);
	run(&x);
	assert_int_equal(x.calls, 1);
	plb_loop_free(&x.loop);
}

static void
reload(void *arg)
{
	struct fixture *x = arg;

	strcat(x->order, "r");
	raise(SIGTERM);
}

static void
sighup_reloads(void **state)
{
	struct fixture x;

	(void)state;
	new_loop(&x);
	plb_loop_on_reload(x.loop, reload, &x);
	assert_int_equal(raise(SIGHUP), 0);
	run(&x);
	assert_string_equal(x.order, "r");
	plb_loop_free(&x.loop);
	/* Without a callback it is ignored. */
	new_loop(&x);
	assert_int_equal(raise(SIGHUP), 0);
	assert_int_equal(raise(SIGTERM), 0);
	run(&x);
	plb_loop_free(&x.loop);
}

static void
drain(void *arg)
{
	(void)arg; /* a drain that never ends */
}

static void
second_signal_ends_at_once(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		struct plb_errctx ec = {0};
		struct plb_loop *l = plb_loop_new(&ec);

		plb_loop_on_stop(l, drain, NULL);
		raise(SIGTERM);
		raise(SIGINT);
		_exit(plb_loop_run(l, &ec) == PLB_OK ? 90 : 91);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
}

static void
broken_pipe_is_an_error_code(void **state)
{
	struct fixture x;
	int p[2];

	(void)state;
	new_loop(&x);
	assert_int_equal(pipe(p), 0);
	close(p[0]);
	assert_int_equal(write(p[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(p[1]);
	plb_loop_free(&x.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(timers_fire_in_order_and_once),
	    cmocka_unit_test(timer_zero_is_the_next_turn),
	    cmocka_unit_test(moved_and_switched_off),
	    cmocka_unit_test(timer_freed_in_its_turn_does_not_fire),
	    cmocka_unit_test(timer_switched_off_in_its_turn_does_not_fire),
	    cmocka_unit_test(fd_removed_in_its_turn_is_not_called),
	    cmocka_unit_test(fd_number_reused_in_its_turn),
	    cmocka_unit_test(fd_events_change),
	    cmocka_unit_test(bad_fd_is_refused),
	    cmocka_unit_test(hooks_in_order_at_the_end),
	    cmocka_unit_test(wake_from_another_thread),
	    cmocka_unit_test(wake_by_its_fd_and_drained),
	    cmocka_unit_test(wake_freed_in_its_callback),
	    cmocka_unit_test(sigterm_stops),
	    cmocka_unit_test(sighup_reloads),
	    cmocka_unit_test(second_signal_ends_at_once),
	    cmocka_unit_test(broken_pipe_is_an_error_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
