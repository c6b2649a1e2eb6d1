// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_TEST_H
#define GATEWAY_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/slice.h>

#define S(text) plb_slice_str(text)

#endif
