"""What a run is at, while it goes on: one moving line at a terminal, a line a source in a log."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from rhoai_catalog.http.traffic import Listener, Traffic
from rhoai_catalog.report.style import CLEARED_LINE
from rhoai_catalog.snapshot import Snapshot
from rhoai_catalog.text.terminal import terminal

PAUSE: Final = 0.1  # seconds between two looks of the moving line
PATIENCE: Final = 2.0  # seconds after which a reader is told what goes on
BEAT: Final = 1.0  # seconds between two times that a terminal is told
SILENCE: Final = 10.0  # seconds between two lines about a source that does not answer

T = TypeVar("T")


class ProgressLines(Listener):
    """`write` takes text for the terminal or log as it stands; `moving` where a line may be written over."""

    def __init__(self, write: Callable[[str], None], *, moving: bool, verbose: bool) -> None:
        self._write, self._moving, self._verbose = write, moving and not verbose, verbose
        self._clear = CLEARED_LINE if self._moving else ""
        self._lock = threading.Lock()
        self._shown, self._moved = 0.0, False
        self._silent: dict[str, float] = {}
        self._reading: Traffic | None = None

    def say(self, line: str) -> None:
        """A line that stands."""
        with self._lock:
            self._write(f"{self._clear}{terminal(line)}\n")

    @contextlib.contextmanager
    def waiting(self, doing: str = "") -> Iterator[None]:
        """Tell of what takes long that it goes on: `doing`, or the source that is read, with its counts."""
        done = threading.Event()
        ticking = threading.Thread(target=self._tick, args=(done, doing, time.monotonic()), daemon=True)
        ticking.start()
        try:
            yield
        finally:
            done.set()
            ticking.join()
            if self._moved:
                self._write(self._clear)
                self._moved = False

    def through(self, things: Iterable[T]) -> Iterator[T]:
        """The same things, each of which may take long to come."""
        rest = iter(things)
        while True:
            with self.waiting():
                thing = next(rest, None)
            if thing is None:
                return
            yield thing

    def _tick(self, done: threading.Event, doing: str, since: float) -> None:
        pause = PATIENCE if self._moving else SILENCE
        while not done.wait(pause):
            pause = BEAT if self._moving else SILENCE
            with self._lock:
                self._move(f"{doing or self._counts()}, {time.monotonic() - since:.0f} s …")

    def _move(self, text: str) -> None:
        """Write over what moves; elsewhere it is a line like others."""
        self._moved = self._moving
        self._write(f"{self._clear}{terminal(text)}" if self._moving else f"{terminal(text)}\n")

    def _counts(self) -> str:
        if self._reading is None:
            return "reading"
        return f"{self._reading.source}: {self._reading.requests:,} requests, {self._reading.pages:,} pages"

    def begun(self, traffic: Traffic) -> None:
        self._reading = traffic

    def answered(self, traffic: Traffic, path: str, status: int | None, seconds: float) -> None:
        with self._lock:
            self._reading = traffic
            if self._verbose:
                answer = "no answer" if status is None else status
                self._write(f"{terminal(traffic.source)}: GET {terminal(path)}: {answer}, {seconds:.2f} s\n")
            elif self._moving and time.monotonic() - self._shown >= PAUSE:
                self._shown = time.monotonic()
                self._move(f"{self._counts()} …")

    def retried(self, traffic: Traffic, path: str, reason: str) -> None:
        with self._lock:
            before = self._silent.get(traffic.source)
            if self._verbose or (before is not None and time.monotonic() - before < SILENCE):
                return
            self._silent[traffic.source] = time.monotonic()
            self._write(f"{self._clear}{terminal(traffic.source)}: {terminal(f'{path}: {reason}')}; asking again\n")

    def finished(self, traffic: Traffic) -> None:
        with self._lock:
            self._write(f"{self._clear}{traffic_text(traffic)}\n")


def comparing(snapshot: Snapshot) -> str:
    """What is being done once the sources are read."""
    return f"comparing the catalog with {sum(scope.listed for scope in snapshot.scopes):,} objects that were listed"


def traffic_text(traffic: Traffic) -> str:
    """What reading a source cost, on one line."""
    counts = f"{traffic.requests:,} requests, {traffic.pages:,} pages, {traffic.retries:,} retries"
    return terminal(f"{traffic.source}: {counts}, {traffic.seconds:.1f} s")
