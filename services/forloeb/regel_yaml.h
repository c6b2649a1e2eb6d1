// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_REGEL_YAML_H
#define FORLOEB_REGEL_YAML_H

#include <parloeb/yaml.h>

#include "regel.h"

/* Load all rule sets (`regler`/<id>.yaml), the agreements over them (`regler`/aftaler/<id>.yaml;
 * the folder may be absent) and the calendar (`koder`/helligdage.csv); codes that a rule names must
 * be in the code lists. Every fault with its place is added to f, unknown keys among them, gaps and
 * contradictions between rule sets too; NULL when there are any. Free with regel_yaml_free. */
struct regler *regel_yaml_load(const char *regler, const char *koder, struct plb_faults *f);
void regel_yaml_free(struct regler **r);

/* May rules that are running give way to these? A rule set that is gone would leave the forløb that
 * have it without rules: a fault at the folder for each. */
bool regel_yaml_afloeser(
    const struct regler *nye, const struct regler *gamle, const char *regler, struct plb_faults *f);

#endif
