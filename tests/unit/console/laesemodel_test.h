// SPDX-License-Identifier: MPL-2.0
#ifndef LAESEMODEL_TEST_H
#define LAESEMODEL_TEST_H

#include <stdlib.h>

#include "console_test.h"

/* An empty read model in memory for each test, and room for what it says. */
struct fix {
	struct laesemodel *m;
	struct plb_buf out;
	struct plb_errctx ec;
};

static inline int
setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	plb_buf_init(&f->out, 1 << 20);
	assert_int_equal(laesemodel_new("", &f->m, &f->ec), PLB_OK);
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fix *f = *state;

	laesemodel_free(&f->m);
	plb_buf_fini(&f->out);
	free(f);
	return 0;
}

#endif
