"""The program in one line, one function a stage; the only file that knows the order.

observe -> describe -> merge -> validate -> plan -> write -> propose
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rhoai_catalog import catalog, changes, merge, observe, propose, report, snapshot, validate
from rhoai_catalog.changes import Desired
from rhoai_catalog.config import Config, Owners, Validation
from rhoai_catalog.describe import cards_in_use, catalog_files, describe
from rhoai_catalog.http.traffic import Listener
from rhoai_catalog.observe import Observation
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.plan import Explanation, Plan
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Snapshot

Allowed = Mapping[str, int]  # group (`kserve/east/InferenceService`) -> how many of it may go over the limits


def read_sources(
    config: Config, only: Collection[str] = (), progress: Listener | None = None, before: Snapshot | None = None
) -> Observation:
    """Read the sources of the configuration, or those named; with a snapshot from `before`, only what may be new.

    What refers to a catalog's models is known where all sources are read.
    """
    in_use = None if only else cards_in_use
    seen = observe.read_estate(config, only=only, progress=progress, before=before, in_use=in_use)
    return observe.with_owners(seen, config.owners)


def observed_before(config: Config, files: Sequence[Path]) -> Observation:
    """What earlier runs observed, as if it were seen now. Owners are known where that takes no network."""
    observation = Observation(snapshot=snapshot.read_snapshots(files))
    return observation if config.owners.takes_network else observe.with_owners(observation, config.owners)


def desire(config: Config, observation: Observation, allowed: Allowed, review: Review) -> Desired:
    """Describe what was observed, decide what may go, and merge both into the tree that the review starts from."""
    base, current = changes.read_trees(review, config.renamed)
    known = current.known(base)
    observed = snapshot.covering(observation.snapshot, config.expected(current.sources()))
    description = validate.sound(describe(observed, config, known))
    grace = changes.grace_of(review, base, config.renamed)
    retirement = changes.retire(current, description, observed, config, allowed, grace)
    if retirement.doubted:  # nothing that depends on a listing which is not believed changes either
        description = validate.sound(describe(observed.doubting(retirement.doubted), config, known))
        retirement = retirement.sparing(description)
    merged = merge.merge(current, description, catalog_files(), retirement.gone, review.declined, retirement.orphans)
    return Desired(
        start=review.start.texts,
        base=base,
        current=current,
        observed=observed.withholding(description.doubts),
        description=description,
        retirement=retirement,
        merged=merge.merge_index(merged, current),
    )


def plan(config: Config, observation: Observation, allowed: Allowed, review: Review | None = None) -> Plan:
    """What the catalog would have to become; without a `review`, that on disk, and without a grace period."""
    review = review or Review.of(catalog.read_files(config.root))
    desired = desire(config, observation, allowed, review)
    problems = validate.problems_of_change(desired.current.texts, desired.merged.texts, config, observation.owners)
    compared = changes.compare(desired, problems)
    return replace(compared, left_out=tuple(sorted({*compared.left_out, *observation.left_out})))


def explain(config: Config, observation: Observation, ref: str) -> Explanation:
    """Where each value of an entity of the catalog comes from; what people wrote, with line and author."""
    desired = desire(config, observation, {}, Review.of(catalog.read_files(config.root)))
    blame = changes.Blame(authors=propose.authors, remover=propose.remover)
    return changes.with_people(changes.explain(ref, desired), desired.current, config.root, blame)


def generate(config: Config, plan: Plan) -> None:
    """Carry a plan out in catalog/."""
    catalog.write_files(config.root, plan.files)


def propose_changes(
    config: Config, observation: Observation, allowed: Allowed, asked: propose.Asked, tell: Callable[[str], None]
) -> Outcome:
    """The whole line: plan against the branches, push ours, keep the pull request up to date."""

    def words(plan: Plan) -> propose.Proposal:
        return propose.Proposal(
            title=report.pull_request_title(plan),
            body=report.pull_request_body(plan, traffic=observation.traffic),
            message=report.commit_message(plan),
            labels=report.labels(plan),
            reviewers=config.owners.on_forge(change.owner for change in plan.changes if change.flags),
        )

    making = propose.Making(
        plan=lambda review: plan(config, observation, allowed, review),
        words=words,
        things_at=changes.things_at,
        differ=lambda before, after: changes.differ(before, after, config.renamed),
        complete=not observation.snapshot.incomplete(),
        rules=config.pull_request,
        stale_after=config.stale_after,
    )
    repository = config.proposing_to(open_pull_request=asked.open_pull_request)
    return propose.propose(repository, config.root.resolve(), making, asked, tell)


def validate_paths(
    paths: Sequence[Path], asked: Validation, owners: Owners, *, stdin: str | None = None, output: Path | None = None
) -> validate.Verdict:
    """The verdict on files and folders, without what the baseline knows; what is wrong now goes into `output`."""
    return validate.judge(paths, asked, observe.known_owners(owners), stdin=stdin, output=output)
