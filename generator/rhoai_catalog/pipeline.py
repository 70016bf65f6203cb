"""The program in one line, one function a stage; the only file that knows the order.

observe -> describe -> merge -> validate -> plan -> write -> propose
What talks to servers and to Git is imported where it is asked for; so is what only a new question needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rhoai_catalog import catalog, report, snapshot
from rhoai_catalog.cache import Cache, Question
from rhoai_catalog.config import Addresses, Config
from rhoai_catalog.explanation import Explanation
from rhoai_catalog.http.traffic import Listener
from rhoai_catalog.observation import Observation
from rhoai_catalog.outcome import Outcome
from rhoai_catalog.plan import Plan
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Snapshot

if TYPE_CHECKING:
    from rhoai_catalog.changes import Desired, Trees
    from rhoai_catalog.entity import Description
    from rhoai_catalog.propose import ProposeOptions

Allowed = Mapping[str, int]  # group (`kserve/east/InferenceService`) -> how many of it may go over the limits


def read_sources(
    config: Config, only: Collection[str] = (), progress: Listener | None = None, before: Snapshot | None = None
) -> Observation:
    """Read the sources of the configuration, or those named; with a snapshot from `before`, only what may be new.

    What refers to a catalog's models is known where all sources are read.
    """
    from rhoai_catalog import describe, observe

    in_use = None if only else describe.cards_in_use
    seen = observe.read_estate(config, only=only, progress=progress, before=before, in_use=in_use)
    return observe.with_owners(seen, config.owners)


def observed_before(config: Config, files: Sequence[Path]) -> Observation:
    """What earlier runs observed, as if it were seen now. Owners are known where that takes no network."""
    observation = Observation(snapshot=snapshot.read_snapshots(files))
    if config.owners.takes_network or not config.owners.known:
        return observation
    from rhoai_catalog import observe

    return observe.with_owners(observation, config.owners)


def desire(config: Config, seen: Observation, allowed: Allowed, review: Review, cache: Cache | None = None) -> Desired:
    """Describe what was observed, decide what may go, and merge both into the tree that the review starts from."""
    from rhoai_catalog import changes, describe, merge, validate

    groups = (cache or Cache()).groups

    def described(observed: Snapshot, trees: Trees) -> tuple[Description, Trees]:
        """The description; and the trees, in which the parts that it changes are read as well."""
        unchanged = groups.unchanged_groups(trees.current, trees.base)
        description = validate.sound(describe.describe(observed, config, trees.known, unchanged.remarks))
        return description, trees.with_parts(unchanged.changing_parts(description.files()))

    trees = changes.Trees.read(review.knowing(config.former), config.renamed, groups.unchanged_parts(review))
    observed = snapshot.covering(seen.snapshot, config.expected(trees.current.sources()))
    description, trees = described(observed, trees)
    retirement = changes.retire(trees.current, description, observed, config, allowed, trees.grace())
    if retirement.doubted:  # nothing that depends on a listing which is not believed changes either
        description, trees = described(observed.doubting(retirement.doubted), trees)
        retirement = retirement.sparing(description)
    own = describe.catalog_files()
    merged = merge.merge(trees.current, description, own, retirement.gone, trees.review.declined, retirement.orphans)
    return changes.Desired(
        trees=trees,
        observed=observed.withholding(description.doubts),
        description=description,
        retirement=retirement,
        merged=merge.merge_index(merged, trees.current, trees.base),
    )


def plan(
    config: Config, seen: Observation, allowed: Allowed, review: Review | None = None, cache: Cache | None = None
) -> Plan:
    """What the catalog would have to become; without a `review`, that on disk, and without a grace period."""
    cache = cache or Cache()
    review = review or Review.of(catalog.read_files(config.root))
    question = Question(observation=seen, allowed=allowed, review=review)
    if (known := cache.answers.plan(question)) is not None:
        return known
    from rhoai_catalog import changes, validate

    desired = desire(config, seen, allowed, review, cache)
    documents = cache.groups.known_documents(desired.current.unchanged)
    problems = validate.problems_of_change(*desired.texts(), config, seen.owners, documents)
    cache.groups.learn(desired.description, desired.merged, desired.after, documents)
    return cache.answers.keep(question, changes.compare(desired, problems, seen.left_out))


def explain(config: Config, observation: Observation, ref: str) -> Explanation:
    """Where each value of an entity of the catalog comes from; what people wrote, with line and author."""
    from rhoai_catalog import changes, propose

    desired = desire(config, observation, {}, Review.of(catalog.read_files(config.root)))
    blame = changes.Blame(authors=propose.authors, remover=propose.remover)
    return changes.with_people(changes.explain(ref, desired), desired.current, config.root, blame)


def generate(config: Config, plan: Plan) -> None:
    """Carry a plan out in catalog/."""
    catalog.write_files(config.root, plan.files)


def propose_changes(
    config: Config,
    observation: Observation,
    allowed: Allowed,
    asked: ProposeOptions,
    tell: Callable[[str], None],
    cache: Cache | None = None,
) -> Outcome:
    """The whole line: plan against the branches, push ours, keep the pull request up to date."""
    from rhoai_catalog import changes, propose

    def words(plan: Plan, folder: str) -> propose.Proposal:
        return propose.Proposal(
            title=report.pull_request_title(plan),
            body=report.pull_request_body(plan, traffic=observation.traffic, at=Addresses.of(config, folder)),
            message=report.commit_message(plan),
            labels=report.labels(plan),
            reviewers=config.owners.on_forge(change.owner for change in plan.changes if change.flags),
            run=asked.run,
        )

    stages = propose.Stages(
        plan=lambda review: plan(config, observation, allowed, review, cache),
        words=words,
        things_at=changes.things_at,
        differ=lambda before, after: changes.differ(before, after, config.renamed),
        complete=not observation.snapshot.incomplete(),
        rules=config.pull_request,
        stale_after=config.stale_after,
    )
    repository = config.proposing_to(open_pull_request=asked.open_pull_request)
    return propose.propose(repository, config.root.resolve(), stages, asked, tell)
