"""Our recordings: what the rule makes of those of real servers, and nothing of anybody else in them."""

from __future__ import annotations

import gzip
import re

import pytest
from outside.record import recordings
from outside.recordings import OURS, REAL

OTHERS = re.compile(
    r"red ?hat|ibm|granite|mistral|llama|gemma|whisper|voxtral|openai|google|hugging|quay|minio|lovelace|hopper"
    r"|postgres|scratch",
    re.IGNORECASE,
)


def texts() -> dict[str, str]:
    """Each server's lines."""
    read = {file: gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in OURS}
    return {file.name.partition(".")[0]: content.decode() for file, content in read.items()}


def test_nothing_of_others_is_in_them() -> None:
    assert {server: sorted(set(OTHERS.findall(text))) for server, text in texts().items() if OTHERS.search(text)} == {}


def test_every_outage_was_recorded() -> None:
    outages = {"registry": ("starting", "db-refused", "db-lost", "empty"), "catalog": ("starting", "faulty", "db-lost")}
    assert texts().keys() == {*outages, *(f"{server}-{what}" for server in outages for what in outages[server])}


@pytest.mark.skipif(not REAL.exists(), reason="needs the recorded answers of real servers")
def test_they_are_what_the_rule_makes_of_real_ones() -> None:
    assert texts() == recordings(REAL)
