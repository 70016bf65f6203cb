"""The embedded estate through the whole line: real HTTP on loopback, a real Git remote, two runs, a hand edit between.

run 1: everything is new            -> the branch -> approved: merged into main
a person edits a value and a page   -> main
the estate changes                  -> run 2: the branch holds the news, and the person's words
"""

from __future__ import annotations

import contextlib
import copy
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rhoai_catalog import documents, pipeline, report
from rhoai_catalog.config import Config, Credentials, read_config
from rhoai_catalog.demo.cluster import cluster_api
from rhoai_catalog.demo.loopback import Loopback
from rhoai_catalog.demo.services import catalog_api, registry_api
from rhoai_catalog.disk import require_empty, write_new, write_text
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.plan import Plan
from rhoai_catalog.propose import ProposeOptions
from rhoai_catalog.release import DISTRIBUTION
from rhoai_catalog.snapshot import write_snapshot

ESTATE: Final = Path(__file__).parent / "estate"
BRANCH: Final = "rhoai-catalog/update"
CHECKOUT: Final = "catalog-repository"
OBSERVED: Final = "observed.json"
NOBODY: Final = Credentials()
PART: Final = "servers/east/support/entities.yaml"
PAGE: Final = "models/shared/fraud-detector/2.1.0/docs/support.md"
KEEP: Final = "name a new folder with --keep"
CONFIGURATION: Final = (ESTATE / "generator.yaml").read_text("utf-8")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What the demo's servers hold."""

    clusters: Mapping[str, Sequence[Mapping[str, Any]]]
    registry: Mapping[str, Any]
    catalog: Mapping[str, Any]


def estate() -> Estate:
    """The estate of the first run."""
    names = ("east", "west", "registry", "catalog")
    read = {name: documents.parse((ESTATE / f"{name}.yaml").read_text("utf-8")) for name in names}
    clusters = {name: read[name] for name in ("east", "west")}
    return Estate(clusters=clusters, registry=read["registry"], catalog=read["catalog"])


def later(before: Estate) -> Estate:
    """The estate of the second run: a server lost its protection, one is gone, a version is new."""
    east = [copy.deepcopy(item) for item in before.clusters["east"] if item["metadata"]["name"] != "trial"]
    for item in east:
        if item["kind"] == "InferenceService" and item["metadata"]["name"] == "fraud-detector":
            item["metadata"]["annotations"]["security.opendatahub.io/enable-auth"] = "false"
            item["status"]["address"]["url"] = "http://fraud-detector-predictor.payments.svc.cluster.local:8080"
        if item["kind"] == "Service" and item["metadata"]["name"] == "fraud-detector-predictor":
            item["spec"]["ports"] = [{"name": "http", "port": 80, "targetPort": 8080}]
        if item["kind"] == "InferenceService" and item["metadata"]["name"] == "granite-chat":
            item["metadata"]["annotations"]["openshift.io/description"] = "Answers questions about orders and returns."
    registry = copy.deepcopy(before.registry)
    row = next(row for row in registry["model_versions"] if row["id"] == "12")
    registry["model_versions"].append({**row, "id": "13", "name": "2.2.0", "description": "Trained on more payments."})
    registry["artifacts"]["13"] = registry["artifacts"]["12"][:3]
    return Estate(clusters={**before.clusters, "east": east}, registry=registry, catalog=before.catalog)


@contextlib.contextmanager
def served(what: Estate) -> Iterator[Mapping[str, str]]:
    """The estate's servers on loopback; gives their addresses."""
    with contextlib.ExitStack() as stack:
        answers = {name: cluster_api(objects) for name, objects in what.clusters.items()}
        answers |= {"shared": registry_api(**what.registry), "cards": catalog_api(**what.catalog)}
        yield {name: stack.enter_context(Loopback(answer)).url for name, answer in answers.items()}


def run_demo(folder: Path | None, tell: Tell, program: str = DISTRIBUTION) -> None:
    """Run it in a folder (default: a new one below the system's temporary folder) and tell where to look.

    `program` is what a person calls this one by. Raises GeneratorError.
    """
    if shutil.which("git") is None:
        raise GeneratorError("git is not installed", "install it; the demo keeps its catalog in a real repository")
    folder = (folder or _new_folder()).resolve()
    require_empty(folder, KEEP)
    checkout = start(folder)
    first = estate()
    tell("1. An empty repository; the estate is observed, and its catalog proposed.\n")
    _propose(folder, first, tell)
    tell(
        "\n2. Somebody approves: the branch is merged into main. Then people edit: an owner, and a paragraph of a page."
    )
    _merge(checkout)
    edit(checkout / "catalog")
    _commit(checkout, "Name the owner of Granite, and say who to ask about fraud")
    tell("\n3. The estate changes: a server lost its protection, one is gone, a version is new.\n")
    plan = _propose(folder, later(first), tell)
    body, page = folder / "pull-request.md", folder / "pull-request.html"
    seen = folder / OBSERVED
    write_text(body, report.pull_request_body(plan), "the pull request")
    write_text(page, report.plan_page(plan), "the page")
    _git(checkout, "fetch", "--quiet", "origin")
    _git(checkout, "checkout", "--quiet", BRANCH)
    again = shlex.join([program, "plan", "--config", f"{checkout}/catalog/generator.yaml", "--snapshot", str(seen)])
    tell(f"""
Where to look:
  the tree              {checkout / "catalog"}
  the branch            git -C {checkout} log --stat main..{BRANCH}
  the pull request      {body}
  the same to search    {page}
  a page people edited  {checkout / "catalog" / PAGE}

Next, edit what you like in that tree, and see that it stays:
  {again}""")


def start(folder: Path) -> Path:
    """A bare remote, and a checkout of it that holds only the configuration."""
    remote, checkout = folder / "remote.git", folder / CHECKOUT
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    _git(folder, "init", "--quiet", "--initial-branch=main", str(checkout))
    _git(checkout, "remote", "add", "origin", str(remote))
    write_new(checkout, "catalog/generator.yaml", CONFIGURATION)
    _commit(checkout, "Configure the catalog")
    return checkout


def _propose(folder: Path, what: Estate, tell: Tell) -> Plan:
    with served(what) as addresses:
        config = at(read_config(folder / CHECKOUT / "catalog" / "generator.yaml"), addresses)
        observation = pipeline.read_sources(config)
        write_snapshot(folder / OBSERVED, observation.snapshot)
        asked = ProposeOptions(now=datetime.now(UTC), open_pull_request=False)
        outcome = pipeline.propose_changes(config, observation, {}, asked, lambda line: None)
    tell(report.plan_text(outcome.plan, colour=False, verbose=False))
    tell(f"{outcome.action}: {outcome.branch}")
    return outcome.plan


def at(config: Config, addresses: Mapping[str, str]) -> Config:
    """The configuration with the addresses of the demo's servers in place of those it names."""
    return replace(
        config,
        clusters=tuple(replace(c, server=addresses[c.name], credentials=NOBODY) for c in config.clusters),
        services=tuple(replace(s, url=addresses[s.name], credentials=NOBODY) for s in config.services),
    )


def edit(catalog: Path) -> None:
    """What people do by hand between the runs."""
    server, owner = "kind: Component", "owner: group:default/contact-centre"
    _replace(catalog / PART, server, owner, "owner: group:default/orders  # since the reorganisation")
    _replace(
        catalog / PAGE,
        "",
        "# Support\n",
        "# Support\n\nAsk Alice first; she knows the false alarms of the holidays.\n",
    )


def _replace(path: Path, behind: str, old: str, new: str) -> None:
    """Replace a text where it first stands behind another one."""
    text = path.read_text("utf-8")
    place = text.index(old, text.index(behind))
    write_text(path, text[:place] + new + text[place + len(old) :], "the file")


def _commit(checkout: Path, message: str) -> None:
    _git(checkout, "add", "catalog")
    _git(checkout, "commit", "--quiet", "--message", message)
    _git(checkout, "push", "--quiet", "origin", "main")


def _merge(checkout: Path) -> None:
    _git(checkout, "fetch", "--quiet", "origin")
    _git(checkout, "merge", "--quiet", "--ff-only", f"origin/{BRANCH}")
    _git(checkout, "push", "--quiet", "origin", "main")


def _git(folder: Path, *arguments: str) -> None:
    person = ("-c", "user.name=A person", "-c", "user.email=person@example.net", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *person, "-C", str(folder), *arguments], capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise GeneratorError(f"git {arguments[0]} in {folder} failed: {reason}", KEEP)


def _new_folder() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="rhoai-catalog-demo-"))
    except OSError as error:
        raise GeneratorError(f"no folder can be made for the demo: {error.strerror}", KEEP) from error
