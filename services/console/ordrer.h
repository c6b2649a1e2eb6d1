// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_ORDRER_H
#define CONSOLE_ORDRER_H

#include <parloeb/json.h>

#include "kommando.h"
#include "revisor.h"

/* The orders of the desk: asked for, planned, approved by a second person where they are large,
 * carried out at a rate, stopped. Each step is an audit record before it is done. Loop thread. */
struct ordrer;
struct ordre;

struct ordrer_konf {
	int64_t godkend_over;              /* more deliveries than this need a second person */
	int64_t maks;                      /* deliveries of one order */
	const char *skriver;               /* this console's name in the audit, ≤ 100; copied */
	const struct plb_secret *desk_key; /* borrowed; len 0 = orders are not sealed */
};
PLB_MUSTUSE enum plb_err ordrer_new(struct plb_loop *l, struct plb_bus *b,
    const struct plb_schemas *s, struct laesemodel *m, const struct ordrer_konf *k,
    struct ordrer **out, struct plb_errctx *ec);
void ordrer_free(struct ordrer **o);
bool ordrer_klar(const struct ordrer *o);
/* Records of `revision` and `postkasse` as the read model meets them: chains, orders of an earlier
 * life, what is held. */
PLB_MUSTUSE enum plb_err ordrer_record(void *o, const struct plb_record *r, struct plb_errctx *ec);

/* What is asked for. Texts are borrowed. */
#define ANMODNING_IDER_MAX 1000
struct anmodning {
	enum kommando_art art;
	struct bord_filter filter; /* org "" = from the ids */
	struct plb_uuid *ider;
	size_t n_ider;
	struct plb_slice begrundelse,
	    plan;              /* plan: the digest that the asker was shown; len 0 = none */
	int64_t rate;          /* deliveries a second */
	struct plb_slice json; /* as it came, for the audit */
};
/* From the body of a request; PLB_E_FORM with the reason. Lives in the arena and the body. */
PLB_MUSTUSE enum plb_err anmodning_laes(
    struct plb_slice body, struct plb_arena *a, struct anmodning *out, struct plb_errctx *ec);

/* What it would do:
 * {"handling","organisation","antal","proeve":[…],"virkning","kraeverGodkendelse","sekunder","plan"}.
 * Nothing is done. */
PLB_MUSTUSE enum plb_err ordrer_plan(
    struct ordrer *o, const struct anmodning *a, struct plb_buf *out, struct plb_errctx *ec);
/* fn is told when the audit has it (err PLB_OK, the order's JSON in json) or that it could not be
 * written; exactly once for each PLB_OK. PLB_E_KONFLIKT-like cases come as PLB_E_UKENDT or
 * PLB_E_FORM with a text. */
typedef void ordrer_fn(void *arg, enum plb_err err, struct plb_slice json);
PLB_MUSTUSE enum plb_err ordrer_giv(struct ordrer *o, const struct anmodning *a, const char *aktoer,
    ordrer_fn *fn, void *arg, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err ordrer_godkend(struct ordrer *o, const struct plb_uuid *id,
    const char *aktoer, ordrer_fn *fn, void *arg, struct plb_errctx *ec);
/* A waiting one is refused, a running one ends behind what is under way. */
PLB_MUSTUSE enum plb_err ordrer_stop(struct ordrer *o, const struct plb_uuid *id,
    const char *aktoer, ordrer_fn *fn, void *arg, struct plb_errctx *ec);
/* The topics have been read to their ends: what this console carried out when it ended last goes
 * on, from where it stood. */
void ordrer_laest(struct ordrer *o);
/* One that another console carried out is carried on here; that console, should it live, lets go of
 * it. */
PLB_MUSTUSE enum plb_err ordrer_fortsaet(struct ordrer *o, const struct plb_uuid *id,
    const char *aktoer, ordrer_fn *fn, void *arg, struct plb_errctx *ec);
/* {"ordrer":[…]}, newest first; or one of them. */
void ordrer_liste(const struct ordrer *o, struct plb_buf *out);
PLB_MUSTUSE enum plb_err ordrer_en(
    const struct ordrer *o, const struct plb_uuid *id, struct plb_buf *out, struct plb_errctx *ec);
/* "holdt":[…]: organisations and queues under hold. */
void ordrer_holdt(const struct ordrer *o, struct plb_buf *out);

#endif
