// SPDX-License-Identifier: MPL-2.0
//
// `mail` of a partner file: the address, and what goes there.

#include <parloeb/epost.h>

#include "partnere_int.h"

void
partner_mail(struct laeser *l, struct plb_yaml *root)
{
	static const char *const indhold[] = {"indkaldelser", "alle", NULL};
	struct plb_yaml *m = plb_yaml_get(root, "mail", l->f), *til;
	int ord = 0;

	if (m == NULL)
		return;
	til = plb_yaml_need(m, "til", l->f);
	/* It stands in headers and in commands of SMTP as it is. */
	if (til != NULL && (til->kind != PLB_YAML_SCALAR || !plb_epost_ren(til->text)))
		partner_fejl(l, til,
		    "til: expected a mail address of letters, digits and . - _ + "
		    "(name@example.dk)");
	else if (plb_yaml_str(til, &l->p->mail.til, l->f) &&
	    plb_yaml_word(plb_yaml_get(m, "indhold", l->f), indhold, &ord, l->f))
		l->p->mail.alle = ord == 1;
}
