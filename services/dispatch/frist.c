// SPDX-License-Identifier: MPL-2.0
#include "frist.h"

#define KORTEST_MS 5000
#define LAENGST_MS (30 * 60 * (int64_t)1000)

int64_t
frist_pause(int64_t tilbage_ms, int64_t mindst_ms)
{
	int64_t ms = tilbage_ms / 8;

	if (tilbage_ms <= 0)
		return 0;
	ms = ms < KORTEST_MS ? KORTEST_MS : ms > LAENGST_MS ? LAENGST_MS : ms;
	return ms > mindst_ms ? ms : mindst_ms;
}

bool
frist_er_naer(int64_t tilbage_ms, int64_t foer_ms)
{
	return foer_ms > 0 && tilbage_ms < foer_ms;
}
