"""generator.yaml -> Config, or everything that is wrong with it, with lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from rhoai_catalog import documents, limits
from rhoai_catalog.config.convert import config
from rhoai_catalog.config.keys import Config
from rhoai_catalog.config.mistakes import mistakes
from rhoai_catalog.config.trust import guarded
from rhoai_catalog.errors import ConfigError, DocumentError
from rhoai_catalog.families import FAMILIES
from rhoai_catalog.text.visible import visible

DEFAULT_PATH: Final = Path("catalog/generator.yaml")


def read_config(path: Path = DEFAULT_PATH, trusted: Collection[Path] = ()) -> Config:
    """Read and check generator.yaml. Raises ConfigError with file, line, key and the valid keys.

    `trusted` are files that it may lead to although they lie elsewhere.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        hint = "run where catalog/ is, or name the file with --config; to begin: rhoai-catalog help first-run"
        raise ConfigError(f"there is no configuration {path}", hint) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", "name the file itself with --config") from error
    return guarded(parse_config(text, path), trusted)


def require_sources(config: Config, path: Path) -> None:
    """Raise ConfigError where a configuration names no source: what they show would all count as gone."""
    if not config.sources:
        raise _names_no_source(path)


def _names_no_source(path: Path) -> ConfigError:
    *others, last = (f"`{family.key}`" for family in FAMILIES.values())
    return ConfigError(
        f"{path} names no source", f"add {', '.join(others)} or {last}: rhoai-catalog help configuration"
    )


def parse_config(text: str, path: Path) -> Config:
    """The configuration in a text; `path` locates the files that it names and goes into errors."""
    try:
        keys = documents.parse(text)
    except DocumentError as error:
        raise ConfigError(f"{path}:{error.line}:{error.column}: {error.message}", "mend the YAML") from error
    if keys is not None and not isinstance(keys, Mapping):
        raise ConfigError(
            f"{path}:1:1: is no mapping of keys", "begin with `clusters:`, as `rhoai-catalog help configuration` shows"
        )
    if not keys:
        raise _names_no_source(path)
    problems = mistakes(keys, text, str(path))
    if problems:
        shown = "\n".join(visible(str(problem)) for problem in problems[: limits.MISTAKES])
        if len(problems) > limits.MISTAKES:
            shown += f"\n… and {len(problems) - limits.MISTAKES} more"
        raise ConfigError(shown, "the keys and their meaning: rhoai-catalog help configuration")
    return config(keys, path)
