"""Who looks at the pull request: owners are asked, four eyes are held to, and what is safe merges by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rhoai_catalog.propose.forges import Forge, PullRequest, Verdict
from rhoai_catalog.propose.git import Commit
from rhoai_catalog.propose.memory import PullMemory
from rhoai_catalog.propose.people.commits import WEB
from rhoai_catalog.text.visible import visible

FOUR_EYES: Final = "catalog/four-eyes"  # the name of a check
UNNAMED: Final = "somebody in our name"
NO_LONGER_ARMED: Final = (
    "Merging by itself was turned off, as the branch changes after somebody turned it on. "
    "Look at what is new, and turn it on again."
)


def contributors(
    commits: Sequence[Commit],
    forged: Sequence[Commit],
    ours: Collection[str],
    logins: Mapping[str, str] | None = None,
) -> list[str]:
    """Whose commits these are, each once: by login where that is known. `ours` are our own addresses, `forged` those
    of the commits that carry them and hold what we did not write.
    """
    names = [(logins or {}).get(email, name) for commit in commits for name, email in _people(commit, ours)]
    nobody = bool(forged) or (bool(commits) and not names)
    return list(dict.fromkeys([*names, *([UNNAMED] if nobody else [])]))


def _people(commit: Commit, ours: Collection[str]) -> Iterator[tuple[str, str]]:
    people = ((commit.author, commit.author_email), (commit.committer, commit.committer_email))
    return ((name, email) for name, email in people if email not in ours and email != WEB)


def ask_owners(forge: Forge, pull: PullRequest, names: Sequence[str], desk: PullMemory) -> PullMemory:
    """Ask whoever we did not ask before, also where they were taken off meanwhile."""
    new = [name for name in names if name not in desk.asked]
    if not new:
        return desk
    users = [_short(name) for name in new if "/" not in name]
    teams = [_short(name) for name in new if "/" in name]
    asked = forge.request_reviewers(pull, users=users, teams=teams)
    return replace(desk, asked=(*desk.asked, *(name for name in new if _short(name) in asked)))


def _short(name: str) -> str:
    return name.removeprefix("@").rpartition("/")[2]


def judge_people(
    forge: Forge,
    pull: PullRequest,
    commit: str,
    people: Sequence[Commit],
    forged: Sequence[Commit],
    ours: Collection[str],
) -> None:
    """Say on a commit whether somebody else than those who wrote it approved; whoever requires that can require it."""
    names = contributors(people, forged, ours, forge.logins(pull) if people else None)
    if UNNAMED in names:
        state, description = _forged((forged or people)[0])
    else:
        state, description = _judgement([*map(visible, names)], forge.approval(pull).approvers if names else ())
    forge.status(commit, name=FOUR_EYES, state=state, description=description)


def _forged(commit: Commit) -> tuple[Verdict, str]:
    """Nobody is known to be another than who made that commit, so no approval counts."""
    what = f"{commit.sha[:8]} is in our name and not ours"
    return "failure", f"{what}: whoever made it must take it back, or commit it under their own name"


def _judgement(names: Sequence[str], approvers: Sequence[str]) -> tuple[Verdict, str]:
    if not names:
        return "success", "nobody but the generator committed"
    wrote = {name.casefold() for name in names}
    others = [login for login in approvers if login.casefold() not in wrote]
    if others:
        return "success", f"approved by {others[0]}, who did not commit"
    if approvers:
        return "failure", f"only {', '.join(approvers)} approved, who committed, too"
    return "pending", f"waits for an approval of somebody else than {', '.join(names)}"


def turn_off(forge: Forge, pull: PullRequest, desk: PullMemory) -> PullMemory:
    """Before a push: nothing merges by itself that was not judged. Whoever else turned it on is told."""
    forge.disarm(pull)
    if desk.pull != pull.number or not desk.armed:
        forge.comment(pull, NO_LONGER_ARMED)
    return replace(desk, armed="")


def let_merge(forge: Forge, pull: PullRequest, head: str, desk: PullMemory, *, wanted: bool) -> PullMemory:
    """Let the forge merge exactly this head by itself, or no longer; where people turned it off it stays so."""
    if wanted and desk.armed == head:
        return desk
    if desk.armed:
        forge.disarm(pull)
    return replace(desk, armed=head if wanted and forge.arm(pull, head=head) else "")
