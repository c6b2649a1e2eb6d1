// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_PLAN_H
#define SIM_PLAN_H

#include <parloeb/arena.h>
#include <parloeb/cpr.h>
#include <parloeb/id.h>
#include <parloeb/kalender.h>
#include <parloeb/rng.h>

/* The lives of simulated members, made up front from a seed: same seed, same plan. The shape is the
 * published one (the a-kasse trial's evaluation of 2023: 73 % with three conversations or more,
 * referater mostly the next day, deregistrations along the way). Pure. */

enum sim_type { SIM_REGISTERED, SIM_DEREGISTERED, SIM_TIMER, SIM_SAMTALE, SIM_REFERAT };

struct sim_event {
	struct plb_time tid; /* when it is sent, and its CloudEvents time */
	enum sim_type type;
	uint32_t medlem; /* index */
	uint32_t nr;     /* which month, conversation of the member */
	int32_t version; /* of a referat */
	int64_t timer_c;
	bool berigtigelse;
	struct plb_uuid id;
};

#define SIM_MAANEDER 24
#define SIM_SAMTALER 5
#define SIM_RAPPORTER (2 * SIM_MAANEDER)
struct sim_medlem {
	char cpr[11]; /* day + 60: nobody's; a string because the simulator must send it */
	struct plb_org akasse, kommune;
	bool deltid, supplerende;
	struct plb_dato tilmeldt, afmeldt; /* afmeldt PLB_DATO_NONE = stays */
	struct plb_uuid tilmelding;
	int n_samtaler;
	struct plb_uuid samtale[SIM_SAMTALER], referat[SIM_SAMTALER];
	struct plb_time afholdt[SIM_SAMTALER];
	struct plb_time
	    referat_tid[SIM_SAMTALER]; /* of the newest version; PLB_TIME_NEVER = never written */
	int versioner[SIM_SAMTALER];
	/* Reports of hours in the order sent; `maaned` counts from the month of registration. */
	struct sim_rapport {
		int maaned;
		int64_t timer_c;
		struct plb_time tid;
	} rapport[SIM_RAPPORTER];
	int n_rapporter;
};

struct sim_conf {
	uint64_t seed;
	uint32_t medlemmer;
	int maaneder; /* length of the period */
	struct plb_dato start;
	const struct plb_org *akasser, *kommuner;
	size_t n_akasser, n_kommuner;
	const struct plb_kalender *kalender;
};

struct sim_plan {
	struct sim_conf c;
	struct plb_time slut; /* end of the period */
	struct sim_medlem *medlem;
	struct sim_event *event; /* in order of time */
	size_t n_events;
};

/* PLB_E_FOR_STOR when the arena is too small. */
PLB_MUSTUSE enum plb_err sim_plan_new(
    const struct sim_conf *c, struct plb_arena *a, struct sim_plan *out);

/* When the member passes to the kommune by the hours sent, computed from the plan alone and
 * independently of the course engine: true with virkningsdato and the moment at which it is known.
 * Only inside the period. */
bool sim_overdragelse(const struct sim_plan *p, const struct sim_medlem *m,
    struct plb_dato *virkning, struct plb_time *kendt);

#endif
