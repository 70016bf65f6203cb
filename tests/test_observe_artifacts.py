"""Only what may have changed is asked for again, and the outcome is that of asking for everything."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from outside import Answer, Loopback, Request, registry_api
from rhoai_catalog.config import Service
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe import model_registry
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.snapshot import Snapshot, from_json, to_json
from thorough import tries

Rows = list[dict[str, Any]]


class Registry:
    """A registry that people work on. Every act takes a millisecond of its clock."""

    def __init__(self) -> None:
        self.clock = 1_000
        self.begin_anew()

    def begin_anew(self) -> None:
        """The database is lost; ids begin at 1 again."""
        self.models: Rows = [{"id": "1", "name": "granite"}]
        self.versions: Rows = []
        self.artifacts: dict[str, Rows] = {}
        self.loose: Rows = []
        self.last = 0

    def _row(self, **fields: Any) -> dict[str, Any]:
        self.clock += 1
        self.last += 1
        times = {"createTimeSinceEpoch": str(self.clock), "lastUpdateTimeSinceEpoch": str(self.clock)}
        return {"id": str(self.last), "customProperties": {}, **times, **fields}

    def add_version(self, number: int) -> None:
        row = self._row(name=f"v{self.last}", registeredModelId="1")
        self.versions.append(row)
        self.artifacts[row["id"]] = []

    def add_artifact(self, number: int) -> None:
        if self.versions:
            self._of(number).append(self._row(artifactType="model-artifact", uri=f"s3://b/{self.clock}"))

    def add_loose(self, number: int) -> None:
        self.loose.append(self._row(artifactType="model-artifact"))

    def add_metric_of_a_run(self, number: int) -> None:
        self.loose.append(self._row(artifactType="metric", value=0.5, experimentRunId="9"))

    def attach(self, number: int) -> None:
        """Give a version an artifact that is there already."""
        rows = self._everything()
        if rows and self.versions:
            row = rows[number % len(rows)]
            self._touch(row)
            if row not in self._of(number):
                self._of(number).append(row)

    def change(self, number: int) -> None:
        rows = self._everything()
        if rows:
            self._touch(rows[number % len(rows)])
            rows[number % len(rows)]["description"] = f"Changed at {self.clock}"

    def rename_nothing(self, number: int) -> None:
        """A version is archived: that says nothing of its artifacts."""
        if self.versions:
            self.versions[number % len(self.versions)]["state"] = "ARCHIVED"

    def lose_everything(self, number: int) -> None:
        self.begin_anew()

    def _touch(self, row: dict[str, Any]) -> None:
        self.clock += 1
        row["lastUpdateTimeSinceEpoch"] = str(self.clock)

    def _of(self, number: int) -> Rows:
        return self.artifacts[self.versions[number % len(self.versions)]["id"]]

    def _everything(self) -> Rows:
        found = {row["id"]: row for rows in (self.loose, *self.artifacts.values()) for row in rows}
        return list(found.values())

    def answer(self, request: Request) -> Answer:
        rows = copy.deepcopy((self.models, self.versions, self.artifacts))
        return registry_api(*rows, loose_artifacts=copy.deepcopy(self.loose))(request)


ACTS = [name for name in vars(Registry) if not name.startswith("_") and name not in ("begin_anew", "answer")]
HISTORIES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 20)), max_size=12)


def read(registry: Registry, before: Snapshot | None = None) -> tuple[SourceFacts, int]:
    traffic = Traffic("model-registry/r")
    with Loopback(registry.answer) as server:
        service = Service(family="model-registry", name="r", url=server.url)
        return model_registry.read(service, Reading(traffic=traffic, before=before)), traffic.requests


def snapshot(facts: SourceFacts) -> Snapshot:
    """As another run would read it: from a file."""
    return from_json(to_json(Snapshot(scopes=facts.scopes, **facts.tables)), "before.json")


@settings(max_examples=tries(60, 12), deadline=None)
@given(HISTORIES, HISTORIES)
def test_what_changed_since_and_everything_come_to_the_same(
    first: list[tuple[str, int]], then: list[tuple[str, int]]
) -> None:
    registry = Registry()
    for act, number in first:
        getattr(registry, act)(number)
    before = snapshot(read(registry)[0])
    for act, number in then:
        getattr(registry, act)(number)
    since, requests = read(registry, before)
    full, most = read(registry)
    assert since == full
    assert requests <= most


def grown() -> Registry:
    registry = Registry()
    for number in range(30):
        registry.add_version(number)
        registry.add_artifact(number)
    registry.add_loose(0)
    registry.add_metric_of_a_run(0)
    return registry


def test_where_nothing_changed_no_version_is_asked() -> None:
    registry = grown()
    facts, whole = read(registry)
    again, requests = read(registry, snapshot(facts))
    assert (whole, requests) == (6 + 30, 6)
    assert again == facts
    registry.add_version(0)
    registry.add_artifact(30)
    assert read(registry, snapshot(facts))[1] == 6 + 1


def test_ids_of_another_database_are_not_believed() -> None:
    registry = grown()
    before = snapshot(read(registry)[0])
    registry.begin_anew()
    for number in range(30):
        registry.add_version(number)
        registry.add_artifact(number)
    assert read(registry, before)[0] == read(registry)[0]
