// SPDX-License-Identifier: MPL-2.0
/* The threads, and what the loop knows of them. docs/adr/0022. */

#include "http_client_priv.h"
#include "overfoersel_priv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 16
#define TEXT_MAX ((size_t)64 << 10)

struct queue {
	struct plb_overfoersel *first, **last;
	size_t n;
};

struct plb_overfoersler {
	struct plb_wake *wake;
	struct plb_overfoersel *open; /* all that have not been told of */
	size_t n_open;
	pthread_t thread[THREADS_MAX];
	size_t threads, max;
	bool reporting; /* inside done() */

	pthread_mutex_t lock; /* over the rest */
	pthread_cond_t cond;
	struct queue waiting, finished;
	size_t idle;
	bool quit;
};

static void
queue_put(struct queue *q, struct plb_overfoersel *o)
{
	o->next = NULL;
	*q->last = o;
	q->last = &o->next;
	q->n++;
}

static struct plb_overfoersel *
queue_take(struct queue *q)
{
	struct plb_overfoersel *o = q->first;

	if (o == NULL)
		return NULL;
	q->first = o->next;
	if (q->first == NULL)
		q->last = &q->first;
	q->n--;
	return o;
}

static void
ovf_free(struct plb_overfoersel *o)
{
	plb_secret_wipe(&o->password);
	plb_arena_fini(&o->text);
	plb_buf_fini(&o->out);
	plb_buf_fini(&o->in);
	free(o);
}

/* ---- a thread ---- */

/* Until there is one to run; NULL: quit. */
static struct plb_overfoersel *
wait_for_one(struct plb_overfoersler *p)
{
	p->idle++;
	while (!p->quit && p->waiting.first == NULL)
		pthread_cond_wait(&p->cond, &p->lock);
	p->idle--;
	return p->quit ? NULL : queue_take(&p->waiting);
}

static void *
thread(void *arg)
{
	struct plb_overfoersler *p = arg;
	struct plb_overfoersel *o;

	pthread_mutex_lock(&p->lock);
	while ((o = wait_for_one(p)) != NULL) {
		pthread_mutex_unlock(&p->lock);
		if (!atomic_load(&o->drop))
			ovf_koer(o);
		pthread_mutex_lock(&p->lock);
		queue_put(&p->finished, o);
		plb_wake(p->wake);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* ---- the loop ---- */

static void
list_open(struct plb_overfoersler *p, struct plb_overfoersel *o)
{
	o->next_open = p->open;
	if (p->open != NULL)
		p->open->prev_open = o;
	p->open = o;
	p->n_open++;
}

static void
unlist(struct plb_overfoersel *o)
{
	if (o->prev_open != NULL)
		o->prev_open->next_open = o->next_open;
	else
		o->pool->open = o->next_open;
	if (o->next_open != NULL)
		o->next_open->prev_open = o->prev_open;
	o->pool->n_open--;
}

/* Those that finish while these are told come with the next turn: their thread wakes it. */
static void
on_wake(void *arg)
{
	struct plb_overfoersler *p = arg;
	struct plb_overfoersel *o;
	struct queue q = {.last = &q.first};

	pthread_mutex_lock(&p->lock);
	while ((o = queue_take(&p->finished)) != NULL)
		queue_put(&q, o);
	pthread_mutex_unlock(&p->lock);
	/* done() may drop one that waits here: it is looked at only when its turn has come. */
	while ((o = queue_take(&q)) != NULL) {
		if (!atomic_load(&o->drop)) {
			unlist(o);
			p->reporting = true;
			o->b.done(o->b.arg, &o->svar);
			p->reporting = false;
		}
		ovf_free(o);
	}
}

struct plb_overfoersler *
plb_overfoersler_new(struct plb_loop *l, int64_t samtidige, struct plb_errctx *ec)
{
	struct plb_overfoersler *p = calloc(1, sizeof *p);

	http_curl_once();
	if (p == NULL || (p->wake = plb_wake_new(l, on_wake, p)) == NULL) {
		free(p);
		plb_err_set(ec, PLB_E_HUKOMMELSE, "transfers");
		return NULL;
	}
	p->max = samtidige < 1 ? 1 : samtidige > THREADS_MAX ? THREADS_MAX : (size_t)samtidige;
	p->waiting.last = &p->waiting.first;
	p->finished.last = &p->finished.first;
	PLB_ASSERT(pthread_mutex_init(&p->lock, NULL) == 0);
	PLB_ASSERT(pthread_cond_init(&p->cond, NULL) == 0);
	return p;
}

void
plb_overfoersler_free(struct plb_overfoersler **pp)
{
	struct plb_overfoersler *p = *pp;
	struct plb_overfoersel *o;

	*pp = NULL;
	if (p == NULL)
		return;
	PLB_ASSERT(!p->reporting);
	for (o = p->open; o != NULL; o = o->next_open)
		atomic_store(&o->drop, true);
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_broadcast(&p->cond);
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->threads; i++)
		PLB_ASSERT(pthread_join(p->thread[i], NULL) == 0);
	while ((o = queue_take(&p->waiting)) != NULL)
		ovf_free(o);
	while ((o = queue_take(&p->finished)) != NULL)
		ovf_free(o);
	plb_wake_free(&p->wake);
	pthread_cond_destroy(&p->cond);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* One more when nobody is free for a further one. False: there is none at all. */
static bool
have_thread(struct plb_overfoersler *p)
{
	bool more;

	pthread_mutex_lock(&p->lock);
	more = p->waiting.n >= p->idle && p->threads < p->max;
	pthread_mutex_unlock(&p->lock);
	if (more && pthread_create(&p->thread[p->threads], NULL, thread, p) == 0)
		p->threads++;
	return p->threads > 0;
}

enum plb_err
plb_overfoer(struct plb_overfoersler *p, const struct plb_ovf_bestilling *b,
    struct plb_overfoersel **out, struct plb_errctx *ec)
{
	struct plb_overfoersel *o = calloc(1, sizeof *o);
	enum plb_err err;

	if (o == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "transfer");
	plb_arena_init(&o->text, TEXT_MAX);
	plb_buf_init(&o->out, OVF_BODY_MAX);
	err = ovf_tag(o, b, ec);
	if (err == PLB_OK && !have_thread(p))
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "no thread for transfers");
	if (err != PLB_OK) {
		ovf_free(o);
		return err;
	}
	o->pool = p;
	list_open(p, o);
	pthread_mutex_lock(&p->lock);
	queue_put(&p->waiting, o);
	pthread_cond_signal(&p->cond);
	pthread_mutex_unlock(&p->lock);
	if (out != NULL)
		*out = o;
	return PLB_OK;
}

void
plb_overfoersel_drop(struct plb_overfoersel **po)
{
	struct plb_overfoersel *o = *po;

	*po = NULL;
	if (o == NULL)
		return;
	unlist(o);
	/* Memory and place in the queue go when a thread has come to it. */
	atomic_store(&o->drop, true);
}

size_t
plb_overfoersler_open(const struct plb_overfoersler *p)
{
	return p->n_open;
}
