"""A slice of the random histories of tests/histories.py, which plays as many as one likes."""

from __future__ import annotations

import pytest
from histories import play
from thorough import tries

HISTORIES = tries(160, 4)


@pytest.mark.parametrize("first", range(0, HISTORIES, 20))
def test_nothing_of_a_person_is_lost_and_nothing_else_is_stale(first: int) -> None:
    for seed in range(first, min(first + 20, HISTORIES)):
        assert play(seed).runs == 7
