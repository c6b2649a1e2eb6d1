// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include <parloeb/json.h>

#include "cmd.h"

#define TEXT_MAX (8u << 20)

static const struct {
	enum plb_orgtype type;
	const char *name;
} KINDS[] = {{PLB_ORG_AKASSE, "akasse"}, {PLB_ORG_KOMMUNE, "kommune"}, {PLB_ORG_AKTOER, "aktoer"},
    {PLB_ORG_DFDG, "dfdg"}};

static void
list(const struct cli *c, const struct plb_schemas *s)
{
	size_t i, k;

	for (i = 0; i < plb_schemas_count(s); i++) {
		const struct plb_schema *sc = plb_schemas_at(s, i);
		const char *sep = "";

		if (c->json)
			printf("%s{\"name\":\"%s\",\"type\":\"%s\",\"fingerprint\":\"%016llx\","
			       "\"senders\":[",
			    i == 0 ? "[" : ",", plb_schema_navn(sc), plb_schema_type(sc),
			    (unsigned long long)plb_schema_fingerprint(sc));
		else
			printf("%-30s ", plb_schema_navn(sc));
		for (k = 0; k < sizeof(KINDS) / sizeof(KINDS[0]); k++) {
			if (!plb_schema_may_send(sc, (int)KINDS[k].type))
				continue;
			printf(c->json ? "%s\"%s\"" : "%s%s", sep, KINDS[k].name);
			sep = c->json ? "," : " ";
		}
		fputs(c->json ? "]}" : "\n", stdout);
	}
	if (c->json)
		puts("]");
}

static int
show(const struct plb_schemas *s, const char *name)
{
	const struct plb_schema *sc = plb_schema_find(s, plb_slice_str(name));
	struct plb_errctx ec = {{0}};
	struct plb_slice text;
	struct plb_buf out;
	enum plb_err err;

	if (sc == NULL)
		return cli_fail(CLI_FAULTS, "no such event type; parloeb schema show lists them");
	plb_buf_init(&out, TEXT_MAX);
	err = plb_json_schema(sc, &out, &ec);
	if (err == PLB_OK)
		err = plb_buf_done(&out, &text);
	if (err == PLB_OK) {
		fwrite(text.p, 1, text.len, stdout);
		putchar('\n');
	}
	plb_buf_fini(&out);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}

int
cmd_schema_show(const struct cli *c)
{
	const struct plb_conf_common *common;
	struct plb_conf *conf = cli_conf(c);
	struct plb_schemas *s = NULL;
	struct plb_errctx ec = {{0}};
	enum plb_err err;
	int code = CLI_OK;

	if (conf == NULL)
		return CLI_FAULTS;
	common = plb_conf_common(conf);
	err = plb_schemas_load(common->schemas, common->koder, &s, &ec);
	if (err != PLB_OK)
		code = cli_error(err, &ec);
	else if (c->argc > 1)
		code = show(s, c->argv[1]);
	else
		list(c, s);
	plb_schemas_free(&s);
	plb_conf_free(&conf);
	return code;
}
