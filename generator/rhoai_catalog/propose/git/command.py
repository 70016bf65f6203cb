"""Running one Git command. The one door to GitPython."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # that git is missing is told when it is needed
import git

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.propose.git.refusal import hint_for, said

_SETTINGS: Final = {  # what the repository or its owner has set, and would reach our bytes or run something
    "color.push": "false",
    "color.remote": "false",
    "color.transport": "false",
    "color.ui": "false",
    "commit.gpgSign": "false",
    "core.autocrlf": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.quotePath": "false",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "merge.conflictStyle": "merge",
    "push.useForceIfIncludes": "false",
}
_OPTIONS: Final = ("--no-replace-objects", *(part for key in _SETTINGS for part in ("-c", f"{key}={_SETTINGS[key]}")))
_ENVIRONMENT: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C"}
_NONE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedCommand:
    """How a command ended: its exit code, its output, and its errors, which it wrote on stderr."""

    code: int
    output: bytes
    errors: str

    def require_success(self, name: str) -> None:
        if self.code:
            raise ProposeError(f"git {name}: {said(self.errors)}", hint_for(self.errors))


@dataclass(frozen=True)
class Git:
    """The commands of one repository. `secrets` are left out of every message."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    @classmethod
    def around(cls, folder: Path) -> Self:
        """Git in the working tree that a folder lies in."""
        hint = "run in a clone of the catalog's repository"
        try:
            repository = git.Repo(folder, search_parent_directories=True)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
            raise ProposeError(f"{folder} is in no Git repository", hint) from error
        if repository.working_dir is None or repository.bare:
            raise ProposeError(f"{folder} is in a bare repository", hint)
        return cls(Path(repository.working_dir).resolve())

    @cached_property
    def is_partial(self) -> bool:
        """Whether it is a partial clone: its remote keeps objects that may be left out here."""
        return not self.ended("config", "--get-regexp", r"^remote\..*\.promisor$").code

    def run(
        self, *arguments: str, stdin: bytes = b"", folder: Path | None = None, environment: Mapping[str, str] = _NONE
    ) -> str:
        """What a command writes, as text without the last newline."""
        output = self.read(*arguments, stdin=stdin, folder=folder, environment=environment)
        return output.decode("utf-8", "surrogateescape").removesuffix("\n")

    def read(
        self, *arguments: str, stdin: bytes = b"", folder: Path | None = None, environment: Mapping[str, str] = _NONE
    ) -> bytes:
        """What a command writes. Raises ProposeError with what Git said, without credentials."""
        ended = self.ended(*arguments, stdin=stdin, folder=folder, environment=environment)
        ended.require_success(arguments[0])
        return ended.output

    def ended(
        self, *arguments: str, stdin: bytes = b"", folder: Path | None = None, environment: Mapping[str, str] = _NONE
    ) -> CompletedCommand:
        """Run a command whose failure is an answer too. `environment` is added for this one."""
        command = ["git", *_OPTIONS, "-C", str(folder or self.root), *arguments]
        options: dict[str, Any] = {
            "env": {**_ENVIRONMENT, **self.environment, **environment},
            "with_extended_output": True,
            "with_exceptions": False,
            "stdout_as_string": False,
            "strip_newline_in_stdout": False,
        }
        with tempfile.TemporaryFile() as file:
            file.write(stdin)
            file.seek(0)
            try:
                code, output, errors = git.Git(self.root).execute(command, istream=file, **options)
            except git.GitCommandNotFound as error:
                raise ProposeError("git is not installed", "install it") from error
        return CompletedCommand(code=code, output=output, errors=self._without_secrets(errors))

    def _without_secrets(self, text: str) -> str:
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "***")
        return text
