// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_KVOTE_H
#define GATEWAY_KVOTE_H

#include <parloeb/map.h>
#include <parloeb/stamp.h>

/* A token bucket for each credential: `rate` requests a second, at most one second's worth at once.
 * Pure; one thread. Credentials are known ones (their digests), so that outsiders cannot fill the
 * table. */
struct kvote {
	struct plb_map map;
	size_t max;
};

void kvote_init(struct kvote *k, size_t max);
void kvote_fini(struct kvote *k);
/* One request; false: too many, *vent_ms says when the next one goes. rate > 0. */
bool kvote_tag(
    struct kvote *k, const uint8_t digest[32], int64_t rate, struct plb_mono now, int64_t *vent_ms);

#endif
