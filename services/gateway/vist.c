// SPDX-License-Identifier: MPL-2.0
#include "vist.h"

uint64_t
vist_id(struct plb_uuid tilbagekaldt)
{
	uint64_t id = 0;

	for (size_t i = 0; i < 8; i++)
		id = id << 8 | tilbagekaldt.b[i];
	return id;
}

static size_t
find(const struct vist *v, uint64_t id)
{
	size_t i = 0;

	while (i < v->n && v->id[i] != id)
		i++;
	return i;
}

static void
fjern(struct vist *v, size_t i)
{
	v->n--;
	memmove(&v->id[i], &v->id[i + 1], (v->n - i) * sizeof(v->id[0]));
}

void
vist_tilfoej(struct vist *v, uint64_t id)
{
	if (find(v, id) < v->n)
		return;
	if (v->n == VIST_MAX)
		fjern(v, 0);
	v->id[v->n++] = id;
}

bool
vist_fjern(struct vist *v, uint64_t id)
{
	size_t i = find(v, id);

	if (i == v->n)
		return false;
	fjern(v, i);
	return true;
}
