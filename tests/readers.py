"""Every function that takes apart a text which somebody else wrote, as a function of that text.

A reader may refuse what it does not read by a GeneratorError, or by what its door promises (`Refused`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from markdown_it.tree import SyntaxTreeNode
from rhoai_catalog import base, changes, describe, documents, globs, merge, pointer, report, text, validate
from rhoai_catalog.backstage import EntityRef, tag, web_url
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Config, Validation, parse_config
from rhoai_catalog.describe.definitions.contract import declared_definition
from rhoai_catalog.describe.facts.front_matter import split_card
from rhoai_catalog.describe.pages import foreign
from rhoai_catalog.describe.pages.anchors import Anchors
from rhoai_catalog.describe.pages.card import safe_card
from rhoai_catalog.describe.pages.html import SafeHtml
from rhoai_catalog.entity import Description, Entity
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.json import parse_json
from rhoai_catalog.identity import Identity, joined
from rhoai_catalog.merge.current import Piece
from rhoai_catalog.merge.document.entity import merge_document
from rhoai_catalog.merge.pages import copying, headings, matching, sections
from rhoai_catalog.merge.pages.markdown import merge_page
from rhoai_catalog.merge.parts import Parts
from rhoai_catalog.observe.kserve.facts.process import process_in, with_values
from rhoai_catalog.plan import Change, Operation, Plan, ValueChange
from rhoai_catalog.problem import Problem
from rhoai_catalog.propose.git import refusal
from rhoai_catalog.propose.memory import Memory
from rhoai_catalog.report import values
from rhoai_catalog.report.plan.page import sides
from rhoai_catalog.schema import violations
from rhoai_catalog.snapshot import Scope, Snapshot, from_json, to_json
from rhoai_catalog.text import annotation, commit, credentials, gitlab, markdown, markup, prose, terminal, visible
from rhoai_catalog.validate.document import url
from test_describe import CONFIG, model, registered_from, server, snapshot, version
from test_describe import card as catalog_model

Read = Callable[[str], object]

REFUSED: Final = (GeneratorError, ValueError)  # parse_json, patterns of files
THING: Final = Identity("kserve/east/pay/InferenceService/a")
PART: Final = "servers/east/pay/entities.yaml"
PAGE: Final = "models/shared/granite/v1/docs/index.md"
GENERATED: Final = "# Granite\n\nIt chats.\n\n## Facts\n\nFew.\n\n## Risks\n\nNone.\n"
CLUSTERS: Final = {"clusters": [{"name": "east", "server": "https://a.example"}]}
FILES: Final = tuple(f"servers/east/team-{number}/entities.yaml" for number in range(200))


def entity(text: str) -> dict[str, Any]:
    """A Component that says a text wherever one may stand."""
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": "chat",
            "title": text,
            "description": text,
            "annotations": {"a/b": text, "backstage.io/techdocs-ref": f"dir:{text}", "rhoai-catalog/source": text},
            "labels": {"a": text},
            "tags": [text],
            "links": [{"url": f"https://{text}", "title": text}],
        },
        "spec": {"type": text, "lifecycle": "production", "owner": text, "dependsOn": [text], "x": {"$text": text}},
    }


# -- YAML ----------------------------------------------------------------------------------------------------------


def _positions(text: str) -> object:
    data = documents.parse(text)
    return documents.positions(text, pointers_of(data))


def pointers_of(data: Any) -> list[str]:
    """Pointers to what is in the outermost collection, and in those inside it."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, inner in pairs for found in (pointer.join(key), *_inner(key, inner))]


def _inner(key: Any, data: Any) -> Iterator[str]:
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    yield from (pointer.join(key, inner) for inner in keys)


def _with_one_key_more(text: str) -> object:
    data = documents.parse(text)
    return documents.edit(text, {**data, "more": "x"}) if isinstance(data, dict) else None


def _with_all_changed(text: str) -> object:
    data = documents.parse(text)
    return documents.edit(text, dict.fromkeys(data, "changed")) if isinstance(data, dict) else None


def _with_all_gone(text: str) -> object:
    data = documents.parse(text)
    return documents.edit(text, {"more": "x"}) if isinstance(data, dict) else None


def _list_with_one_item_less(text: str) -> object:
    below = f"k:\n{text}"
    data = documents.parse(below)
    items = data.get("k") if isinstance(data, dict) else None
    return documents.edit(below, {**data, "k": items[1:]}) if isinstance(items, list) and items[1:] else None


def _list_of_other_items(text: str) -> object:
    below = f"k:\n{text}"
    data = documents.parse(below)
    items = data.get("k") if isinstance(data, dict) else None
    others = [*map(str, range(len(items)))] if isinstance(items, list) else []
    return documents.edit(below, {**data, "k": [*reversed(others)]}) if others else None


def _first_keys_gone(text: str) -> object:
    lines = text.splitlines()
    items = [{"a": line, "b": line, "c": line} for line in lines]
    return documents.edit(documents.dump({"k": items}), {"k": [{"c": line} for line in lines]}) if items else None


def _entity_renamed(text: str) -> object:
    document = entity(text)
    written = documents.dump(document)
    return documents.edit(written, {**document, "metadata": {**document["metadata"], "name": "other"}})


# -- entities ------------------------------------------------------------------------------------------------------


def _with_list(part: str, name: str, items: list[Any]) -> dict[str, Any]:
    document = entity("x")
    return {**document, part: {**document[part], name: items}}


def _merged_list(part: str, name: str, item: Callable[[str], Any]) -> Read:
    """Merges a list with an item a line: a person has added as many and moved them, a source changed them all."""

    def read(text: str) -> object:
        lines = text.splitlines()
        base = _with_list(part, name, [item(line) for line in lines])
        mine = _with_list(part, name, [item(line) for own in reversed(lines) for line in (own, f"m{own}")])
        new = _with_list(part, name, [item(f"{line}n") for line in lines])
        return merge_document([merge_document([], base, base).base], mine, new)

    return read


def annotated(names: Iterable[str], value: str) -> dict[str, Any]:
    """A Component with annotations of these names, behind that by which it is known."""
    document = entity("x")
    annotations = {"rhoai-catalog/source": str(THING), **{f"x/{name}": value for name in names}}
    return {**document, "metadata": {**document["metadata"], "annotations": annotations}}


def _line(pointers: Mapping[str, Any], number: int = 0) -> base.Line:
    return base.Line(
        identity=THING, file=PART, doc=f"{number:064}", kind="Component", ref="component:default/chat", values=pointers
    )


def with_base(document: Mapping[str, Any], lines: Iterable[base.Line]) -> merge.Current:
    """A tree of one entity and lines of its base."""
    return merge.load({PART: documents.dump(document), base.base_file(PART): base.write_lines(lines)})


def _base_lines_of_one_thing(text: str) -> object:
    """Merges an entity of which the base has a line for each line of a text, and tells what of it people own."""
    names = text.splitlines()
    pointers = [pointer.join("metadata", "annotations", f"x/{name}") for name in names]
    current = with_base(annotated(names, "mine"), (_line({p: "old"}, n) for n, p in enumerate(pointers)))
    new = Entity(identity=THING, file=PurePosixPath(PART), document=annotated(names, "new"))
    return merge.merge(current, Description(entities=(new,))), _hand_edits(current)


def _hand_edits_of_an_entity(text: str) -> object:
    lines = text.splitlines()
    document = _with_list("metadata", "tags", lines)
    document["metadata"]["annotations"] = annotated(lines, "mine")["metadata"]["annotations"]
    document["metadata"]["links"] = [{"url": f"https://{line}", "title": line} for line in lines]
    document["spec"]["dependsOn"] = [f"component:default/{line}" for line in lines]
    return _hand_edits(with_base(document, [_line({"/spec/gone": 1})]))


def _hand_edits_of_a_page(text: str) -> object:
    values = dict.fromkeys(sections.section_digests(text), "0")
    line = base.Line(identity=THING, file=PAGE, page="docs/index.md", doc="", values=values)
    return _hand_edits(merge.load({PAGE: f"{text} mine\n", base.base_file(PAGE, line.page): base.write_lines([line])}))


def _hand_edits(current: merge.Current) -> object:
    """What people own is told with the lines on which it stands, given back, and pinned."""
    rows = changes.overrides(current)
    nobody = changes.Blame(authors=lambda file, lines: {}, remover=lambda file, words: "")
    pinned = [changes.pinned(current, name, None) for name in {row.what for row in rows}]
    return changes.people_of(rows, current, Path(), nobody), changes.given_back(current, lambda row: True), pinned


def _adopting(text: str) -> object:
    """Merges an entity of which nothing is known below many pointers, in the base and in the sources."""
    names = text.splitlines()
    pointers = frozenset(pointer.join("metadata", "annotations", f"x/{name}") for name in names)
    document = annotated(names, "x")
    return merge_document([{}], entity("x"), document, pointers, adopting=pointers)


def _pages_of_many_lines(text: str) -> object:
    lines = [{f"/{line}": "0"} for line in text.splitlines()]
    return merge_page(lines, f"{text}\n\n{GENERATED}", GENERATED)


def _documents_that_come_and_go(text: str) -> object:
    """Takes a document a line out of a file, and puts another one in after each."""
    refs = [EntityRef.of("component", line) for line in text.splitlines()]
    here = [Piece(file=PART, text="---\na: b\n", ref=ref) for ref in reversed(refs)]
    parts = Parts(merge.Current(pieces={PART: tuple(here)}))
    for piece, ref in zip(here, refs, strict=True):
        parts.remove(piece)
        parts.insert(Piece(file=PART, text="---\na: b\n", ref=replace(ref, name=f"{ref.name}.b")))
    return parts.written()


def _documents_inserted(text: str) -> object:
    """Puts a document a line into a file that has as many."""
    refs = [EntityRef.of("component", line) for line in text.splitlines()]
    here = [Piece(file=PART, text="---\na: b\n", ref=ref) for ref in refs]
    parts = Parts(merge.Current(pieces={PART: tuple(here)}))
    for ref in reversed(refs):
        parts.insert(Piece(file=PART, text="---\na: b\n", ref=replace(ref, name=f"{ref.name}.b")))
    for piece in here:
        parts.replace(piece, "---\na: c\n")
        parts.remove(piece)
    return parts.written()


# -- pages ---------------------------------------------------------------------------------------------------------


def _headings(text: str) -> object:
    return list(headings.headings(headings.lines_of(text)))


def _sections(text: str) -> object:
    return sections.section_digests(text)


def _merged(bases: list[Mapping[str, str]], mine: str, new: str) -> object:
    return merge_page(bases, mine, new)


def _alike(text: str) -> object:
    parts = sections.sections_of(text)
    known = {f"{part.key}/x": frozenset((part.digest[1:],)) for part in parts}
    return matching.renamed(known, {f"{part.key}/x": part for part in parts}, parts)


# -- whole stages --------------------------------------------------------------------------------------------------


def estate(text: str) -> Snapshot:
    """An estate that says a text wherever one may stand, but in names."""
    facts = {"description": text, "license": text, "provider": text, "maturity": text, "readme": text}
    properties = {"API Spec": text, "a": text, "size": text, "Usage": text, text: "", "Tags": text}
    return snapshot(
        server(
            display_name=text,
            description=text,
            annotations={"rhdh.io/owner": text, "rhdh.io/tags": text, "rhdh.io/api-spec": text, "rhdh.io/links": text},
            served_model_names=(text,),
            model_format=text,
            external_url=f"https://a/{text}",
            artifact_uris=(text,),
        ),
        model(**facts, custom_properties=properties),
        version(artifacts=registered_from(), description=text, custom_properties=properties, author=text),
        catalog_model(**facts, custom_properties=properties, artifact_uris=(f"oci://{text}",)),
    )


def named(text: str) -> Snapshot:
    """An estate in which things are called by a text."""
    return snapshot(server(text), model(name=text), version(name=text), catalog_model(text))


def described(seen: Snapshot, config: Config = CONFIG) -> Description:
    return describe.describe(seen, config, merge.load({}).known())


def _with_owners_by_a_pattern(text: str) -> object:
    keys = {"owners": {"default": "user:a", "map": [{"match": text, "owner": "user:b"}]}}
    return described(estate("x"), parse_config(documents.dump({**CLUSTERS, **keys}), Path("generator.yaml")))


def _whole_line(text: str) -> object:
    current = merge.load({})
    merged = merge.merge_index(merge.merge(current, validate.sound(described(estate(text)))), current, current)
    validate.problems(merged.texts)
    return merge.merge(merge.load(merged.texts), described(estate(f"{text} ")))


def _tree(text: str) -> object:
    files = {PART: documents.dump(entity(text)), PAGE: text, ".base/servers/east/pay.jsonl": text, "other.yaml": text}
    return validate.problems({f"catalog/{file}": content for file, content in files.items()})


def _difference(text: str) -> object:
    before, after = (Files(texts={PAGE: f"{t}\n", PART: documents.dump(entity(t))}) for t in (text, f"{text}x"))
    return changes.differ(before, after, lambda identity: identity)


def plan_of(text: str) -> Plan:
    """A plan in which every word is a text."""
    moved = ValueChange(pointer=f"/metadata/annotations/{text}", old=text, new=f"{text}x")
    change = Change(
        operation=Operation.UPDATE,
        what=text,
        kind="Component",
        file=text,
        identity=Identity(text),
        title=text,
        owner=text,
        values=(moved, ValueChange(pointer=text, old=[text], new={text: text})),
    )
    return Plan(changes=(change,), problems=(Problem(path=text, line=1, message=text, rule="yaml"),))


def _reports(text: str) -> object:
    plan = plan_of(text)
    return (
        report.plan_text(plan, colour=False, verbose=True),
        report.pull_request_body(plan),
        report.pull_request_title(plan),
        report.job_summary(plan),
        report.commit_message(plan),
        report.plan_json(plan),
    )


def _reports_of_sources(text: str) -> object:
    """A source in each line, every other one of which is down."""
    scopes = (
        Scope(source=f"kserve/{line}", kind=str(kind), complete=bool(number % 2), reason="is down")
        for number, line in enumerate(text.splitlines())
        for kind in range(6)
    )
    plan = Plan(scopes=tuple(scopes))
    reports = (report.plan_page, report.pull_request_body, report.job_summary)
    return report.plan_text(plan, colour=False, verbose=True), [write(plan) for write in reports]


def _problem_reports(text: str) -> object:
    problems = plan_of(text).problems
    shown = report.problems_text(problems, {text: text}, colour=False)
    return shown, report.problems_summary(problems), [write(problems) for write in report.FORMATS.values()]


def _program(**container: Any) -> object:
    """What a container runs, and what all of its options say."""
    process = process_in(container, "spec")
    return [process.option("MODEL", word) for word in {"--x", *process.words[:3]}]


READERS: Final[dict[str, Read]] = {
    "documents.parse": documents.parse,
    "documents.load": documents.load,
    "documents.split": documents.split,
    "documents.traps": lambda t: list(documents.traps(t)),
    "documents.comments": documents.comments,
    "documents.positions": _positions,
    "documents.dump and parse": lambda t: documents.parse(documents.dump({"k": t, "l": [t], t: 1})),
    "documents.edit: a key more": _with_one_key_more,
    "documents.edit: all changed": _with_all_changed,
    "documents.edit: all gone": _with_all_gone,
    "documents.edit: an item less": _list_with_one_item_less,
    "documents.edit: other items": _list_of_other_items,
    "documents.edit: a text more": lambda t: documents.edit("a: b\n", {"a": t, "k": t}),
    "documents.edit: first keys gone": _first_keys_gone,
    "documents.edit: beside a text": _entity_renamed,
    "config": lambda t: parse_config(t, Path("generator.yaml")),
    "config: a list": lambda t: parse_config(f"clusters:\n{t}", Path("generator.yaml")),
    "config: texts": lambda t: parse_config(
        documents.dump({"clusters": [{"name": t, "server": t}], "owners": {"default": t}, t: t}), Path("generator.yaml")
    ),
    "front matter": split_card,
    "card": safe_card.__wrapped__,
    "foreign.inline": foreign.inline,
    "foreign.paragraph": foreign.paragraph,
    "foreign.code": foreign.code,
    "foreign.encoded": foreign.encoded,
    "foreign.defused": foreign.defused,
    "foreign.link": lambda t: foreign.link(t, f"https://{t}"),
    "html.block": lambda t: SafeHtml(Anchors(SyntaxTreeNode()), 0).block(t),
    "html.inline": lambda t: SafeHtml(Anchors(SyntaxTreeNode()), 0).inline(t),
    "declared definition": lambda t: declared_definition(t, servers=("https://a",), needed=t, token=t),
    "describe": lambda t: described(estate(t)),
    "describe: names": lambda t: described(named(t)),
    "describe: owners": _with_owners_by_a_pattern,
    "the whole line": _whole_line,
    "headings": _headings,
    "sections": _sections,
    "merge: tags": _merged_list("metadata", "tags", str),
    "merge: links": _merged_list("metadata", "links", lambda line: {"url": f"https://{line}", "title": line}),
    "merge: links of one URL": _merged_list("metadata", "links", lambda line: {"url": "https://a", "title": line}),
    "merge: references": _merged_list("spec", "dependsOn", lambda line: f"component:default/{line}"),
    "merge: documents of a file": _documents_inserted,
    "merge: documents come and go": _documents_that_come_and_go,
    "merge: base of one thing": _base_lines_of_one_thing,
    "merge: adopting": _adopting,
    "merge_page: base of one page": _pages_of_many_lines,
    "hand edits: an entity": _hand_edits_of_an_entity,
    "hand edits: a page": _hand_edits_of_a_page,
    "merge_page: mine": lambda t: _merged([sections.section_digests(GENERATED)], t, GENERATED),
    "merge_page: new": lambda t: _merged([sections.section_digests(GENERATED)], GENERATED, t),
    "merge_page: base": lambda t: _merged([sections.section_digests(t)], GENERATED, GENERATED),
    "merge_page: all": lambda t: _merged([sections.section_digests(t)], f"{t}\n\nmine\n", f"# new\n\n{t}"),
    "merge_page: adopted": lambda t: _merged([], f"{t}\n\nmine\n", t),
    "with_edits_of": lambda t: copying.with_edits_of([sections.section_digests(t)], f"{t}\n\nmine\n", t, ("a",)),
    "sections that are alike": _alike,
    "merge.load": lambda t: merge.load({PART: t, ".base/servers/east/pay.jsonl": t, PAGE: t}),
    "base.read_lines": lambda t: (list(base.read_lines(t)), list(base.damaged(t, ".base/a.jsonl"))),
    "parse_json": parse_json,
    "a container's script": lambda t: _program(command=["sh", "-c", t]),
    "a container's text": lambda t: _program(args=[t]),
    "a container's words": lambda t: _program(args=t.split(" ")),
    "a container's variables": lambda t: _program(args=["$(a)"] * len(t.split()), env=[{"name": "a", "value": t}]),
    "a container's templates": lambda t: _program(**with_values({"args": [t]}, lambda name: t)),
    "snapshot": lambda t: from_json(t, "x.json"),
    "snapshot of texts": lambda t: from_json(to_json(estate(t)), "x.json"),
    "validate: stdin": lambda t: validate.judge([Path("-")], Validation(), None, stdin=t),
    "validate: an entity": lambda t: validate.check_entity(entity(t), validate.PROFILES),
    "validate: a tree": _tree,
    "schema": lambda t: list(violations("generator", {"clusters": [{"name": t, "server": t}], t: t})),
    "validate: a URL": lambda t: (url.is_url(t), url.is_url(f"https://{t}"), url.is_url(f"https://a{t}")),
    "globs: pattern": lambda t: list(globs.matching(t, FILES)),
    "globs: a file": lambda t: list(globs.matching("**/*a*/*.yaml", [t, f"{t}/a/b.yaml"])),
    "web_url": lambda t: (web_url(t), web_url(f"https://{t}"), web_url(f"https://a/{t}")),
    "EntityRef": lambda t: (EntityRef.parse(t), EntityRef.parse(f"a:b/{t}"), tag(t)),
    "identity": lambda t: (Identity(t).parts, joined("a", t), pointer.split(t), pointer.join(t)),
    "differ": _difference,
    "reports": _reports,
    "reports of sources": _reports_of_sources,
    "reports of problems": _problem_reports,
    "report.values": lambda t: (values.difference(t, t, f"{t}x", 80), values.place(t), values.section_name(t)),
    "memory": Memory.from_json,
    "what Git says": lambda t: (refusal.said(t), refusal.reason(f"!\t{t}", f"remote: {t}"), refusal.hint_for(t)),
    "text.visible": visible.visible,
    "text.terminal": terminal.terminal,
    "text.annotation": annotation.annotation,
    "text.workflow_command": lambda t: annotation.workflow_command("error", t, {"file": t}),
    "text.commit_line": commit.commit_line,
    "text.markdown_cell": markdown.markdown_cell,
    "text.markdown_code": markdown.markdown_code,
    "text.gitlab": gitlab.inert,
    "text.json": lambda t: text.json.json_text({"a": t}),
    "text.prose": lambda t: (prose.line(t), prose.paragraphs(t), prose.printable(t)),
    "text.credentials": credentials.without_credentials,
    "text.xml": markup.xml_text,
    "text.html": markup.html_text,
    "both sides of a value": lambda t: sides.rows(t, t[::-1]),
}
