// SPDX-License-Identifier: MPL-2.0
#include "check.h"

#include <parloeb/bus.h>
#include <parloeb/map.h>

#include "dispatch_wire.h"
#include "levering.h"
#include "receiver.h"

/* Deliveries, seen from the log and from the receivers. */

struct delivery {
	struct plb_map_node node; /* by leveringid */
	struct plb_uuid id;
	struct plb_org org;
	struct delivery *before; /* of the same recipient and person, on ud */
	bool withdraws, settled, parked;
	int32_t intents; /* attempts written down */
	int32_t calls, received;
};
struct queue { /* of a recipient and person */
	struct plb_map_node node;
	struct delivery *last;
};

static struct plb_map deliveries, queues;
static struct dispatch_wire *wire;

void
check_wire(struct dispatch_wire *w)
{
	wire = w;
}

void
check_delivery_reset(void)
{
	plb_map_init(&deliveries, 0);
	plb_map_init(&queues, 0);
}

void
check_delivery_fini(void)
{
	plb_map_fini(&deliveries);
	plb_map_fini(&queues);
}

static struct delivery *
find(const struct plb_uuid *id)
{
	return (struct delivery *)(void *)plb_map_get(&deliveries, plb_slice(id->b, sizeof(id->b)));
}

static struct queue *
queue_of(const struct sim_rec *r, struct plb_slice person)
{
	struct plb_slice key = plb_arena_dup(&sim.arena, r->key);
	uint8_t *k = plb_arena_alloc(&sim.arena, key.len + person.len);
	struct plb_slice whole = plb_slice(k, key.len + person.len);
	struct queue *q;

	memcpy(k, key.p, key.len);
	memcpy(k + key.len, person.p, person.len);
	q = (struct queue *)(void *)plb_map_get(&queues, whole);
	if (q == NULL) {
		q = plb_arena_calloc(&sim.arena, 1, sizeof(*q));
		PLB_ASSERT(q != NULL);
		q->node.key = whole;
		PLB_ASSERT(plb_map_add(&queues, &q->node) == PLB_OK);
	}
	return q;
}

void
check_delivery_ud(const struct sim_rec *r)
{
	struct plb_slice person = sim_header(r, "plb_person");
	struct delivery *d = plb_arena_calloc(&sim.arena, 1, sizeof(*d));

	PLB_ASSERT(d != NULL);
	if (plb_uuid_parse(sim_header(r, "ce_leveringid"), false, &d->id) != PLB_OK ||
	    plb_org_parse(r->key, &d->org) != PLB_OK) {
		sim_fail("I7", "a message without delivery id or recipient");
		return;
	}
	if (find(&d->id) != NULL) {
		sim_fail("I2", "two messages have one delivery id");
		return;
	}
	d->withdraws = sim_header(r, "plb_tilbagekalder").len > 0;
	d->node.key = plb_slice(d->id.b, sizeof(d->id.b));
	PLB_ASSERT(plb_map_add(&deliveries, &d->node) == PLB_OK);
	if (person.len > 0 && !d->withdraws) {
		struct queue *q = queue_of(r, person);

		d->before = q->last;
		q->last = d;
	}
}

void
check_delivery_svar(const struct sim_rec *r)
{
	struct plb_errctx ec = {{0}};
	struct status_post s;
	struct delivery *d;

	if (!plb_slice_is(sim_header(r, "ce_type"), "dk.parloeb.levering-status") ||
	    dispatch_wire_laes(wire, SLAGS_STATUS, r->value, &s, &ec) != PLB_OK)
		return;
	d = find(&s.id);
	if (d == NULL) {
		sim_fail("I7", "a step of a delivery that is not on ud");
		return;
	}
	switch (s.trin) {
	case TRIN_FORSOEGT:
	case TRIN_PARKERET:
		break;
	default:
		d->settled = true;
	}
}

/* Entries of dispatch's state: an attempt is written down before it is made. */
void
check_delivery_entry(const struct sim_rec *r)
{
	struct plb_errctx ec = {{0}};
	struct delivery *d;
	struct post p;

	if (r->tombstone || r->value.len < 8 ||
	    dispatch_wire_slags(wire, plb_slice(r->value.p + 8, r->value.len - 8)) !=
		SLAGS_LEVERING ||
	    dispatch_wire_laes(wire, SLAGS_LEVERING, plb_slice(r->value.p + 8, r->value.len - 8),
		&p, &ec) != PLB_OK)
		return;
	d = find(&p.id);
	sim_note("entry of %02x%02x: %s, attempt %d", p.id.b[0], p.id.b[1],
	    lev_status_navn((enum lev_status)p.status), p.forsoeg);
	if (d == NULL)
		return;
	d->parked = p.status == LEV_PARKERET;
	if (p.forsoeg > d->intents)
		d->intents = p.forsoeg;
}

/* A call cannot be fenced: a process that stood still after its intent was committed makes it when
 * it goes on, though another has sent the message meanwhile. */
static bool
may_know(const struct plb_loop *p, const struct delivery *d)
{
	return sim_group_owns(p, plb_partition(plb_org_slice(&d->org), sim_topic("ud")->n));
}

void
check_call(const struct plb_loop *p, const struct sim_hook *h)
{
	struct delivery *d = find(&h->id);
	char id[PLB_UUID_TEXT];

	if (d == NULL) {
		sim_fail("I7", "a call for a delivery that is not on ud");
		return;
	}
	(void)plb_uuid_text(d->id, id);
	sim_note("call of %02x%02x, number %lld to %s", d->id.b[0], d->id.b[1],
	    (long long)h->sequence, d->org.text);
	if (!plb_org_eq(&d->org, &h->org))
		sim_fail(
		    "I7", "delivery %s goes to %s instead of %s", id, h->org.text, d->org.text);
	if (++d->calls > d->intents)
		sim_fail("I7", "call %d of delivery %s, and only %d written down", d->calls, id,
		    d->intents);
	if (d->settled && may_know(p, d))
		sim_fail("I2", "delivery %s is settled and is called again", id);
	if (d->calls == 1 && d->before != NULL && !d->before->settled)
		sim_fail("I3",
		    "delivery %s (number %lld) begins before the one before it is settled", id,
		    (long long)h->sequence);
}

void
check_received(const struct sim_hook *h)
{
	find(&h->id)->received++;
}

/* Delivered or parked; what went to no webhook waits in its mailbox. */
void
check_deliveries_ended(void)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&deliveries, &it)) != NULL) {
		const struct delivery *d = (const struct delivery *)(const void *)n;
		char id[PLB_UUID_TEXT];

		if (plb_org_type(&d->org) != PLB_ORG_KOMMUNE || d->settled || d->parked)
			continue;
		sim_fail("I7", "delivery %s to %s never ended (%d calls, %d received)",
		    plb_uuid_text(d->id, id), d->org.text, d->calls, d->received);
	}
}
