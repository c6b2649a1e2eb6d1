// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include "gateway_conf.h"
#include "gateway_run.h"

int
main(int argc, char **argv)
{
	static struct gateway g;
	struct plb_errctx ec = {{0}};
	int code = 0;

	g.file = plb_conf_main(argc, argv, "parloeb-gateway", &plb_section_gateway, &g.conf, &code);
	if (g.file == NULL)
		return code;
	g.common = plb_conf_common(g.file);
	if (!gateway_conf_load(&g)) {
		code = 1;
	} else if (gateway_start(&g, &ec) != PLB_OK || plb_loop_run(g.loop, &ec) != PLB_OK) {
		fprintf(stderr, "parloeb-gateway: %s\n", ec.text);
		code = 1;
	}
	gateway_stop(&g);
	gateway_conf_free(&g);
	plb_conf_free(&g.file);
	return code;
}
