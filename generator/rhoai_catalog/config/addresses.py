"""Where a reader finds things in the web: files of a branch at the forge, pages of the Hub, the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from rhoai_catalog.backstage import EntityRef, web_url
from rhoai_catalog.config.keys import Config, Repository

FILE: Final = {  # where a forge shows a file of a branch; all of them begin a line with #L
    "github": "{url}/blob/{branch}/{file}",
    "gitlab": "{url}/-/blob/{branch}/{file}",
    "gitea": "{url}/src/branch/{branch}/{file}",
}


def file_address(repository: Repository, file: str, branch: str, line: int = 0) -> str:
    """The page of a file, by its path in the repository, at a line; empty where the repository has no web address."""
    url = web_url(repository.url.removesuffix("/").removesuffix(".git"))
    if url is None:
        return ""
    address = FILE[repository.forge].format(url=url, branch=_path(branch), file=_path(file))
    return f"{address}#L{line}" if line else address


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """`folder` is the catalog's in the repository; `hub` the address of the Hub."""

    repository: Repository = field(default_factory=Repository)
    folder: str = "catalog"
    hub: str = ""

    @classmethod
    def of(cls, config: Config, folder: str) -> Addresses:
        return cls(
            repository=config.repository or Repository(),
            folder=folder,
            hub=(web_url(config.hub.url) or "").removesuffix("/") if config.hub else "",
        )

    def file(self, file: str, line: int = 0, *, proposed: bool = True) -> str:
        """A file below catalog/ as it is proposed, or as it is on the base branch; empty: nowhere."""
        branch = self.repository.branch if proposed else self.repository.base
        return file_address(self.repository, f"{self.folder}/{file}", branch, line)

    def page(self, ref: str) -> str:
        """The Hub's page of an entity; empty: nowhere."""
        entity = EntityRef.parse(ref)
        if not self.hub or entity is None:
            return ""
        return "/".join((self.hub, "catalog", *map(_path, (entity.namespace, entity.kind, entity.name))))


NOWHERE: Final = Addresses()  # of a repository that has no web address


def _path(path: str) -> str:
    return quote(path, safe="/").replace("~", "%7E")
