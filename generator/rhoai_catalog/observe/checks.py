"""Whether sources can be read, before anything depends on it: reachable, trusted, admitted, with every right."""

from __future__ import annotations

from collections.abc import Iterator

from rhoai_catalog import limits
from rhoai_catalog.backstage import AI_KINDS, RHDH_KINDS
from rhoai_catalog.check import Check
from rhoai_catalog.config import Config
from rhoai_catalog.http.traffic import Listener, Traffic
from rhoai_catalog.kinds import KINDS
from rhoai_catalog.observe.family import folder_of


def check_sources(
    config: Config, *, seconds: float = limits.CHECK_SECONDS, progress: Listener | None = None
) -> Iterator[Check]:
    """Look at every source of a configuration, each for at most so many seconds, and at what its clusters show."""
    asked = [kind for kind in KINDS if kind.kind in AI_KINDS and config.shows(kind)]
    for kind in asked:
        allowed = ", ".join((*RHDH_KINDS, *(each.kind for each in asked)))
        needed = f"have {AI_KINDS[kind.kind]}, and catalog.rules: [{{allow: [{allowed}]}}]"
        message = f"RHDH must be 2.1 or later, {needed}; this cannot be checked here"
        yield Check(source=f"profile {kind.profile}", message=message)
    for source in config.sources:
        if source.plain_http:
            hint = "use https as soon as it can be had"
            message = "its token may go over plain http, where whoever listens on the way reads it"
            yield Check(source=source.key, message=message, well=False, hint=hint)
        yield from folder_of(source).check(source, Traffic(source.key, progress, seconds=seconds))
