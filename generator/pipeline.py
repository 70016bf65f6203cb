"""The program in one line, one function a stage; the only file that knows the order.

observe -> describe -> merge -> validate -> plan -> write -> propose
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator import catalog, merge, propose, report, snapshot
from generator.backstage import Description, LeftOut
from generator.compare import compare
from generator.config import Config, Repository
from generator.describe import describe
from generator.errors import ConfigError, GeneratorError
from generator.observe import Observation, Progress, read_estate
from generator.observe import check_sources as check_sources
from generator.own import own_pages
from generator.plan import Plan
from generator.removal import retire
from generator.roles import role_texts as role_texts
from generator.snapshot import Snapshot
from generator.validate import check_entity, problems

Tell = Callable[[str], None]


def observe(
    config: Config, only: Collection[str] = (), progress: Progress | None = None, before: Snapshot | None = None
) -> Observation:
    """Read the sources of the configuration, or those named; with a snapshot from `before`, only what may be new."""
    unknown = set(only) - {source.name for source in config.sources}
    if unknown:
        names = ", ".join(sorted(source.name for source in config.sources))
        raise ConfigError(f"generator.yaml has no source {sorted(unknown)[0]!r}", f"its sources: {names}")
    return read_estate(config, only=only, progress=progress, before=before)


def read_snapshots(files: Sequence[Path]) -> Snapshot:
    """What earlier runs observed, as one snapshot."""
    texts = []
    for file in files:
        try:
            texts.append((file.read_text("utf-8"), file))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8 text"
            raise GeneratorError(
                f"the snapshot {file} cannot be read: {reason}", "name a file made by `observe -o`"
            ) from error
    return snapshot.merged(snapshot.from_json(text, str(file)) for text, file in texts)


def plan(root: Path, config: Config, observation: Observation, allowed: Mapping[str, int]) -> Plan:
    """What the tree below `root` would have to become, given what was observed."""
    files = catalog.read_files(root)
    current = merge.load(files.texts, files.unreadable, config.renamed)
    found_before = config.found_before(current.sources())
    observed = snapshot.covering(observation.snapshot, (*found_before, *config.expected()))
    description = _valid(describe(observed, config, current.known()))
    retirement = retire(current, description, observed, config, allowed)
    if retirement.doubted:  # nothing that depends on a listing which is not believed changes either
        description = _valid(describe(observed.doubting(retirement.doubted), config, current.known()))
        retirement = retirement.sparing(description)
    pages = (*description.pages, *own_pages())
    tree = merge.merge_index(merge.merge(current, description.entities, pages, retirement.gone), current)
    changed = [file for file, text in tree.texts.items() if current.texts.get(file) != text]
    made = compare(current, tree, description, retirement, observed, problems(tree.texts, only=changed))
    return replace(made, left_out=tuple(sorted({*made.left_out, *observation.left_out})))


def _proposal(made: Plan, traffic: Sequence[report.SourceTraffic]) -> propose.Proposal:
    return propose.Proposal(
        title=report.pull_request_title(made),
        body=report.pull_request_body(made, traffic=traffic),
        message=report.commit_message(made),
        digest=made.digest,
        labels=report.labels(made),
    )


def _valid(description: Description) -> Description:
    """Without what Backstage would refuse: nothing invalid is ever written, what is in the tree stays."""
    entities, left_out, present = [], list(description.left_out), set(description.present)
    for entity in description.entities:
        found = check_entity(entity.checkable())
        if found:
            left_out.append(LeftOut(what=str(entity.ref), reason=f"it would not be valid: {found[0].message}"))
            present.add(entity.source)
        else:
            entities.append(entity)
    return replace(description, entities=tuple(entities), left_out=tuple(left_out), present=frozenset(present))


def generate(root: Path, made: Plan) -> None:
    """Carry a plan out in catalog/."""
    catalog.write_files(root, made.files)


def repository_of(config: Config, *, open_pull_request: bool) -> Repository:
    """The repository to propose to, whose token is there; to be asked before anything is read."""
    if config.repository is None:
        raise ConfigError("generator.yaml names no repository", "add `repository:` with url, base and branch")
    if open_pull_request:
        config.repository.credentials.token()
    return config.repository


def propose_plan(
    config: Config, observation: Observation, allowed: Mapping[str, int], *, open_pull_request: bool, tell: Tell
) -> tuple[Plan, propose.Outcome]:
    """The whole line: plan against the branch that a proposal starts from, write there, push, open the pull request."""
    repository = repository_of(config, open_pull_request=open_pull_request)
    made: list[Plan] = []

    def make(root: Path) -> propose.Proposal | None:
        made.append(plan(root, config, observation, allowed))
        if not made[-1]:
            return None
        generate(root, made[-1])
        return _proposal(made[-1], observation.traffic)

    outcome = propose.propose(
        repository, config.root.resolve(), make=make, open_pull_request=open_pull_request, tell=tell
    )
    return made[-1], outcome


def write_snapshot(file: Path, observed: Snapshot) -> None:
    """Keep what was observed; every other command takes it with --snapshot."""
    try:
        file.write_text(snapshot.to_json(observed), "utf-8")
    except OSError as error:
        raise GeneratorError(f"the snapshot {file} cannot be written: {error.strerror}", "name another file") from error


def write_job_summary(made: Plan, traffic: Sequence[report.SourceTraffic]) -> None:
    """Show the plan in the summary of a GitHub Actions job, where there is one."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(report.job_summary(made, traffic=traffic))
