"""Data -> text: plain block style that reads the same in YAML 1.1 and 1.2."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from yaml.cyaml import CSafeDumper

from rhoai_catalog.documents.build import TAG
from rhoai_catalog.documents.read import CORE

WIDE: Final = 1 << 30  # never fold a line: a folded line makes a diff of its neighbours
ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]|[ \t]$", re.MULTILINE)


class _Dumper(CSafeDumper):
    """Quotes whatever either version of YAML would not read as a string; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _name, (_pattern, _first) in CORE.items():
    _Dumper.add_implicit_resolver(TAG + _name, re.compile(rf"(?:{_pattern})\Z"), list(_first))


def _string(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    if ODD.search(text):
        style: str | None = '"'
    elif "\n" in text:
        style = "|"
    else:
        style = None
    return dumper.represent_scalar(TAG + "str", text, style=style)


_Dumper.add_representer(str, _string)


def dump(data: Any, *, start: bool = True, compact: bool = False) -> str:
    """One document as text; with `start` it begins with a `---` line. Compact: innermost collections on one line."""
    style = None if compact else False
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDE, default_flow_style=style
    )
    return f"---\n{text}" if start else text


def flow(data: Any) -> str:
    """Data in flow style on one line."""
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDE, default_flow_style=True
    )
    return text.removesuffix("\n").removesuffix("\n...").strip()
