"""The keys of generator.yaml, sound by their schema, as the typed Config: its classes alone know the defaults."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from rhoai_catalog.backstage import AI_KINDS
from rhoai_catalog.config.keys import Config
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.families import FAMILIES, KSERVE, Family
from rhoai_catalog.kinds import KINDS

Keys = Mapping[str, Any]


def config(keys: Keys, file: Path) -> Config:
    """The configuration that stands in a file. Raises ConfigError for what only the classes refuse."""

    def path(_: type, name: str) -> Path:
        return _path(name, file)

    try:  # not strict: the schema takes 5.0 for an integer
        return msgspec.convert(_config(keys, file), Config, dec_hook=path, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{file}: {error}", "mend this value") from error


def _config(keys: Keys, file: Path) -> Keys:
    services = [family for family in FAMILIES.values() if family.name != KSERVE]
    fields = {
        "root": "",
        "clusters": [_cluster(row, file) for row in keys.get(FAMILIES[KSERVE].key) or ()],
        "services": [_service(row, family) for family in services for row in keys.get(family.key) or ()],
        "owners": _owners(keys.get("owners", {}), file),
        "defaults": _fields(keys.get("defaults", {})),
        "systems": _rules(keys.get("systems", ()), "system"),
        "profiles": keys.get("profiles"),
        "models": _models(keys.get("models", {})),
        "removal": _fields(keys.get("removal", {})),
        "validation": _validation(keys.get("validation", {}), keys.get("profiles", ())),
        "repository": _fields(keys["repository"]) if "repository" in keys else None,
        "hub": _fields(keys["hub"]) if "hub" in keys else None,
        "pull_request": _fields(keys.get("pullRequest", {})),
        "stale_after": _duration(keys["staleAfter"]) if "staleAfter" in keys else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _fields(keys: Keys) -> dict[str, Any]:
    """The keys of one table by the names of its class; what is null has its default."""
    fields = {_snake_case(key): value for key, value in keys.items() if value is not None}
    token = {name: fields.pop(f"token_{name}") for name in ("env", "file") if f"token_{name}" in fields}
    fields |= {name: fields[name].rstrip("/") for name in ("url", "api_url") if name in fields}
    fields |= {name: _duration(fields[name]) for name in ("timeout", "settle", "stale_after") if name in fields}
    return {**fields, "credentials": token}


def _snake_case(key: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key)


def _duration(text: str) -> str:
    """`3d`, `36h`, `5m` or `30s` as ISO 8601 has it."""
    return f"P{text.upper()}" if text.endswith("d") else f"PT{text.upper()}"


def _cluster(row: Keys, file: Path) -> Keys:
    """Of several kubeconfigs the first one would not say what the others do."""
    if os.pathsep in (name := row.get("kubeconfig") or ""):
        raise ConfigError(
            f"{file}: the kubeconfig {name!r} is more than one file",
            "name one; to join several, leave `kubeconfig` out and set KUBECONFIG where you run",
        )
    return {**_fields(row), **row.get("namespaces", {})}


def _service(row: Keys, family: Family) -> Keys:
    label = {"registry": row["name"]} if family.labelled else {}
    return {"family": family.name, **label, **_fields(row)}


def _owners(keys: Keys, file: Path) -> Keys:
    """Of who is known, a reference or an address stays as it is; a file is named relative to generator.yaml."""
    known = [entry if ":" in entry else str(_path(entry, file)) for entry in keys.get("known", ())]
    return {**_fields(keys), "rules": _rules(keys.get("map", ()), "owner"), "known": known}


def _models(keys: Keys) -> Keys:
    """Those that a server uses are the latest none of each model, beside them."""
    versions = keys.get("versions", "all")
    return versions if isinstance(versions, Mapping) else {"latest": {"all": None, "served": 0}[versions]}


def _rules(rows: Iterable[Keys], result: str) -> list[tuple[str, str]]:
    return [(row["match"], row[result]) for row in rows]


def _validation(keys: Keys, profiles: Iterable[str]) -> Keys:
    """Who asks for the kinds of RHDH 2.1 has the modules that know them."""
    asks = any(kind.kind in AI_KINDS and kind.profile in profiles for kind in KINDS)
    known_kinds = {"ai-kind": "off"} if asks else {}
    return {**_fields(keys), "rules": {**known_kinds, **keys.get("rules", {})}}


def _path(name: str, file: Path) -> Path:
    try:
        return file.parent / Path(name).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{file}: there is no home folder for {name!r}", "name the file without ~") from error
