// SPDX-License-Identifier: MPL-2.0
#include "console_run.h"

#include <parloeb/flow.h>
#include <parloeb/log.h>
#include <parloeb/metric.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "console_api.h"

#define PARTITIONS_MAX 4096
#define RETRY_MS 1000
#define MINUTE_MS 60000
#define TURN_MS 30 /* then the API is answered */

static struct plb_metric metrics[] = {
    {.name = "parloeb_console_records_total",
	.type = PLB_COUNTER,
	.help = "records read into the read model",
	.advice = "flat while partners send: look at parloeb_console_lag_partitions"},
    {.name = "parloeb_console_odd_records_total",
	.type = PLB_COUNTER,
	.help = "records that could not be read",
	.advice = "should be 0: somebody else writes to our topics"},
    {.name = "parloeb_console_lag_partitions",
	.type = PLB_GAUGE,
	.help = "partitions not read to their end",
	.advice = "0 when up to date; for long above it: the console is too slow or Kafka is away"},
    {.name = "parloeb_console_receipts_overdue",
	.type = PLB_GAUGE,
	.help = "deliveries without the receipt expected by now",
	.advice = "ask the recipients named by parloeb levering overdue"},
};
enum { M_RECORDS, M_ODD, M_LAG, M_OVERDUE };

/* Where the reading of a partition stands. */
struct del {
	const char *topic;
	int32_t partition;
	bool at_end, once; /* at its end now; has been there once */
};

struct console_run {
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct plb_reader *reader;
	struct plb_loop_timer *again;
	struct laesemodel *model;
	struct indlaes *indlaes;
	struct ordrer *ordrer;
	struct operatoerer *operatoerer;
	struct bord_api *bord;
	struct plb_loop_timer *hvert_minut;
	struct console_api *api;
	int64_t receipt_within_ms;
	struct plb_clock_topic *ur; /* NULL: the system's clock */
	struct del *del;
	int64_t turn_max; /* records taken in one turn, so that the API is answered in between */
	struct console_stand stand;
	size_t n_del, waiting; /* waiting: partitions that were never at their end */
	bool assigned;         /* Kafka has told which partitions there are */
	bool open;             /* a transaction of the model is open */
};

static struct del *
del_find(struct console_run *r, const char *topic, int32_t partition)
{
	size_t i;

	for (i = 0; i < r->n_del; i++)
		if (r->del[i].partition == partition && strcmp(r->del[i].topic, topic) == 0)
			return &r->del[i];
	return NULL;
}

static void
moved(struct console_run *r, const struct plb_record *rec, bool at_end)
{
	struct del *d = del_find(r, rec->topic, rec->partition);

	if (d == NULL || d->at_end == at_end)
		return;
	d->at_end = at_end;
	if (at_end)
		r->stand.bagud--;
	else
		r->stand.bagud++;
	plb_metric_set(&metrics[M_LAG], (int64_t)r->stand.bagud);
	if (at_end && !d->once) {
		d->once = true;
		if (--r->waiting == 0)
			ordrer_laest(r->ordrer);
	}
}

static enum plb_err
take(struct console_run *r, const struct plb_record *rec, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	if (!r->open) {
		err = laesemodel_begin(r->model, ec);
		r->open = err == PLB_OK;
	}
	if (err == PLB_OK)
		err = indlaes_record(r->indlaes, rec, ec);
	plb_metric_inc(&metrics[M_RECORDS], 1);
	if (plb_err_class(err) != PLB_CLASS_REJECT)
		return err;
	plb_metric_inc(&metrics[M_ODD], 1);
	plb_log(PLB_LOG_WARN, "record passed over", plb_f_str("emne", rec->topic),
	    plb_f_int("partition", rec->partition), plb_f_int("offset", rec->offset),
	    plb_f_str("fejl", ec->text));
	return PLB_OK;
}

static enum plb_err
commit(struct console_run *r, struct plb_errctx *ec)
{
	enum plb_err err;

	if (!r->open)
		return PLB_OK;
	err = laesemodel_commit(r->model, ec);
	r->open = false;
	return err;
}

static enum plb_err
assign_topic(struct console_run *r, const char *topic, struct plb_errctx *ec)
{
	enum plb_err err;
	int32_t n, p;

	err = plb_topic_partitions(r->bus, topic, &n, ec);
	for (p = 0; err == PLB_OK && p < n; p++) {
		if (r->n_del == PARTITIONS_MAX)
			return plb_err_set(
			    ec, PLB_E_FOR_STOR, "more than %d partitions", PARTITIONS_MAX);
		r->del[r->n_del++] = (struct del){topic, p, false, false};
		err = plb_reader_assign(r->reader, topic, p, PLB_FROM_BEGINNING, 0, ec);
	}
	return err;
}

static enum plb_err
assign_all(struct console_run *r, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	size_t i;

	r->n_del = 0;
	for (i = 0; indlaes_topics[i] != NULL && err == PLB_OK; i++)
		err = assign_topic(r, indlaes_topics[i], ec);
	if (err != PLB_OK)
		return err;
	r->assigned = true;
	r->waiting = r->n_del;
	r->stand = (struct console_stand){r->n_del, r->n_del};
	plb_metric_set(&metrics[M_LAG], (int64_t)r->n_del);
	return PLB_OK;
}

/* Kafka away or a topic missing at the start is waited out: the next try begins anew. */
static bool
assigned(struct console_run *r)
{
	struct plb_errctx ec = {{0}};
	enum plb_err err = r->assigned ? PLB_OK : assign_all(r, &ec);

	if (err == PLB_OK)
		return true;
	plb_log(PLB_LOG_WARN, "waiting for Kafka's topics", plb_f_str("fejl", ec.text));
	plb_loop_timer_in(r->again, RETRY_MS);
	return false;
}

/* Called when there is something to read: a bounded turn, then back to the loop. */
static void
turn(void *arg)
{
	struct console_run *r = arg;
	struct plb_errctx ec = {{0}};
	enum plb_err err = PLB_OK;
	struct plb_record rec;
	int64_t n, began = plb_mono_now().ms;
	int what = 0;

	if (!assigned(r))
		return;
	for (n = 0; n < r->turn_max && err == PLB_OK; n++) {
		if (n % 16 == 15 && plb_mono_now().ms - began >= TURN_MS)
			break;
		what = plb_reader_poll(r->reader, 0, &rec, &ec);
		if (what <= 0)
			break;
		moved(r, &rec, what == 2);
		if (what == 1)
			err = take(r, &rec, &ec);
	}
	if (err == PLB_OK)
		err = commit(r, &ec);
	if (err != PLB_OK) {
		plb_log(PLB_LOG_ERROR, "read model failed, stopping", plb_f_str("fejl", ec.text));
		plb_loop_stop(r->loop);
		return;
	}
	if (what < 0)
		plb_log(PLB_LOG_WARN, "Kafka does not answer", plb_f_str("fejl", ec.text));
	if (what != 0)
		plb_loop_timer_in(r->again, what < 0 ? RETRY_MS : 0);
}

/* Business time; PLB_TIME_UNSET before the topic clock's first step, when nothing is late. */
static struct plb_time
nu(void *arg)
{
	const struct console_run *r = arg;

	const struct plb_clock c =
	    r->ur == NULL ? (struct plb_clock){NULL, NULL} : plb_clock_topic_clock(r->ur);

	return r->ur == NULL ? plb_time_now() : c.now(c.arg);
}

static bool
read_to_the_end(void *arg)
{
	const struct console_run *r = arg;

	return r->assigned && r->waiting == 0;
}

static void
each_minute(void *arg)
{
	struct console_run *r = arg;
	struct plb_errctx ec = {{0}};
	int64_t n;

	if (laesemodel_mangler_antal(r->model, nu(r), r->receipt_within_ms, &n, &ec) == PLB_OK)
		plb_metric_set(&metrics[M_OVERDUE], n);
	plb_loop_timer_in(r->hvert_minut, MINUTE_MS);
}

/* The name of this process in the audit: chains of several consoles stand side by side. */
static void
writer_name(const char *listen, char out[100])
{
	char host[50] = "";

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	snprintf(out, 100, "console@%s/%.40s", host, listen);
}

static enum plb_err
desk_new(struct console_run *r, const struct plb_conf_console *c, const struct plb_secret *desk_key,
    const struct plb_schemas *schemas, struct plb_errctx *ec)
{
	struct bord_api_dele d = {.m = r->model,
	    .receipt_within_ms = c->receipt_within_ms,
	    .nu = nu,
	    .klar = read_to_the_end,
	    .arg = r};
	struct plb_faults f;
	enum plb_err err;
	char name[100];

	writer_name(c->listen, name);
	err = ordrer_new(r->loop, r->bus, schemas, r->model,
	    &(struct ordrer_konf){c->approve_above, c->order_max, name, desk_key}, &r->ordrer, ec);
	if (err != PLB_OK)
		return err;
	indlaes_drift(r->indlaes, ordrer_record, r->ordrer);
	plb_faults_init(&f);
	err = operatoerer_load(c->operators, &r->operatoerer, &f);
	if (err != PLB_OK)
		err = plb_err_set(
		    ec, err, "operators: %s", f.text == NULL ? "out of memory" : f.text);
	plb_faults_fini(&f);
	d.ordrer = r->ordrer;
	d.operatoerer = r->operatoerer;
	if (err == PLB_OK)
		err = bord_api_new(&d, &r->bord, ec);
	r->hvert_minut = plb_loop_timer_new(r->loop, each_minute, r);
	if (err == PLB_OK && r->hvert_minut == NULL)
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "console");
	if (err == PLB_OK)
		plb_loop_timer_in(r->hvert_minut, MINUTE_MS);
	return err;
}

enum plb_err
console_run_new(struct plb_loop *l, struct plb_bus *b, const struct plb_conf *conf,
    const struct plb_conf_console *c, const struct plb_schemas *schemas, struct console_run **out,
    struct plb_errctx *ec)
{
	struct console_run *r = calloc(1, sizeof(*r));
	enum plb_err err;

	*out = NULL;
	if (r == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "console");
	r->loop = l;
	r->receipt_within_ms = c->receipt_within_ms;
	r->bus = b;
	r->turn_max = c->batch_records;
	plb_metrics_add(metrics, sizeof(metrics) / sizeof(metrics[0]));
	r->again = plb_loop_timer_new(l, turn, r);
	err = r->again == NULL ? plb_err_set(ec, PLB_E_HUKOMMELSE, "console")
			       : laesemodel_new(c->database, &r->model, ec);
	if (err == PLB_OK)
		err = indlaes_new(r->model, schemas, &r->indlaes, ec);
	if (err == PLB_OK)
		err = plb_reader_new(b, l, true, turn, r, &r->reader, ec);
	r->del = calloc(PARTITIONS_MAX, sizeof(*r->del));
	if (err == PLB_OK && r->del == NULL)
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "console");
	if (err == PLB_OK && plb_conf_common(conf)->clock == PLB_CLOCK_TOPIC)
		err = plb_clock_topic_new(l, b, "console", c->listen, &r->ur, ec);
	if (err == PLB_OK)
		err = desk_new(r, c, &plb_conf_common(conf)->desk_key, schemas, ec);
	if (err == PLB_OK)
		err = console_api_new(l, c->listen, r->model, &r->stand, r->bord, &r->api, ec);
	if (err != PLB_OK)
		console_run_free(&r);
	else
		plb_loop_timer_in(r->again, 0);
	*out = r;
	return err;
}

void
console_run_free(struct console_run **r)
{
	if (*r == NULL)
		return;
	console_api_free(&(*r)->api);
	bord_api_free(&(*r)->bord);
	ordrer_free(&(*r)->ordrer);
	operatoerer_free(&(*r)->operatoerer);
	plb_loop_timer_free(&(*r)->hvert_minut);
	plb_clock_topic_free(&(*r)->ur);
	plb_reader_free(&(*r)->reader);
	indlaes_free(&(*r)->indlaes);
	laesemodel_free(&(*r)->model);
	plb_loop_timer_free(&(*r)->again);
	free((*r)->del);
	free(*r);
	*r = NULL;
}

bool
console_run_ready(struct console_run *r, struct plb_buf *why_not)
{
	if (!r->assigned) {
		plb_buf_str(why_not, "Kafka has not told which partitions there are");
		return false;
	}
	if (r->waiting > 0) {
		plb_buf_printf(
		    why_not, "%zu of %zu partitions not read to the end yet", r->waiting, r->n_del);
		return false;
	}
	if (ordrer_klar(r->ordrer))
		return true;
	plb_buf_str(why_not, "Kafka has not let the producer of orders in");
	return false;
}
