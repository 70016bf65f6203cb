"""Where the base is lost, nothing that stands is overwritten; whose a value is is told as soon as anybody can know."""

from __future__ import annotations

from dataclasses import replace

from histories import CONFIG
from rhoai_catalog import pipeline
from rhoai_catalog.catalog import Files
from rhoai_catalog.observation import Observation
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Scope
from test_describe import EAST, server, snapshot

PART = "servers/east/pay/entities.yaml"


def run(texts: dict[str, str], *, complete: bool) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """The tree after a run, and what it told as a person's; `complete`: the namespaces could be listed."""
    told = snapshot(server("chat"), sources=(EAST,))
    listed = Scope(source="kserve/east", kind="Namespace", complete=complete, reason="" if complete else "down")
    seen = Observation(snapshot=replace(told, scopes=(*told.scopes, listed)))
    plan = pipeline.plan(CONFIG, seen, {}, Review.of(Files(texts=texts)))
    edits = {(edit.pointer, edit.mine) for edit in plan.hand_edits if edit.what.startswith("component:")}
    return {file: text for file, text in {**texts, **plan.files}.items() if text is not None}, edits


def test_an_owner_stays_and_is_told_once_its_namespace_is_known() -> None:
    texts, _ = run({}, complete=True)
    texts = {file: text for file, text in texts.items() if not file.startswith(".base/")}
    texts[PART] = texts[PART].replace("owner: group:default/ai-platform", "owner: group:default/ours", 1)
    for complete in (False, False, True, True):
        texts, edits = run(texts, complete=complete)
        assert "owner: group:default/ours" in texts[PART]
        assert edits == ({("/spec/owner", "group:default/ours")} if complete else set())
