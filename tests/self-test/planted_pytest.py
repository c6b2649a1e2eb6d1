# SPDX-License-Identifier: MPL-2.0
"""A deliberately broken assertion beside one that holds."""


def test_right():
    assert 1 + 1 == 2


def test_wrong():
    assert 1 + 1 == 3
