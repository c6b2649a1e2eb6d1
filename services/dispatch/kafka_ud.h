// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_KAFKA_UD_H
#define DISPATCH_KAFKA_UD_H

#include "kanal.h"

/* The channel `kafka`: a record on the recipient's own topic, sealed to its certificate, in the
 * transaction that settles the delivery. */
extern const struct kanal kanal_kafka;

#endif
