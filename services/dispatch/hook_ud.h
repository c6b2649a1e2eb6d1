// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_HOOK_UD_H
#define DISPATCH_HOOK_UD_H

#include "kanal.h"

/* The channel `webhook`: one POST by the HTTP client an attempt. */
extern const struct kanal kanal_webhook;

#endif
