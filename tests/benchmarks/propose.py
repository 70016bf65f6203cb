"""What `propose` costs in repositories of any size: `python tests/benchmarks/propose.py [FILES+COMMITS...]`.

The catalog is the same each time; around it lie so many other files, and behind it so many commits. CPU seconds of a
run with all its Git, and how often what the smallest repository costs: a first run pushes a branch, then nothing is
new, then a person has committed to the branch. The clone is shallow, as that of a job is.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))

from estates import estate
from plan import CONFIGURATION, cost, written

SIZES = ("500+10", "50000+10000")
IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@example.net", "-c", "gc.auto=0")


def git(folder: Path, *arguments: str, stdin: bytes | None = None) -> None:
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, input=stdin, capture_output=True)


def history(files: int, commits: int) -> Iterator[bytes]:
    """A stream for `git fast-import`: files in folders of 100, the first commit with all, each other one with one."""
    configuration = CONFIGURATION.encode()
    yield b"blob\nmark :1\ndata 2\nx\n\n"
    yield b"blob\nmark :2\ndata %d\n%s\n" % (len(configuration), configuration)
    for number in range(commits):
        yield b"commit refs/heads/main\ncommitter x <x@example.net> %d +0000\ndata 1\nx\n" % (1_700_000_000 + number)
        if number:
            yield b"M 100644 inline changed/%d\ndata 2\n%d\n" % (number % 100, number % 10)
            continue
        yield b"M 100644 :2 catalog/generator.yaml\n"
        for file in range(files):
            yield b"M 100644 :1 source/%d/%d.py\n" % (file // 100, file)


def measure(files: int, commits: int, work: Path) -> dict[str, float]:
    remote, clone, person = work / "remote.git", work / "clone", work / "person"
    git(work, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(remote, "fast-import", "--quiet", stdin=b"".join(history(files, commits)))
    git(remote, "gc", "--quiet")
    snapshot = written(work / "snapshot.json", estate(100, 20))
    url = f"file://{remote}"

    def run() -> float:
        git(work, "clone", "--quiet", "--depth=1", url, str(clone))
        command = ["propose", "--no-pr", "--quiet", "--no-cache", "--config", str(clone / "catalog/generator.yaml")]
        seconds, _ = cost(sys.executable, "-m", "rhoai_catalog", *command, "--snapshot", str(snapshot))
        subprocess.run(["rm", "-rf", str(clone)], check=True)
        return seconds

    rows = {"first": run(), "nothing new": run()}
    git(work, "clone", "--quiet", "--branch=rhoai-catalog/update", url, str(person))
    page = next(person.glob("catalog/models/**/docs/index.md"))
    page.write_text(page.read_text("utf-8") + "\n## Ours\n\nA note.\n", "utf-8")
    git(person, "commit", "--quiet", "--all", "--message=Ours")
    git(person, "push", "--quiet", "origin", "HEAD:rhoai-catalog/update")
    written(snapshot, estate(100, 20, changed=10))
    return rows | {"a person committed": run()}


def main() -> None:
    smallest: dict[str, float] = {}
    for size in sys.argv[1:] or SIZES:
        files, commits = map(int, size.split("+"))
        with tempfile.TemporaryDirectory() as work:
            rows = measure(files, commits, Path(work))
        smallest = smallest or rows
        print(f"{files:,} files, {commits:,} commits", flush=True)
        for what, seconds in rows.items():
            print(f"  {what:<20} {seconds:5.2f} s  {seconds / smallest[what]:4.1f} times", flush=True)


if __name__ == "__main__":
    main()
