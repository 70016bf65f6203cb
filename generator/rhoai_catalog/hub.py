"""What the Hub really shows of the base branch, beside the pipeline: nothing is described, merged or proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rhoai_catalog import changes, observe, propose
from rhoai_catalog.check import Check
from rhoai_catalog.config import Config, Hub, Repository
from rhoai_catalog.kinds import LOCATION


def check_hub(config: Config, url: str | None) -> Iterator[Check]:
    """What the Hub really shows of the base branch; `url` takes the place of the configured one."""
    hub = config.hub or Hub(url="")
    if url:
        hub = replace(hub, url=url.rstrip("/"))
    repository = config.repository or Repository()
    base = propose.read_base_branch(repository, config.root.resolve(), LOCATION.file)
    tree = changes.published(base.texts, location=hub.location or base.index, commit=base.commit)
    return observe.check_hub(hub, tree)
