"""How the cost of every reader of foreign text grows with the text, in every shape that makes careless readers slow.

    python tests/benchmarks/growth.py [--largest 10] [--seconds 10] [--jobs N] [--reader NAME] [--shape NAME] [--all]
        [--part N/M]

A reader (tests/readers.py) reads each shape (tests/shapes.py) at 1 kB, 3 kB, 10 kB and so on, up to `--largest` MB,
until one takes longer than `--seconds` of the processor; each pair in a process of its own. The growth is the exponent
between the largest size and the one a tenth of it (or the smallest that takes long enough to measure): 1 is linear, 2
quadratic; what seems to grow faster than linear is measured again, by processes that know nothing of the first. A
refusal counts like an answer, and is shown. Exit code 1 where something grows faster than linear, or fails.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import functools
import gc
import math
import multiprocessing
import os
import random
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))

from readers import READERS, REFUSED
from shapes import SHAPES

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
SHOWN = (10_000, 100_000, 1_000_000, 10_000_000)
SHORTEST = 0.03  # seconds; below it a measurement says more of the machine
LINEAR = 1.3
MEMORY = 3 << 30  # bytes of a process
LONGEST = 300  # seconds of a process
CONTEXT = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is measured: one reader, one shape, up to a size in characters or to so many seconds."""

    reader: str
    shape: str
    largest: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What it takes: (size, seconds); how the largest was refused, if it was; what failed."""

    times: Sequence[tuple[int, float]] = ()
    refusal: str = ""
    fault: str = ""

    @property
    def exponent(self) -> float | None:
        """Of the last sizes that take long enough; before the first of them stands one that takes less, as if it took
        just as long: who goes from that to much more at once is seen as well.
        """
        times = [(size, max(seconds, SHORTEST)) for size, seconds in self.times]
        long = [number for number, (_, seconds) in enumerate(times) if seconds > SHORTEST][-3:]
        if not long or long[-1] == 0:
            return None
        (small, quick), (large, slow) = times[max(long[0] - (len(long) < 3), 0)], times[long[-1]]
        return math.log(slow / quick) / math.log(large / small)

    @property
    def is_sound(self) -> bool:
        return not self.fault and (self.exponent or 0) <= LINEAR

    def row(self, cell: Cell) -> str:
        times = dict(self.times)
        seconds = " ".join(f"{times[size]:8.3f}" if size in times else "       -" for size in SHOWN)
        exponent = "   -" if self.exponent is None else f"{self.exponent:4.1f}"
        refusal = f"  refused: {self.refusal[:70]!r}" if self.refusal else ""
        fault = f"  FAULT: {self.fault[:120]}" if self.fault else "" if self.is_sound else "  FASTER THAN LINEAR"
        return f"{cell.reader:<28.28} {cell.shape:<30.30} {seconds}  {exponent}{refusal}{fault}"


def measured(cell: Cell) -> Growth:
    """What is measured; again, and the best counts, where the first measurement is doubtful."""
    growth = _measured_once(cell)
    if growth.is_sound or growth.fault:
        return growth
    return min((growth, _measured_once(cell), _measured_once(cell)), key=lambda growth: growth.exponent or 0)


def _measured_once(cell: Cell) -> Growth:
    """What a process of its own measures, which knows no text yet; it is ended where it does not end."""
    for size in (size for size in SIZES if size <= cell.largest):
        _text(cell.shape, size)  # made once, for the processes of all readers
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_measure, args=(cell, there))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(LONGEST) else Growth(fault=f"no end in {LONGEST} s")
    except EOFError:
        return Growth(fault="the process ended, perhaps for memory")
    finally:
        process.kill()
        process.join()


def _measure(cell: Cell, channel: Connection) -> None:
    """Read larger and larger texts."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.disable()  # its rounds come in steps, which would look like growth
    os.sched_setaffinity(0, {random.choice([*os.sched_getaffinity(0)])})  # else `validate` has others do the work
    channel.send(_growth(cell))


def _growth(cell: Cell) -> Growth:
    times: list[tuple[int, float]] = []
    refusal = fault = ""
    for size in (size for size in SIZES if size <= cell.largest):
        text = _text(cell.shape, size)
        since, refusal = time.process_time(), ""
        try:
            READERS[cell.reader](text)
        except REFUSED as error:
            refusal = str(error) or type(error).__name__
        except Exception as error:
            fault = f"{type(error).__name__} at {len(text):,}: {error}"
        times.append((size, time.process_time() - since))
        gc.collect()
        if fault or times[-1][1] > cell.seconds:
            break
    return Growth(times=times, refusal=refusal, fault=fault)


@functools.lru_cache(maxsize=2 * len(SIZES))
def _text(shape: str, size: int) -> str:
    return SHAPES[shape](size)


def _chosen(names: Iterable[str], beginnings: Sequence[str] | None) -> list[str]:
    return [name for name in names if not beginnings or name.startswith(tuple(beginnings))]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest", type=float, default=10, help="MB")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--reader", action="append", help="by the beginning of its name; default: all of them")
    parser.add_argument("--shape", action="append", help="likewise")
    parser.add_argument("--all", action="store_true", help="show also what grows as it should")
    parser.add_argument("--part", default="0/1", help="N/M: each M-th pair from the N-th on; behind M it begins anew")
    asked = parser.parse_args()
    cells = [
        Cell(reader=reader, shape=shape, largest=int(asked.largest * 1_000_000), seconds=asked.seconds)
        for shape in _chosen(SHAPES, asked.shape)
        for reader in _chosen(READERS, asked.reader)
    ]
    number, parts = map(int, asked.part.split("/"))
    cells = cells[number % parts :: parts]
    for reader in _chosen(READERS, asked.reader):  # what it takes once for all texts, such as compiling a schema
        with contextlib.suppress(*REFUSED):
            READERS[reader]("a")
    gc.freeze()  # or each process would look through all modules after each size
    print(f"{'reader':<28} {'shape':<30}    10 kB   100 kB     1 MB    10 MB  growth")
    unsound = 0
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        for cell, growth in zip(cells, pool.map(measured, cells), strict=True):
            unsound += not growth.is_sound
            if asked.all or not growth.is_sound:
                print(growth.row(cell), flush=True)
    print(f"{len(cells)} measured; {unsound} grow faster than linear, or fail")
    sys.exit(unsound > 0)


if __name__ == "__main__":
    main()
