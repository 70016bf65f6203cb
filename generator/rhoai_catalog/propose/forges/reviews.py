"""What is alike in reviews on several forges: what they amount to, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rhoai_catalog.propose.forges.api.rest import RefusedError, Rest, Row, at
from rhoai_catalog.propose.forges.forge import Opinion
from rhoai_catalog.propose.forges.notes import Notes

ROLES: Final = ("author", "committer")


def opinion(approvals: Mapping[str, bool], *, changes_requested: bool) -> Opinion:
    """Of the logins that approve, each with whether it approves of the present head."""
    if changes_requested:
        return "changes requested"
    if not approvals:
        return "none"
    return "current" if any(approvals.values()) else "stale"


def to_ask(names: Iterable[str], without: Iterable[str]) -> list[str]:
    """Whom to ask for a review, each once; forges compare names in any case."""
    seen = {name.casefold() for name in without}
    asked: list[str] = []
    for name in names:
        if name.casefold() not in seen:
            seen.add(name.casefold())
            asked.append(name)
    return asked


def logins_of(commits: Iterable[Row]) -> dict[str, str]:
    """Of commits as GitHub and Gitea tell them: logins by the addresses of authors and committers."""
    pairs = [(at(row, role, "login"), at(row, "commit", role, "email")) for row in commits for role in ROLES]
    return {str(email): str(login) for login, email in pairs if login}


def ask(rest: Rest, path: str, users: Sequence[str], teams: Sequence[str], notes: Notes) -> tuple[str, ...]:
    """Ask all at once; where one of them may not be asked GitHub and Gitea ask none, so then one by one."""
    if not users and not teams:
        return ()
    question = {"reviewers": list(users), "team_reviewers": list(teams)}
    try:
        rest.call("POST", path, body={name: names for name, names in question.items() if names})
    except RefusedError as refusal:
        if refusal.status not in (403, 404, 422):
            raise
        if len(users) + len(teams) == 1:
            notes.add(f"{[*users, *teams][0]} could not be asked for a review: {refusal.reason}")
            return ()
        asked = [name for user in users for name in ask(rest, path, [user], [], notes)]
        return (*asked, *(name for team in teams for name in ask(rest, path, [], [team], notes)))
    return (*users, *teams)
