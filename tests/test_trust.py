"""A token goes where whoever runs the program lets it go; a configuration may come from anybody's branch."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from faults import QUICK
from forges import git
from gitplace import place_in
from outside import Answer, Loopback
from rhoai_catalog.cli import main
from rhoai_catalog.config import Cluster, Config, Service, read_config
from rhoai_catalog.errors import ConfigError, GeneratorError, ProposeError
from rhoai_catalog.http.trust import objection
from rhoai_catalog.observe import read_estate


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://api.example.net:6443", True),
        ("http://api.example.net", False),
        ("http://127.0.0.1:8080", True),
        ("http://127.8.9.10", True),
        ("http://[::1]:80", True),
        ("http://localhost:3000", True),
        ("http://localhost.example.net", False),
        ("http://127.0.0.1.example.net", False),
        ("http://0x7f.1", False),
        ("ftp://127.0.0.1", True),
    ],
)
def test_a_token_goes_over_https_or_to_this_machine(url: str, allowed: bool) -> None:
    assert (objection(url) is None) is allowed
    assert objection(url, plain_http=True) is None


@pytest.mark.parametrize("url", [r"http://evil.example\@127.0.0.1", "https://[", "https://[x]", "https://a\nb"])
def test_no_token_goes_where_an_address_is_read_in_two_ways(url: str) -> None:
    assert objection(url) and objection(url, plain_http=True)


@pytest.mark.parametrize(
    ("hosts", "url", "allowed"),
    [
        ("", "https://any.example.net", True),
        ("api.example.net", "https://api.example.net:6443/x", True),
        ("api.example.net", "https://API.example.net", True),
        ("api.example.net", "https://evil.example.net", False),
        ("api.example.net", "https://api.example.net@evil.example.net", False),
        ("api.example.net", "https://api.example.net.evil.example", False),
        ("api.example.net", r"https://evil.example\@api.example.net", False),
        ("*.example.net", r"https://evil.example\.example.net", False),
        ("*.example.net", "https://evil.example\t.example.net", False),
        ("*.example.net", "https://evil.example .example.net", False),
        ("*", "https://[", False),
        ("*.example.net, github.com", "https://github.com", True),
        ("*.example.net github.com", "https://a.b.example.net", True),
        ("*.example.net", "https://example.net", False),
        ("api.example.net", "http://127.0.0.1", False),
    ],
)
def test_hosts_can_be_pinned_outside_the_repository(
    hosts: str, url: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RHOAI_CATALOG_HOSTS", hosts)
    assert (objection(url, plain_http=True) is None) is allowed


def test_no_token_goes_to_a_host_that_is_not_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "secret")
    monkeypatch.setenv("RHOAI_CATALOG_HOSTS", "elsewhere.example.net")
    with Loopback(lambda request: Answer({"items": []})) as server:
        text = (
            f"clusters: [{{name: east, server: '{server.url}', tokenEnv: A_TOKEN}}]\n"
            f"modelRegistries: [{{name: r, url: '{server.url}', tokenEnv: A_TOKEN}}]\n"
            f"modelCatalogs: [{{name: c, url: '{server.url}', tokenEnv: A_TOKEN}}]\n"
        )
        seen = read_estate(configured(text)).snapshot
        assert server.requests == []
    assert len(seen.incomplete()) > 2
    assert all("RHOAI_CATALOG_HOSTS" in scope.reason for scope in seen.incomplete())


def configured(text: str, folder: Path = Path()) -> Config:
    file = folder / "generator.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return read_config(file)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RHOAI_CATALOG_HOSTS", raising=False)
    return tmp_path


def test_a_token_of_git_goes_nowhere_else(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_in(here)
    git(place.folder, "remote", "set-url", "origin", "http://git.example.net/org/catalog")
    with pytest.raises(ProposeError, match="https only"):
        place.open(token="secret", url="http://git.example.net/org/catalog")
    git(place.folder, "remote", "set-url", "origin", "https://git.example.net/org/catalog")
    monkeypatch.setenv("RHOAI_CATALOG_HOSTS", "elsewhere.example.net")
    with pytest.raises(ProposeError, match="RHOAI_CATALOG_HOSTS"):
        place.open(token="secret", url="https://git.example.net/org/catalog")


# -- files that a configuration names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../token", "/etc/hostname", "link"])
def test_a_token_file_elsewhere_needs_consent(name: str, here: Path) -> None:
    (here / "token").write_text("secret")
    catalog = here / "catalog"
    catalog.mkdir()
    (catalog / "link").symlink_to(here / "token")
    (catalog / "own").write_text("mine")
    text = f"modelRegistries: [{{name: r, url: 'https://r.example', tokenFile: {name}}}]\n"
    [service] = configured(text, catalog).services
    with pytest.raises(ConfigError, match="outside the folder of the configuration") as refused:
        service.credentials.token()
    assert "--trust-file" in refused.value.hint and "secret" not in str(refused.value)
    [service] = read_config(catalog / "generator.yaml", [catalog / name]).services
    assert service.credentials.token()
    own = text.replace(name, "own")
    assert configured(own, catalog).services[0].credentials.token() == "mine"
    for key in (
        "owners: {known: ['https://h.example'], tokenFile: ../token}",
        "clusters: [{name: a, tokenFile: ../token}]",
    ):
        config = configured(key, catalog)
        assert [config.owners.credentials, *(c.credentials for c in config.clusters)][-1].distrusted


KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: a
clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: [PWNED],
  interactiveMode: Never}}}]
"""


@pytest.mark.parametrize("git", [True, False])
def test_a_kubeconfig_of_the_repository_runs_no_program(here: Path, git: bool) -> None:
    if git:
        (here / ".git").mkdir()
    pwned = here / "pwned"
    (here / "kubeconfig").write_text(KUBECONFIG.replace("PWNED", str(pwned)))
    config = configured("clusters: [{name: east, kubeconfig: ../kubeconfig}]\n", here / "catalog")
    seen = read_estate(config, policy=QUICK).snapshot
    assert not pwned.exists()
    assert all("names a program to run" in scope.reason for scope in seen.incomplete())
    assert seen.incomplete()
    trusted = read_config(here / "catalog/generator.yaml", [here / "kubeconfig"])
    read_estate(trusted, policy=QUICK)
    assert pwned.exists(), "whoever runs it may allow it"


@pytest.mark.parametrize(
    "odd",
    [
        "!!set " + KUBECONFIG,
        "contexts: 1\n",
        "[]\n",
        KUBECONFIG.replace("[{name: a, context: ", "[[{name: a, context: "),
    ],
)
def test_a_kubeconfig_that_is_none_costs_its_cluster_alone(here: Path, odd: str) -> None:
    (here / "kubeconfig").write_text(odd)
    configured("clusters: [{name: east, kubeconfig: ../kubeconfig}]\n", here / "catalog")
    seen = read_estate(read_config(here / "catalog/generator.yaml", [here / "kubeconfig"]), policy=QUICK).snapshot
    assert {scope.reason.split(": ")[0] for scope in seen.incomplete()} == {"cluster east"}


def test_the_command_line_gives_the_consent(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "token").write_text("secret")
    with Loopback(lambda request: Answer({"items": [], "size": 0, "pageSize": 1, "nextPageToken": ""})) as server:
        configured(f"modelRegistries: [{{name: r, url: '{server.url}', tokenFile: ../token}}]\n", here / "catalog")
        refused = run("plan")
        assert refused.exit_code == 2 or "outside the folder" in refused.output
        assert server.requests == []
        run("plan", "--trust-file", "token")
        assert {request.headers.get("authorization") for request in server.requests} == {"Bearer secret"}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_catalog_that_is_a_link_is_not_written_through(here: Path) -> None:
    (here / "elsewhere").mkdir()
    (here / "catalog").symlink_to(here / "elsewhere")
    configured("clusters: [{name: east}]\n", here / "elsewhere")
    from rhoai_catalog import catalog

    with pytest.raises(GeneratorError, match="symbolic link"):
        catalog.write_files(Path("catalog"), {"README.md": "x"})
    assert not (here / "elsewhere/README.md").exists()


def test_doctor_calls_plain_http_out() -> None:
    with Loopback(lambda request: Answer({"items": []})) as server:
        configured(f"modelRegistries: [{{name: r, url: '{server.url}', plainHttp: true}}]\n", Path("catalog"))
        assert "plain http" in run("doctor").output
    assert Service(family="x", name="y", url="z").plain_http is Cluster(name="a").plain_http is False
