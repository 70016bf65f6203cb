"""What is unchanged is not read, and nobody can tell: random histories, each run as if everything were read."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from histories import CONFIG
from rhoai_catalog import documents, pipeline
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.cache import Cache
from rhoai_catalog.decline import Declined
from rhoai_catalog.observation import Observation
from test_cache import Remembering
from test_unchanged import KNOWN, ODD_FILES, Wide, folder, planned, review_of
from thorough import tries

__all__ = ["folder"]
HISTORIES = tries(20, 1)


@dataclass
class Unread(Remembering):
    """A history whose people put odd files beside the generated ones, copy and undo these, and hold reviews."""

    estate: Wide = field(default_factory=Wide)  # type: ignore[assignment]
    told: Counter[str] = field(default_factory=Counter)  # what was seen, so that nothing passes for want of it
    trees: list[dict[str, str]] = field(default_factory=list)

    def run(self) -> None:
        seen, before, config = self._seen(), dict(self.texts), CONFIG
        base = self.random.choice(self.trees) if self.trees and self.random.random() < 0.4 else None
        review = review_of(before, base, self._declined(before, base))
        cache = Cache.of(config)
        with_cache, without = planned(config, seen, review, cache), planned(config, seen, review)
        assert with_cache == without, self.log
        cache.save()
        again = Cache.of(config)
        unchanged = pipeline.desire(config, seen, {}, review, again).current.unchanged
        assert planned(config, seen, review, again) == without, self.log
        self.told["unchanged"] += len(unchanged.parts)
        self.told["clean"] += len(again.groups.known_documents(unchanged).clean.references)
        self.told.update(problem.rule for problem in without.problems)
        if self.random.random() < 0.1:
            self._damage()
        self.trees.append(before)
        super(Remembering, self).run()

    def _seen(self) -> Observation:
        owners = self.random.choice((None, KNOWN, KNOWN - {EntityRef("group", "default", "ai")}))
        return Observation(snapshot=self.estate.seen(), owners=owners)

    def _declined(self, texts: dict[str, str], base: dict[str, str] | None) -> Declined | None:
        """What people declined of that which the last tree has and the base branch has not."""
        if base is None or self.random.random() < 0.5:
            return None
        docs = {
            documents.digest(piece) for file in texts.keys() - base.keys() for piece in documents.split(texts[file])
        }
        return Declined(dict.fromkeys(sorted(docs)[:3], 7))

    def step(self) -> None:
        for _ in range(self.random.randint(0, 2)):
            self._odd()
        for _ in range(self.random.randint(0, 1)):
            what = self.random.choice(("gone", "author", "text"))
            self.estate.others[self.random.randrange(5)][what] += 1
        super().step()

    def _odd(self) -> None:
        file, text = self.random.choice([*ODD_FILES.items(), ("copy.yaml", self._copied())])
        self.log.append(f"a person: {file}")
        if file in self.texts:
            self.texts = {name: text for name, text in self.texts.items() if name != file}
        elif text:
            self.texts, self.own[file] = {**self.texts, file: text}, text

    def _copied(self) -> str:
        """A generated document as it stands."""
        place = self.document()
        return place[1] if place else ""


@pytest.mark.parametrize("first", range(0, HISTORIES, 4))
def test_a_plan_that_leaves_unread_what_stands_still_is_the_one_that_reads_everything(first: int, folder: Path) -> None:
    told: Counter[str] = Counter()
    for seed in range(first, min(first + 4, HISTORIES)):
        for file in folder.glob("*"):
            file.unlink()
        history = Unread(random.Random(seed), folder=folder)
        history.has_people = seed % 3 != 0
        for _ in range(8):
            history.step()
        told += history.told
    assert told["unchanged"] > 20
    assert told["clean"] > 20
