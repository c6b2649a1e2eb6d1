// SPDX-License-Identifier: MPL-2.0
#include "ordre.h"

#include <stdio.h>
#include <stdlib.h>

#include <parloeb/log.h>

#define ORDRER_MAX 1000
#define DETALJE_MAX 16000
#define DEL_BYTES 20000 /* of an audit record */
#define FORTSAET_MS                                                                                \
	((int64_t)7 * 24 * 3600 *                                                                  \
	    1000)       /* what of it is done is known: postkasse keeps thirty days */
#define OVERTAG_MS 2000 /* until another console has let go of it */

static void run_all(void *arg);

enum plb_err
ordrer_new(struct plb_loop *l, struct plb_bus *b, const struct plb_schemas *s, struct laesemodel *m,
    const struct ordrer_konf *k, struct ordrer **out, struct plb_errctx *ec)
{
	struct ordrer *o = calloc(1, sizeof(*o));
	enum plb_err err;

	*out = o;
	if (o == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "ordrer");
	o->loop = l;
	o->m = m;
	o->konf = *k;
	snprintf(o->skriver, sizeof(o->skriver), "%s", k->skriver);
	o->konf.skriver = o->skriver;
	plb_buf_init(&o->svar, 1u << 20);
	err = revisor_new(l, b, s, k->skriver, k->desk_key, &o->revisor, ec);
	if (err == PLB_OK)
		err = kommandoer_new(s, &o->kommandoer, ec);
	o->takt = plb_loop_timer_new(l, run_all, o);
	if (err == PLB_OK && o->takt == NULL)
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "ordrer");
	if (err != PLB_OK)
		ordrer_free(out);
	return err;
}

void
ordrer_free(struct ordrer **op)
{
	struct ordrer *o = *op;
	struct ordre *r, *next;

	*op = NULL;
	if (o == NULL)
		return;
	revisor_free(&o->revisor);
	kommandoer_free(&o->kommandoer);
	plb_loop_timer_free(&o->takt);
	for (r = o->foerste; r != NULL; r = next) {
		next = r->naeste;
		ordre_fri(r);
	}
	plb_buf_fini(&o->svar);
	free(o->talt);
	free(o);
}

bool
ordrer_klar(const struct ordrer *o)
{
	return revisor_klar(o->revisor);
}

struct ordre *
ordrer_find(const struct ordrer *o, const struct plb_uuid *id)
{
	struct ordre *r = o->foerste;

	while (r != NULL && !plb_uuid_eq(r->id, *id))
		r = r->naeste;
	return r;
}

/* The oldest that has ended makes room. */
struct ordre *
ordrer_ny(struct ordrer *o)
{
	struct ordre *r, **at, **oldest = NULL;

	if (o->n >= ORDRER_MAX) {
		for (at = &o->foerste; *at != NULL; at = &(*at)->naeste)
			if ((*at)->tilstand >= ORDRE_UDFOERT)
				oldest = at;
		if (oldest == NULL)
			return NULL;
		r = *oldest;
		*oldest = r->naeste;
		ordre_fri(r);
		o->n--;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	r->o = o;
	plb_buf_init(&r->del, DEL_BYTES);
	r->naeste = o->foerste;
	o->foerste = r;
	o->n++;
	return r;
}

static void
drop_newest(struct ordrer *o)
{
	struct ordre *r = o->foerste;

	o->foerste = r->naeste;
	o->n--;
	ordre_fri(r);
}

static void
tell(struct ordre *r, enum plb_err err)
{
	struct ordrer *o = r->o;
	ordrer_fn *fn = r->fn;
	struct plb_slice json = {NULL, 0};

	if (fn == NULL)
		return;
	r->fn = NULL;
	plb_buf_reset(&o->svar);
	ordre_json(r, &o->svar);
	if (err == PLB_OK)
		err = plb_buf_done(&o->svar, &json);
	fn(r->fn_arg, err, json);
}

/* One step of it into the audit; fn is told when it is there. */
static enum plb_err
audit_med(struct ordre *r, const char *udfald, const char *aktoer, struct plb_slice detalje,
    revisor_fn *fn)
{
	static const char *const handling[] = {
	    "levering.hold", "levering.resume", "levering.replay", "levering.discard"};
	const struct plb_revision_post p = {
	    .aktoer = plb_slice_str(aktoer),
	    .handling = plb_slice_str(handling[r->art]),
	    .udfald = plb_slice_str(udfald),
	    .organisation = plb_org_slice(&r->org),
	    .har_leveringid = r->har_leveringid,
	    .leveringid = r->leveringid,
	    .har_ordre = true,
	    .ordre = r->id,
	    .antal = r->tilstand == ORDRE_SLUTTER ? (int64_t)r->sendt : r->antal,
	    .aarsag = plb_slice_str(r->begrundelse),
	    .detalje = detalje,
	    .tid = plb_time_now(),
	};

	return revisor_skriv(r->o->revisor, &p, fn, r);
}

static enum plb_err
audit(struct ordre *r, const char *udfald, const char *aktoer, revisor_fn *fn)
{
	return audit_med(r, udfald, aktoer, plb_slice(r->json, r->json_len), fn);
}

static void
ended(void *arg, enum plb_err err)
{
	struct ordre *r = arg;

	if (err != PLB_OK)
		plb_log(PLB_LOG_ERROR, "the end of an order is not in the audit",
		    plb_f_str("fejl", plb_err_name(err)));
	if (ordre_naeste(r->tilstand, ORDRE_H_SLUT) != r->tilstand)
		r->tilstand = r->til;
	tell(r, PLB_OK);
}

static void
end(struct ordre *r, enum ordre_tilstand as, const char *aktoer)
{
	r->til = as;
	if (audit(r, ordre_tilstand_navn(as), aktoer, ended) != PLB_OK)
		ended(r, PLB_E_FULD);
}

static void
slice_done(void *arg, enum plb_err err)
{
	struct ordre *r = arg;
	enum ordre_haendelse h = err == PLB_OK ? ORDRE_H_FAERDIG : ORDRE_H_FEJL;

	if (err == PLB_OK)
		r->sendt += r->i_gang;
	r->i_gang = 0;
	if (r->tilstand == ORDRE_SLUTTER && r->standser[0] != '\0')
		end(r, ORDRE_STANDSET, r->standser);
	if (r->tilstand != ORDRE_KOERER || (err == PLB_OK && r->sendt < r->n))
		return;
	r->tilstand = ordre_naeste(r->tilstand, h);
	end(r, h == ORDRE_H_FAERDIG ? ORDRE_UDFOERT : ORDRE_MISLYKKET, r->aktoer);
}

static enum plb_err
send_slice(struct ordre *r, size_t n)
{
	struct ordrer *o = r->o;
	struct plb_errctx ec = {{0}};
	struct kommando k = {
	    .art = (int)r->art,
	    .organisation = plb_org_slice(&r->org),
	    .aarsag =
		r->begrundelse[0] == '\0' ? plb_slice(NULL, 0) : plb_slice_str(r->begrundelse),
	    .aktoer = plb_slice_str(r->aktoer),
	    .godkender = r->godkender[0] == '\0' ? plb_slice(NULL, 0) : plb_slice_str(r->godkender),
	    .har_leveringid = r->har_leveringid,
	    .leveringid = r->leveringid,
	    .person =
		r->har_person ? plb_slice(r->person.b, sizeof(r->person.b)) : plb_slice(NULL, 0),
	    .har_ordre = true,
	    .ordre = r->id,
	    .har_antal = true,
	    .antal = (int32_t)r->n,
	    .udvalg = {r->post + r->sendt, n},
	    .tid = plb_time_now(),
	};
	struct plb_slice value;
	enum plb_err err = kommando_skriv(o->kommandoer, &k, &value, &ec);

	if (err == PLB_OK)
		err = revisor_ordre(o->revisor, k.organisation, value, k.tid, slice_done, r);
	r->i_gang = err == PLB_OK ? n : 0;
	return err;
}

/* The next slice, at the rate asked for: a tenth of a second's worth. */
static void
run_one(struct ordre *r, int64_t now_ms)
{
	size_t left = r->n - r->sendt, n = (size_t)(r->rate / 10);
	enum plb_err err;

	if (r->tilstand != ORDRE_KOERER || r->i_gang > 0 || now_ms < r->naeste_ms)
		return;
	if (r->n > 0 && left == 0) { /* carried on behind its last slice */
		slice_done(r, PLB_OK);
		return;
	}
	n = n < 1 ? 1 : n > KOMMANDO_UDVALG_MAX ? KOMMANDO_UDVALG_MAX : n;
	n = n > left ? left : n;
	r->naeste_ms = now_ms + (int64_t)n * 1000 / r->rate;
	err = send_slice(r, n);
	if (err == PLB_E_FULD)
		r->naeste_ms = now_ms + 1000;
	else if (err != PLB_OK)
		slice_done(r, err);
	else if (r->n == 0) /* hold and resume are one record: nothing more before its report */
		r->naeste_ms = INT64_MAX;
}

static void
begin(struct ordre *r)
{
	tell(r, PLB_OK);
	plb_loop_timer_in(r->o->takt, 0);
}

static void
ordered(void *arg, enum plb_err err)
{
	struct ordre *r = arg;
	bool waits = ordrer_kraever_godkendelse(r->o, r->n);
	enum ordre_haendelse h = err != PLB_OK ? ORDRE_H_FEJL
	    : waits                            ? ORDRE_H_SKREVET_VENTER
					       : ORDRE_H_SKREVET;

	r->tilstand = ordre_naeste(r->tilstand, h);
	if (r->tilstand == ORDRE_KOERER)
		begin(r);
	else
		tell(r, err);
}

/* The next part of the selection, or behind the last the order itself, into the audit. */
static void part_written(void *arg, enum plb_err err);

static enum plb_err
write_on(struct ordre *r)
{
	if (r->skrevet == r->n)
		return audit(r, ordrer_kraever_godkendelse(r->o, r->n) ? "afventer" : "begyndt",
		    r->aktoer, ordered);
	plb_buf_reset(&r->del);
	r->skrevet += ordre_udvalg_skriv(r, r->skrevet, &r->del);
	return r->del.failed
	    ? PLB_E_FOR_STOR
	    : audit_med(r, "udvalg", r->aktoer, plb_slice(r->del.p, r->del.len), part_written);
}

static void
part_written(void *arg, enum plb_err err)
{
	if (err == PLB_OK)
		err = write_on(arg);
	if (err != PLB_OK)
		ordered(arg, err);
}

void
ordre_kopi(char *out, size_t size, struct plb_slice s)
{
	size_t n = s.len < size - 1 ? s.len : size - 1;

	if (n > 0)
		memcpy(out, s.p, n);
	out[n] = '\0';
}

static bool
gem_json(struct ordre *r, struct plb_slice json)
{
	if (json.len == 0 || json.len > DETALJE_MAX)
		return true; /* its ids stand in its selection */
	r->json = malloc(json.len);
	if (r->json == NULL)
		return false;
	memcpy(r->json, json.p, json.len);
	r->json_len = json.len;
	return true;
}

/* The plan's selection becomes the order's. */
static void
take_plan(struct ordre *r, const struct anmodning *a, struct plan *pl)
{
	r->org = pl->org;
	if (a->art == KOMMANDO_HOLD || a->art == KOMMANDO_RESUME) {
		r->har_leveringid = a->n_ider == 1;
		if (r->har_leveringid)
			r->leveringid = a->ider[0];
		r->har_person = pl->har_person;
		r->person = pl->person;
		r->antal = 0;
		return;
	}
	r->post = pl->post;
	r->n = pl->n;
	r->antal = (int64_t)pl->n;
	pl->post = NULL;
}

enum plb_err
ordrer_giv(struct ordrer *o, const struct anmodning *a, const char *aktoer, ordrer_fn *fn,
    void *arg, struct plb_errctx *ec)
{
	struct plan pl = {.proeve = NULL};
	enum plb_err err = plan_lav(o, a, &pl, ec);
	char digest[33];
	struct ordre *r;

	plan_digest(&pl, digest);
	if (err == PLB_OK && a->plan.len > 0 && !plb_slice_is(a->plan, digest))
		err = plb_err_set(
		    ec, PLB_E_REGEL, "things have changed since the plan: look at it again");
	if (err == PLB_OK && pl.n == 0 && (a->art == KOMMANDO_REPLAY || a->art == KOMMANDO_DISCARD))
		err = plb_err_set(ec, PLB_E_UKENDT, "there is nothing that it would touch");
	r = err == PLB_OK ? ordrer_ny(o) : NULL;
	if (err == PLB_OK && r == NULL)
		err = plb_err_set(ec, PLB_E_FULD, "too many orders");
	if (err == PLB_OK && !gem_json(r, a->json)) {
		drop_newest(o);
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "order");
	}
	if (err == PLB_OK) {
		plb_uuid4(&r->id);
		r->art = a->art;
		r->egen = r->min = true;
		r->rate = a->rate;
		r->oprettet = plb_time_now();
		ordre_kopi(r->aktoer, sizeof(r->aktoer), plb_slice_str(aktoer));
		ordre_kopi(r->begrundelse, sizeof(r->begrundelse), a->begrundelse);
		take_plan(r, a, &pl);
		r->fn = fn;
		r->fn_arg = arg;
		err = write_on(r);
		if (err != PLB_OK)
			drop_newest(o);
	}
	plan_fri(&pl);
	return err;
}

/* ---- the second person ---- */

/* Of an order of an earlier life: is all of it in hand? */
static enum plb_err
whole(const struct ordre *r, struct plb_errctx *ec)
{
	if (r->n > 0 && (int64_t)r->n == r->antal)
		return PLB_OK;
	return plb_err_set(
	    ec, PLB_E_REGEL, "the selection of the order is not in the audit: give it again");
}

static void
approved(void *arg, enum plb_err err)
{
	struct ordre *r = arg;

	r->tilstand = ordre_naeste(r->tilstand, err == PLB_OK ? ORDRE_H_GODKENDT : ORDRE_H_FEJL);
	if (r->tilstand == ORDRE_KOERER)
		begin(r);
	else
		tell(r, err);
}

enum plb_err
ordrer_godkend(struct ordrer *o, const struct plb_uuid *id, const char *aktoer, ordrer_fn *fn,
    void *arg, struct plb_errctx *ec)
{
	struct ordre *r = ordrer_find(o, id);
	enum plb_err err;

	if (r == NULL)
		return plb_err_set(ec, PLB_E_UKENDT, "no such order");
	if (ordre_naeste(r->tilstand, ORDRE_H_GODKEND) == r->tilstand || r->fn != NULL)
		return plb_err_set(ec, PLB_E_REGEL,
		    "the order does not wait for approval: it is %s",
		    ordre_tilstand_navn(r->tilstand));
	if (strcmp(r->aktoer, aktoer) == 0)
		return plb_err_set(ec, PLB_E_ADGANG,
		    "an order is approved by somebody else than the one who gave it");
	err = whole(r, ec);
	if (err != PLB_OK)
		return err;
	ordre_kopi(r->godkender, sizeof(r->godkender), plb_slice_str(aktoer));
	r->egen = r->min = true;
	r->tilstand = ordre_naeste(r->tilstand, ORDRE_H_GODKEND);
	r->fn = fn;
	r->fn_arg = arg;
	return audit(r, "godkendt", r->godkender, approved);
}

enum plb_err
ordrer_stop(struct ordrer *o, const struct plb_uuid *id, const char *aktoer, ordrer_fn *fn,
    void *arg, struct plb_errctx *ec)
{
	struct ordre *r = ordrer_find(o, id);

	if (r == NULL)
		return plb_err_set(ec, PLB_E_UKENDT, "no such order");
	if (ordre_naeste(r->tilstand, ORDRE_H_STOP) == r->tilstand || r->fn != NULL ||
	    r->antal == 0)
		return plb_err_set(ec, PLB_E_REGEL, "the order cannot be stopped: it is %s",
		    ordre_tilstand_navn(r->tilstand));
	r->tilstand = ordre_naeste(r->tilstand, ORDRE_H_STOP);
	ordre_kopi(r->standser, sizeof(r->standser), plb_slice_str(aktoer));
	r->fn = fn;
	r->fn_arg = arg;
	if (r->i_gang == 0) /* otherwise the slice's report ends it */
		end(r, ORDRE_STANDSET, r->standser);
	return PLB_OK;
}

/* ---- orders of an earlier life ---- */

static void
goes_on(void *arg, enum plb_err err)
{
	struct ordre *r = arg;

	r->tilstand = ordre_naeste(r->tilstand, err == PLB_OK ? ORDRE_H_GENOPTAGET : ORDRE_H_FEJL);
	r->egen = r->tilstand == ORDRE_KOERER;
	r->sendt = ordrer_talt(r->o, &r->id);
	if (r->egen)
		begin(r);
	else
		tell(r, err);
}

/* What stands on `postkasse` already is not written again. */
static enum plb_err
go_on(struct ordre *r, const char *aktoer, struct plb_errctx *ec)
{
	enum plb_err err = whole(r, ec);

	if (err == PLB_OK && plb_time_now().ms - r->oprettet.ms > FORTSAET_MS)
		err = plb_err_set(
		    ec, PLB_E_REGEL, "the order is more than seven days old: give it again");
	if (err == PLB_OK && ordrer_kraever_godkendelse(r->o, r->n) && r->godkender[0] == '\0')
		err = plb_err_set(ec, PLB_E_REGEL, "nobody has approved the order");
	if (err != PLB_OK)
		return err;
	r->egen = true;
	r->naeste_ms = plb_loop_mono(r->o->loop).ms + (r->min ? 0 : OVERTAG_MS);
	r->tilstand = ordre_naeste(r->tilstand, ORDRE_H_GENOPTAG);
	return audit(r, "genoptaget", aktoer, goes_on);
}

enum plb_err
ordrer_fortsaet(struct ordrer *o, const struct plb_uuid *id, const char *aktoer, ordrer_fn *fn,
    void *arg, struct plb_errctx *ec)
{
	struct ordre *r = ordrer_find(o, id);
	enum plb_err err;

	if (r == NULL)
		return plb_err_set(ec, PLB_E_UKENDT, "no such order");
	if (ordre_naeste(r->tilstand, ORDRE_H_GENOPTAG) == r->tilstand || r->fn != NULL)
		return plb_err_set(ec, PLB_E_REGEL, "the order has not been broken off: it is %s",
		    ordre_tilstand_navn(r->tilstand));
	err = go_on(r, aktoer, ec);
	if (err != PLB_OK)
		return err;
	r->fn = fn;
	r->fn_arg = arg;
	return PLB_OK;
}

void
ordrer_laest(struct ordrer *o)
{
	o->laest = true;
	plb_loop_timer_in(o->takt, 0);
}

/* Once for each; an operator can have it tried again. */
static void
go_on_unasked(struct ordre *r)
{
	struct plb_errctx ec = {{0}};
	char id[PLB_UUID_TEXT];

	if (r->tilstand != ORDRE_AFBRUDT || !r->min || r->proevet || r->n == 0)
		return;
	r->proevet = true;
	if (go_on(r, r->aktoer, &ec) != PLB_OK)
		plb_log(PLB_LOG_WARN, "a broken-off order does not go on",
		    plb_f_str("ordre", plb_uuid_text(r->id, id)), plb_f_str("fejl", ec.text));
}

/* ---- the beat ---- */

static void
run_all(void *arg)
{
	struct ordrer *o = arg;
	int64_t now = plb_loop_mono(o->loop).ms;
	bool running = false;

	if (o->laest && !ordrer_klar(o)) {
		plb_loop_timer_in(o->takt, 1000);
		return;
	}
	for (struct ordre *r = o->foerste; r != NULL && o->laest; r = r->naeste)
		go_on_unasked(r);
	for (struct ordre *r = o->foerste; r != NULL; r = r->naeste) {
		run_one(r, now);
		running = running || r->tilstand == ORDRE_KOERER;
	}
	if (running)
		plb_loop_timer_in(o->takt, 50);
}
