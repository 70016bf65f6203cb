"""Each source in a job of its own, joined by one that proposes: steps of estate.yml with the real program and forge."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from faults import Respond
from forges import TOKEN, World, forge_world, git
from outside import Answer, Loopback, cluster_api, estate
from rhoai_catalog import documents
from workflows import BASH, shell

EAST = "servers/east/support/entities.yaml"
WEST = "servers/west/"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with forge_world(tmp_path, "github") as made:
        yield made


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with `rhoai-catalog`, as a job has it on its path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "rhoai-catalog"
    paths = os.pathsep.join(path for path in sys.path if path)
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{paths}" exec "{sys.executable}" -m rhoai_catalog "$@"\n', "utf-8")
    command.chmod(0o755)
    return folder


def runner(folder: Path, script: str, program: Path, **given: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{program}:{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
        "CONFIG": "catalog/generator.yaml",
        "RHOAI_CATALOG_HOSTS": "127.0.0.1",
        "ALLOW_REMOVAL": "",
        "TOKENS": "",
        **given,
    }
    return subprocess.run((*BASH, "-c", script), cwd=folder, env=environment, capture_output=True, encoding="utf-8")


def guarded(respond: Respond, token: str) -> Respond:
    """A cluster that admits one token."""
    return lambda r: respond(r) if r.headers.get("authorization") == f"Bearer {token}" else Answer("", 401)


def checkout(tmp_path: Path, world: World, servers: Mapping[str, str]) -> Path:
    """A clone of the forge's repository, configured for clusters at these addresses."""
    folder = tmp_path / "checkout"
    git(tmp_path, "clone", "--quiet", str(world.remote), str(folder))
    (folder / "catalog").mkdir()
    configuration = {
        "clusters": [{"name": n, "server": url, "tokenEnv": f"{n.upper()}_TOKEN"} for n, url in servers.items()],
        "repository": {
            "forge": "github",
            "url": f"{world.forge.url}/{world.forge.web}",
            "tokenEnv": "GITHUB_TOKEN",
        },
    }
    (folder / "catalog/generator.yaml").write_text(documents.dump(configuration, start=False), "utf-8")
    git(folder, "add", "catalog")
    git(folder, "commit", "--quiet", "--message", "Configure the catalog")
    git(folder, "push", "--quiet", "origin", "main")
    return folder


@pytest.mark.few(1)
@pytest.mark.parametrize("tokens", ["EAST_TOKEN=e\nWEST_TOKEN=w", "EAST_TOKEN=e\nWEST_TOKEN=wrong"])
def test_each_source_is_read_by_its_own_job_and_one_proposes_them_all(
    tmp_path: Path, world: World, program: Path, tokens: str
) -> None:
    whole = "wrong" not in tokens
    with contextlib.ExitStack() as stack:
        clusters = {name: cluster_api(estate().clusters[name]) for name in ("east", "west")}
        servers = {n: stack.enter_context(Loopback(guarded(c, n[0]))) for n, c in clusters.items()}
        folder = checkout(tmp_path, world, {name: server.url for name, server in servers.items()})
        for name in servers:
            place = tmp_path / f"runner-{name}"
            done = runner(
                folder, shell("observe", "Observe"), program, SOURCE=name, TOKENS=tokens, RUNNER_TEMP=str(place)
            )
            assert done.returncode == 0, done.stderr
            assert ("::warning::" in done.stdout) is (not whole and name == "west")
            artifact = tmp_path / "runner/snapshots" / f"snapshot-{name}/snapshot.json"
            artifact.parent.mkdir(parents=True)
            artifact.write_bytes((place / "snapshots/snapshot.json").read_bytes())
            assert "EAST_TOKEN" not in artifact.read_text("utf-8") and TOKEN not in artifact.read_text("utf-8")
    step = shell("propose", "Propose what changed")  # the clusters are gone: nothing of them is asked any more
    given = {"SNAPSHOTS": "true", "RUNNER_TEMP": str(tmp_path / "runner"), "GITHUB_TOKEN": TOKEN}
    done = runner(folder, step, program, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "created: #" in done.stdout and ("::warning::" in done.stdout) is not whole
    tree = git(world.remote, "ls-tree", "-r", "--name-only", world.head()).splitlines()
    assert f"catalog/{EAST}" in tree
    assert any(name.startswith(f"catalog/{WEST}") for name in tree) is whole
