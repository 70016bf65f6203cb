"""What a shell makes of a text: its simple commands, with plain assignments filled in; the rest keeps its `$`.

Nothing is run. Only what is sure counts: a variable that is set in a branch or a loop is not known afterwards.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rhoai_catalog import limits

SHELLS: Final = ("sh", "bash", "ash", "dash", "zsh", "ksh")
OPENING: Final = ("if", "for", "while", "until", "case", "select")
CLOSING: Final = ("fi", "done", "esac")
NOISE: Final = ("then", "do", "else", "elif", "exec", "export", "declare", "local", "time", "nohup", "{", "}")
ASSIGNMENT: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
VARIABLE: Final = re.compile(
    r"\$(?:([A-Za-z_][A-Za-z0-9_]*|[0-9@*])|\{([A-Za-z_][A-Za-z0-9_]*|[0-9@*])(?::?-([^{}$]*))?\})"
)
ARGUMENTS: Final = ("$@", "${@}", "$*", "${*}")
ENDS: Final = re.compile(r"[;&|()<>]+")


@dataclass(slots=True)
class ExpansionBudget:
    """How much may still be put in place of variables and templates: a few that name each other multiply."""

    left: int = limits.FILLED  # characters

    def filled(self, match: re.Match[str], value: str | None) -> str:
        """The value of what matches; without one, or where it has no room, what matches stays, and is not known."""
        if value is None or len(value) > self.left:
            return match[0]
        self.left -= len(value)
        return value


def script_of(words: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """The script that a shell is given by `-c`, and what follows: what it calls itself, and its arguments.

    None where no shell is started.
    """
    if not words or words[0].rpartition("/")[2] not in SHELLS:
        return None
    for place, word in enumerate(words[1:], 1):
        if re.fullmatch(r"-[a-z]*c", word) and place + 1 < len(words):
            return words[place + 1], tuple(words[place + 2 :])
        if not word.startswith(("-", "+")):
            return None
    return None


def commands(
    script: str, env: Mapping[str, str], arguments: Sequence[str] = (), room: ExpansionBudget | None = None
) -> Iterator[tuple[str, ...]]:
    """The simple commands of a script, in order, each as its words. `arguments` are `$0`, `$1`, and so on."""
    room = room or ExpansionBudget()
    given = tuple(arguments[1:])
    known = {**env, **{str(n): text for n, text in enumerate(arguments)}, **dict.fromkeys("@*", " ".join(given))}
    depth = 0
    for words in _commands(script):
        depth += sum(word in OPENING for word in words) - sum(word in CLOSING for word in words)
        begins = next((place for place, word in enumerate(words) if not _is_before(word)), len(words))
        for match in filter(None, map(ASSIGNMENT.fullmatch, words[:begins])):
            if depth > 0:
                known.pop(match[1], None)
            else:
                known[match[1]] = filled(match[2], known, room)
        expanded = [part for word in words[begins:] for part in _expanded(word, known, given, room)]
        if expanded:
            yield tuple(expanded)


def _is_before(word: str) -> bool:
    """Whether a word stands before the program of a command."""
    return word in (*NOISE, *OPENING) or ASSIGNMENT.fullmatch(word) is not None


def filled(word: str, known: Mapping[str, str], room: ExpansionBudget) -> str:
    """A word with every variable that is known in its place, as far as there is room."""

    def value(match: re.Match[str]) -> str:
        return room.filled(match, known.get(match[1] or match[2], match[3]))

    return VARIABLE.sub(value, word)


def _expanded(word: str, known: Mapping[str, str], given: Sequence[str], room: ExpansionBudget) -> Sequence[str]:
    """A word that is nothing but a variable may be several; without a value it is none."""
    whole = VARIABLE.fullmatch(word)
    text = filled(word, known, room)
    if whole is None or text == word:
        return [text]
    return given if word in ARGUMENTS else split(text)


def _commands(script: str) -> Iterator[list[str]]:
    lines = script.replace("\\\n", " ").splitlines() if len(script) <= limits.SCRIPT else []
    if any(len(line) > limits.SCRIPT_LINE for line in lines):
        return
    for line in lines:
        words: list[str] = []
        for word in _tokens(line):
            if ENDS.fullmatch(word):
                yield words
                words = []
            else:
                words.append(word)
        yield words


def _tokens(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|()<>")
    lexer.whitespace_split, lexer.commenters = True, "#"
    try:
        return list(lexer)
    except ValueError:  # a quote that goes on in the next line
        return line.split()


def split(text: str) -> list[str]:
    """The words of a text as a shell splits them; of one that is too long none are known."""
    if len(text) > limits.SCRIPT_LINE:
        return []
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
