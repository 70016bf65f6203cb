"""YAML in and out: as Backstage reads it, and edits that leave everything else alone."""

from __future__ import annotations

import copy
import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog import documents, limits
from rhoai_catalog.documents.comments import spliced
from rhoai_catalog.errors import DocumentError
from shapes import SHAPES
from thorough import tries

YAML = Path(__file__).parent / "data" / "yaml.jsonl.gz"
EDITED = """\
---
# who may touch this
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
    name: "granite"   # never rename
    tags: [chat, vllm]   # in this order
    links:
      - url: https://one.example
        title: One
      # ours
      - title: Two
        url: https://two.example
    description: |
      First line.
      Second line.

  # an odd comment
    annotations:
        team/contact: '#granite'
spec:
    type: model-server
    dependsOn:
    - resource:default/a
    - resource:default/b # why: shared

# the end
"""

TRAPS = {
    "no": "no",
    "yes: on": "yes: on",
    "12:30:45": "12:30:45",
    "0o17": "0o17",
    "1e3": "1e3",
    "2024-01-01": "2024-01-01",
    "null": "null",
    "~": "~",
    "": "",
    " lead": " lead",
    "- x": "- x",
    "# x": "# x",
    "a\u2028b": "a\u2028b",
    "a\x85b": "a\x85b",
    "tab\there\nx": "tab\there\nx",
    "😀": "😀",
    "\n\n  x\n": "\n\n  x\n",
    "---\nkind: User": "---\nkind: User",
}


def edited(change) -> str:
    data = copy.deepcopy(documents.parse(EDITED))
    change(data)
    text = documents.edit(EDITED, data)
    assert documents.parse(text) == data
    return text


def lines_changed(text: str) -> tuple[list[str], list[str]]:
    before, after = EDITED.splitlines(), text.splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


CHANGES = [
    (
        lambda d: d["metadata"].update(name="granite-2"),
        (['    name: "granite"   # never rename'], ["    name: granite-2   # never rename"]),
    ),
    (
        lambda d: d["metadata"]["tags"].append("new"),
        (["    tags: [chat, vllm]   # in this order"], ["    tags: [chat, vllm, new]   # in this order"]),
    ),
    (
        lambda d: d["metadata"]["links"][0].update(url="https://1.example"),
        (["      - url: https://one.example"], ["      - url: https://1.example"]),
    ),
    (
        lambda d: d["metadata"]["links"][0].pop("url"),
        (["      - url: https://one.example", "        title: One"], ["      - title: One"]),
    ),
    (lambda d: d["metadata"]["links"].pop(1), (["      - title: Two", "        url: https://two.example"], [])),
    (
        lambda d: d["metadata"]["links"].append({"url": "https://3.example", "title": "Three"}),
        ([], ["      - url: https://3.example", "        title: Three"]),
    ),
    (
        lambda d: d["metadata"].update(description="One\nTwo\n"),
        (["      First line.", "      Second line."], ["      One", "      Two"]),
    ),
    (
        lambda d: d["metadata"].pop("description"),
        (["    description: |", "      First line.", "      Second line."], []),
    ),
    (lambda d: d["metadata"]["annotations"].update({"x/y": "no"}), ([], ["        x/y: 'no'"])),
    (
        lambda d: d["metadata"]["annotations"].clear(),
        (["    annotations:", "        team/contact: '#granite'"], ["    annotations: {}"]),
    ),
    (
        lambda d: d["spec"]["dependsOn"].remove("resource:default/b"),
        (["    - resource:default/b # why: shared"], ["    # why: shared"]),
    ),
    (lambda d: d["spec"]["dependsOn"].insert(1, "resource:default/aa"), ([], ["    - resource:default/aa"])),
    (lambda d: d["spec"].update(definition="openapi: 3\n"), ([], ["    definition: |", "      openapi: 3"])),
    (
        lambda d: d["spec"].pop("dependsOn"),
        (
            ["    dependsOn:", "    - resource:default/a", "    - resource:default/b # why: shared"],
            ["    # why: shared"],
        ),
    ),
]


@pytest.mark.parametrize(("change", "lines"), CHANGES)
def test_an_edit_changes_only_the_lines_of_changed_values(change, lines) -> None:
    assert lines_changed(edited(change)) == lines


def test_comments_survive_every_edit_at_once() -> None:
    def change(data):
        for one, _ in CHANGES[:3] + CHANGES[5:7] + CHANGES[8:9] + CHANGES[11:13]:
            one(data)

    text = edited(change)
    for comment in (
        "# who may touch this",
        "# never rename",
        "# in this order",
        "# ours",
        "# an odd comment",
        "# why: shared",
        "# the end",
    ):
        assert comment in text


def test_windows_line_ends_stay() -> None:
    text = EDITED.replace("\n", "\r\n")
    data = documents.parse(text)
    data["metadata"]["annotations"]["b"] = "2"
    data["metadata"]["links"].append({"url": "https://x", "title": "X"})
    assert documents.edit(text, data).count("\n") == documents.edit(text, data).count("\r\n")


def test_what_cannot_be_edited_soundly_is_not_edited_at_all() -> None:
    with pytest.raises(DocumentError, match="cannot be edited safely"):
        documents.edit("a: &x {k: 1}\nb: *x\n", {"a": {"k": 1}, "b": {"k": 2}})


@pytest.mark.parametrize("value", TRAPS.values(), ids=repr)
def test_what_is_written_reads_the_same(value: str) -> None:
    data = {"metadata": {"description": value, value or "k": value}, "list": [value]}
    assert documents.load(documents.dump(data)) == [data]


@given(st.text())
@settings(max_examples=tries(300, 60))
def test_any_text_reads_the_same(text: str) -> None:
    text = text.encode("utf-8", "replace").decode().replace("\x00", "")
    assert documents.load(documents.dump({"k": text}) + documents.dump({"l": [text]})) == [{"k": text}, {"l": [text]}]


words = st.text(alphabet="ab:#-'\"[]{}\n é", max_size=8)
keys = st.sampled_from(["a", "b", "c", "d/e"])
values = st.recursive(
    words | st.booleans() | st.integers(-9, 9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
mappings = st.dictionaries(keys, values, min_size=1, max_size=4)


@given(mappings, mappings)
@settings(max_examples=tries(400, 40), deadline=None)
def test_an_edit_gives_the_wanted_data(before: dict, after: dict) -> None:
    assert documents.parse(documents.edit(documents.dump(before), after)) == after


@given(mappings)
def test_an_edit_to_the_same_data_is_no_edit(data: dict) -> None:
    text = documents.dump(data)
    assert documents.edit(text, data) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no: no\non: 12:30:45", {"no": "no", "on": "12:30:45"}),
        ("a: 0o17\nb: 0x1F\nc: 1e3\nd: .5\ne: 017", {"a": 15, "b": 31, "c": 1000.0, "d": 0.5, "e": 17}),
        ("a: true\nb: True\nc: yes", {"a": True, "b": True, "c": "yes"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: {<<: {b: 1}}", {"a": {"<<": {"b": 1}}}),
        ("a: 2024-01-01\nb: ~\nc:", {"a": "2024-01-01", "b": None, "c": None}),
    ],
)
def test_reading_is_yaml_1_2_core(text: str, expected: object) -> None:
    assert documents.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "duplicate key 'a'"),
        ("a:\n\t- b\n", 2, "indent with spaces"),
        ("a: [1\n", 2, "flow sequence"),
        ("a: &x [*x]\n", 1, "refers to itself"),
        ("a: &x [1]\nb: [" + "*x, " * 102 + "]\n", 1, "more than 100 aliases"),
        ("a: &x [" + "[], " * 1000 + "]\nb: [" + "*x, " * 200 + "]\n", 1, "aliases repeat more than 100,000 values"),
        ("[" * 3000, 1, ""),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        documents.parse("---\n" + text, line_offset=10)
    assert caught.value.line == line + 11 or not words
    assert words in caught.value.message


def test_an_alias_of_nothing_may_stand_as_often_as_backstage_lets_it() -> None:
    data = documents.parse("a: &x [[], []]\nb: [" + "*x, " * 1000 + "]\n")
    assert data["b"] == [[[], []]] * 1000


HEAD = "kind: Component\nmetadata:\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("  name: b\n  title\n  owner: x\n", (4, 3)),
        ("  title\n  name: b\n", (3, 3)),  # the first one
        ("  name: b\n  title\nspec: {}\n", (4, 3)),  # the last one
        ("  name: b\n  title", (4, 3)),
        ("  name: b\n  title # why\n\n\n  owner: x\n", (4, 3)),
        ("  name: b\n  title\n    goes on\n  owner: x\n", (4, 3)),
        ("  name: b\n  title:x\n  owner: x\n", (4, 3)),
        ('  name: b\n  "title"\n  owner: x\n', (4, 3)),
        ("  description: |\n    text\n  title\n  owner: x\n", (5, 3)),
        ("  name: b\n  annotations\n    a: b\n  owner: x\n", (4, 3)),
        ("  links:\n    - url\n      title: x\n", (4, 7)),  # in a list
        ("  links:\n    - url: y\n      title\n    - url: z\n", (5, 7)),
        ("  links\n  - url: y\n    title: x\n", (3, 3)),
        ("  x: {\n    name: b,\n    title\n    owner: x\n  }\n", (5, 5)),  # in braces
        ("  x: {\n    name: b\n    owner: x\n  }\n", (4, 11)),  # there it is the comma, behind `b`
        ("  name: b\n    title: x\n", (3, 9)),
        ("  name: b: c\n", (3, 9)),
        ("  name: b\n  : c: d\n", (4, 3)),  # a colon of its own is no other key's
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_key_without_its_colon_is_told_where_it_stands(text: str, place: tuple[int, int], ends: str) -> None:
    """As Backstage's parser does, and not where the next key begins."""
    with pytest.raises(DocumentError) as caught:
        documents.load((f"a: b\n---\n{HEAD}{text}").replace("\n", ends))
    assert (caught.value.line - 2, caught.value.column) == place


@given(st.lists(st.sampled_from(["---\na: 1\n", "---\n", "# c\n", "--- {b: 2}\n", "---\n|\n ---\n"])))
def test_split_loses_nothing(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(documents.split(text)) == text


def test_position_names_line_and_column() -> None:
    assert documents.Positions(EDITED).of("/metadata/links/1/url") == documents.Mark(13, 9)
    assert documents.Positions(EDITED).of("/metadata/nothing") == documents.Mark(5, 1)
    assert documents.Positions(EDITED, line_offset=100).of("/spec/type") == documents.Mark(122, 5)


@pytest.mark.parametrize(
    "text",
    [
        "a: [b,\nc]\n",
        "a:\n  b: [\n    c\n  d]\n",
        "a:\n  b: [\n    c\n]\n",
        "a:\n  b: [\n\t\tc]\n",
        'a: "b\nc"\n',
        "- 'b\n\n c\nd'\n",
        'a: "b"#c\n',
        "a: [b]#c\n",
        "a: [b,#c\n  d]\n",
        "a: |#c\n  b\n",
        "1: a\n1.0: b\n",
        "~: a\nnull: b\n",
        "a: b\rc: d\r",
        "%YAML 1.1\n---\na: b\n",
        "a: &x b\nc: [" + "*x, " * 100 + "]\n",
        'a: "\\\\ud83d\\ude00"\n',
        'a: "\\ud83d\\ude00 \ue03d\ue600"\n',
        '- ? "x\n y"\n  : z\n',
        "a: &x {b: c}\nd: &y [" + "*x, " * 11 + "]\ne: [" + "*y, " * 9 + "]\n",
    ],
)
def test_what_only_backstage_refuses_is_refused(text: str) -> None:
    with pytest.raises(DocumentError):
        documents.load(text)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: [\n  b\n]\n", {"a": ["b"]}),
        ("a:\n  b: [\n    c, # d,#e\n\n    'f#g'\n  ]\n", {"a": {"b": ["c", "f#g"]}}),
        ('a: "b\n\n c"\n', {"a": "b\nc"}),
        ('{\n"a": [\n1\n]\n}\n', {"a": [1]}),
        ("a: &x {b: 'c'}\nd: [*x, e] # f\n", {"a": {"b": "c"}, "d": [{"b": "c"}, "e"]}),
        ("- - 'b\n    c'\n", [["b c"]]),
        ("a:\n- &x\n  b: [\n    c]\n", {"a": [{"b": ["c"]}]}),
        ("a: 1\n\t\nb: 2\n \t", {"a": 1, "b": 2}),
        ('{"a": "\\ud83d\\ude00\\u00e9"}', {"a": "\N{GRINNING FACE}\u00e9"}),
        ("# b\n%YAML 1.2\n---\na: no\n", {"a": "no"}),
        ("1: a\n'1': b\n", {"1": "b"}),
        ('a: |\n  "\\ud83d\\ude00"\nb: "\\ud83d\\ude00"\n', {"a": '"\\ud83d\\ude00"\n', "b": "\N{GRINNING FACE}"}),
        ("a: \\ud83d\\ude00\nb: '\\ud83d\\ude00'\n", {"a": "\\ud83d\\ude00", "b": "\\ud83d\\ude00"}),
        ('a: "\\\\\\ud83d\\ude00"\n', {"a": "\\\N{GRINNING FACE}"}),
        ("a: &x b\nc: [" + "*x, " * 99 + "]\n", {"a": "b", "c": ["b"] * 99}),
    ],
)
def test_what_only_libyaml_refuses_or_looks_alike_is_read(text: str, data: object) -> None:
    assert documents.load(text) == [data]
    assert "".join(documents.split(text)) == text


def test_a_character_that_yaml_does_not_have_is_told_where_it_stands() -> None:
    with pytest.raises(DocumentError) as caught:
        documents.parse("a: b\nc: \u00e9d\x07\n")
    assert (caught.value.line, caught.value.column) == (2, 6)


# Keys over two lines, empty keys, `...`: texts that nobody writes, and that we refuse although Backstage reads them.
ODD = re.compile(
    "while parsing a (flow|block)|has no colon|a key must be plain|nothing begins with|carriage return|"
    "plain scalar: found|mapping values are not|expected <document start>|end of stream|found undefined|"
    "text after the end|indented further"
)


def test_no_recorded_text_is_accepted_that_backstage_refuses() -> None:
    """10,000 mutated texts with the verdict of the parser that Backstage reads them with (`yaml` 2.9)."""
    rows = [json.loads(row) for row in gzip.decompress(YAML.read_bytes()).splitlines()]
    assert len(rows) == 10_000
    rows = rows[:: tries(1, 4)]
    verdicts = [(row["text"], row["ok"], _refusal(row["text"])) for row in rows]
    assert 0.2 < sum(ok for _, ok, _ in verdicts) / len(rows) < 0.8
    assert [text for text, ok, refusal in verdicts if not ok and not refusal] == []
    too_strict = [refusal for _, ok, refusal in verdicts if ok and refusal]
    assert len(too_strict) < len(rows) * 0.03 and all(ODD.search(refusal) for refusal in too_strict)


def _refusal(text: str) -> str:
    try:
        documents.load(text)
    except DocumentError as error:
        return error.message
    return ""


def test_blank_lines_with_tabs_are_not_read_over_and_over() -> None:
    text = "".join(f"k{number}: 1\n" for number in range(20_000)) + "".join(f"t{n}:\n\t\n  - a\n" for n in range(99))
    with pytest.raises(DocumentError):  # as libyaml does from the start
        documents.load(text)


def test_comments_with_carriage_returns_are_no_work() -> None:
    text = "# c\r\n" * 200 + "---\r\na: b\r\n"
    assert documents.load(text) == [{"a": "b"}]
    assert documents.load("# c\r\n\r\n%YAML 1.2\r\n" + text.removeprefix("# c\r\n" * 200)) == [{"a": "b"}]


@settings(max_examples=tries(1_000, 60))
@given(st.data())
def test_splices_are_made_from_the_last_to_the_first(data: st.DataObject) -> None:
    text = expected = "abcdefghijkl"
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    splices = [(*data.draw(places), data.draw(st.text("XYZ", max_size=4))) for _ in range(data.draw(st.integers(0, 6)))]
    for start, end, replacement in sorted(splices, reverse=True):
        expected = expected[:start] + replacement + expected[end:]
    assert spliced(text, splices) == expected


def test_items_lose_their_first_keys_and_keep_their_dash() -> None:
    data = {"k": [{"a": 1, "b": 2, "c": 3}, {"a": 4, "b": 5, "c": 6}]}
    assert documents.edit(documents.dump(data), {"k": [{"c": 3}, {"c": 6}]}) == "---\nk:\n- c: 3\n- c: 6\n"


def test_a_key_longer_than_yaml_has_them_is_refused() -> None:
    assert documents.parse(f"? {'a' * limits.YAML_KEY}\n: b\n")
    with pytest.raises(DocumentError, match="1,024"):
        documents.parse(SHAPES["long key over many"](10_000))
