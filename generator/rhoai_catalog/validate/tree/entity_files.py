"""Which files hold entities: by what they are called, and by what stands in them."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from rhoai_catalog import documents
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.kinds import KINDS

YAML: Final = (".yaml", ".yml")
NOT_ENTITIES: Final = ("generator.yaml", "mkdocs.yml", "mkdocs.yaml")
ENTITY_NAMES: Final = ("catalog-info.yaml", "catalog-info.yml", "catalog-info.json", *{kind.file for kind in KINDS})
API_VERSION: Final = r"""["']?apiVersion["']?[ \t]*:[ \t]*["']?[\w.-]*backstage"""
AT_THE_TOP: Final = re.compile(r"^apiVersion[ \t]*:[ \t]*[\"']?[\w.-]*backstage", re.MULTILINE)  # in JSON, who knows
FIRST: Final = re.compile(r"(?:[ \t\r]*(?:#.*)?\n|(?:---|%).*\n)*+([ \t]*)(?=(\S?.?))")  # where a document begins


def is_entity_file(file: str) -> bool:
    """Whether a path may hold entities: YAML outside docs/ and the base that is not known to be something else."""
    folders = file.split("/")
    name = folders.pop()
    is_yaml = name.endswith(YAML) and name not in (*YAML, *NOT_ENTITIES)
    return (is_yaml or name == "catalog-info.json") and "docs" not in folders and ".base" not in folders


def holds_entities(file: str, text: str, *, otherwise: bool = False) -> bool:
    """Whether a file is called as those are that Backstage reads, or one of its documents has Backstage's apiVersion.

    One that stands further in is somebody's value: an example of an API, an item of a list, a text. `otherwise` is the
    answer for YAML that speaks of none at all.
    """
    if not is_entity_file(file):
        return False
    if posixpath.basename(file) in ENTITY_NAMES or AT_THE_TOP.search(text):
        return True
    if "apiVersion" not in text or "backstage" not in text:
        return otherwise
    return any(map(_is_entity, documents.split(text)))


def _is_entity(piece: str) -> bool:
    """Whether a document means to be an entity; of one that is no YAML, its least indented lines tell."""
    try:
        data = documents.parse(piece)
    except DocumentError:
        begin = FIRST.match(piece)
        indentation, opening = begin.groups() if begin is not None else ("", "")
        if opening.startswith("{") and opening not in ("{{", "{%"):
            return re.search(API_VERSION, piece) is not None
        return re.search(f"^{indentation}{API_VERSION}", piece, re.MULTILINE) is not None
    return isinstance(data, dict) and re.match(r"[\w.-]*backstage", str(data.get("apiVersion"))) is not None
