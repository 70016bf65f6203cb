"""A slice of the fuzzing: what others wrote, edited at random, never ends in a traceback, nor takes long."""

from __future__ import annotations

import pytest
from fuzz.run import TARGETS, run
from thorough import tries


@pytest.mark.few(4)
@pytest.mark.parametrize("name", TARGETS)
def test_whatever_others_wrote_is_read_or_refused(name: str) -> None:
    examples = max(10, TARGETS[name].examples // tries(4, 48))
    assert run(name, examples, seed=1) >= examples
