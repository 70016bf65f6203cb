"""What earlier runs came to saves time, and changes nothing: a plan with it is the plan without, come what may."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from histories import CONFIG, Estate, History
from rhoai_catalog import pipeline
from rhoai_catalog.cache import FOLDER, Cache
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Config, Models
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Snapshot
from thorough import tries

HISTORIES = tries(200, 30)
CONFIGS = (CONFIG, replace(CONFIG, profiles=("seed", "ai-model-server")), replace(CONFIG, models=Models(latest=1)))


def plan(seen: Snapshot, texts: dict[str, str], config: Config = CONFIG, cache: Cache | None = None) -> Plan:
    review = Review.of(Files(texts=texts))
    return pipeline.plan(config, Observation(snapshot=seen), {}, review, cache)


def after(texts: dict[str, str], plan: Plan) -> dict[str, str]:
    return {file: text for file, text in (texts | dict(plan.files)).items() if text is not None}


def linked() -> Estate:
    return Estate(linked=True, versions={"v1": Counter(), "v2": Counter()})


@dataclass
class Remembering(History):
    """A history whose every run is made with what earlier ones came to, too, now and then under other settings."""

    estate: Estate = field(default_factory=linked)
    folder: Path = Path()
    left: int = 0  # groups that were left as they are

    def run(self) -> None:
        seen, before = self.estate.seen(), dict(self.texts)
        config = self.random.choice((CONFIG, *CONFIGS))
        cache = Cache.of(config)
        assert plan(seen, before, config, cache) == plan(seen, before, config), self.log
        cache.save()
        again = pipeline.desire(
            config, Observation(snapshot=seen), {}, Review.of(Files(texts=before)), Cache.of(config)
        )
        self.left += not again.description.groups
        if self.random.random() < 0.2:
            self._damage()
        super().run()

    def judge(self) -> None:
        """What holds of any history is tried elsewhere, on an estate whose pages do not name what people rename."""

    def _damage(self) -> None:
        for file in self.folder.iterdir():
            data = bytearray(file.read_bytes())
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
            file.write_bytes(bytes(data))


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("first", range(0, HISTORIES, 10))
def test_a_plan_with_a_cache_is_the_plan_without(first: int, folder: Path) -> None:
    left = 0
    for seed in range(first, first + 10):
        history = Remembering(random.Random(seed), folder=folder)
        history.has_people = seed % 3 != 0
        for _ in range(8):
            history.step()
        left += history.left
    assert left > 0  # else nothing was tried
