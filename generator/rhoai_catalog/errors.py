"""What can go wrong, as a person is told it.

GeneratorError            this run cannot go on: `error:` message, `hint:` what to do
├── ConfigError           generator.yaml, its environment, or the options (exit code 2)
├── SourceError           a cluster, a registry or a model catalog; its scope becomes incomplete
├── DocumentError         text that is not the YAML it should be; knows line and column
├── CatalogError          catalog/ on disk
└── ProposeError          Git or the forge
"""

from __future__ import annotations


class GeneratorError(Exception):
    """A failure that is not a bug; `hint` says what the reader can do about it."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(GeneratorError):
    """The configuration, its environment or the options are wrong."""

    exit_code = 2


class SourceError(GeneratorError):
    """A source did not answer as it should; `message` names what was read and from where."""


class DocumentError(GeneratorError):
    """A text is not YAML as Backstage reads it; `line` and `column` count from 1."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(message, hint)
        self.line = line
        self.column = column


class CatalogError(GeneratorError):
    """Files below catalog/ could not be read or written."""


class ProposeError(GeneratorError):
    """Git or the forge refused; nothing was lost."""
