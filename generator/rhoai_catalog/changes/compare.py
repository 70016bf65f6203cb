"""The base branch's tree, the tree that it would become, and what the merge kept for people -> Plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.base import FOLDER
from rhoai_catalog.changes.desired import Desired
from rhoai_catalog.changes.difference import difference
from rhoai_catalog.changes.relations import relations
from rhoai_catalog.changes.removal import Retirement
from rhoai_catalog.decline import FORGE
from rhoai_catalog.entity import Description, LeftOut
from rhoai_catalog.identity import Key
from rhoai_catalog.kinds import LOCATION, OF_SERVER
from rhoai_catalog.merge import DECLINED, Current, Kept, MergedTree, MergeOutcome, owned, present
from rhoai_catalog.plan import (
    ALONE,
    EXTERNAL_URL,
    INTERNAL_URL,
    Change,
    DeclinedChange,
    Flag,
    HandEdit,
    Held,
    Operation,
    Plan,
    Upkeep,
)
from rhoai_catalog.problem import Problem

INDEX: Final = LOCATION.file
SWITCHED: Final = frozenset(row.kind for row in OF_SERVER if row.profile)  # kinds that a profile takes away


def compare(desired: Desired, problems: tuple[Problem, ...], left_out: Iterable[LeftOut]) -> Plan:
    """Everything that every report tells, in one value. `left_out` is what could not be used of what was observed."""
    before, merged, retirement = desired.start, desired.merged, desired.retirement
    tree, after = merged.texts, desired.after
    edits = [edit for outcome in merged.outcomes for edit in _hand_edits(outcome, after)]
    told = {outcome.key for outcome in merged.outcomes}
    edits += [edit for key in sorted(desired.current.lines.keys() - told) for edit in _as_before(desired.current, key)]
    edits += _orphans(desired.current, retirement)
    changes = _changes(desired, after)
    return Plan(
        changes=changes,
        held=tuple(sorted((*retirement.held, *merged.held, *_waiting(desired.description), *_refused(merged)))),
        hand_edits=tuple(edits),
        left_out=tuple(sorted({*desired.description.left_out, *left_out})),
        scopes=desired.observed.scopes,
        problems=problems,
        unreadable=tuple(desired.current.broken.values()),
        files={path: tree.get(path) for path in sorted({*before, *tree}) if tree.get(path) != before.get(path)},
        existing=_existing(after),
        absent=retirement.absent,
        declined=tuple(sorted(refusal for outcome in merged.outcomes for refusal in _refusals(outcome))),
        relations=relations((after, desired.base), changes, edits),
        upkeep=tuple(_upkeep(desired.base, after, changes)),
        is_first=not desired.base.is_ours,
        doubted=bool(retirement.doubted),
    )


def _changes(desired: Desired, after: Current) -> tuple[Change, ...]:
    """In the order of a reader; what goes by the configuration says by which key of it, and what goes although it could
    be shown that it is left alone.
    """
    reasons: dict[object, str] = {entity.key: ALONE for entity in desired.description.entities}
    reasons |= {key: "profiles" for key in desired.description.dropped if key.name in SWITCHED}
    reasons.update(desired.retirement.dropped.items())
    return tuple(
        replace(change, reason=reasons.get(change.identity) or reasons.get(change.key) or "")
        if change.operation is Operation.REMOVE and not change.by_hand
        else change
        for change in difference(desired.base, after)
    )


def _upkeep(base: Current, after: Current, changes: tuple[Change, ...]) -> Iterator[Upkeep]:
    """What happens to the index; and to the base, where nothing else happens."""
    before, then = (_listed(tree) for tree in (base, after))
    rows = [(target, "is read from now on") for target in sorted(then - before)]
    rows += [(target, "is read no longer") for target in sorted(before - then)]
    index = base.texts.get(INDEX) != after.texts.get(INDEX)
    for target, what in rows[: limits.UPKEEP_FILES]:
        yield Upkeep(file=INDEX, what=f"{target} {what}")
    if len(rows) > limits.UPKEEP_FILES or (index and not rows):
        others = len(rows) - limits.UPKEEP_FILES
        yield Upkeep(file=INDEX, what=f"and so for {others:,} more files" if rows else "is written anew")
    files = [file for file in {*base.texts, *after.texts} if base.texts.get(file) != after.texts.get(file)]
    if files and not changes and not index:
        yield Upkeep(file=FOLDER, what=f"what was generated last is written anew in {len(files):,} files")


def _listed(tree: Current) -> frozenset[str]:
    """The files that the Locations of the index name."""
    specs = (piece.data.get("spec") for piece in tree.pieces.get(INDEX, ()) if piece.ref)
    targets = (spec.get("target") for spec in specs if isinstance(spec, Mapping))
    return frozenset(target for target in targets if isinstance(target, str))


def _waiting(description: Description) -> Iterator[Held]:
    for source, count in description.waiting.items():
        yield Held(
            what=f"{source}: {count} cards",
            reason=f"{source} lists nothing any more of what they came from",
            release="decided once it lists it again, or generator.yaml no longer names it",
        )


def _hand_edits(outcome: MergeOutcome, after: Current) -> Iterator[HandEdit]:
    if outcome.state and outcome.state != DECLINED:
        yield HandEdit(what=outcome.what, file=outcome.file, pointer="", state=outcome.state)
    carried = outcome.is_page and outcome.old is None
    for kept in outcome.kept:
        if kept.state != DECLINED:
            place = after.places.get(outcome.key)
            line = after.line_of(place) if place is not None else 0
            yield replace(_hand_edit(outcome.what, outcome.file, kept), carried=carried, line=line)


def _as_before(current: Current, key: Key) -> Iterator[HandEdit]:
    """The hand edits of a thing that this run does not describe, as the base tells them."""
    for kept in owned(current, key):
        if kept.pointer:
            line, place = current.lines[key][0], current.places.get(key)
            what, file = (str(place.ref), place.file) if place else (line.ref or line.file, line.file)
            yield _hand_edit(what, file, kept)


def _hand_edit(what: str, file: str, kept: Kept) -> HandEdit:
    differs = kept.state != "now equal"
    flags = [Flag.AUTHENTICATION_EDITED] if kept.pointer == AUTH_POINTER and differs else []
    flags += [Flag.URL_EDITED] if kept.pointer in (EXTERNAL_URL, INTERNAL_URL) and differs else []
    return HandEdit(
        what=what,
        file=file,
        pointer=kept.pointer,
        mine=present(kept.mine),
        generated=present(kept.new),
        state=kept.state,
        flags=tuple(flags),
    )


def _refusals(outcome: MergeOutcome) -> Iterator[DeclinedChange]:
    denials = [("", outcome.denial), *((kept.pointer, kept.denial) for kept in outcome.kept)]
    yield from (
        DeclinedChange(what=outcome.what, pointer=p, pull=d.pull, digest=d.digest)
        for p, d in denials
        if d is not None and d.pull != FORGE
    )


def _refused(merged: MergedTree) -> Iterator[Held]:
    """What the forge does not take, each thing once."""
    for outcome in merged.outcomes:
        if any(denial and denial.pull == FORGE for denial in (outcome.denial, *(kept.denial for kept in outcome.kept))):
            yield Held(
                what=outcome.what,
                reason="the forge takes a text in it for a secret, and refuses a push with it",
                release="take the secret out of its source, or allow it in the forge",
            )


def _orphans(current: Current, retirement: Retirement) -> Iterator[HandEdit]:
    for key, lines in sorted(current.lines.items()):
        if key.identity in retirement.orphans and lines[0].ref:
            yield HandEdit(what=lines[0].ref, file=lines[0].file, pointer="", state="orphan")


def _existing(after: Current) -> dict[str, int]:
    """The generated entities by kind; the index is none."""
    counts = Counter(key.name for key in after.places.keys() & after.lines.keys()) + after.unchanged.kinds()
    return {kind: counts[kind] for kind in sorted(counts) if kind != LOCATION.kind}
