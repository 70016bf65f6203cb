"""The repository around a folder as `init` needs to know it: its web address without credentials, its base branch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.forges.detect import detect_forge
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.remote import REMOTE
from rhoai_catalog.survey import Origin

SCP: Final = re.compile(r"(?:[^@/:]+@)?(?P<host>[\w.-]+):(?!//)(?P<path>.+)")  # git@host:org/repository.git
ADDRESS: Final = re.compile(r"https?://[\w.:\[\]-]+(/[\w.~%-]+){2,}")
SSH: Final = ("ssh", "git+ssh", "git")


def read_origin(folder: Path, forge: str | None = None) -> Origin:
    """Look at the repository around a folder, and ask its host what it is, unless a person says it.

    Raises ProposeError where there is none, or it has no remote.
    """
    git = Git.around(folder)
    address = git.ended("remote", "get-url", REMOTE)
    if address.code:
        raise ProposeError(f"{git.root} has no remote {REMOTE}", "run in a clone, or: git remote add origin URL")
    url = web_address(address.output.decode("utf-8", "replace").strip())
    return Origin(root=git.root, url=url, base=_base(git), forge=forge or (detect_forge(url) if url else ""))


def web_address(remote: str) -> str:
    """The web address of a remote, without credentials; empty where it is none of a forge, such as a folder."""
    parts = urlsplit(remote)
    host, path = parts.netloc.rpartition("@")[2], parts.path
    if parts.scheme in SSH:
        host = parts.hostname or ""
    elif not parts.scheme and (short := SCP.fullmatch(remote)):
        host, path = short["host"], short["path"]
    scheme = "http" if parts.scheme == "http" else "https"
    url = f"{scheme}://{host}/{path.strip('/').removesuffix('.git')}"
    return url if parts.scheme in ("", "http", "https", *SSH) and ADDRESS.fullmatch(url) else ""


def _base(git: Git) -> str:
    """The remote's default branch as the clone knows it, else the branch that is checked out."""
    default = git.ended("symbolic-ref", "--quiet", "--short", f"refs/remotes/{REMOTE}/HEAD")
    if not default.code:
        return default.output.decode("utf-8", "replace").strip().removeprefix(f"{REMOTE}/")
    current = git.ended("symbolic-ref", "--quiet", "--short", "HEAD")
    if current.code:
        hint = "git remote set-head origin --auto, or check out the branch that pull requests go into"
        raise ProposeError(f"{git.root} does not know the default branch of {REMOTE}", hint)
    return current.output.decode("utf-8", "replace").strip()
