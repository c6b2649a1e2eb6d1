// SPDX-License-Identifier: MPL-2.0
#include "dispatch_metrics.h"

#define N "parloeb_dispatch_"

#define TAEL(navn, hjaelp, raad)                                                                   \
	{                                                                                          \
		.name = N navn, .type = PLB_COUNTER, .help = (hjaelp), .advice = (raad)            \
	}
#define MAAL(navn, hjaelp, raad)                                                                   \
	{                                                                                          \
		.name = N navn, .type = PLB_GAUGE, .help = (hjaelp), .advice = (raad)              \
	}
static struct plb_metric tabel[DISPATCH_M_ANTAL] = {
    [DISPATCH_M_MODTAGET] = TAEL("messages_total", "messages taken from ud",
	"Flat while forloeb sends: look at the lag of ud."),
    [DISPATCH_M_KENDT] =
	TAEL("messages_known_total", "messages on ud whose leveringid is known already",
	    "Should stay 0: somebody writes ud twice."),
    [DISPATCH_M_IGNORERET] =
	TAEL("late_total", "outcomes, markers and receipts that came too late or again",
	    "Rises with repeats of partners; harmless."),
    [DISPATCH_M_UKENDT_KVITTERING] = TAEL("receipts_unknown_total",
	"receipts for a delivery not known (yet), not the partner's, or finished",
	"Rises with repeated receipts; steep: ask the partner."),
    [DISPATCH_M_ORDRE_NAEGTET] = TAEL("orders_refused_total",
	"orders on postkasse without the console's seal, or large and not approved",
	"Must be 0: somebody else writes to postkasse; look at afvist and at Kafka's access "
	"lists."),
    [DISPATCH_M_KOMMANDO_UKENDT] = TAEL("commands_ignored_total",
	"commands that this version does not carry out", "Upgrade dispatch before the console."),
    [DISPATCH_M_ENDEPUNKT_PAUSE] =
	TAEL("endpoint_paused_total", "times that an endpoint was paused or switched off",
	    "See the log for organisation and reason; then `parloeb levering resume`."),
    [DISPATCH_M_RESERVE] =
	TAEL("fallback_total", "messages that also left by the fall-back channel",
	    "A deadline is near and the recipient's first channel does not take it."),
    [DISPATCH_M_GENLAEST] = TAEL("reread_total", "messages read again from ud to be sent once more",
	"Rises with receipts afvist-midlertidigt."),
    [DISPATCH_M_GENLAEST_TABT] =
	TAEL("reread_lost_total", "messages to be sent again that ud no longer has",
	    "Should stay 0: retention of ud is too short."),
    [DISPATCH_M_KALD] =
	MAAL("calls", "webhook calls under way", "At dispatch.calls: partners are slow."),
    [DISPATCH_M_IGANG] = MAAL("intents", "attempts written down whose outcome is not",
	"High and still: partners are slow."),
    [DISPATCH_M_LEVERINGER] = MAAL("deliveries", "deliveries in the state, receipted ones excepted",
	"Rises without end: partners do not fetch or receipt."),
    [DISPATCH_M_AELDSTE] = MAAL("oldest_seconds", "age of the oldest message not delivered",
	"Alarm at 20 days (1728000): at 29 it expires. `parloeb levering list` tells whose."),
    [DISPATCH_M_ALARM] =
	MAAL("overdue_mailboxes", "mailboxes with mail unsettled for more than 20 days",
	    "Above 0: call the partner; at 29 days the mail expires."),
    [DISPATCH_M_HOLDT] =
	MAAL("held", "mailboxes that an operator holds", "`parloeb levering resume` ends it."),
    [DISPATCH_M_OVERLOEB] =
	MAAL("overflow", "messages that wait on ud because their mailbox has too many unsettled",
	    "Its partner has stopped taking mail."),
    [DISPATCH_M_SFTP_FILER] = TAEL("files_total", "files put in place by SFTP",
	"One or more a night for each partner that takes them."),
    [DISPATCH_M_SFTP_FORSOEG] = TAEL("files_failed_total",
	"attempts to put a file in place that failed", "See the log for file and reason."),
    [DISPATCH_M_SFTP_FEJLER] =
	MAAL("files_failing", "organisations whose newest file is not in place after an attempt",
	    "Above 0: login, server key or disk of the partner; `parloeb partner sftp-nu` tries at "
	    "once."),
    [DISPATCH_M_SFTP_LINJEFEJL] =
	TAEL("file_receipts_refused_total", "lines of acknowledgement files that were not taken",
	    "See the log for file, line and rule; tell the partner."),
    [DISPATCH_M_VARIGHED] = {.name = N "call_seconds",
	.type = PLB_HISTOGRAM,
	.help = "duration of a webhook call",
	.advice = "Of the partners' servers."},
};

#define TRIN(label)                                                                                \
	{                                                                                          \
		.name = N "steps_total", .type = PLB_COUNTER, .labels = "trin=\"" label "\"",      \
		.help = "steps of deliveries", .advice = "See the ladder of receipts."             \
	}
static struct plb_metric trin[] = {
    [TRIN_FORSOEGT] = TRIN("forsoegt"),
    [TRIN_LEVERET] = TRIN("leveret"),
    [TRIN_HAANDTERET] = TRIN("haandteret"),
    [TRIN_AFVIST_MIDLERTIDIGT] = TRIN("afvist-midlertidigt"),
    [TRIN_AFVIST_ENDELIGT] = TRIN("afvist-endeligt"),
    [TRIN_SLETTET] = TRIN("slettet"),
    [TRIN_PARKERET] = TRIN("parkeret"),
    [TRIN_TILBAGEKALDT] = TRIN("tilbagekaldt"),
    [TRIN_UDLOEBET] = TRIN("udloebet"),
};

#define SVAR(label)                                                                                \
	{                                                                                          \
		.name = N "attempts_total", .type = PLB_COUNTER, .labels = "svar=\"" label "\"",   \
		.help = "webhook calls by outcome",                                                \
		.advice = "See the log for organisation and reason."                               \
	}
static struct plb_metric svar[SVAR_KLASSER] = {
    [SVAR_LEVERET] = SVAR("leveret"),
    [SVAR_MIDLERTIDIG] = SVAR("midlertidig"),
    [SVAR_AFVIST] = SVAR("afvist"),
    [SVAR_PAUSE] = SVAR("pause"),
    [SVAR_FRA] = SVAR("fra"),
    [SVAR_VORES] = SVAR("vores"),
};

#define MAIL(label, text)                                                                          \
	{                                                                                          \
		.name = N "mail_in_total", .type = PLB_COUNTER, .labels = "dom=\"" label "\"",     \
		.help = "mails of the mailbox of answers, by what they are", .advice = text        \
	}
static struct plb_metric mail[DISPATCH_MAIL_ANTAL] = {
    [DISPATCH_MAIL_KVITTERING] = MAIL("kvittering", "Receipts."),
    [DISPATCH_MAIL_INTET] = MAIL("intet", "Absence notes and the like; harmless."),
    [DISPATCH_MAIL_FREMMED] = MAIL("fremmed", "Flagged in the mailbox: look at them there."),
    [DISPATCH_MAIL_FOR_STOR] = MAIL("for-stor", "Flagged in the mailbox: look at them there."),
    [DISPATCH_MAIL_FEJL] = MAIL("fejl", "Rises: the mailbox cannot be read; see the log."),
};

void
dispatch_metrics_register(void)
{
	plb_metrics_add(mail, DISPATCH_MAIL_ANTAL);

	plb_metrics_add(tabel, DISPATCH_M_ANTAL);
	plb_metrics_add(trin, sizeof(trin) / sizeof(trin[0]));
	plb_metrics_add(svar, SVAR_KLASSER);
}

void
metric(enum dispatch_metric m)
{
	plb_metric_inc(&tabel[m], 1);
}

void
metric_saet(enum dispatch_metric m, int64_t v)
{
	plb_metric_set(&tabel[m], v);
}

void
metric_trin(enum trin t)
{
	plb_metric_inc(&trin[t], 1);
}

void
metric_mail(enum dispatch_mail m)
{
	plb_metric_inc(&mail[m], 1);
}

void
metric_svar(enum svarklasse k, int64_t duration_us)
{
	plb_metric_inc(&svar[k], 1);
	plb_metric_observe_us(&tabel[DISPATCH_M_VARIGHED], duration_us);
}
