// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_SVARKLASSE_H
#define DISPATCH_SVARKLASSE_H

/* What an attempt's outcome means (contract § 5). Pure; plain values; any thread. */
enum svarklasse {
	SVAR_LEVERET,     /* 2xx */
	SVAR_MIDLERTIDIG, /* 408, 425, 429, 5xx, no answer: again by the schedule */
	SVAR_AFVIST,      /* other 4xx, 3xx: the person's messages park */
	SVAR_PAUSE,       /* 401, 403, TLS: the endpoint pauses */
	SVAR_FRA,         /* 410: the endpoint is switched off */
	SVAR_VORES,       /* our own: address or URL refused: the endpoint pauses */
	SVAR_KLASSER
};

/* How a call ended, without the HTTP layer's names. */
enum svar_art {
	SVAR_ART_STATUS, /* an answer with a status */
	SVAR_ART_TAVS,   /* no whole answer: timeout, connection, endless body */
	SVAR_ART_TLS,
	SVAR_ART_ADRESSE /* refused by us before anything was sent */
};

enum svarklasse svarklasse(enum svar_art art, int status);
/* The same for a mail: status is the last reply of SMTP (RFC 5321 § 4.2, RFC 4954 § 6). */
enum svarklasse svarklasse_smtp(enum svar_art art, int status);
/* "leveret" …; as in the schema of the state. */
const char *svarklasse_navn(enum svarklasse k);

#endif
