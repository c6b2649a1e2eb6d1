# SPDX-License-Identifier: MPL-2.0
"""A bounded wait on a condition, in place of sleeping."""

import time

# The one bound of all tests. It costs nothing where the condition comes to pass, and leaves room
# for a machine that is slow, busy or stalls: a session that runs out, a transaction that is
# aborted, a restore, Kafka's own restart.
PATIENCE_S = 120.0


def wait_until(condition, what, timeout_s=PATIENCE_S, interval_s=0.05):
    """Calls condition() until it is truthy and returns that value; AssertionError after timeout_s.

    An AssertionError raised by the condition counts as not yet, and is told at the end.
    """
    end = time.monotonic() + timeout_s
    while True:
        last = None
        try:
            value = condition()
        except AssertionError as e:
            value, last = None, e
        if value:
            return value
        if time.monotonic() >= end:
            raise AssertionError(f"not within {timeout_s:g} s: {what}"
                                 + (f" ({last})" if last else "")) from last
        time.sleep(interval_s)
