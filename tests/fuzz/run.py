"""All targets, and so many examples of one."""

from __future__ import annotations

import signal
from typing import Final

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from fuzz import answers, forges, texts
from fuzz.corpus import Variant

TARGETS: Final = {**texts.TARGETS, **answers.TARGETS, **forges.TARGETS}
LONGEST: Final = 20  # seconds for one example, on any machine; most take some milliseconds


def run(name: str, examples: int, seed: int) -> int:
    """So many examples of a target, always the same for a seed; gives their number."""
    target, count = TARGETS[name], 0

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=[*HealthCheck],
        phases=[Phase.generate, Phase.shrink],
    )
    @given(target.variants())
    def reads(variant: Variant) -> None:
        nonlocal count
        count += 1
        before = signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        try:
            target.read(variant)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    reads()
    return count


def _stop(*_: object) -> None:
    raise TimeoutError(f"it takes longer than {LONGEST} seconds")
