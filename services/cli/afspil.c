// SPDX-License-Identifier: MPL-2.0
#include "afspil.h"

#include <stdlib.h>

#include "forloeb_run.h"

#define KALD_MAX ((size_t)64 << 20) /* what one call sends */
#define DAG_MS INT64_C(86400000)
#define BESKEDER_MAX 4096
#define TIMERE_MAX                                                                                 \
	100000 /* of one person without the clock getting anywhere: the rules turn in a circle */

/* An entry of the state, and what it was before the call at hand. */
struct post {
	struct plb_slice primary, sub, blob; /* malloc'd */
	struct plb_time due;
};
struct fortryd {
	struct post foer;
	bool var_der;
};

/* The runtime's own struct has another shape; here it is the table itself. */
struct plb_flow_tx {
	struct afspil *a;
};

struct afspil {
	struct forloeb_run *run;
	afspil_fn *fn;
	void *arg;
	struct post *post;
	size_t n_post, plads;
	struct fortryd *fortryd;
	size_t n_fortryd, plads_fortryd;
	struct plb_arena kald;
	struct plb_list beskeder; /* struct afspil_besked */
	struct plb_time ur;
	size_t parkeret;
};

/* ---- the table ---- */

static bool
kopier(struct plb_slice fra, struct plb_slice *til)
{
	uint8_t *p = malloc(fra.len + 1);

	if (p == NULL)
		return false;
	if (fra.len > 0)
		memcpy(p, fra.p, fra.len);
	*til = plb_slice(p, fra.len);
	return true;
}

static void
slip(struct post *p)
{
	free((void *)(uintptr_t)p->primary.p);
	free((void *)(uintptr_t)p->sub.p);
	free((void *)(uintptr_t)p->blob.p);
	*p = (struct post){.due = PLB_TIME_NEVER};
}

static struct post *
find(struct afspil *a, struct plb_slice primary, struct plb_slice sub)
{
	size_t i;

	for (i = 0; i < a->n_post; i++)
		if (plb_slice_eq(a->post[i].primary, primary) && plb_slice_eq(a->post[i].sub, sub))
			return &a->post[i];
	return NULL;
}

/* Room for one more of `size` bytes in *p; false without memory. */
static bool
plads(void *p, size_t n, size_t *size, size_t item)
{
	void *ny, *gammel;

	if (n < *size)
		return true;
	memcpy(&gammel, p, sizeof(gammel));
	ny = realloc(gammel, (*size + 64) * item);
	if (ny == NULL)
		return false;
	memcpy(p, &ny, sizeof(ny));
	*size += 64;
	return true;
}

static bool
kopier_post(const struct post *p, struct post *ud)
{
	*ud = (struct post){.due = p->due};
	if (kopier(p->primary, &ud->primary) && kopier(p->sub, &ud->sub) &&
	    kopier(p->blob, &ud->blob))
		return true;
	slip(ud);
	return false;
}

/* Remember what the entry is before it changes. */
static bool
husk(struct afspil *a, const struct post *p, struct plb_slice primary, struct plb_slice sub)
{
	struct post ny = {primary, sub, {NULL, 0}, PLB_TIME_NEVER};

	if (!plads(&a->fortryd, a->n_fortryd, &a->plads_fortryd, sizeof(*a->fortryd)) ||
	    !kopier_post(p != NULL ? p : &ny, &a->fortryd[a->n_fortryd].foer))
		return false;
	a->fortryd[a->n_fortryd++].var_der = p != NULL;
	return true;
}

static void
fjern(struct afspil *a, struct post *p)
{
	slip(p);
	*p = a->post[--a->n_post];
}

static void
glem_fortryd(struct afspil *a)
{
	while (a->n_fortryd > 0)
		slip(&a->fortryd[--a->n_fortryd].foer);
}

/* As it was before the call; the newest change first. */
static void
rul_tilbage(struct afspil *a)
{
	while (a->n_fortryd > 0) {
		struct fortryd *x = &a->fortryd[--a->n_fortryd];
		struct post *p = find(a, x->foer.primary, x->foer.sub);

		if (p != NULL)
			fjern(a, p);
		if (x->var_der)
			a->post[a->n_post++] = x->foer; /* there was room for it before */
		else
			slip(&x->foer);
	}
}

/* ---- the runtime's calls ---- */

int32_t
plb_flow_partition(const struct plb_flow_tx *tx)
{
	(void)tx;
	return 0;
}

int32_t
plb_flow_partition_for(struct plb_flow_tx *tx, const char *topic, struct plb_slice key)
{
	(void)tx, (void)topic, (void)key;
	return 0;
}

void
plb_flow_can_wait(struct plb_flow_tx *tx)
{
	(void)tx;
}

bool
plb_flow_get(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice *blob, struct plb_time *due)
{
	const struct post *p = find(tx->a, primary, sub);

	if (p == NULL)
		return false;
	*blob = p->blob;
	if (due != NULL)
		*due = p->due;
	return true;
}

enum plb_err
plb_flow_put(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, struct plb_time due)
{
	struct post *p = find(tx->a, primary, sub), ny = {primary, sub, blob, due}, kopi;

	if (!husk(tx->a, p, primary, sub) || !kopier_post(&ny, &kopi))
		return PLB_E_HUKOMMELSE;
	if (p != NULL) {
		slip(p);
	} else if (plads(&tx->a->post, tx->a->n_post, &tx->a->plads, sizeof(*p))) {
		p = &tx->a->post[tx->a->n_post++];
	} else {
		slip(&kopi);
		return PLB_E_HUKOMMELSE;
	}
	*p = kopi;
	return PLB_OK;
}

enum plb_err
plb_flow_del(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub)
{
	struct post *p = find(tx->a, primary, sub);

	if (p == NULL)
		return PLB_OK;
	if (!husk(tx->a, p, primary, sub))
		return PLB_E_HUKOMMELSE;
	fjern(tx->a, p);
	return PLB_OK;
}

bool
plb_flow_next(
    struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice *sub, struct plb_slice *blob)
{
	const struct post *p, *naeste = NULL;
	size_t i;

	for (i = 0; i < tx->a->n_post; i++) {
		p = &tx->a->post[i];
		if (plb_slice_eq(p->primary, primary) &&
		    (sub->p == NULL || plb_slice_cmp(p->sub, *sub) > 0) &&
		    (naeste == NULL || plb_slice_cmp(p->sub, naeste->sub) < 0))
			naeste = p;
	}
	if (naeste == NULL)
		return false;
	*sub = naeste->sub;
	*blob = naeste->blob;
	return true;
}

enum plb_err
plb_flow_emit(struct plb_flow_tx *tx, const char *topic, int32_t partition, struct plb_slice key,
    struct plb_slice value, const struct plb_header *h, size_t n)
{
	struct plb_arena *a = &tx->a->kald;
	struct plb_header *kopi = plb_arena_calloc(a, n + 1, sizeof(*kopi));
	struct afspil_besked *b = plb_list_add(&tx->a->beskeder, a, sizeof(*b), BESKEDER_MAX);
	size_t i;

	(void)partition;
	if (kopi == NULL || b == NULL)
		return PLB_E_FOR_STOR;
	*b = (struct afspil_besked){plb_arena_dup(a, plb_slice_str(topic)), plb_arena_dup(a, key),
	    plb_arena_dup(a, value), kopi, n, tx->a->ur};
	for (i = 0; i < n; i++)
		kopi[i] = (struct plb_header){h[i].name, plb_arena_dup(a, h[i].value)};
	return b->value.p == NULL || (n > 0 && kopi[n - 1].value.p == NULL) ? PLB_E_FOR_STOR
									    : PLB_OK;
}

/* There is no runtime to walk through or to stop: forloeb_run was given none. */
void
plb_flow_walk(struct plb_flow *f, int32_t partition,
    bool (*fn)(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
	struct plb_time due),
    void *arg)
{
	(void)f, (void)partition, (void)fn, (void)arg;
}

void
plb_flow_stop(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec)
{
	(void)f, (void)err, (void)ec;
}

/* ---- calls of forloeb ---- */

static void
begynd(struct afspil *a)
{
	plb_arena_reset(&a->kald);
	a->beskeder = (struct plb_list){NULL, 0};
	glem_fortryd(a);
}

/* A call is over: what it sent goes out, or nothing of it happened. */
static enum plb_err
slut(struct afspil *a, enum plb_err err, struct plb_errctx *ec)
{
	const struct plb_flow_spec *spec = forloeb_run_spec(a->run);
	const struct afspil_besked *b = a->beskeder.p;
	size_t i;

	if (err != PLB_OK) {
		rul_tilbage(a);
		spec->aborted(spec->arg);
		if (plb_err_class(err) != PLB_CLASS_REJECT)
			return err;
		a->parkeret++;
		return PLB_OK;
	}
	spec->committed(spec->arg);
	for (i = 0; err == PLB_OK && i < a->beskeder.n; i++)
		err = a->fn(a->arg, &b[i], ec);
	return err;
}

static struct post *
tidligste(struct afspil *a)
{
	struct post *p = NULL;
	size_t i;

	for (i = 0; i < a->n_post; i++)
		if (p == NULL || plb_time_before(a->post[i].due, p->due))
			p = &a->post[i];
	return p;
}

enum plb_err
afspil_ur(struct afspil *a, struct plb_time now, struct plb_errctx *ec)
{
	const struct plb_flow_spec *spec = forloeb_run_spec(a->run);
	struct plb_flow_tx tx = {a};
	enum plb_err err = PLB_OK;
	size_t parkeret = a->parkeret;
	struct post *p, kopi;
	int n = 0;

	while (err == PLB_OK && (p = tidligste(a)) != NULL && p->due.ms != PLB_TIME_NEVER.ms &&
	    !plb_time_before(now, p->due)) {
		if (++n > TIMERE_MAX || !kopier_post(p, &kopi)) /* the call may move it */
			return plb_err_set(ec, PLB_E_REGEL, "a due time does not go away");
		begynd(a);
		a->ur = kopi.due;
		err = slut(a,
		    spec->timer(spec->arg, &tx, kopi.primary, kopi.sub, kopi.blob, a->ur, ec), ec);
		p = a->parkeret > parkeret ? find(a, kopi.primary, kopi.sub) : NULL;
		if (p != NULL)
			p->due = PLB_TIME_NEVER; /* parked, as the runtime does */
		parkeret = a->parkeret;
		slip(&kopi);
	}
	a->ur = now;
	return err;
}

enum plb_err
afspil_record(
    struct afspil *a, const struct plb_record *rec, struct plb_time now, struct plb_errctx *ec)
{
	const struct plb_flow_spec *spec = forloeb_run_spec(a->run);
	struct plb_flow_tx tx = {a};
	enum plb_err err = afspil_ur(a, now, ec);

	if (err != PLB_OK)
		return err;
	begynd(a);
	return slut(a, spec->record(spec->arg, &tx, rec, now, ec), ec);
}

size_t
afspil_parkeret(const struct afspil *a)
{
	return a->parkeret;
}

void
afspil_forfra(struct afspil *a)
{
	glem_fortryd(a);
	while (a->n_post > 0)
		slip(&a->post[--a->n_post]);
	a->ur = PLB_TIME_UNSET;
}

enum plb_err
afspil_new(const struct plb_schemas *schemas, const struct regler *regler,
    const struct plb_conf_forloeb *c, afspil_fn *fn, void *arg, struct afspil **out,
    struct plb_errctx *ec)
{
	struct afspil *a = calloc(1, sizeof(*a));
	enum plb_err err;

	*out = NULL;
	if (a == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	a->fn = fn;
	a->arg = arg;
	plb_arena_init(&a->kald, KALD_MAX);
	afspil_forfra(a);
	err = forloeb_run_new(schemas, regler, c->dedupe_days * DAG_MS, &a->run, ec);
	if (err == PLB_OK)
		forloeb_run_frister(a->run, c->wait_days * DAG_MS, c->keep_days * DAG_MS);
	else
		afspil_free(&a);
	*out = a;
	return err;
}

void
afspil_free(struct afspil **a)
{
	if (*a == NULL)
		return;
	afspil_forfra(*a);
	forloeb_run_free(&(*a)->run);
	plb_arena_fini(&(*a)->kald);
	free((*a)->post);
	free((*a)->fortryd);
	free(*a);
	*a = NULL;
}
