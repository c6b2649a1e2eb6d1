// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_FAKTA_H
#define FORLOEB_FAKTA_H

#include "trin.h"

/* Take a fact into the course: newest wins, unknown and not-yours are refused alike. Decides
 * nothing (that is beslut.h). NULL: taken; otherwise why not, and the person is unchanged. */
const struct afvisning *fakta_tag(struct trin *t);
/* Bring a-kasse, kommune and category to the step's day; a kommune that is left by that is left
 * with what it has got. */
void fakta_opdater(struct trin *t, struct forloeb *f);

#endif
