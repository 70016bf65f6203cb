"""The program in one line, one function a stage; the only file that knows the order.

observe -> describe -> merge -> validate -> plan -> write -> propose
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from rhoai_catalog import catalog, merge, propose, report, snapshot, validate
from rhoai_catalog.backstage import EntityRef, web_url
from rhoai_catalog.changes.compare import compare
from rhoai_catalog.changes.explain import explain as explain_entity
from rhoai_catalog.changes.explain import with_people
from rhoai_catalog.changes.removal import Retirement, retire
from rhoai_catalog.config import Config, Owners, Repository, Service, Validation
from rhoai_catalog.describe import describe
from rhoai_catalog.describe.pages.catalog_files import catalog_files
from rhoai_catalog.entity import Description, LeftOut
from rhoai_catalog.errors import ConfigError, GeneratorError, SourceError
from rhoai_catalog.http.traffic import Listener, Traffic
from rhoai_catalog.observe import Observation, read_estate, read_organisation
from rhoai_catalog.observe import check_sources as check_sources
from rhoai_catalog.plan import Explanation, Plan
from rhoai_catalog.problem import Problem
from rhoai_catalog.roles import role_texts as role_texts
from rhoai_catalog.snapshot import Snapshot

Tell = Callable[[str], None]


def observe(
    config: Config, only: Collection[str] = (), progress: Listener | None = None, before: Snapshot | None = None
) -> Observation:
    """Read the sources of the configuration, or those named; with a snapshot from `before`, only what may be new."""
    unknown = set(only) - {source.name for source in config.sources}
    if unknown:
        names = ", ".join(sorted(source.name for source in config.sources))
        raise ConfigError(f"generator.yaml has no source {sorted(unknown)[0]!r}", f"its sources: {names}")
    seen = read_estate(config, only=only, progress=progress, before=before)
    try:
        return replace(seen, owners=known_owners(config.owners))
    except SourceError as error:
        unknown_owners = LeftOut(what="owners.known", reason=f"no owner was checked: {error.message}")
        return replace(seen, left_out=(*seen.left_out, unknown_owners))


def observed_before(config: Config, files: Sequence[Path]) -> Observation:
    """What earlier runs observed, as if it were seen now. Owners are known where that takes no network."""
    local = not any("://" in entry for entry in config.owners.known)
    return Observation(snapshot=read_snapshots(files), owners=known_owners(config.owners) if local else None)


def known_owners(owners: Owners) -> frozenset[EntityRef] | None:
    """Everybody who can own, where that is said: references, files, a Backstage. Raises ConfigError, SourceError."""
    found: set[EntityRef] = set()
    for entry in owners.known:
        ref = validate.owner(entry)
        if ref is not None:
            found.add(ref)
        elif "://" in entry:
            found |= read_organisation(_backstage(entry.rstrip("/"), owners))
        else:
            found |= validate.owners_in(_read_text(Path(entry), "the owners"), entry)
    return frozenset(found) if owners.known else None


def _backstage(url: str, owners: Owners) -> Service:
    sound = web_url(url)
    if sound is None:
        hint = "name it as https://hub.example.net, without user and password; the token goes into a variable"
        raise ConfigError("an address of a Backstage, to know who can own, is none", hint)
    host = urlsplit(sound).netloc
    return Service(family="backstage", name=host, url=sound, credentials=owners.credentials, ca_file=owners.ca_file)


def read_snapshots(files: Sequence[Path]) -> Snapshot:
    """What earlier runs observed, as one snapshot."""
    texts = [(_read_text(file, "the snapshot", "name a file made by `observe -o`"), file) for file in files]
    return snapshot.merged(snapshot.from_json(text, str(file)) for text, file in texts)


def _read_text(file: Path, what: str, hint: str = "name a file that is there") -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise GeneratorError(f"{what} {file} cannot be read: {reason}", hint) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desired:
    """Everything between observing and planning."""

    current: merge.Current
    observed: Snapshot
    description: Description
    retirement: Retirement
    tree: merge.MergedTree


def _desired(root: Path, config: Config, observation: Observation, allowed: Mapping[str, int]) -> _Desired:
    files = catalog.read_files(root)
    current = merge.load(files.texts, files.unreadable, config.renamed)
    found_before = config.found_before(current.sources())
    observed = snapshot.covering(observation.snapshot, (*found_before, *config.expected()))
    description = _valid(describe(observed, config, current.known()))
    retirement = retire(current, description, observed, config, allowed)
    if retirement.doubted:  # nothing that depends on a listing which is not believed changes either
        description = _valid(describe(observed.doubting(retirement.doubted), config, current.known()))
        retirement = retirement.sparing(description)
    pages = (*description.pages, *catalog_files())
    tree = merge.merge(current, description.entities, pages, retirement.gone, description.settled, description.dropped)
    return _Desired(current=current, observed=observed, description=description, retirement=retirement, tree=tree)


def plan(root: Path, config: Config, observation: Observation, allowed: Mapping[str, int]) -> Plan:
    """What the tree below `root` would have to become, given what was observed."""
    wanted = _desired(root, config, observation, allowed)
    current, tree = wanted.current, merge.merge_index(wanted.tree, wanted.current)
    changed = [file for file, text in tree.texts.items() if current.texts.get(file) != text]
    found = validate.problems(tree.texts, only=changed, asked=config.validation, owners=observation.owners)
    found = _new(found, config.validation, lambda path: root / path.partition("/")[2])
    made = compare(current, tree, wanted.description, wanted.retirement, wanted.observed, found)
    return replace(made, left_out=tuple(sorted({*made.left_out, *observation.left_out})))


def explain(config: Config, observation: Observation, ref: str) -> Explanation:
    """Where each value of an entity of the catalog comes from; what people wrote, with line and author."""
    wanted = _desired(config.root, config, observation, {})
    told = explain_entity(ref, wanted.current, wanted.tree, wanted.description)
    return with_people(told, wanted.current, config.root)


def _proposal(made: Plan, traffic: Sequence[Traffic]) -> propose.Proposal:
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
        found = [f for f in validate.check_entity(entity.checkable()) if f.rule != "ai-kind"]
        if found:
            left_out.append(LeftOut(what=str(entity.ref), reason=f"it would not be valid: {found[0].message}"))
            present.add(entity.identity)
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
    _write_text(file, snapshot.to_json(observed), "the snapshot")


def _write_text(file: Path, text: str, what: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise GeneratorError(f"{what} {file} cannot be written: {error.strerror}", "name another file") from error


def validate_paths(
    paths: Sequence[Path], asked: Validation, owners: Owners, *, stdin: str | None = None, output: Path | None = None
) -> validate.Verdict:
    """The verdict on files and folders, without what the baseline knows; what is wrong now goes into `output`."""
    verdict = validate.check_paths(paths, stdin=stdin, asked=asked, owners=known_owners(owners))
    if output is not None:
        _write_text(output, validate.write_baseline(verdict.problems, _place(output, Path)), "the baseline")
    new = _new(verdict.problems, asked, Path)
    return replace(verdict, problems=new, known=len(verdict.problems) - len(new))


def _new(problems: tuple[Problem, ...], asked: Validation, file: Callable[[str], Path]) -> tuple[Problem, ...]:
    """The problems that the baseline, if there is one, does not know; `file` is where the path of a problem leads."""
    if asked.baseline is None:
        return problems
    hint = f"write it first: rhoai-catalog validate --write-baseline {asked.baseline}"
    baseline = _read_text(asked.baseline, "the baseline", hint)
    return validate.new_problems(problems, baseline, str(asked.baseline), _place(asked.baseline, file))


def _place(baseline: Path, file: Callable[[str], Path]) -> Callable[[str], str]:
    """What a baseline calls a path: relative to its own folder, wherever and however the path was asked for."""

    def place(path: str) -> str:
        return path if path == validate.STDIN_NAME else Path(os.path.relpath(file(path), baseline.parent)).as_posix()

    return place


def write_job_summary(made: Plan, traffic: Sequence[Traffic]) -> None:
    """Show the plan in the summary of a GitHub Actions job, where there is one."""
    _add_to_summary(report.job_summary(made, traffic=traffic))


def write_problem_summary(problems: Sequence[Problem]) -> None:
    """Show problems in the summary of a GitHub Actions job, where there is one."""
    _add_to_summary(report.problems_summary(problems))


def _add_to_summary(text: str) -> None:
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(text)
