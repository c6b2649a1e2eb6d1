// SPDX-License-Identifier: MPL-2.0
#include "http_priv.h"

#include <netinet/in.h>
#include <stdlib.h>

/* What counts as one client: an IPv4 address, also in its IPv6 form, or an IPv6 network of 64 bits,
 * which is the least a subscriber gets. */
static void
key_of(const struct sockaddr *sa, uint8_t key[16])
{
	memset(key, 0, 16);
	if (sa->sa_family == AF_INET) {
		key[10] = key[11] = 0xff;
		memcpy(key + 12, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		const struct in6_addr *a =
		    &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;

		memcpy(key, a, IN6_IS_ADDR_V4MAPPED(a) ? 16 : 8);
	}
}

bool
http_caps_take(struct plb_http_server *s, const struct sockaddr *sa, struct http_address **out)
{
	struct http_address *a;
	uint8_t key[16];

	*out = NULL;
	if (s->n_all >= (size_t)s->conf.connections)
		return false;
	key_of(sa, key);
	a = (struct http_address *)plb_map_get(&s->addresses, plb_slice(key, sizeof key));
	if (a == NULL) {
		a = calloc(1, sizeof *a);
		if (a == NULL)
			return false;
		memcpy(a->key, key, sizeof key);
		a->node.key = plb_slice(a->key, sizeof a->key);
		if (plb_map_add(&s->addresses, &a->node) != PLB_OK) {
			free(a);
			return false;
		}
	}
	if (a->n >= s->conf.connections_per_address)
		return false; /* a->n is not 0 then: somebody else gives it back */
	a->n++;
	*out = a;
	return true;
}

void
http_caps_give(struct plb_http_server *s, struct http_address **pa)
{
	struct http_address *a = *pa;

	*pa = NULL;
	if (a == NULL || --a->n > 0)
		return;
	plb_map_del(&s->addresses, &a->node);
	free(a);
}
