"""A kubeconfig of the repository may come from anybody's branch: it runs nothing, and leads no token or file away."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from clones import kubeconfig
from faults import QUICK
from outside import Answer, Loopback, cluster_api
from rhoai_catalog.config import Cluster, Config, read_config
from rhoai_catalog.errors import ConfigError, SourceError
from rhoai_catalog.observe import address_of, read_estate
from rhoai_catalog.observe.kserve.connection import connection

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
FILES = {"user": ("tokenFile", "client-certificate", "client-key"), "cluster": ("certificate-authority",)}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, whose configuration lies in `catalog/`."""
    monkeypatch.chdir(tmp_path)
    for name in ("RHOAI_CATALOG_HOSTS", "NO_PROXY", "no_proxy", *PROXIES):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "catalog").mkdir()
    return tmp_path


def configured(keys: str = "kubeconfig: kubeconfig", trusted: tuple[Path, ...] = ()) -> Config:
    file = Path("catalog/generator.yaml")
    file.write_text(f"clusters: [{{name: east, {keys}}}]\n", "utf-8")
    return read_config(file, trusted)


def reasons(config: Config) -> str:
    """Why nothing is known of the cluster; empty if all is."""
    seen = read_estate(config, policy=QUICK).snapshot
    return " ".join(sorted({f"{scope.reason} ({scope.hint})" for scope in seen.incomplete()}))


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """What reads a head and closes: its address, and every head."""
    heads: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    heads.append(caller.recv(1 << 16).decode("latin-1"))

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heads
        server.shutdown(socket.SHUT_RDWR)


# -- programs ----------------------------------------------------------------------------------------------------------

RUNS = "{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: touch, args: [%s]}"
TEXT = """\
x: &x {exec: EXEC}
apiVersion: v1
kind: Config
current-context: a
clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: USER}]
"""


@pytest.mark.parametrize(
    "user", ["{<<: *x}", "{<<: [*x]}", "{'<<': *x}", "{exec: EXEC}", "*x", "{auth-provider: {name: gcp, config: EXEC}}"]
)
def test_no_spelling_of_a_program_is_run(here: Path, user: str) -> None:
    text = TEXT.replace("USER", user).replace("EXEC", RUNS % (here / "pwned"))
    (here / "catalog/kubeconfig").write_text(text, "utf-8")
    assert reasons(configured())
    assert not (here / "pwned").exists()


def test_a_kubeconfig_is_one_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = TEXT.replace("USER", "*x").replace("EXEC", RUNS % (here / "pwned"))
    (here / "catalog/b").write_text(program, "utf-8")
    (here / "catalog/a:b").write_text("{}", "utf-8")
    monkeypatch.chdir(here / "catalog")
    monkeypatch.setattr("os.pathsep", ":")
    file = Path("generator.yaml")
    file.write_text("clusters: [{name: east, kubeconfig: 'a:b'}]\n", "utf-8")
    with pytest.raises(ConfigError, match="more than one file") as refused:
        read_config(file)
    assert "KUBECONFIG" in refused.value.hint
    unchecked = Cluster(name="east", kubeconfig=Path("a:b"))  # as a folder may be called, too
    with pytest.raises(SourceError, match="a:b cannot be used"):
        connection(unchecked)
    assert not (here / "pwned").exists()


def test_a_trusted_one_names_files_and_programs_from_where_it_lies(here: Path) -> None:
    program = "{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./login}"
    login = here / "catalog/login"
    answer = '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "shown"}}'
    login.write_text(f"#!/bin/sh\necho '{answer}'\n", "utf-8")
    login.chmod(0o755)
    file = here / "catalog/kubeconfig"
    file.write_text(TEXT.replace("USER", "*x").replace("EXEC", program), "utf-8")
    assert connection(configured(trusted=(file,)).clusters[0]).authorization() == "Bearer shown"


def test_a_merge_key_is_told_to_whoever_trusts_it(here: Path) -> None:
    file = here / "catalog/kubeconfig"
    file.write_text(TEXT.replace("USER", "{<<: *x}").replace("EXEC", "{}"), "utf-8")
    assert "write the keys out" in reasons(configured(trusted=(file,)))


# -- what it may set ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"proxy-url": "http://127.0.0.1:1"}, "names a proxy"),
        ({"insecure-skip-tls-verify": True}, "skips the check of certificates"),
        ({"insecure-skip-tls-verify": "false"}, "skips the check of certificates"),
    ],
)
def test_neither_a_proxy_nor_unverified_tls(here: Path, settings: Mapping[str, Any], reason: str) -> None:
    file = kubeconfig(here / "catalog/kubeconfig", "https://127.0.0.1:1", **settings)
    told = reasons(configured())
    assert f"lies in the repository and {reason}" in told and "--trust-file" in told
    connection(configured(trusted=(file,)).clusters[0])
    kubeconfig(file, "https://127.0.0.1:1", **{"proxy-url": "", "insecure-skip-tls-verify": False})
    connection(configured().clusters[0])


def test_a_token_of_the_configuration_takes_verified_tls(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EAST_TOKEN", "secret")
    skips = {"insecure-skip-tls-verify": True}
    file = kubeconfig(here / "catalog/kubeconfig", "https://127.0.0.1:1", **skips)
    [cluster] = configured("kubeconfig: kubeconfig, tokenEnv: EAST_TOKEN", (file,)).clusters
    reached = connection(cluster)
    assert reached.authorization() == "Bearer secret"
    assert reached.pool.connection_pool_kw["cert_reqs"] is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    "server", ["https://[", "https://[x]", "https://a b", r"https://a\@127.0.0.1", "x", "", "ftp://x"]
)
def test_a_server_that_is_no_address_costs_its_cluster_alone(here: Path, server: str) -> None:
    kubeconfig(here / "catalog/kubeconfig", server)
    assert "server" in reasons(configured())


# -- files that it names -----------------------------------------------------------------------------------------------


def naming(here: Path, key: str, value: str, server: str = "https://127.0.0.1:1") -> Path:
    file = here / "catalog/kubeconfig"
    kubeconfig(file, server)
    text = file.read_text("utf-8").replace("    token: kubeconfig-token\n", "    odd: 1\n")
    place = next(place for place, keys in FILES.items() if key in keys)
    text = text.replace(f"  {place}:\n    ", f"  {place}:\n    {key}: {value}\n    ")
    assert key in text
    file.write_text(text, "utf-8")
    return file


@pytest.mark.few(6)
@pytest.mark.parametrize("key", [key for keys in FILES.values() for key in keys])
@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "link"])
def test_a_file_elsewhere_needs_consent(here: Path, key: str, name: str) -> None:
    (here / "outside").write_text("content", "utf-8")
    (here / "catalog/link").symlink_to(here / "outside")
    file = naming(here, key, name)
    told = reasons_of_files(configured())
    assert "outside the folder of the configuration" in told and "--trust-file" in told
    assert not reasons_of_files(configured(trusted=(here / "catalog" / name,)))
    assert not reasons_of_files(configured(trusted=(file,)))
    (here / "catalog/own").write_text("mine", "utf-8")
    naming(here, key, "own")
    assert not reasons_of_files(configured())


def reasons_of_files(config: Config) -> str:
    """Why a file is not taken; what stands in it is not what a certificate is."""
    told = reasons(config)
    return told if "--trust-file" in told else ""


def test_the_file_that_was_judged_is_the_one_that_is_read(here: Path) -> None:
    (here / "catalog/inner/inner").mkdir(parents=True)
    (here / "catalog/deep").symlink_to(here / "catalog/inner/inner")
    (here / "outside").write_text("theirs", "utf-8")
    (here / "catalog/outside").write_text("mine", "utf-8")
    naming(here, "tokenFile", "deep/../../outside")  # taken as a text it is the other one
    assert connection(configured().clusters[0]).authorization() == "Bearer mine"


def test_no_file_goes_as_a_token(here: Path) -> None:
    (here / "outside").write_text("content", "utf-8")
    with Loopback(lambda request: Answer({"items": []})) as server:
        naming(here, "tokenFile", "../outside", server.url)
        assert "outside" in reasons(configured())
        assert server.requests == []


# -- the proxies of the environment ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["server", "kubeconfig"])
def test_the_proxies_of_the_environment_are_not_asked(here: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EAST_TOKEN", "secret")
    with listener() as (proxy, heads), Loopback(cluster_api([])) as server:
        for name in PROXIES:
            monkeypatch.setenv(name, proxy)
        for url in (server.url, "https://127.0.0.1:1"):
            kubeconfig(here / "catalog/kubeconfig", url)
            reached = f"server: '{url}'" if way == "server" else "kubeconfig: kubeconfig"
            reasons(configured(f"{reached}, tokenEnv: EAST_TOKEN, plainHttp: true"))
        assert heads == []
        assert {request.headers.get("authorization") for request in server.requests} == {"Bearer secret"}


def test_a_proxy_of_the_kubeconfig_sees_no_token(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")  # of the environment, which has no say
    with listener() as (proxy, heads):
        file = kubeconfig(here / "catalog/kubeconfig", "https://127.0.0.1:1", **{"proxy-url": proxy})
        assert reasons(configured(trusted=(file,)))
        assert {head.split()[0] for head in heads} == {"CONNECT"}
        heads.clear()
        kubeconfig(file, "http://127.0.0.1:1", **{"proxy-url": proxy})
        told = reasons(configured("kubeconfig: kubeconfig, plainHttp: true", (file,)))
        assert "proxy" in told and "https" in told
        assert heads == []


# -- one's own ---------------------------------------------------------------------------------------------------------


def test_several_files_of_the_environment_are_joined(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kubeconfig(here / "first", "https://one.example.net")
    second = kubeconfig(here / "second", "https://two.example.net")
    second.write_text(second.read_text("utf-8").replace("name: me", "name: you").replace("user: me", "user: you"))
    second.write_text(second.read_text("utf-8").replace("lab", "den"))
    monkeypatch.setenv("KUBECONFIG", f"{first}:{second}")
    assert address_of(Cluster(name="x")) == ("https://one.example.net", "lab")
    assert address_of(Cluster(name="x", context="you")) == ("https://two.example.net", "den")
