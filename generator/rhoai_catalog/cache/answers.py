"""The plans of earlier runs: the same question again has the same answer, as long as a pull request is open, too."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder

from rhoai_catalog import limits
from rhoai_catalog.cache.store import Store
from rhoai_catalog.identity import Identity
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.review import Review


def _own(kind: type[Any], value: str) -> Any:
    """A text of a kind of our own."""
    if kind is Identity:
        return Identity(value)
    raise NotImplementedError(kind)


CANONICAL: Final = Encoder(enc_hook=str, order="sorted")  # of what is asked
ENCODER: Final = Encoder(enc_hook=str)  # of plans: a value is told with its keys in the order of the file
DECODER: Final = Decoder(dict[str, Plan], dec_hook=_own)


@dataclass(frozen=True, kw_only=True)
class Question:
    """All that a plan is made from, beside the rules; the time counts only where something is gone."""

    observation: Observation
    allowed: Mapping[str, int]
    review: Review

    @functools.cached_property
    def digest(self) -> str | None:
        """The digest of all of it; None where there is something that JSON cannot hold."""
        with suppress(MsgspecError, TypeError, ValueError, RecursionError):
            return self._digest()
        return None

    def _digest(self) -> str:
        seen, review = self.observation, self.review
        trees = [tree for tree in (review.start, review.base, review.branch) if tree is not None]
        found = hashlib.sha256(
            CANONICAL.encode([seen.snapshot, seen.left_out, sorted(seen.owners or ()), self.allowed])
        )
        found.update(CANONICAL.encode([review.declined, review.absent, review.now is None, seen.owners is None]))
        told: Mapping[str, str] = {}
        for tree in review.trees():
            found.update(CANONICAL.encode([tree.unreadable, sorted(told.keys() - tree.texts.keys())]))
            differing = {name: text for name, text in tree.texts.items() if told.get(name) != text}
            found.update(f"{len(differing)}".encode())
            for name, text in sorted(differing.items()):
                found.update(f" {len(name)} {len(text)} {name}{text}".encode("utf-8", "surrogatepass"))
            told = tree.texts
        found.update(bytes([review.trees().index(tree) for tree in trees]))
        return found.hexdigest()


class Answers:
    """The plans of a catalog's last run, by the digest of their question."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._used: dict[str, Plan] = {}

    @functools.cached_property
    def _before(self) -> Mapping[str, Plan]:
        return (self._store.read("plans", DECODER) if self._store is not None else None) or {}

    def plan(self, question: Question) -> Plan | None:
        """The plan of an earlier run, if it was asked the same."""
        digest = question.digest if self._before else None
        if digest is None or digest not in self._before:
            return None
        self._used[digest] = self._before[digest]
        return self._used[digest]

    def keep(self, question: Question, plan: Plan) -> Plan:
        """The plan; kept if it writes little and waits for no time to pass, and JSON can hold it as it is."""
        kept = self._store is not None and not plan.absent
        written = sum(len(text) for text in plan.files.values() if text is not None)
        digest = question.digest if kept and written <= limits.KEPT_PLAN else None
        if digest is not None and _is_held(plan):
            self._used[digest] = plan
        return plan

    def save(self) -> None:
        if self._store is not None and self._used != self._before:
            self._store.write("plans", self._used, ENCODER)


def _is_held(plan: Plan) -> bool:
    """Whether JSON holds a plan as it is; of its files, which are long together, each by itself."""
    rest = {"": replace(plan, files={})}
    with suppress(MsgspecError, TypeError, ValueError, RecursionError):
        for file, text in plan.files.items():
            f"{file}{text}".encode()
        return DECODER.decode(ENCODER.encode(rest)) == rest
    return False
