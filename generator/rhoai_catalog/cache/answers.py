"""The plan of a run that had nothing to write: the same question again has the same answer."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec.json import Decoder, Encoder

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


ENCODER: Final = Encoder(enc_hook=str, order="sorted")
DECODER: Final = Decoder(dict[str, Plan], dec_hook=_own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that a plan is made from, beside the rules; the time counts only where something is gone."""

    observation: Observation
    allowed: Mapping[str, int]
    review: Review

    def digest(self) -> str:
        seen, review = self.observation, self.review
        trees = [tree for tree in (review.start, review.base, review.branch) if tree is not None]
        found = hashlib.sha256(ENCODER.encode([seen.snapshot, seen.left_out, sorted(seen.owners or ()), self.allowed]))
        found.update(ENCODER.encode([review.declined, review.absent, review.now is None, seen.owners is None]))
        for tree in {id(tree): tree for tree in trees}.values():
            found.update(ENCODER.encode([tree.unreadable, len(tree.texts)]))
            for name, text in sorted(tree.texts.items()):
                found.update(f"{len(name)} {len(text)} {name}{text}".encode("utf-8", "surrogatepass"))
        found.update(bytes([trees.index(tree) for tree in trees]))
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
        if not self._before:
            return None
        digest = question.digest()
        plan = self._before.get(digest)
        if plan is not None:
            self._used[digest] = plan
        return plan

    def keep(self, question: Question, plan: Plan) -> None:
        """Keep a plan that writes nothing and waits for no time to pass, if JSON can hold it as it is."""
        if self._store is None or plan.files or plan.absent:
            return
        digest = question.digest()
        text = ENCODER.encode({digest: plan})
        if DECODER.decode(text) == {digest: plan}:
            self._used[digest] = plan

    def save(self) -> None:
        if self._store is not None and self._used != self._before:
            self._store.write("plans", self._used, ENCODER)
