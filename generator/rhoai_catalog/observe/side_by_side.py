"""Several things that wait for servers, at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(work: Callable[[T], R], items: Iterable[T], threads: int) -> list[R]:
    """What `work` makes of each item, in their order, in so many threads. What it raises is raised here.

    The threads are daemons: whoever interrupts the program does not wait for a server that says nothing.
    """
    left: queue.SimpleQueue[tuple[int, T]] = queue.SimpleQueue()
    ended: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    results: dict[int, R] = {}
    for item in enumerate(items):
        left.put(item)
    count = left.qsize()

    def run() -> None:
        try:
            while True:
                index, item = left.get_nowait()
                results[index] = work(item)
        except queue.Empty:
            ended.put(None)
        except Exception as error:
            ended.put(error)

    running = min(threads, count)
    for _ in range(running):
        threading.Thread(target=run, daemon=True).start()
    failures = [failure for _ in range(running) if (failure := ended.get()) is not None]
    if failures:
        raise failures[0]
    return [results[index] for index in range(count)]
