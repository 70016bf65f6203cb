"""What earlier runs came to saves time, and changes nothing: a plan with it is the plan without, come what may."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from histories import CONFIG, Estate, History
from rhoai_catalog import pipeline
from rhoai_catalog.cache import Cache
from rhoai_catalog.cache.store import FOLDER
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Config, Models
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import InferenceService, RegisteredInferenceService, Snapshot
from thorough import tries

HISTORIES = tries(200, 30)
STORED = "oci://quay.example.net/m:1"
OURS = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: ours}
spec: {type: openapi, lifecycle: production, owner: group:default/ours, definition: x}
"""
CONFIGS = (CONFIG, replace(CONFIG, profiles=("seed", "ai-model-server")), replace(CONFIG, models=Models(latest=1)))


def plan(seen: Snapshot, texts: dict[str, str], config: Config = CONFIG, cache: Cache | None = None) -> Plan:
    review = Review.of(Files(texts=texts))
    return pipeline.plan(config, Observation(snapshot=seen), {}, review, cache)


def after(texts: dict[str, str], plan: Plan) -> dict[str, str]:
    return {file: text for file, text in (texts | dict(plan.files)).items() if text is not None}


@dataclass
class Rich(Estate):
    """An estate in which what a description depends on beside its own row changes, too: by name how often."""

    linked: bool = True
    versions: dict[str, Counter[str]] = field(default_factory=lambda: {"v1": Counter(), "v2": Counter()})
    more: Counter[str] = field(default_factory=Counter)

    def seen(self) -> Snapshot:
        told, n = super().seen(), self.more
        deployed = RegisteredInferenceService(
            registry="shared", id="1", registered_model_id="1", name="x", model_version_id="1", desired_state="DEPLOYED"
        )
        broken = replace(told.scopes[-2], namespace="redhat", complete=False, withholds=False, reason="broken")
        assert broken.kind == "CatalogModel"
        return replace(
            told,
            scopes=(*told.scopes, *([broken] if n["broken"] % 3 == 1 else [])),
            inference_services=tuple(map(self._server, told.inference_services)),
            model_versions=tuple(replace(v, author=f"nobody{n['nobody'] % 2}") for v in told.model_versions),
            registered_inference_services=(deployed,) if n["deployed"] % 2 else (),
            catalog_models=tuple(replace(m, artifact_uris=(STORED,)) for m in told.catalog_models),
        )

    def _server(self, server: InferenceService) -> InferenceService:
        n, annotations = self.more, dict(server.annotations)
        if server.name == "chat":
            annotations |= {"rhdh.io/api-entity-ref": "api:default/ours"} if n["api"] % 2 else {}
            annotations |= {"rhdh.io/lifecycle": "not a word"} if n["refused"] % 2 else {}
            stored, serves = (), server.registry
        else:
            name = ("ibm/granite", "ibm/none")[n["named"] % 2]
            named = {"rhdh.io/catalog-source": "redhat", "rhdh.io/catalog-model": name}
            annotations |= named if n["named"] % 3 else {}
            stored, serves = ((STORED,) if n["stored"] % 2 else ()), None
        return replace(server, annotations=annotations, artifact_uris=stored, registry=serves)


@dataclass
class Remembering(History):
    """A history whose every run is made with what earlier ones came to, too, now and then under other settings."""

    estate: Rich = field(default_factory=Rich)  # type: ignore[assignment]
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

    def step(self) -> None:
        for _ in range(self.random.randint(0, 2)):
            what = self.random.choice(("broken", "nobody", "deployed", "api", "refused", "named", "stored", "ours"))
            self.estate.more[what] += 1
            if what == "ours":  # a person adds, and takes away, what others name
                others = {file: text for file, text in self.texts.items() if file != "ours.yaml"}
                self.texts = others if "ours.yaml" in self.texts else {**others, "ours.yaml": OURS}
        super().step()

    def judge(self) -> None:
        """What holds of any history is tried elsewhere, on an estate whose pages do not name what people rename."""

    def _damage(self) -> None:
        for file in self.folder.glob("*"):
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
