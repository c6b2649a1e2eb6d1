// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

struct plb_metric bus_metrics[BUS_METRICS] = {
    [BUS_M_RENEWED] = {.name = "parloeb_kafka_producers_renewed_total",
	.type = PLB_COUNTER,
	.help = "producers given up in a state that they could not leave, or for a request without "
		"an answer",
	.advice = "now and then with a broken connection; steadily: look at the brokers' logs"},
    [BUS_M_GHOSTS] = {.name = "parloeb_kafka_unanswered_requests_total",
	.type = PLB_COUNTER,
	.help = "requests of a transaction that Kafka never answered",
	.advice = "the network or a broker was away"},
    [BUS_M_DOUBTFUL] = {.name = "parloeb_kafka_transactions_in_doubt_total",
	.type = PLB_COUNTER,
	.help = "transactions whose end could not be learnt; the state was restored "
		"from Kafka",
	.advice = "nothing is lost; steadily: look at the brokers' logs"},
};

void
bus_metrics_add(void)
{
	static bool added;

	if (!added)
		plb_metrics_add(bus_metrics, BUS_METRICS);
	added = true;
}
