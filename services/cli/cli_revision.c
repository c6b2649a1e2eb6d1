// SPDX-License-Identifier: MPL-2.0
#include "cli_revision.h"

#include <stdio.h>
#include <unistd.h>

static enum plb_err
read_chain(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct plb_revision_laest l;

	(void)ec;
	if (plb_revision_laest(arg, r, &l, &(struct plb_errctx){{0}}) != PLB_OK)
		return PLB_OK; /* `revision verify` tells of odd records */
	return PLB_OK;
}

enum plb_err
cli_revision(const struct cli_kafka *k, struct plb_revision_post p, struct plb_errctx *ec)
{
	char host[50] = "", writer[80], who[100];
	struct plb_revision *r = NULL;
	struct plb_slice value;
	enum plb_err err;
	int64_t nr;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	snprintf(writer, sizeof(writer), "parloeb@%s", host);
	p.aktoer = plb_slice_str(cli_user(who, sizeof(who)));
	p.tid = plb_time_now();
	err = plb_revision_new(k->schemas, writer, &r, ec);
	if (err == PLB_OK)
		err = cli_scan(k->bus, "revision", -1, read_chain, r, ec);
	if (err == PLB_OK)
		err = plb_revision_byg(r, &p, &value, &nr, ec);
	if (err == PLB_OK)
		err = cli_produce(k, "revision", p.aktoer, "dk.parloeb.revision", value, ec);
	plb_revision_free(&r);
	return err;
}

int
cli_indsigt(const struct cli_kafka *k, const char *handling, const uint8_t person[16])
{
	struct plb_errctx ec = {{0}};
	struct plb_slice detalje;
	struct plb_buf b;
	enum plb_err err;

	plb_buf_init(&b, 200);
	plb_buf_str(&b, "{\"person\":\"");
	plb_buf_hex(&b, plb_slice(person, 16));
	plb_buf_str(&b, "\"}");
	err = plb_buf_done(&b, &detalje);
	if (err == PLB_OK)
		err = cli_revision(k,
		    (struct plb_revision_post){.handling = plb_slice_str(handling),
			.udfald = plb_slice_str("udfoert"),
			.detalje = detalje},
		    &ec);
	plb_buf_fini(&b);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}
