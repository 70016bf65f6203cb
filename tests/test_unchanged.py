"""What is unchanged is not read, and nobody can tell: each thing that may affect it, by itself."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from histories import CONFIG
from rhoai_catalog import documents, merge, pipeline
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.base import read_lines, write_lines
from rhoai_catalog.cache import Cache
from rhoai_catalog.cache.store import FOLDER
from rhoai_catalog.catalog import Files
from rhoai_catalog.changes import Desired
from rhoai_catalog.config import Cluster, Config, Removal, Validation
from rhoai_catalog.decline import Declined
from rhoai_catalog.identity import Identity
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Fact, Scope, Snapshot, Source
from test_cache import Rich
from test_describe import link, model, server, version
from thorough import tries

THOROUGH = tries(1, 0) == 1
ENTITY = "apiVersion: backstage.io/v1alpha1\nkind: {}\nmetadata: {{name: {}}}\nspec: {{{}}}\n"
COMPONENT = "type: x, lifecycle: y, owner: group:default/ours"
KNOWN = frozenset(EntityRef("group", "default", name) for name in ("ai", "ours", "ai-platform"))
ODD_FILES = {  # what people put beside generated parts
    "system.yaml": ENTITY.format("System", "s", "owner: group:default/ours"),
    "group.yaml": ENTITY.format("Group", "ai-platform", "type: team, children: []"),
    "round.yaml": ENTITY.format(
        "Component",
        "round",
        f"{COMPONENT}, dependsOn: [component:east.team-0.s0], dependencyOf: [resource:shared.m00.v]",
    ),
    "leads.yaml": ENTITY.format(
        "Component", "leads", f"{COMPONENT}, dependsOn: [component:east.pay.chat, resource:shared.granite.v1]"
    ),
    "taken.yaml": ENTITY.format("Component", "east.pay.chat", COMPONENT),
    "template.yaml": ENTITY.format(
        "Template", "t", "type: x, steps: [{id: a, action: 'fetch:template', input: {url: ./servers}}]"
    ),
    "fetching.yaml": ENTITY.format(
        "Template", "f", "type: x, steps: [{id: a, action: 'fetch:template', input: {url: ./models}}]"
    ),
    "broken.yaml": "a: [\n",
    f"{'a/' * 1100}deep.md": "# Deep\n",
    "models/shared/granite/v1/docs/ours.md": "# Ours\n",
    "models/shared/granite/v1/mkdocs.yaml": "kind: site\nmetadata: {name: site}\nhooks: [a.py]\n",
    "models/shared/granite/mine.yaml": ENTITY.format("Component", "mine", COMPONENT),
    "servers/east/pay/chat/notes.md": "# Notes\n\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n",
}


def review_of(texts: dict[str, str], base: dict[str, str] | None = None, declined: Declined | None = None) -> Review:
    """A review of one tree, or of a branch beside the base branch."""
    tree, now = Files(texts=texts), datetime(2026, 5, 4, tzinfo=UTC)
    if base is None:
        return Review.of(tree)
    return Review(base=Files(texts=base), start=tree, branch=tree, declined=declined or Declined({}), now=now)


def planned(config: Config, seen: Observation, review: Review, cache: Cache | None = None) -> Plan:
    return pipeline.plan(config, seen, {}, review, cache)


def desired(config: Config, seen: Observation, review: Review) -> Desired:
    return pipeline.desire(config, seen, {}, review, Cache.of(config))


@dataclass
class Wide(Rich):
    """An estate with more parts: other models, and servers of them in namespaces of their own, that come, go and change
    one by one.
    """

    others: dict[int, Counter[str]] = field(default_factory=lambda: {number: Counter() for number in range(5)})

    def seen(self) -> Snapshot:
        told = super().seen()
        if self.down & {"kserve/east", "model-registry/shared"}:
            return told
        there = [(f"{number}0", n) for number, n in self.others.items() if not n["gone"] % 2]
        more: dict[str, tuple[Any, ...]] = {
            "inference_services": tuple(
                server(f"s{number}", namespace=f"team-{number}", registry=link(f"{number}0", f"{number}0"), **about(n))
                for number, n in self.others.items()
            ),
            "registered_models": tuple(model(number, f"m{number}") for number, _ in there),
            "model_versions": tuple(
                version(number, "v", registered_model_id=number, author=f"{n['author']}") for number, n in there
            ),
        }
        return replace(told, **{table: (*getattr(told, table), *rows) for table, rows in more.items()})


def about(n: Counter[str]) -> dict[str, str]:
    return {"description": f"Part {n['text']}."}


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


# -- each disturbance by itself ----------------------------------------------------------------------------------------


def more_servers(estate: Wide) -> None:
    estate.servers["more"] = Counter()


def more_versions(estate: Wide) -> None:
    estate.versions["v3"] = Counter()


def fewer_servers(estate: Wide) -> None:
    del estate.servers["fraud"]


def fewer_versions(estate: Wide) -> None:
    estate.others[1]["gone"] += 1


def another_text(estate: Wide) -> None:
    estate.others[2]["text"] += 1


def nothing(estate: Wide) -> None:
    pass


CHANGES = (nothing, more_servers, more_versions, fewer_servers, fewer_versions, another_text)
CONFIGS = (
    CONFIG,
    replace(CONFIG, profiles=("seed", "ai-model-server")),
    replace(CONFIG, systems=(("*", "system:default/nowhere"),)),
    replace(CONFIG, removal=Removal(percent=30, count=0, population=1, runs=1, hours=0)),
)


def settled(
    estate: Wide,
    config: Config = CONFIG,
    odd: dict[str, str] | None = None,
    owners: frozenset[EntityRef] = KNOWN,
) -> dict[str, str]:
    """The tree of an estate, all parts of which are unchanged and clean."""
    texts = dict(odd or {})
    for _ in range(3):
        cache, seen = Cache.of(config), Observation(snapshot=estate.seen(), owners=owners)
        told = planned(config, seen, review_of(texts), cache)
        texts = {file: text for file, text in (texts | dict(told.files)).items() if text is not None}
        cache.save()
    unchanged = desired(config, seen, review_of(texts)).current.unchanged
    moving = {file for file in texts if file not in unchanged.texts and not file.startswith(".base/")} - {*(odd or {})}
    assert moving == {".gitattributes", "README.md", "catalog-info.yaml"}
    assert Cache.of(config).groups.known_documents(unchanged).clean.references.keys() == unchanged.parts.keys()
    return texts


@pytest.mark.few(1)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.__name__))
def test_what_comes_into_parts_that_stood_still_is_seen(change: Callable[[Wide], None], folder: Path) -> None:
    turn = CHANGES.index(change)
    config, estate = CONFIGS[turn % 4], Wide()
    texts = settled(estate, config)
    change(estate)

    @functools.cache
    def seen(owners: frozenset[EntityRef] | None) -> Observation:
        return Observation(snapshot=estate.seen(), owners=owners)

    @functools.cache
    def as_before(owners: frozenset[EntityRef] | None) -> Plan:
        return planned(config, seen(owners), review_of(texts))

    oddities = [*_odd_in(texts)]
    some = oddities[(turn + 1) % len(CHANGES) :: len(CHANGES)]  # so that what names a system comes upon a file of one
    for number, (owners, file, text) in enumerate(oddities if THOROUGH else some):
        with_odd = {**texts, file: text} if file else texts
        one, *others = review_of(with_odd), review_of(with_odd, texts), review_of(texts, with_odd)
        cache = Cache.of(config)
        for then in (one, *(others if THOROUGH else (others[number % 2],))):
            wanted = planned(config, seen(owners), then)
            for _ in range(2 if then is one else 1):  # as it learns
                assert planned(config, seen(owners), then, cache) == wanted, (file, text)
        assert planned(config, seen(owners), review_of(texts), cache) == as_before(owners), (file, text)


def _odd_in(texts: dict[str, str]) -> Iterator[tuple[frozenset[EntityRef] | None, str, str]]:
    """Who can own; and a file that is put there, or written anew."""
    yield from ((owners, "", "") for owners in (None, KNOWN, KNOWN - {EntityRef("group", "default", "ai-platform")}))
    yield from ((KNOWN, file, text) for file, text in ODD_FILES.items())
    ours = [file for file in sorted(texts) if merge.is_entity_file(file)]
    yield from (
        (KNOWN, file, texts[file] + "---\n" + ENTITY.format("Component", "mine", COMPONENT))
        for file in ours[:: 1 if THOROUGH else 3]
    )
    copies = [piece for file in ours for piece in documents.split(texts[file])]
    copies += [re.sub(r"(?m)^  name: .*$", "  name: mine", piece, count=1) for piece in copies]
    yield from ((KNOWN, "copy.yaml", piece) for piece in copies[:: 5 if THOROUGH else 11])


def test_one_broken_file_keeps_no_part_from_being_clean_and_hides_nothing(folder: Path) -> None:
    estate, broken = Wide(), {"broken.yaml": ODD_FILES["broken.yaml"]}
    texts = settled(estate, odd=broken)
    file = "models/shared/m00/entities.yaml"
    assert file in texts
    seen = Observation(snapshot=estate.seen(), owners=KNOWN)
    for tree in (texts, {name: text for name, text in texts.items() if name not in broken}):
        for then in (tree, {name: text for name, text in tree.items() if name != file}):
            assert planned(CONFIG, seen, review_of(then), Cache.of(CONFIG)) == planned(CONFIG, seen, review_of(then))


def test_a_rule_that_is_off_keeps_no_part_from_being_clean(folder: Path) -> None:
    settled(Wide(), replace(CONFIG, validation=Validation(rules={"owner": "off"})), owners=frozenset())


def test_what_people_and_branches_do_to_parts_that_stood_still_is_seen(folder: Path) -> None:
    """Each line of each file by itself: gone, and said twice; each file gone."""
    estate = Wide()
    texts = settled(estate)
    seen = Observation(snapshot=estate.seen(), owners=KNOWN)
    for turn, file in [*enumerate(sorted(texts))][:: tries(1, 4)]:
        lines = texts[file].splitlines(keepends=True)
        without = {name: text for name, text in texts.items() if name != file}
        trees = [without, *({**texts, file: "".join(rows)} for rows in _edits(lines))]
        for number, tree in enumerate(trees if THOROUGH else trees[turn % 3 : turn % 3 + 1], turn):
            reviews = (review_of(tree), review_of(tree, texts), review_of(texts, tree))
            review = reviews[number % 3]
            assert planned(CONFIG, seen, review, Cache.of(CONFIG)) == planned(CONFIG, seen, review), file


def _edits(lines: list[str]) -> Iterator[list[str]]:
    for number in range(0, len(lines), 1 + len(lines) // (5 if THOROUGH else 1)):
        yield [*lines[:number], *lines[number + 1 :]]
        yield [*lines[:number], lines[number], *lines[number:]]


# -- found by a reviewer ---------------------------------------------------------------------------------------------


def carried_out(config: Config, seen: Observation, texts: dict[str, str]) -> dict[str, str]:
    told = planned(config, seen, review_of(texts))
    return {file: text for file, text in (texts | dict(told.files)).items() if text is not None}


def as_without(config: Config, seen: Observation, known: dict[str, str], *reviews: Review) -> None:
    """Plans after one that learnt a tree are those without."""
    cache = Cache.of(config)
    planned(config, seen, review_of(known), cache)
    cache.save()
    for review in reviews:
        assert planned(config, seen, review, Cache.of(config)) == planned(config, seen, review)


def test_what_the_base_branch_alone_still_has_by_a_profile_is_told_with_its_reason(folder: Path) -> None:
    seen = Observation(snapshot=Wide().seen())
    base = carried_out(replace(CONFIG, profiles=("seed", "ai-model-server")), seen, {})
    branch = carried_out(CONFIG, seen, base)
    as_without(CONFIG, seen, branch, review_of(branch, base))
    assert any(change.reason == "profiles" for change in planned(CONFIG, seen, review_of(branch, base)).changes)


def test_what_the_base_branch_alone_has_of_a_server_is_described(folder: Path) -> None:
    told = Wide().seen()
    silent = tuple(replace(one, protocols=Fact((), "nothing")) for one in told.inference_services)
    without = Observation(snapshot=replace(told, inference_services=silent))
    base, start = carried_out(CONFIG, Observation(snapshot=told), {}), carried_out(CONFIG, without, {})
    as_without(CONFIG, without, start, review_of(start, base), review_of(base, start))
    problems = planned(CONFIG, without, review_of(start, base)).problems
    assert "error" not in {problem.level for problem in problems}  # nothing is made of what nobody knows


def test_a_line_elsewhere_that_says_a_document_is_its_own_is_seen(folder: Path) -> None:
    seen = Observation(snapshot=Wide().seen())
    texts = carried_out(CONFIG, seen, {})
    for name in [name for name in texts if name.startswith(".base/servers/")]:
        line = next(line for line in read_lines(texts[name], name) if line.kind == "Component")
        other = replace(line, identity=Identity("kserve/east/x/InferenceService/x"), ref="component:default/x")
        forged = replace(other, file="zz/x.yaml")
        torn = {**texts, forged.belongs: write_lines([forged])}
        as_without(CONFIG, seen, texts, review_of(torn), review_of(torn, texts), review_of(texts, torn))


def test_what_stands_still_keeps_its_name_when_another_would_like_it(folder: Path) -> None:
    def seen(*names: str) -> Observation:
        told = Wide().seen()
        models = tuple(model(f"9{number}", name) for number, name in enumerate(names))
        versions = tuple(version(f"9{number}", "v", registered_model_id=f"9{number}") for number in range(len(names)))
        return Observation(
            snapshot=replace(
                told,
                registered_models=(*told.registered_models, *models),
                model_versions=(*told.model_versions, *versions),
            )
        )

    texts = carried_out(CONFIG, seen("M-x"), {})
    as_without(CONFIG, seen("M-x"), texts)
    both = seen("M-x", "M x")  # which sorts before it, and comes to the same name
    unchanged = desired(CONFIG, both, review_of(texts)).current.unchanged
    assert any("m-x" in shown.ref for part in unchanged.parts.values() for shown in part.shown)
    assert planned(CONFIG, both, review_of(texts), Cache.of(CONFIG)) == planned(CONFIG, both, review_of(texts))


def test_a_registry_that_is_found_no_more_is_still_expected(folder: Path) -> None:
    """It is known by unchanged parts alone; what it showed is not taken for dropped."""
    config = replace(CONFIG, clusters=(Cluster(name="east", server="https://east.example", discover=True),))
    found = Source(family="model-registry", name="east-lab", clusters=("east",), registry="lab", discovered=True)
    told = Wide().seen()
    kinds = ("RegisteredModel", "ModelVersion", "Artifact", "InferenceService", "ServingEnvironment")
    there = replace(
        told,
        sources=(*told.sources, found),
        scopes=(*told.scopes, *(Scope(source=found.key, kind=kind, complete=True) for kind in kinds)),
        registered_models=(*told.registered_models, model("1", "lost", "east-lab")),
        model_versions=(*told.model_versions, version("1", "v", "east-lab")),
    )
    texts = carried_out(config, Observation(snapshot=there), {})
    as_without(config, Observation(snapshot=there), texts)
    lost = Observation(snapshot=told)
    assert found.key in desired(config, lost, review_of(texts)).current.sources()
    plan = planned(config, lost, review_of(texts), Cache.of(config))
    assert plan == planned(config, lost, review_of(texts))
    assert not plan.changes and any(scope.source == found.key for scope in plan.scopes)
