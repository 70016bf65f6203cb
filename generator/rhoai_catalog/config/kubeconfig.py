"""The kubeconfig that a configuration names: parsed once, so that what was judged is what is used."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.config.sources import Cluster
from rhoai_catalog.disk import read_text
from rhoai_catalog.errors import DocumentError, GeneratorError, SourceError

SETTINGS: Final = {"users": "user", "clusters": "cluster"}  # where a row of a list has them
PROGRAM: Final = ("names a program to run", "give a token with tokenEnv")
OBJECTIONS: Final = {  # what a setting does, and what to do without it
    "exec": PROGRAM,
    "auth-provider": PROGRAM,
    "proxy-url": ("names a proxy", "take proxy-url out"),
    "insecure-skip-tls-verify": ("skips the check of certificates", "name their CA with caFile"),
}
LISTS: Final = ("clusters", "contexts", "users")
MERGE: Final = "<<"
FILES: Final = ("tokenFile", "client-certificate", "client-key", "certificate-authority")


def parse_kubeconfig(file: Path) -> dict[str, Any]:
    """The data of a file that is built as a kubeconfig. Raises GeneratorError: what is wrong in it, and where."""
    try:
        keys = documents.parse(read_text(file, "the kubeconfig"))
    except DocumentError as error:
        raise GeneratorError(f"{file}:{error.line}:{error.column}: {error.message}") from error
    if not isinstance(keys, dict):
        raise GeneratorError(f"{file}:1:1: is no mapping of keys, as a kubeconfig is")
    for key in LISTS:
        rows = keys.get(key)
        if rows is not None and not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
            raise GeneratorError(f"{file}: `{key}` is no list of mappings, as a kubeconfig has it")
    return keys


def read_kubeconfig(cluster: Cluster, file: Path) -> dict[str, Any]:
    """The data of one kubeconfig. Raises SourceError, also for what it may not say where the cluster is confined.

    Then the files that it names are absolute and without links, as they were judged.
    """
    try:
        keys = parse_kubeconfig(file)
    except GeneratorError as error:
        raise SourceError(f"cluster {cluster.name}: {error.message}", "mend the kubeconfig, or name another") from error
    for settings in _settings(keys):
        if MERGE in settings:  # of YAML 1.1: left as it is, a login would be lost without a word
            raise SourceError(f"cluster {cluster.name}: the kubeconfig {file} merges with `<<`", "write the keys out")
        if cluster.confined_to is not None:
            _confine(cluster, file, settings, cluster.confined_to)
    return keys


def _settings(keys: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of every user and cluster."""
    for name, key in SETTINGS.items():
        rows = keys.get(name)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and isinstance(settings := row.get(key), dict):
                yield settings


def _confine(cluster: Cluster, kubeconfig: Path, settings: dict[str, Any], places: Collection[Path]) -> None:
    """Raise for what a kubeconfig from anybody's branch may not say; make the files that it names absolute."""
    distrusted = f"cluster {cluster.name}: {kubeconfig} lies in the repository and"
    for key, (does, instead) in OBJECTIONS.items():
        if settings.get(key):
            raise SourceError(f"{distrusted} {does}", f"if you trust it, say --trust-file {kubeconfig}; or {instead}")
    for key in FILES:
        if isinstance(name := settings.get(key), str) and name:
            file = (kubeconfig.absolute().parent / name).resolve()
            if not any(file.is_relative_to(place) for place in places):
                raise SourceError(
                    f"{distrusted} names a {key} outside the folder of the configuration: {file}",
                    f"if you trust the configuration with it, say --trust-file {file}",
                )
            settings[key] = str(file)
