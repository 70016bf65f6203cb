"""Only catalog models that something refers to are asked for artifacts, and the tree is that of asking for all."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outside import Answer, Loopback, Request, catalog_api, cluster_api, registry_api
from outside.large import catalog, cluster, registry
from rhoai_catalog import pipeline
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Cluster, Config, Service
from rhoai_catalog.describe import cards_in_use, describe
from rhoai_catalog.entity import Known
from rhoai_catalog.families import KSERVE, MODEL_CATALOG, MODEL_REGISTRY
from rhoai_catalog.merge import load, merge
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe import read_estate
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import (
    DISCOVERY,
    Artifact,
    CatalogModel,
    CatalogSource,
    RegistryLink,
    Scope,
    Snapshot,
    Source,
    from_json,
    to_json,
)
from test_describe import CONFIG, model, server, snapshot, version
from thorough import tries

ESTATES = tries(120, 30)


def without_artifacts(one: CatalogModel) -> CatalogModel:
    """As it is before it was asked for them."""
    return replace(one, artifact_uris=None, accuracy={})


def asked_in_use(whole: Snapshot) -> Snapshot:
    """The snapshot of a run that asks only for what is in use."""
    bare = replace(whole, catalog_models=tuple(map(without_artifacts, whole.catalog_models)))
    used = cards_in_use(bare)
    return replace(
        whole,
        catalog_models=tuple(
            m if m.identity in used.named or m.identity.source in used.stored else without_artifacts(m)
            for m in whole.catalog_models
        ),
    )


def estate(rng: random.Random) -> Snapshot:
    """Up to two of everything, which refer to each other, to what is not there, or to nothing."""

    def some(*of: Any) -> tuple[Any, ...]:
        return tuple(one for one in of if rng.random() < 0.7)

    def clusters() -> tuple[str, ...]:
        return rng.choice([(), (), ("east",), ("west",), ("east", "west")])

    kserve = [Source(family=KSERVE, name=name) for name in ("east", "west")]
    registries = [
        Source(family=MODEL_REGISTRY, name=n, registry=n, clusters=clusters()) for n in some("public", "other")
    ]
    catalogs = [Source(family=MODEL_CATALOG, name=n, clusters=clusters()) for n in some("cards", "more")]
    rows: list[Any] = []
    for place in registries:
        rows.append(model(registry=place.name))
        for number in range(1, rng.randint(1, 3)):
            named = {"registry": place.name, "artifacts": artifacts(rng), "custom_properties": properties(rng)}
            state = rng.choice(["LIVE", "LIVE", "ARCHIVED"])
            rows.append(
                version(str(number), f"v{number}", registered_model_id=rng.choice("1112"), state=state, **named)
            )
    for place in catalogs:
        for source in some("redhat", "own"):
            labels = rng.choice([(), ("Red Hat",), ("Shared",)])
            rows.append(
                CatalogSource(catalog=place.name, id=source, name=rng.choice([source, "Red Hat"]), labels=labels)
            )
            for name in some("ibm/granite", "granite", "llama"):
                uris = rng.choice([None, (), ("oci://r/a",), ("oci://r/b",), ("oci://r/a", "oci://r/b")])
                told = {"readme": f"# {name} of {source}", "license": rng.choice(["mit", "apache-2.0"])}
                accuracy = {"mmlu": rng.random()} if uris and rng.random() < 0.7 else {}
                rows.append(
                    CatalogModel(
                        catalog=place.name, source_id=source, name=name, artifact_uris=uris, accuracy=accuracy, **told
                    )
                )
    for number in range(rng.randint(0, 3)):
        link = RegistryLink(
            registry=rng.choice([None, "public", "public", "other", "unheard-of"]),
            registered_model_id=rng.choice("1112"),
            model_version_id=rng.choice(["1", "2", "9", None]),
        )
        rows.append(
            server(
                f"s{number}",
                cluster=rng.choice(["east", "west"]),
                state=rng.choice(["ready", "ready", "ready", "stopped", "deleting"]),
                artifact_uris=rng.choice([(), ("oci://r/a",), ("oci://r/b", "oci://r/a"), ("pvc://claim",)]),
                registry=rng.choice([None, link, link]),
            )
        )
    seen = snapshot(*rows, sources=(*kserve, *registries, *catalogs))
    scopes = [*seen.scopes, *(Scope(source=s.key, kind=DISCOVERY, complete=True) for s in some(*kserve))]
    broken = rng.random() < 0.5
    scopes = [replace(s, complete=not (broken and rng.random() < 0.3)) for s in scopes]
    return replace(seen, scopes=tuple(scopes))


def artifacts(rng: random.Random) -> tuple[Artifact, ...] | None:
    if rng.random() < 0.3:
        return rng.choice([None, ()])
    return (
        Artifact(
            id="1",
            artifact_type="model-artifact",
            uri="oci://r/a",
            model_source_kind=rng.choice(["catalog", "catalog", "kfp"]),
            model_source_class=rng.choice(["redhat", "own", "Red Hat", "Shared", None]),
            model_source_group=rng.choice([None, "ibm"]),
            model_source_name=rng.choice(["granite", "ibm/granite", "llama", "gone"]),
        ),
    )


def properties(rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.7:
        return {}
    named = {"Name": rng.choice(["redhat", "Red Hat"]), "Repository": "ibm", "Model": "granite"}
    keys = {"Name": "SourceName", "Repository": "RepositoryName", "Model": "ModelName"}
    return {f"_registeredFromCatalog{keys[key]}": value for key, value in named.items()}


def trees(config: Config, before: Snapshot) -> list[Known]:
    return [Known(), load(merge(load({}), describe(before, config, Known())).texts).known()]


@pytest.mark.parametrize("first", range(0, ESTATES, 60))
def test_the_description_is_that_of_asking_for_all(first: int) -> None:
    spared = 0
    for seed in range(first, min(first + 60, ESTATES)):
        rng = random.Random(seed)
        whole = estate(rng)
        part = asked_in_use(whole)
        spared += sum(one != other for one, other in zip(whole.catalog_models, part.catalog_models, strict=True))
        groups = {f"{s.source}/{s.kind}" for s in whole.scopes if rng.random() < 0.3}
        for known in trees(CONFIG, estate(random.Random(seed // 7))):
            assert describe(part, CONFIG, known) == describe(whole, CONFIG, known), seed
            doubted = [one.doubting(groups) for one in (part, whole)]
            assert describe(doubted[0], CONFIG, known) == describe(doubted[1], CONFIG, known), seed
    assert spared > 10


# -- on small servers ----------------------------------------------------------------------------------------------

Asked = Callable[[Request], Answer]
CARDS = catalog(12)
NAMES = [row["name"] for row in CARDS["models"]]
NOBODY = cluster_api(cluster(0))


class World:
    """A cluster, a registry and a catalog on loopback, as one configuration names them."""

    def __init__(self, east: Asked, shared: Asked, cards: Asked) -> None:
        self.servers = [Loopback(answer) for answer in (east, shared, cards)]

    def __enter__(self) -> World:
        for one in self.servers:
            one.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        for one in self.servers:
            one.__exit__(*error)

    def config(self, timeout: float = 60) -> Config:
        east, shared, cards = (one.url for one in self.servers)
        given = timedelta(seconds=timeout)
        return replace(
            CONFIG,
            root=Path("catalog"),
            clusters=(Cluster(name="east", server=east),),
            services=(
                Service(family=MODEL_REGISTRY, name="shared", url=shared, registry="shared"),
                Service(family=MODEL_CATALOG, name="cards", url=cards, timeout=given),
            ),
        )

    def asked(self) -> list[str]:
        """The models that were asked for artifacts since the last time."""
        requests = self.servers[2].requests
        paths = [r.path.removesuffix("/artifacts") for r in requests if r.path.endswith("/artifacts")]
        requests.clear()
        return sorted(path.rpartition("/models/")[2].replace("%2F", "/") for path in paths)


def tree(config: Config, seen: Observation) -> dict[str, str]:
    return dict(pipeline.desire(config, seen, {}, Review.of(Files(texts={}))).merged.texts)


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("objects", "origins", "asked"),
    [
        (cluster(3), (), []),
        (cluster(3), NAMES[2:4], NAMES[2:4]),
        (cluster(3, uri="oci://registry.example.net/m:5"), (), [NAMES[0], NAMES[4]]),
        (cluster(3, uri="pvc://claim/model"), NAMES[:1], NAMES[:1]),
        (cluster(3, 6, uri="oci://registry.example.net/m:5"), NAMES[:1], NAMES[:1]),
        (cluster(3, uri="oci://registry.example.net/m:99"), NAMES[1:2], NAMES[1:2]),
        (cluster(3, uri="oci://registry.example.net/it's"), (), NAMES),
        (cluster(12, 60, uri="oci://registry.example.net/m:5"), (), [NAMES[0], NAMES[4]]),
    ],
    ids=[
        "nothing",
        "versions",
        "servers",
        "claims",
        "servers of versions",
        "servers of nothing in it",
        "what no filter can say",
        "servers of versions that are not there",
    ],
)
def test_only_what_something_refers_to_is_asked(objects: Any, origins: Any, asked: list[str]) -> None:
    with World(cluster_api(objects), registry_api(**registry(6, origins)), catalog_api(**CARDS)) as world:
        config = world.config()
        seen = pipeline.read_sources(config)
        assert world.asked() == sorted(asked)
        everything = read_estate(config)
        assert world.asked() == sorted(NAMES)
        assert not seen.snapshot.incomplete()
        assert tree(config, seen) == tree(config, everything)
        one = pipeline.read_sources(config, ["cards"])  # without the others it is not known who refers to it
        assert all(model.artifact_uris for model in one.snapshot.catalog_models)


def test_a_large_estate_takes_few_requests_beside_one_a_version() -> None:
    east = cluster_api(cluster(200, 600, uri="oci://registry.example.net/m:5"))
    whole = catalog(110)
    names = [row["name"] for row in whole["models"]]
    with World(east, registry_api(**registry(600, names[:5])), catalog_api(**whole)) as world:
        first = pipeline.read_sources(world.config())
        assert sum(one.requests for one in first.traffic) <= 640
        again = pipeline.read_sources(world.config(), before=first.snapshot)
        assert sum(one.requests for one in again.traffic) <= 40
        assert again.snapshot == first.snapshot


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "stored", ["oci://registry.example.net/m:7", "https://files.example.net/{}/model", "s3://bucket/{}/v_1"]
)
def test_servers_of_no_version_take_as_few_requests(stored: str) -> None:
    objects = cluster(200)
    for number, one in enumerate(one for one in objects if one["kind"] == "InferenceService"):
        one["spec"]["predictor"]["model"]["storageUri"] = stored.format(number)
    with World(cluster_api(objects), registry_api(**registry(600)), catalog_api(**catalog(110))) as world:
        first = pipeline.read_sources(world.config())
        asked = sum(one.requests for one in first.traffic)
        again = pipeline.read_sources(world.config(), before=first.snapshot)
        assert asked <= 640
        assert sum(one.requests for one in again.traffic) <= 40
        assert again.snapshot == first.snapshot


# What a catalog of another release, or one that is not well, answers to a filter.
FILTERED: dict[str, Callable[[Request, Asked], Answer]] = {
    "it knows no such property": lambda request, cards: Answer({"items": [], "nextPageToken": "", "size": 0}),
    "it knows no filter": lambda request, cards: cards(replace(request, query={"pageSize": "100"})),
    "it wants one source": lambda request, cards: Answer({"code": "Bad Request"}, 400),
    "it fails": lambda request, cards: Answer({"code": "Internal Server Error"}, 500),
    "it answers something else": lambda request, cards: Answer([1]),
    "it finds one too many": lambda request, cards: Answer(
        {"items": [*CARDS["models"][:6], {"name": 7}, {"source_id": "gone", "name": "x"}], "nextPageToken": ""}
    ),
}


@pytest.mark.few(3)
@pytest.mark.parametrize("answer", FILTERED.values(), ids=FILTERED.keys())
def test_a_catalog_that_cannot_be_searched_is_asked_for_all(answer: Callable[[Request, Asked], Answer]) -> None:
    cards = catalog_api(**CARDS)

    def served(request: Request) -> Answer:
        return answer(request, cards) if "filterQuery" in request.query else cards(request)

    objects = cluster_api(cluster(3, uri="oci://registry.example.net/m:5"))
    with World(objects, registry_api(**registry(6)), served) as world:
        config = world.config()
        seen = pipeline.read_sources(config)
        assert not seen.snapshot.incomplete()
        assert tree(config, seen) == tree(config, read_estate(config))
        assert any("Model 5" in text or NAMES[4] in text for text in tree(config, seen).values())


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("https://files.example.net/m", "https://me:hidden@files.example.net/m?token=hidden#part"),
        ("s3://bucket/a_b", "s3://bucket/a_b"),
        ("oci://registry.example.net/m:100%", "oci://registry.example.net/m:100%"),
        ("oci://registry.example.net/größe", "oci://registry.example.net/größe"),
        ("oci://registry.example.net/it's", "oci://registry.example.net/it's"),
    ],
)
def test_whatever_is_left_out_of_an_address_its_model_is_found(stored: str, told: str) -> None:
    whole = copy.deepcopy(CARDS)
    whole["artifacts"][NAMES[7]][0]["uri"] = told
    with World(cluster_api(cluster(1, uri=stored)), registry_api(**registry(1)), catalog_api(**whole)) as world:
        config = world.config()
        [model] = [m for m in pipeline.read_sources(config).snapshot.catalog_models if m.artifact_uris == (stored,)]
        assert model.name == NAMES[7]


def test_a_search_whose_models_cannot_be_asked_tells_nothing() -> None:
    cards = catalog_api(**CARDS)

    def served(request: Request) -> Answer:
        return Answer("", 400) if "model-5/" in request.path.replace("%2F", "/") else cards(request)

    objects = cluster_api(cluster(3, uri="oci://registry.example.net/m:5"))
    with World(objects, registry_api(**registry(6)), served) as world:
        seen = pipeline.read_sources(world.config()).snapshot
        assert seen.catalog_searches == ()
        assert [scope.kind for scope in seen.incomplete()] == ["CatalogArtifact"]


def test_a_name_that_cannot_be_asked_for_is_told_where_something_refers_to_it() -> None:
    models = [{**CARDS["models"][0], "id": str(number), "name": name} for number, name in enumerate(["50%", "50%x"])]
    cards = catalog_api(**{**CARDS, "models": [*models, *CARDS["models"][2:]]})
    for origins, left_out in (((), 0), (("50%",), 1)):
        with World(cluster_api(cluster(3)), registry_api(**registry(6, origins)), cards) as world:
            left = pipeline.read_sources(world.config()).left_out
            assert [one.what.rpartition("/")[2] for one in left] == ["50%"] * left_out


# -- since a snapshot from before ------------------------------------------------------------------------------------


class Catalog:
    """A catalog that people work on; versions of a registry were registered from its first two models."""

    def __init__(self) -> None:
        self.rows = copy.deepcopy(catalog(4))
        self.clock = 1

    def answer(self, request: Request) -> Answer:
        return catalog_api(**self.rows)(request)

    def measure_anew(self, number: int) -> None:
        row = self._touched(number)
        self.rows["artifacts"][row["name"]] = [
            {"id": "9", "artifactType": "model-artifact", "uri": f"oci://registry.example.net/new:{self.clock}"}
        ]

    def write(self, number: int) -> None:
        self._touched(number)["readme"] = f"# Written at {self.clock}"

    def load_again(self, number: int) -> None:
        for place in range(len(self.rows["models"])):
            self._touched(place)

    def measure_in_silence(self, number: int) -> None:
        """As `measure_anew`, in a catalog that tells no times."""
        self.measure_anew(number)
        self._touched(number).pop("lastUpdateTimeSinceEpoch")

    def lose_artifacts(self, number: int) -> None:
        self.rows["artifacts"][self._touched(number)["name"]] = []

    def add_another_that_is_taken_for_it(self, number: int) -> None:
        self.clock += 1
        alike = {"id": str(100 + self.clock), "source_id": "redhat", "name": "RedHatAI/model-1".replace("-", "_")}
        self.rows["models"].append({**alike, "lastUpdateTimeSinceEpoch": "1"})
        self.rows["models"] = list({row["name"]: row for row in self.rows["models"]}.values())

    def take_it_out_again(self, number: int) -> None:
        self.rows["models"] = [row for row in self.rows["models"] if "_" not in row["name"]]

    def _touched(self, number: int) -> dict[str, Any]:
        self.clock += 1
        row: dict[str, Any] = self.rows["models"][number % len(self.rows["models"])]
        row["lastUpdateTimeSinceEpoch"] = str(self.clock)
        return row


ACTS = [name for name in vars(Catalog) if not name.startswith("_") and name != "answer"]
HISTORIES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 4)), max_size=4)


@settings(max_examples=tries(25, 10), deadline=None)
@given(HISTORIES, HISTORIES, st.sampled_from([(), NAMES[:1], NAMES[:2], ["RedHatAI/model_1"]]), st.booleans())
def test_what_changed_since_and_everything_come_to_the_same(
    first: list[tuple[str, int]], then: list[tuple[str, int]], origins: list[str], joined: bool
) -> None:
    people = Catalog()
    uri = "oci://registry.example.net/m:2" if joined else ""
    objects, rows = cluster_api(cluster(1, uri=uri)), [registry(2, names) for names in (NAMES[:1], origins)]
    for artifact in (row for of_version in rows[1]["artifacts"].values() for row in of_version):
        artifact["lastUpdateTimeSinceEpoch"] = "2"
    for act, number in first:
        getattr(people, act)(number)
    with World(objects, lambda request: registry_api(**rows[0])(request), people.answer) as world:
        before = pipeline.read_sources(world.config()).snapshot
        world.asked()
        rows[0] = rows[1]
        for act, number in then:
            getattr(people, act)(number)
        since = pipeline.read_sources(world.config(), before=from_json(to_json(before), "before.json"))
        few = world.asked()
        full = pipeline.read_sources(world.config())
        assert since.snapshot == full.snapshot
        assert len(few) <= len(world.asked())


def test_only_a_model_that_changed_since_is_asked_again() -> None:
    people = Catalog()
    with World(NOBODY, registry_api(**registry(4, NAMES[:2])), people.answer) as world:
        before = pipeline.read_sources(world.config()).snapshot
        assert world.asked() == NAMES[:2]
        assert pipeline.read_sources(world.config(), before=before).snapshot == before
        assert world.asked() == []
        people.measure_anew(1)
        again = pipeline.read_sources(world.config(), before=before).snapshot
        assert world.asked() == NAMES[1:2]
        assert [m.artifact_uris for m in again.catalog_models][1] == ("oci://registry.example.net/new:2",)


def test_a_model_that_tells_no_time_is_asked_again() -> None:
    people = Catalog()
    people.measure_in_silence(0)
    with World(NOBODY, registry_api(**registry(4, NAMES[:2])), people.answer) as world:
        before = pipeline.read_sources(world.config()).snapshot
        people.measure_in_silence(0)
        world.asked()
        assert pipeline.read_sources(world.config(), before=before).snapshot != before
        assert world.asked() == NAMES[:1]


# -- time --------------------------------------------------------------------------------------------------------------


def test_waiting_for_the_others_is_not_of_the_catalog_s_own_time() -> None:
    shared = registry_api(**registry(2, NAMES[:1]))

    def slow(request: Request) -> Answer:
        if request.path.endswith("/registered_models"):
            time.sleep(1.2)
        return shared(request)

    with World(NOBODY, slow, catalog_api(**CARDS)) as world:
        seen = pipeline.read_sources(world.config(timeout=1))
        assert world.asked() == NAMES[:1]
    assert not seen.snapshot.incomplete()
    assert next(one.seconds for one in seen.traffic if one.source == "model-catalog/cards") < 1


def test_artifacts_that_never_come_cost_the_catalog_s_own_time_and_nothing_else() -> None:
    cards = catalog_api(**CARDS)

    def silent(request: Request) -> Answer:
        if request.path.endswith("/artifacts"):
            time.sleep(1.5)
        return cards(request)

    with World(NOBODY, registry_api(**registry(2, NAMES[:1])), silent) as world:
        begun = time.monotonic()
        seen = pipeline.read_sources(world.config(timeout=0.8))
        assert time.monotonic() - begun < 4
    assert {scope.source for scope in seen.snapshot.incomplete()} == {"model-catalog/cards"}
    assert len(seen.snapshot.catalog_models) == len(NAMES)
