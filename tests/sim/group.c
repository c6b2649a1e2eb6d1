// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include "broker.h"

/* The consumer group of a service: static members, eager assignment by range, sessions. */

#define GROUPS 4
#define SWEEP_MS 1000

struct sim_group {
	char name[64];
	struct sim_topic *input;
	int32_t generation;
	bool joining;
	struct {
		const struct plb_loop *instance; /* the name of a static member */
		struct sim_member *client;       /* NULL: its process has ended */
		uint64_t id;
		bool joined;
		int64_t seen;
	} m[SIM_MEMBERS];
	int n;
	struct sim_member *client[SIM_MEMBERS]; /* all that ever joined and still exist */
	const struct plb_loop *owner[SIM_PARTS];
	struct sim_event sweep;
};

static struct sim_group groups[GROUPS];
static int n_groups;
static uint64_t member_id;

void
sim_groups_reset(void)
{
	n_groups = 0;
	member_id = 0;
}

static void
tell(struct sim_member *m)
{
	sim_fetch_wake(m->fetch);
}

/* Everybody is in: the next generation. */
static void
complete(struct sim_group *g)
{
	for (int i = 0; i < g->n; i++)
		if (!g->m[i].joined)
			return;
	g->joining = false;
	g->generation++;
	for (int i = 0; i < g->n; i++) {
		struct sim_member *m = g->m[i].client;
		int32_t from = g->input->n * i / g->n, to = g->input->n * (i + 1) / g->n;

		for (int32_t p = from; p < to; p++)
			g->owner[p] = g->m[i].instance;
		if (m == NULL)
			continue;
		m->n_coming = 0;
		for (int32_t p = from; p < to; p++)
			m->coming[m->n_coming++] = p;
		m->generation = g->generation;
		m->assigned = true;
		tell(m);
	}
}

static void
rebalance(struct sim_group *g)
{
	g->joining = true;
	for (int i = 0; i < g->n; i++)
		g->m[i].joined = false;
}

static bool
beats(const struct sim_member *m)
{
	return m != NULL && m->proc->alive && !m->proc->dying && m->proc->paused <= sim.mono;
}

/* What a heartbeat brings back. A process that stood still learns of nothing before it. */
static void
heartbeat(struct sim_group *g, struct sim_member *c)
{
	int i = 0;

	while (i < g->n && g->m[i].id != c->id)
		i++;
	if (i == g->n)
		c->lost = true;
	else if (g->joining && !g->m[i].joined)
		c->rejoin = true;
	else
		return;
	tell(c);
}

static void
sweep(void *arg)
{
	struct sim_group *g = arg;
	bool gone = false;

	for (int i = 0; i < g->n; i++) {
		if (beats(g->m[i].client)) {
			g->m[i].seen = sim.mono;
			continue;
		}
		if (sim.mono - g->m[i].seen <= SIM_SESSION_MS)
			continue;
		g->m[i] = g->m[--g->n];
		gone = true;
		i--;
	}
	if (gone)
		rebalance(g);
	for (int i = 0; i < SIM_MEMBERS; i++)
		if (beats(g->client[i]))
			heartbeat(g, g->client[i]);
	if (g->joining)
		complete(g);
	sim_event_in(&g->sweep, SWEEP_MS);
}

struct sim_group *
sim_group(const char *name, const char *const *inputs)
{
	struct sim_group *g;

	for (int i = 0; i < n_groups; i++)
		if (strcmp(groups[i].name, name) == 0)
			return &groups[i];
	PLB_ASSERT(n_groups < GROUPS);
	g = &groups[n_groups++];
	*g = (struct sim_group){.input = sim_topic(inputs[0])};
	snprintf(g->name, sizeof(g->name), "%s", name);
	g->sweep = (struct sim_event){.fn = sweep, .arg = g};
	sim_event_in(&g->sweep, SWEEP_MS);
	return g;
}

/* A static member that comes back within its session gets what it had; its earlier life is fenced
 * by the new member id. */
static bool
back_again(struct sim_group *g, int i, struct sim_member *m)
{
	if (g->joining || g->m[i].client == m)
		return false;
	m->n_coming = 0;
	for (int32_t p = 0; p < g->input->n; p++)
		if (g->owner[p] == m->proc)
			m->coming[m->n_coming++] = p;
	m->generation = g->generation;
	m->assigned = true;
	return true;
}

void
sim_group_join(struct sim_member *m)
{
	struct sim_group *g = m->group;
	bool back = false;
	int i = 0;

	m->id = ++member_id;
	for (int k = 0; k < SIM_MEMBERS && g->client[k] != m; k++) {
		if (g->client[k] != NULL)
			continue;
		g->client[k] = m;
		break;
	}
	while (i < g->n && g->m[i].instance != m->proc)
		i++;
	if (i == g->n) {
		PLB_ASSERT(g->n < SIM_MEMBERS);
		g->m[g->n++].instance = m->proc;
		g->m[i].client = NULL;
		if (!g->joining)
			rebalance(g);
	} else {
		back = back_again(g, i, m);
	}
	g->m[i].client = m;
	g->m[i].id = m->id;
	g->m[i].seen = sim.mono;
	g->m[i].joined = true;
	m->rejoin = false;
	if (back)
		tell(m);
	else
		complete(g);
}

void
sim_group_gone(struct sim_member *m)
{
	for (int i = 0; i < m->group->n; i++)
		if (m->group->m[i].client == m)
			m->group->m[i].client = NULL;
	for (int i = 0; i < SIM_MEMBERS; i++)
		if (m->group->client[i] == m)
			m->group->client[i] = NULL;
}

bool
sim_group_valid(const struct sim_group *g, uint64_t member, int32_t generation)
{
	for (int i = 0; i < g->n; i++)
		if (g->m[i].id == member)
			return generation == g->generation;
	return false;
}

bool
sim_group_owns(const struct plb_loop *p, int32_t partition)
{
	for (int i = 0; i < n_groups; i++)
		if (groups[i].owner[partition] == p)
			return true;
	return false;
}
