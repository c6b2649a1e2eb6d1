// SPDX-License-Identifier: MPL-2.0
#include <parloeb/overfoersel.h>

/* <parloeb/overfoersel.h> in a world where no partner has such a channel: nothing may begin. */

struct plb_overfoersler *
plb_overfoersler_new(struct plb_loop *l, int64_t samtidige, struct plb_errctx *ec)
{
	(void)l, (void)samtidige;
	plb_err_set(ec, PLB_E_UKENDT, "the simulation has no transfers");
	return NULL;
}

void
plb_overfoersler_free(struct plb_overfoersler **p)
{
	PLB_ASSERT(*p == NULL);
}

enum plb_err
plb_overfoer(struct plb_overfoersler *p, const struct plb_ovf_bestilling *b,
    struct plb_overfoersel **out, struct plb_errctx *ec)
{
	(void)p, (void)b, (void)out;
	return plb_err_set(ec, PLB_E_UKENDT, "the simulation has no transfers");
}

void
plb_overfoersel_drop(struct plb_overfoersel **o)
{
	PLB_ASSERT(*o == NULL);
}

const char *
plb_ovf_udfald_navn(enum plb_ovf_udfald u)
{
	(void)u;
	return "";
}
