"""generator.yaml -> Config, or everything that is wrong with it, with lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rhoai_catalog import documents, schema
from rhoai_catalog.config.keys import (
    Cluster,
    Config,
    Credentials,
    Defaults,
    Owners,
    Removal,
    Repository,
    Service,
    Validation,
)
from rhoai_catalog.errors import ConfigError, DocumentError
from rhoai_catalog.families import MODEL_CATALOG, MODEL_REGISTRY
from rhoai_catalog.kinds import AI_MODEL_SERVER_API, SEED
from rhoai_catalog.problem import Problem

MOST: Final = 50  # mistakes that are told at once
DEFAULT_PATH: Final = Path("catalog/generator.yaml")


def read_config(path: Path = DEFAULT_PATH) -> Config:
    """Read and check generator.yaml. Raises ConfigError with file, line, key and the valid keys."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        hint = "run where catalog/ is, or name the file with --config"
        raise ConfigError(f"there is no configuration {path}", hint) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError(f"{path} cannot be read: {reason}", "name the file itself with --config") from error
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """The configuration in a text; `path` locates the files that it names and goes into errors."""
    try:
        data = documents.parse(text)
    except DocumentError as error:
        raise ConfigError(f"{path}:{error.line}:{error.column}: {error.message}", "mend the YAML") from error
    if data is not None and not isinstance(data, Mapping):
        raise ConfigError(f"{path}:1:1: is no mapping of keys", "begin with `clusters:` (README)")
    if not data:
        raise ConfigError(f"{path} names no source", "add `clusters`, `modelRegistries` or `modelCatalogs` (README)")
    problems = [_problem(violation, text, str(path)) for violation in schema.violations("generator", data)]
    problems += _repeated_names(data, text, str(path)) if not problems else []
    if problems:
        shown = "\n".join(str(problem) for problem in sorted(problems)[:MOST])
        shown += f"\n… and {len(problems) - MOST} more" if len(problems) > MOST else ""
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
    part = schema.contents("generator.schema.json")
    for name in pointer.split("/")[1:]:
        part = part["items"] if name.isdigit() and "items" in part else part.get("properties", {}).get(name, {})
        while "$ref" in part:
            part = schema.contents("generator.schema.json")["definitions"][part["$ref"].rsplit("/", 1)[1]]
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
    validation = data.get("validation") or {}
    return Config(
        root=folder,
        clusters=tuple(_cluster(row, folder) for row in data.get("clusters") or []),
        model_registries=tuple(_service(MODEL_REGISTRY, row, folder) for row in data.get("modelRegistries") or []),
        model_catalogs=tuple(_service(MODEL_CATALOG, row, folder) for row in data.get("modelCatalogs") or []),
        owners=Owners(
            default=owners.get("default", Owners().default),
            rules=tuple((rule["match"], rule["owner"]) for rule in owners.get("map") or []),
            known=tuple(_known(entry, folder) for entry in owners.get("known") or ()),
            credentials=_credentials(owners, folder),
            ca_file=_file(owners.get("caFile"), folder),
        ),
        defaults=Defaults(
            lifecycle=defaults.get("lifecycle") or Defaults().lifecycle,
            system=defaults.get("system"),
            entity_namespace=defaults.get("entityNamespace") or Defaults().entity_namespace,
        ),
        systems=tuple((rule["match"], rule["system"]) for rule in data.get("systems") or ()),
        profiles=tuple(data.get("profiles") or (SEED,)),
        removal=Removal(**removal),
        validation=Validation(
            rules={**_known_kinds(data), **(validation.get("rules") or {})},
            profiles=tuple(validation.get("profiles") or ()),
            baseline=_file(validation.get("baseline"), folder),
        ),
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
        fetch_definitions=row.get("fetchDefinitions", False),
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


def _known_kinds(data: Mapping[str, Any]) -> Mapping[str, str]:
    """Who asks for the kinds of RHDH 2.1 has the modules that know them."""
    return {"ai-kind": "off"} if AI_MODEL_SERVER_API.profile in (data.get("profiles") or ()) else {}


def _known(entry: str, folder: Path) -> str:
    """A reference or an address as it stands, a file relative to generator.yaml."""
    return entry if ":" in entry else str(folder / Path(entry).expanduser())


def _file(name: str | None, folder: Path) -> Path | None:
    return folder / Path(name).expanduser() if name else None
