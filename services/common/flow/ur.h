// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_UR_H
#define FLOW_UR_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/id.h>
#include <parloeb/stamp.h>

/* The two records of the clock topic `ur` (docs/architecture.md "Clock topic"). Pure but for the
 * JSON reader. */
#define UR_TOPIC "ur"
#define UR_RECORD_MAX (1024 * 1024)
#define UR_POSITIONS_MAX 20000

struct ur_position {
	struct plb_slice emne; /* topic with prefix */
	int32_t partition;
	int64_t position; /* next to read, control records counted */
};
struct ur_record {
	bool svar;           /* answer; else tik */
	struct plb_time tid; /* PLB_TIME_UNSET: a round that moves nothing (JSON null) */
	struct plb_uuid runde;
	/* of an answer */
	struct plb_slice tjeneste, instans;
	struct ur_position *pos;
	size_t n_pos;
	struct plb_time naeste; /* PLB_TIME_NEVER: none */
	int64_t i_gang; /* work outside under way; above 0 also while the service is not idle */
};

/* Slices live in the arena. PLB_E_FORM for anything else than these two records. */
PLB_MUSTUSE enum plb_err ur_decode(
    struct plb_arena *a, struct plb_slice json, struct ur_record *out, struct plb_errctx *ec);
void ur_encode(const struct ur_record *r, struct plb_buf *out);
/* Record key, so that compaction keeps the last tik and each instance's last answer: "tik",
 * "svar/forloeb/forloeb-1". */
void ur_key(const struct ur_record *r, struct plb_buf *out);
/* An answer by its key: followers need not parse it. */
bool ur_key_is_svar(struct plb_slice key);

#endif
