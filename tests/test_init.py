"""`init`: what a repository begins with follows from what its cluster has; what people wrote stays."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import select
import subprocess
import sys
import textwrap
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from clones import REGISTRIES, clone, cluster, estate, kubeconfig, tree
from faults import Respond, served_with_certificate
from forges import git
from outside import Answer, Loopback
from rhoai_catalog import documents
from rhoai_catalog.cli import main
from rhoai_catalog.config import Config, file_address, read_config
from rhoai_catalog.propose.forges.detect import detect_forge, named_after
from rhoai_catalog.propose.origin import web_address
from rhoai_catalog.release import DISTRIBUTION, PROJECT, Release, running
from rhoai_catalog.roles import cluster_rules

GITHUB = "https://github.com/org/catalog.git"
WORKFLOW = ".github/workflows/catalog.yml"
ACCOUNT = "rhoai-catalog-reader.yaml"
CONFIGURATION = "catalog/generator.yaml"
LOGIN = "sha256~" + "a" * 43


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone whose origin is on GitHub, as the current folder."""
    made = clone(tmp_path, GITHUB)
    monkeypatch.chdir(made)
    return made


def init(respond: Respond, *arguments: str, code: int = 0) -> Result:
    """Run it against a cluster that answers so, without a terminal."""
    with Loopback(respond) as server:
        return init_at(server.url, *arguments, code=code)


def init_at(url: str, *arguments: str, code: int = 0) -> Result:
    file = kubeconfig(Path.cwd().parent / "kubeconfig", url)
    result = CliRunner().invoke(main, ["init", "--kubeconfig", str(file), *arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def objects_of(folder: Path) -> list[Mapping[str, Any]]:
    return list(documents.load((folder / ACCOUNT).read_text("utf-8")))


# -- what is written -------------------------------------------------------------------------------------------------


def test_what_is_written_is_a_configuration_an_account_and_a_workflow(folder: Path) -> None:
    told = init(cluster(estate("public"))).stdout
    assert set(tree(folder)) == {CONFIGURATION, ACCOUNT, WORKFLOW}
    config = read_config(folder / CONFIGURATION)
    [east] = config.clusters
    assert (east.name, east.discover, east.credentials.env) == ("lab", True, "LAB_TOKEN")
    assert config.profiles == ("seed", "ai-model-server")
    assert config.repository is not None
    assert (config.repository.url, config.repository.forge) == ("https://github.com/org/catalog", "github")
    assert (config.repository.base, config.repository.credentials.env) == ("main", "GITHUB_TOKEN")
    text = (folder / CONFIGURATION).read_text("utf-8")
    assert text.startswith(
        f"# yaml-language-server: $schema={PROJECT}/raw/{running().ref}/schemas/generator.schema.json\n"
    )
    assert "lab-public at https://127.0.0.2" in text and "lab-public at https://127.0.0.2" in told
    assert "serves InferenceService (serving.kserve.io/v1beta1)" in told


def test_every_choice_is_an_option(folder: Path) -> None:
    options = (
        "--cluster",
        "east-1",
        "--owner",
        "group:default/ml",
        "--profile",
        "seed",
        "--hub",
        "https://hub.example.net/",
    )
    init(cluster(estate()), *options, "--forge", "gitea")
    config = read_config(folder / CONFIGURATION)
    assert (config.clusters[0].name, config.clusters[0].credentials.env) == ("east-1", "EAST_1_TOKEN")
    assert (config.owners.default, config.profiles) == ("group:default/ml", ("seed",))
    assert config.hub is not None and config.hub.url == "https://hub.example.net"
    assert config.repository is not None and config.repository.forge == "gitea"
    assert ".gitea/workflows/catalog.yml" in tree(folder)


@pytest.mark.parametrize(
    ("option", "value"), [("--cluster", "East!"), ("--owner", "::"), ("--hub", "hub"), ("--profile", "x")]
)
def test_a_choice_that_the_configuration_would_refuse_is_told_before_anything_is_written(
    folder: Path, option: str, value: str
) -> None:
    result = init(cluster(estate()), option, value, code=2)
    assert "error: nothing is written: " in result.stderr and f"hint: choose another {option}" in result.stderr
    assert tree(folder) == {}


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--cluster", "East!", "'East!' is not as it should be: Part of names, paths and identities: a-z, 0-9 and -"),
        ("--owner", "alice", "'alice' is not as it should be: An entity reference, such as group:default/ai-platform"),
        ("--hub", "hub", "'hub' is not as it should be: The address of the service: http(s)"),
        ("--profile", "sed", "did you mean seed?"),
    ],
)
def test_what_is_given_is_looked_at_before_the_cluster(folder: Path, option: str, value: str, told: str) -> None:
    asked: list[Any] = []

    def hears(request: Any) -> Answer:
        asked.append(request)
        return Answer("", 500)

    assert told in init(hears, "--yes", option, value, code=2).stderr
    assert asked == []


def test_the_certificates_of_the_kubeconfig_travel_along(folder: Path, tmp_path: Path) -> None:
    with served_with_certificate(cluster(estate()), tmp_path) as (url, certificate, _):
        data = base64.b64encode(certificate.read_bytes()).decode()
        file = kubeconfig(tmp_path / "kubeconfig", url, **{"certificate-authority-data": data})
        assert CliRunner().invoke(main, ["init", "--kubeconfig", str(file)]).exit_code == 0
        assert (folder / "catalog/lab-ca.crt").read_bytes() == certificate.read_bytes()
        assert read_config(folder / CONFIGURATION).clusters[0].ca_file == folder / "catalog/lab-ca.crt"
        assert "kubeconfig-token" not in "".join(tree(folder).values())
        (folder / "catalog/lab-ca.crt").rename(folder / "catalog/ours.crt")
        text = (folder / CONFIGURATION).read_text("utf-8").replace("lab-ca.crt", "ours.crt")
        (folder / CONFIGURATION).write_text(text, "utf-8")
        assert CliRunner().invoke(main, ["init", "--kubeconfig", str(file)]).exit_code == 0
    assert not (folder / "catalog/lab-ca.crt").exists(), "the configuration names another"


# -- the account -----------------------------------------------------------------------------------------------------


def grants(objects: list[Mapping[str, Any]], asked: Mapping[str, Any]) -> bool:
    """Whether the roles allow what a review asks about, as RBAC decides it."""
    rules = [(o["metadata"].get("namespace", ""), rule) for o in objects if "rules" in o for rule in o["rules"]]
    return any(
        asked["verb"] in rule["verbs"]
        and asked["group"] in rule["apiGroups"]
        and asked["resource"] in rule["resources"]
        and place in ("", asked["namespace"])
        and "resourceNames" not in rule
        for place, rule in rules
    )


def test_the_account_holds_every_right_that_doctor_looks_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init(cluster(estate(hosts=False)))
    objects = objects_of(folder)
    monkeypatch.setenv("LAB_TOKEN", "token")
    with Loopback(cluster([], may=lambda asked: grants(objects, asked))) as server:
        text = (folder / CONFIGURATION).read_text("utf-8")
        address = read_config(folder / CONFIGURATION).clusters[0].server
        assert address
        sources, _, _ = text.partition("# Where pull requests are opened")  # Git and the forge are looked at elsewhere
        (folder / CONFIGURATION).write_text(sources.replace(address, server.url), "utf-8")
        result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0, result.output
    assert "may list inferenceservices.serving.kserve.io" in result.stdout


def test_each_registry_has_a_role_of_its_own_for_the_one_account(folder: Path) -> None:
    init(cluster(estate("public", "team-a", hosts=False)))
    objects = objects_of(folder)
    assert [o["kind"] for o in objects[:4]] == ["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"]
    assert tuple(objects[2]["rules"]) == cluster_rules()
    roles = [o for o in objects if o["kind"] == "Role"]
    assert [(o["metadata"]["namespace"], o["rules"]) for o in roles] == [
        (REGISTRIES, [{"apiGroups": [""], "resources": ["services"], "resourceNames": [name], "verbs": ["get"]}])
        for name in ("public", "team-a")
    ]
    account = {"kind": "ServiceAccount", "name": "rhoai-catalog", "namespace": "rhoai-catalog"}
    named = {(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) for o in objects}
    for binding in (o for o in objects if "roleRef" in o):
        assert binding["subjects"] == [account]
        ref = binding["roleRef"]
        assert (ref["kind"], binding["metadata"].get("namespace"), ref["name"]) in named
    assert ("ServiceAccount", "rhoai-catalog", "rhoai-catalog") in named


# -- run twice -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remote", [GITHUB, "https://gitlab.com/org/catalog", "https://codeberg.org/org/catalog"])
def test_run_twice_it_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remote: str) -> None:
    monkeypatch.chdir(clone(tmp_path, remote))
    init(cluster(estate("public")))
    before = tree(Path.cwd())
    told = init(cluster(estate("public"))).stdout
    assert tree(Path.cwd()) == before and "wrote:" not in told


def test_what_people_wrote_stays_and_counts(folder: Path) -> None:
    with Loopback(cluster(estate("public"))) as server:
        init_at(server.url)
        written = (folder / CONFIGURATION).read_text("utf-8")
        mine = written.replace("name: lab", "name: prod").replace("LAB_TOKEN\n  d", "PROD_READER\n  d") + "# mine\n"
        (folder / CONFIGURATION).write_text(mine, "utf-8")
        (folder / ACCOUNT).write_text("# ours, by hand\n", "utf-8")
        (folder / WORKFLOW).unlink()
        told = init_at(server.url).stdout
    assert (folder / CONFIGURATION).read_text("utf-8") == mine
    assert (folder / ACCOUNT).read_text("utf-8") == "# ours, by hand\n"
    assert "PROD_READER: ${{ secrets.PROD_READER }}" in (folder / WORKFLOW).read_text("utf-8")
    assert f"kept, as you have it: {ACCOUNT}" in told and f"wrote: {WORKFLOW}" in told


def test_a_second_cluster_is_told_how_to_join(folder: Path) -> None:
    init(cluster(estate("public")))
    before = tree(folder)
    told = init(cluster(estate("other", hosts=False)), "--cluster", "west").stdout
    added = set(tree(folder)) - set(before)
    assert added == {"rhoai-catalog-reader-west.yaml"} and before.items() <= tree(folder).items()
    text = before[CONFIGURATION]
    joined = text.replace("clusters:\n", "clusters:\n" + textwrap.dedent(_row(told)))
    (folder / CONFIGURATION).write_text(joined, "utf-8")
    config = read_config(folder / CONFIGURATION)
    assert [(one.name, one.credentials.env) for one in config.clusters] == [
        ("west", "WEST_TOKEN"),
        ("lab", "LAB_TOKEN"),
    ]


def _row(told: str) -> str:
    """The lines to add, as they are told."""
    step = told.split("Add the cluster to `clusters:`")[1]
    return "".join(re.findall(r"^     .*\n", step.split("\n2. ")[0].split("\n3. ")[0], re.MULTILINE))


def test_a_kubeconfig_of_the_repository_runs_no_program(folder: Path) -> None:
    file = kubeconfig(folder / "kubeconfig", "http://127.0.0.1:1")
    text = documents.parse(file.read_text("utf-8"))
    text["users"][0]["user"] = {
        "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "touch", "args": ["owned"]}
    }
    file.write_text(documents.dump(text), "utf-8")
    result = CliRunner().invoke(main, ["init", "--kubeconfig", "kubeconfig"])
    assert result.exit_code == 1 and "names a program to run" in result.stderr
    assert not (folder / "owned").exists()


def test_a_pipeline_of_their_own_is_kept_and_what_to_add_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = clone(tmp_path, "https://gitlab.com/org/sub/catalog.git")
    monkeypatch.chdir(folder)
    (folder / ".gitlab-ci.yml").write_text("test: {script: [make]}\n", "utf-8")
    told = init(cluster(estate())).stdout
    assert (folder / ".gitlab-ci.yml").read_text("utf-8") == "test: {script: [make]}\n"
    assert "Add to .gitlab-ci.yml" in told and "local: /.gitlab/rhoai-catalog.yml" in told
    assert read_config(folder / CONFIGURATION).repository is not None


def test_nothing_is_written_through_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "catalog").symlink_to(tmp_path / "elsewhere")
    result = init(cluster(estate()), code=1)
    assert "symbolic link" in result.stderr and list((tmp_path / "elsewhere").iterdir()) == []


# -- names from the cluster are hostile ------------------------------------------------------------------------------

HOSTILE = ("x\n- {name: evil, server: http://evil.example}", "a: &a [*a]", "'\"#", "\x1b[2J\u202e", "---\nkind: Secret")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_the_cluster_do_nothing(folder: Path, name: str) -> None:
    told = init(cluster(estate(name), version=f"v1\n{name}")).stdout
    config = read_config(folder / CONFIGURATION)
    assert [one.name for one in config.clusters] == ["lab"]
    objects = objects_of(folder)
    assert [o["kind"] for o in objects[4:]] == ["Role", "RoleBinding"]
    assert objects[4]["rules"][0]["resourceNames"] == [name]
    assert "\x1b" not in told and "\u202e" not in told + (folder / CONFIGURATION).read_text("utf-8")
    words = (line.partition("=")[2] for line in told.splitlines())
    assert not any("evil.example" in line and line.startswith("http") for line in words)


def test_the_workflow_holds_no_word_of_the_cluster(folder: Path) -> None:
    init(cluster(estate("public")))
    plain = (folder / WORKFLOW).read_text("utf-8")
    (folder / WORKFLOW).unlink()
    (folder / CONFIGURATION).unlink()
    init(cluster(estate(*HOSTILE), version="${{ github.token }}"))
    assert (folder / WORKFLOW).read_text("utf-8") == plain


def test_the_commands_to_copy_run_nothing_that_the_cluster_chose(folder: Path) -> None:
    host = "$(touch${ifs}owned).example.net"
    told = init(cluster(estate("public", host=host))).stdout
    [command] = [line.strip() for line in told.splitlines() if "gh variable set" in line]
    script = f"gh() {{ printf '%s\\n' \"$@\"; }}\nifs=' '\n{command}"
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, encoding="utf-8", check=True)
    *_, hosts = done.stdout.splitlines()
    assert hosts.split(",") == ["127.0.0.1", "127.0.0.3", host, "github.com", "api.github.com"]
    assert not (folder / "owned").exists()


# -- the remote ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://github.com/org/catalog.git", "https://github.com/org/catalog"),
        ("https://me:secret@git.example.net:8443/org/catalog/", "https://git.example.net:8443/org/catalog"),
        ("git@gitlab.example.net:group/sub/catalog.git", "https://gitlab.example.net/group/sub/catalog"),
        ("ssh://git@git.example.net:2222/org/catalog.git", "https://git.example.net/org/catalog"),
        ("http://127.0.0.1:3000/org/catalog.git", "http://127.0.0.1:3000/org/catalog"),
        ("/srv/git/catalog.git", ""),
        ("file:///srv/git/catalog.git", ""),
        ("../catalog.git", ""),
        ("ext::sh -c whoami", ""),
        ("https://host/only", ""),
        ('https://host/a/b"\n: x', ""),
    ],
)
def test_a_remote_has_a_web_address_without_credentials(remote: str, url: str) -> None:
    assert web_address(remote) == url


def test_credentials_of_the_remote_reach_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone(tmp_path, "https://robot:hidden-password@github.com/org/catalog.git"))
    told = init(cluster(estate())).output
    assert "hidden-password" not in told + "".join(tree(Path.cwd()).values())


ANSWERS: dict[str, dict[str, Answer]] = {
    "gitea": {"/api/v1/version": Answer({"version": "1.24.0"})},
    "gitlab": {"/api/v4/version": Answer({"message": "401 Unauthorized"}, 401)},
    "github": {"/api/v3/meta": Answer({"installed_version": "3.20"})},
    "": {},
}


@pytest.mark.parametrize("forge", ANSWERS)
def test_a_host_that_nobody_knows_is_asked_and_shown_no_token(forge: str) -> None:
    login = Answer("<html>", headers={"Content-Type": "text/html"})
    with Loopback(lambda request: ANSWERS[forge].get(request.path, login)) as server:
        assert detect_forge(f"{server.url}/org/catalog") == forge
    assert server.requests and not any("authorization" in request.headers for request in server.requests)


def test_a_host_that_does_not_answer_is_taken_by_its_name() -> None:
    assert detect_forge("http://127.0.0.1:1/org/catalog") == ""
    assert named_after("forgejo.example.net") == "gitea"
    assert named_after("my-gitlab.example.net") == "gitlab"
    assert named_after("git.gitlab-users.example.net") == ""


def test_a_forge_that_is_not_known_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone(tmp_path, "http://127.0.0.1:1/org/catalog"))
    result = init(cluster(estate()), code=2)
    assert "hint: say --forge github, gitlab or gitea" in result.stderr and tree(Path.cwd()) == {}


def test_without_a_forge_the_branch_alone_is_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone(tmp_path, str(tmp_path / "remote.git")))
    told = init(cluster(estate())).stdout
    assert set(tree(Path.cwd())) == {CONFIGURATION, ACCOUNT}
    assert "rhoai-catalog propose --no-pr" in told and read_config(Path(CONFIGURATION)).repository is None


def test_a_job_in_the_cluster_needs_a_remote_that_it_can_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone(tmp_path, str(tmp_path / "remote.git")))
    result = init(cluster(estate()), "--in-cluster", code=2)
    assert "no job in the cluster can clone it" in result.stderr and tree(Path.cwd()) == {}
    git(Path.cwd(), "remote", "set-url", "origin", "https://git.example.invalid/org/catalog")
    told = init(cluster(estate()), "--in-cluster", "--forge", "gitea").stdout
    assert {"rhoai-catalog-cronjob.yaml", "rhoai-catalog-task.yaml"} <= set(tree(Path.cwd()))
    assert " create job" in told and "--from-file=forge-token=/dev/stdin" in told


@pytest.mark.parametrize("forge", ["github", "gitlab", "gitea"])
def test_what_is_left_names_the_account_the_secret_and_the_hub_s_location(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forge: str
) -> None:
    monkeypatch.chdir(clone(tmp_path, "https://git.example.invalid/org/catalog"))
    told = init(cluster(estate()), "--forge", forge).stdout.split("What is left:")[1]
    config = read_config(Path(CONFIGURATION))
    assert config.repository is not None and config.repository.credentials.env
    assert f" apply -f {ACCOUNT}" in told
    assert " create token rhoai-catalog --namespace rhoai-catalog" in told and "90 days" in told
    assert config.repository.credentials.env in told and "LAB_TOKEN" in told and "RHOAI_CATALOG_HOSTS" in told
    address = index_of(config)
    assert f"- {{type: url, target: {address}}}" in told and "AiModelServerAPI" in told
    commands = [
        line.strip() for line in told.splitlines() if re.match(r" {5}(oc|git|gh|glab|export|echo|rhoai)\b", line)
    ]
    for command in commands:  # a shell would take each
        assert subprocess.run(["bash", "-n", "-c", command], capture_output=True).returncode == 0, command
    assert len(commands) >= 6


def test_who_is_logged_in_sees_and_proposes_the_first_catalog_before_an_admin_makes_an_account(folder: Path) -> None:
    told = init_logged_in("--context", "me")
    ours = f"oc --kubeconfig {folder.parent / 'kubeconfig'} --context me whoami -t"  # no other cluster's
    steps = [
        f'export LAB_TOKEN="$({ours})"',
        "rhoai-catalog plan",
        "git push",
        "rhoai-catalog propose",
        " apply -f",
    ]
    places = [told.index(step) for step in steps]
    assert places == sorted(places) and told.index(" create token rhoai-catalog") > places[-1]
    assert LOGIN not in told + "".join(tree(folder).values())


@pytest.mark.parametrize("more", [(), ("--in-cluster",), ("--forge", "gitlab"), ("--forge", "gitea")])
def test_whatever_is_left_to_do_in_a_cluster_goes_to_the_one_that_was_looked_at(
    folder: Path, more: tuple[str, ...]
) -> None:
    told = init_logged_in("--context", "me", *more).split("What is left:")[1]
    calls = re.findall(r"(?<![\w`-])oc (?!whoami -t`)(.*)", told)
    assert len(calls) >= 3
    assert all(call.startswith(f"--kubeconfig {folder.parent / 'kubeconfig'} --context me ") for call in calls), calls


def test_a_job_in_the_cluster_needs_its_account_whoever_is_logged_in(folder: Path) -> None:
    assert "whoami" not in init_logged_in("--in-cluster")


def test_a_login_of_one_s_own_kubeconfig_is_asked_for_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(cluster(estate())) as server:
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(folder.parent / "kubeconfig", server.url, token=LOGIN)))
        command = [sys.executable, "-m", "rhoai_catalog", "init", "--yes"]
        result = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert result.returncode == 0 and 'export LAB_TOKEN="$(oc whoami -t)"' in result.stdout


def init_logged_in(*arguments: str) -> str:
    with Loopback(cluster(estate())) as server:
        file = kubeconfig(Path.cwd().parent / "kubeconfig", server.url, token=LOGIN)
        return CliRunner().invoke(main, ["init", "--kubeconfig", str(file), *arguments]).stdout


def test_who_has_no_login_to_openshift_begins_with_the_account(folder: Path) -> None:
    told = init(cluster(estate())).stdout
    assert "whoami" not in told and told.index(" apply -f") < told.index("rhoai-catalog propose")


def index_of(config: Config) -> str:
    assert config.repository is not None
    return file_address(config.repository, "catalog/catalog-info.yaml", config.repository.base)


def test_the_base_is_the_remote_s_default_branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = clone(tmp_path, "none")
    git(origin, "commit", "--quiet", "--allow-empty", "--message", "x")
    git(origin, "branch", "--quiet", "-m", "trunk")
    git(tmp_path, "clone", "--quiet", str(origin), str(tmp_path / "mine"))
    git(tmp_path / "mine", "checkout", "--quiet", "-b", "topic")
    git(tmp_path / "mine", "remote", "set-url", "origin", GITHUB)
    monkeypatch.chdir(tmp_path / "mine")
    init(cluster(estate()))
    repository = read_config(Path(CONFIGURATION)).repository
    assert repository is not None and repository.base == "trunk"


# -- what goes wrong -------------------------------------------------------------------------------------------------


def test_what_cannot_be_used_is_one_line_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    nowhere = kubeconfig(tmp_path / "down", "http://127.0.0.1:1")
    for file, word in ((tmp_path / "missing", "kubeconfig"), (nowhere, "check `server` in the kubeconfig")):
        result = CliRunner().invoke(main, ["init", "--kubeconfig", str(file)])
        assert result.exit_code == 1 and "Traceback" not in result.output
        assert re.search("^error: .*\nhint: ", result.stderr, re.MULTILINE) and word in result.stderr, result.stderr
    assert tree(folder) == {}


@pytest.mark.parametrize("named", ["", "/nowhere/one:/nowhere/two"])
def test_without_a_kubeconfig_it_says_where_it_looked_and_how_to_log_in(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", named)
    result = CliRunner().invoke(main, ["init"])
    place = f"{named} (KUBECONFIG says so)" if named else "~/.kube/config (KUBECONFIG is not set)"
    assert result.exit_code == 1
    error, hint = result.stderr.splitlines()
    assert error == f"error: cluster of the kubeconfig: there is no kubeconfig {place}"
    assert "`oc login`" in hint and "--kubeconfig FILE" in hint


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (b"plain text\n", ":1:1", "is no mapping of keys"),
        (b"", ":1:1", "is no mapping of keys"),
        (b"apiVersion: v1\nclusters: [{name: a,\n", ":3:1", ""),
        (b"a: 1\n\tb: 2\n", ":2:1", ""),
        (b"contexts: 1\nclusters: []\n", "", "`contexts` is no list of mappings"),
        (b"users: [[a]]\ncontexts: []\n", "", "`users` is no list of mappings"),
        (b"\xff\xfe\x00", "", "not UTF-8 text"),
    ],
)
def test_a_kubeconfig_that_is_none_is_told_with_file_line_and_what_is_wrong(
    folder: Path, tmp_path: Path, text: bytes, line: str, what: str
) -> None:
    file = tmp_path / "kubeconfig"
    file.write_bytes(text)
    result = CliRunner().invoke(main, ["init", "--kubeconfig", str(file)])
    error, hint = result.stderr.splitlines()
    assert result.exit_code == 1 and f"{file}{line}" in error and what in error
    assert "object" not in error and "codec" not in error
    assert hint == "hint: mend the kubeconfig, or name another"


def test_a_server_that_is_no_cluster_s_is_told_as_the_kubeconfig_s(folder: Path) -> None:
    result = init(lambda request: Answer("", 404), code=1)
    assert "/version: 404" in result.stderr
    assert "hint: is `server` in the kubeconfig the API server itself" in result.stderr


def test_outside_a_clone_it_says_where_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bare").mkdir()
    monkeypatch.chdir(tmp_path / "bare")
    result = init(cluster(estate()), code=1)
    assert "hint: run in a clone of the catalog's repository" in result.stderr


def test_what_may_not_be_seen_is_told_and_the_rest_is_written(folder: Path) -> None:
    respond = cluster(estate("public"))

    def blind(request: Any) -> Answer:
        return Answer("", 403) if "datascienceclusters" in request.path else respond(request)

    assert "not read: cluster lab: " in init(blind).stdout
    assert set(tree(folder)) == {CONFIGURATION, ACCOUNT, WORKFLOW}


# -- a terminal ------------------------------------------------------------------------------------------------------


def at_a_terminal(folder: Path, *arguments: str, answers: tuple[str, ...]) -> str:
    """What a person sees who types these answers, each after its question."""
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "rhoai_catalog", "init", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "dumb"}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen, waiting = "", list(answers)
    for piece in _pieces(mine, time.monotonic() + 30):
        seen += piece
        if waiting and seen.endswith(": ") and process.poll() is None:
            os.write(mine, f"{waiting.pop(0)}\n".encode())
    assert process.wait(timeout=30) == 0, seen
    os.close(mine)
    assert not waiting
    return seen


def _pieces(terminal: int, until: float) -> Iterator[str]:
    while time.monotonic() < until and select.select([terminal], [], [], until - time.monotonic())[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            return
        if not piece:
            return
        yield piece.decode("utf-8", "replace")


def test_a_person_is_asked_at_most_five_things(tmp_path: Path) -> None:
    with Loopback(cluster(estate("public"))) as server:
        folder = clone(tmp_path, "http://127.0.0.1:1/org/catalog")
        file = kubeconfig(tmp_path / "kubeconfig", server.url)
        answers = ("prod", "group:default/ml", "no", "https://hub.example.net", "gitea")
        seen = at_a_terminal(folder, "--kubeconfig", str(file), answers=answers)
        assert "Error" not in seen
    assert "[lab]" in seen and "[group:default/ai-platform]" in seen
    config = read_config(folder / CONFIGURATION)
    assert (config.clusters[0].name, config.owners.default) == ("prod", "group:default/ml")
    assert config.profiles == ("seed",)
    assert config.hub is not None and config.repository is not None
    assert (config.hub.url, config.repository.forge) == ("https://hub.example.net", "gitea")


def test_an_answer_that_does_not_fit_is_asked_for_again(tmp_path: Path) -> None:
    with Loopback(cluster(estate("public"))) as server:
        folder = clone(tmp_path, GITHUB)
        file = kubeconfig(tmp_path / "kubeconfig", server.url)
        answers = ("Prod!", "prod", "::", "", "", "hub", "")
        seen = at_a_terminal(folder, "--kubeconfig", str(file), answers=answers)
    assert seen.count("Error: ") == 3
    assert [
        seen.count(f"Error: expected is {form}")
        for form in ("a name of a-z", "a reference, such as group:default/", "an address")
    ] == [1] * 3
    config = read_config(folder / CONFIGURATION)
    assert (config.clusters[0].name, config.owners.default) == ("prod", "group:default/ai-platform")
    assert config.hub is None


def test_who_says_yes_is_asked_nothing(tmp_path: Path) -> None:
    with Loopback(cluster(estate())) as server:
        folder = clone(tmp_path, GITHUB)
        file = kubeconfig(tmp_path / "kubeconfig", server.url)
        at_a_terminal(folder, "--yes", "--kubeconfig", str(file), answers=())
    assert read_config(folder / CONFIGURATION).clusters[0].name == "lab"


# -- one place to install from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "ref"), [(PROJECT, "c" * 40), (f"{PROJECT}.git", "c" * 40), ("https://github.com/fork/x", "v9.9.9")]
)
def test_what_pip_took_from_the_repository_is_named_by_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, ref: str
) -> None:
    info = tmp_path / "rhoai_catalog-9.9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: rhoai-catalog\nVersion: 9.9.9\n", "utf-8")
    origin = {"url": url, "vcs_info": {"vcs": "git", "requested_revision": "v9.9.9", "commit_id": "c" * 40}}
    (info / "direct_url.json").write_text(json.dumps(origin), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert running() == Release(version="9.9.9", ref=ref)


def test_the_project_has_one_address() -> None:
    metadata = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert metadata["urls"]["Source"] == PROJECT and metadata["name"] == DISTRIBUTION
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    release = Release(version=metadata["version"], ref=f"v{metadata['version']}")
    assert f'pip install "{release.requirement}"' in readme


def test_the_release_is_named_exactly() -> None:
    release = running()
    assert release.ref == f"v{release.version}" or len(release.ref) == 40
    assert replace(release, ref="v1.2.3").requirement == f"rhoai-catalog @ git+{PROJECT}@v1.2.3"
    assert Release(version="1.2.3", ref="x").image.endswith(":1.2.3")
