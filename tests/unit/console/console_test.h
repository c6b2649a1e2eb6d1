// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_TEST_H
#define CONSOLE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "laesemodel.h"

#define S(text) plb_slice_str(text)

static inline struct plb_time
kl(int64_t s)
{
	return (struct plb_time){
	    (INT64_C(1709280000) + s) * 1000}; /* 2024-03-01T09:00:00+01:00 and s seconds */
}

static inline struct plb_uuid
uuid(uint8_t n)
{
	struct plb_uuid u = {{0}};

	u.b[15] = n;
	return u;
}

static inline struct plb_org
org(const char *text)
{
	struct plb_org o;

	assert_int_equal(plb_org_parse(S(text), &o), PLB_OK);
	return o;
}

/* A fact by `fra`, told at 09:00. */
static inline struct plb_event
fakta(const char *fra, const char *id)
{
	struct plb_event ev = {.id = S(id),
	    .source = S(strcmp(fra, "akasse:hk") == 0 ? "/akasse/hk/x" : "/kommune/0461/x"),
	    .type = S("dk.parloeb.timer-indberettet"),
	    .time = kl(0),
	    .org = org(fra)};

	return ev;
}

#endif
