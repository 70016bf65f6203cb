"""Where a repository lies: its path on the forge, and the address of the forge's API."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from rhoai_catalog.config import Repository
from rhoai_catalog.errors import ProposeError

_HINT: Final = "give the web address, https://HOST/OWNER/REPOSITORY, or use --no-pr"


def path_of(repository: Repository) -> tuple[str, ...]:
    """The names in the web address. Raises ProposeError where it is no web address of a repository."""
    parts = urlsplit(repository.url)
    names = tuple(parts.path.removesuffix("/").removesuffix(".git").strip("/").split("/"))
    if parts.scheme not in ("http", "https") or not parts.netloc or len(names) < 2 or not all(names):
        raise ProposeError(f"repository.url {repository.url!r} names no repository of a forge", _HINT)
    return names


def owner_and_name(repository: Repository) -> tuple[str, str]:
    """Of a forge that has just these two. Raises ProposeError."""
    names = path_of(repository)
    if len(names) != 2:
        raise ProposeError(f"repository.url {repository.url!r} names no repository of a forge", _HINT)
    return names[0], names[1]


def origin(repository: Repository) -> str:
    """Scheme, host and port of the web address."""
    parts = urlsplit(repository.url)
    return f"{parts.scheme}://{parts.netloc}"


def segment(name: str) -> str:
    """A name, or a whole path, as one segment of an address."""
    return quote(name, safe="")
