"""A family is a row and a folder: what every folder has, and that nothing else names a family."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest
import rhoai_catalog.observe
from rhoai_catalog.families import FAMILIES, Family

OBSERVE = Path(rhoai_catalog.observe.__file__).parent
WORDS = {
    family.name: re.compile(
        "|".join(
            rf"\b{re.escape(word)}\b"
            for word in (family.name.replace("-", "_").upper(), f'"{family.name}"', *filter(None, (family.component,)))
        )
    )
    for family in FAMILIES.values()
}


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_every_family_has_its_two_functions(family: Family) -> None:
    folder = importlib.import_module(f"rhoai_catalog.observe.{family.folder}")
    read, check = (inspect.signature(getattr(folder, name)) for name in ("read", "check"))
    assert (list(read.parameters), read.return_annotation) == (["source", "reading"], "SourceFacts")
    assert (list(check.parameters), check.return_annotation) == (["source", "traffic"], "Iterator[Check]")


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_no_other_folder_names_a_family(family: Family) -> None:
    others = [path for path in OBSERVE.rglob("*.py") if family.folder not in path.parts]
    naming = {path.name for path in others if WORDS[family.name].search(path.read_text("utf-8"))}
    assert naming == set()
