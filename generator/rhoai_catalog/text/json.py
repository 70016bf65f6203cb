"""JSON for machines that a terminal may show, and the log of a workflow."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_COMMAND: Final = re.compile(r"##(?=\w*\[)")  # `##[name]` opens a workflow command anywhere in a line


def json_text(document: Any, *, sort_keys: bool = True) -> str:
    """Plain data as indented JSON in ASCII; no line of it begins with what a text says.

    Raises ValueError where a number is none that JSON has.
    """
    text = json.dumps(document, indent=2, sort_keys=sort_keys, ensure_ascii=True, allow_nan=False)
    return _COMMAND.sub(r"#\\u0023", text)
