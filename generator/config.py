"""catalog/generator.yaml and the environment -> Config.

Tokens are read where they are used, from the environment or a file, and are never part of a repr or a message.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from generator import documents, schema
from generator.errors import ConfigError, DocumentError, Problem
from generator.snapshot import KSERVE, MODEL_CATALOG, MODEL_REGISTRY, Source

DEFAULT_PATH: Final = Path("catalog/generator.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Where a token comes from: the name of a variable or a file. The token itself is never kept."""

    env: str | None = None
    file: Path | None = None

    def token(self) -> str | None:
        """The token, or None where none is configured. Raises ConfigError, naming the variable or file only."""
        if self.env is not None:
            value = os.environ.get(self.env, "").strip()
            if not value:
                raise ConfigError(f"the environment variable {self.env} is not set", f"export {self.env}=... before")
            return value
        if self.file is None:
            return None
        try:
            value = self.file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not text"
            raise ConfigError(f"the token file {self.file} cannot be read: {reason}", "check tokenFile") from error
        if not value:
            raise ConfigError(f"the token file {self.file} is empty", "write the token into it")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A Kubernetes API server: `server` with a token, or a context of a kubeconfig, or the one we run in."""

    name: str
    server: str | None = None
    kubeconfig: Path | None = None
    context: str | None = None
    in_cluster: bool = False
    credentials: Credentials = field(default_factory=Credentials)
    ca_file: Path | None = None
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ("openshift-*", "kube-*")
    discover: bool = False
    formerly: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{KSERVE}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A Model Registry or a Model Catalog at a URL (the address of the service, without the API's path)."""

    family: str
    name: str
    url: str
    credentials: Credentials = field(default_factory=Credentials)
    ca_file: Path | None = None
    clusters: tuple[str, ...] = ()
    registry: str | None = None
    formerly: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.family}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Who owns what: rules of (glob in any case, entity reference), else the default."""

    default: str = "group:default/ai-platform"
    rules: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    lifecycle: str = "production"
    system: str | None = None
    entity_namespace: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Nothing of a source and kind is removed where more than `percent` and more than `count` would go at once.

    Percentages are not looked at below `population` entities. `runs` and `hours` are the grace period.
    """

    percent: float = 30
    count: int = 5
    population: int = 10
    runs: int = 2
    hours: float = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where proposals go. `forge` is github or gitea; `api_url` is needed where it is not beside `url`."""

    url: str
    forge: str = "github"
    base: str = "main"
    branch: str = "rhoai-catalog/update"
    credentials: Credentials = field(default_factory=Credentials)
    api_url: str | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration. `root` is the folder of generator.yaml: the catalog."""

    root: Path
    clusters: tuple[Cluster, ...] = ()
    model_registries: tuple[Service, ...] = ()
    model_catalogs: tuple[Service, ...] = ()
    owners: Owners = field(default_factory=Owners)
    defaults: Defaults = field(default_factory=Defaults)
    profiles: tuple[str, ...] = ("seed",)
    removal: Removal = field(default_factory=Removal)
    repository: Repository | None = None

    @property
    def sources(self) -> tuple[Cluster | Service, ...]:
        return (*self.clusters, *self.model_registries, *self.model_catalogs)

    def expected(self) -> tuple[Source, ...]:
        """The sources that a snapshot of the estate must hold."""
        return (
            *(Source(family=KSERVE, name=cluster.name) for cluster in self.clusters),
            *(
                Source(family=service.family, name=service.name, clusters=service.clusters, registry=service.registry)
                for service in (*self.model_registries, *self.model_catalogs)
            ),
        )

    def found_before(self, keys: Iterable[str]) -> tuple[Source, ...]:
        """The sources among these keys (of what the tree shows) that a cluster must have shown: none configures them.

        Which registry a label means is told by the name: that of its cluster, and the label.
        """
        configured = {source.key for source in self.sources}
        clusters = sorted((c.name for c in self.clusters if c.discover), key=len, reverse=True)
        found = []
        for key in sorted(set(keys) - configured):
            family, _, name = key.partition("/")
            cluster = next((cluster for cluster in clusters if name.startswith(f"{cluster}-")), None)
            if family != KSERVE and cluster is not None:
                found.append(Source(family=family, name=name, clusters=(cluster,), discovered=True))
        return tuple(found)

    def renamed(self, identity: str) -> str:
        """The identity as it is today, where its source was renamed (`formerly`)."""
        family, _, rest = identity.partition("/")
        name, slash, tail = rest.partition("/")
        for source in self.sources:
            if source.key.startswith(f"{family}/") and name in source.formerly:
                return f"{source.key}{slash}{tail}"
        return identity


def read_config(path: Path = DEFAULT_PATH) -> Config:
    """Read and check generator.yaml. Raises ConfigError with file, line, key and the valid keys."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        hint = "run where catalog/ is, or name the file with --config"
        raise ConfigError(f"there is no configuration {path}", hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from error
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """The configuration in a text; `path` locates the files that it names and goes into errors."""
    try:
        data = documents.parse(text)
    except DocumentError as error:
        raise ConfigError(f"{path}:{error.line}:{error.column}: {error.message}", "mend the YAML") from error
    problems = [_problem(violation, text, str(path)) for violation in schema.violations("generator", data)]
    problems += _repeated_names(data, text, str(path)) if not problems else []
    if problems:
        shown = "\n".join(str(problem) for problem in sorted(problems)[:10])
        raise ConfigError(shown, "the keys and their meaning are in schemas/generator.schema.json and in the README")
    return _config(data, path.parent)


def _problem(violation: schema.Violation, text: str, path: str) -> Problem:
    message, pointer = violation.message, violation.pointer
    if violation.keyword == "additionalProperties":
        parent: Mapping[str, Any] = violation.value
        valid = _valid_keys(pointer)
        unknown = next((key for key in parent if key not in valid), "?")
        message = f"unknown key {unknown!r}; valid keys: {', '.join(valid)}"
        pointer = f"{pointer}/{unknown}"
    elif violation.keyword == "required":
        missing = [key for key in violation.expected if key not in violation.value]
        message = f"missing key {missing[0]!r}"
    elif violation.keyword in ("pattern", "not") and "token" not in pointer.lower():
        message = f"not as it should be: {violation.description}"  # the value may hold a password
    elif "token" in pointer.lower():
        message = "the name of an environment variable or a file is expected here, never a token itself"
    mark = documents.position(text, pointer)
    return Problem(path=path, line=mark.line, column=mark.column, pointer=pointer, message=message)


def _valid_keys(pointer: str) -> list[str]:
    part = schema.validator("generator").schema
    for name in pointer.split("/")[1:]:
        part = part["items"] if name.isdigit() and "items" in part else part.get("properties", {}).get(name, {})
        while "$ref" in part:
            part = schema.validator("generator").schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
    return sorted(part.get("properties", {}))


def _repeated_names(data: Mapping[str, Any], text: str, path: str) -> list[Problem]:
    problems = []
    for table in ("clusters", "modelRegistries", "modelCatalogs"):
        seen: set[str] = set()
        for number, row in enumerate(data.get(table) or []):
            names = [row["name"], *row.get("formerly", [])]
            for name in names:
                if name in seen:
                    pointer = f"/{table}/{number}/name"
                    line = documents.position(text, pointer).line
                    problems.append(Problem(path=path, line=line, pointer=pointer, message=f"{name!r} is named twice"))
                seen.add(name)
    return problems


def _config(data: Mapping[str, Any], folder: Path) -> Config:
    owners, defaults, removal = data.get("owners") or {}, data.get("defaults") or {}, data.get("removal") or {}
    return Config(
        root=folder,
        clusters=tuple(_cluster(row, folder) for row in data.get("clusters") or []),
        model_registries=tuple(_service(MODEL_REGISTRY, row, folder) for row in data.get("modelRegistries") or []),
        model_catalogs=tuple(_service(MODEL_CATALOG, row, folder) for row in data.get("modelCatalogs") or []),
        owners=Owners(
            default=owners.get("default", Owners().default),
            rules=tuple((rule["match"], rule["owner"]) for rule in owners.get("map") or []),
        ),
        defaults=Defaults(
            lifecycle=defaults.get("lifecycle") or Defaults().lifecycle,
            system=defaults.get("system"),
            entity_namespace=defaults.get("entityNamespace") or Defaults().entity_namespace,
        ),
        profiles=tuple(data.get("profiles") or ("seed",)),
        removal=Removal(**removal),
        repository=_repository(data["repository"], folder) if data.get("repository") else None,
    )


def _cluster(row: Mapping[str, Any], folder: Path) -> Cluster:
    namespaces = row.get("namespaces") or {}
    return Cluster(
        name=row["name"],
        server=row.get("server"),
        kubeconfig=_file(row.get("kubeconfig"), folder),
        context=row.get("context"),
        in_cluster=row.get("inCluster", False),
        credentials=_credentials(row, folder),
        ca_file=_file(row.get("caFile"), folder),
        include=tuple(namespaces.get("include", ("*",))),
        exclude=tuple(namespaces.get("exclude", ("openshift-*", "kube-*"))),
        discover=row.get("discover", False),
        formerly=tuple(row.get("formerly", ())),
    )


def _service(family: str, row: Mapping[str, Any], folder: Path) -> Service:
    return Service(
        family=family,
        name=row["name"],
        url=row["url"].rstrip("/"),
        credentials=_credentials(row, folder),
        ca_file=_file(row.get("caFile"), folder),
        clusters=tuple(row.get("clusters", ())),
        registry=row.get("registry", row["name"]) if family == MODEL_REGISTRY else None,
        formerly=tuple(row.get("formerly", ())),
    )


def _repository(row: Mapping[str, Any], folder: Path) -> Repository:
    return Repository(
        url=row["url"].rstrip("/"),
        forge=row.get("forge", "github"),
        base=row.get("base", "main"),
        branch=row.get("branch", "rhoai-catalog/update"),
        credentials=_credentials(row, folder),
        api_url=row["apiUrl"].rstrip("/") if row.get("apiUrl") else None,
        ca_file=_file(row.get("caFile"), folder),
    )


def _credentials(row: Mapping[str, Any], folder: Path) -> Credentials:
    return Credentials(env=row.get("tokenEnv"), file=_file(row.get("tokenFile"), folder))


def _file(name: str | None, folder: Path) -> Path | None:
    return folder / Path(name).expanduser() if name else None
