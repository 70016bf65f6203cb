"""Git as a person runs it, and a request as it was made."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outside import Answer

PERSON = ("-c", "user.name=Alice", "-c", "user.email=alice@example.net", "-c", "commit.gpgsign=false")
TOKEN = "ghp_hidden"
ROBOT = "robot"  # whose token that is


@dataclass(frozen=True)
class Call:
    """A request as it came: `path` below the API's root, still percent-encoded."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any = None


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *PERSON, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def refs(remote: Path) -> dict[str, str]:
    """What the refs of a bare repository point to, by name: read from its files, which starts no process."""
    packed = remote / "packed-refs"
    rows = packed.read_text("utf-8").splitlines() if packed.is_file() else []
    pairs = [row.split(" ") for row in rows if row[0] not in "#^"]
    loose = [path for path in (remote / "refs").rglob("*") if path.is_file() and path.suffix != ".lock"]
    found = {name: sha for sha, name in pairs} | {str(p.relative_to(remote)): p.read_text().strip() for p in loose}
    return dict(sorted(found.items()))


def commit(remote: Path, branch: str, text: str, start: str = "") -> None:
    """A person's commit of a file `file` with this text on a branch of a bare repository."""
    lines = [
        f"commit refs/heads/{branch}",
        "committer Alice <alice@example.net> 1767225600 +0000",
        f"data {len(text)}\n{text}",
        *([f"from {start}"] if start else []),
        f"M 100644 inline file\ndata {len(text)}\n{text}\n",
    ]
    command = ["git", "-C", str(remote), "fast-import", "--quiet"]
    subprocess.run(command, check=True, input="\n".join(lines), text=True)


def denied(status: int, message: Any, **headers: str) -> Answer:
    return Answer(json.dumps({"message": message}), status, {"Content-Type": "application/json", **headers})
