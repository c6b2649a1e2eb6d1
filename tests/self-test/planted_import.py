# SPDX-License-Identifier: MPL-2.0
"""A test file that cannot be read: its tests must not vanish in silence."""

import a_module_that_is_not_there  # noqa: F401


def test_never_run():
    assert True
