// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_METRIK_H
#define GATEWAY_METRIK_H

#include <parloeb/metric.h>

/* Everything the gateway counts. */
enum metrik {
	METRIK_ACCEPTERET,
	METRIK_GENTAGELSE,
	METRIK_AFVIST,
	METRIK_SAMMENSTOED,
	METRIK_SVARTID,
	METRIK_OPTAGET,
	METRIK_UVIST,
	METRIK_UDEN_ADGANG,
	METRIK_FOR_HURTIGT,
	METRIK_UNDERVEJS,
	METRIK_HUSKET,
	METRIK_GLEMT_FOR_TIDLIGT,
	METRIK_FEED_HAENDELSER,
	METRIK_FEED_VENTER,
	METRIK_FEED_LAESERE,
	METRIK_FEED_ULAESELIG,
	METRIK_HALE_BYTES,
	METRIK_TILBAGE,
	METRIK_TILBAGE_TABT,
	METRIK_IDENTITETER,
	METRIK_IDENTITET_ULAESELIG,
	METRIK_MARKOERER,
	METRIK_KVITTERINGER,
	METRIK_MODSIGELSER,
	METRIK_KALENDERE,
	METRIK_KONSOL_FEJL,
	METRIK_PARTNERE,
	METRIK_ANTAL
};
extern struct plb_metric metrik[METRIK_ANTAL];
void metrik_init(void);

static inline void
metrik_tael(enum metrik m, int64_t n)
{
	plb_metric_inc(&metrik[m], n);
}

static inline void
metrik_saet(enum metrik m, int64_t v)
{
	plb_metric_set(&metrik[m], v);
}

#endif
