"""What every test runs in: no kubeconfig, no Git identity, no token and no colours of the person who runs it."""

from __future__ import annotations

import itertools
import os
import signal
import zlib
from collections import defaultdict
from pathlib import Path

import pytest
from forges import FORGES
from rhoai_catalog.propose.git.command import Git
from thorough import VARIABLE, tries

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
    *(case(f"{which}_proxy") for which in ("http", "https", "all", "no") for case in (str.lower, str.upper)),
)
HOMES = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="try every law with as many examples as its mutants took")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "few(number): a dear law; a plain run tries so many of its cases")
    if config.getoption("thorough"):
        os.environ[VARIABLE] = "1"
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # as of a shell's background, which the programs would inherit
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection() -> None:
    """Whoever only hands the tests out does without Hypothesis, which takes a second to import."""
    from hypothesis import settings

    settings.register_profile("here", max_examples=tries(settings().max_examples, 25))
    settings.load_profile("here")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A plain run tries a law of all forges on one of them, and a law that is marked `few` with so many of its cases.

    Which ones, its name decides, so that many laws come by all. Whoever names a case by `[...]` has all there are.
    """
    if config.getoption("thorough") or any("[" in argument for argument in config.args):
        return
    laws: defaultdict[tuple[str, int], list[pytest.Item]] = defaultdict(list)
    for item in items:
        laws[_law_of(item)].append(item)
    kept: set[pytest.Item] = set()
    for (name, number), cases in laws.items():
        step = -(-len(cases) // number) if number else 1
        kept.update(cases[zlib.crc32(name.encode()) % step :: step])
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def _law_of(item: pytest.Item) -> tuple[str, int]:
    """The name of what an item is a case of, and how many cases of that are enough; 0: all."""
    name, _, case = item.nodeid.partition("[")
    if few := item.get_closest_marker("few"):
        return name, few.args[0]
    given = item.callspec.params if isinstance(item, pytest.Function) and case else {}
    forge = given.get("line", given.get("world"))
    return (f"{name}[{case.replace(forge, '')}", 1) if forge in FORGES else (item.nodeid, 0)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Git begins a repository with: its folders, without a dozen samples of hooks in each of a thousand. Nobody
    looks after each push whether so small a one is to be packed.
    """
    folder = tmp_path_factory.mktemp("template")
    for name in ("hooks", "info"):
        (folder / name).mkdir()
    (folder / "config").write_text("[gc]\nauto = 0\n[maintenance]\nauto = false\n[receive]\nautogc = false\n")
    return folder


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, template: Path) -> None:
    for name in list(os.environ):
        if name.startswith(PRIVATE):
            monkeypatch.delenv(name)
    home = template.parent / f"home{next(HOMES)}"  # `mktemp` would read all there are to number one more
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(template))


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Every Git command that is run, but for its options before the command."""
    seen: list[tuple[str, ...]] = []
    ended = Git.ended

    def noted(self: Git, *arguments: str, **options: object) -> object:
        seen.append(arguments)
        return ended(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "ended", noted)
    return seen
