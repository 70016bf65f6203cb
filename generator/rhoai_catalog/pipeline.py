"""The program in one line, one function a stage; the only file that knows the order.

observe -> describe -> merge -> validate -> plan -> write -> propose
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rhoai_catalog import catalog, merge, propose, report, snapshot, validate
from rhoai_catalog.changes import Grace, Retirement, Trees, compare, retire
from rhoai_catalog.changes import difference as difference
from rhoai_catalog.changes import explain as explain_entity
from rhoai_catalog.config import Config, Owners, Validation
from rhoai_catalog.describe import describe, own_pages
from rhoai_catalog.entity import Description
from rhoai_catalog.observe import Observation, Progress, known_owners, observe_estate, observe_snapshot
from rhoai_catalog.observe import check_sources as check_sources
from rhoai_catalog.plan import Explanation, Plan
from rhoai_catalog.snapshot import Snapshot

Allowed = Mapping[str, int]  # group (`kserve/east/InferenceService`) -> how many of it may go over the limits
Tell = Callable[[str], None]


def observe(
    config: Config, only: Collection[str] = (), progress: Progress | None = None, before: Snapshot | None = None
) -> Observation:
    """Read the sources of the configuration, or those named; with a snapshot from `before`, only what may be new."""
    return observe_estate(config, only=only, progress=progress, before=before)


def observed_before(config: Config, files: Sequence[Path]) -> Observation:
    """What earlier runs observed, as if it were seen now; no source is read."""
    return observe_snapshot(config, snapshot.read_snapshots(files))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """Everything between observing and planning."""

    base: merge.Current
    current: merge.Current
    observed: Snapshot
    description: Description
    retirement: Retirement
    tree: merge.Tree


def desire(config: Config, observation: Observation, review: propose.Review, allowed: Allowed) -> Desired:
    """Describe what was observed, and merge it into the tree that the review starts from."""
    current = merge.load(review.start.texts, review.start.unreadable, config.renamed)
    base = current if review.base is review.start else merge.load(review.base.texts, renamed=config.renamed)
    known = current.known(base)
    observed = snapshot.covering(
        observation.snapshot, (*config.found_before(current.sources()), *config.expected())
    )
    description = validate.sound(describe(observed, config, known))
    grace = review.grace(base, config.renamed)
    retirement = retire(current, description, observed, config, allowed, grace)
    if retirement.doubted:  # nothing that depends on a listing which is not believed changes either
        description = validate.sound(describe(observed.doubting(retirement.doubted), config, known))
        retirement = retirement.sparing(description)
    tree = merge.merge(
        current,
        description.entities,
        (*description.pages, *own_pages()),
        retirement.gone,
        description.settled,
        description.dropped,
        review.declined,
    )
    return Desired(
        base=base, current=current, observed=observed, description=description, retirement=retirement, tree=tree
    )


def plan(
    config: Config, observation: Observation, allowed: Allowed, review: propose.Review | None = None
) -> Plan:
    """What the catalog would have to become; without a `review` the one on disk, without a grace period."""
    review = review or propose.Review.of(catalog.read_files(config.root))
    desired = desire(config, observation, review, allowed)
    tree = merge.merge_index(desired.tree, desired.current)
    changed = [file for file, text in tree.texts.items() if desired.current.texts.get(file) != text]
    problems = validate.problems(tree.texts, only=changed, asked=config.validation, owners=observation.owners)
    problems = validate.without_known(
        problems, config.validation.baseline, lambda path: config.root / path.partition("/")[2]
    )
    after = merge.load(tree.texts, renamed=config.renamed)
    trees = Trees(base=desired.base, current=desired.current, merged=tree, after=after)
    made = compare(trees, desired.description, desired.retirement, desired.observed, problems)
    return replace(made, left_out=tuple(sorted({*made.left_out, *observation.left_out})))
