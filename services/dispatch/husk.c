// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"

/* What is remembered of messages that lie on ud and are not in the state, by 16 bytes (the id, or
 * the person), until they are taken up:
 *
 *   t  withdrawn                  r  receipted (the receipt)
 *   d  discarded by an operator   s  settled already: it was replayed, or discarded, from ud
 *   h  the person is held (the order)
 */

#define HVEM_LEN 16
#define TIDLIGE_MAX 10000
#define TIDLIG_MS (3600 * (int64_t)1000)

static const char arter[] = {
    HUSK_TILBAGEKALDT, HUSK_KVITTERET, HUSK_KASSERET, HUSK_AFGJORT, HUSK_HOLDT};

bool
husk_er_art(uint8_t art)
{
	return memchr(arter, art, sizeof(arter)) != NULL;
}

static struct plb_slice
sub_af(const struct endepunkt *ep, enum husk_art art, const uint8_t hvem[16], uint8_t out[SUB_MAX])
{
	return skridt_noegle(ep, (char)art, hvem, HVEM_LEN, out);
}

enum plb_err
husk_laeg(struct plb_flow_tx *tx, const struct endepunkt *ep, enum husk_art art,
    const uint8_t hvem[16], struct plb_slice blob, struct plb_errctx *ec)
{
	uint8_t plads[SUB_MAX];

	return skridt_fejl(plb_flow_put(tx, plb_org_slice(&ep->org), sub_af(ep, art, hvem, plads),
			       blob, PLB_TIME_NEVER),
	    "state", ec);
}

struct plb_slice
husk_blot(struct dispatch *d, int64_t offset)
{
	struct markoer_post m = {.position = offset};

	return dispatch_wire_skriv(d->wire, SLAGS_GEMT_MARKOER, &m);
}

bool
husk_er(
    struct plb_flow_tx *tx, const struct endepunkt *ep, enum husk_art art, const uint8_t hvem[16])
{
	struct plb_slice blob;
	uint8_t plads[SUB_MAX];

	return plb_flow_get(tx, plb_org_slice(&ep->org), sub_af(ep, art, hvem, plads), &blob, NULL);
}

static bool
er_tidlig(uint8_t art)
{
	return art == HUSK_KVITTERET || art == HUSK_KASSERET;
}

bool
husk_tag(struct plb_flow_tx *tx, struct endepunkt *ep, enum husk_art art, const uint8_t hvem[16],
    struct plb_slice *blob, enum plb_err *err)
{
	struct plb_slice primary = plb_org_slice(&ep->org), sub;
	uint8_t plads[SUB_MAX];

	sub = sub_af(ep, art, hvem, plads);
	if (*err != PLB_OK || !plb_flow_get(tx, primary, sub, blob, NULL))
		return false;
	if (er_tidlig((uint8_t)art) && ep->tidlige > 0)
		ep->tidlige--;
	*err = plb_flow_del(tx, primary, sub); /* the slice holds until the commit */
	return *err == PLB_OK;
}

enum plb_err
husk_glem(struct plb_flow_tx *tx, const struct endepunkt *ep, enum husk_art art)
{
	struct plb_slice primary = plb_org_slice(&ep->org), sub, blob;
	uint8_t foran[SUB_MAX], naeste[SUB_MAX];
	const struct plb_slice af = skridt_noegle(ep, (char)art, NULL, 0, foran);
	enum plb_err err = PLB_OK;

	sub = af;
	for (int n = 0; err == PLB_OK && n < PR_GANG && plb_flow_next(tx, primary, &sub, &blob);
	     n++) {
		if (sub.len != af.len + HVEM_LEN || memcmp(sub.p, af.p, af.len) != 0)
			break;
		memcpy(naeste, sub.p, sub.len);
		sub.p = naeste;
		err = plb_flow_del(tx, primary, sub);
	}
	return err;
}

enum plb_err
husk_glem_ordrer(struct plb_flow_tx *tx, const struct endepunkt *ep)
{
	enum plb_err err = PLB_OK;

	for (size_t i = 0; err == PLB_OK && i < sizeof(arter); i++)
		if (arter[i] != HUSK_KVITTERET)
			err = husk_glem(tx, ep, (enum husk_art)arter[i]);
	return err;
}

enum plb_err
husk_tidlig(struct plb_flow_tx *tx, struct endepunkt *ep, enum husk_art art, const uint8_t id[16],
    struct plb_slice blob, struct plb_errctx *ec)
{
	if (husk_er(tx, ep, art, id))
		return PLB_OK; /* the first one counts */
	/* In an overflow it waits for as long as its message. */
	if (!overloeb_er(ep) && ep->tidlige >= TIDLIGE_MAX)
		return PLB_OK;
	husk_laest(ep, (uint8_t)art, plb_time_now().ms);
	return husk_laeg(tx, ep, art, id, blob, ec);
}

void
husk_laest(struct endepunkt *ep, uint8_t art, int64_t nu_ms)
{
	if (er_tidlig(art) && ep->tidlige++ == 0)
		ep->tidlig_ms = nu_ms;
}

bool
husk_er_gammel(const struct endepunkt *ep, int64_t nu_ms)
{
	return ep->tidlige > 0 && !overloeb_er(ep) && nu_ms - ep->tidlig_ms > TIDLIG_MS;
}

enum plb_err
husk_fej(struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_errctx *ec)
{
	enum plb_err err = husk_glem(tx, ep, HUSK_KVITTERET);

	if (err == PLB_OK)
		err = husk_glem(tx, ep, HUSK_KASSERET);
	ep->tidlige = ep->tidlige > PR_GANG ? ep->tidlige - PR_GANG : 0;
	return skridt_fejl(err, "state", ec);
}
