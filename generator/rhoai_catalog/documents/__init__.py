"""YAML in and out, with positions: the one door to YAML.

Reading follows YAML 1.2 core, as Backstage does: `no` and `12:30` are strings, `<<` is a plain key, duplicate keys
are errors. `split` cuts a file into its documents byte for byte; each is then read, edited or written by itself.
"""

from rhoai_catalog.documents.edit import comments, edit
from rhoai_catalog.documents.read import (
    Mark,
    Positions,
    digest,
    examine,
    load,
    parse,
    positions,
    split,
    split_with_digests,
)
from rhoai_catalog.documents.traps import traps
from rhoai_catalog.documents.write import dump

__all__ = [
    "Mark",
    "Positions",
    "comments",
    "digest",
    "dump",
    "edit",
    "examine",
    "load",
    "parse",
    "positions",
    "split",
    "split_with_digests",
    "traps",
]
