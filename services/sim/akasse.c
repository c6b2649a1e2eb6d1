// SPDX-License-Identifier: MPL-2.0
#include "akasse.h"

#include <parloeb/json.h>
#include <parloeb/log.h>
#include <stdio.h>
#include <stdlib.h>

#include "akasse_rapport.h"
#include "kald.h"
#include "tekst.h"
#include "ur.h"

#define BATCH 200
#define MEMORY (4ull << 30)
#define BODY_MAX (1u << 20)

static const char *const AKASSER[] = {"3f", "akademikernes", "ase", "bupl", "ca", "metal", "dfh",
    "fak", "dsa", "foa", "frie", "ftfa", "hk", "ajks", "krifa", "lederne", "dlfa", "ma", "min",
    "sl", "tak"};
/* Municipalities of all sizes. */
static const char *const KOMMUNER[] = {"0101", "0147", "0157", "0161", "0173", "0217", "0230",
    "0265", "0330", "0370", "0461", "0561", "0607", "0615", "0621", "0630", "0657", "0661", "0740",
    "0751", "0760", "0779", "0787", "0813", "0851"};
#define N_AKASSER (sizeof(AKASSER) / sizeof(AKASSER[0]))
#define N_KOMMUNER (sizeof(KOMMUNER) / sizeof(KOMMUNER[0]))

struct akasse {
	const struct akasse_conf *c;
	struct plb_loop *loop;
	struct plb_arena arena;
	struct plb_kalender *kalender;
	struct plb_org akasser[N_AKASSER], kommuner[N_KOMMUNER];
	struct sim_plan plan;
	struct miljoe *env;
	struct kalder *kalder;
	struct ur *ur;
	struct plb_buf body;
	size_t naeste; /* first event not sent */
	bool sidste;   /* the last step, to the end of the period, is under way */
	struct akasse_tal tal;
	int vist_maaned;
};

static void step(struct akasse *s);

static void
fail(struct akasse *s, const char *why)
{
	if (!s->tal.fejlet)
		fprintf(stderr, "\nparloeb-sim akasse: %s\n", why);
	s->tal.fejlet = true;
	plb_loop_stop(s->loop);
}

static void
show(struct akasse *s, struct plb_time t)
{
	char dato[PLB_DATO_TEXT];
	int m = plb_dato_ymd(plb_time_dato(t)).month;

	plb_dato_text(plb_time_dato(t), dato);
	if (s->c->progress)
		fprintf(stderr, "\r%s: %zu of %zu events sent ", dato, s->naeste, s->plan.n_events);
	else if (m != s->vist_maaned)
		fprintf(stderr, "%s: %zu of %zu events sent\n", dato, s->naeste, s->plan.n_events);
	s->vist_maaned = m;
}

/* ---- sending ---- */

static void
batch_answered(void *arg, int status, struct plb_slice body)
{
	struct akasse *s = arg;

	if (status != 202) {
		fprintf(stderr, "\nanswer %d: %.*s\n", status,
		    (int)(body.len > 2000 ? 2000 : body.len), (const char *)body.p);
		s->tal.afvist++;
		fail(s, "the gateway refused events of the plan");
		return;
	}
	if (kalder_open(s->kalder) == 1 &&
	    !s->tal.fejlet) /* this call is the last one still counted */
		step(s);
}

/* Events [fra, til) of one a-kasse, in one batch. */
static void
send_batch(struct akasse *s, const struct plb_org *org)
{
	struct plb_errctx ec = {{0}};

	plb_buf_str(&s->body, "]");
	if (s->body.failed)
		fail(s, "a batch does not fit");
	else if (kalder_start(s->kalder, org, "/v1/haendelser",
		     "application/cloudevents-batch+json", plb_slice(s->body.p, s->body.len),
		     batch_answered, s, &ec) != PLB_OK)
		fail(s, ec.text);
	plb_buf_reset(&s->body);
}

static void
send_of(struct akasse *s, const struct plb_org *org, size_t fra, size_t til)
{
	size_t i, n = 0;

	plb_buf_reset(&s->body);
	for (i = fra; i < til; i++) {
		const struct sim_event *e = &s->plan.event[i];

		if (!plb_org_eq(&s->plan.medlem[e->medlem].akasse, org))
			continue;
		plb_buf_str(&s->body, n % BATCH == 0 ? "[" : ",");
		sim_tekst(&s->plan, e, &s->body);
		s->tal.sendt[e->type]++;
		if (++n % BATCH == 0)
			send_batch(s, org);
	}
	if (n % BATCH != 0)
		send_batch(s, org);
}

/* All events of one moment. */
static void
send_moment(struct akasse *s)
{
	struct plb_time t = s->plan.event[s->naeste].tid;
	size_t fra = s->naeste, i;

	while (s->naeste < s->plan.n_events && plb_time_eq(s->plan.event[s->naeste].tid, t))
		s->naeste++;
	for (i = 0; i < N_AKASSER; i++)
		send_of(s, &s->akasser[i], fra, s->naeste);
	show(s, t);
}

/* ---- the mailbox at the end ---- */

static void feed_naeste(struct akasse *s, size_t akasse, struct plb_slice efter);

struct side {
	struct akasse *s;
	size_t akasse;
};

static void
count_page(struct akasse *s, const struct plb_jv *list)
{
	size_t i;

	for (i = 0; i < plb_jv_len(list); i++) {
		struct plb_slice type =
		    plb_event_name(plb_jv_str(plb_jv_get(plb_jv_at(list, i), "type")));

		s->tal.post++;
		if (plb_slice_is(type, "haendelse-afvist"))
			s->tal.haendelse_afvist++;
		else if (plb_slice_is(type, "handover-due"))
			s->tal.due_kopier++;
		else if (plb_slice_is(type, "referat-mangler"))
			s->tal.referat_mangler++;
	}
}

static void
page_answered(void *arg, int status, struct plb_slice body)
{
	struct side *side = arg;
	struct akasse *s = side->s;
	size_t akasse = side->akasse;
	struct plb_arena a;
	const struct plb_jv *v, *list;
	struct plb_errctx ec = {{0}};

	free(side);
	plb_arena_init(&a, 256u << 20);
	if (status != 200 || plb_jv_parse(&a, body, &v, &ec) != PLB_OK) {
		fail(s, "the mailbox of an a-kasse could not be read");
	} else {
		list = plb_jv_get(v, "haendelser");
		count_page(s, list);
		if (plb_jv_len(list) > 0)
			feed_naeste(s, akasse, plb_jv_str(plb_jv_get(v, "naeste")));
		else if (akasse + 1 < N_AKASSER)
			feed_naeste(s, akasse + 1, plb_slice(NULL, 0));
		else
			plb_loop_stop(s->loop);
	}
	plb_arena_fini(&a);
}

static void
feed_naeste(struct akasse *s, size_t akasse, struct plb_slice efter)
{
	struct plb_errctx ec = {{0}};
	struct side *side = malloc(sizeof(*side));
	char path[512];

	snprintf(path, sizeof(path), "/v1/feed?maks=500%s%.*s", efter.len > 0 ? "&efter=" : "",
	    PLB_SLICE_ARG(efter));
	if (side == NULL) {
		fail(s, "out of memory");
		return;
	}
	*side = (struct side){s, akasse};
	if (kalder_start(s->kalder, &s->akasser[akasse], path, NULL, plb_slice(NULL, 0),
		page_answered, side, &ec) != PLB_OK) {
		free(side);
		fail(s, ec.text);
	}
}

/* ---- the period ---- */

static void
clock_reached(void *arg, bool ok)
{
	struct akasse *s = arg;

	if (!ok)
		fail(s, "the clock command failed");
	else if (s->sidste)
		feed_naeste(s, 0, plb_slice(NULL, 0));
	else
		send_moment(s);
}

/* On to the next moment at which something is sent, and after the last one to the end of the
 * period. */
static void
step(struct akasse *s)
{
	s->sidste = s->naeste == s->plan.n_events;
	ur_step(s->ur, s->sidste ? s->plan.slut : s->plan.event[s->naeste].tid);
}

static enum plb_err
load_kalender(struct akasse *s, struct plb_errctx *ec)
{
	enum plb_err err;
	char *text = NULL;
	size_t len;

	err = plb_file_read(s->c->kalender, 1u << 20, &text, &len, ec);
	if (err == PLB_OK)
		err = plb_kalender_parse(plb_slice(text, len), &s->kalender, ec);
	free(text);
	return err;
}

static enum plb_err
start(struct akasse *s, struct plb_errctx *ec)
{
	struct sim_conf sc = {.seed = (uint64_t)s->c->seed,
	    .medlemmer = (uint32_t)s->c->members,
	    .maaneder = (int)s->c->months,
	    .start = s->c->start,
	    .akasser = s->akasser,
	    .n_akasser = N_AKASSER,
	    .kommuner = s->kommuner,
	    .n_kommuner = N_KOMMUNER};
	enum plb_err err = load_kalender(s, ec);
	size_t i;

	if (err != PLB_OK)
		return err;
	for (i = 0; i < N_AKASSER; i++)
		s->akasser[i] = plb_org_make(PLB_ORG_AKASSE, plb_slice_str(AKASSER[i]));
	for (i = 0; i < N_KOMMUNER; i++)
		s->kommuner[i] = plb_org_make(PLB_ORG_KOMMUNE, plb_slice_str(KOMMUNER[i]));
	sc.kalender = s->kalender;
	err = sim_plan_new(&sc, &s->arena, &s->plan);
	if (err == PLB_OK)
		err = miljoe_load(s->c->env, &s->env, ec);
	if (err != PLB_OK)
		return err;
	s->loop = plb_loop_new(ec);
	if (s->loop == NULL)
		return PLB_E_HUKOMMELSE;
	err = kalder_new(s->loop, s->c->gateway, s->env, &s->kalder, ec);
	if (err == PLB_OK)
		err = ur_new(s->loop, s->c->clock_command, clock_reached, s, &s->ur, ec);
	return err;
}

int
akasse_main(const struct akasse_conf *c)
{
	struct akasse s = {.c = c};
	struct plb_errctx ec = {{0}};
	enum plb_err err;

	plb_log_init("sim-akasse", PLB_LOG_INFO);
	plb_arena_init(&s.arena, MEMORY);
	plb_buf_init(&s.body, BODY_MAX);
	err = start(&s, &ec);
	if (err == PLB_OK) {
		step(&s);
		err = plb_loop_run(s.loop, &ec);
	}
	if (c->progress)
		fputc('\n', stderr);
	if (err != PLB_OK)
		fprintf(stderr, "parloeb-sim akasse: %s\n", ec.text);
	else if (!s.tal.fejlet && !akasse_rapport(c->report, &s.plan, &s.tal))
		s.tal.fejlet = true;
	ur_free(&s.ur);
	kalder_free(&s.kalder);
	miljoe_free(&s.env);
	plb_loop_free(&s.loop);
	plb_kalender_free(&s.kalender);
	plb_buf_fini(&s.body);
	plb_arena_fini(&s.arena);
	return err == PLB_OK && !s.tal.fejlet ? 0 : 3;
}
