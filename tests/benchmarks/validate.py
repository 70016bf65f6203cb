"""What validating costs, beside other validators on the same tree, in one run.

    python tests/benchmarks/validate.py [--entities 14000] [--harness DIR] [--other COMMAND]...

A tree is made of the project's own catalog, 100 entities a file. HARNESS is a folder with entity_oracle.mjs and the
packages of Backstage (catalog-model itself, reading YAML as the catalog does). COMMAND is another validator; the files
are put behind it. Each is run three times; the best counts. Nothing of it is a test.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))
os.environ["PYTHONPATH"] = sys.path[0]

from rhoai_catalog import documents
from timing import best

CATALOG = Path(__file__).parents[2] / "catalog"
ALONE = ("dependsOn", "providesApis")  # references that would lead out of the tree


def entities() -> Iterator[dict[str, Any]]:
    """The entities of the catalog, again and again, each under a name of its own."""
    originals = [data for file in sorted(CATALOG.rglob("entities.yaml")) for data in documents.load(file.read_text())]
    for number in count():
        data = originals[number % len(originals)]
        metadata = {**data["metadata"], "name": f"{data['metadata']['name'][:50]}.{number}"}
        notes = {k: v for k, v in metadata["annotations"].items() if not k.startswith("backstage.io/techdocs")}
        spec = {key: value for key, value in data["spec"].items() if key not in ALONE}
        yield {**data, "metadata": {**metadata, "annotations": notes}, "spec": spec}


def write_tree(folder: Path, number: int) -> list[Path]:
    source, files = islice(entities(), number), []
    while part := list(islice(source, 100)):
        file = folder / f"part{len(files)}" / "catalog-info.yaml"
        file.parent.mkdir()
        file.write_text("".join(map(documents.dump, part)), "utf-8")
        files.append(file)
    return files


def command(words: list[str], **options: Any) -> Callable[[], object]:
    return lambda: subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, **options)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entities", type=int, default=14_000)
    parser.add_argument("--harness", type=Path)
    parser.add_argument("--other", action="append", default=[], metavar="COMMAND")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [str(file) for file in write_tree(Path(folder), given.entities)]
        size = sum(Path(file).stat().st_size for file in files) / 1e6
        print(f"{given.entities} entities, {len(files)} files, {size:.0f} MB, {os.cpu_count()} cores", flush=True)
        ours = [sys.executable, "-m", "rhoai_catalog", "validate", folder]
        runs = {"rhoai-catalog validate": command(ours, cwd=CATALOG.parent)}
        if hasattr(os, "sched_setaffinity"):
            one = {next(iter(os.sched_getaffinity(0)))}
            runs["the same, on one core"] = command(
                ours, cwd=CATALOG.parent, preexec_fn=lambda: os.sched_setaffinity(0, one)
            )
        if given.harness:
            oracle = ["node", "entity_oracle.mjs", "--quiet", "--yaml", *files]
            runs["@backstage/catalog-model"] = command(oracle, cwd=given.harness)
        for words in given.other:
            runs[words] = command([*shlex.split(words), *files])
        first = 0.0
        for name, run in runs.items():
            seconds = best(run)
            first = first or seconds
            print(f"{name:<40} {seconds:6.2f} s   x {seconds / first:.2f}", flush=True)


if __name__ == "__main__":
    main()
