"""Hand edits: nothing that a person wrote is ever lost, nothing they deleted comes back, nothing goes stale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest
from rhoai_catalog import documents
from rhoai_catalog.entity import Description
from rhoai_catalog.merge import load, merge, owned
from rhoai_catalog.merge.pages.markdown import merge_page
from rhoai_catalog.merge.pages.sections import section_digests
from test_merge import FILE, PAGE, document, entity, first, page, replaced, run

# -- what a person deleted -----------------------------------------------------------------------------------------

LINK = "  links:\n  - url: https://one.example\n    title: API\n"


def without(part: str) -> dict[str, Any]:
    data = document()
    metadata = data["metadata"]
    if part == "annotation":
        del metadata["annotations"]["x/url"]
    elif part == "tag":
        metadata["tags"] = ["auth-required"]
    else:
        del metadata["links"]
    return data


@pytest.mark.parametrize(
    ("part", "text"), [("annotation", "    x/url: https://one.example\n"), ("tag", "  - vllm\n"), ("link", LINK)]
)
def test_a_deleted_value_stays_deleted_while_its_source_drops_it_and_has_it_again(part: str, text: str) -> None:
    texts = replaced(first(), text, "")
    texts = dict(run(texts, entity(document())).texts)
    dropped = dict(run(texts, entity(without(part))).texts)
    assert dict(run(dropped, entity(without(part))).texts) == dropped, "the run after the drop changes nothing"
    again = run(dropped, entity({**document(), "spec": {**document()["spec"], "lifecycle": "experimental"}}))
    assert text not in again.texts[FILE] and "experimental" in again.texts[FILE]
    assert [kept.state for kept in again.outcomes[0].kept] != []


def test_a_deleted_section_stays_deleted_while_its_source_drops_it_and_has_it_again() -> None:
    text = "# A\n\nIntro.\n\n## Licence\n\nMIT\n\n## Size\n\n8B\n"
    texts = dict(run({}, pages=(page(text),)).texts)
    texts[PAGE] = text.replace("## Licence\n\nMIT\n\n", "")
    dropped = dict(run(texts, pages=(page(texts[PAGE]),)).texts)
    again = dict(run(dropped, pages=(page(text.replace("8B", "7B")),)).texts)
    assert "Licence" not in again[PAGE] and "7B" in again[PAGE]


def test_a_deleted_relation_stays_deleted_when_what_it_leads_to_is_renamed() -> None:
    def server(target: str) -> Any:
        data = document("east.pay.s")
        data["spec"]["dependsOn"] = [f"component:default/{target}", "component:default/east.pay.b"]
        return entity(data)

    things = [entity(document("east.pay.a")), entity(document("east.pay.b"))]
    texts = dict(run({}, *things, server("east.pay.a")).texts)
    texts = replaced(texts, "  - component:default/east.pay.a\n", "")
    texts = replaced(texts, "  name: east.pay.a\n", "  name: ours\n")
    moved = entity({**document("east.pay.a"), "metadata": {**document("east.pay.a")["metadata"], "name": "ours"}})
    after = run(texts, moved, things[1], server("ours")).texts[FILE]
    assert "component:default/ours" not in after and "component:default/east.pay.b" in after


RENAMED = ("  name: east.pay.b\n", "  name: ours\n")


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize(
    ("old", "new", "refs", "site"),
    [
        ("owner: group:default/ai\n  depends", "owner: group:default/x\n  depends", ["a", "ours"], "ours"),
        ("  - component:default/east.pay.b\n", "  - component:default/ours\n", ["a", "ours"], "ours"),
        ("  - component:default/east.pay.b\n", "", ["a"], "ours"),
        ("  - component:default/east.pay.b\n", "  - component:default/east.pay.c\n", ["a", "c"], "ours"),
        ("techdocs-entity: component:default/east.pay.b", "techdocs-entity: component:default/c", ["a", "ours"], "c"),
    ],
)
def test_references_follow_a_rename_in_a_document_that_people_edited(
    old: str, new: str, refs: list[str], site: str, earlier: bool
) -> None:
    def described(name: str) -> list[Any]:
        shown, server = document("east.pay.b"), document("east.pay.s")
        shown["metadata"]["name"] = name
        server["metadata"]["annotations"]["backstage.io/techdocs-entity"] = f"component:default/{name}"
        server["spec"]["dependsOn"] = ["component:default/east.pay.a", f"component:default/{name}"]
        return [*map(entity, (document("east.pay.a"), shown, server))]

    def edited(texts: dict[str, str]) -> dict[str, str]:
        assert old in texts[FILE]
        return replaced(texts, old, new)

    texts = dict(run({}, *described("east.pay.b")).texts)
    if earlier:
        texts = replaced(dict(run(edited(texts), *described("east.pay.b")).texts), *RENAMED)
    else:
        texts = edited(replaced(texts, *RENAMED))
    after = run(texts, *described("ours"))
    mine = documents.parse(documents.split(after.texts[FILE])[-1])
    assert sorted(ref.split("/")[1].split(".")[-1] for ref in mine["spec"]["dependsOn"]) == refs
    assert mine["metadata"]["annotations"]["backstage.io/techdocs-entity"] == f"component:default/{site}"
    edits = [kept.pointer for one in after.outcomes if one.what.endswith("east.pay.s") for kept in one.kept]
    assert len(edits) == ("ours" not in new) + (refs == ["a", "c"]), edits


# -- pages -----------------------------------------------------------------------------------------------------------

CARD = "# Granite\n\nIntro.\n\n## Model card\n\nAbout.\n\n### Limits\n\nMany.\n\n## Facts\n\nLicence MIT\n"
SENTENCE = "About.\n\nAsk Ana first.\n"


def edited(old: str, new: str, then: str) -> str:
    texts = dict(run({}, pages=(page(CARD),)).texts)
    assert old in texts[PAGE]
    texts[PAGE] = texts[PAGE].replace(old, new, 1)
    return run(texts, pages=(page(then),)).texts[PAGE]


@pytest.mark.parametrize(
    "then",
    [
        CARD.replace("# Granite\n", "# Granite for everybody\n"),
        CARD.replace("## Model card\n", "## The card\n"),
        CARD.replace("## Model card\n\nAbout.\n\n### Limits", "## Limits"),
        CARD,
    ],
    ids=["title", "heading above", "heading dropped", "same"],
)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("About.\n", SENTENCE),
        ("# Granite\n", "# Our Granite\n"),
        ("## Model card\n", "# Ours\n\nAsk Ana first.\n\n## Model card\n"),
        ("Many.\n", "Many.\n\nAsk Ana first.\n"),
    ],
    ids=["sentence", "own title", "own heading above", "below"],
)
def test_one_edit_freezes_nothing_but_its_own_section(old: str, new: str, then: str) -> None:
    then = then.replace("Licence MIT", "Licence Apache").replace("Intro.", "Introduction.")
    after = edited(old, new, then)
    assert "Ask Ana first." in after or "# Our Granite" in after
    assert "Licence Apache" in after and "Licence MIT" not in after
    assert "Introduction." in after or "Granite" in new
    assert after.count("## Facts") == 1 and after.count("Many.") == 1
    for title in ("# Granite for everybody\n", "## The card\n"):
        assert (
            title not in then or title in after or (title.split()[1] in ("Granite", "The") and "Granite" in old + new)
        )


def test_a_heading_that_is_renamed_takes_a_person_s_sentence_with_it() -> None:
    after = edited("About.\n", SENTENCE, CARD.replace("## Model card", "## The card"))
    assert f"## The card\n\n{SENTENCE}" in after and "## Model card" not in after


def test_what_is_in_comments_and_code_is_no_heading() -> None:
    text = CARD.replace("Many.\n", "Many.\n\n<!--\n# no heading\n-->\n\n```\n# nor this\n```\n")
    texts = dict(run({}, pages=(page(text),)).texts)
    texts[PAGE] = texts[PAGE].replace("About.\n", SENTENCE)
    after = run(texts, pages=(page(text.replace("nor this", "nor that")),)).texts[PAGE]
    assert "nor that" in after and "nor this" not in after and SENTENCE in after


def test_what_cannot_be_merged_by_section_is_held_and_told() -> None:
    texts = dict(run({}, pages=(page(CARD),)).texts)
    texts[PAGE] = texts[PAGE].replace("About.\n", "About.\n\n```\nnot closed\n")
    current = load(texts)
    tree = merge(current, Description(pages=(page(CARD.replace("Many.", "Few.").replace("MIT", "Apache")),)))
    assert tree.texts[PAGE] == texts[PAGE]
    assert tree.held or tree.outcomes[0].kept, "told, one way or the other"


def test_a_page_with_windows_line_ends_keeps_them_throughout() -> None:
    texts = dict(run({}, pages=(page(CARD),)).texts)
    texts[PAGE] = texts[PAGE].replace("About.\n", SENTENCE).replace("\n", "\r\n")
    after = run(texts, pages=(page(CARD.replace("MIT", "Apache") + "\n## New\n\nText\n"),)).texts[PAGE]
    assert "Apache" in after and "## New" in after and "\n" not in after.replace("\r\n", "")


# -- comments and layout ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("description: What it does", "description: What it does  # checked by legal", {"description": "Else"}),
        ("description: What it does", "description: What it does  # checked by legal", {"description": "a\nb\n"}),
        ("description: What it does", "description: What it does  # checked by legal", {"description": None}),
        ("- auth-required\n", "- auth-required  # ask Bob\n", {"tags": ["auth-not-required", "vllm"]}),
        ("- vllm\n", "- vllm  # ask Bob\n", {"tags": ["auth-required"]}),
        ("  - url: https://one", "  # the way in\n  - url: https://one", {"links": None}),
        (
            "  - url: https://one",
            "  # the way in\n  - url: https://one",
            {"links": [{"url": "https://b", "title": "B"}]},
        ),
        ("    title: API\n", "    title: API  # as we call it\n", {"links": [{"url": "https://b", "title": "B"}]}),
        ("    x/url: https://one.example\n", "    x/url: https://one.example  # why\n", {"annotations": 1}),
        ("  links:", "  links:  # ours", {"links": None}),
    ],
)
def test_a_comment_is_still_there_whatever_goes_beside_it(old: str, new: str, change: dict[str, Any]) -> None:
    texts = replaced(first(), old, new)
    data = document()
    if change.pop("annotations", None):
        del data["metadata"]["annotations"]["x/url"]
    data["metadata"].update(change)
    data["metadata"] = {key: value for key, value in data["metadata"].items() if value is not None}
    tree = run(texts, entity(data))
    after = tree.texts[FILE]
    comment = new.partition("#")[2].partition("\n")[0]
    assert after.count(f"#{comment}") == 1, after
    assert documents.parse(after) == data, after


TWO_LINKS = [{"url": "https://one.example", "title": "API"}, {"url": "https://two.example", "title": "Docs"}]


@pytest.mark.parametrize(
    "links",
    [
        [{"url": "https://zero.example", "title": "Zero"}, *TWO_LINKS],
        TWO_LINKS[:1],
        TWO_LINKS[1:],
        [{"url": "https://one.example", "title": "Renamed"}, TWO_LINKS[1]],
        [*TWO_LINKS, {"url": "https://three.example", "title": "Three"}],
    ],
)
@pytest.mark.parametrize("moved", [False, True])
def test_a_person_s_own_link_keeps_its_place_quotes_and_comment(links: list[dict[str, str]], moved: bool) -> None:
    texts = dict(run({}, entity(document(links=TWO_LINKS))).texts)
    own = "  # ours\n  - url: \"https://ours.example\"  # ask Bob\n    title: 'Ours'\n"
    texts = replaced(texts, "  - url: https://one.example\n", f"{own}  - url: https://one.example\n")
    if moved:
        texts = replaced(texts, "https://two.example", "https://two.ours.example")
    after = run(texts, entity(document(links=links))).texts[FILE]
    assert f"  links:\n{own}" in after
    urls = [link["url"] for link in documents.parse(after)["metadata"]["links"]]
    assert not moved or "https://two.ours.example" in urls
    assert {link["url"] for link in links} - {"https://two.example"} <= set(urls)


def test_a_document_with_an_anchor_keeps_its_layout_and_its_comments() -> None:
    texts = replaced(first(), "  title: A\n", "  title: &name A  # the name\n")
    texts = replaced(texts, "  lifecycle: production", "  # keep\n  lifecycle: production  # for now")
    before = texts[FILE]
    after = run(texts, entity(document(description="Else", tags=["auth-required", "granite", "vllm"]))).texts[FILE]
    assert after == before.replace("What it does", "Else").replace("  - vllm\n", "  - granite\n  - vllm\n")


# -- nothing unedited goes stale ---------------------------------------------------------------------------------------


def test_the_order_of_runs_does_not_show() -> None:
    old = dict(run({}, entity(document(links=[{"url": "https://old.example", "title": "API"}]))).texts)
    assert dict(run(old, entity(document())).texts) == first()
    data = document()
    data["metadata"]["annotations"] = {"a/b": "1", **data["metadata"]["annotations"]}
    pointer = "/metadata/description"
    during = dict(run(first(), entity({**data, "metadata": {**data["metadata"]}}, unknown=(pointer,))).texts)
    assert dict(run(during, entity(data)).texts) == dict(run({}, entity(data)).texts)


def test_what_came_during_an_outage_stands_where_it_belongs_afterwards() -> None:
    data = document()
    data["metadata"]["annotations"] = {**data["metadata"]["annotations"], "x/a": "1"}
    full = {
        **data,
        "metadata": {**data["metadata"], "annotations": dict(sorted(data["metadata"]["annotations"].items()))},
    }
    partial = document()
    partial["metadata"]["annotations"] = {k: v for k, v in full["metadata"]["annotations"].items() if k != "x/url"}
    during = dict(run(first(), entity(partial, unknown=("/metadata/annotations/x~1url",))).texts)
    assert dict(run(during, entity(full)).texts) == dict(run({}, entity(full)).texts)


def test_beside_an_edit_of_what_is_not_known_now_stands_what_was_generated_last() -> None:
    texts = replaced(first(), "owner: group:default/ai", "owner: group:default/mine")
    partial = document()
    del partial["spec"]["owner"]
    after = run(texts, entity(partial, unknown=("/spec/owner",)))
    told = [(kept.pointer, kept.mine, kept.new, kept.state) for kept in after.outcomes[0].kept]
    assert told == [("/spec/owner", "group:default/mine", "group:default/ai", "active")]
    current = load(dict(after.texts))
    [key] = [key for key in current.lines if key.name == "Component"]
    assert [(kept.pointer, kept.mine, kept.new, kept.state) for kept in owned(current, key)] == told, (
        "as the ledger has it"
    )


def test_without_a_base_what_is_not_known_now_is_adopted_later() -> None:
    texts = {FILE: first()[FILE]}
    partial = document()
    del partial["metadata"]["description"]
    adopted = dict(run(texts, entity(partial, unknown=("/metadata/description",))).texts)
    still = dict(run(adopted, entity(partial, unknown=("/metadata/description",))).texts)
    known = run(still, entity(document()))
    assert known.outcomes[0].kept == ()
    assert "Else" in run(dict(known.texts), entity(document(description="Else"))).texts[FILE]
    other = run(still, entity(document(description="Else")))
    assert "What it does" in other.texts[FILE], "what differs from its source once that is known is a person's"
    assert [(kept.pointer, kept.mine) for kept in other.outcomes[0].kept] == [("/metadata/description", "What it does")]


# -- files of people ---------------------------------------------------------------------------------------------------


def test_what_people_wrote_into_a_location_outlives_its_part() -> None:
    things = {n: entity(document(f"east.pay.{n}"), file=f"servers/east/{n}/entities.yaml") for n in "xyz"}
    texts = dict(run({}, *things.values()).texts)
    texts = replaced(
        texts,
        "  name: servers.east.y\n",
        "  name: servers.east.y  # ask Bob\n  description: Ours\n",
        "catalog-info.yaml",
    )
    index = run(texts, things["x"], things["z"], gone=(things["y"].identity,)).texts["catalog-info.yaml"]
    assert index.count("kind: Location") == 2 and "servers/east/y" not in index
    assert "# ask Bob" in index and "metadata/description: Ours" in index


def test_a_file_of_a_person_gets_nothing_written_beside_it() -> None:
    own = "ours.yaml"
    texts = {own: "# ours\n" + documents.dump(document(), start=False)}
    api = {**document(), "kind": "API", "spec": {"type": "openapi", "owner": "group:default/ai", "definition": "x"}}
    known = load(texts).known()
    assert known.foreign == {own}
    after = run(texts, entity(document(), file=own), entity(api))
    assert after.texts[own] == texts[own] and "kind: API" in after.texts[FILE]


# -- odd, but people's -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ["  -\n", "  - see the wiki\n"])
def test_a_list_of_links_with_an_odd_item_is_left_as_it_is(item: str) -> None:
    own = f"    title: API\n  - title: Runbook\n    url: https://runbook.example\n{item}"
    texts = replaced(first(), "    title: API\n", own)
    links = [{"url": "https://one.example", "title": "API"}, {"url": "https://new.example", "title": "New"}]
    tree = run(texts, entity(document(links=links, description="Else")))
    assert own in tree.texts[FILE] and "description: Else" in tree.texts[FILE]
    assert "/metadata/links" in {kept.pointer for kept in tree.outcomes[0].kept}


def test_a_set_with_an_odd_item_is_left_as_it_is() -> None:
    texts = replaced(first(), "  - vllm\n", "  - vllm\n  - 2024\n")
    tree = run(texts, entity(document(tags=["auth-not-required", "granite", "vllm"], description="Else")))
    assert "  - auth-required\n  - vllm\n  - 2024\n" in tree.texts[FILE] and "description: Else" in tree.texts[FILE]
    data = document()
    data["spec"]["dependsOn"] = ["component:default/b"]
    texts = replaced(dict(run({}, entity(data)).texts), "  - component:default/b\n", "  - component:default/b\n  - 5\n")
    data["spec"]["dependsOn"] = ["component:default/b", "component:default/c"]
    assert "  - component:default/b\n  - 5\n" in run(texts, entity(data)).texts[FILE]


@pytest.mark.parametrize("text", ["- a\n", "words\n", "3\n"])
def test_a_configuration_of_a_site_that_is_no_mapping_is_held(text: str) -> None:
    file = PAGE.replace("docs/index.md", "mkdocs.yml")
    site = replace(page("site_name: a\n"), name="mkdocs.yml", file=PurePosixPath(file))
    texts = {**run({}, pages=(site,)).texts, file: text}
    tree = run(texts, pages=(replace(site, text="site_name: b\n"),))
    assert tree.texts[file] == text and tree.held[0].what == file


def test_who_types_the_generated_value_into_a_conflict_still_owns_it_and_sees_that() -> None:
    texts = replaced(first(), "title: A\n", "title: Ours\n")
    texts = replaced(dict(run(texts, entity(document(title="B"))).texts), "title: Ours\n", "title: B\n")
    texts = dict(run(texts, entity(document(title="B"))).texts)
    current = load(texts)
    [key] = [key for key in current.lines if key.name == "Component"]
    assert [(kept.pointer, kept.state) for kept in owned(current, key)] == [("/metadata/title", "now equal")]
    assert "title: B\n" in run(texts, entity(document(title="C"))).texts[FILE]


@pytest.mark.parametrize("title", ["A/B", "C#", "A~B", "C #2", "a/b/c"])
def test_headings_are_people_s_whatever_is_in_them(title: str) -> None:
    base = f"# ibm/granite\n\nIntro.\n\n## {title}\n\nx\n"
    known = [section_digests(base)]
    renamed = base.replace(f"## {title}", "## Ours")
    assert merge_page(known, renamed, base).text == renamed
    followed = merge_page(known, renamed, base.replace("x\n", "y\n"))
    assert followed.text == renamed.replace("x\n", "y\n")
    assert merge_page(known, base.replace("Intro.", "Intro. Ours."), base.replace("x\n", "y\n")).text == base.replace(
        "Intro.", "Intro. Ours."
    ).replace("x\n", "y\n")
    level = base.replace(f"## {title}\n\nx", f"### {title}\n\nours")
    assert f"### {title}\n" in merge_page(known, level, base).text


def test_a_person_s_subsection_stays_below_its_section() -> None:
    base = "# T\n\n## Use\n\nx\n"
    mine = f"{base}\n### Notes\n\nmine\n"
    after = merge_page([section_digests(base)], mine, f"{base}\n## Limits\n\nmany\n").text
    assert after == f"{mine}\n## Limits\n\nmany\n"


@pytest.mark.parametrize(
    "text", ["a: |  # ask Ana\n  x\nb: 1\n", "a: 'C # 1'  # ask Ana\nb: 1\n", 'a: "# x"  # ask Ana\nb: 1\n']
)
def test_a_comment_is_seen_wherever_it_stands(text: str) -> None:
    assert documents.comments(text) == ["# ask Ana"]
    assert documents.edit(text, {"b": 1}) == "# ask Ana\nb: 1\n"
    assert documents.edit(text, {"a": "y", "b": 1}).count("# ask Ana") == 1
