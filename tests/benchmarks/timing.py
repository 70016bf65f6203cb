"""How the benchmarks time what they run."""

from __future__ import annotations

import time
from collections.abc import Callable


def best(run: Callable[[], object]) -> float:
    """Seconds of the best of three runs."""
    seconds = []
    for _ in range(3):
        since = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - since)
    return min(seconds)
