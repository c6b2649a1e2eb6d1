// SPDX-License-Identifier: MPL-2.0
#include "ordre.h"

#include <stdlib.h>

/* The selection of an order, exactly: in parts in the audit before the order begins, so that
 * whoever carries it on, or approves it, has the same list in hand. How much of it is done stands
 * on `postkasse`: its slices go there in the same order. */

#define DEL_MAX 350 /* ids and offsets that fit into one audit record */
#define ARENA_MAX (1u << 20)

size_t
ordre_udvalg_skriv(const struct ordre *r, size_t fra, struct plb_buf *out)
{
	size_t n = r->n - fra < DEL_MAX ? r->n - fra : DEL_MAX;
	char id[PLB_UUID_TEXT];

	plb_buf_printf(out, "{\"fra\":%zu,\"rate\":%lld,\"udvalg\":[", fra, (long long)r->rate);
	for (size_t i = 0; i < n; i++)
		plb_buf_printf(out, "%s\"%s\",%lld", i > 0 ? "," : "",
		    plb_uuid_text(r->post[fra + i].id, id), (long long)r->post[fra + i].offset);
	plb_buf_str(out, "]}");
	return n;
}

static enum plb_err
take(struct ordre *r, const struct plb_jv *list, struct plb_errctx *ec)
{
	size_t more = plb_jv_len(list) / 2;
	struct bord_post *post = realloc(r->post, (r->n + more) * sizeof(*post));

	if (post == NULL && r->n + more > 0)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "order");
	r->post = post;
	for (size_t i = 0; i < more; i++) {
		post[r->n].offset = plb_jv_int(plb_jv_at(list, 2 * i + 1), -1);
		if (plb_uuid_parse(plb_jv_str(plb_jv_at(list, 2 * i)), false, &post[r->n].id) !=
			PLB_OK ||
		    post[r->n].offset < 0)
			return plb_err_set(ec, PLB_E_FORM, "the selection of an order");
		r->n++;
	}
	return PLB_OK;
}

enum plb_err
ordre_udvalg_laes(struct ordre *r, struct plb_slice json, struct plb_errctx *ec)
{
	struct plb_arena a;
	const struct plb_jv *v;
	enum plb_err err;

	plb_arena_init(&a, ARENA_MAX);
	err = plb_jv_parse(&a, json, &v, ec);
	/* One that does not follow on is left out: the order is then not whole, and nobody carries
	 * it on. */
	if (err == PLB_OK && plb_jv_int(plb_jv_get(v, "fra"), -1) == (int64_t)r->n) {
		r->rate = plb_jv_int(plb_jv_get(v, "rate"), 1);
		err = take(r, plb_jv_get(v, "udvalg"), ec);
	}
	plb_arena_fini(&a);
	return err;
}

/* ---- what of it stands on `postkasse` ---- */

size_t
ordrer_talt(const struct ordrer *o, const struct plb_uuid *ordre)
{
	for (size_t i = o->n_talt; i-- > 0;)
		if (plb_uuid_eq(o->talt[i].ordre, *ordre))
			return o->talt[i].n;
	return 0;
}

enum plb_err
ordrer_tael(struct ordrer *o, const struct plb_uuid *ordre, size_t n, struct plb_errctx *ec)
{
	struct talt *more;

	for (size_t i = o->n_talt; i-- > 0;)
		if (plb_uuid_eq(o->talt[i].ordre, *ordre)) {
			o->talt[i].n += n;
			return PLB_OK;
		}
	more = realloc(o->talt, (o->n_talt + 1) * sizeof(*more));
	if (more == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "orders");
	o->talt = more;
	more[o->n_talt++] = (struct talt){*ordre, n};
	return PLB_OK;
}
