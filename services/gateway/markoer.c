// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "feed_int.h"
#include "metrik.h"
#include "postkasse.h"

/* How far an organisation has fetched, as far as this gateway has told it. Another gateway, or this
 * one after a start, tells it once more: that changes nothing. */
struct markoer {
	struct forsendelse f; /* first */
	struct plb_map_node node;
	struct plb_org org;
	int64_t oensket, skrevet; /* asked for; in the log, or on its way */
	int64_t paa_vej;          /* -1: none */
};

static struct markoer *
af(struct plb_map_node *n)
{
	return (struct markoer *)(void *)((char *)n - offsetof(struct markoer, node));
}

void
markoer_init(struct feed *f)
{
	plb_map_init(&f->markoerer, 0);
}

void
markoer_fini(struct feed *f)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&f->markoerer, &it)) != NULL)
		free(af(n));
	plb_map_fini(&f->markoerer);
}

static void
skriv(struct gateway *g, struct markoer *m)
{
	if (m->paa_vej >= 0 || m->oensket <= m->skrevet)
		return;
	m->paa_vej = m->oensket;
	if (postkasse_markoer(g, &m->org, m->oensket, &m->f) != PLB_OK)
		m->paa_vej = -1; /* asked for again with the next fetch */
}

static void
leveret(void *gateway, struct forsendelse *fo, enum plb_err err)
{
	struct markoer *m = (struct markoer *)(void *)fo;

	if (err == PLB_OK) {
		m->skrevet = m->paa_vej;
		metrik_tael(METRIK_MARKOERER, 1);
	}
	m->paa_vej = -1;
	if (err == PLB_OK)
		skriv(gateway, m); /* it went on meanwhile */
}

static struct markoer *
ny(struct feed *f, const struct plb_org *org)
{
	struct markoer *m = malloc(sizeof(*m));

	if (m == NULL)
		return NULL;
	*m = (struct markoer){.f = {leveret}, .org = *org, .skrevet = 0, .paa_vej = -1};
	m->node.key = plb_org_slice(&m->org);
	if (plb_map_add(&f->markoerer, &m->node) == PLB_OK)
		return m;
	free(m);
	return NULL;
}

void
markoer_hentet(struct feed *f, const struct plb_org *org, int64_t position)
{
	struct plb_map_node *n = plb_map_get(&f->markoerer, plb_org_slice(org));
	struct markoer *m = n == NULL ? ny(f, org) : af(n);

	if (m == NULL)
		return;
	if (position > m->oensket)
		m->oensket = position;
	skriv(f->g, m);
}
