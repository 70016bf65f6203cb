"""Where tokens come from. They are read where they are used, and are never part of a repr or a message."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from rhoai_catalog.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Where a token comes from: the name of a variable or a file. The token itself is never kept.

    `distrusted`: the file lies where a configuration may not lead of itself.
    """

    env: str | None = None
    file: Path | None = None
    optional: bool = False  # whether the variable may be unset
    distrusted: bool = False

    def token(self) -> str | None:
        """The token, or None where none is configured. Raises ConfigError, naming the variable or file only."""
        token = self._read()
        if token is not None and re.search(r"[^!-~]", token):
            where = self.env or self.file
            raise ConfigError(f"the token in {where} holds a character that no token has", "put a valid token into it")
        return token

    def renewal(self, otherwise: str) -> str:
        """What to do where the token is not accepted; `otherwise`, where none is configured."""
        if self.env:
            return f"put a valid token into {self.env}"
        return f"write a valid token into {self.file}" if self.file else otherwise

    def _read(self) -> str | None:
        if self.env is not None:
            value = os.environ.get(self.env, "").strip()
            if not value and self.optional:
                return None
            if not value:
                state = "is empty" if self.env in os.environ else "is not set"
                raise ConfigError(f"the environment variable {self.env} {state}", f"export {self.env}=... before")
            return value
        if self.file is None:
            return None
        if self.distrusted:
            hint = f"if you trust this configuration with it, say --trust-file {self.file}"
            raise ConfigError(f"the token file {self.file} lies outside the folder of the configuration", hint)
        try:
            value = self.file.read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not text"
            raise ConfigError(f"the token file {self.file} cannot be read: {reason}", "check tokenFile") from error
        if not value:
            raise ConfigError(f"the token file {self.file} is empty", "write the token into it")
        return value
