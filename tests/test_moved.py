"""What people moved or renamed counts from then on: folders whole, sites alone, and files that they emptied."""

from __future__ import annotations

import pytest
from histories import Estate, entities, generated
from rhoai_catalog.changes import given_back, overrides
from rhoai_catalog.merge import load

PART, SITE = "models/shared/granite/entities.yaml", "models/shared/granite/v1"
REF = "    backstage.io/techdocs-ref: dir:"


def estate() -> Estate:
    return Estate(linked=True)


def moved(texts: dict[str, str], old: str, new: str) -> dict[str, str]:
    """As `git mv` does; the base stays where it is."""
    return {new + name.removeprefix(old) if name.startswith(f"{old}/") else name: text for name, text in texts.items()}


def edits(texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(row.what, row.pointer) for row in overrides(load(texts))]


def settled(what: Estate, texts: dict[str, str]) -> dict[str, str]:
    after = generated(what.seen(), texts)
    assert generated(what.seen(), after) == after, "a second run changes nothing"
    return after


@pytest.mark.few(2)
@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("folder", ["models/shared/gran", "ml/granite"])
def test_a_folder_that_is_moved_whole_takes_its_site_along(folder: str, edited: bool) -> None:
    what = estate()
    texts = moved(generated(what.seen(), {}), "models/shared/granite", folder)
    page = f"{folder}/v1/docs/index.md"
    if edited:
        texts[page] = texts[page].replace("Few.", "Few. Ask Ana.")
    after = settled(what, texts)
    assert f"{REF}./v1\n" in after[f"{folder}/entities.yaml"]
    assert {row[0] for row in edits(after)} == ({page} if edited else set())
    assert not [name for name in after if "shared/granite" in name]
    assert f"./{folder}/entities.yaml" in after["catalog-info.yaml"]
    what.card["use"] += 1
    what.versions["v2"] = what.versions["v1"].copy()
    later = settled(what, after)
    assert "Ask it, 1." in later[page] and ("Ask Ana" in later[page]) == edited
    assert "Ask it, 1." in later[f"{folder}/v2/docs/index.md"]


def test_a_site_that_is_moved_with_its_reference_follows_its_source() -> None:
    what, one = estate(), "models/shared/granite/one"
    texts = moved(generated(what.seen(), {}), SITE, one)
    texts[PART] = texts[PART].replace("dir:./v1", "dir:./one")
    after = settled(what, texts)
    assert f"{REF}./one\n" in after[PART]
    what.card["use"] += 1
    assert "Ask it, 1." in settled(what, after)[f"{one}/docs/index.md"]


def test_a_page_that_was_deleted_stays_deleted_where_its_site_is_moved() -> None:
    what = estate()
    texts = moved(generated(what.seen(), {}), "models/shared/granite", "models/shared/gran")
    del texts["models/shared/gran/v1/docs/servers.md"]
    after = settled(what, texts)
    assert edits(after) == [("models/shared/gran/v1/docs/servers.md", "")]
    assert "models/shared/gran/v1/docs/servers.md" not in after


@pytest.mark.parametrize("ref", ["./ours", "./v2", "../../..", "../../../.base", "."])
def test_a_site_that_people_wrote_is_no_site_of_ours(ref: str) -> None:
    """Where ours was deleted, and the reference leads to theirs, to another of ours, or to no site at all."""
    what = estate()
    what.versions["v2"] = what.versions["v1"].copy()
    texts = generated(what.seen(), {})
    texts = {name: text for name, text in texts.items() if not name.startswith(f"{SITE}/")}
    theirs = {"models/shared/granite/ours/docs/index.md": "# Ours\n\nOurs.\n"}
    texts |= {**theirs, PART: texts[PART].replace("dir:./v1", f"dir:{ref}")}
    what.card["use"] += 1
    after = settled(what, texts)
    assert {name: after[name] for name in theirs} == theirs
    assert f"{REF}{ref}\n" in after[PART] and "Ask it, 1." in after["models/shared/granite/v2/docs/index.md"]
    assert [what for what, pointer in edits(after) if not pointer] == [
        f"{SITE}/{name}" for name in ("docs/index.md", "docs/servers.md", "mkdocs.yml")
    ]


def test_a_copy_of_a_folder_is_not_where_it_is_moved_to() -> None:
    what = estate()
    texts = generated(what.seen(), {})
    copy = {name: text for name, text in moved(texts, SITE, "models/shared/granite/one").items() if "/one/" in name}
    after = settled(what, {**texts, **copy})
    assert {name: text for name, text in after.items() if name not in copy} == texts


@pytest.mark.parametrize("left", ["", "\n", "# ours\n"])
@pytest.mark.parametrize("file", [PART, "servers/east/pay/entities.yaml"])
def test_what_is_restored_comes_back_into_the_file_that_was_emptied(file: str, left: str) -> None:
    what = estate()
    first = generated(what.seen(), {})
    gone = settled(what, {**first, file: left})
    back = {**gone, **given_back(load(gone), lambda _: True)[0]}
    after = settled(what, back)
    assert entities(after) == entities(first) and after[file].startswith(left.strip())
    assert {name for name in after if name not in first} == set()
