// SPDX-License-Identifier: MPL-2.0
#include "identiteter.h"

#include <parloeb/follower.h>
#include <parloeb/identitet.h>
#include <parloeb/log.h>

#include <stdlib.h>

#include "metrik.h"

#define RECORD_MAX 4096
#define SKIFTER_MAX 10000
/* Between the mapping and its fact: the other gateways, which follow the topic, know it by then. A
 * fact that slips through all the same is refused by forloeb and comes again. */
#define KENDES_MS 1000

/* A change under way: MAPPING on its way → known to the others after a while → both records on
 * their way. */
struct skifte {
	struct forsendelse f; /* first: of whatever is on its way */
	struct identiteter *i;
	struct forsendelse *melder; /* hears how it ended */
	struct plb_person senere, foerste;
	struct plb_loop_timer *pause;
	struct plb_slice value;
	size_t n;
	struct plb_header header[PLB_HEADERS_MAX]; /* plb_foerste is the last */
	int undervejs;                             /* records without a report */
	enum plb_err vaerst;
	struct skifte *naeste, *forrige;
	uint8_t bytes[]; /* the value and the headers' */
};

struct identiteter {
	struct gateway *g;
	struct plb_identiteter *tabel;
	struct plb_follower *laeser; /* NULL: the log is mocked */
	struct plb_buf record;
	struct skifte *skifter;
	size_t antal;
};

/* ---- following the topic ---- */

static void
en(void *arg, const struct plb_record *r)
{
	struct identiteter *i = arg;
	struct plb_errctx ec = {{0}};

	if (plb_identiteter_laes(i->tabel, r, &ec) == PLB_OK)
		return;
	metrik_tael(METRIK_IDENTITET_ULAESELIG, 1);
	plb_log(PLB_LOG_ERROR, "identity not known", plb_f_int("partition", r->partition),
	    plb_f_int("offset", r->offset), plb_f_str("fejl", ec.text));
}

static void
tur(void *arg)
{
	const struct identiteter *i = arg;

	metrik_saet(METRIK_IDENTITETER, (int64_t)plb_identiteter_antal(i->tabel));
}

enum plb_err
identiteter_new(struct gateway *g, struct identiteter **out, struct plb_errctx *ec)
{
	struct identiteter *i = calloc(1, sizeof(*i));
	enum plb_err err;

	*out = i;
	if (i == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "identities");
	i->g = g;
	plb_buf_init(&i->record, RECORD_MAX);
	err = plb_identiteter_new(g->skemaer, &i->tabel, ec);
	if (err != PLB_OK || g->conf.mock_log)
		return err;
	return plb_follower_new(g->bus, g->loop,
	    &(struct plb_follower_conf){.topic = "identitet",
		.partitions = (int32_t)g->common->partitions,
		.record = en,
		.turn = tur,
		.arg = i},
	    &i->laeser, ec);
}

bool
identiteter_klar(const struct identiteter *i)
{
	return i->laeser == NULL || plb_follower_known(i->laeser);
}

struct plb_person
identiteter_foerste(const struct identiteter *i, struct plb_person p)
{
	return plb_identiteter_foerste(i->tabel, p);
}

/* ---- a change of number ---- */

static void
slip(struct skifte *s)
{
	*(s->forrige != NULL ? &s->forrige->naeste : &s->i->skifter) = s->naeste;
	if (s->naeste != NULL)
		s->naeste->forrige = s->forrige;
	s->i->antal--;
	plb_loop_timer_free(&s->pause);
	free(s);
}

static void
slut(struct skifte *s, enum plb_err err)
{
	struct forsendelse *melder = s->melder;
	struct gateway *g = s->i->g;

	slip(s);
	melder->leveret(g, melder, err);
}

static enum plb_err
send(struct skifte *s, const struct plb_person *noegle, size_t n)
{
	struct gateway *g = s->i->g;
	enum plb_err err = plb_producer_send(g->producer, "ind", -1,
	    plb_slice(noegle->b, sizeof(noegle->b)), s->value, s->header, n, &s->f);

	if (err == PLB_OK)
		s->undervejs++;
	return err;
}

static void
modtaget(void *gateway, struct forsendelse *f, enum plb_err err)
{
	struct skifte *s = (struct skifte *)(void *)f;

	(void)gateway;
	/* Only an unknown outcome leaves doubt, so it outweighs the other. */
	if (err != PLB_OK && s->vaerst != PLB_E_TIMEOUT)
		s->vaerst = err;
	if (--s->undervejs == 0)
		slut(s, s->vaerst);
}

static void
videre(void *arg)
{
	struct skifte *s = arg;
	enum plb_err err;

	s->f.leveret = modtaget;
	err = send(s, &s->senere, s->n);
	if (err == PLB_OK)
		err = send(s, &s->foerste, s->n - 1);
	s->vaerst = err;
	if (s->undervejs == 0)
		slut(s, err);
}

static void
kortlagt(void *gateway, struct forsendelse *f, enum plb_err err)
{
	struct skifte *s = (struct skifte *)(void *)f;

	(void)gateway;
	if (err == PLB_OK)
		err = plb_identiteter_saet(s->i->tabel, s->senere, s->foerste);
	if (err == PLB_OK)
		plb_loop_timer_in(s->pause, KENDES_MS);
	else
		slut(s, err);
}

/* NULL without memory. */
static struct skifte *
skifte_ny(struct identiteter *i, const struct plb_event *ev, struct plb_slice value)
{
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;
	size_t k, n = plb_event_headers(ev, &texts, h), bytes = value.len;
	struct skifte *s;
	uint8_t *til;

	for (k = 0; k < n; k++)
		bytes += h[k].value.len;
	s = calloc(1, sizeof(*s) + bytes);
	if (s == NULL)
		return NULL;
	s->i = i;
	s->n = n;
	s->pause = plb_loop_timer_new(i->g->loop, videre, s);
	if (s->pause == NULL) {
		free(s);
		return NULL;
	}
	til = s->bytes;
	s->value = plb_slice_put(&til, value);
	for (k = 0; k < n; k++)
		s->header[k] = (struct plb_header){h[k].name, plb_slice_put(&til, h[k].value)};
	PLB_ASSERT(strcmp(s->header[n - 1].name, "plb_foerste") == 0);
	s->naeste = i->skifter;
	if (s->naeste != NULL)
		s->naeste->forrige = s;
	i->skifter = s;
	i->antal++;
	return s;
}

enum plb_err
identiteter_skift(struct identiteter *i, struct plb_person senere, struct plb_person foerste,
    struct plb_event ev, struct plb_slice value, struct forsendelse *f)
{
	struct plb_slice kort;
	struct skifte *s;
	enum plb_err err;

	ev.has_foerste = true;
	ev.foerste = foerste;
	plb_buf_reset(&i->record);
	plb_identiteter_skriv(i->tabel, foerste, &i->record);
	if (i->antal >= SKIFTER_MAX || plb_buf_done(&i->record, &kort) != PLB_OK ||
	    (s = skifte_ny(i, &ev, value)) == NULL)
		return PLB_E_FULD;
	s->f.leveret = kortlagt;
	s->melder = f;
	s->senere = senere;
	s->foerste = foerste;
	err = plb_producer_send(i->g->producer, "identitet", -1,
	    plb_slice(senere.b, sizeof(senere.b)), kort, NULL, 0, &s->f);
	if (err != PLB_OK)
		slip(s);
	return err;
}

void
identiteter_free(struct identiteter **pi)
{
	struct identiteter *i = *pi;

	*pi = NULL;
	if (i == NULL)
		return;
	plb_follower_free(&i->laeser);
	while (i->skifter != NULL)
		slip(i->skifter);
	plb_identiteter_free(&i->tabel);
	plb_buf_fini(&i->record);
	free(i);
}
