"""Whether a run will find all that it needs, beside the pipeline: sources, owners, Git, the forge. It only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from rhoai_catalog import observe, propose, snapshot
from rhoai_catalog.check import Check
from rhoai_catalog.config import Config
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.traffic import Listener
from rhoai_catalog.snapshot import Snapshot


def check_run(config: Config, snapshots: Collection[Path], progress: Listener) -> Iterator[Check]:
    """Look at each thing, in the order in which a run needs it; with snapshots, no source is asked."""
    if snapshots:
        yield from _in_snapshots(config, snapshots)
    else:
        yield from observe.check_sources(config, progress=progress)
    yield from observe.check_owners(config.owners)
    yield from propose.check_repository(config.repository, config.root.resolve())


def _in_snapshots(config: Config, files: Collection[Path]) -> Iterator[Check]:
    """What earlier runs saw of each source that is configured, or that they discovered."""
    try:
        seen = snapshot.covering(snapshot.read_snapshots([*files]), config.expected())
    except GeneratorError as error:
        yield Check.failed("snapshot", error)
        return
    for source in seen.sources:
        yield from _of_source(source.key, seen)


def _of_source(key: str, seen: Snapshot) -> Iterator[Check]:
    scopes = [scope for scope in seen.scopes if scope.source == key]
    reasons = {scope.reason: scope.hint for scope in scopes if not scope.complete}
    for reason, hint in reasons.items():
        yield Check(source=key, message=reason, well=False, hint=hint)
    if not reasons:
        yield Check(source=key, message=f"is complete in the snapshot: {sum(s.listed for s in scopes):,} objects")
