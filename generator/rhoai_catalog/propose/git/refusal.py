"""What Git and the forge behind it say when they refuse, and what to do then."""

from __future__ import annotations

import re
from typing import Final

from rhoai_catalog.errors import ProposeError
from rhoai_catalog.text.credentials import without_userinfo
from rhoai_catalog.text.visible import visible

_LINES: Final = 12  # of a forge's reason; GitHub's longest, on secrets, has eleven
_WIDTH: Final = 400
_RULE: Final = re.compile(r"^\W*$")  # blank lines, and lines drawn with dashes

_SECRET_AT: Final = re.compile(r"^remote:\s*(?:path:|--)\s+(\S.*?):(\d{1,9})(?=\s|$)", re.MULTILINE)  # GitHub, GitLab
_PUSH_PROTECTION: Final = r"push protection|contain secrets|secrets? (?:was |were )?detected|looks like a secret"

_HINTS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), hint)
    for pattern, hint in (
        (
            r"dubious ownership",
            "the checkout belongs to another user: git config --global --add safe.directory FOLDER",
        ),
        (
            r"error: 30\d|redirect",
            "the repository moved: git remote set-url origin with its new address, and change repository.url",
        ),
        (
            _PUSH_PROTECTION,
            "a text looks like a secret to the forge: take it out where it comes from, or allow it there",
        ),
        (
            r"signatures?\b|must be signed|unsigned|gpg key",
            "the branch takes signed commits only: set repository.sign, and user.signingkey in the checkout",
        ),
        (r"merge queue", "the pull request is in the merge queue: run again when it has left it"),
        (
            r"e-?mails?\b.*(?:pattern|match|verified|belong)|(?:author|committer)\b.*(?:pattern|must|not allowed)",
            "the forge has a rule on who commits: set repository.author to a name and e-mail that it allows",
        ),
        (
            r"to create or update workflow",
            "a workflow changed on the base branch: the token needs the right to write workflows (workflows: write)",
        ),
        (
            r"GH006|protected branch|force[- ]push|cannot update this protected|through a pull request",
            "the branch is protected; choose another in repository.branch",
        ),
        (
            r"GH013|rule violations|push rule",
            "a rule of the forge refuses this push: have this account let through, or choose another repository.branch",
        ),
        (
            r"exists; cannot create|directory file conflict|refname conflict",
            "a branch is in the way whose name begins with the other's: delete it, or choose another repository.branch",
        ),
        (r"hook declined", "the branch is protected; choose another in repository.branch"),
        (
            r"Authentication failed|could not read Username|\b403\b|\b401\b|Permission denied",
            "the token is wrong, has expired, or lacks the right to push here (contents: write)",
        ),
        (
            r"Could not resolve|unable to access|Connection|does not appear to be a git repository",
            "check the remote origin: git remote -v",
        ),
        (r"tell me who you are|empty ident|no (?:email|name) was given", "set user.name and user.email"),
        (
            r"gpg failed|failed to sign|signing key|load public key",
            "check user.signingkey and gpg.format, or set repository.sign: false",
        ),
    )
)


class SecretsRefusedError(ProposeError):
    """The forge takes a push for one that holds secrets; `places` are paths and lines (from 1) that it names."""

    def __init__(self, message: str, hint: str, places: frozenset[tuple[str, int]]) -> None:
        super().__init__(message, hint)
        self.places = places


class LeaseLostError(ProposeError):
    """Somebody pushed to the ref between our reading it and our push."""


def said(errors: str) -> str:
    """The one or two lines that matter of what Git wrote to stderr, on one line."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    chosen = [line for line in lines if re.search(r"rejected|fatal|error|denied", line)] or lines or ["failed"]
    return visible(without_userinfo(" ".join(chosen[:2])))[:_WIDTH]


def reason(output: str, errors: str) -> str:
    """Why a push was refused: Git's own reason on the first line, below it what the forge says, line by line."""
    refusals = re.findall(r"^!\t\S*\t(?:\[[^]]*\] )?\(?(.*?)\)?$", output, re.MULTILINE)
    lines = [line.removeprefix("remote:").strip() for line in errors.splitlines() if line.startswith("remote:")]
    lines = [visible(without_userinfo(line))[:_WIDTH] for line in lines if not _RULE.match(line)]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"… {len(lines) - _LINES + 1} more lines"]
    return "\n".join([visible(refusals[0])[:_WIDTH] if refusals else said(errors), *lines])


def secrets_in(errors: str) -> frozenset[tuple[str, int]]:
    """The paths and lines at which the forge says that secrets stand; GitHub names up to five at a time."""
    if not re.search(_PUSH_PROTECTION, errors, re.IGNORECASE):
        return frozenset()
    return frozenset((match[1], int(match[2])) for match in _SECRET_AT.finditer(errors))


def hint_for(text: str) -> str:
    return next((hint for pattern, hint in _HINTS if pattern.search(text)), "see what Git says above")
