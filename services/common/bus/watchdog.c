// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

#include <parloeb/log.h>

#include <time.h>
#include <unistd.h>

#define WATCHDOG_S 10

static void *
watch(void *arg)
{
	struct bus_watchdog *w = arg;
	struct timespec end;
	int late = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += WATCHDOG_S;
	pthread_mutex_lock(&w->lock);
	while (!w->done && late == 0)
		late = pthread_cond_timedwait(&w->cond, &w->lock, &end);
	if (!w->done) {
		plb_log(PLB_LOG_ERROR, "Kafka client does not end; leaving without it",
		    plb_f_str("client", w->what));
		_exit(3);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

void
bus_watchdog_arm(struct bus_watchdog *w, const char *what)
{
	pthread_condattr_t attr;

	w->what = what;
	w->done = false;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->cond, &attr);
	pthread_condattr_destroy(&attr);
	/* Without a thread left to start, the destroy goes unwatched: the supervisor's own limit
	 * remains. */
	w->running = bus_thread(&w->thread, watch, w, NULL) == PLB_OK;
}

void
bus_watchdog_disarm(struct bus_watchdog *w)
{
	pthread_mutex_lock(&w->lock);
	w->done = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
	if (w->running)
		pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->cond);
	pthread_mutex_destroy(&w->lock);
}

void
bus_client_destroy(rd_kafka_t **rk, const char *what)
{
	struct bus_watchdog w;

	if (*rk == NULL)
		return;
	bus_watchdog_arm(&w, what);
	rd_kafka_destroy(*rk);
	bus_watchdog_disarm(&w);
	*rk = NULL;
}
