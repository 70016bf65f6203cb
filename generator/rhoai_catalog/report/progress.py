"""How far reading the sources is, while it goes on: one moving line at a terminal, a line a source in a log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from rhoai_catalog.http.traffic import Listener, Traffic
from rhoai_catalog.report.style import CLEARED_LINE
from rhoai_catalog.text.terminal import terminal

PAUSE: Final = 0.1  # seconds between two looks of the moving line
SILENCE: Final = 10.0  # seconds between two lines about a source that does not answer


class ProgressLines(Listener):
    """`write` takes text for the terminal or log as it stands; `moving` where a line may be written over."""

    def __init__(self, write: Callable[[str], None], *, moving: bool, verbose: bool) -> None:
        self._write, self._moving, self._verbose = write, moving and not verbose, verbose
        self._clear = CLEARED_LINE if self._moving else ""
        self._lock = threading.Lock()
        self._shown = 0.0
        self._silent: dict[str, float] = {}

    def answered(self, traffic: Traffic, path: str, status: int | None, seconds: float) -> None:
        with self._lock:
            if self._verbose:
                answer = "no answer" if status is None else status
                self._write(f"{terminal(traffic.source)}: GET {terminal(path)}: {answer}, {seconds:.2f} s\n")
            elif self._moving and time.monotonic() - self._shown >= PAUSE:
                self._shown = time.monotonic()
                counts = f"{traffic.requests:,} requests, {traffic.pages:,} pages …"
                self._write(f"{self._clear}{terminal(traffic.source)}: {counts}")

    def retried(self, traffic: Traffic, path: str, reason: str) -> None:
        with self._lock:
            before = self._silent.get(traffic.source)
            if self._verbose or (before is not None and time.monotonic() - before < SILENCE):
                return
            self._silent[traffic.source] = time.monotonic()
            self._write(f"{self._clear}{terminal(traffic.source)}: {terminal(f'{path}: {reason}')}; asking again\n")

    def finished(self, traffic: Traffic) -> None:
        with self._lock:
            self._write(f"{self._clear}{traffic_text([traffic])}\n")


def traffic_text(traffic: Sequence[Traffic]) -> str:
    """What the listing of each source cost, a line for each."""
    return "\n".join(terminal(_cost(cost)) for cost in traffic)


def _cost(cost: Traffic) -> str:
    counts = f"{cost.requests:,} requests, {cost.pages:,} pages, {cost.retries:,} retries"
    return f"{cost.source}: {counts}, {cost.seconds:.1f} s"
