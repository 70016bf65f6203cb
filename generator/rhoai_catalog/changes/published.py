"""What a Hub should show of a tree: every entity that the index leads to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.merge import Current, load
from rhoai_catalog.merge.current import INDEX


def published(texts: Mapping[str, str]) -> Mapping[EntityRef, tuple[str, Mapping[str, Any]]]:
    """Each entity by its reference: the file that it stands in, and its document. Those of the index are among them."""
    tree = load(texts)
    files = [INDEX, *(file for file in _listed(tree) if file in tree.pieces)]
    return {
        piece.ref: (file, piece.data)
        for file in dict.fromkeys(files)
        for piece in tree.pieces.get(file, ())
        if piece.ref
    }


def unread(texts: Mapping[str, str]) -> Mapping[str, str]:
    """The files that the index names and nobody can read, or the index itself: each with the reason."""
    tree = load(texts)
    reasons = {}
    for file in (INDEX, *_listed(tree)):
        if problem := tree.broken.get(file):
            reasons[file] = f"line {problem.line}: {problem.message}"
        elif file not in texts and not re.search(r"[*{]|^\.\./|^/", file):
            reasons[file] = "there is no such file"
    return reasons


def _listed(tree: Current) -> Iterator[str]:
    """The files that Locations of the index name, relative to it."""
    for piece in tree.pieces.get(INDEX, ()):
        spec = piece.data.get("spec") if piece.ref and piece.ref.kind == "location" else None
        if isinstance(spec, Mapping):
            targets = spec.get("targets")
            for target in (spec.get("target"), *(targets if isinstance(targets, list) else ())):
                if isinstance(target, str) and "://" not in target:
                    yield posixpath.normpath(unquote(target))
