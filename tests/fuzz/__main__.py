"""Fuzzing for as long as one likes: `python tests/fuzz [--seconds 600] [--target NAME]... [--first SEED]`.

Round after round each target gets new examples. A failure is made as small as hypothesis can, and told; the next
failures of a target are told where they are raised elsewhere.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])
sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))

from fuzz.run import TARGETS, run  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--examples", type=int, default=200, help="of a target in a round")
    parser.add_argument("--target", action="append", choices=[*TARGETS])
    asked = parser.parse_args()
    end, number = time.monotonic() + asked.seconds, asked.first
    runs, failures = Counter[str](), dict[str, str]()
    while time.monotonic() < end:
        for name in asked.target or TARGETS:
            try:
                runs[name] += run(name, asked.examples, number)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                place = _place(error)
                if place not in failures:
                    failures[place] = "".join(traceback.format_exception(error)[-14:])
                    print(f"\n=== {name}, seed {number}, at {place}\n{failures[place]}", flush=True)
        number += 1
    print(f"{dict(runs)} examples, {len(failures)} failures: {sorted(failures)}")
    sys.exit(bool(failures))


def _place(error: BaseException) -> str:
    """Where in the program an exception was raised last."""
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "/rhoai_catalog/" in f.filename or "/fuzz/" in f.filename
    ]
    last = frames[-1] if frames else None
    return f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}" if last else type(error).__name__


if __name__ == "__main__":
    main()
