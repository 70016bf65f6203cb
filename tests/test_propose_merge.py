"""Base and branch as one tree: nothing stops it, the newer side stands, and what gave way is told."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from forges import git
from gitplace import BRANCH, Place, place_in, tree_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rhoai_catalog.plan import Clash
from rhoai_catalog.propose.git import Checkout
from rhoai_catalog.propose.git.command import Git
from rhoai_catalog.propose.git.hunks import Versions, merged_text, united_text
from rhoai_catalog.propose.git.objects import write_blobs
from rhoai_catalog.propose.git.trees import FILE, LINK, TreeEntry, edited
from thorough import tries

OLD = "one\ntwo\nthree\nfour\nfive\n"
Text = str | bytes | None
Files = Mapping[str, Text]


class Case(NamedTuple):
    """Files as they were and as base and branch changed them, below the repository; what the merge has of them."""

    old: Files
    base: Files
    branch: Files
    merged: Mapping[str, str | None]
    lost: tuple[tuple[str, int, str], ...] = ()  # file below the catalog, line, text
    outside: tuple[str, ...] = ()


PATH = "catalog/x.yaml"
BASE_FILE = "catalog/.base/servers/x.jsonl"


def _file(old: Text, base: Text, branch: Text, merged: str | None, *lost: tuple[int, str]) -> Case:
    """One file that both sides changed; None: it is not there."""
    before: Files = {} if old is None else {PATH: old}
    return Case(before, {PATH: base}, {PATH: branch}, {PATH: merged}, tuple(("x.yaml", *each) for each in lost))


def _elsewhere(path: str, old: str, base: str | None, branch: str | None, merged: str | None, *outside: str) -> Case:
    return Case({path: old}, {path: base}, {path: branch}, {path: merged}, (), outside)


def _with(**lines: str) -> str:
    """The old text with other lines."""
    return "".join(lines.get(line, line) + "\n" for line in OLD.split())


NEWER_BRANCH = {  # the branch was changed last
    "apart": _file(OLD, _with(one="1"), _with(five="5"), _with(one="1", five="5")),
    "neighbours": _file(OLD, _with(two="2"), _with(three="3"), _with(two="2", three="3")),
    "one line": _file(OLD, _with(two="2"), _with(two="II"), _with(two="II"), (2, "2\n")),
    "same": _file(OLD, _with(two="2"), _with(two="2"), _with(two="2")),
    "both at once": _file(
        OLD,
        _with(one="1", four="4"),
        "two\nthree\nIV\nfive\n",
        "two\nthree\nIV\nfive\n",
        (1, "1\n"),
        (3, "4\n"),
    ),
    "shifted": _file(OLD, "two\nthree\nsix\n", _with(two="TWO"), "one\nTWO\nthree\nsix\n", (1, "two\n")),
    "two insertions": _file(OLD, f"{OLD}six\n", f"{OLD}VI\n", f"{OLD}VI\n", (6, "six\n")),
    "no last newline": _file(OLD, f"{OLD}six", f"{OLD}VI", f"{OLD}VI", (6, "six\n")),
    "last newline lost": _file(OLD, _with(five="5"), _with(five="V")[:-1], _with(five="V")[:-1], (5, "5\n")),
    "markers": _file(
        OLD, "<<<<<<< a\n" * 9, f"{'=' * 60}\n>>>>>>> b\n", f"{'=' * 60}\n>>>>>>> b\n", (1, "<<<<<<< a\n" * 9)
    ),
    "carriage returns": _file(OLD, _with(two="2\r"), _with(two="II\r"), _with(two="II\r"), (2, "2\r\n")),
    "emptied": _file(OLD, "", _with(two="2"), _with(two="2"), (1, "")),
    "removed there": _file(OLD, None, "new\n", "new\n", (1, "")),
    "removed here": _file(OLD, "new\n", None, None, (1, "new\n")),
    "removed twice": _file(OLD, None, None, None),
    "added twice": _file(None, "same\na\nsame\n", "same\nb\nsame\n", "same\nb\nsame\n", (2, "a\n")),
    "binary": _file(b"\0a", b"\0b", b"\0c", "\0c", (1, "")),
    "base lines": _elsewhere(BASE_FILE, "a\nb\n", "a\nB\nsame\n", "a\nb2\nsame\n", "a\nB\nsame\nb2\n"),
    "base file removed": _elsewhere(BASE_FILE, "a\n", "b\n", None, "b\n"),
    "base file removed there": _elsewhere(BASE_FILE, "a\n", None, "b\n", "b\n"),
    "outside, clean": _elsewhere("ci.yml", OLD, _with(one="1"), _with(five="5"), _with(one="1", five="5")),
    "outside": _elsewhere("ci.yml", OLD, _with(one="1"), "I\n", _with(one="1"), "/ci.yml"),
    "outside, removed": _elsewhere("ci.yml", OLD, _with(one="1"), None, _with(one="1"), "/ci.yml"),
    "outside, added": Case({}, {}, {"new/ci.yml": "x\n"}, {"new/ci.yml": "x\n"}),
    "folder there": Case(
        {"catalog/x": OLD},
        {"catalog/x": None, "catalog/x/y.md": "y\n"},
        {"catalog/x": "new\n"},
        {"catalog/x/y.md": "y\n"},
        (("x", 1, "new\n"),),
    ),
    "folder here": Case(
        {},
        {"catalog/n": "file\n"},
        {"catalog/n/m.md": "m\n"},
        {"catalog/n": "file\n"},
        (("n/m.md", 1, "m\n"),),
    ),
    "odd names": Case(
        {},
        {"catalog/a\nb\t'.md": "1\n"},
        {"catalog/ü\n/é.md": "2\n"},
        {"catalog/a\nb\t'.md": "1\n", "catalog/ü\n/é.md": "2\n"},
    ),
}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place_in(tmp_path_factory.mktemp("origin"))


def _sides(place: Place, case: Case, times: tuple[int, int]) -> tuple[Checkout, str, str]:
    """Base and branch as a case has them, changed at these times."""
    git(place.person, "fetch", "--quiet", "origin")
    root = git(place.person, "rev-list", "--max-parents=0", "origin/main")
    git(place.person, "push", "--quiet", "--force", "origin", f"{root}:refs/heads/{BRANCH}", f"{root}:refs/heads/main")
    if case.old:
        place.commit("main", case.old, time=1_000_000_000)
    branch = place.commit(BRANCH, case.branch, start="main", time=1_000_000_000 + times[1])
    base = place.commit("main", case.base, time=1_000_000_000 + times[0])
    checkout = place.open()
    checkout.fetch("refs/heads/main", f"refs/heads/{BRANCH}", history=True)
    return checkout, base, branch


def _content(place: Place, tree: str, path: str) -> str | None:
    for row in git(place.folder, "ls-tree", "-r", "-z", "--name-only", tree).split("\0"):
        if row == path:
            return git_bytes(place.folder, f"{tree}:{path}")
    return None


def git_bytes(folder: Path, name: str) -> str:
    return Git(folder).read("cat-file", "blob", name).decode()


@pytest.mark.few(4)
@pytest.mark.parametrize("name", NEWER_BRANCH)
def test_a_merge_keeps_all_that_does_not_conflict(origin: Place, name: str) -> None:
    case = NEWER_BRANCH[name]
    checkout, base, branch = _sides(origin, case, (100, 200))
    merge = checkout.merged(base, branch)
    assert {path: _content(origin, merge.tree, path) for path in case.merged} == case.merged
    outside, inside = ([c for c in merge.clashes if c.file.startswith("/") == is_out] for is_out in (True, False))
    assert [(each.file, each.line, each.lost) for each in inside] == list(case.lost)
    assert tuple(each.file for each in outside) == case.outside
    kept = {"folder there": "base", "folder here": "base"}.get(name, "branch")
    assert {each.kept for each in inside} <= {kept} and {each.kept for each in outside} <= {"base"}
    assert set(checkout.changed(base, merge.tree)) <= {*case.base, *case.branch}
    commit = checkout.commit_tree(merge.tree, {"more.md": "more\n"}, [branch, base], "Merged")
    assert checkout.merged(base, commit).tree == tree_of(checkout, commit)


def test_the_newer_side_stands_and_the_branch_on_a_tie(origin: Place) -> None:
    case = _file(OLD, _with(two="2", five="5"), _with(two="II"), "")
    for times, kept, line, lost in (((200, 100), "base", "2", "II\n"), ((100, 100), "branch", "II", "2\n")):
        checkout, base, branch = _sides(origin, case, times)
        merge = checkout.merged(base, branch)
        assert checkout.texts(merge.tree)["x.yaml"] == _with(two=line, five="5")
        assert merge.clashes == (Clash(file="x.yaml", line=2, kept=kept, lost=lost),)


def test_the_time_is_that_of_the_file_not_of_the_side(origin: Place) -> None:
    case = _file(OLD, _with(two="2"), _with(two="II"), "")
    _sides(origin, case, (200, 100))
    branch = origin.commit(BRANCH, {"catalog/other.md": "later\n"}, time=1_000_000_300)
    checkout = origin.open()
    checkout.fetch(f"refs/heads/{BRANCH}")
    [clash] = checkout.merged(origin.head(), branch).clashes
    assert clash.kept == "base"


@pytest.mark.few(2)
@pytest.mark.parametrize("name", ["\x01x", "\n:x", "@1", ":", "\x01"])
def test_the_time_of_a_file_is_read_whatever_others_are_called(origin: Place, name: str) -> None:
    case = Case(
        {PATH: OLD},
        {PATH: _with(two="2"), f"catalog/{name}": "1\n"},
        {PATH: _with(two="II"), f"catalog/{name}": "1\n", name: "1\n"},
        {},
    )
    for times, kept in (((200, 100), "base"), ((100, 200), "branch")):
        checkout, base, branch = _sides(origin, case, times)
        assert [each.kept for each in checkout.merged(base, branch).clashes] == [kept]


@pytest.mark.few(2)
@pytest.mark.parametrize("time", ["", " +0000", "99999999999999 +0000", "-5 +0000", "²"])
def test_a_commit_without_a_time_is_an_old_one(origin: Place, time: str) -> None:
    _, base, branch = _sides(origin, _file(OLD, _with(two="2"), _with(two="II"), ""), (200, 100))
    tree, parent = git(origin.person, "rev-parse", f"{branch}^{{tree}}", f"{branch}^").split()
    text = f"tree {tree}\nparent {parent}\nauthor A <a@b> 1 +0000\ncommitter A <a@b>{time and f' {time}'}\n\nOne\n"
    command = ["git", "-C", str(origin.person), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
    sha = subprocess.run(command, input=text.encode(), check=True, capture_output=True).stdout.decode().strip()
    git(origin.person, "push", "--quiet", "--force", "origin", f"{sha}:refs/heads/{BRANCH}")
    checkout = origin.open()
    checkout.fetch(f"refs/heads/{BRANCH}", history=True)
    [clash] = checkout.merged(base, sha).clashes
    assert clash.kept == ("branch" if time.startswith("9") else "base")


def test_what_is_merged_already_is_the_one_or_the_other(origin: Place) -> None:
    checkout, base, branch = _sides(origin, NEWER_BRANCH["apart"], (1, 2))
    root = checkout.merge_base(base, branch)
    assert root
    assert checkout.merged(base, root).tree == checkout.merged(base, base).tree == tree_of(checkout, base)
    assert checkout.merged(root, branch).tree == tree_of(checkout, branch)


def test_histories_of_their_own_merge_too(origin: Place) -> None:
    checkout, base, _ = _sides(origin, NEWER_BRANCH["apart"], (1, 2))
    alone = checkout.commit_tree(None, {"index.yaml": "alone\n", "alone.md": "x\n"}, [], "Alone")
    merge = checkout.merged(base, alone)
    assert checkout.texts(merge.tree).items() >= {"index.yaml": "alone\n", "alone.md": "x\n"}.items()
    assert [each.file for each in merge.clashes] == ["index.yaml"]


def test_links_modules_and_rights_merge_as_wholes(origin: Place) -> None:
    _sides(origin, NEWER_BRANCH["apart"], (1, 2))
    person = origin.person
    for side, when in (("main", 100), (BRANCH, 200)):
        git(person, "checkout", "--quiet", "-B", "work", f"origin/{side}")
        (person / "catalog" / "index.yaml").unlink()
        (person / "catalog" / "index.yaml").symlink_to(side)
        (person / "catalog" / "models" / "a.md").chmod(0o755 if side == "main" else 0o644)
        (person / "catalog" / "models" / "a.md").write_text(f"# A\n{'' if side == 'main' else 'more'}\n")
        git(person, "add", "--all")
        git(person, "update-index", "--add", "--cacheinfo", f"160000,{origin.head(side)},catalog/module")
        origin.committed(side, time=1_000_000_000 + when)
    checkout = origin.open()
    checkout.fetch("refs/heads/main", f"refs/heads/{BRANCH}")
    merge = checkout.merged(origin.head(), origin.head(BRANCH))
    assert {(each.file, each.lost) for each in merge.clashes} >= {("index.yaml", ""), ("module", "")}
    rows = git(checkout.root, "ls-tree", "-r", merge.tree, "catalog/").splitlines()
    assert {row.rpartition("\t")[2]: row[:6] for row in rows}.items() >= {
        "catalog/index.yaml": "120000",
        "catalog/module": "160000",
        "catalog/models/a.md": "100755",
    }.items()


LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"<<<<<<<\n", b"=======\n", b"\r\n", b"d"]), max_size=7)
TEXT = LINES.map(b"".join)


@settings(max_examples=tries(60, 20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=TEXT, old=TEXT, branch=TEXT, kept=st.sampled_from(["base", "branch"]))
def test_any_three_texts_merge(tmp_path: Path, base: bytes, old: bytes, branch: bytes, kept: str) -> None:
    git_here = Git(tmp_path)
    merge = merged_text(git_here, Versions(base=base, old=old, branch=branch), kept)  # type: ignore[arg-type]
    assert merge is not None
    text, lost = merge
    assert set(text.splitlines()) <= {line for side in (base, old, branch) for line in side.splitlines()}
    if not lost:
        other = merged_text(git_here, Versions(base=branch, old=old, branch=base), kept)  # type: ignore[arg-type]
        assert other is not None and other[0] == text
    if base in (old, branch):
        assert merge == (branch, ())
    elif branch == old:
        assert merge == (base, ())
    united = united_text(git_here, Versions(base=base, old=old, branch=branch))
    assert united is not None
    lines = united.split(b"\n")[:-1]
    assert len(lines) == len(set(lines))


SHAPES = st.dictionaries(st.sampled_from("x x/y x/y/z x/z m/n m .base/m".split()), st.sampled_from("12L"), max_size=4)


@settings(max_examples=tries(25, 10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=SHAPES, base=SHAPES, branch=SHAPES)
def test_any_three_trees_merge(origin: Place, old: Files, base: Files, branch: Files) -> None:
    checkout = origin.open()
    trees = [edited(checkout.git, None, _entries(checkout, shape)) for shape in (old, base, branch)]
    root = checkout.commit(trees[0], [], "Old")
    ours, theirs = (checkout.commit(tree, [root], "New") for tree in trees[1:])
    merge = checkout.merged(ours, theirs)
    told = {each.file for each in merge.clashes}
    kept = {path.removeprefix("catalog/") for path in checkout.changed(ours, merge.tree)}
    asked = {path.removeprefix("catalog/") for path in checkout.changed(root, theirs)}
    assert kept <= asked | {".base/m"}
    agreed = {path for path in asked if _entry(checkout, ours, path) == _entry(checkout, theirs, path)}
    assert asked - kept - agreed <= told | {".base/m"}


def _entries(checkout: Checkout, shape: Files) -> dict[str, TreeEntry | None]:
    """The entries of a shape whose files have no other file as folder."""
    [one, two] = write_blobs(checkout.git, [b"1\n", b"2\n"])
    kinds = {"1": TreeEntry(FILE, one), "2": TreeEntry(FILE, two), "L": TreeEntry(LINK, one)}
    paths = {path for path in shape if not any(other.startswith(f"{path}/") for other in shape)}
    return {f"catalog/{path}": kinds[str(shape[path])] for path in paths}


def _entry(checkout: Checkout, commit: str, path: str) -> str:
    row = checkout.git.run("ls-tree", commit, f"catalog/{path}")
    return "" if " tree " in row else row
