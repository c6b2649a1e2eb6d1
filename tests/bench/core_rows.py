# SPDX-License-Identifier: MPL-2.0
"""forloeb's core with all members in memory, without Kafka (bench_forloeb.c)."""


def core_rows(table, run_json, program, members):
    got = run_json(program, members)
    table.add("forloeb, pure step, median", f"{got['step_median_us']:.2f} us", "", "", "2 us", f"{got['step_allocations']:.2f} allocations an event (0)")
    table.add(f"forloeb, {got['members']:,} members", f"{got['state_bytes']:.0f} B of state each", "", "", "1 KiB",
              f"besides {got['kept_bytes']:.0f} B kept events; {got['memory_bytes']:.0f} B in memory")
    table.add("forloeb, month end without Kafka", f"{got['decisions_per_s'] / 1000:.0f}k decisions/s", "", "", "50k/s", f"{got['decisions']:,} decisions")
    table.add("forloeb, restore without Kafka", f"{got['restored_per_s'] / 1000:.0f}k members/s", "", "", "300k/s")
