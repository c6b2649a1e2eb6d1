// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_KPI_H
#define CLI_KPI_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/id.h>
#include <parloeb/map.h>
#include <parloeb/stamp.h>

/* Timeliness by month, a-kasse and kommune, counted from what Parløb told: the first conversation
 * of a course (held in its window), referater of the a-kasse (within one working day), handovers
 * (before the hard stop), and who a late handover was late by. Pure; one thread. */
enum kpi_art { KPI_SAMTALE, KPI_REFERAT, KPI_OVERDRAGELSE, KPI_ARTER };
#define KPI_AARSAGER 3 /* afsender, parloeb, modtager */
extern const char *const kpi_aarsager[KPI_AARSAGER];

struct kpi {
	struct plb_map ting, steder; /* things by kind and id; places by forløb */
	struct plb_arena arena;
};
void kpi_init(struct kpi *k);
void kpi_fini(struct kpi *k);

/* Where a course belongs, as told last. PLB_E_HUKOMMELSE. */
PLB_MUSTUSE enum plb_err kpi_sted(struct kpi *k, const struct plb_uuid *forloeb,
    struct plb_slice akasse, struct plb_slice kommune);
/* Something that is to be there in time. `id`: the conversation's for a referat, the forløb's
 * otherwise. Late once is late for good, and belongs to the month of its deadline; otherwise to
 * that of the first `tid`. aarsag: index, or -1. */
PLB_MUSTUSE enum plb_err kpi_ting(struct kpi *k, enum kpi_art art, const struct plb_uuid *id,
    const struct plb_uuid *forloeb, struct plb_time tid, bool sen, int aarsag);

/* {"maaneder":[{"maaned","akasse","kommune","foersteSamtaler":{"antal","rettidige"},"referater":{…},"overdragelser":{…,"forsinket":{"afsender","parloeb","modtager"}}}]},
 * by month, a-kasse, kommune; or the table for people. PLB_E_HUKOMMELSE. */
PLB_MUSTUSE enum plb_err kpi_skriv(const struct kpi *k, bool json, struct plb_buf *out);

#endif
