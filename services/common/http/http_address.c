// SPDX-License-Identifier: MPL-2.0
/* Which addresses a request to a partner may go to. */

#include "http_client_priv.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <parloeb/slice.h>

struct prefix {
	uint8_t bits;
	uint8_t p[16];
};

/* IANA's special-purpose registry for IPv4, what is not globally reachable, and the wire server of
 * one cloud, which answers guests on a public address. */
static const struct prefix v4_closed[] = {
    {8, {0}},                 /* this network */
    {8, {10}},                /* private */
    {10, {100, 64}},          /* carrier NAT; a cloud's metadata at 100.100.100.200 */
    {8, {127}},               /* loopback */
    {16, {169, 254}},         /* link-local; metadata */
    {12, {172, 16}},          /* private */
    {24, {192, 0, 0}},        /* protocol assignments; metadata at 192.0.0.192 */
    {24, {192, 0, 2}},        /* documentation */
    {24, {192, 88, 99}},      /* 6to4 relays */
    {16, {192, 168}},         /* private */
    {15, {198, 18}},          /* benchmarks */
    {24, {198, 51, 100}},     /* documentation */
    {24, {203, 0, 113}},      /* documentation */
    {32, {168, 63, 129, 16}}, /* metadata */
    {3, {224}},               /* multicast, reserved, broadcast */
};

/* Of IPv6 only 2000::/3 is global; within it these are not. */
static const struct prefix v6_closed[] = {
    {23, {0x20, 0x01}},             /* protocol assignments: Teredo, ORCHID, benchmarks */
    {32, {0x20, 0x01, 0x0d, 0xb8}}, /* documentation */
    {16, {0x20, 0x02}},             /* 6to4: an IPv4 address inside */
    {20, {0x3f, 0xff}},             /* documentation */
};
static const struct prefix v6_global = {3, {0x20}};
static const struct prefix v6_mapped = {96, {[10] = 0xff, [11] = 0xff}};
static const struct prefix v6_nat64 = {96, {0x00, 0x64, 0xff, 0x9b}};

static bool
within(const uint8_t *a, const struct prefix *x)
{
	size_t whole = x->bits / 8u;
	uint8_t mask = (uint8_t)(0xff00u >> (x->bits % 8u));

	return memcmp(a, x->p, whole) == 0 &&
	    (x->bits % 8u == 0 || (a[whole] & mask) == x->p[whole]);
}

static bool
within_any(const uint8_t *a, const struct prefix *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (within(a, &x[i]))
			return true;
	return false;
}

static bool
v4_public(const uint8_t a[4])
{
	return !within_any(a, v4_closed, sizeof v4_closed / sizeof v4_closed[0]);
}

static bool
v6_public(const uint8_t a[16])
{
	if (within(a, &v6_mapped) || within(a, &v6_nat64))
		return v4_public(a + 12);
	return within(a, &v6_global) &&
	    !within_any(a, v6_closed, sizeof v6_closed / sizeof v6_closed[0]);
}

bool
http_sockaddr_public(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET)
		return v4_public(
		    (const uint8_t *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr);
	if (sa->sa_family == AF_INET6)
		return v6_public(
		    (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr);
	return false;
}

/* After the name is resolved, before it is connected: neither odd spellings nor names that change
 * can get around it. */
curl_socket_t
http_open_socket(
    bool allow_private, bool *refused, curlsocktype purpose, const struct curl_sockaddr *a)
{
	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (!allow_private && !http_sockaddr_public(&a->addr)) {
		*refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

bool
plb_http_address_public(const char *text)
{
	uint8_t a[16];

	if (inet_pton(AF_INET, text, a) == 1)
		return v4_public(a);
	return inet_pton(AF_INET6, text, a) == 1 && v6_public(a);
}
