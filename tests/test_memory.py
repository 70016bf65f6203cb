"""What is remembered between runs: a private ref that may be lost at any time, and never fails a run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from forges import git
from gitplace import Place, place_in
from hypothesis import given
from hypothesis import strategies as st
from rhoai_catalog import limits
from rhoai_catalog.plan import Absence
from rhoai_catalog.propose import memory
from rhoai_catalog.propose.memory import REF, Memory, PullMemory, Recollection, Settling

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
FULL = Memory(
    absent={"kserve/east/a/InferenceService/b": Absence(runs=2, since=NOON)},
    proposed={7: ("a1", "b2"), 12: ()},
    closed=frozenset({3, 7}),
    settling=Settling(pull=12, since=NOON),
    incomplete={"kserve/east": NOON},
    head="0" * 40,
    offered={"c3": 7},
    made=("a" * 32, "b1" * 16),
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_in(tmp_path)


def _state(place: Place) -> str:
    return git(place.remote, "for-each-ref", "--format=%(objectname)", REF)


def _leave(place: Place, text: str | bytes, name: str = "state.json") -> None:
    """Somebody else's commit in our ref."""
    blob = place.open().git.run("hash-object", "-w", "--stdin", stdin=text.encode() if isinstance(text, str) else text)
    tree = place.open().git.run("mktree", stdin=f"100644 blob {blob}\t{name}\n".encode())
    git(
        place.folder,
        "push",
        "--quiet",
        "--force",
        "origin",
        f"{git(place.folder, 'commit-tree', '-m', 'x', tree)}:{REF}",
    )


# -- between runs ------------------------------------------------------------------------------------------------


@pytest.mark.few(2)
@pytest.mark.parametrize("options", [(), ("--depth=1",), ("--filter=blob:none",), ("--single-branch",)])
def test_what_one_run_leaves_the_next_one_knows(place: Place, options: tuple[str, ...]) -> None:
    checkout = place.open()
    first = memory.read(checkout)
    assert first == Recollection()
    assert memory.write(checkout, FULL, first) == ""
    again = place.clone(*options)
    before = again.state()
    second = memory.read(again.open())
    assert second == Recollection(memory=FULL, commit=_state(place))
    assert memory.read(again.open(), second.commit) == second
    assert memory.write(again.open(), Memory(head="1" * 40), second) == ""
    third = memory.read(checkout)
    assert third.memory == Memory(head="1" * 40)
    assert git(place.remote, "rev-list", "--count", REF) == "1"
    assert git(place.remote, "ls-tree", "--name-only", REF) == "state.json"
    assert again.state() == before
    assert git(place.remote, "for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"


def test_nothing_is_written_that_is_known_already(place: Place) -> None:
    checkout = place.open()
    assert memory.write(checkout, Memory(), memory.read(checkout)) == "" and _state(place) == ""
    memory.write(checkout, FULL, memory.read(checkout))
    commit = _state(place)
    for _ in range(2):
        assert memory.write(checkout, FULL, memory.read(checkout)) == ""
    assert _state(place) == commit


def test_of_two_runs_the_first_one_s_memory_stays(place: Place) -> None:
    one, other = place.open(), place.clone().open()
    memory.write(one, FULL, memory.read(one))
    read = memory.read(one), memory.read(other)
    assert memory.write(one, Memory(head="1" * 40), read[0]) == ""
    note = memory.write(other, Memory(head="2" * 40), read[1])
    assert "was written by another run meanwhile" in note
    assert memory.read(other).memory.head == "1" * 40
    assert "meanwhile" in memory.write(other, FULL, Recollection())


def test_a_remote_that_refuses_the_ref_is_a_note(place: Place) -> None:
    hook = place.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'GitLab: no such refs here' >&2\nexit 1\n")
    hook.chmod(0o755)
    note = memory.write(place.open(), FULL, Recollection())
    assert "could not be written" in note and "no such refs here" in note


def test_a_remote_that_is_gone_is_a_note(place: Place) -> None:
    memory.write(place.open(), FULL, Recollection())
    place.remote.rename(place.remote.parent / "away.git")
    read = memory.read(place.open())
    assert read.memory == Memory() and read.commit == "" and "could not be fetched" in read.note
    assert "could not be written" in memory.write(place.open(), FULL, read)
    (place.remote.parent / "away.git").rename(place.remote)
    assert "meanwhile" in memory.write(place.open(), Memory(head="1" * 40), read)  # what was not read is not lost
    assert memory.read(place.open()).memory == FULL


# -- what is not ours --------------------------------------------------------------------------------------------


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"v": 2}',
        '{"absent": {}}',
        b"\xff{}",
        '{"v": 1, "closed": [' + "9" * 5000 + "]}",
    ],
    ids=range(9),
)
def test_a_damaged_memory_is_a_note_and_is_replaced(place: Place, text: str | bytes) -> None:
    _leave(place, text)
    checkout = place.open()
    read = memory.read(checkout)
    assert read.memory == Memory() and read.commit == _state(place) and "cannot be read" in read.note
    assert memory.write(checkout, Memory(), read) == ""
    assert memory.read(checkout) == Recollection(commit=_state(place))


def test_a_commit_without_the_file_and_one_that_is_too_large_are_notes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave(place, "{}", "other.json")
    assert "it holds no state.json" in memory.read(place.open()).note
    monkeypatch.setattr(limits, "STATE_BYTES", 10)
    _leave(place, FULL.to_json())
    assert "it is larger than" in memory.read(place.open()).note


def test_an_odd_entry_costs_only_itself() -> None:
    document = json.loads(FULL.to_json())
    since = "2026-05-04T12:00:00Z"
    document["absent"] |= {
        "a": None, "b": {}, "c": {"runs": "2", "since": since}, "d": {"runs": True, "since": since},
        "e": {"runs": 1, "since": "yesterday"}, "f": {"runs": 1, "since": "2026-05-04T12:00:00"},
        "g": {"runs": 0, "since": since}, "h": {"runs": 1, "since": "0001-01-01T00:00:00+23:59"},
        "\ud800": {"runs": 1, "since": since},
    }  # fmt: skip
    document["proposed"] |= {"x": ["a"], "-1": [], "9" * 30: [], "٣": []}
    document["proposed"]["7"] += [None, 3, ["a1"]]
    document["closed"] += ["3", None, True, 1.5]
    document["incomplete"] |= {"x": 3, "y": "soon"}
    document["offered"] |= {"odd": [], "b": "x"}
    document["branches"] += ["", "a\0b", "a\nb", "*", "x" * 10_000, None]
    document["made"] += ["", "x", "A" * 32, "a" * 33, f"{'a' * 31}\n", 3, None, ["a" * 32]]
    document["of tomorrow"] = {"x": 1}
    assert Memory.from_json(json.dumps(document)) == FULL
    for key, empty in {"absent": {}, "proposed": {}, "closed": frozenset(), "settling": None, "head": ""}.items():
        for odd in (None, 3, "x", [], {}, True):
            if (key, odd) != ("head", "x"):
                assert getattr(Memory.from_json(json.dumps({**document, key: odd})), key) == empty


# -- JSON --------------------------------------------------------------------------------------------------------

TIMES = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DIGESTS = st.lists(NAMES, max_size=3, unique=True).map(lambda names: tuple(sorted(names)))
MEMORIES = st.builds(
    Memory,
    absent=st.dictionaries(NAMES, st.builds(Absence, runs=st.integers(1, 9), since=TIMES), max_size=3),
    proposed=st.dictionaries(st.integers(0, 10**9), DIGESTS, max_size=3),
    closed=st.frozensets(st.integers(0, 10**9), max_size=3),
    settling=st.none() | st.builds(Settling, pull=st.integers(0, 10**9), since=TIMES),
    incomplete=st.dictionaries(NAMES, TIMES, max_size=3),
    head=NAMES,
    made=st.lists(st.text("0123456789abcdef", min_size=32, max_size=32), max_size=3).map(
        lambda made: tuple(sorted(made))
    ),
    offered=st.dictionaries(NAMES, st.integers(1, 9), max_size=3),
    declined=st.dictionaries(
        st.integers(1, 99), st.lists(NAMES, max_size=3, unique=True).map(lambda names: tuple(sorted(names))), max_size=3
    ),
    desk=st.builds(PullMemory, pull=st.integers(1, 9), title=NAMES),
)


@given(MEMORIES)
def test_a_memory_survives_its_json(written: Memory) -> None:
    text = written.to_json()
    assert Memory.from_json(text) == written
    assert Memory.from_json(text).to_json() == text


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | NAMES
JSON = st.recursive(
    SCALARS,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(NAMES, parts, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(json.loads(FULL.to_json()))), JSON))
def test_any_json_is_read_as_far_as_it_makes_sense(document: dict[str, Any]) -> None:
    read = Memory.from_json(json.dumps({**document, "v": 1}))
    assert Memory.from_json(read.to_json()).to_json() == read.to_json()


def test_times_of_other_zones_are_those_in_utc() -> None:
    zone = timezone(timedelta(hours=2))
    written = Memory(incomplete={"x": NOON.astimezone(zone)})
    assert '"2026-05-04T12:00:00Z"' in written.to_json()
    assert Memory.from_json(written.to_json().replace("12:00:00Z", "14:00:00+02:00")) == written


def test_its_size_is_bound() -> None:
    digests = tuple(f"{number:064x}" for number in range(3000))
    many = Memory(
        proposed=dict.fromkeys(range(1000), digests),
        closed=frozenset(range(100_000)),
        absent={f"kserve/east/{number}": Absence(runs=1, since=NOON) for number in range(30_000)},
    )
    text = many.to_json()
    assert len(text) < 20_000_000
    assert sorted(Memory.from_json(text).proposed) == list(range(950, 1000))
    assert len(Memory.from_json(text).absent) == 20_000 and max(Memory.from_json(text).closed) == 99_999
