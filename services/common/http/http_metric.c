// SPDX-License-Identifier: MPL-2.0
#include "http_priv.h"

#define ROW(m, n, t, h, o, l)                                                                      \
	[m] = {.name = (n), .type = (t), .help = (h), .advice = (o), .labels = (l)}
#define REFUSED(m, l)                                                                              \
	ROW(m, "parloeb_http_refused_total", PLB_COUNTER,                                          \
	    "Requests and connections refused before the application saw them.",                   \
	    "form: malformed or too large; langsom: over a deadline; loft: over a connection "     \
	    "cap.",                                                                                \
	    l)

struct plb_metric http_metrics[HTTP_METRICS] = {
    ROW(HTTP_M_CONNECTIONS, "parloeb_http_connections", PLB_GAUGE,
	"Open connections, all servers of the process.",
	"Near the configured cap: look for a partner that does not reuse connections.", NULL),
    ROW(HTTP_M_ACCEPTED, "parloeb_http_accepted_total", PLB_COUNTER,
	"Connections taken, all servers of the process.",
	"Near the number of requests: a partner does not reuse connections.", NULL),
    ROW(HTTP_M_REQUESTS, "parloeb_http_requests_total", PLB_COUNTER,
	"Requests let through by the gate.", "None: traffic.", NULL),
    REFUSED(HTTP_M_GATE, "grund=\"form\""),
    REFUSED(HTTP_M_SLOW, "grund=\"langsom\""),
    REFUSED(HTTP_M_CAP, "grund=\"loft\""),
};

void
http_metrics_register(void)
{
	static bool done;

	if (!done)
		plb_metrics_add(http_metrics, HTTP_METRICS);
	done = true;
}
