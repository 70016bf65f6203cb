"""From nothing to the first pull request, as a person walks it: no line of YAML is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from clones import clone, cluster, kubeconfig, tree
from forges import TOKEN, forge_world, git
from outside import Loopback, estate


@pytest.mark.few(1)
@pytest.mark.parametrize("forge", ["github", "gitea", "gitlab"])
def test_init_commit_propose(tmp_path: Path, forge: str) -> None:
    with forge_world(tmp_path, forge) as world, Loopback(cluster(estate().clusters["east"])) as server:
        folder = clone(tmp_path, f"{world.forge.url}/{world.forge.web}.git")
        paths = os.pathsep.join(path for path in sys.path if path)
        environment = {
            **os.environ,
            "PYTHONPATH": paths,
            "KUBECONFIG": str(kubeconfig(tmp_path / "config", server.url)),
        }

        def catalog(*arguments: str, **tokens: str) -> str:
            command = (sys.executable, "-m", "rhoai_catalog", *arguments)
            given = {**environment, **tokens}
            done = subprocess.run(command, cwd=folder, env=given, capture_output=True, encoding="utf-8")
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        catalog("init", "--yes", "--forge", forge)
        assert "catalog/generator.yaml" in tree(folder)
        written = tree(folder)
        assert "1/1 complete" in catalog("plan", LAB_TOKEN="kubeconfig-token"), "before anything is committed"
        assert tree(folder) == written
        git(folder, "remote", "set-url", "origin", str(world.remote))  # where the forge of the tests takes pushes
        git(folder, "pull", "--quiet", "origin", "main")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "Configure the catalog")
        git(folder, "push", "--quiet", "origin", "HEAD:main")
        variable = {"github": "GITHUB_TOKEN", "gitea": "FORGE_TOKEN", "gitlab": "GITLAB_TOKEN"}[forge]
        told = catalog("propose", **{variable: TOKEN, "LAB_TOKEN": "kubeconfig-token"})
        assert "created: #" in told
        written = git(world.remote, "ls-tree", "-r", "--name-only", world.head()).splitlines()
        assert "catalog/catalog-info.yaml" in written
        assert "catalog/servers/lab/support/entities.yaml" in written
        assert "catalog/servers/lab/support/ai-model-servers.yaml" in written, "what RHDH 2.1 shows"
