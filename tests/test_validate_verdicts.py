"""Our verdict on an entity is Backstage's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from mutations import mutant, mutations, read_rows, verdicts

from generator.validate import check_entity

HARNESS = os.environ.get("BACKSTAGE_HARNESS", "")


def accepts(document: dict[str, object]) -> bool:
    """Whatever kinds RHDH's rules allow: the recorded verdicts leave `catalog.rules` out, too."""
    return all(finding.rule == "rhdh-kind" for finding in check_entity(document))


def test_agrees_with_every_recorded_verdict_of_backstage() -> None:
    rows = read_rows()
    assert len(rows) >= 20_000
    assert 0.2 < sum(accepted for _, accepted in rows) / len(rows) < 0.8
    assert [row for row, accepted in rows if accepts(mutant(*row)) is not accepted] == []


@pytest.mark.skipif(not HARNESS, reason="BACKSTAGE_HARNESS names no folder with entity_oracle.mjs and its packages")
def test_agrees_with_fresh_verdicts_of_backstage() -> None:
    rows = list(mutations(5_000, seed=int.from_bytes(os.urandom(4), "big")))
    told = verdicts(Path(HARNESS), rows)
    assert [row for row, accepted in zip(rows, told, strict=True) if accepts(mutant(*row)) is not accepted] == []
