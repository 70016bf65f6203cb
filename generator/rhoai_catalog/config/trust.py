"""Which files a configuration may lead to of itself: it may come from anybody's branch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Final

from rhoai_catalog.config.credentials import Credentials
from rhoai_catalog.config.keys import Config
from rhoai_catalog.config.sources import Cluster

MOUNTS: Final = (Path("/var/run/secrets"), Path("/run/secrets"))  # where secrets are given to a process


def guarded(config: Config, trusted: Collection[Path]) -> Config:
    """The configuration, with files that it has no business with marked; `trusted` are those of the command line.

    A token file must lie in the folder of the configuration, or where secrets are mounted; so must what a kubeconfig
    names that lies in the repository itself: whoever may push a branch could have written it.
    """
    folder = config.root.resolve()
    known = tuple(path.resolve() for path in trusted)
    places = (folder, *MOUNTS, *known)

    def judged(credentials: Credentials) -> Credentials:
        file = credentials.file.resolve() if credentials.file is not None else None
        if file is None or any(file.is_relative_to(place) for place in places):
            return credentials
        return replace(credentials, distrusted=True)

    def cluster(one: Cluster) -> Cluster:
        kubeconfig = one.kubeconfig.resolve() if one.kubeconfig is not None else None
        inside = kubeconfig is not None and kubeconfig not in known and kubeconfig.is_relative_to(_repository(folder))
        return replace(one, credentials=judged(one.credentials), confined_to=places if inside else None)

    repository, hub = config.repository, config.hub
    return replace(
        config,
        clusters=tuple(map(cluster, config.clusters)),
        services=tuple(replace(one, credentials=judged(one.credentials)) for one in config.services),
        owners=replace(config.owners, credentials=judged(config.owners.credentials)),
        hub=replace(hub, credentials=judged(hub.credentials)) if hub else None,
        repository=replace(repository, credentials=judged(repository.credentials)) if repository else None,
    )


def _repository(folder: Path) -> Path:
    """The work tree around a folder; the folder above it where there is none."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder.parent)
