"""Snapshots on disk: what `observe -o` writes, and every other command takes with --snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rhoai_catalog.disk import read_text, write_text
from rhoai_catalog.snapshot.facts import Snapshot
from rhoai_catalog.snapshot.sources import merged
from rhoai_catalog.snapshot.text import from_json, to_json


def read_snapshots(files: Sequence[Path]) -> Snapshot:
    """What earlier runs observed, as one snapshot."""
    texts = [(read_text(file, "the snapshot", "name a file made by `observe -o`"), file) for file in files]
    return merged(from_json(text, str(file)) for text, file in texts)


def write_snapshot(file: Path, snapshot: Snapshot) -> None:
    write_text(file, to_json(snapshot), "the snapshot")
