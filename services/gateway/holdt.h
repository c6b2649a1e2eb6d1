// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_HOLDT_H
#define GATEWAY_HOLDT_H

/* What a kept request is to somebody: first member of the module's own struct, in the request's
 * slot. */
struct holdt {
	void (*borte)(struct holdt *h); /* the client went away */
};

#endif
