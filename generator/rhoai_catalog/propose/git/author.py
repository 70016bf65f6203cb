"""Who our commits are by, and whether they are signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.errors import ConfigError
from rhoai_catalog.review import ROBOT

NAME: Final = "rhoai-catalog"
EMAIL: Final = ROBOT
REPOSITORY: Final = "repository"
_AUTHOR: Final = re.compile(r" *([^<>\n\x00]*[^<>\s\x00]) *<([^<>\s\x00]+)> *")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """`author` is `Name <mail>`, or `repository` for the checkout's own user.name and user.email; None is the robot.

    `sign` signs with the checkout's own user.signingkey, gpg.format and gpg.program.
    """

    author: str | None = None
    sign: bool = False

    def __post_init__(self) -> None:
        if self.author not in (None, REPOSITORY) and not _AUTHOR.fullmatch(str(self.author)):
            raise ConfigError(
                f"repository.author {self.author!r} names no author", 'write "Name <mail>", or repository'
            )

    @property
    def email(self) -> str:
        """The address of the author; empty where the checkout's settings name it."""
        return self.environment.get("GIT_AUTHOR_EMAIL", "")

    @property
    def environment(self) -> Mapping[str, str]:
        """Author and committer, as Git takes them from the environment."""
        if self.author == REPOSITORY:
            return {}
        match = _AUTHOR.fullmatch(self.author or f"{NAME} <{EMAIL}>")
        assert match
        name, email = match.groups()
        roles = ("AUTHOR", "COMMITTER")
        return {f"GIT_{role}_{key}": value for role in roles for key, value in (("NAME", name), ("EMAIL", email))}
