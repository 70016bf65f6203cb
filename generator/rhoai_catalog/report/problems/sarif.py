"""Problems as SARIF 2.1.0, which code scanning reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from rhoai_catalog.problem import RULES, Problem, level
from rhoai_catalog.text.json import json_text

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Sequence[Problem]) -> str:
    """One run, with every rule that there is."""
    rules = [
        {"id": rule, "shortDescription": {"text": summary}, "defaultConfiguration": {"level": level(rule)}}
        for rule, summary in RULES.items()
    ]
    run = {
        "tool": {"driver": {"name": "rhoai-catalog", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem) for problem in problems],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, sort_keys=False)


def _result(problem: Problem) -> dict[str, Any]:
    location = {
        "artifactLocation": {"uri": quote(problem.path, safe="/", errors="surrogatepass")},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    same = "\0".join((problem.path, problem.rule, problem.pointer, problem.message))  # whatever line it moves to
    return {
        "ruleId": problem.rule,
        "level": problem.level,
        "message": {"text": f"{problem.pointer or '/'}: {problem.message}"},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"problem/v1": hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()},
    }
