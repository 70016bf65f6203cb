"""Our verdict on an entity is Backstage's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from outside.mutations import AI_DATA, AI_SEEDS, DATA, RHDH_DATA, SEEDS, Row, mutant, mutations, read_rows, verdicts
from rhoai_catalog.validate import check_entity
from thorough import tries

HARNESS = os.environ.get("BACKSTAGE_HARNESS", "")
PLAIN = ("rhdh-kind", "mcp-server")  # rules that say what the recorded verdicts leave out: `catalog.rules`,
AI = ("rhdh-kind", "ai-kind")  # or the module that is there


def accepts(document: dict[str, object], beside: tuple[str, ...]) -> bool:
    return all(finding.rule in beside for finding in check_entity(document))


def disagreements(rows: list[tuple[Row, bool]], beside: tuple[str, ...]) -> list[Row]:
    return [row for row, accepted in rows if accepts(mutant(*row), beside) is not accepted]


@pytest.mark.parametrize(("data", "count"), [(DATA, 20_000), (AI_DATA, 4_000), (RHDH_DATA, 3_000)])
def test_there_are_enough_recorded_verdicts_of_both_kinds(data: Path, count: int) -> None:
    rows = read_rows(data)
    assert len(rows) >= count
    assert 0.2 < sum(accepted for _, accepted in rows) / len(rows) < 0.8


@pytest.mark.few(3)
@pytest.mark.parametrize("part", range(4))  # each on a core of its own
@pytest.mark.parametrize(("data", "beside"), [(DATA, PLAIN), (AI_DATA, AI), (RHDH_DATA, AI)])
def test_agrees_with_every_recorded_verdict_of_backstage(data: Path, beside: tuple[str, ...], part: int) -> None:
    assert disagreements(read_rows(data)[part :: tries(4, 12)], beside) == []


@pytest.mark.skipif(not HARNESS, reason="BACKSTAGE_HARNESS names no folder with entity_oracle.mjs and its packages")
def test_agrees_with_fresh_verdicts_of_backstage() -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    plain, ai = list(mutations(5_000, seed, SEEDS)), list(mutations(2_000, seed, AI_SEEDS))
    told = list(zip(plain, verdicts(Path(HARNESS), plain), strict=True))
    told_ai = list(zip(ai, verdicts(Path(HARNESS), ai, "--ai"), strict=True))
    assert (disagreements(told, PLAIN), disagreements(told_ai, AI)) == ([], [])
