"""What merging costs, beside reading and hashing the same bytes, in one run.

    python tests/benchmarks/merge.py [--servers 7000] [--edited 300]

Every server is a Component and an API. Each part is timed three times; the best counts. Nothing of it is a test.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))

from histories import CONFIG
from rhoai_catalog import catalog, describe, merge
from rhoai_catalog.snapshot import Snapshot
from test_describe import EAST, server, snapshot
from timing import best


def estate(servers: int) -> Snapshot:
    rows = [server(f"s{number}", namespace=f"team-{number % 140}") for number in range(servers)]
    return snapshot(*rows, sources=(EAST,))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", type=int, default=7000)
    parser.add_argument("--edited", type=int, default=300)
    asked = parser.parse_args()
    seen = estate(asked.servers)
    first = merge.load({})
    texts = dict(merge.merge(first, describe.describe(seen, CONFIG, first.known())).texts)
    edited = 0
    for file in sorted(name for name in texts if name.endswith("entities.yaml")):
        wanted = min(asked.edited - edited, texts[file].count("\n  lifecycle: production\n"), 3)
        texts[file] = texts[file].replace("\n  lifecycle: production\n", "\n  lifecycle: ours  # for now\n", wanted)
        edited += wanted
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalog.write_files(folder, texts)
        files = [path for path in folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        floor = best(lambda: [hashlib.sha256(path.read_bytes()).digest() for path in files])
        known = merge.load(texts).known()
        description = describe.describe(seen, CONFIG, known)
        current = merge.load(texts)
        parts = {
            "read and hash": floor,
            "load": best(lambda: merge.load(texts)),
            "merge": best(lambda: merge.merge(current, description)),
        }
    print(f"{2 * asked.servers} entities, {edited} edited, {len(files)} files, {size / 1e6:.1f} MB")
    for part, seconds in parts.items():
        print(f"{part:14} {seconds:6.2f} s  {seconds / floor:6.1f} times")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
