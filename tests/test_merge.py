"""The three-way merge: what people wrote stays, what was generated follows its source, nothing else moves."""

from __future__ import annotations

import copy
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rhoai_catalog import documents
from rhoai_catalog.decline import WHOLE, Declined, digest_of
from rhoai_catalog.entity import Description, Entity, Page
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.merge import load, merge, merge_index, without_declined
from rhoai_catalog.merge.document.chain import Chain
from rhoai_catalog.merge.document.entity import merge_document
from rhoai_catalog.merge.document.members import Members
from rhoai_catalog.merge.pages.markdown import merge_page
from rhoai_catalog.merge.pages.sections import section_digests, sections_of
from rhoai_catalog.snapshot import UNKNOWN
from thorough import tries

FILE = "servers/east/pay/entities.yaml"
BASE = ".base/servers/east/pay.jsonl"
INDEX = "catalog-info.yaml"
README = Page(identity=Identity("catalog"), name="README.md", file=PurePosixPath("README.md"), text="# A\n")


def document(name: str = "east.pay.a", **metadata: Any) -> dict[str, Any]:
    source = f"kserve/east/pay/InferenceService/{name.rsplit('.', 1)[-1]}"
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": name,
            "title": "A",
            "description": "What it does",
            "annotations": {"rhoai-catalog/source": source, "x/url": "https://one.example"},
            "tags": ["auth-required", "vllm"],
            "links": [{"url": "https://one.example", "title": "API"}],
            **metadata,
        },
        "spec": {"type": "model-server", "lifecycle": "production", "owner": "group:default/ai"},
    }


def entity(data: dict[str, Any], unknown: tuple[str, ...] = (), file: str = FILE) -> Entity:
    source = data["metadata"]["annotations"]["rhoai-catalog/source"]
    return Entity(identity=Identity(source), file=PurePosixPath(file), document=data, unknown=frozenset(unknown))


def run(texts: dict[str, str], *entities: Entity, pages: tuple[Page, ...] = (), gone: tuple[str, ...] = ()):
    current = load(texts)
    description = Description(entities=tuple(entities), pages=tuple(pages))
    tree = merge_index(merge(current, description, (), gone), current, current)
    again = load(dict(tree.texts))
    second = merge_index(merge(again, description, (), gone), again, again)
    assert dict(second.texts) == dict(tree.texts), "a second run changes something"
    return tree


def first(*names: str) -> dict[str, str]:
    return dict(run({}, *(entity(document(f"east.pay.{name}")) for name in names or ("a",))).texts)


def replaced(texts: dict[str, str], old: str, new: str, file: str = FILE) -> dict[str, str]:
    assert old in texts[file]
    return {**texts, file: texts[file].replace(old, new, 1)}


def test_the_first_run_writes_the_part_its_base_and_the_index() -> None:
    texts = first("b", "a")
    assert sorted(texts) == [".base/catalog-info.jsonl", BASE, "catalog-info.yaml", FILE]
    assert [d["metadata"]["name"] for d in documents.load(texts[FILE])] == ["east.pay.a", "east.pay.b"]
    assert documents.load(texts["catalog-info.yaml"])[0]["spec"] == {"target": f"./{FILE}"}


def test_the_index_is_there_while_nothing_is_shown_for_a_hub_keeps_what_it_showed_of_a_file_that_went() -> None:
    nothing, a = dict(run({}, pages=(README,)).texts), entity(document())
    assert documents.load(nothing[INDEX]) == []
    shown = run(nothing, a, pages=(README,)).texts
    assert dict(shown) == dict(run({}, a, pages=(README,)).texts), "what says that nothing is shown goes, too"
    assert dict(run(dict(shown), pages=(README,), gone=(a.identity,)).texts) == nothing
    assert not run({}).texts, "nor is it there where nothing is, as all was declined"


def test_an_index_that_people_changed_or_deleted_while_nothing_was_shown_stays_so() -> None:
    texts = dict(run({}, pages=(README,)).texts)
    assert INDEX in texts
    ours = texts[INDEX] + "# and Bob\n"
    assert run({**texts, INDEX: ours}, pages=(README,)).texts[INDEX] == ours
    assert run({**texts, INDEX: ""}, pages=(README,)).texts[INDEX] == ""
    without = {file: text for file, text in texts.items() if file != INDEX}
    assert INDEX not in run(without, pages=(README,)).texts
    after = run({**texts, INDEX: ours}, entity(document()), pages=(README,)).texts[INDEX]
    assert after.startswith(ours) and f"./{FILE}" in after


def test_the_index_of_a_first_proposal_that_was_declined_is_not_left_on_its_branch() -> None:
    branch, base = load(first()), load({})
    proposed = {digest_of(key, WHOLE, line.doc): 1 for key, (line,) in branch.lines.items() if key.name == "Component"}
    left, declined = load(without_declined(branch, base, Declined(proposed))), Declined(proposed)
    description = Description(entities=(entity(document()),))
    assert not merge_index(merge(left, description, declined=declined), left, base).texts


EDITS = [
    ("title: A", "title: Ours  # by hand"),
    ("description: What it does", "description: >\n    Folded\n    by hand"),
    ("  - vllm\n", "  - vllm\n  - ours\n"),
    ("  - vllm\n", ""),
    ("  - auth-required\n", "  - auth-not-required\n"),
    ("    title: API\n", "    title: Our API\n    icon: star\n"),
    ("    title: API\n", "    title: API\n  - {title: Runbook, url: https://runbook.example}\n"),
    ("    x/url: https://one.example\n", "    x/url: https://ours.example\n    team/x: '1'\n"),
    ("  owner: group:default/ai", "  owner: group:default/payments"),
    ("  lifecycle: production\n", "  lifecycle: production\n  system: pay\n  extra: {deep: [1, 2]}\n"),
]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_an_edit_survives_while_everything_else_follows(old: str, new: str) -> None:
    edited = replaced(first(), old, new)
    after = run(
        edited,
        entity(
            document(
                title="B",
                description="New",
                links=[{"url": "https://two.example", "title": "API"}],
                tags=["auth-not-required", "new", "vllm"],
            )
        ),
    )
    merged, mine = documents.load(after.texts[FILE])[0], documents.load(edited[FILE])[0]
    for line in new.splitlines():
        assert line in after.texts[FILE]
    untouched = {"title": "B", "description": "New"}
    for field, value in untouched.items():
        assert merged["metadata"][field] == (value if not old.startswith(field) else mine["metadata"][field])
    assert ("new" in merged["metadata"]["tags"]) is True
    [outcome] = [o for o in after.outcomes if o.kind == "Component"]
    assert outcome.kept


def test_a_conflict_keeps_the_persons_value_and_tells_the_generated_one() -> None:
    after = run(replaced(first(), "title: A", "title: Ours"), entity(document(title="B")))
    [kept] = after.outcomes[0].kept
    assert (kept.pointer, kept.mine, kept.new, kept.state) == ("/metadata/title", "Ours", "B", "conflict")


def test_an_edit_that_the_source_catches_up_with_stays_an_edit() -> None:
    edited = replaced(first(), "title: A", "title: B")
    caught_up = dict(run(edited, entity(document(title="B"))).texts)
    after = run(caught_up, entity(document(title="C")))
    assert "title: B" in after.texts[FILE]


def test_comments_order_and_quoting_survive_an_update() -> None:
    text = (
        first()[FILE].replace("  title: A\n", "  # our comment\n  title: 'A'\n").replace("kind: Component\n", "", 1)
        + "kind: Component  # last\n"
    )
    after = run({**first(), FILE: text}, entity(document(description="New")))
    assert after.texts[FILE] == text.replace("What it does", "New")


def test_other_documents_of_the_file_are_copied_byte_for_byte() -> None:
    texts = first("a", "c")
    mine = (
        "---\n# ours\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: zz-hand-made}\n"
        "spec: {type: service, lifecycle: x, owner: us}\n"
    )
    texts[FILE] = texts[FILE] + mine
    after = run(texts, entity(document(title="B")), entity(document("east.pay.c")), entity(document("east.pay.b")))
    assert after.texts[FILE].endswith(mine)
    names = [d["metadata"]["name"] for d in documents.load(after.texts[FILE])]
    assert names == ["east.pay.a", "east.pay.b", "east.pay.c", "zz-hand-made"]


def test_a_deleted_entity_stays_deleted_also_after_its_source_was_gone() -> None:
    texts = first("a", "b")
    second = "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: east.pay.b"
    texts[FILE] = texts[FILE].partition(second)[0]
    both = entity(document()), entity(document("east.pay.b"))
    gone = dict(run(texts, both[0], gone=(both[1].identity,)).texts)
    after = run(gone, *both)
    assert after.texts[FILE] == texts[FILE]
    assert [o.state for o in after.outcomes if o.what.endswith(".b")] == ["deleted"]


def test_a_moved_and_renamed_entity_is_found_by_its_source() -> None:
    texts = first()
    moved = {**texts, "team/ours.yaml": texts[FILE].replace("name: east.pay.a", "name: our-server")}
    del moved[FILE]
    after = run(moved, entity(document(title="B")))
    assert FILE not in after.texts
    [found] = documents.load(after.texts["team/ours.yaml"])
    assert (found["metadata"]["name"], found["metadata"]["title"]) == ("our-server", "B")
    assert "./team/ours.yaml" in after.texts["catalog-info.yaml"]
    assert load(dict(after.texts)).known().given[entity(document()).identity, "Component"].file == PurePosixPath(
        "team/ours.yaml"
    )


def test_without_a_base_the_document_is_adopted_and_nothing_overwritten() -> None:
    texts = replaced(first(), "title: A", "title: Ours")
    del texts[BASE]
    adopted = run(texts, entity(document(description="New")))
    assert adopted.texts[FILE] == texts[FILE]
    after = run(
        dict(adopted.texts),
        entity(document(description="Newer", links=[{"url": "https://two.example", "title": "API"}])),
    )
    assert "title: Ours" in after.texts[FILE]
    assert "What it does" in after.texts[FILE], "a value that differs without a base is a person's"
    assert "https://two.example" in after.texts[FILE], "a value that was equal counts as generated"


@pytest.mark.parametrize("damage", ["<<<<<<< ours\n", "{}\n", "not json\n", '{"v":1}\n'])
def test_damaged_lines_of_the_base_are_skipped_and_both_sides_of_a_conflict_count(damage: str) -> None:
    texts = first()
    theirs = dict(run(texts, entity(document(title="B"))).texts)
    both = {**theirs, BASE: damage + texts[BASE] + "=======\n" + theirs[BASE] + ">>>>>>> theirs\n"}
    after = run(both, entity(document(title="C")))
    assert "title: C" in after.texts[FILE]
    assert after.texts[BASE].count("\n") == 1


def test_a_changed_base_line_is_not_believed() -> None:
    texts = first()
    forged = {**texts, BASE: texts[BASE].replace('"/metadata/title":"A"', '"/metadata/title":"Z"')}
    assert load(forged).lines.keys().isdisjoint({(entity(document()).identity, "Component")})


def test_a_broken_file_freezes_its_part_and_only_that() -> None:
    texts = first("a", "b")
    other = entity(document("east.ops.o"), file="servers/east/ops/entities.yaml")
    texts[FILE] = texts[FILE].replace("  title: A\n", "  title: [A\n", 1)
    after = run(
        texts, entity(document(title="B")), entity(document("east.pay.b")), entity(document("east.pay.n")), other
    )
    assert after.texts[FILE] == texts[FILE]
    assert after.texts[BASE] == texts[BASE]
    assert "servers/east/ops/entities.yaml" in after.texts
    assert {held.reason for held in after.held} == {f"{FILE} cannot be read"}
    assert f"./{FILE}" in after.texts["catalog-info.yaml"]


@pytest.mark.parametrize("words", ["garbage\n", "- a\n", "---\ntrue\n", "---\n# ours\n---\nno more\n"])
@pytest.mark.parametrize("file", [FILE, INDEX])
def test_a_file_of_ours_that_is_no_catalog_any_more_is_told_and_takes_nothing_away(file: str, words: str) -> None:
    texts = {**first("a", "b"), file: words}
    assert load(texts).broken[file].message.endswith("a document is no mapping of keys")
    after = run(texts, entity(document(title="B")), entity(document("east.pay.n")))
    assert {name for name in texts if after.texts[name] != texts[name]} <= ({FILE, BASE} if file == INDEX else set())
    mine = {**texts, file: first("a", "b")[file], "servers/east/pay/list.yaml": words}
    assert not load(mine).broken, "people's own files may be of anything"


def test_unknown_keeps_what_is_there_and_still_updates_the_rest() -> None:
    texts = first()
    new = document(title="B", tags=["new"])
    del new["metadata"]["links"], new["metadata"]["annotations"]["x/url"]
    unknown = ("/metadata/links", "/metadata/tags", "/metadata/annotations/x~1url")
    after = run(texts, entity(new, unknown))
    [found] = documents.load(after.texts[FILE])
    assert found["metadata"]["links"] == document()["metadata"]["links"]
    assert found["metadata"]["tags"] == ["auth-required", "new", "vllm"]
    assert found["metadata"]["annotations"]["x/url"] == "https://one.example"
    assert found["metadata"]["title"] == "B"
    known_again = run(dict(after.texts), entity(document(title="B", tags=["vllm"], links=[])))
    [found] = documents.load(known_again.texts[FILE])
    assert found["metadata"]["tags"] == ["vllm"], "what was kept still counts as generated"
    assert "links" not in found["metadata"] or not found["metadata"]["links"]


def test_a_file_that_ends_without_a_line_end_may_lose_its_last_document_and_get_another() -> None:
    texts = first("a", "b")
    texts[FILE] = texts[FILE].rstrip("\n")
    both = [entity(document("east.pay.a")), entity(document("east.pay.c"))]
    after = run(texts, *both, gone=(entity(document("east.pay.b")).identity,))
    assert after.texts[FILE] == run({}, *both).texts[FILE]


def test_a_file_that_ends_without_a_line_end_may_end_with_what_a_person_renamed() -> None:
    texts = replaced(first("a", "b"), "name: east.pay.b", "name: aa")
    texts[FILE] = texts[FILE].rstrip("\n")
    after = run(texts, *(entity(document(f"east.pay.{name}")) for name in ("a", "ab", "b")))
    names = [found["metadata"]["name"] for found in documents.load(after.texts[FILE])]
    assert names == ["east.pay.a", "aa", "east.pay.ab"]


def test_what_is_put_back_is_not_glued_to_what_follows() -> None:
    before = first("a", "b")
    before[FILE] = before[FILE].rstrip("\n")
    theirs = "---\nkind: Component\nmetadata: {name: zz}\napiVersion: backstage.io/v1alpha1\n"
    removed = run(before, entity(document()), gone=(entity(document("east.pay.b")).identity,)).texts
    branch = {**removed, FILE: removed[FILE] + theirs}
    key = Key(entity(document("east.pay.b")).identity, "Component")
    declined = Declined({digest_of(key, WHOLE, None): 1})
    after = without_declined(load(branch), load(before), declined)[FILE]
    assert after == before[FILE] + "\n" + theirs


def test_what_is_put_back_behind_others_begins_a_document() -> None:
    before = first("a", "b")
    one, other = documents.split(before[FILE])
    before[FILE] = other.removeprefix("---\n") + one
    removed = run(before, entity(document()), gone=(entity(document("east.pay.b")).identity,)).texts
    key = Key(entity(document("east.pay.b")).identity, "Component")
    declined = Declined({digest_of(key, WHOLE, None): 1})
    assert without_declined(load(removed), load(before), declined)[FILE] == one + other


def test_new_documents_are_sorted_behind_a_first_one_without_its_line() -> None:
    texts = first("z")
    texts[FILE] = texts[FILE].removeprefix("---\n")
    after = run(texts, *(entity(document(f"east.pay.{name}")) for name in "zbac"))
    names = [found["metadata"]["name"] for found in documents.load(after.texts[FILE])]
    assert names == ["east.pay.z", "east.pay.a", "east.pay.b", "east.pay.c"]


@pytest.mark.parametrize("tags", ["{vllm: true}", "{vllm: true, ours: true}"])
def test_a_mapping_in_place_of_a_set_is_no_list(tags: str) -> None:
    lines = "  tags:\n  - auth-required\n  - vllm\n"
    new = document()
    del new["metadata"]["tags"]
    [found] = documents.load(run(replaced(first(), lines, f"  tags: {tags}\n"), entity(new)).texts[FILE])
    assert found["metadata"].get("tags", {}) == ({"ours": True} if "ours" in tags else {})


def test_a_mapping_of_which_nothing_is_known_stays() -> None:
    texts = first()
    after = run(texts, entity({**document(), "spec": {}}, ("/spec/type", "/spec/lifecycle", "/spec/owner")))
    assert after.texts == texts


def test_what_is_gone_goes_with_its_part_its_base_and_its_line_in_the_index() -> None:
    texts = first()
    after = run(texts, gone=(entity(document()).identity,))
    assert after.texts.keys() == {INDEX} and not documents.load(after.texts[INDEX])


def test_people_own_the_index_too() -> None:
    texts = first()
    ours = (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: elsewhere}\n"
        "spec: {type: url, target: https://git.example/x.yaml}\n"
    )
    texts["catalog-info.yaml"] = ours  # ours added, the generated one deleted
    after = run(texts, entity(document(title="B")))
    assert after.texts["catalog-info.yaml"] == ours


LOCATION = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: by-hand}}\nspec: {spec}\n"


@pytest.mark.parametrize(
    ("spec", "listed"),
    [
        ("{target: ./*.yaml}", [FILE, "team/x.yaml"]),  # only what lies beside the index
        ("{targets: ['./*.yaml', './team/**']}", [FILE]),
        ("{target: './**/*.yaml'}", []),
        ("{target: './servers/*/*/entities.yaml'}", ["ours.yaml", "team/x.yaml"]),
        ("{target: './{servers,team}/**'}", ["ours.yaml"]),
        ("{target: './te%61m/x.yaml'}", [FILE, "ours.yaml"]),  # a target is resolved as a URL
        ("{target: './team/?.yaml'}", [FILE, "ours.yaml", "team/x.yaml"]),  # of which this is a query
        ("{target: './*/*/'}", [FILE, "ours.yaml", "team/x.yaml"]),
        ("{target: './**', type: file}", [FILE, "ours.yaml", "team/x.yaml"]),
        ("{target: '" + "{a,b}" * 60 + "'}", [FILE, "ours.yaml", "team/x.yaml"]),
        ("{targets: 7}", [FILE, "ours.yaml", "team/x.yaml"]),
    ],
)
def test_a_persons_pattern_covers_what_it_means_to_backstage_and_no_more(spec: str, listed: list[str]) -> None:
    theirs = {name: documents.dump(document(name)) for name in ("ours.yaml", "team/x.yaml")}
    theirs = {name: text.replace("rhoai-catalog/source", "x/source") for name, text in theirs.items()}
    index = LOCATION.format(spec=spec)
    after = run({"catalog-info.yaml": index, **theirs}, entity(document())).texts
    assert after["catalog-info.yaml"].startswith(index)
    targets = [d["spec"]["target"] for d in documents.load(after["catalog-info.yaml"])[1:]]
    assert sorted(targets) == [f"./{file}" for file in sorted(listed)]


def test_an_added_entity_file_is_listed_and_other_yaml_is_not() -> None:
    texts = first()
    texts["teams/ops.yaml"] = (
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: ops}\nspec: {type: team, children: []}\n"
    )
    texts["teams/values.yaml"] = "replicas: 1\n"
    texts["teams/mixed.yaml"] = f"{texts['teams/ops.yaml']}---\nreplicas: 1\n"  # Backstage would refuse all of it
    texts["models/r/m/docs/x.yaml"] = texts["teams/ops.yaml"]
    after = run(texts, entity(document()))
    targets = [d["spec"]["target"] for d in documents.load(after.texts["catalog-info.yaml"])]
    assert targets == [f"./{FILE}", "./teams/ops.yaml"]
    assert {name: after.texts[name] for name in texts if name.startswith(("teams", "models"))} == {
        name: text for name, text in texts.items() if name.startswith(("teams", "models"))
    }


# -- laws ----------------------------------------------------------------------------------------------------------

scalars = st.sampled_from(["A", "B", "C", "D"])
tags = st.lists(st.sampled_from(["auth-required", "auth-not-required", "x", "y", "z"]), unique=True)
links = st.lists(
    st.fixed_dictionaries({"url": st.sampled_from(["https://1", "https://2", "https://3"]), "title": scalars}),
    unique_by=lambda link: link["url"],
    max_size=3,
)
some_document = st.builds(
    lambda title, tags, links, labels: document(title=title, tags=tags, links=links, labels=labels),
    scalars,
    tags,
    links,
    st.dictionaries(st.sampled_from(["a", "b"]), scalars),
)


@given(some_document, some_document, some_document)
@example(  # a generated link moves to the address of one that a person added
    document(links=[{"url": "https://3", "title": "C"}]),
    document(links=[{"url": "https://2", "title": "B"}, {"url": "https://3", "title": "A"}]),
    document(links=[{"url": "https://1", "title": "B"}, {"url": "https://2", "title": "C"}]),
)
@example(  # the title of one that a person deleted moves to one whose address a person changed
    document(links=[{"url": "https://1", "title": "C"}, {"url": "https://2", "title": "B"}]),
    document(links=[{"url": "https://3", "title": "B"}]),
    document(links=[{"url": "https://1", "title": "A"}, {"url": "https://2", "title": "C"}]),
)
@settings(max_examples=tries(300, 100), deadline=None)
def test_merging_twice_is_merging_once(base: dict, mine: dict, new: dict) -> None:
    values = merge_document([], base, base).base
    once = merge_document([values], mine, new)
    twice = merge_document([once.base], once.data, new)
    assert twice.data == once.data
    assert not twice.changed
    assert twice.base == once.base


@pytest.mark.parametrize(
    ("mine", "becomes"),
    [
        ([("https://2", "B")], [("https://2", "C")]),  # its address is as generated
        ([("https://1", "C"), ("https://3", "B")], [("https://1", "A"), ("https://3", "C")]),  # nothing is deleted
        ([("https://3", "B")], [("https://3", "B")]),
    ],
)
def test_a_title_comes_unless_it_is_that_of_a_deleted_link_and_nothing_else_tells_them_apart(
    mine: list[tuple[str, str]], becomes: list[tuple[str, str]]
) -> None:
    def links(*rows: tuple[str, str]) -> dict[str, Any]:
        return document(links=[{"url": url, "title": title} for url, title in rows])

    base = links(("https://1", "C"), ("https://2", "B"))
    values = merge_document([], base, base).base
    merged = merge_document([values], links(*mine), links(("https://1", "A"), ("https://2", "C")))
    assert merged.data == links(*becomes)


def test_an_address_that_two_links_get_from_their_source_is_written_to_both() -> None:
    """Only an address that a person gave another link is left to it."""
    base = document(links=[{"url": "https://1", "title": "A"}, {"url": "https://2", "title": "B"}])
    new = document(links=[{"url": "https://1", "title": "A"}, {"url": "https://1", "title": "B"}])
    merged = merge_document([merge_document([], base, base).base], base, new)
    assert merged.data["metadata"]["links"] == new["metadata"]["links"] and not merged.kept


@given(some_document, some_document)
@settings(max_examples=tries(200, 66), deadline=None)
def test_without_edits_the_merge_is_the_new_document(base: dict, new: dict) -> None:
    values = merge_document([], base, base).base
    merged = merge_document([values], base, new)
    assert not merged.kept
    assert set(merged.data["metadata"].get("tags", [])) == set(new["metadata"]["tags"])
    by_url = {link["url"]: link for link in merged.data["metadata"].get("links", [])}
    assert by_url == {link["url"]: link for link in new["metadata"]["links"]}
    assert merged.data["metadata"]["title"] == new["metadata"]["title"]


@given(some_document, st.lists(some_document, min_size=1, max_size=4), some_document)
@settings(max_examples=tries(200, 66), deadline=None)
def test_no_edit_is_ever_lost(base: dict, news: list[dict], mine: dict) -> None:
    """Whatever the sources do afterwards, each value that a person changed is what the person wrote."""
    values = merge_document([], base, base).base
    current = copy.deepcopy(mine)
    for new in news:
        merged = merge_document([values], current, new)
        current, values = merged.data, merged.base
    for field in ("title",):
        if mine["metadata"][field] != base["metadata"][field]:
            assert current["metadata"][field] == mine["metadata"][field]
    for tag in {"x", "y", "z"} & set(mine["metadata"]["tags"]) - set(base["metadata"]["tags"]):
        assert tag in current["metadata"]["tags"]
    for tag in {"x", "y", "z"} & set(base["metadata"]["tags"]) - set(mine["metadata"]["tags"]):
        assert tag not in current["metadata"].get("tags", [])


def one_by_one(items: list[str], changes: list[tuple[str, bool]]) -> list[str]:
    """What a list is to be: each member goes and comes by itself."""
    for item, comes in changes:
        items = [old for old in items if old.lower() != item.lower()]
        greater = (place for place, old in enumerate(items) if old > item) if items == sorted(items) else iter(())
        place = next(greater, len(items))
        items = [*items[:place], *([item] if comes else []), *items[place:]]
    return items


@given(
    st.lists(st.sampled_from("aAbBcCdDeE"), max_size=8),
    st.lists(st.tuples(st.sampled_from("aAbBcCdDeE"), st.booleans())),
)
@settings(max_examples=tries(500, 166), deadline=None)
def test_members_come_where_they_would_one_by_one(items: list[str], changes: list[tuple[str, bool]]) -> None:
    members = Members(items, str.lower)
    for item, comes in changes:
        members.discard(item.lower())
        if comes:
            members.add(item)
    assert members.texts() == one_by_one(items, changes)


def test_a_set_that_is_emptied_and_filled_stands_last() -> None:
    base, mine, new = (document(tags=tags, links=[]) for tags in (["a"], ["a"], ["b"]))
    merged = merge_document([merge_document([], base, base).base], mine, new)
    assert [*merged.data["metadata"]][-2:] == ["links", "tags"]


@given(st.lists(st.integers(0, 9), unique=True), st.lists(st.integers(0, 9), unique=True))
@settings(max_examples=tries(200, 66), deadline=None)
def test_a_chain_is_a_list(keys: list[int], others: list[int]) -> None:
    chain, plain = Chain(keys), [*keys]
    for number in others:
        if number in plain:
            chain.take(number)
            plain.remove(number)
        else:
            before = plain[number % len(plain)] if plain else None
            chain.put(number, before)
            plain.insert(plain.index(before) if before is not None else 0, number)
    assert [*chain] == plain
    assert [chain.after(key) for key in plain] == [*plain[1:], None][: len(plain)]


# -- pages ---------------------------------------------------------------------------------------------------------

PAGE = "models/r/m/1/docs/index.md"
TEXT = "# Granite\n\nIntro.\n\n## Licence\n\nApache 2.0\n\n## Metrics\n\n| a | b |\n"


def page(text: Any = TEXT) -> Page:
    return Page(identity=Identity("model-registry/r/m/1"), name="docs/index.md", file=PurePosixPath(PAGE), text=text)


def test_a_paragraph_written_by_hand_survives_and_other_sections_follow() -> None:
    texts = dict(run({}, pages=(page(),)).texts)
    texts[PAGE] = TEXT.replace("Intro.\n", "Intro.\n\nOurs.\n") + "\n## Our notes\n\nKeep.\n"
    new = (
        TEXT.replace("Apache 2.0", "MIT")
        .replace("## Metrics", "## Size\n\n8B\n\n## Metrics")
        .replace("Intro.", "Changed.")
    )
    after = run(texts, pages=(page(new),))
    text = after.texts[PAGE]
    assert (
        "Intro.\n\nOurs.\n" in text
        and "MIT" in text
        and "## Size\n\n8B\n" in text
        and text.endswith("## Our notes\n\nKeep.\n")
    )
    assert text.index("## Licence") < text.index("## Size") < text.index("## Metrics") < text.index("## Our notes")
    assert [(kept.pointer, kept.state) for kept in after.outcomes[0].kept] == [
        ("/Granite", "conflict"),
        ("/Granite/Our notes", "active"),
    ]


def test_a_deleted_section_and_a_deleted_page_stay_deleted() -> None:
    texts = dict(run({}, pages=(page(),)).texts)
    texts[PAGE] = TEXT.replace("## Licence\n\nApache 2.0\n\n", "")
    after = dict(run(texts, pages=(page(TEXT.replace("Intro", "More")),)).texts)
    assert "Licence" not in after[PAGE] and "More" in after[PAGE]
    del after[PAGE]
    assert PAGE not in run(after, pages=(page(TEXT + "x"),)).texts


def test_an_unknown_page_stays_as_it_is() -> None:
    texts = dict(run({}, pages=(page(),)).texts)
    assert dict(run(texts, pages=(page(UNKNOWN),)).texts) == texts


def test_headings_in_code_are_no_headings() -> None:
    text = "# A\n\n```sh\n# not one\n```\n\n## B\n\nx\n"
    texts = dict(run({}, pages=(page(text),)).texts)
    texts[PAGE] = text.replace("# not one", "# not one, ours")
    assert "# not one, ours" in run(texts, pages=(page(text.replace("x", "y")),)).texts[PAGE]


def test_a_page_whose_sections_cannot_be_told_apart_is_held() -> None:
    """One of the new sections would stand in it as a section of before did, and be changed again by the next run."""
    base, mine, new = (
        "# T\n- x\ntext\n### D\n## B\nmore\n## C\n",
        "- x\ntext\n### D\nmore\n## C\n===\n### D\n## B\n# M\n",
        "# T\ntext\nmore\n## C\ntext\n## C\nmore\n",
    )
    with pytest.raises(DocumentError, match="look like each other"):
        merge_page([section_digests(base)], mine, new)


LINES = st.sampled_from(["## B", "## C", "### D", "text", "more", "", "- x"])
generated_pages = st.builds(lambda title, lines: [title, *lines], st.sampled_from(["# A", "# T"]), st.lists(LINES))
peoples_pages = st.lists(st.one_of(LINES, st.sampled_from(["# A", "# M", "own", "```", "==="])), max_size=14)


@given(generated_pages, peoples_pages, generated_pages)
@settings(max_examples=tries(500, 166), deadline=None)
def test_pages_merge_idempotently_and_lose_nothing(base: list[str], mine: list[str], new: list[str]) -> None:
    texts = ["\n".join(lines) + "\n" for lines in (base, mine, new)]
    known = sections_of(texts[0])
    try:
        once = merge_page([section_digests(texts[0])], texts[1], texts[2])
    except DocumentError:
        return  # what people wrote runs into what follows: the page is held as it is
    assert merge_page([once.base], once.text, texts[2]).text == once.text
    bodies = {section.body.strip() for section in known}
    for section in sections_of(texts[1]):
        assert section.body.strip() in bodies or section.body.strip() in once.text
    assert not once.edited or texts[0] != texts[1]


def test_a_value_that_an_alias_repeats_changes_only_where_its_source_does() -> None:
    mine = documents.parse("spec:\n  x: &x\n    k: 1\n  y: *x\n")
    base, new = {"/spec/x/k": 1, "/spec/y/k": 1}, {"spec": {"x": {"k": 1}, "y": {"k": 2}}}
    assert merge_document([base], mine, new).data == new


def test_what_is_held_back_makes_nothing_else_count_as_declined() -> None:
    a, b, component = _api("a"), _api("b"), entity(document("east.pay.b"))
    texts = dict(run({}, a, b, component).texts)
    first, _, last = documents.split(texts[FILE])  # without the Component, which a person deleted
    shared = last.replace("  x:\n    k: 1\n  y:\n    k: 1\n", "  x: &x\n    k: 1\n  y: *x\n")
    declined = Declined({digest_of(b.key, WHOLE, None): 7})
    current = load({**texts, FILE: first + shared})
    tree = merge(current, Description(entities=(a, _api("b", 2), component)), declined=declined)
    assert [held.what for held in tree.held] == ["api:default/east.pay.b"], "no way is known to edit one side of it"
    assert [outcome.denial for outcome in tree.outcomes] == [None, None]


def _api(name: str, k: int = 1) -> Entity:
    data = document(f"east.pay.{name}")
    return entity({**data, "kind": "API", "spec": {**data["spec"], "x": {"k": 1}, "y": {"k": k}}})
