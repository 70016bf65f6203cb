"""Files that become entities only when somebody runs a software template, which fills in what is left open."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.backstage import SOURCE
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.validate.tree.entity_files import is_entity_file

OPEN: Final = ("{{", "{%", "{#")  # what cookiecutter and the scaffolder fill in; theirs may begin with $
# A name, a kind or a whole line that is left open; in a text further in, it may be meant as it stands.
GAP: Final = r"\s*[\"']?[\w.-]*\$?\{\{"
UNFILLED: Final = re.compile(
    rf"^(?:metadata:\s*\{{\s*name|kind):{GAP}|^\{{%"
    rf"|^metadata:[^\n{{]*\n(?:[ \t\r]*(?:#.*)?\n)*+(?=([ \t]+))(?:[ \t#].*\n|\r?\n)*?\1name:{GAP}",
    re.MULTILINE,
)
TEMPLATE: Final = re.compile(r"^kind:\s*[\"']?Template\b", re.MULTILINE)
FILLS_IN: Final = re.compile("fetch:(?!plain)")  # actions; what is fetched plain is copied as it is


def skeletons(files: Mapping[str, str], among: Collection[str]) -> frozenset[str]:
    """Those `among` the files that a software template has yet to fill in; a Template itself is an entity already."""
    return unfilled(files, among, filled_in(files))


def filled_in(files: Mapping[str, str]) -> frozenset[str]:
    """The folders, and files, that Templates among the files fill in."""
    templates = [
        file for file, text in files.items() if "Template" in text and is_entity_file(file) and TEMPLATE.search(text)
    ]
    return frozenset(folder for file in templates for folder in _fetched(file, files[file]))


def unfilled(files: Mapping[str, str], among: Collection[str], folders: Collection[str]) -> frozenset[str]:
    """Those `among` the files that a software template has yet to fill in, some in these folders."""
    return frozenset(file for file in among if is_in(file, folders) or _is_unfilled(file, files[file]))


def is_in(file: str, folders: Collection[str]) -> bool:
    """Whether a file is one of those that Templates fill in, or called like one."""
    return any(mark in file for mark in OPEN) or any(file == f or file.startswith(f"{f}/") for f in folders)


def _fetched(file: str, text: str) -> Iterator[str]:
    """The folders, or files, that a Template fetches from beside it and fills in. Of one that holds the Template
    itself, the texts alone can tell what is a skeleton.
    """
    home = posixpath.dirname(posixpath.normpath(file))
    for url in _urls(text):
        fixed = re.split(r"\$?\{[{%]", url, maxsplit=1)[0]
        folder = posixpath.normpath(posixpath.join(home, fixed if fixed == url else fixed.rpartition("/")[0]))
        if "://" not in url and not f"{home}/".startswith(f"{folder}/"):
            yield folder


def _urls(text: str) -> Iterator[str]:
    try:
        specs = [document.get("spec") for document in documents.load(text) if isinstance(document, dict)]
    except DocumentError:
        return
    for spec in (spec for spec in specs if isinstance(spec, dict)):
        if isinstance(spec.get("path"), str) and "templater" in spec:  # as Templates were before they had steps
            yield spec["path"]
        steps = spec.get("steps")
        for step in steps if isinstance(steps, list) else ():
            action, given = (step.get("action"), step.get("input")) if isinstance(step, dict) else (None, None)
            url = given.get("url") if isinstance(given, dict) else None
            if isinstance(action, str) and FILLS_IN.match(action) and isinstance(url, str):
                yield url


def _is_unfilled(file: str, text: str) -> bool:
    if not any(mark in text for mark in OPEN) or TEMPLATE.search(text):
        return False
    if UNFILLED.search(text):
        return True
    try:
        return any(map(_is_left_open, documents.load(text)))
    except DocumentError as error:  # in a file of ours it is a slip of somebody's pen
        line = text.split("\n")[error.line - 1 : error.line]
        return SOURCE not in text and any(mark in row for mark in OPEN for row in line)


def _is_left_open(document: Any) -> bool:
    metadata = document.get("metadata") if isinstance(document, dict) else None
    names = (document.get("kind"), metadata.get("name")) if isinstance(metadata, dict) else ()
    return any(isinstance(name, str) and "{{" in name for name in names)
