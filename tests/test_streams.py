"""Streams that are closed, or that nobody reads to the end: the work is done all the same, and no traceback is told."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rhoai_catalog.demo.run import run_demo

GENERATOR = Path(__file__).parent.parent / "generator"
PROGRAM = shlex.join([sys.executable, "-m", "rhoai_catalog"])
CATALOG = "--config catalog-repository/catalog/generator.yaml"
COMMANDS = [f"plan --snapshot observed.json {CATALOG}", f"validate {CATALOG}", "help"]


def bash(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a script of Bash comes to, of which one step that fails is enough to fail."""
    environment = {**os.environ, "PYTHONPATH": str(GENERATOR), "TMPDIR": str(folder)}
    command = ["bash", "-o", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    run_demo(folder, lambda text: None)
    return folder


@pytest.mark.few(2)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_stream_that_is_closed_is_one_that_nobody_reads(command: str, demo: Path) -> None:
    line = f"{PROGRAM} {command}"
    whole = bash(line, demo)
    closed = bash(f"{line} >&-", demo)
    assert (closed.returncode, closed.stdout, closed.stderr) == (whole.returncode, "", whole.stderr)
    silent = bash(f"{line} 2>&-", demo)
    assert (silent.returncode, silent.stdout) == (whole.returncode, whole.stdout)
    assert bash(f"{line} <&- >&- 2>&-", demo).returncode == whole.returncode


def test_nothing_stands_on_a_stdin_that_is_closed(tmp_path: Path) -> None:
    done = bash(f"{PROGRAM} validate - <&-", tmp_path)
    assert (done.returncode, done.stderr) == (0, "1 file with entities: all valid\n")


@pytest.mark.parametrize("streams", ["", "2>&1"], ids=["stdout", "both"])
def test_a_demo_goes_on_to_its_end_when_nobody_reads_on(streams: str, tmp_path: Path) -> None:
    done = bash(f"{PROGRAM} demo --keep kept {streams} | head -n 1", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    assert {"pull-request.md", "pull-request.html"} <= {path.name for path in (tmp_path / "kept").iterdir()}


def test_a_pipe_that_nobody_reads_changes_no_exit_code(demo: Path) -> None:
    (demo / "configured" / "catalog").mkdir(parents=True)
    shutil.copy(demo / "catalog-repository" / "catalog" / "generator.yaml", demo / "configured" / "catalog")
    line = f"cd configured && {PROGRAM} plan --snapshot ../observed.json --exit-code"
    unread = bash(f"{line} | true", demo)
    assert (unread.returncode, unread.stderr) == (3, "")
    assert bash(f"{line} 2>&1 | true", demo).returncode == 3
