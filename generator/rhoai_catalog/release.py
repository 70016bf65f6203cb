"""Which release of this program runs, and the one place that others install the very same from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any, Final

PROJECT: Final = "https://github.com/rhoai-catalog/rhoai-catalog"
IMAGE: Final = "ghcr.io/rhoai-catalog/rhoai-catalog"
DISTRIBUTION: Final = "rhoai-catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version, and what names its source in the project's repository: its tag, or the commit that was installed."""

    version: str
    ref: str

    @property
    def image(self) -> str:
        """The container image of it."""
        return f"{IMAGE}:{self.version}"

    @property
    def requirement(self) -> str:
        """What pip installs it from."""
        return f"{DISTRIBUTION} @ git+{PROJECT}@{self.ref}"


def running() -> Release:
    """The release that runs. Installed by pip from the project's repository, it is pinned by its commit."""
    try:
        installed = distribution(DISTRIBUTION)
    except PackageNotFoundError:  # a checkout that is not installed
        return Release(version="0", ref="main")
    return Release(version=installed.version, ref=_commit(installed) or f"v{installed.version}")


def _commit(installed: Distribution) -> str:
    """The commit that pip took (direct_url.json, PEP 610), where it came from the project's own repository."""
    origin: Any = json.loads(installed.read_text("direct_url.json") or "{}")
    url = str(origin.get("url", "")).removesuffix(".git")
    return str(origin.get("vcs_info", {}).get("commit_id", "")) if url == PROJECT else ""
