"""Files are written all together: whatever keeps one from being written, the tree stays as it was."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog.catalog import read_files, write_files
from rhoai_catalog.errors import CatalogError

BEFORE = {"a.yaml": "a\n", "servers/e.yaml": "e\n", "servers/pay/docs/index.md": "# x\n", ".base/a.jsonl": "{}\n"}
AFTER: dict[str, str | None] = {
    "a.yaml": "new\n",
    "b.yaml": "b\n",
    "models/m/docs/index.md": "# m\n",
    "servers/pay/docs/index.md": None,
    ".base/a.jsonl": '{"v":1}\n',
}


def tree(root: Path) -> dict[str, str | None]:
    """Every file and folder there is."""
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8") if path.is_file() else None
        for path in root.rglob("*")
    }


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    write_files(tmp_path, BEFORE)
    yield tmp_path


def test_all_is_written_and_folders_that_are_empty_go(root: Path) -> None:
    write_files(root, AFTER)
    assert read_files(root).texts == {name: text for name, text in {**BEFORE, **AFTER}.items() if text is not None}
    assert not (root / "servers/pay").exists()
    assert {path.name for path in root.rglob(".writing*")} == set()


@pytest.mark.parametrize("name", sorted(AFTER))
def test_where_one_cannot_be_written_nothing_is(root: Path, name: str) -> None:
    (root / name).unlink(missing_ok=True)
    (root / name).mkdir(parents=True)
    (root / name / "in-the-way").write_text("x")
    before = tree(root)
    with pytest.raises(CatalogError, match=f"{name} cannot be written: Is a directory"):
        write_files(root, AFTER)
    assert tree(root) == before


def test_where_a_file_is_in_the_place_of_a_folder_nothing_is_written(root: Path) -> None:
    before = tree(root)
    with pytest.raises(CatalogError, match="cannot be written"):
        write_files(root, {**AFTER, "servers/e.yaml/f/g.md": "x"})
    assert tree(root) == before


def test_a_name_that_no_folder_takes_keeps_all_as_it_was(root: Path) -> None:
    name = "x" * 255 + ".yaml"  # too long, whoever asks
    before = tree(root)
    with pytest.raises(CatalogError, match="File name too long"):
        write_files(root, {**AFTER, name: "x"})
    assert tree(root) == before


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*BEFORE, *AFTER]), st.none() | st.sampled_from(["1\n", "2\n"])))
def test_what_is_written_is_what_is_read(files: dict[str, str | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), BEFORE)
        write_files(Path(folder), files)
        expected = {name: text for name, text in {**BEFORE, **files}.items() if text is not None}
        assert read_files(Path(folder)).texts == expected
