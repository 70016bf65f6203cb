"""The first run in a catalog's repository, beside the pipeline: look around, then write what is not there yet."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from rhoai_catalog import documents, observe, pointer, propose, scaffold, schema
from rhoai_catalog.config import Cluster, Config, Repository, file_address, guarded, parse_config, read_config
from rhoai_catalog.disk import write_new
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.kinds import AI_MODEL_SERVER_API, LOCATION, SEED
from rhoai_catalog.release import running
from rhoai_catalog.survey import Choices, Origin, Step, Survey

RHDH_2_1: Final = (SEED, AI_MODEL_SERVER_API.profile)  # what its page AI Catalog needs
BEFORE: Final = (SEED,)
OPTIONS: Final = {"/clusters": "--cluster", "/owners": "--owner", "/profiles": "--profile", "/hub": "--hub"}
OWNER: Final = Config(root=Path()).owners.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where `init` runs: the repository, how its cluster is reached, and what is configured already.

    `known_as` is what the kubeconfig calls the cluster, `asked` what a person does.
    """

    origin: Origin
    cluster: Cluster
    server: str
    known_as: str
    asked: str | None
    config: Config | None

    @property
    def configured(self) -> Cluster | None:
        """The cluster as generator.yaml has it: by its name, by its address, or the one that has none there."""
        clusters = self.config.clusters if self.config else ()
        if self.asked:
            return next((one for one in clusters if one.name == self.asked), None)
        known = [one for one in clusters if one.server and one.server.rstrip("/") == self.server]
        known += [one for one in clusters if one.name == self._derived or one.server is None]
        return next(iter(known), None)

    @property
    def name(self) -> str:
        """What the cluster is called, or would be."""
        return self.configured.name if self.configured else self.asked or self._derived

    @property
    def _derived(self) -> str:
        return _name(self.server, self.known_as)

    def choices_before(self) -> Choices | None:
        """What a person decided already: generator.yaml says it."""
        config, cluster = self.config, self.configured
        if config is None:
            return None
        return Choices(
            cluster=self.name,
            owner=config.owners.default,
            profiles=config.profiles,
            hub=config.hub.url if config.hub else "",
            forge=config.repository.forge if config.repository else self.origin.forge,
            inside=bool(cluster and cluster.in_cluster),
            variable=(cluster.credentials.env or "") if cluster else "",
            joins=cluster is None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file: whether it was written now, or was there; then whether it is what would be written."""

    path: str
    now: bool
    same: bool


def place_of(
    folder: Path,
    *,
    kubeconfig: Path | None,
    context: str | None,
    asked: str | None,
    forge: str | None,
    trusted: Sequence[Path],
) -> Place:
    """Look at the repository around a folder, and at a kubeconfig. Raises GeneratorError."""
    origin = propose.read_origin(folder, forge)
    file = origin.root / scaffold.CONFIGURATION
    named = kubeconfig.absolute() if kubeconfig else None
    reached = Cluster(name="of the kubeconfig", kubeconfig=named, context=context, discover=True)
    [cluster] = guarded(Config(root=file.parent, clusters=(reached,)), trusted).clusters
    config = read_config(file, trusted) if file.exists() else None
    server, known_as = observe.address_of(cluster)
    return Place(origin=origin, cluster=cluster, server=server, known_as=known_as, asked=asked, config=config)


def survey(place: Place, name: str) -> Survey:
    """What the cluster of this name has. Raises SourceError."""
    return observe.survey_cluster(replace(place.cluster, name=name))


def write(place: Place, survey: Survey, choices: Choices) -> tuple[WrittenFile, ...]:
    """Write what is not there; what is there stays as it is.

    Raises ConfigError for choices that do not fit, before anything is written; GeneratorError where a file cannot be.
    """
    if choices.inside and not place.origin.url:
        hint = "git remote set-url origin URL, with one that the cluster reaches"
        raise ConfigError("the remote is no web address, so no job in the cluster can clone it", hint)
    if place.origin.url and not choices.forge:
        raise ConfigError(f"it is not known which forge {place.origin.url} is", "say --forge github, gitlab or gitea")
    files = scaffold.files(survey, place.origin, choices, running())
    if place.configured is not None:
        files = {path: text for path, text in files.items() if not path.endswith(".crt")}
    _require_sound(files[scaffold.CONFIGURATION])
    return tuple(_written(place.origin.root, path, text) for path, text in files.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What one question can be answered with: `form` says it, `key` is its place in generator.yaml."""

    key: str
    form: str

    def takes(self, text: str) -> bool:
        return schema.is_valid("generator", self.in_configuration(text))

    def in_configuration(self, value: Any) -> dict[str, Any]:
        """The keys of a generator.yaml that says this, and nothing else."""
        for name in reversed(pointer.split(self.key)):
            value = [value] if name == "0" else {name: value}
        return {**value}


CLUSTER: Final = Prompt(key="/clusters/0/name", form="a name of a-z, 0-9 and - within, of at most 30, such as east")
OWNER_REF: Final = Prompt(key="/owners/default", form="a reference, such as group:default/ml or user:default/ana")
HUB: Final = Prompt(key="/hub/url", form="an address without credentials, such as https://hub.example.net")
PROFILES: Final = Prompt(key="/profiles", form="")


def require_sound(*, cluster: str | None, owner: str | None, profiles: Sequence[str], hub: str | None) -> None:
    """Raise ConfigError where what is given does not make a configuration, before anything is read."""
    given = ((CLUSTER, cluster), (OWNER_REF, owner), (PROFILES, [*profiles]), (HUB, hub))
    for answer, value in given:
        if value:
            _require_sound(documents.dump(answer.in_configuration(value), start=False))


def _require_sound(configuration: str) -> None:
    """Raise where what a person chose does not make a configuration."""
    try:
        parse_config(configuration, Path(scaffold.CONFIGURATION))
    except ConfigError as error:
        message = re.sub(rf"{scaffold.CONFIGURATION}:\d+:\d+: ", "", error.message)
        place = next((option for key, option in OPTIONS.items() if key in message), "option")
        raise ConfigError(f"nothing is written: {message}", f"choose another {place}") from error


def _written(root: Path, path: str, text: str) -> WrittenFile:
    there = write_new(root, path, text)
    return WrittenFile(path=path, now=there is None, same=there in (None, text))


def remaining(place: Place, survey: Survey, choices: Choices, written: Sequence[WrittenFile]) -> Iterator[Step]:
    """What is left for a person to do."""
    repository = Repository(url=place.origin.url, forge=choices.forge, base=place.origin.base)
    index = f"{Path(scaffold.CONFIGURATION).parent}/{LOCATION.file}"
    return scaffold.remaining(
        survey,
        place.origin,
        choices,
        running(),
        index=file_address(repository, index, repository.base),
        files=[file.path for file in written if file.now],
        pipeline_kept=any(file.path == scaffold.PIPELINE and not file.now and not file.same for file in written),
    )


def _name(server: str, known_as: str) -> str:
    """What a cluster may be called after: `api.NAME.…` of OpenShift, the first label of a host, the kubeconfig."""
    host = urlsplit(server).hostname or ""
    first, _, rest = host.partition(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        candidate = rest.partition(".")[0] if first == "api" and rest else first
    else:
        candidate = known_as
    cleaned = re.sub("[^a-z0-9]+", "-", candidate.lower())[:30].strip("-")
    return cleaned if cleaned not in ("", "localhost") else "cluster"
