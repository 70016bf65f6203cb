"""What libyaml refuses -> DocumentError: the place that a person has to mend, and what to do there."""

from __future__ import annotations

import contextlib
from typing import Final

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from rhoai_catalog.errors import DocumentError

NO_COLON: Final = "this key has no colon behind it, or the next line is indented too far"
NO_COMMA: Final = "this key has no colon behind it, or this value no comma"


def refusal(error: yaml.YAMLError | ValueError, text: str, line_offset: int) -> DocumentError:
    """The error of one document, which begins after so many lines of its file."""
    if isinstance(error, yaml.MarkedYAMLError):
        key, colon = _key_without_colon(error, text), error.problem_mark
        mark = key or colon or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        message = _sentence(error, text)
        if key is not None and (colon is None or key.line < colon.line):
            message = NO_COMMA if "flow" in str(error.context) else NO_COLON
        return DocumentError(message, line=line + line_offset + 1, column=column + 1)
    message = str(error).splitlines()[0]
    if isinstance(error, yaml.reader.ReaderError):
        before = text.encode("utf-8", "surrogatepass")[: error.position].decode("utf-8", "replace")
        line, column = before.count("\n") + line_offset + 1, len(before) - before.rfind("\n")
        return DocumentError(message, line=line, column=column)
    return DocumentError(message, line=line_offset + 1)


def _key_without_colon(error: yaml.MarkedYAMLError, text: str) -> yaml.Mark | None:
    """The mark of the key that should have ended before; libyaml notices it only where the next one begins, or, as it
    takes both for one text over several lines, at the colon of that one.
    """
    if error.problem == "could not find expected ':'":
        return error.context_mark
    colon = error.problem_mark
    if colon is None or not text.startswith(":", colon.index):
        return None
    key: yaml.Mark | None = None
    scanner = CParser(text)
    with contextlib.suppress(yaml.YAMLError):  # the very one
        while (token := scanner.get_token()) is not None and token.start_mark.index < colon.index:
            is_before = isinstance(token, yaml.ScalarToken) and token.end_mark.line == colon.line
            key = token.start_mark if is_before else None
    scanner.dispose()
    return key


def _sentence(error: yaml.MarkedYAMLError, text: str) -> str:
    words = [part for part in (error.context, error.problem) if part]
    mark = error.problem_mark
    if mark is not None and "cannot start any token" in str(error.problem) and mark.index < len(text):
        character = text[mark.index]
        advice = "indent with spaces" if character == "\t" else "put it in quotes"
        return f"nothing begins with {character!r} here; {advice}"
    return ": ".join(words) or "not YAML"
