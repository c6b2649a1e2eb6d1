// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_GENINDSAT_H
#define CLI_GENINDSAT_H

#include <parloeb/arena.h>
#include <parloeb/revision.h>

/* Which dead letters have been put back, as the audit tells it. Pure; one thread. A dead letter is
 * named by its place on `afvist`, "partition/offset". */
#define GENINDSAT_ID 40
struct genindsat_post {
	char id[GENINDSAT_ID];
	struct plb_uuid ordre;
	struct plb_time tid;
	enum { GENINDSAT_BEGYNDT, GENINDSAT_UDFOERT, GENINDSAT_MISLYKKET } slut;
};
struct genindsat {
	struct genindsat_post *post;
	size_t n, size;
};
void genindsat_fri(struct genindsat *g);
/* Taken when it is about redriving; PLB_E_HUKOMMELSE. */
PLB_MUSTUSE enum plb_err genindsat_laes(
    struct genindsat *g, const struct plb_revision_post *p, struct plb_errctx *ec);

enum genindsat_stand {
	GENINDSAT_FRI,        /* never, or it came to nothing */
	GENINDSAT_UNDER_VEJS, /* begun a moment ago by somebody else */
	GENINDSAT_UVIS,  /* begun, and what became of it is not in the audit: the topic itself tells
			  */
	GENINDSAT_ER_SAT /* it has been put back */
};
#define GENINDSAT_UVIS_MS 300000 /* so long somebody may be at it */
/* As others than `min` have left it (NULL = all). */
enum genindsat_stand genindsat_stand(
    const struct genindsat *g, const char *id, const struct plb_uuid *min, struct plb_time nu);

#endif
