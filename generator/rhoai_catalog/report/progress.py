"""How far reading the sources is, while it goes on: one moving line at a terminal, a line a source in a log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from rhoai_catalog.http.traffic import Listener
from rhoai_catalog.report.health import SourceTraffic
from rhoai_catalog.report.text import traffic_text
from rhoai_catalog.text.escape import terminal

CLEAR: Final = "\r\x1b[2K"
PAUSE: Final = 0.1  # seconds between two looks of the moving line


class Progress(Listener):
    """`write` takes text for the terminal or log as it stands; `moving` where a line may be written over."""

    def __init__(self, write: Callable[[str], None], *, moving: bool, verbose: bool) -> None:
        self._write, self._moving, self._verbose = write, moving and not verbose, verbose
        self._lock = threading.Lock()
        self._shown = 0.0

    def answered(self, traffic: SourceTraffic, path: str, status: int | None, seconds: float) -> None:
        with self._lock:
            if self._verbose:
                told = status if status is not None else "no answer"
                self._write(f"{terminal(traffic.source)}: GET {terminal(path)}: {told}, {seconds:.2f} s\n")
            elif self._moving and time.monotonic() - self._shown >= PAUSE:
                self._shown = time.monotonic()
                self._write(
                    f"{CLEAR}{terminal(traffic.source)}: {traffic.requests:,} requests, {traffic.pages:,} pages …"
                )

    def finished(self, traffic: SourceTraffic) -> None:
        with self._lock:
            self._write(f"{CLEAR if self._moving else ''}{traffic_text([traffic])}\n")
