// SPDX-License-Identifier: MPL-2.0
#include "svar_pending.h"

#include <stdlib.h>

#define FRI_MAX 1024             /* kept for reuse */
#define FRI_KROP_MAX (64u << 10) /* with a buffer up to this size */

void
svar_pulje_init(
    struct svar_pulje *p, size_t krop_max, void (*faerdig)(void *arg, struct svar *s), void *arg)
{
	*p = (struct svar_pulje){.krop_max = krop_max, .faerdig = faerdig, .arg = arg};
}

static void
slip(struct svar *s)
{
	plb_buf_fini(&s->krop);
	free(s);
}

void
svar_pulje_fini(struct svar_pulje *p)
{
	struct svar *s;

	while ((s = p->fri) != NULL) {
		p->fri = s->naeste;
		slip(s);
	}
	p->n_fri = 0;
}

/* The reports still come; nobody is answered. */
static void
borte(struct holdt *h)
{
	((struct svar *)(void *)h)->req = NULL;
}

struct svar *
svar_ny(struct svar_pulje *p, void *req, struct plb_mono now)
{
	struct svar *s = p->fri;

	if (s != NULL) {
		p->fri = s->naeste;
		p->n_fri--;
		plb_buf_reset(&s->krop);
	} else {
		s = malloc(sizeof(*s));
		if (s == NULL)
			return NULL;
		plb_buf_init(&s->krop, p->krop_max);
	}
	s->holdt.borte = borte;
	s->req = req;
	s->venter = 0;
	s->vaerst = PLB_OK;
	s->aaben = true;
	s->status = 202;
	s->start = now;
	s->naeste = NULL;
	p->brugt++;
	return s;
}

void
svar_vent(struct svar *s)
{
	s->venter++;
}

void
svar_fejl(struct svar *s, enum plb_err err)
{
	if (err != PLB_OK && s->vaerst != PLB_E_TIMEOUT)
		s->vaerst = err;
}

static void
maaske_faerdig(struct svar_pulje *p, struct svar *s)
{
	if (s->aaben || s->venter > 0)
		return;
	p->faerdig(p->arg, s);
	p->brugt--;
	if (p->n_fri == FRI_MAX || s->krop.size > FRI_KROP_MAX) {
		slip(s);
		return;
	}
	s->naeste = p->fri;
	p->fri = s;
	p->n_fri++;
}

void
svar_leveret(struct svar_pulje *p, struct svar *s, enum plb_err err)
{
	PLB_ASSERT(s->venter > 0);
	s->venter--;
	svar_fejl(s, err);
	maaske_faerdig(p, s);
}

void
svar_luk(struct svar_pulje *p, struct svar *s)
{
	PLB_ASSERT(s->aaben);
	s->aaben = false;
	maaske_faerdig(p, s);
}
