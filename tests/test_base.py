"""The base may have been written by anybody: an odd line costs itself only, and leads nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from histories import Estate, generated
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog import base
from rhoai_catalog.base import FOLDER, read_lines
from rhoai_catalog.merge import load
from test_snapshot_hostile import JSON, places
from thorough import tries

ESTATE = Estate()
TREE = generated(ESTATE.seen(), {})
LINES = [(file, json.loads(line)) for file in TREE if file.startswith(f"{FOLDER}/") for line in TREE[file].splitlines()]


def signed(line: dict[str, Any]) -> str:
    """As whoever changes a line can sign it, too."""
    rest = {key: value for key, value in line.items() if key != "sum"}
    try:
        return json.dumps({**rest, "sum": base._sum(rest)})
    except (TypeError, ValueError, RecursionError):
        return json.dumps(rest)


@settings(max_examples=tries(300, 15), deadline=None)
@given(st.sampled_from(LINES), st.data())
def test_any_value_in_any_line_costs_at_most_that_line(row: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    file, line = row
    line = json.loads(json.dumps(line))
    way = data.draw(st.sampled_from([*places(line)]))
    parent: Any = line
    for key in way[:-1]:
        parent = parent[key]
    parent[way[-1]] = data.draw(JSON)
    texts = {**TREE, file: f"{TREE[file]}{signed(line)}\n"}
    after = generated(ESTATE.seen(), texts)
    assert {name for name in after if not name.startswith(FOLDER)} >= {n for n in TREE if not n.startswith(FOLDER)}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "null",
        "[]",
        '"x"',
        '{"v": 1, "sum": "x"}',
        "\x00",
        "\ud800",
        '{"sum": {}}',
        "1e999",
    ],
)
def test_what_is_no_line_at_all_is_skipped(text: str) -> None:
    assert [*read_lines(text)] == []
    file = f"{FOLDER}/servers/east/pay.jsonl"
    assert generated(ESTATE.seen(), {**TREE, file: TREE[file] + text.replace("\ud800", "?") + "\n"}) == TREE


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("page", {"file": "ours/notes.md", "page": "notes.md"}),
        ("page", {"file": "models/shared/granite/v1/notes.md", "page": "notes.md"}),
        ("page", {"file": "generator.yaml", "page": "generator.yaml"}),
        ("page", {"file": "../../etc/passwd", "page": "docs/x.md"}),
        ("page", {"file": "/etc/docs/x.md", "page": "docs/x.md"}),
        ("page", {"file": "ours/docs/x.md", "page": "docs/x.md"}),
        ("kind", {"file": "ours.yaml"}),
    ],
)
def test_a_line_that_points_elsewhere_is_not_followed(name: str, changes: dict[str, str]) -> None:
    """It would say of a person's file that its source is gone, and nobody edited it."""
    file, line = next((file, line) for file, line in LINES if name in line and "granite" in file)
    beside = {"models/shared/granite/v1/notes.md": "# beside\n"}
    own = {**beside, "ours/notes.md": "# ours\n", "ours/docs/x.md": "# x\n", "ours.yaml": "kind: X\n"}
    from rhoai_catalog import documents

    text = own.get(changes["file"], "")
    gone = {**line, **changes, "source": "kserve/east/pay/InferenceService/gone", "doc": documents.digest(text)}
    texts = {**TREE, **own, file: f"{TREE[file]}{signed(gone)}\n"}
    assert all(line.file != changes["file"] for lines in load(texts).lines.values() for line in lines)
    after = generated(ESTATE.seen(), texts)
    assert {name: after.get(name) for name in own} == own


def test_a_line_that_stands_elsewhere_is_told() -> None:
    file, line = LINES[0]
    assert [*base.damaged(f"{signed(line)}\n", file)] == []
    assert [*base.damaged(f"{signed(line)}\n", f"{FOLDER}/elsewhere.jsonl")] == [1]
