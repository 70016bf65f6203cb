"""What earlier runs came to saves time, and changes nothing: a plan with it is the plan without, come what may."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from histories import CONFIG, Estate, History
from rhoai_catalog import limits, pipeline, report
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.cache import Cache, Question
from rhoai_catalog.cache.store import FOLDER
from rhoai_catalog.catalog import Files
from rhoai_catalog.changes import Desired
from rhoai_catalog.cli import main
from rhoai_catalog.config import Config, Models
from rhoai_catalog.decline import Declined
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.identity import Identity
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Absence, Plan
from rhoai_catalog.problem import Problem
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import InferenceService, RegisteredInferenceService, Scope, Snapshot, to_json
from rhoai_catalog.validate import KnownDocuments, problems
from test_describe import card, link, model, registered_from, server, snapshot, version
from thorough import tries

HISTORIES = tries(40, 10)
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
    for seed in range(first, first + 10)[-tries(10, 2) :]:
        history = Remembering(random.Random(seed), folder=folder)
        history.has_people = seed % 3 != 0
        for _ in range(8):
            history.step()
        left += history.left
    assert left > 0  # else nothing was tried


# -- each thing by itself --------------------------------------------------------------------------------------------


def remembered(estate: Rich, folder: Path, config: Config = CONFIG) -> dict[str, str]:
    """The tree of an estate, twice planned: each group of it is known, and so is the plan that writes nothing."""
    texts: dict[str, str] = {"ours.yaml": OURS}
    for _ in range(3):
        cache = Cache.of(config)
        texts = after(texts, plan(estate.seen(), texts, config, cache))
        cache.save()
    assert not desired(estate, texts, config).description.groups
    return texts


def desired(estate: Rich, texts: dict[str, str], config: Config = CONFIG) -> Desired:
    review = Review.of(Files(texts=texts))
    return pipeline.desire(config, Observation(snapshot=estate.seen()), {}, review, Cache.of(config))


@pytest.mark.few(4)
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("what", ["broken", "nobody", "deployed", "api", "refused", "named", "stored"])
def test_what_a_description_depends_on_is_seen_to_change(what: str, times: int, folder: Path) -> None:
    estate = Rich()
    texts = remembered(estate, folder)
    for _ in range(times):
        estate.more[what] += 1
        assert plan(estate.seen(), texts, cache=Cache.of(CONFIG)) == plan(estate.seen(), texts)


def test_a_catalog_that_lists_nothing_any_more_is_waited_for(folder: Path) -> None:
    texts = remembered(Rich(), folder)
    emptied = replace(Rich().seen(), catalog_models=())
    told = plan(emptied, texts, cache=Cache.of(CONFIG))
    assert told == plan(emptied, texts)
    assert any("cards" in held.what for held in told.held)


def test_what_a_profile_no_longer_shows_is_told_as_long_as_people_keep_it(folder: Path) -> None:
    both = replace(CONFIG, profiles=("seed", "ai-model-server"))
    texts = remembered(Rich(), folder, both)
    file = next(file for file in texts if file.endswith("ai-model-servers.yaml"))
    texts[file] = texts[file].replace("lifecycle: production", "lifecycle: ours")
    for _ in range(3):
        cache = Cache.of(CONFIG)
        told = plan(Rich().seen(), texts, cache=cache)
        cache.save()
        assert told == plan(Rich().seen(), texts)
        assert any(edit.state == "orphan" for edit in told.hand_edits)
        texts = after(texts, told)


def test_a_plan_is_asked_for_with_all_that_it_is_made_from(folder: Path, tmp_path: Path) -> None:
    """The plan of then is given only where nothing of its question differs."""
    texts = remembered(Rich(), folder)
    seen, gone = Observation(snapshot=Rich().seen()), {"kserve/east/InferenceService": 1}
    odd = Problem(path="x.yaml", message="is not UTF-8 text", rule="unreadable")
    tree, other = Files(texts=texts), Files(texts={**texts, "ours.yaml": OURS + "# more\n"})
    fewer, declined = tree.without(["ours.yaml"]), Declined({"0": 7})
    asked: list[tuple[Observation, dict[str, int], Review]] = [
        (seen, {}, Review.of(tree)),
        (seen, gone, Review.of(tree)),
        (replace(seen, owners=frozenset()), {}, Review.of(tree)),
        (replace(seen, owners=frozenset({EntityRef("group", "default", "ai")})), {}, Review.of(tree)),
        (replace(seen, left_out=(LeftOut(what="x", reason="y"),)), {}, Review.of(tree)),
        (seen, {}, Review.of(replace(tree, unreadable=(odd,)))),
        (seen, {}, Review.of(other)),
        (seen, {}, Review(base=other, start=tree)),
        (seen, {}, Review(base=tree, start=tree, branch=other)),
        (seen, {}, Review(base=tree, start=tree, branch=fewer)),
        (seen, {}, Review(base=tree, start=other, branch=fewer)),
        (seen, {}, Review(base=tree, start=tree, branch=tree.without([min(texts)]))),
        (seen, {}, Review(base=fewer, start=tree, branch=other)),
        (seen, {}, replace(Review.of(tree), declined=declined)),
        (seen, {}, replace(Review.of(tree), now=datetime(2026, 5, 4, tzinfo=UTC))),
    ]
    digests = [Question(observation=o, allowed=a, review=r).digest for o, a, r in asked]
    assert len({*digests}) == len(asked)
    assert None not in digests


def test_what_is_up_for_review_is_not_planned_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a pull request is open, each run is asked what the one before was: with all that it writes."""
    texts, estate = remembered(Rich(), folder), Rich()
    estate.servers["fraud"]["text"] = 1
    trees, first = Files(texts=texts), plan(estate.seen(), texts)
    asked = Question(
        observation=Observation(snapshot=estate.seen()),
        allowed={},
        review=Review(base=trees, start=trees, branch=Files(texts=after(texts, first))),
    )

    def told() -> tuple[Plan | None, Plan]:
        cache = Cache.of(CONFIG)
        known = cache.answers.plan(asked)
        made = pipeline.plan(CONFIG, asked.observation, {}, asked.review, cache)
        cache.save()
        return known, made

    (unknown, made), (known, again) = told(), told()
    assert made.files and made == known == again
    assert unknown is None
    for file in folder.glob("*.plans.json"):
        file.unlink()
    monkeypatch.setattr(limits, "KEPT_PLAN", sum(len(text or "") for text in made.files.values()) - 1)
    assert [known for known, _ in (told(), told())] == [None, None]


def test_a_plan_that_is_known_says_a_value_as_the_file_has_it(folder: Path) -> None:
    """Else a pull request would be written anew in every second run."""
    texts = remembered(Rich(), folder)
    file = next(file for file, text in texts.items() if "name: east.pay.chat" in text and file.startswith("servers/"))
    texts[file] = texts[file].replace("\nspec:\n", "\nspec:\n  ports: [{to: 2, from: 1}]\n", 1)
    bodies = []
    for _ in range(3):
        cache = Cache.of(CONFIG)
        bodies.append(report.pull_request_body(plan(Rich().seen(), texts, cache=cache)))
        cache.save()
    assert "from" in bodies[0]
    assert len({*bodies}) == 1


def test_a_plan_that_waits_is_made_anew_each_time(folder: Path) -> None:
    texts = remembered(Rich(), folder)
    estate = Rich()
    del estate.servers["fraud"]
    config = replace(CONFIG, removal=replace(CONFIG.removal, runs=1, hours=1))
    absent: dict[Identity, Absence] = {}
    for minutes in (0, 30, 180, 30):  # the last on a machine whose clock is late
        now = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(minutes=minutes)
        cache, review = Cache.of(config), replace(Review.of(Files(texts=texts)), now=now, absent=absent)
        told = pipeline.plan(config, Observation(snapshot=estate.seen()), {}, review, cache)
        cache.save()
        assert bool(told.files) is (minutes == 180)
        absent = absent or dict(told.absent)


def test_the_commands_keep_a_cache_unless_they_are_asked_not_to(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "generator.yaml").write_text("clusters: [{name: east, server: https://e.example}]\n", "utf-8")
    snapshot = tmp_path / "seen.json"
    snapshot.write_text(to_json(Rich().seen()), "utf-8")
    options = ["--config", str(tmp_path / "generator.yaml"), "--snapshot", str(snapshot)]
    first = CliRunner().invoke(main, ["generate", *options, "--no-cache"])
    assert not folder.exists(), first.output
    plans = [CliRunner().invoke(main, ["plan", *options, *more]) for more in ([], [], ["--no-cache"])]
    assert len({told.output for told in plans}) == 1
    assert {file.name.partition(".")[2] for file in folder.iterdir()} == {"groups.json", "plans.json"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())


ODD: dict[str, str] = {  # whatever is looked at across a tree, sound and not
    "a.yaml": """\
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: a, namespace: other, annotations: {backstage.io/techdocs-ref: "dir:./site"}}
spec: {type: x, lifecycle: y, owner: group:nobody, subcomponentOf: b, dependsOn: [resource:gone, component:b]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: b
  annotations: {backstage.io/techdocs-ref: "dir:./none", backstage.io/source-location: "elsewhere"}
spec: {type: x, lifecycle: y, owner: team, subcomponentOf: other/a, providesApis: [c], dependsOn: [component:b]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: d, namespace: other}
spec: {type: x, lifecycle: y, owner: team, subcomponentOf: component:other/a, consumesApis: [component:b]}
""",
    "b.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: c}
spec: {type: openapi, lifecycle: y, owner: user:x, definition: {$text: ../../gone.yaml}}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: b}
spec: {type: x, lifecycle: y, owner: team}
---
{apiVersion: backstage.io/v1alpha1, kind: [odd], metadata: {name: x}, spec: {1: .nan}}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: l}
spec: {type: file, targets: [./gone.yaml, ./b.yaml]}
""",
    "site/mkdocs.yml": "site_name: x\nhooks: [x.py]\ndocs_dir: pages\nnav: [{A: gone.md}]\n",
    "site/pages/index.md": "# A\n",
}


def test_what_documents_say_of_others_is_told_from_what_is_known_of_them() -> None:
    """Every finding across a tree, from related data alone; each rule that looks across is among them."""
    owners = frozenset({EntityRef("group", "default", "team")})
    whole = problems(ODD, only=(), owners=owners)
    related = KnownDocuments()
    assert problems(ODD, only=(), owners=owners, known=related) == whole
    known = KnownDocuments(related.contents())
    assert problems(ODD, only=(), owners=owners, known=known) == whole
    assert known.contents() == related.contents()
    rules = {"cycle", "dangling", "dependency-cycle", "duplicate", "location", "owner", "placeholder", "techdocs"}
    assert {problem.rule for problem in whole} >= {*rules, "wrong-kind"}
    told = [data for file in related.contents().values() for data, _ in json.loads(bytes(file)).values()]
    assert not any(data.get("spec", {}).get("lifecycle") for data in told if data.get("kind") == "Component")


NAMED = {"rhdh.io/catalog-source": "redhat", "rhdh.io/catalog-model": "ibm/granite"}
KEPT = {"rhdh.io/api-entity-ref": "api:default/ours"}


def changes_as_without(before: Snapshot, now: Snapshot, tree: Callable[[dict[str, str]], object] = len) -> None:
    """A plan after a change, in the snapshot or the tree, is the one without what was learnt before it."""
    namespaces = Scope(source="kserve/east", kind="Namespace", complete=True)
    before, now = (replace(seen, scopes=(*seen.scopes, namespaces)) for seen in (before, now))
    texts: dict[str, str] = {"ours.yaml": OURS}
    for _ in range(2):
        cache = Cache.of(CONFIG)
        texts = after(texts, plan(before, texts, cache=cache))
        cache.save()
    review = Review.of(Files(texts=texts))
    left = pipeline.desire(CONFIG, Observation(snapshot=before), {}, review, Cache.of(CONFIG))
    assert not left.description.groups  # else nothing is tried
    tree(texts)
    told = plan(now, texts)
    assert plan(now, texts, cache=Cache.of(CONFIG)) == told


def test_a_broken_source_of_a_servers_own_card_is_told(folder: Path) -> None:
    seen = snapshot(server("fraud", annotations=NAMED), card(readme="# Granite"))
    broken = replace(seen.scopes[-1], namespace="redhat", complete=False, withholds=False, reason="broken")
    changes_as_without(seen, replace(seen, scopes=(*seen.scopes, broken)))


def test_a_model_that_a_server_names_in_vain_is_told(folder: Path) -> None:
    """Beside a registered version with a card of its own, nothing else depends on it."""
    rows = (model(), version(artifacts=registered_from("ibm/other")), card("ibm/other", readme="# Other"))
    seen = snapshot(server("fraud", annotations=NAMED, registry=link()), *rows, card())
    changes_as_without(seen, replace(seen, catalog_models=seen.catalog_models[:1]))


def test_an_api_that_people_take_away_is_named_no_more(folder: Path) -> None:
    seen = snapshot(server("fraud", annotations=KEPT))
    changes_as_without(seen, seen, lambda texts: texts.pop("ours.yaml"))


def test_what_a_change_breaks_is_told_alike_whether_the_rest_is_known_or_not() -> None:
    """Of files that change, too: documents that stood in them before, with and without findings of their own."""
    same = (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: t, children: []}\n"
    )
    odd = "---\napiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: a b}\nspec: {}\n"
    files = {**ODD, "a.yaml": odd + same, "z.yaml": same}
    known = KnownDocuments()
    problems(files, known=known)
    for file in sorted(files):
        for text in (files[file] + same, same + files[file], files[file] + odd, odd):
            changed = {**files, file: text}
            with_known = problems(changed, only=[file], known=KnownDocuments(known.contents()))
            assert with_known == problems(changed, only=[file]), file
