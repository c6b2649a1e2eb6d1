// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_KALENDER_H
#define PARLOEB_KALENDER_H

#include <parloeb/stamp.h>

/* Working days: Monday-Friday less public holidays and the authority's closing days, which are data
 * (config/koder/helligdage.csv: kode,navn,regel,dato,paaskedage,gyldig_fra,gyldig_til,art). Opaque;
 * immutable after parse, so any thread may read it. */
struct plb_kalender;

/* Parse the CSV text. Years 1990-2100 are computed at once. On fault: PLB_E_KONFIG with line and
 * column name in ec, *out NULL. Caller frees. */
PLB_MUSTUSE enum plb_err plb_kalender_parse(
    struct plb_slice csv, struct plb_kalender **out, struct plb_errctx *ec);
void plb_kalender_free(struct plb_kalender **k);

/* Outside 1990-2100 only weekends close. */
bool plb_kalender_arbejdsdag(const struct plb_kalender *k, struct plb_dato d);
/* n-th working day after d, counting from the day after; n ≥ 0 (0 = d itself). */
struct plb_dato plb_kalender_plus(const struct plb_kalender *k, struct plb_dato d, int n);
/* n-th working day before d. */
struct plb_dato plb_kalender_minus(const struct plb_kalender *k, struct plb_dato d, int n);
/* From a moment: the same clock time n working days earlier. */
struct plb_time plb_kalender_minus_time(const struct plb_kalender *k, struct plb_time t, int n);

#endif
