"""Progress: one moving line at a terminal, a line a source in a log, every request where that is asked for."""

from __future__ import annotations

from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.report import ProgressLines


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
