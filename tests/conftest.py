"""What every test runs in: no kubeconfig, no Git identity, no token and no colours of the person who runs it."""

from __future__ import annotations

import os

import pytest
from thorough import VARIABLE

PRIVATE = (
    "KUBECONFIG",
    "GITHUB_",
    "GH_",
    "GIT_",
    "REQUESTS_CA_BUNDLE",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "RHOAI_CATALOG_CACHE",
    "XDG_CACHE_HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="try every law with as many examples as its mutants took")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("thorough"):
        os.environ[VARIABLE] = "1"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.startswith(PRIVATE):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
