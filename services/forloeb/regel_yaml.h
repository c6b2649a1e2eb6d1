// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_REGEL_YAML_H
#define FORLOEB_REGEL_YAML_H

#include <parloeb/yaml.h>

#include "regel.h"

/* Load all rule sets (`regler`/<id>.yaml) and the calendar (`koder`/helligdage.csv). Every fault
 * with its place is added to f, unknown keys and rule sets that are valid on the same day among
 * them; NULL when there are any. Free with regel_yaml_free. */
struct regler *regel_yaml_load(const char *regler, const char *koder, struct plb_faults *f);
void regel_yaml_free(struct regler **r);

#endif
