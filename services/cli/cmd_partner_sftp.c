// SPDX-License-Identifier: MPL-2.0
/* partner sftp-nu: the nightly file now. */
#include <stdio.h>

#include <parloeb/partnere.h>

#include "cli_revision.h"
#include "cmd.h"

struct order {
	struct plb_slice org, actor;
	struct plb_time time;
};
static const struct plb_bind fields[] = {
    {.name = "organisation",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct order, org),
	.has = PLB_BIND_REQUIRED},
    {.name = "aktoer",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct order, actor),
	.has = PLB_BIND_REQUIRED},
    {.name = "tid",
	.type = PLB_BIND_TIME,
	.offset = offsetof(struct order, time),
	.has = PLB_BIND_REQUIRED},
};

/* An order to nobody would be read, counted and forgotten. */
static int
has_channel(const struct cli_kafka *k, const struct plb_org *org)
{
	struct plb_partnere *partners = NULL;
	const struct plb_partner *p;
	struct plb_faults faults;
	int code = CLI_OK;

	plb_faults_init(&faults);
	if (plb_partnere_load(plb_conf_common(k->conf)->partnere, &partners, &faults) != PLB_OK) {
		fputs(faults.text, stderr);
		code = CLI_FAULTS;
	}
	plb_faults_fini(&faults);
	p = code == CLI_OK ? plb_partner_by_org(partners, org) : NULL;
	if (code == CLI_OK && (p == NULL || p->sftp.url == NULL))
		code = cli_fail(CLI_FAULTS, "no partner file has sftp for %s", org->text);
	plb_partnere_free(&partners);
	return code;
}

static enum plb_err
give(const struct cli_kafka *k, const struct plb_org *org, struct plb_errctx *ec)
{
	const struct plb_schema *schema =
	    plb_schema_find(k->schemas, plb_slice_str("sftp-bestilt"));
	struct plb_revision_post audit = {.handling = plb_slice_str("partner.sftp-nu"),
	    .udfald = plb_slice_str("begyndt"),
	    .organisation = plb_org_slice(org)};
	struct order o = {.org = plb_org_slice(org), .time = plb_time_now()};
	struct plb_binding *binding = NULL;
	struct plb_slice value;
	struct plb_buf out;
	char who[100];
	enum plb_err err;

	if (schema == NULL)
		return plb_err_set(ec, PLB_E_KONFIG, "schema sftp-bestilt is missing");
	o.actor = plb_slice_str(cli_user(who, sizeof(who)));
	plb_buf_init(&out, 1024);
	err = plb_binding_new(schema, fields, sizeof(fields) / sizeof(fields[0]), &binding, ec);
	if (err == PLB_OK)
		err = cli_revision(k, audit, ec);
	if (err == PLB_OK) {
		plb_frame_put(schema, &out);
		plb_binding_encode(binding, &o, &out);
		err = plb_buf_done(&out, &value);
	}
	if (err == PLB_OK)
		err = cli_produce(
		    k, "postkasse", plb_org_slice(org), "dk.parloeb.sftp-bestilt", value, ec);
	plb_binding_free(&binding);
	plb_buf_fini(&out);
	return err;
}

int
cmd_partner_sftp_nu(const struct cli *c)
{
	struct plb_errctx ec = {{0}};
	struct plb_org org;
	struct cli_kafka k;
	enum plb_err err;
	int code;

	if (plb_org_parse(plb_slice_str(c->argv[1]), &org) != PLB_OK)
		return cli_fail(CLI_USAGE, "an organisation looks like kommune:0461");
	code = cli_kafka_open(c, 0, &k);
	if (code == CLI_OK)
		code = has_channel(&k, &org);
	if (code == CLI_OK && (err = give(&k, &org, &ec)) != PLB_OK)
		code = cli_error(err, &ec);
	if (code == CLI_OK)
		printf(
		    "ordered: the file of %s leaves now, or when the one under way is in place\n",
		    org.text);
	cli_kafka_close(&k);
	return code;
}
