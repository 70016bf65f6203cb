"""What a plan costs beside its floor: `python tests/benchmarks/plan.py [VERSIONS+SERVERS...]`.

The floor is to read and hash the same snapshot and tree, in the same run. CPU seconds and peak memory, each of a
process of its own: the first plan, one with nothing new, the same once more, one of which 1 % changed, the same once
more, one with 300 edited files. What runs remember lies in a folder of its own.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))

from estates import estate
from rhoai_catalog.snapshot import Snapshot, to_json

SIZES = ("100+20", "1000+200", "10000+2000")
CONFIGURATION = """\
owners: {default: group:default/ai}
clusters: [{name: east, server: https://east.example.net}]
modelRegistries: [{name: shared, url: https://registry.example.net, registry: shared}]
modelCatalogs: [{name: cards, url: https://catalog.example.net}]
"""
EDITED = 300
# What is installed has its bytecode: no run compiles the program, whatever keeps a developer's Python from writing any.
INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

FLOOR = """
import hashlib, os, sys
folders = os.walk(sys.argv[2])
for path in (sys.argv[1], *(os.path.join(folder, name) for folder, _, names in folders for name in names)):
    with open(path, "rb") as file:
        hashlib.sha256(file.read()).hexdigest()
"""


def cost(*command: str) -> tuple[float, float]:
    """CPU seconds and peak MiB of a process, which must not fail."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    measured = [sys.executable, "-c", MEASURE, *command]
    peak = subprocess.run(measured, check=True, capture_output=True, text=True, env=INSTALLED).stderr.splitlines()[-1]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, float(peak) / 1024


MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
if done.returncode: sys.exit(done.stderr[-1000:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def written(file: Path, snapshot: Snapshot) -> Path:
    file.write_text(to_json(snapshot), "utf-8")
    return file


def measure(versions: int, servers: int, work: Path) -> None:
    root = work / "catalog"
    root.mkdir()
    (root / "generator.yaml").write_text(CONFIGURATION, "utf-8")
    same = written(work / "same.json", estate(versions, servers))
    changed = written(work / "changed.json", estate(versions, servers, changed=1))

    def run(command: str, snapshot: Path) -> tuple[float, float]:
        options = ["--config", str(root / "generator.yaml"), "--quiet", "--snapshot", str(snapshot)]
        return cost(sys.executable, "-m", "rhoai_catalog", command, *options)

    rows = {"first": run("generate", same)}
    base = cost(sys.executable, "-c", FLOOR, str(same), str(root))
    rows |= {"unchanged": run("plan", same), "unchanged again": run("plan", same)}
    rows |= {"1 % changed": run("plan", changed), "changed again": run("plan", changed)}
    for file in sorted(root.glob("models/**/docs/index.md"))[:EDITED]:
        file.write_text(file.read_text("utf-8") + "\n## Ours\n\nA note.\n", "utf-8")
    rows["300 edited"] = run("plan", same)
    files = [path for path in root.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{versions:,} + {servers:,}: {len(files):,} files, {size:.0f} MB; floor {base[0]:.2f} s", flush=True)
    for what, (seconds, peak) in rows.items():
        print(f"  {what:<16} {seconds:6.2f} s  {seconds / base[0]:5.1f} times the floor  {peak:5.0f} MiB", flush=True)


def main() -> None:
    for size in sys.argv[1:] or SIZES:
        versions, servers = map(int, size.split("+"))
        with tempfile.TemporaryDirectory() as work:
            os.environ["RHOAI_CATALOG_CACHE"] = f"{work}/cache"
            measure(versions, servers, Path(work))


if __name__ == "__main__":
    main()
