"""A value of another type at every place of every answer: it is refused or costs its row, and all goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fuzz.answers import answers
from fuzz.corpus import Variant
from fuzz.edits import edited_json, places_of
from fuzz.run import TARGETS
from thorough import tries

SERVERS = ("github", "gitea", "gitlab", "cluster", "registry", "catalog", "backstage")
OTHER = (7, [[]])  # by turns: no text, list or mapping of anything; and a list that cannot be a key


def odd_answers(server: str) -> Iterator[Variant]:
    for number, row in enumerate(answers(server)):
        document: dict[str, Any] = {"body": row["body"]}
        for place in range(1, places_of(document)):  # 0 is the document itself
            edits = [("is", place, OTHER[place % 2])]
            yield Variant(file=str(number), edits=edits, content=edited_json(document, edits).encode())


@pytest.mark.parametrize("server", SERVERS)
def test_no_place_of_an_answer_is_trusted(server: str) -> None:
    variants = [*odd_answers(server)][:: tries(1, 50)]
    assert variants
    for variant in variants:
        try:
            TARGETS[server].read(variant)
        except Exception as error:
            raise AssertionError(f"{server}, {variant}") from error
