// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_TEST_H
#define CLI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "navne.h"

#define S(text) plb_slice_str(text)

#endif
