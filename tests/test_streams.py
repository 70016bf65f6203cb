"""Streams that are closed, or that nobody reads to the end: the work is done all the same, and no traceback is told."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
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


@pytest.mark.few(1)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_stream_that_is_closed_is_one_that_nobody_reads(command: str, demo: Path) -> None:
    line = f"{PROGRAM} {command}"
    whole = bash(line, demo)
    closed = bash(f"{line} >&-", demo)
    assert (closed.returncode, closed.stdout, closed.stderr) == (whole.returncode, "", whole.stderr)
    silent = bash(f"{line} 2>&-", demo)
    assert (silent.returncode, silent.stdout) == (whole.returncode, whole.stdout)
    assert bash(f"{line} <&- >&- 2>&-", demo).returncode == whole.returncode


@pytest.mark.parametrize("command", ["init", "validate .", "demo", "plan"])
def test_a_working_folder_that_is_gone_is_told(command: str, tmp_path: Path) -> None:
    done = bash(f"mkdir gone && cd gone && rmdir ../gone && {PROGRAM} {command}", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "error: the folder that this runs in cannot be read: No such file or directory",
        "hint: cd to one that is there",
    ]


def test_an_interrupt_is_told_in_a_line(tmp_path: Path) -> None:
    """It comes while the answer of a registry is awaited."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        (tmp_path / "generator.yaml").write_text(f"modelRegistries: [{{name: team-a, url: '{url}'}}]\n")
        command = [sys.executable, "-m", "rhoai_catalog", "plan", "--config", "generator.yaml"]
        environment = {**os.environ, "PYTHONPATH": str(GENERATOR)}
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as program:
            connection, _ = server.accept()
            with connection:
                program.send_signal(signal.SIGINT)
                time.sleep(0.5)
            assert program.communicate() == ("", "error: interrupted\n")
    assert program.returncode == 1


def test_nothing_stands_on_a_stdin_that_is_closed(tmp_path: Path) -> None:
    done = bash(f"{PROGRAM} validate - <&-", tmp_path)
    assert (done.returncode, done.stderr) == (0, "1 file with entities: all valid\n")


@pytest.mark.few(1)
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


OWN_TEXTS = ["--help", "--version", "propose --help", "overrides drop --help", "help", "help removal"]


@pytest.mark.few(2)
@pytest.mark.parametrize("command", OWN_TEXTS)
def test_a_help_that_nobody_reads_is_done_and_one_that_cannot_be_written_is_told(command: str, tmp_path: Path) -> None:
    """The reader is gone before the first word."""
    done = bash(f"(sleep 0.2; {PROGRAM} {command}) | true", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    full = bash(f"{PROGRAM} {command} >/dev/full", tmp_path)
    assert full.returncode == 1 and full.stderr.splitlines() == [
        "error: the result could not be written: No space left on device",
        "hint: look at the disk or the file that stdout is redirected to",
    ]
    assert bash(f"{PROGRAM} {command} >/dev/full 2>&1", tmp_path).returncode == 1


def test_what_there_is_is_told_as_a_mistake_also_where_nobody_reads_it(tmp_path: Path) -> None:
    told = bash(PROGRAM, tmp_path)
    assert (told.returncode, told.stdout) == (2, "") and told.stderr.startswith("Usage: ") and "propose" in told.stderr
    for streams in ("2>/dev/full", "2>&-", "2>&1 | true"):
        assert bash(f"(sleep 0.2; {PROGRAM}) {streams}", tmp_path).returncode == 2
