// SPDX-License-Identifier: MPL-2.0
#include "svar.h"

int
svar_status(enum plb_err err)
{
	switch (err) {
	case PLB_OK:
		return 200;
	case PLB_E_UKENDT:
		return 404;
	case PLB_E_FORM:
		return 400;
	case PLB_E_REGEL:
		return 409;
	case PLB_E_ADGANG:
		return 403;
	default:
		return plb_err_class(err) == PLB_CLASS_RETRY ? 503 : 500;
	}
}

void
svar_fejl(struct plb_http_req *r, int status, const char *text)
{
	struct plb_slice body;
	struct plb_buf b;

	plb_buf_init(&b, 4096);
	plb_buf_str(&b, "{\"fejl\":");
	plb_buf_json(&b, plb_slice_str(text));
	plb_buf_str(&b, "}");
	if (plb_buf_done(&b, &body) == PLB_OK)
		plb_http_answer(r, status, "application/json", body, NULL);
	plb_buf_fini(&b);
}

void
svar_giv(struct plb_http_req *r, enum plb_err err, struct plb_buf *out, const struct plb_errctx *ec)
{
	struct plb_slice body;

	if (err != PLB_OK)
		svar_fejl(r, svar_status(err), ec->text);
	else if (plb_buf_done(out, &body) != PLB_OK)
		svar_fejl(r, 500, "the answer is too large");
	else
		plb_http_answer(r, 200, "application/json", body, NULL);
}
