// SPDX-License-Identifier: MPL-2.0
#include "metrik.h"

#define TAEL(k, n, l, h, o)                                                                        \
	[k] = {.name = "parloeb_gateway_" n,                                                       \
	    .type = PLB_COUNTER,                                                                   \
	    .labels = l,                                                                           \
	    .help = h,                                                                             \
	    .advice = o}
#define MAAL(k, n, h, o)                                                                           \
	[k] = {.name = "parloeb_gateway_" n, .type = PLB_GAUGE, .help = h, .advice = o}

#define HAENDELSER "Events judged, by what became of them."
#define HAENDELSER_OP                                                                              \
	"Flat while partners send: look at afvist, and at parloeb_gateway_unavailable_total."

struct plb_metric metrik[METRIK_ANTAL] = {
    TAEL(METRIK_ACCEPTERET, "events_total", "udfald=\"accepteret\"", HAENDELSER, HAENDELSER_OP),
    TAEL(METRIK_GENTAGELSE, "events_total", "udfald=\"gentagelse\"", HAENDELSER, HAENDELSER_OP),
    TAEL(METRIK_AFVIST, "events_total", "udfald=\"afvist\"", HAENDELSER, HAENDELSER_OP),
    TAEL(METRIK_SAMMENSTOED, "events_total", "udfald=\"sammenstoed\"", HAENDELSER, HAENDELSER_OP),
    [METRIK_SVARTID] = {.name = "parloeb_gateway_accept_seconds",
	.type = PLB_HISTOGRAM,
	.help = "From an ingest request to its answer.",
	.advice = "Rises with Kafka's: look at the brokers' disks and request queues."},
    TAEL(METRIK_OPTAGET, "unavailable_total", NULL, "Requests answered 503.",
	"Kafka away or too slow: look at the brokers; partners repeat by themselves."),
    TAEL(METRIK_UVIST, "unknown_outcome_total", NULL,
	"Requests answered 504: Kafka did not say whether it has them.",
	"Partners repeat with the same id; nothing to do once Kafka answers."),
    TAEL(METRIK_UDEN_ADGANG, "unauthorised_total", NULL, "Requests answered 401.",
	"Many: a partner with an old token, or somebody guessing."),
    TAEL(METRIK_FOR_HURTIGT, "rate_limited_total", NULL, "Requests answered 429.",
	"Steady: raise rate in the partner's file, or have it send batches."),
    MAAL(METRIK_UNDERVEJS, "inflight_bytes", "Bytes on their way to Kafka.",
	"Near gateway.inflight_max: 503 begins; look at Kafka."),
    MAAL(METRIK_HUSKET, "memory_entries", "Accepted ids remembered.",
	"None: follows the traffic of the last minutes."),
    TAEL(METRIK_GLEMT_FOR_TIDLIGT, "memory_evicted_early_total", NULL,
	"Ids forgotten before memory_minutes, as there were too many.",
	"Clashes are then found by forloeb instead; add a gateway."),
    TAEL(METRIK_FEED_HAENDELSER, "feed_events_total", NULL, "Events handed out by the feed.",
	"None: traffic."),
    MAAL(METRIK_FEED_VENTER, "feed_waiting", "Readers of the feed that wait for news.", "None."),
    MAAL(METRIK_FEED_LAESERE, "feed_catching_up", "Reads of older mail under way.",
	"Steadily at the top: many partners are behind; add a gateway."),
    TAEL(METRIK_FEED_ULAESELIG, "feed_unreadable_total", NULL,
	"Records of ud that could not be shown and were passed over.",
	"Must be 0: look at the log for partition and offset."),
    MAAL(METRIK_HALE_BYTES, "feed_tail_bytes", "Recent mail kept in memory.", "None: capped."),
    MAAL(METRIK_TILBAGE, "withdrawals", "Withdrawals known ahead.",
	"None: follows those of the last 30 days."),
    TAEL(METRIK_TILBAGE_TABT, "withdrawals_lost_total", NULL,
	"Withdrawals not known ahead any more, for want of room or as they could not be read.",
	"Readers see these at their own place only; tell the developers."),
    MAAL(METRIK_IDENTITETER, "identities", "Later CPR numbers known.",
	"None: grows with the persons who change."),
    TAEL(METRIK_IDENTITET_ULAESELIG, "identities_unreadable_total", NULL,
	"Records of identitet that could not be read.",
	"Must be 0: facts under that number do not reach their course. Look at the log for "
	"partition and offset."),
    TAEL(METRIK_MARKOERER, "cursors_total", NULL, "Feed cursors written to postkasse.",
	"None: traffic."),
    TAEL(METRIK_KVITTERINGER, "receipts_total", NULL, "Receipts taken.", "None: traffic."),
    TAEL(METRIK_MODSIGELSER, "receipts_contradicting_total", NULL,
	"Receipts refused: the delivery has been receipted otherwise.",
	"Rises with one partner: its system changes its mind; tell its people."),
    TAEL(METRIK_KALENDERE, "calendars_total", NULL, "Calendars and daily lists asked for.",
	"None: traffic."),
    TAEL(METRIK_KONSOL_FEJL, "console_errors_total", NULL, "Ladders that the console did not give.",
	"Look whether a console runs at gateway.console."),
    MAAL(METRIK_PARTNERE, "partners", "Partner files in force.",
	"Fewer than files: see the log of the last reload."),
};

void
metrik_init(void)
{
	plb_metrics_add(metrik, METRIK_ANTAL);
}
