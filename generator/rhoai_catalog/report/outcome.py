"""What `propose` did: for people, for programs, and for the steps of a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rhoai_catalog.outcome import Outcome
from rhoai_catalog.report.plan.json import plan_document
from rhoai_catalog.report.plan.order import DONE
from rhoai_catalog.report.plan.things import count
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.terminal import terminal

ACTIONS: Final = {
    "nothing": "Nothing to propose.",
    "unchanged": "The pull request is up to date.",
    "waiting": "The pull request is approved; what is new and safe waits until it is merged.",
    "created": "A pull request was opened.",
    "updated": "The pull request was updated.",
    "pushed": "The branch was pushed.",
    "declined": "All that there is to propose was declined before.",
    "closed": "The pull request was closed: nothing of it is left to propose.",
}


def outcome_text(outcome: Outcome) -> str:
    """One line for people and scripts: what was done, and where; below it, what could not be done."""
    number = f"#{outcome.number} " if outcome.number else ""
    lines = [f"{outcome.action}: {number}{terminal(outcome.url or outcome.branch)}"]
    return "\n".join([*lines, *(f"note: {terminal(note)}" for note in outcome.notes)])


def outcome_json(outcome: Outcome) -> str:
    """What was done, and the plan, for programs."""
    return json_text({**_facts(outcome), "notes": outcome.notes, "plan": plan_document(outcome.plan), "version": 1})


def outputs(outcome: Outcome) -> Mapping[str, str]:
    """What later steps of a job may ask for, each on one line."""
    facts = {name: "" if fact is None else str(fact) for name, fact in _facts(outcome).items()}
    counts = {done: count(outcome.plan, operation) for operation, done in DONE.items()}
    withheld = "true" if outcome.plan.withheld else "false"
    return {**facts, "withheld": withheld, **{name: str(count) for name, count in counts.items()}}


def _facts(outcome: Outcome) -> Mapping[str, object]:
    return {
        "action": outcome.action,
        "branch": outcome.branch,
        "number": outcome.number,
        "url": outcome.url,
        "commit": outcome.commit,
    }
