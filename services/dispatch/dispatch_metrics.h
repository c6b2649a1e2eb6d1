// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_METRICS_H
#define DISPATCH_METRICS_H

#include <parloeb/metric.h>

#include "dispatch_wire.h"
#include "svarklasse.h"

enum dispatch_metric {
	DISPATCH_M_MODTAGET,
	DISPATCH_M_KENDT,
	DISPATCH_M_IGNORERET,
	DISPATCH_M_UKENDT_KVITTERING,
	DISPATCH_M_ORDRE_NAEGTET,
	DISPATCH_M_KOMMANDO_UKENDT,
	DISPATCH_M_ENDEPUNKT_PAUSE,
	DISPATCH_M_RESERVE,
	DISPATCH_M_GENLAEST,
	DISPATCH_M_GENLAEST_TABT,
	DISPATCH_M_KALD,
	DISPATCH_M_IGANG,
	DISPATCH_M_LEVERINGER,
	DISPATCH_M_AELDSTE,
	DISPATCH_M_ALARM,
	DISPATCH_M_HOLDT,
	DISPATCH_M_OVERLOEB,
	DISPATCH_M_SFTP_FILER,
	DISPATCH_M_SFTP_FORSOEG,
	DISPATCH_M_SFTP_FEJLER,
	DISPATCH_M_SFTP_LINJEFEJL,
	DISPATCH_M_VARIGHED,
	DISPATCH_M_ANTAL
};
void dispatch_metrics_register(void);
void metric(enum dispatch_metric m);
void metric_saet(enum dispatch_metric m, int64_t v);
void metric_trin(enum trin t);
void metric_svar(enum svarklasse k, int64_t duration_us);
/* Mails in the mailbox of answers: the first as enum mail_dom. */
enum dispatch_mail {
	DISPATCH_MAIL_KVITTERING,
	DISPATCH_MAIL_INTET,
	DISPATCH_MAIL_FREMMED,
	DISPATCH_MAIL_FOR_STOR,
	DISPATCH_MAIL_FEJL,
	DISPATCH_MAIL_ANTAL
};
void metric_mail(enum dispatch_mail m);

#endif
