"""catalog-info.yaml: one Location document per entity file, for the tree as it is after the merge.

What people wrote into the index stays; a Location that a person deleted does not come back; an entity file that a
person added gets one. The index is there from the first run on, for the Hub to be pointed at; and it stays when it
names nothing any more, for a Hub goes on showing what it read of a file that went.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.backstage import API_VERSION
from rhoai_catalog.base import base_file
from rhoai_catalog.entity import Description, Entity
from rhoai_catalog.globs import PatternError, matching, path_of_target
from rhoai_catalog.identity import Identity
from rhoai_catalog.merge.current import INDEX, Current, load
from rhoai_catalog.merge.document.entity import Kept
from rhoai_catalog.merge.document.values import ABSENT
from rhoai_catalog.merge.ledger import owned
from rhoai_catalog.merge.outcome import MergedTree
from rhoai_catalog.merge.piece import Piece
from rhoai_catalog.merge.tree import merge
from rhoai_catalog.text.visible import visible

PREFIX: Final = "catalog/"  # of the identities of Locations
NOTHING: Final = "# Red Hat Developer Hub reads this index. There is nothing to show, so it names no file.\n"


def merge_index(tree: MergedTree, current: Current, base: Current) -> MergedTree:
    """The tree with its index brought up to date. `base` is the base branch's tree, which the Hub reads."""
    if INDEX in current.broken:
        return tree
    if tree.texts.get(INDEX) == NOTHING:
        tree = replace(tree, texts={name: text for name, text in tree.texts.items() if name != INDEX})
    listed = (file for file in tree.texts if file != INDEX and _is_listed(file, tree, current))
    files = sorted((*listed, *current.unchanged.entity_files))
    after = load({name: tree.texts[name] for name in (INDEX, base_file(INDEX)) if name in tree.texts})
    ours = {key.identity.removeprefix(PREFIX) for key in after.lines if key.name == "Location"}
    covered = _covered(after, files, except_for=ours)
    wanted = [file for file in files if file in ours or file not in covered]
    gone = {Identity(PREFIX + file) for file in ours - set(files)}
    after = _with_words_left(after, gone)
    merged = merge(after, Description(entities=tuple(map(_location, wanted))), gone=gone)
    texts = {name: text for name, text in tree.texts.items() if name not in after.texts} | dict(merged.texts)
    if INDEX not in texts and _is_there(current, base, has_lines=base_file(INDEX) in texts):
        texts[INDEX] = NOTHING
    return replace(tree, texts=texts, held=(*tree.held, *merged.held))


def _is_there(current: Current, base: Current, *, has_lines: bool) -> bool:
    """Whether an index that names nothing stands: until a person deletes it; of a first proposal, unless all of that
    was declined.
    """
    if INDEX in base.texts:
        return INDEX in current.texts
    return not base.is_ours and has_lines and (INDEX in current.texts or not current.is_ours)


def _with_words_left(index: Current, gone: Collection[Identity]) -> Current:
    """The index with what people wrote into Locations that go, as comments where these stood."""
    texts, last = [""], 0
    for piece in index.pieces.get(INDEX, ()):
        goes = piece.key is not None and piece.key.identity in gone and index.places.get(piece.key) is piece
        if piece.key is not None and goes and piece.edited:
            texts[last] = _with_comments(texts[last], piece, owned(index, piece.key))
        texts.append(piece.text)
        last = last if goes else len(texts) - 1
    text = "".join(texts)
    return index if text == index.texts.get(INDEX, "") else load({**index.texts, INDEX: text})


def _with_comments(before: str, piece: Piece, values: Iterable[Kept]) -> str:
    words = [*documents.comments(piece.text)]
    words += [
        f"# {kept.pointer.removeprefix('/')}: {visible(str(kept.mine))}" for kept in values if kept.mine is not ABSENT
    ]
    if not words:
        return before
    end = "\n" if before and not before.endswith("\n") else ""
    return before + end + "".join(f"{line}\n" for line in (f"# of {piece.ref}, which is gone:", *words))


def _is_listed(file: str, tree: MergedTree, current: Current) -> bool:
    """Whether a file holds entities and nothing else. One that cannot be read now stays listed as it was."""
    if file in current.broken:
        return any(line.file == file for lines in current.lines.values() for line in lines)
    return file in tree.entity_files


def _covered(index: Current, files: Sequence[str], *, except_for: set[str]) -> frozenset[str]:
    """Which of the files (sorted) Backstage reads already, because of Locations that people wrote into the index."""
    covered: set[str] = set()
    for target in _targets(index, except_for=except_for):
        with suppress(PatternError):  # a file may have two Locations; without one it would never be read
            covered.update(matching(path_of_target(target), files))
    return frozenset(covered)


def _targets(index: Current, *, except_for: set[str]) -> Iterator[str]:
    """The targets of Locations written by people, relative to catalog/."""
    for piece in index.pieces.get(INDEX, ()):
        if piece.ref is None or (piece.key and piece.key.identity.removeprefix(PREFIX) in except_for):
            continue
        spec = documents.parse(piece.text).get("spec")
        if isinstance(spec, Mapping) and spec.get("type", "url") == "url":
            listed = spec.get("targets")
            targets = [spec.get("target"), *(listed if isinstance(listed, list) else [])]
            yield from (target for target in targets if isinstance(target, str) and "://" not in target)


def _location(file: str) -> Entity:
    document: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "Location",
        "metadata": {"name": location_name(file)},
        "spec": {"target": f"./{file}"},
    }
    return Entity(identity=Identity(PREFIX + file), file=PurePosixPath(INDEX), document=document)


def location_name(file: str) -> str:
    """`servers/east/x/entities.yaml` -> `servers.east.x`; cut names end in 8 hex digits of the path's SHA-256."""
    readable = file.removesuffix(".yaml").removesuffix("/entities").replace("/", ".")
    name = re.sub(r"[^a-z0-9.-]+", "-", readable.lower()).strip("-.")
    if len(name) <= 63 and name == readable:
        return name
    return f"{name[:54].strip('-.')}-{hashlib.sha256(file.encode()).hexdigest()[:8]}".lstrip("-")
