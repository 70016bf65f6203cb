"""`models.versions`: which registered versions are shown, and that what is not covered goes once and comes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog import documents, merge, pipeline
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Cluster, Config, Models, Owners, Service
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Operation, Plan
from rhoai_catalog.report import plan_text, pull_request_body
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import InferenceService, ModelVersion, RegisteredModel, Snapshot
from test_describe import EAST, SHARED, WEST, link, model, server, snapshot, version
from thorough import tries

ALL, SERVED = Models(), Models(latest=0)
BASE = Config(
    root=Path("catalog"),
    clusters=(Cluster(name="east"), Cluster(name="west")),
    services=(Service(family="model-registry", name="shared", url="https://r.example.net", registry="public"),),
    owners=Owners(default="group:default/ai"),
)
GRANITE = "models/shared/granite/entities.yaml"


def latest(number: int) -> Models:
    return Models(latest=number)


def seen(*rows: Any, incomplete: str = "") -> Snapshot:
    return snapshot(*rows, sources=(EAST, WEST, SHARED), incomplete=incomplete)


def plan(texts: Mapping[str, str], observed: Snapshot, models: Models = ALL, **review: Any) -> Plan:
    files = Files(texts=texts)
    asked = dataclasses.replace(Review.of(files), **review)
    return pipeline.plan(dataclasses.replace(BASE, models=models), Observation(snapshot=observed), {}, asked)


def after(texts: Mapping[str, str], plan: Plan) -> dict[str, str]:
    changed = {**texts, **plan.files}
    return {path: text for path, text in changed.items() if text is not None}


def run(texts: Mapping[str, str], now: Snapshot, models: Models = ALL) -> dict[str, str]:
    return after(texts, plan(texts, now, models))


def entities(texts: Mapping[str, str]) -> dict[str, Any]:
    """The generated entities by their source and kind."""
    found = (
        document
        for file, text in texts.items()
        if merge.is_entity_file(file) and file != "catalog-info.yaml"
        for document in documents.load(text)
        if isinstance(document, Mapping)
    )
    return {f"{d['metadata']['annotations']['rhoai-catalog/source']} {d['kind']}": d for d in found}


def shown(texts: Mapping[str, str]) -> set[str]:
    """`granite/v1` of each version that is shown."""
    return {key.split(" ")[0].removeprefix("model-registry/shared/") for key in entities(texts) if "Resource" in key}


def sites(texts: Mapping[str, str]) -> set[str]:
    """`granite/v1` of each version that has pages."""
    pages = [path for path in texts if path.startswith("models/") and path.endswith("docs/index.md")]
    return {path.removeprefix("models/shared/").removesuffix("/docs/index.md") for path in pages}


def versions(count: int, **of: Mapping[str, Any]) -> list[Any]:
    """A model with so many versions, each later than the one before; `of` gives further fields by name."""
    made = range(1, count + 1)
    return [model(), *(version(str(n), f"v{n}", **{"created": str(n * 1000), **of.get(f"v{n}", {})}) for n in made)]


# -- what is shown ---------------------------------------------------------------------------------------------------


def test_only_what_a_server_uses_is_shown_where_that_is_asked() -> None:
    rows = [*versions(4), server(registry=link("2"))]
    assert shown(run({}, seen(*rows))) == {"granite/v1", "granite/v2", "granite/v3", "granite/v4"}
    assert shown(run({}, seen(*rows), SERVED)) == {"granite/v2"}


def test_the_newest_live_versions_are_shown_and_what_a_server_uses() -> None:
    rows = [*versions(6, v6={"state": "ARCHIVED"}, v5={"created": "1"}), server(registry=link("1"))]
    assert shown(run({}, seen(*rows), latest(2))) == {"granite/v1", "granite/v3", "granite/v4"}


def test_of_versions_of_one_moment_the_one_that_came_later_is_newer() -> None:
    rows = [model(), *(version(n, f"v{n}", created="7") for n in ("9", "10", "2"))]
    assert shown(run({}, seen(*rows), latest(1))) == {"granite/v10"}
    rows = [model(), version("9", "v9", created="7"), version("10", "v10")]  # one that tells no time is the oldest
    assert shown(run({}, seen(*rows), latest(1))) == {"granite/v9"}


@pytest.mark.parametrize("odd", ["²", "9" * 5_000])
def test_an_id_or_a_time_that_is_no_number_is_the_oldest(odd: str) -> None:
    card = model(readme="# Card\n\nHello\n")
    one, other = version("1", "v1", created="7"), version(odd, "v2", created=odd)
    assert shown(run({}, seen(card, one, other), latest(1))) == {"granite/v1"}
    assert shown(run(run({}, seen(card, one)), seen(card, one, other))) == {"granite/v1", "granite/v2"}


def test_each_model_has_its_own_newest_versions() -> None:
    other = [model("2", "llama"), version("7", "v7", registered_model_id="2", created="1")]
    assert shown(run({}, seen(*versions(3), *other), latest(1))) == {"granite/v3", "llama/v7"}


def test_an_archived_version_follows_its_own_rule() -> None:
    rows = versions(2, v1={"state": "ARCHIVED"}, v2={"state": "ARCHIVED"})
    texts = run({}, seen(*rows, server(registry=link("1"))), latest(1))
    assert shown(texts) == {"granite/v1"}
    edited = {**texts, GRANITE: texts[GRANITE].replace("title: ", "title: Our ", 1)}
    again = run(edited, seen(*rows), SERVED)
    assert "archived" in entities(again)["model-registry/shared/granite/v1 Resource"]["metadata"]["tags"]


def test_what_is_not_shown_is_told() -> None:
    told = plan({}, seen(*versions(3)), latest(1)).left_out
    assert [(left.what, left.reason) for left in told] == [
        ("granite v1", "models.versions does not cover it"),
        ("granite v2", "models.versions does not cover it"),
    ]


# -- what goes, and comes back ---------------------------------------------------------------------------------------


def test_what_is_no_longer_covered_goes_at_once_and_says_by_which_key() -> None:
    rows = versions(40)
    texts = run({}, seen(*rows))
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    going = plan(texts, seen(*rows), latest(2), now=now)
    assert not going.held and not going.withheld
    removed = [change for change in going.changes if change.operation is Operation.REMOVE]
    assert {change.reason for change in removed} == {"models.versions"}
    assert len([change for change in removed if change.is_removal]) == 38
    assert shown(after(texts, going)) == {"granite/v39", "granite/v40"}
    assert sites(after(texts, going)) == {"granite/v39", "granite/v40"}
    for report in (plan_text(going, colour=False, verbose=False), pull_request_body(going)):
        assert report.count("generator.yaml no longer covers it (models.versions)") == 1


def test_it_comes_back_as_it_was_when_the_setting_changes_again() -> None:
    rows = [*versions(5), server(registry=link("2"))]
    whole = run({}, seen(*rows))
    for models in (SERVED, latest(1)):
        less = run(whole, seen(*rows), models)
        assert run(less, seen(*rows), models) == less != whole
        assert run(less, seen(*rows)) == whole


def test_a_registry_of_which_nothing_is_covered_still_lists_something() -> None:
    texts = run({}, seen(*versions(3)))
    going = plan(texts, seen(*versions(2)), SERVED)
    assert not going.held and shown(after(texts, going)) == set()


def test_what_people_edited_stays_and_is_flagged() -> None:
    rows = versions(3)
    texts = run({}, seen(*rows))
    edited = {**texts, GRANITE: texts[GRANITE].replace("title: granite v1", "title: Our first", 1)}
    going = plan(edited, seen(*rows), SERVED)
    assert shown(after(edited, going)) == {"granite/v1"}
    assert ("resource:default/shared.granite.v1", "orphan") in {(e.what, e.state) for e in going.hand_edits}
    again = plan(after(edited, going), seen(*rows), SERVED)
    assert not again.files and ("orphan" in {e.state for e in again.hand_edits})
    back = after(edited, plan(after(edited, going), seen(*rows)))
    assert "Our first" in back[GRANITE]


def test_a_page_that_people_wrote_into_keeps_its_version() -> None:
    page = "models/shared/granite/v1/docs/index.md"
    texts = run({}, seen(*versions(2)))
    edited = {**texts, page: texts[page] + "\n## Ours\n\nKeep me.\n"}
    left = run(edited, seen(*versions(2)), SERVED)
    assert shown(left) == {"granite/v1"} and "Keep me." in left[page]


# -- what is not known -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("models", [SERVED, latest(1)])
@pytest.mark.parametrize("incomplete", ["kserve/east/InferenceService", "kserve/west/LLMInferenceService"])
def test_while_a_cluster_cannot_tell_nothing_goes(models: Models, incomplete: str) -> None:
    rows = versions(3)
    texts = run({}, seen(*rows))
    assert shown(run(texts, seen(*rows, incomplete=incomplete), models)) == shown(texts)


@pytest.mark.parametrize("kind", ["ModelVersion", "RegisteredModel"])
def test_while_a_registry_cannot_tell_no_older_version_takes_the_place_of_one_that_is_not_seen(kind: str) -> None:
    texts = run({}, seen(*versions(6)), latest(2))
    assert shown(texts) == {"granite/v5", "granite/v6"}
    partial = seen(*versions(5), incomplete=f"model-registry/shared/{kind}")
    assert shown(run(texts, partial, latest(2))) == shown(texts)
    assert shown(run({}, partial, latest(2))) == set()
    used = server(registry=link("1"))
    assert shown(run(texts, seen(*versions(5), used, incomplete=f"model-registry/shared/{kind}"), latest(2))) == {
        "granite/v1",
        "granite/v5",
        "granite/v6",
    }


@pytest.mark.parametrize("models", [SERVED, latest(1)])
def test_while_a_server_waits_to_go_its_version_stays(models: Models) -> None:
    rows = versions(3)
    first = run({}, seen(*rows, server(registry=link("1"))), models)
    assert "granite/v1" in shown(first)
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    waiting = plan(first, seen(*rows), models, now=now)
    assert waiting.held and "granite/v1" in shown(after(first, waiting))
    assert dangling(after(first, waiting)) == []
    gone = run(first, seen(*rows, server("other")), models)
    assert "granite/v1" not in shown(gone) and dangling(gone) == []


def test_while_too_many_servers_would_go_their_versions_stay() -> None:
    names = [f"s{n}" for n in range(1, 21)]
    rows = [*versions(20), *(server(name, registry=link(name[1:])) for name in names)]
    texts = run({}, seen(*rows), SERVED)
    some = [row for row in rows if not isinstance(row, InferenceService) or int(row.name[1:]) > 15]
    assert shown(run(texts, seen(*some), SERVED)) == shown(texts)


def test_a_version_of_a_server_that_stays_edited_stays_too() -> None:
    texts = run({}, seen(*versions(2), server(registry=link("1")), server("other")), SERVED)
    part = "servers/east/pay/entities.yaml"
    edited = {**texts, part: texts[part].replace("title: chat", "title: Our chat")}
    going = plan(edited, seen(*versions(2), server("other")), SERVED)
    told = {edit.what for edit in going.hand_edits if edit.state == "orphan"}
    assert {"component:default/east.pay.chat", "resource:default/shared.granite.v1"} <= told
    left = after(edited, going)
    assert "kserve/east/pay/InferenceService/chat Component" in entities(left)
    assert shown(left) == {"granite/v1"} and dangling(left) == []
    assert run(left, seen(*versions(2), server("other")), SERVED) == left
    rid = {**left, part: left[part].replace("title: Our chat", "title: chat")}
    assert shown(run(rid, seen(*versions(2), server("other")), SERVED)) == set()


def test_archived_versions_that_wait_to_go_keep_no_new_one_out() -> None:
    texts = run({}, seen(*versions(3)), latest(2))
    rows = versions(4, v3={"state": "ARCHIVED"})
    waiting = plan(texts, seen(*rows), latest(2), now=datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert [held.what for held in waiting.held] == ["model-registry/shared/granite/v3"]
    assert shown(after(texts, waiting)) == {"granite/v2", "granite/v3", "granite/v4"}


# -- over many estates -----------------------------------------------------------------------------------------------

STATES = st.sampled_from(["LIVE", "LIVE", "LIVE", "ARCHIVED"])
VERSIONS = st.lists(st.tuples(st.integers(1, 2), st.integers(1, 4), STATES), min_size=1, max_size=8)
SERVERS = st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=4)
SETTINGS = st.sampled_from([ALL, SERVED, latest(1), latest(2)])


def estate(found: Sequence[tuple[int, int, str]], serving: Iterable[tuple[int, bool]]) -> list[Any]:
    """Versions of two models by (model, time, state), and servers by (version, whether in the other cluster)."""
    rows: list[Any] = [model("1", "granite"), model("2", "llama")]
    for number, (of, time, state) in enumerate(found, 1):
        rows.append(version(str(number), f"v{number}", registered_model_id=str(of), created=str(time), state=state))
    for number, (used, far) in enumerate(serving):
        if used <= len(found):
            of = str(found[used - 1][0])
            cluster = "west" if far else "east"
            rows.append(server(f"s{number}", cluster=cluster, registry=link(str(used), of)))
    return rows


def expected(found: Sequence[tuple[int, int, str]], serving: Iterable[tuple[int, bool]], models: Models) -> set[str]:
    """What the setting promises, said once more."""
    names = {number: f"{'granite' if of == 1 else 'llama'}/v{number}" for number, (of, _, _) in enumerate(found, 1)}
    covered = {used for used, _ in serving if used <= len(found)}
    for of in (1, 2):
        live = sorted((time, n) for n, (m, time, state) in enumerate(found, 1) if m == of and state == "LIVE")
        covered |= {n for _, n in (live if models.latest is None else live[::-1][: models.latest])}
    return {names[number] for number in covered}


def dangling(texts: Mapping[str, str]) -> list[str]:
    there = {f"{d['kind'].lower()}:default/{d['metadata']['name']}" for d in entities(texts).values()}
    relations = [ref for d in entities(texts).values() for ref in d["spec"].get("dependsOn", ())]
    return [ref for ref in relations if ref not in there]


@settings(max_examples=tries(60, 6), deadline=None)
@given(VERSIONS, SERVERS, st.lists(SETTINGS, min_size=1, max_size=3), st.data())
def test_what_the_setting_covers_is_shown_and_nothing_flips(
    found: list[tuple[int, int, str]], serving: list[tuple[int, bool]], asked: list[Models], data: st.DataObject
) -> None:
    rows = estate(found, serving)
    texts: dict[str, str] = {}
    for models in asked:
        texts = run(texts, seen(*rows), models)
        assert shown(texts) == sites(texts) == expected(found, serving, models)
        assert dangling(texts) == []
        assert run(texts, seen(*rows), models) == texts
        scope = data.draw(st.sampled_from([f"{s.source}/{s.kind}" for s in seen().scopes]))
        lost = {row for row in range(len(rows)) if data.draw(st.booleans()) and _is_of(rows[row], scope)}
        partial = seen(*(row for n, row in enumerate(rows) if n not in lost), incomplete=scope)
        outage = run(texts, partial, models)
        assert shown(outage) == shown(texts), scope
        assert dangling(outage) == []
        assert run(outage, seen(*rows), models) == texts
    assert texts == run({}, seen(*rows), asked[-1])


@settings(max_examples=tries(40, 5), deadline=None)
@given(VERSIONS, SERVERS, SERVERS, SETTINGS, SETTINGS, st.data())
def test_in_an_outage_nothing_goes_whatever_the_setting_becomes(
    found: list[tuple[int, int, str]],
    serving: list[tuple[int, bool]],
    then: list[tuple[int, bool]],
    before: Models,
    models: Models,
    data: st.DataObject,
) -> None:
    texts = run({}, seen(*estate(found, serving)), before)
    scope = data.draw(st.sampled_from(["kserve/east/InferenceService", "kserve/west/InferenceService"]))
    outage = run(texts, seen(*estate(found, then), incomplete=scope), models)
    assert shown(outage) >= shown(texts)


def _is_of(row: Any, scope: str) -> bool:
    kinds = {InferenceService: "InferenceService", ModelVersion: "ModelVersion", RegisteredModel: "RegisteredModel"}
    source = f"kserve/{row.cluster}" if isinstance(row, InferenceService) else f"model-registry/{row.registry}"
    return f"{source}/{kinds[type(row)]}" == scope
