// SPDX-License-Identifier: MPL-2.0
#include "forloeb_metrics.h"

#include <stdio.h>

#include "trin.h"

enum {
	M_BEHANDLET,
	M_AFVIST,
	M_GENTAGELSE,
	M_AFVENTER,
	M_LAVET, /* by enum lavet_type */
	M_RELAEET = M_LAVET + LAVET_TYPER,
	M_KVITTERINGER,
	M_PERSON_WRITES,
	M_PERSON_BYTES,
	M_TAELLERE, /* counters up to here */
	M_PERSON_STOERST = M_TAELLERE,
	M_ANTAL
};

#define FACTS                                                                                      \
	"parloeb_forloeb_facts_total", PLB_COUNTER, "facts by outcome",                            \
	    "afvist growing: read haendelse-afvist of the sender"

static struct plb_metric metrics[M_ANTAL] = {
    [M_BEHANDLET] = {FACTS, "trin=\"behandlet\"", 0, {0}, 0},
    [M_AFVIST] = {FACTS, "trin=\"afvist\"", 0, {0}, 0},
    [M_GENTAGELSE] = {FACTS, "trin=\"gentagelse\"", 0, {0}, 0},
    [M_AFVENTER] = {FACTS, "trin=\"afventer\"", 0, {0}, 0},
    [M_RELAEET] = {"parloeb_forloeb_relayed_total", PLB_COUNTER, "events sent on unchanged", NULL,
	NULL, 0, {0}, 0},
    [M_KVITTERINGER] = {"parloeb_forloeb_receipts_total", PLB_COUNTER, "records of svar read", NULL,
	NULL, 0, {0}, 0},
    [M_PERSON_WRITES] = {"parloeb_forloeb_person_writes_total", PLB_COUNTER,
	"states of persons written", NULL, NULL, 0, {0}, 0},
    [M_PERSON_BYTES] = {"parloeb_forloeb_person_written_bytes_total", PLB_COUNTER,
	"bytes of the states of persons written", NULL, NULL, 0, {0}, 0},
    [M_PERSON_STOERST] = {"parloeb_forloeb_person_max_bytes", PLB_GAUGE,
	"largest state of one person since the start",
	"near 262144: find the sender that fills one course", NULL, 0, {0}, 0},
};
static int64_t venter[M_TAELLERE]; /* of the open batch */
static int64_t stoerst;

void
forloeb_metrics_init(void)
{
	static char type[LAVET_TYPER][64];
	int i;

	for (i = 0; i < LAVET_TYPER; i++) {
		snprintf(type[i], sizeof(type[i]), "type=\"%s\"", lavet_navn((enum lavet_type)i));
		metrics[M_LAVET + i] = (struct plb_metric){"parloeb_forloeb_made_total",
		    PLB_COUNTER, "events made here, by type", NULL, type[i], 0, {0}, 0};
	}
	plb_metrics_add(metrics, M_ANTAL);
}

void
forloeb_metrics_fakta(enum plb_trin trin)
{
	venter[trin == PLB_TRIN_AFVIST        ? M_AFVIST
		: trin == PLB_TRIN_GENTAGELSE ? M_GENTAGELSE
		: trin == PLB_TRIN_AFVENTER   ? M_AFVENTER
					      : M_BEHANDLET]++;
}

void
forloeb_metrics_lavet(enum lavet_type type)
{
	venter[M_LAVET + (int)type]++;
}
void
forloeb_metrics_relaeet(void)
{
	venter[M_RELAEET]++;
}

void
forloeb_metrics_kvittering(void)
{
	venter[M_KVITTERINGER]++;
}

void
forloeb_metrics_person(size_t bytes)
{
	venter[M_PERSON_WRITES]++;
	venter[M_PERSON_BYTES] += (int64_t)bytes;
	if ((int64_t)bytes > stoerst)
		stoerst = (int64_t)bytes;
}

void
forloeb_metrics_committed(void)
{
	int i;

	for (i = 0; i < M_TAELLERE; i++)
		if (venter[i] != 0)
			plb_metric_inc(&metrics[i], venter[i]);
	plb_metric_set(&metrics[M_PERSON_STOERST], stoerst);
	memset(venter, 0, sizeof(venter));
}

void
forloeb_metrics_aborted(void)
{
	memset(venter, 0, sizeof(venter));
}
