"""What `init` hands to a forge or a cluster to run: sound by its own checkers, and its steps do what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from forges import git
from rhoai_catalog import documents, scaffold
from rhoai_catalog.config import parse_config
from rhoai_catalog.release import IMAGE, PROJECT, Release
from rhoai_catalog.scaffold.jobs import token_hosts
from rhoai_catalog.survey import Choices, Origin, Survey
from workflows import ACTIONS, BASH, WORKFLOWS

ROOT = Path(__file__).parent.parent
RELEASE = Release(version="1.2.3", ref="0123456789abcdef0123456789abcdef01234567")
SURVEY = Survey(
    server="https://api.east.example.net:6443",
    version="v1.34.1",
    kinds={"InferenceService": "serving.kserve.io/v1beta1"},
    services={"east-public": "https://public.apps.east.example.net"},
    registries=("public",),
    namespace="rhoai-model-registries",
)
CHOICES = Choices(cluster="east", owner="group:default/ai", profiles=("seed",), forge="github")
ORIGIN = Origin(root=Path(), url="https://github.com/org/catalog", base="main", forge="github")
FORGES = {
    "github": ".github/workflows/catalog.yml",
    "gitea": ".gitea/workflows/catalog.yml",
    "gitlab": ".gitlab/rhoai-catalog.yml",
}


def written(forge: str, *, inside: bool = False, origin: Origin = ORIGIN, survey: Survey = SURVEY) -> Mapping[str, str]:
    return scaffold.files(survey, origin, replace(CHOICES, forge=forge, inside=inside), RELEASE)


def text_of(forge: str) -> str:
    return written(forge)[FORGES[forge]]


# -- every forge -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forge", FORGES)
def test_a_job_names_one_release_and_the_variables_of_the_configuration(forge: str) -> None:
    files = written(forge)
    text = files[FORGES[forge]]
    config = parse_config(files[scaffold.CONFIGURATION], Path("catalog/generator.yaml"))
    assert RELEASE.ref in text and not re.search(r"RELEASE_|PROJECT_ADDRESS|CLUSTER_TOKEN", text)
    assert config.repository is not None and config.repository.credentials.env and config.clusters[0].credentials.env
    tokens = {config.repository.credentials.env, config.clusters[0].credentials.env}
    given = (
        {"GITHUB_TOKEN"} if forge == "github" else tokens if forge == "gitlab" else set()
    )  # by the action, the scope
    assert tokens == {*re.findall(r"\b[A-Z]+_TOKEN\b", text)} | given


def test_hosts_are_those_of_the_configuration_and_no_pattern() -> None:
    assert token_hosts(SURVEY, ORIGIN) == (
        "api.east.example.net",
        "public.apps.east.example.net",
        "github.com",
        "api.github.com",
    )
    elsewhere = replace(ORIGIN, url="https://git.example.net/org/catalog")
    assert token_hosts(SURVEY, elsewhere)[-1] == "git.example.net"


# -- GitHub ----------------------------------------------------------------------------------------------------------


def checked(folder: Path, *command: str) -> str:
    program = shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert program is not None, f"{command[0]} comes with the requirements of the tests"
    done = subprocess.run([program, *command[1:]], cwd=folder, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_workflow_passes_the_checkers_that_ours_pass(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    workflow = tmp_path / FORGES["github"]
    workflow.parent.mkdir(parents=True)
    workflow.write_text(text_of("github"), "utf-8")
    checked(tmp_path, "zizmor", "--offline", "--quiet", "--strict-collection", "--persona", "pedantic", ".github")
    checked(tmp_path, "jactionlint", "--no-online", "--strict-exit")


def test_the_workflow_is_ours_with_the_actions_pinned() -> None:
    """What differs: the repository variable that keeps ours from running, and the demo's second token."""
    ours, theirs = WORKFLOWS["catalog.yml"], yaml.safe_load(text_of("github"))
    own, pinned = "$/.github/", f"{PROJECT.removeprefix('https://github.com/')}/.github/"
    [_, install, propose] = ours["jobs"]["propose"]["steps"]
    for step in (ours["jobs"]["wheels"], install, propose):
        step = step["uses"]
        assert f"{step.replace(own, pinned)}@{RELEASE.ref} # v1.2.3" in text_of("github")
    for name, job in theirs["jobs"].items():
        keys = job.keys() - {"steps", "uses", "if"}
        assert {key: job[key] for key in keys} == {key: ours["jobs"][name][key] for key in keys}
    assert theirs["permissions"] == {} and theirs["jobs"]["propose"]["steps"][0] == ours["jobs"]["propose"]["steps"][0]
    env = theirs["jobs"]["propose"]["steps"][-1]["env"]
    assert env == {name: propose["env"][name] for name in ("RHOAI_CATALOG_HOSTS", "EAST_TOKEN")}


# -- steps of GitLab and Gitea, run as they are ----------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine whose `python3` makes environments in which `pip` and `rhoai-catalog` keep what they were asked."""
    (tmp_path / "bin").mkdir()
    keep = f'echo "$(basename "$0") $*" >> {tmp_path}/calls'
    program(tmp_path / "bin/python3", f'mkdir -p "$4/bin"; cp {tmp_path}/pip {tmp_path}/rhoai-catalog "$4/bin"')
    program(tmp_path / "pip", keep)
    program(tmp_path / "rhoai-catalog", f'{keep}; env > {tmp_path}/environment; exit "${{CODE:-0}}"')
    return tmp_path


def program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    file.chmod(0o755)


@pytest.fixture
def source(tmp_path: Path) -> str:
    """The project's repository at a tag, whose script says that it ran."""
    folder = tmp_path / "project"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    (folder / ".github").mkdir()
    program(folder / ".github/wheels", 'mkdir -p "$1"; touch "$1/rhoai_catalog.whl"')
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")
    git(folder, "tag", "v1.2.3")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    return f"file://{folder}"


def run(machine: Path, script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    script = re.sub("/tmp/(?=venv|wheels|rhoai-catalog)", f"{machine}/work-", script)
    environment = {"PATH": f"{machine}/bin:{os.environ['PATH']}", "HOME": str(machine), **environment}
    return subprocess.run((*BASH, "-c", script), cwd=folder, env=environment, capture_output=True, encoding="utf-8")


def gitlab(**inputs: str) -> dict[str, Any]:
    """The jobs of the component, as GitLab has them after it put the inputs in."""
    head, body = text_of("gitlab").split("\n---\n")
    spec = yaml.safe_load(head)["spec"]["inputs"]
    assert set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", body)) == set(spec), "every input is used"
    assert all(each["description"] for each in spec.values())
    values = {name: str(each["default"]) for name, each in spec.items()} | inputs
    jobs: dict[str, Any] = yaml.safe_load(re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda m: values[m[1]], body))
    return jobs


def test_the_gitlab_job_that_asks_an_index_holds_no_token() -> None:
    wheels, propose = gitlab().values()
    assert "environment" not in wheels and propose["environment"] == {"name": "catalog", "action": "access"}
    assert wheels["rules"] == propose["rules"] and propose["needs"] == ["rhoai-catalog wheels"]
    assert wheels["stage"] == ".pre" and propose["allow_failure"] == {"exit_codes": [4]}
    [install] = [line for line in propose["script"] if "pip" in line]
    assert "--no-index" in install and "fetch" not in str(propose)


def test_the_gitlab_steps_take_the_release_and_propose(machine: Path, source: str, tmp_path: Path) -> None:
    wheels, propose = gitlab(project=source, ref="v1.2.3").values()
    place = tmp_path / "checkout"
    git(tmp_path, "init", "--quiet", str(place))
    git(place, "remote", "add", "origin", "https://gitlab-ci-token:job-token@gitlab.example.net/org/catalog.git")
    done = run(machine, "\n".join(wheels["script"]), place, **wheels["variables"], CI_PROJECT_DIR=str(place))
    assert done.returncode == 0 and (place / "wheels/rhoai_catalog.whl").exists(), done.stderr
    variables = {name: value.replace("$CI_PROJECT_DIR", str(place)) for name, value in propose["variables"].items()}
    asked = {"CI_PROJECT_URL": "https://gitlab.example.net/org/catalog", "RHOAI_CATALOG_HOSTS": "*.example.net"}
    done = run(machine, "\n".join(propose["script"]), place, **variables, **asked, CODE="4")
    assert done.returncode == 4, done.stderr
    assert (machine / "calls").read_text("utf-8").splitlines() == [
        "pip install --no-index --only-binary :all: --find-links wheels rhoai-catalog",
        "rhoai-catalog propose --html plan.html",
    ]
    assert git(place, "remote", "get-url", "origin") == "https://gitlab.example.net/org/catalog.git"


def test_gitlab_keeps_the_page_and_the_cache_which_each_branch_has_for_itself() -> None:
    wheels, propose = gitlab().values()
    page, cache = propose["artifacts"]["paths"], propose["cache"]
    assert page == ["plan.html"] and propose["artifacts"]["when"] == "always"
    assert f"--html {page[0]} " in propose["script"][-1]
    assert propose["variables"]["RHOAI_CATALOG_CACHE"] == f"$CI_PROJECT_DIR/{cache['paths'][0].removesuffix('/')}"
    assert cache["key"].endswith("$CI_COMMIT_REF_SLUG") and not cache.get("unprotect")
    assert "cache" not in wheels, "what an index is asked for writes nothing that a run believes"


@pytest.mark.parametrize("hosts", ["", " ,\n"])
def test_without_pinned_hosts_gitlab_gives_no_token_away(machine: Path, tmp_path: Path, hosts: str) -> None:
    propose = gitlab()["rhoai-catalog"]
    done = run(machine, "\n".join(propose["script"]), tmp_path, RHOAI_CATALOG_HOSTS=hosts)
    assert done.returncode == 2 and "RHOAI_CATALOG_HOSTS" in done.stdout and not (machine / "calls").exists()


def test_gitlab_s_pipeline_includes_the_component_at_the_release() -> None:
    files = written("gitlab")
    [include] = yaml.safe_load(files[".gitlab-ci.yml"])["include"]
    assert include == {"local": "/.gitlab/rhoai-catalog.yml", "inputs": {"ref": RELEASE.ref}}
    assert include["local"].removeprefix("/") in files


def gitea_steps(source: str) -> list[dict[str, Any]]:
    text = text_of("gitea").replace(PROJECT, source).replace(RELEASE.ref, "v1.2.3")
    [job] = yaml.safe_load(text)["jobs"].values()
    return list(job["steps"])


@pytest.mark.parametrize(("code", "ends"), [("0", 0), ("1", 1), ("4", 0)])
def test_the_gitea_steps_take_the_release_and_propose(
    machine: Path, source: str, tmp_path: Path, code: str, ends: int
) -> None:
    _, take, propose, keep = gitea_steps(source)
    assert "env" not in take and set(propose["env"]) == {"FORGE_TOKEN", "EAST_TOKEN", "RHOAI_CATALOG_HOSTS"}
    assert run(machine, take["run"], tmp_path).returncode == 0
    done = run(
        machine, propose["run"], tmp_path, RHOAI_CATALOG_HOSTS="*.example.net", RUNNER_TEMP=str(tmp_path), CODE=code
    )
    assert (done.returncode, "::warning::" in done.stdout) == (ends, code == "4")
    page = keep["with"]["path"].replace("${{ runner.temp }}", str(tmp_path))
    assert (machine / "calls").read_text("utf-8").splitlines()[-1] == f"rhoai-catalog propose --html {page}"
    assert keep["if"] == "${{ !cancelled() }}" and re.fullmatch(r"actions/upload-artifact@[0-9a-f]{40}", keep["uses"])


def test_without_pinned_hosts_gitea_gives_no_token_away(machine: Path, source: str, tmp_path: Path) -> None:
    _, _, propose, _ = gitea_steps(source)
    done = run(machine, propose["run"], tmp_path, RHOAI_CATALOG_HOSTS=" ,")
    assert done.returncode == 2 and not (machine / "calls").exists()


def test_gitea_takes_the_checkout_that_ours_takes() -> None:
    [checkout, *_] = gitea_steps("")
    assert checkout == WORKFLOWS["catalog.yml"]["jobs"]["propose"]["steps"][0]
    assert "install" in ACTIONS


# -- in the cluster --------------------------------------------------------------------------------------------------


def restricted(container: Mapping[str, Any]) -> bool:
    """What the Pod Security Standard `restricted` asks of a container."""
    context = container["securityContext"]
    return context["allowPrivilegeEscalation"] is False and context["capabilities"] == {"drop": ["ALL"]}


def test_the_cronjob_runs_the_release_with_the_account_that_was_made() -> None:
    files = written("gitlab", inside=True)
    assert not any(path.startswith(".git") for path in files)
    text = files["rhoai-catalog-cronjob.yaml"]
    cronjob = documents.parse(text)
    account = next(o for o in documents.load(files["rhoai-catalog-reader.yaml"]) if o["kind"] == "ServiceAccount")
    pod = cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == account["metadata"]["name"]
    assert cronjob["metadata"]["namespace"] == account["metadata"]["namespace"]
    [container] = pod["containers"]
    assert (container["image"], container["args"]) == (f"{IMAGE}:1.2.3", [ORIGIN.url, "main"])
    assert pod["securityContext"]["runAsNonRoot"] and "runAsUser" not in str(pod), "any user id"
    assert restricted(container) and container["securityContext"]["readOnlyRootFilesystem"]
    env = {each["name"]: each for each in container["env"]}
    assert env["GITLAB_TOKEN"]["valueFrom"] == {"secretKeyRef": {"name": "rhoai-catalog", "key": "forge-token"}}
    hosts = env["RHOAI_CATALOG_HOSTS"]["value"].split(",")
    assert hosts[0] == "$(KUBERNETES_SERVICE_HOST)" and set(hosts[1:]) == {*token_hosts(SURVEY, ORIGIN)[1:]}
    config = parse_config(files[scaffold.CONFIGURATION], Path("catalog/generator.yaml"))
    assert config.clusters[0].in_cluster and config.clusters[0].credentials.env is None
    template = (Path(scaffold.__file__).parent / "cronjob.yaml").read_text("utf-8")
    assert documents.comments(text) == documents.comments(template)


def test_the_task_is_the_cronjob_s_container() -> None:
    files = written("github", inside=True)
    task = documents.parse(files["rhoai-catalog-task.yaml"])
    values = {each["name"]: each["default"] for each in task["spec"]["params"]}
    [step] = task["spec"]["steps"]
    assert (task["apiVersion"], task["kind"]) == ("tekton.dev/v1", "Task")
    assert set(re.findall(r"\$\(params\.([\w-]+)\)", str(step))) == set(values)
    assert (values["image"], values["repository"], values["branch"]) == (f"{IMAGE}:1.2.3", ORIGIN.url, "main")
    pod = documents.parse(files["rhoai-catalog-cronjob.yaml"])["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert step["command"] == container["command"] and restricted(step)
    assert [each["name"] for each in step["env"]] == [each["name"] for each in container["env"]]


@pytest.mark.parametrize("hostile", ["x,y\n- evil", "$(touch owned)", '"}', "a: b"])
def test_a_branch_is_only_ever_data(hostile: str) -> None:
    files = written("github", inside=True, origin=replace(ORIGIN, base=hostile))
    pod = documents.parse(files["rhoai-catalog-cronjob.yaml"])["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["containers"][0]["args"] == [ORIGIN.url, hostile]
    assert documents.parse(files["rhoai-catalog-task.yaml"])["spec"]["params"][2]["default"] == hostile
    repository = parse_config(files[scaffold.CONFIGURATION], Path("catalog/generator.yaml")).repository
    assert repository is not None and repository.base == hostile


# -- the image -------------------------------------------------------------------------------------------------------

CONTAINER = ROOT / ".github/container"


@pytest.mark.parametrize(("code", "ends"), [("0", 0), ("1", 1), ("4", 0)])
def test_the_image_clones_and_proposes(machine: Path, tmp_path: Path, code: str, ends: int) -> None:
    remote = tmp_path / "remote"
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk", str(remote))
    (remote / "catalog").mkdir()
    (remote / "catalog/generator.yaml").write_text("x: y\n", "utf-8")
    git(remote, "add", "--all")
    git(remote, "commit", "--quiet", "--message", "x")
    program(
        machine / "bin/rhoai-catalog", f'echo "$*" > {machine}/calls; cat catalog/generator.yaml; env; exit "$CODE"'
    )
    environment = {
        "PATH": f"{machine}/bin:{os.environ['PATH']}",
        "HOME": str(machine),
        "TMPDIR": str(machine),
        "CODE": code,
        "FORGE_TOKEN": "hidden",
    }
    command = [str(CONTAINER / "propose"), f"file://{remote}", "trunk", "--verbose"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == ends, done.stderr
    assert (machine / "calls").read_text("utf-8") == "propose --verbose\n"
    assert "x: y" in done.stdout and "FORGE_TOKEN=hidden" in done.stdout and "CLONE_TOKEN" not in done.stdout


def test_the_image_is_no_root_s_and_takes_what_is_locked() -> None:
    text = (CONTAINER / "Containerfile").read_text("utf-8")
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(stages) == 2 and len(set(stages)) == 1 and "/ubi9/ubi-minimal:" in stages[0]
    assert re.findall(r"^USER (\d+)$", text, re.MULTILINE) == ["1001"]
    assert "/source/.github/wheels /wheels" in text and "--no-index" in text
    assert "git-core" in text.split("FROM")[2]
    for copied in re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split()), copied
