// SPDX-License-Identifier: MPL-2.0
#include "prop.h"

#include <parloeb/err.h>
#include <parloeb/id.h>
#include <parloeb/rng.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAWS_MAX 8192    /* in one case; further draws give the simplest value */
#define SHRINK_TRIES 4000 /* runs of the property spent on making a case smaller */

/* A case is nothing but its draws, each a number where 0 is simplest. Shrinking works on them
 * alone: it takes out stretches and lowers single draws, and whatever the property builds from them
 * shrinks. */
struct prop {
	uint64_t draw[DRAWS_MAX];
	size_t n;    /* draws there are to play back */
	size_t at;   /* draws made in this run */
	bool record; /* new draws from rng; else playing back, 0 behind the end */
	struct plb_rng rng;
	char note[512];
	size_t note_len;
};

static struct prop_result last;
static bool quiet;

struct prop_result
prop_last(void)
{
	return last;
}

void
prop_quiet(bool on)
{
	quiet = on;
}

/* One draw of at most `most`; `fresh` is what the generator proposes. */
static uint64_t
draw(struct prop *p, uint64_t fresh, uint64_t most)
{
	uint64_t v = 0;

	if (p->at >= DRAWS_MAX)
		return 0;
	if (p->record)
		v = fresh;
	else if (p->at < p->n)
		v = p->draw[p->at];
	if (v > most)
		v = most;
	p->draw[p->at++] = v;
	if (p->record)
		p->n = p->at;
	return v;
}

uint64_t
prop_below(struct prop *p, uint64_t n)
{
	PLB_ASSERT(n > 0);
	return draw(p, plb_rng_below(&p->rng, n), n - 1);
}

bool
prop_bool(struct prop *p)
{
	return prop_below(p, 2) == 1;
}

/* A proposal for 0 … most that favours the borders and small numbers of every length. */
static uint64_t
propose(struct prop *p, uint64_t most)
{
	uint64_t how = plb_rng_below(&p->rng, 8);
	uint64_t v = plb_rng_u64(&p->rng);

	if (how == 0)
		return most - (v % 4 <= most ? v % 4 : 0);
	if (how <= 2) {
		v >>= plb_rng_below(&p->rng, 64);
		return v <= most ? v : most;
	}
	return most == UINT64_MAX ? v : v % (most + 1);
}

/* The simplest value comes first, then outwards to both sides, then on along the longer side. */
int64_t
prop_int(struct prop *p, int64_t lo, int64_t hi)
{
	uint64_t span = (uint64_t)hi - (uint64_t)lo;
	uint64_t base, below, above, both, v;

	PLB_ASSERT(lo <= hi);
	base = lo > 0 ? (uint64_t)lo : hi < 0 ? (uint64_t)hi : 0;
	below = base - (uint64_t)lo;
	above = (uint64_t)hi - base;
	both = below < above ? below : above;
	v = draw(p, propose(p, span), span);
	if (v / 2 + v % 2 <= both)
		return (int64_t)(v % 2 == 1 ? base + v / 2 + 1 : base - v / 2);
	return (int64_t)(above > below ? base + (v - both) : base - (v - both));
}

bool
prop_more(struct prop *p, unsigned average)
{
	return draw(p, plb_rng_below(&p->rng, (uint64_t)average + 1) != 0, 1) == 1;
}

/* Lengths of every order up to max occur; the average is itself no draw, for it does not shape a
 * replay. */
static unsigned
some_average(struct prop *p, size_t max)
{
	uint64_t n = plb_rng_below(&p->rng, (uint64_t)max + 1);

	return (unsigned)(n >> plb_rng_below(&p->rng, 8));
}

size_t
prop_bytes(struct prop *p, uint8_t *to, size_t max)
{
	unsigned average = some_average(p, max);
	size_t n = 0;

	while (n < max && prop_more(p, average))
		to[n++] = (uint8_t)draw(p, propose(p, 255), 255);
	return n;
}

size_t
prop_text(struct prop *p, char *to, size_t max, const char *alphabet)
{
	unsigned average = some_average(p, max);
	size_t letters = strlen(alphabet), n = 0;

	PLB_ASSERT(letters > 0);
	while (n < max && prop_more(p, average)) {
		uint64_t most = letters + 255;
		uint64_t v = plb_rng_below(&p->rng, 32) == 0 ? most : letters - 1;

		v = draw(p, plb_rng_below(&p->rng, v + 1), most);
		to[n++] = v < letters ? alphabet[v] : (char)(v - letters);
	}
	return n;
}

void
prop_note(struct prop *p, const char *fmt, ...)
{
	size_t left = sizeof(p->note) - p->note_len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(p->note + p->note_len, left, fmt, ap);
	va_end(ap);
	if (n > 0)
		p->note_len += (size_t)n < left ? (size_t)n : left - 1;
}

static bool
run(struct prop *p, prop_fn fn, void *arg)
{
	p->at = 0;
	p->note_len = 0;
	p->note[0] = '\0';
	return fn(p, arg);
}

struct shrink {
	struct prop *best, *trial;
	prop_fn fn;
	void *arg;
	unsigned tries;
};

/* Fewer draws, or the first that differs is smaller. */
static bool
simpler(const struct prop *a, const struct prop *b)
{
	if (a->n != b->n)
		return a->n < b->n;
	for (size_t i = 0; i < a->n; i++)
		if (a->draw[i] != b->draw[i])
			return a->draw[i] < b->draw[i];
	return false;
}

/* Play the trial back: when it still fails, it is the new best, cut to the draws it made. What
 * became no simpler is no progress: a draw taken out at the end comes back as 0. */
static bool
still_fails(struct shrink *s)
{
	if (s->tries == 0)
		return false;
	s->tries--;
	s->trial->record = false;
	if (run(s->trial, s->fn, s->arg))
		return false;
	s->trial->n = s->trial->at;
	if (!simpler(s->trial, s->best))
		return false;
	*s->best = *s->trial;
	return true;
}

/* Without draws from .. from+len. */
static bool
try_without(struct shrink *s, size_t from, size_t len)
{
	*s->trial = *s->best;
	memmove(s->trial->draw + from, s->trial->draw + from + len,
	    (s->trial->n - from - len) * sizeof(s->trial->draw[0]));
	s->trial->n -= len;
	return still_fails(s);
}

static bool
try_draw(struct shrink *s, size_t at, uint64_t v)
{
	*s->trial = *s->best;
	s->trial->draw[at] = v;
	return still_fails(s);
}

static bool
take_out(struct shrink *s)
{
	bool better = false;

	/* Long stretches in strides, short ones everywhere: tries are limited. */
	for (size_t len = s->best->n; len > 0; len /= 2)
		for (size_t from = 0; from + len <= s->best->n;) {
			if (try_without(s, from, len))
				better = true;
			else
				from += len > 4 ? len / 2 : 1;
		}
	return better;
}

/* Lower one draw as far as it will go: 0, then by halves of what is left, then by one. */
static bool
lower(struct shrink *s, size_t at)
{
	uint64_t v = s->best->draw[at], step;
	bool better = false;

	if (v == 0)
		return false;
	if (try_draw(s, at, 0))
		return true;
	for (step = v / 2; step > 0;) {
		if (at < s->best->n && s->best->draw[at] > step &&
		    try_draw(s, at, s->best->draw[at] - step))
			better = true;
		else
			step /= 2;
	}
	return better;
}

static void
shrink(struct shrink *s)
{
	bool better = true;

	while (better && s->tries > 0) {
		better = take_out(s);
		for (size_t at = 0; at < s->best->n; at++)
			better |= lower(s, at);
	}
}

static uint64_t
number_from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? otherwise : strtoull(text, NULL, 0);
}

static void
report(const char *name, prop_fn fn, void *arg, struct prop *failing)
{
	struct shrink s = {failing, malloc(sizeof(*failing)), fn, arg, SHRINK_TRIES};

	PLB_ASSERT(s.trial != NULL);
	shrink(&s);
	free(s.trial);
	memcpy(last.note, failing->note, sizeof(last.note));
	if (quiet)
		return;
	fprintf(stderr, "prop %s fails in case %u: %s\nrepeat: PLB_PROP_SEED=0x%llx\n", name,
	    last.runs, last.note, (unsigned long long)last.seed);
}

bool
prop_holds(const char *name, prop_fn fn, void *arg, unsigned runs)
{
	uint64_t seed = number_from_env("PLB_PROP_SEED", plb_hash(plb_slice_str(name)));
	uint64_t times = number_from_env("PLB_PROP_RUNS", 1);
	struct prop *p = malloc(sizeof(*p));
	bool ok = true;

	PLB_ASSERT(p != NULL && runs > 0 && times > 0);
	for (uint64_t i = 0; i < runs * times && ok; i++) {
		plb_rng_seed(&p->rng, seed + i);
		p->n = 0;
		p->record = true;
		ok = run(p, fn, arg);
		if (!ok) {
			last = (struct prop_result){.seed = seed + i, .runs = (unsigned)i + 1};
			report(name, fn, arg, p);
		}
	}
	free(p);
	return ok;
}
