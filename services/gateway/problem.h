// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_PROBLEM_H
#define GATEWAY_PROBLEM_H

#include <parloeb/buf.h>
#include <parloeb/json.h>

/* Problem documents (RFC 9457). Pure. Nothing that came from outside stands in them. */
enum problem {
	PROBLEM_IKKE_HAENDELSE, /* 400 */
	PROBLEM_IKKE_JSON,      /* 400 */
	PROBLEM_FORESPOERGSEL,  /* 400: an argument of the query */
	PROBLEM_CURSOR,         /* 400 */
	PROBLEM_ORGANISATION,   /* 400: required, as there are several */
	PROBLEM_UDEN_ADGANG,    /* 401 */
	PROBLEM_FORBUDT,        /* 403 */
	PROBLEM_FINDES_IKKE,    /* 404 */
	PROBLEM_METODE,         /* 405 */
	PROBLEM_FOR_GAMMEL,     /* 410 */
	PROBLEM_FOR_STOR,       /* 413 */
	PROBLEM_INDHOLDSTYPE,   /* 415 */
	PROBLEM_FEJL,           /* 422 */
	PROBLEM_FOR_HURTIGT,    /* 429 */
	PROBLEM_INTERN,         /* 500 */
	PROBLEM_OPTAGET,        /* 503 */
	PROBLEM_UVIST,          /* 504 */
	PROBLEM_ANTAL
};
int problem_status(enum problem p);
/* The document into `out`; fejl may be NULL. `mere`: further members as JSON text
 * (`,"aeldste":"…"`), or NULL. */
void problem_skriv(
    struct plb_buf *out, enum problem p, const struct plb_fejl_list *fejl, const char *mere);
/* [{"felt":…,"kode":…,"besked":…},…]; more faults than the list holds are told by a last item
 * without felt. */
void problem_fejl(struct plb_buf *out, const struct plb_fejl_list *fejl);

#endif
