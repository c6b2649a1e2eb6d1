// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <parloeb/arena.h>
#include <parloeb/loop.h>
#include <parloeb/map.h>
#include <parloeb/rng.h>

/* Time, chance and processes of the simulation. One thread, one heap of events; all that happens is
 * decided by the seed. A process is a struct plb_loop: the real services get it as their loop. Two
 * kinds of events belong to a process: those of its loop's thread, which stand still while it is
 * blocked, and those of its clients' threads, which do not. Both stand still while it is paused. */

struct sim_event {
	struct plb_heap_node node;
	void (*fn)(void *arg);
	void *arg;
	struct plb_loop *proc; /* NULL: of the world */
	unsigned life;         /* of proc, when it was set */
	bool loop;             /* of the loop's thread */
	bool pooled;
	bool held; /* in its process's list */
	struct sim_event *next;
};

struct plb_loop { /* a process */
	const char *name;
	int number;
	unsigned life;                      /* counts starts */
	bool alive;                         /* between start and the end of its memory */
	bool dying;                         /* killed: nothing it does has an effect from here on */
	bool stopped;                       /* plb_loop_stop */
	int depth;                          /* of its callbacks on the stack */
	bool blocked;                       /* its loop's thread waits */
	int64_t paused;                     /* until when; 0 = runs */
	struct sim_event *held, **held_end; /* of the loop's thread, while it is blocked */
	void (*start)(struct plb_loop *p);
	void (*end)(struct plb_loop *p); /* frees what start made */
	void *arg;
};

/* Chances in a million. Drawn for each seed, so that seeds differ in character. */
struct sim_faults {
	uint32_t lost;    /* a request or its answer never arrives */
	uint32_t late;    /* it arrives after its sender has given it up */
	uint32_t crash;   /* at each call of a process into the world */
	uint32_t pause;   /* the same: the process stands still for long */
	uint32_t refused; /* the broker refuses for the time being */
	uint32_t http;    /* a receiver answers something else than 204 */
	uint32_t twice;   /* a sender sends again although it was answered */
};

#define SIM_PROCS 8
extern struct sim {
	uint64_t seed;
	int64_t mono, real_offset; /* ms */
	struct plb_rng rng;        /* of what happens */
	struct plb_arena arena;    /* of this seed */
	struct sim_faults fault;
	uint64_t steps; /* of this seed */
	uint64_t trace; /* hash of all that happened */
	struct plb_loop proc[SIM_PROCS];
	int procs;
	bool failed;
	char failure[512];
	unsigned crashes, pauses; /* so far */
	bool verbose;
} sim;

void sim_begin(uint64_t seed);
void sim_end(void); /* ends all processes, frees everything */
/* One event; false when there is none, or the seed has failed. */
bool sim_step(void);
/* Events until `until` holds, at most ms of virtual time; what `until` said at last. */
bool sim_run(int64_t ms, bool (*until)(void *arg), void *arg);
/* The first violation stops the seed. `what` names the invariant: "I2". */
void sim_fail(const char *what, const char *fmt, ...) PLB_PRINTF(2, 3);
void sim_note(const char *fmt, ...) PLB_PRINTF(1, 2); /* with --verbose */

bool sim_chance(uint32_t in_a_million);
int64_t sim_below(int64_t n);
int64_t sim_net_ms(void); /* how long a message is under way */

/* An event made for the occasion. */
void sim_in(struct plb_loop *p, bool loop, int64_t ms, void (*fn)(void *arg), void *arg);
/* One that its owner embeds and moves; fn, arg, proc and loop are set by the owner. */
void sim_event_in(struct sim_event *e, int64_t ms);
void sim_event_off(struct sim_event *e);

/* ---- processes ---- */
struct plb_loop *sim_proc(const char *name, void (*start)(struct plb_loop *p),
    void (*end)(struct plb_loop *p), void *arg);
void sim_proc_start(struct plb_loop *p);
/* A call of a process into the world: here it may die or be stopped for a while. False: it is dead,
 * and the call has no effect. */
bool sim_enter(struct plb_loop *p);
void sim_kill(struct plb_loop *p);
void sim_pause(struct plb_loop *p, int64_t ms);
/* The loop's thread waits while the world goes on, until *done or the process dies. */
void sim_block(struct plb_loop *p, const bool *done);

#endif
