"""Progress: one moving line at a terminal, a line a source in a log, every request where that is asked for."""

from __future__ import annotations

import time

import pytest
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.report import ProgressLines, progress
from rhoai_catalog.report.style import CLEARED_LINE


def progress_text(*, moving: bool, verbose: bool) -> str:
    written: list[str] = []
    progress = ProgressLines(written.append, moving=moving, verbose=verbose)
    traffic = Traffic("kserve/east", progress)
    for status in (200, 503, None):
        since = traffic.request()
        traffic.answered("/api/v1/\x1b[31mx", status, since)
    progress.finished(traffic)
    return "".join(written)


def test_a_log_gets_a_line_a_source() -> None:
    assert progress_text(moving=False, verbose=False) == "kserve/east: 3 requests, 0 pages, 0 retries, 0.0 s\n"


def test_a_terminal_gets_a_line_that_moves_and_then_stands() -> None:
    text = progress_text(moving=True, verbose=False)
    assert text.startswith("\r\x1b[2Kkserve/east: 1 requests, 0 pages …")
    assert text.count("\n") == 1 and text.endswith("0.0 s\n")


def test_every_request_is_told_where_that_is_asked_for_and_none_can_paint_the_terminal() -> None:
    text = progress_text(moving=True, verbose=True)
    lines = text.splitlines()
    assert [line.split(": ")[2].split(",")[0] for line in lines[:3]] == ["200", "503", "no answer"]
    assert "\x1b" not in text


def waited(monkeypatch: pytest.MonkeyPatch, doing: str, *, moving: bool, seconds: float) -> str:
    """What is written while something takes so long, where a reader's patience ends after a twentieth of a second."""
    for name in ("PATIENCE", "BEAT", "SILENCE"):
        monkeypatch.setattr(progress, name, 0.05)
    written: list[str] = []
    lines = ProgressLines(written.append, moving=moving, verbose=False)
    with lines.waiting(doing):
        traffic = Traffic("kserve/\x1b[31meast", lines)
        traffic.request()
        time.sleep(seconds)
    return "".join(written)


@pytest.mark.parametrize("moving", [True, False])
def test_what_takes_no_time_is_not_told(monkeypatch: pytest.MonkeyPatch, moving: bool) -> None:
    assert waited(monkeypatch, "comparing", moving=moving, seconds=0) == ""


def test_a_terminal_is_told_what_takes_long_and_then_the_line_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = waited(monkeypatch, "", moving=True, seconds=0.4)
    assert text.startswith(f"{CLEARED_LINE}kserve/\\u001B[31meast: 1 requests, 0 pages, 0 s …")
    assert text.endswith(CLEARED_LINE) and "\n" not in text
    assert "comparing, 0 s …" in waited(monkeypatch, "comparing", moving=True, seconds=0.4)


def test_a_log_is_told_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = waited(monkeypatch, "comparing", moving=False, seconds=0.4).splitlines()
    assert len(lines) >= 2 and set(lines) == {"comparing, 0 s …"}


def test_things_that_take_long_to_come_all_come() -> None:
    assert [*ProgressLines(lambda text: None, moving=True, verbose=False).through(["a", "b"])] == ["a", "b"]
