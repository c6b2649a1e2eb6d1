# SPDX-License-Identifier: MPL-2.0
"""A bounded wait on a condition, in place of sleeping."""

import time


def wait_until(condition, what, timeout_s=30.0, interval_s=0.05):
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
            raise AssertionError(f"not within {timeout_s} s: {what}"
                                 + (f" ({last})" if last else "")) from last
        time.sleep(interval_s)
