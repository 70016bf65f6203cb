"""The tree as it is, as it should be, and what the merge found -> Plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.changes.removal import Retirement
from rhoai_catalog.entity import Description
from rhoai_catalog.kinds import OF_SERVER
from rhoai_catalog.merge import Current, MergedTree, MergeOutcome
from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, Plan, ValueChange
from rhoai_catalog.problem import Problem
from rhoai_catalog.snapshot import Snapshot

SWITCHED: Final = frozenset(row.kind for row in OF_SERVER if row.profile)  # kinds that a profile takes away
ANNOTATIONS: Final = "/metadata/annotations/"
EXTERNAL_URL: Final = f"{ANNOTATIONS}rhdh.modelcatalog.io~1external-route-url"
INTERNAL_URL: Final = f"{ANNOTATIONS}rhdh.modelcatalog.io~1internal-service-url"
LICENCE: Final = f"{ANNOTATIONS}rhoai-catalog~1license"
CHANGED_FLAGS: Final = {"/spec/owner": Flag.OWNER, "/spec/lifecycle": Flag.LIFECYCLE, LICENCE: Flag.LICENCE}
ORDER: Final = {Operation.REMOVE: 0, Operation.CREATE: 1, Operation.UPDATE: 2}


def compare(
    current: Current,
    tree: MergedTree,
    description: Description,
    retirement: Retirement,
    snapshot: Snapshot,
    problems: tuple[Problem, ...],
) -> Plan:
    """Everything that every report tells, in one value."""
    profiles: dict[object, str] = {key: "profiles" for key in description.dropped if key.name in SWITCHED}
    reasons = profiles | dict(retirement.dropped)
    changes = [change for outcome in tree.outcomes if (change := _change(outcome, reasons))]
    edits = [edit for outcome in tree.outcomes for edit in _hand_edits(outcome)]
    paths = sorted({*current.texts, *tree.texts})
    return Plan(
        changes=tuple(sorted(changes, key=lambda change: (ORDER[change.operation], change.is_page, change.what))),
        held=tuple(sorted((*retirement.held, *tree.held))),
        hand_edits=(*edits, *_orphans(current, retirement)),
        left_out=description.left_out,
        scopes=snapshot.scopes,
        problems=problems,
        unreadable=tuple(current.broken.values()),
        files={path: tree.texts.get(path) for path in paths if tree.texts.get(path) != current.texts.get(path)},
        existing=_existing(current, tree),
    )


def _change(outcome: MergeOutcome, reasons: Mapping[object, str]) -> Change | None:
    """The change of one entity or page; `reasons` are the keys of the configuration that drop identities and kinds."""
    if outcome.state or (outcome.old is not None and outcome.new is not None and not outcome.changed):
        return None
    operation = (
        Operation.CREATE if outcome.old is None else Operation.REMOVE if outcome.new is None else Operation.UPDATE
    )
    data = outcome.new if outcome.new is not None else outcome.old or {}
    metadata, spec = data.get("metadata") or {}, data.get("spec") or {}
    gone = operation is Operation.REMOVE
    return Change(
        operation=operation,
        what=outcome.what,
        kind=outcome.kind,
        file=outcome.file,
        identity=outcome.key.identity,
        title=str(metadata.get("title") or ""),
        owner=str(spec.get("owner") or ""),
        values=tuple(
            ValueChange(pointer=pointer, old=_present(old), new=_present(new))
            for pointer, (old, new) in sorted(outcome.changed.items())
        ),
        flags=tuple(_flags(outcome, operation)),
        reason=(reasons.get(outcome.key.identity) or reasons.get(outcome.key) or "") if gone else "",
    )


def _present(value: Any) -> Any:
    """The value, or None where there is none."""
    return value if isinstance(value, str | int | float | bool | list | Mapping) else None


def _flags(outcome: MergeOutcome, operation: Operation) -> Iterator[Flag]:
    if operation is Operation.REMOVE and not outcome.is_page:
        yield Flag.REMOVED
    if operation is not Operation.UPDATE:
        return
    authentication = outcome.changed.get(AUTH_POINTER)
    if authentication and authentication[0] == "auth-required":
        yield Flag.AUTHENTICATION_OFF
    url = outcome.changed.get(EXTERNAL_URL)
    if url and _present(url[0]) is None:
        yield Flag.EXPOSED
    for pointer, flag in CHANGED_FLAGS.items():
        if pointer in outcome.changed and _present(outcome.changed[pointer][0]) is not None:
            yield flag


def _hand_edits(outcome: MergeOutcome) -> Iterator[HandEdit]:
    if outcome.state:
        yield HandEdit(what=outcome.what, file=outcome.file, pointer="", state=outcome.state)
    for kept in outcome.kept:
        differs = kept.state != "now equal"
        flags = [Flag.AUTHENTICATION_EDITED] if kept.pointer == AUTH_POINTER and differs else []
        flags += [Flag.URL_EDITED] if kept.pointer in (EXTERNAL_URL, INTERNAL_URL) and differs else []
        yield HandEdit(
            what=outcome.what,
            file=outcome.file,
            pointer=kept.pointer,
            mine=_present(kept.mine),
            generated=_present(kept.new),
            state=kept.state,
            flags=tuple(flags),
        )


def _orphans(current: Current, retirement: Retirement) -> Iterator[HandEdit]:
    for key, lines in sorted(current.lines.items()):
        if key.identity in retirement.orphans and lines[0].ref:
            yield HandEdit(what=lines[0].ref, file=lines[0].file, pointer="", state="orphan")


def _existing(current: Current, tree: MergedTree) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _, kind in (key for key in current.places if key in current.lines):
        counts[kind] = counts.get(kind, 0) + 1
    for outcome in tree.outcomes:
        if not outcome.is_page:
            step = (outcome.new is not None) - (outcome.old is not None)
            counts[outcome.kind] = counts.get(outcome.kind, 0) + (step if not outcome.state else 0)
    return dict(sorted(counts.items()))
