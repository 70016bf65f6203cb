"""The pull request as people see it: compared with what is wanted on every run, and written only where it differs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rhoai_catalog.plan import Label
from rhoai_catalog.propose.forges import Forge, PullRequest, Verdict
from rhoai_catalog.propose.memory import Memory, PullMemory
from rhoai_catalog.propose.proposal import BEGIN, Proposal

END: Final = "<!-- rhoai-catalog:end -->"
SUPERSEDED: Final = "<!-- rhoai-catalog:superseded -->"  # in a pull request that we close ourselves: no decline
FILES: Final = "catalog/files"  # the name of a check
RUN_BY: Final = "Written by"
_RUN: Final = re.compile(rf"\n*^{RUN_BY} \[this run\]\(<[^>\n]*>\)\.$", re.MULTILINE)
NO_MARKERS: Final = (
    "The description has no markers of ours any more, so this comment tells what the branch proposes now."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The pull request, what stands in it by us now, and whether anything had to be written."""

    pull: PullRequest
    desk: PullMemory
    wrote: bool


def publish(forge: Forge, pull: PullRequest | None, proposal: Proposal, memory: Memory, *, complete: bool) -> Published:
    """Open the pull request, or bring its texts and labels up to date where they differ.

    Unless the sources are `complete`, nothing is known of conflicts with them: a label that tells of one stays.
    """
    title, body = (
        _cut(forge.inert(proposal.title), forge.capabilities.longest_title),
        forge.inert(framed(proposal.body + _told_by(proposal.run))),
    )
    if pull is None:
        pull = forge.create(title, body)
        desk = PullMemory(
            pull=pull.number, title=title, labels=_labelled(forge, pull, proposal.labels, proposal.labels, ())
        )
        return Published(pull=pull, desk=desk, wrote=True)
    desk = memory.desk if memory.desk.pull == pull.number else _guessed(pull, proposal)
    ours = pull.title == desk.title
    wanted = _with_body(pull.body, body)
    if wanted is None:
        desk = replace(desk, comment=_commented(forge, pull, proposal, desk.comment))
        wanted = pull.body
    new_title = title if ours and pull.title != title else None
    new_body = wanted if _without_run(pull.body) != _without_run(wanted) else None
    if new_title is not None or new_body is not None:
        forge.update(pull, title=new_title, body=new_body)
    kept = () if complete or Label.CONFLICT not in desk.labels else (Label.CONFLICT.value,)
    wanted_labels = tuple(dict.fromkeys((*proposal.labels, *kept)))
    add, drop = _labels(pull, wanted_labels, desk.labels)
    labels = _labelled(forge, pull, wanted_labels, add, drop)
    wrote = new_title is not None or new_body is not None or bool(add or drop)
    desk = replace(desk, title=title if ours else desk.title, labels=labels)
    return Published(pull=pull, desk=desk, wrote=wrote)


def is_superseded(pull: PullRequest) -> bool:
    """Whether we closed a pull request ourselves, since nothing of it was left."""
    return SUPERSEDED in pull.body


def close(forge: Forge, pull: PullRequest, reason: str) -> None:
    """Close a pull request of which nothing is left: what it says of that is no decline, whoever reads it later."""
    forge.comment(pull, reason)
    forge.close(pull, body=f"{pull.body.rstrip()}\n\n{SUPERSEDED}\n")


def judge_files(forge: Forge, commit: str, outside: Sequence[str], foreign: Sequence[str]) -> None:
    """Say on a commit whether it changes nothing but the catalog; whoever requires that can require this check."""
    numbers = {"outside the catalog": len(outside), "below it that are neither entities nor pages": len(foreign)}
    told = [f"{number} {'file' if number == 1 else 'files'} {where}" for where, number in numbers.items() if number]
    state: Verdict = "failure" if told else "success"
    description = f"changed: {', '.join(told)}" if told else "only the catalog is changed"
    forge.status(commit, name=FILES, state=state, description=description)


def framed(text: str) -> str:
    """Our part of a description, between markers that a reader does not see."""
    return f"{BEGIN}\n{text.strip()}\n{END}"


def _guessed(pull: PullRequest, proposal: Proposal) -> PullMemory:
    """What we wrote into a pull request that nothing is remembered of: a title of ours begins as ours do."""
    prefix = proposal.title.partition(":")[0]
    title = pull.title if pull.title.startswith(prefix) else ""
    return PullMemory(
        pull=pull.number, title=title, labels=tuple(label for label in pull.labels if label in set(Label))
    )


def _with_body(old: str, new: str) -> str | None:
    """The new text between our markers, and what people wrote around them; None where they took the markers away."""
    old = _plain(old.replace(SUPERSEDED, ""))  # somebody opened it again
    start, end = old.find(BEGIN), old.rfind(END)
    if start < 0 or end < start:
        return new if not old.strip() else None
    return old[:start] + new.strip() + old[end + len(END) :]


def _told_by(run: str) -> str:
    return f"\n{RUN_BY} [this run](<{run}>).\n" if run else ""


def _without_run(body: str) -> str:
    """A description without the run that wrote it: another run that says the same has nothing to write."""
    return _plain(_RUN.sub("", body.replace("\r\n", "\n")))


def _plain(body: str) -> str:
    return body.replace("\r\n", "\n").strip()


def _cut(title: str, longest: int) -> str:
    return title if len(title) <= longest else f"{title[: longest - 1]}…"


def _commented(forge: Forge, pull: PullRequest, proposal: Proposal, last: str) -> str:
    """Say below a description that is a person's what the branch proposes, where that is news; gives its digest."""
    digest = hashlib.sha256(proposal.body.encode()).hexdigest()[:16]
    if digest != last:
        forge.comment(pull, f"{NO_MARKERS}\n\n{proposal.body.strip()}\n")
    return digest


def _labelled(
    forge: Forge, pull: PullRequest, wanted: Sequence[str], add: Sequence[str], drop: Sequence[str]
) -> tuple[str, ...]:
    """Set labels; gives those of ours that are there, or that people took off: what was refused is set again later."""
    done = not (add or drop) or forge.label(pull, add=add, drop=drop)
    return tuple(wanted) if done else tuple(label for label in wanted if label not in add)


def _labels(
    pull: PullRequest, wanted: Iterable[str], written: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What to add, but nothing that people took off; and what to take back: ours that no longer holds."""
    present, taken_off = set(pull.labels), set(written) - set(pull.labels)
    add = sorted(set(wanted) - present - taken_off)
    drop = sorted((present & set(written)) - set(wanted))
    return tuple(add), tuple(drop)
