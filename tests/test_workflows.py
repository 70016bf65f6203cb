"""The supply chain: what the workflows install is locked by hash, and who installs holds nothing worth stealing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from workflows import BASH, FOLDER, WORKFLOWS, shell

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ROOT / ".github" / "requirements"
NEEDS = {
    "runtime.txt": PYPROJECT["project"]["dependencies"],
    "build.txt": PYPROJECT["build-system"]["requires"],
    "sbom.txt": PYPROJECT["dependency-groups"]["sbom"],
}
PYTHONS = [re.sub(r".* ", "", line) for line in PYPROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", line)]
JOBS = {(file, name): job for file, workflow in WORKFLOWS.items() for name, job in workflow["jobs"].items()}
STEPS = [(file, name, step) for (file, name), job in JOBS.items() for step in job["steps"]]
WRITES = {
    ("catalog.yml", "propose"): {"contents", "pull-requests", "statuses"},
    ("release.yml", "publish"): {"id-token", "attestations"},
    ("release.yml", "announce"): {"contents"},
}
PROPOSE = ("catalog.yml", "propose", "Observe, and propose what changed")
SECRET = re.compile(r"\bsecrets\b|github\.token")


def lines(lock: str) -> Iterator[tuple[Requirement, list[str]]]:
    """What a lock takes, and the hashes that it may have."""
    text = re.sub(r" *#.*", "", (LOCKS / lock).read_text("utf-8")).replace("\\\n", " ")
    for line in filter(None, text.splitlines()):
        requirement, *hashes = line.split(" --hash=")
        yield Requirement(requirement), [each.strip() for each in hashes]


def commands(step: dict[str, Any]) -> list[str]:
    return str(step.get("run", "")).replace("\\\n", " ").splitlines()


def reaches_an_index(job: dict[str, Any]) -> bool:
    """Whether a job installs what is not there yet: by itself, or in the project's check."""
    run = [command for step in job["steps"] for command in commands(step)]
    return any(".ci/" in command or ("pip" in command and "--no-index" not in command) for command in run)


def test_every_lock_has_its_requirements() -> None:
    assert {path.name for path in LOCKS.iterdir()} == set(NEEDS)
    named = set(re.findall(r"requirements/(\S+\.txt)", "".join(path.read_text("utf-8") for path in FOLDER.iterdir())))
    assert named == set(NEEDS)


@pytest.mark.parametrize("lock", NEEDS)
def test_a_lock_names_one_version_with_its_hashes_and_no_place(lock: str) -> None:
    for requirement, hashes in lines(lock):
        assert [each.operator for each in requirement.specifier] == ["=="] and requirement.url is None
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement
    assert not re.search(r"://|^\s*-(?!-hash)|(?<!\S)/", (LOCKS / lock).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", NEEDS)
def test_a_lock_satisfies_what_the_project_asks_for(lock: str, python: str) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    taken = [each for each, _ in lines(lock) if each.marker is None or each.marker.evaluate(environment)]
    versions = {canonical(each.name): next(iter(each.specifier)).version for each in taken}
    assert len(versions) == len(taken)
    for asked in map(Requirement, NEEDS[lock]):
        if asked.marker is None or asked.marker.evaluate(environment):
            assert asked.specifier.contains(versions[canonical(asked.name)], prereleases=True), asked


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_dependabot_looks_at_the_locks_and_at_the_actions() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    looked_at = {
        (each["package-ecosystem"], d) for each in updates for d in each.get("directories", [each.get("directory")])
    }
    assert looked_at == {("pip", "/"), ("pip", "/.github/requirements"), ("github-actions", "/")}


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_action_is_pinned_by_commit_and_says_its_version(workflow: str) -> None:
    text = (FOLDER / workflow).read_text("utf-8")
    uses = re.findall(r"^.*\buses:.*$", text, re.MULTILINE)
    assert len(uses) == sum("uses" in step for file, _, step in STEPS if file == workflow) > 0
    for line in uses:
        assert re.fullmatch(r" *(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_one_action_has_one_commit() -> None:
    pins = {step["uses"] for _, _, step in STEPS if "uses" in step}
    assert len({pin.partition("@")[0] for pin in pins}) == len(pins)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_gives_no_right_to_all_its_jobs_but_reading(workflow: str) -> None:
    assert WORKFLOWS[workflow]["permissions"] in ({}, {"contents": "read"})


@pytest.mark.parametrize("place", JOBS, ids=" ".join)
def test_a_job_may_write_what_it_is_there_for(place: tuple[str, str]) -> None:
    rights = JOBS[place].get("permissions", {})
    assert {name for name, right in rights.items() if right == "write"} == WRITES.get(place, set())
    assert {name: right for name, right in rights.items() if right != "write"} in ({}, {"contents": "read"})


@pytest.mark.parametrize("place", JOBS, ids=" ".join)
def test_who_installs_from_an_index_holds_nothing_worth_stealing(place: tuple[str, str]) -> None:
    job = JOBS[place]
    if reaches_an_index(job):
        assert not SECRET.search(str(job)) and "environment" not in job and place not in WRITES
    else:
        assert place in WRITES


def test_what_comes_from_an_index_has_the_hash_that_is_locked_and_runs_nothing_meanwhile() -> None:
    installs = [
        line
        for _, _, step in STEPS
        for line in commands(step)
        if re.search(r"\bpip\b.* (install|download|wheel)", line)
    ]
    assert len(installs) >= 6
    for line in installs:
        if "--no-index" not in line:
            assert all(option in line for option in ("--require-hashes", "--no-deps", "--only-binary :all:")), line


def test_a_secret_reaches_the_one_step_that_needs_it_in_an_environment_of_its_own() -> None:
    holders = [(file, job, step) for file, job, step in STEPS if SECRET.search(str(step))]
    assert [(file, job) for file, job, _ in holders] == [("catalog.yml", "propose"), ("release.yml", "announce")]
    for file, job, step in holders:
        assert SECRET.search(str(step["env"])) and not SECRET.search(str({**step, "env": {}})) and "run" in step
        assert not SECRET.search(str({**WORKFLOWS[file], "jobs": {}}) + str({**JOBS[file, job], "steps": []}))
    assert JOBS["catalog.yml", "propose"]["environment"] == {"name": "catalog", "deployment": False}
    assert JOBS["release.yml", "publish"]["environment"]["name"] == "release"


def test_the_hosts_of_tokens_come_from_outside_the_repository() -> None:
    configuration = yaml.safe_load((ROOT / "catalog" / "generator.yaml").read_text("utf-8"))
    tokens = set(re.findall(r"'tokenEnv': '(\w+)'", str(configuration)))
    [step] = [step for file, job, step in STEPS if (file, job, step.get("name")) == PROPOSE]
    assert set(step["env"]) == tokens | {"RHOAI_CATALOG_HOSTS", "ALLOW_REMOVAL"}
    assert step["env"]["RHOAI_CATALOG_HOSTS"] == "${{ vars.RHOAI_CATALOG_HOSTS }}"


def test_a_checkout_keeps_no_credentials_and_the_wheels_meet_the_python_they_were_taken_for() -> None:
    for _, _, step in STEPS:
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
    build, propose = (str(JOBS["catalog.yml", name]["steps"]) for name in ("build", "propose"))
    assert re.findall(r"'python-version': '([\d.]+)'", build) == re.findall(r"'python-version': '([\d.]+)'", propose)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder whose `rhoai-catalog` keeps its arguments, and ends as the variable CODE says."""
    program = tmp_path / "rhoai-catalog"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > arguments\nexit "$CODE"\n', "utf-8")
    program.chmod(0o755)
    return tmp_path


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    environment |= {"PATH": f"{folder}:{os.environ['PATH']}", "RUNNER_TEMP": "/runner"}
    return subprocess.run((*BASH, "-c", script), cwd=folder, env=environment, capture_output=True, encoding="utf-8")


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 0)])
def test_a_run_that_withheld_something_is_no_failure_but_a_warning(place: Path, code: int, ends: int) -> None:
    done = run(shell(*PROPOSE), place, CODE=str(code), RHOAI_CATALOG_HOSTS="*.example.net", ALLOW_REMOVAL="")
    assert (done.returncode, done.stdout.startswith("::warning::")) == (ends, code == 4)
    assert (place / "arguments").read_text("utf-8") == "propose\n--html\n/runner/plan.html\n"


def test_a_removal_is_allowed_as_it_was_typed(place: Path) -> None:
    typed = "kserve/east/InferenceService=3; touch owned $(touch owned)"
    run(shell(*PROPOSE), place, CODE="0", RHOAI_CATALOG_HOSTS="*.example.net", ALLOW_REMOVAL=typed)
    assert (place / "arguments").read_text("utf-8") == f"propose\n--html\n/runner/plan.html\n--allow-removal\n{typed}\n"
    assert not (place / "owned").exists()


def test_the_plan_is_kept_as_a_page_and_linked(place: Path) -> None:
    steps = {step.get("name"): step for step in JOBS["catalog.yml", "propose"]["steps"]}
    kept = steps["Keep the plan as a page"]["with"]
    assert kept["path"] == "${{ runner.temp }}/plan.html" and kept["if-no-files-found"] == "ignore"
    address = "https://forge.example/runs/1/artifacts/2"
    script = shell("catalog.yml", "propose", "Link it on the page of the job")
    assert run(script, place, PAGE=address, GITHUB_STEP_SUMMARY="summary.md").returncode == 0
    assert (place / "summary.md").read_text("utf-8") == f"[The plan as a page to search and filter]({address})\n"


@pytest.mark.parametrize("hosts", ["", " ,\n"])
def test_without_pinned_hosts_no_token_goes_anywhere(place: Path, hosts: str) -> None:
    done = run(shell(*PROPOSE), place, CODE="0", RHOAI_CATALOG_HOSTS=hosts, ALLOW_REMOVAL="")
    assert (done.returncode, done.stdout[:9]) == (2, "::error::") and "RHOAI_CATALOG_HOSTS" in done.stdout
    assert not (place / "arguments").exists()


@pytest.mark.parametrize(("tag", "ends"), [("v{}", 0), ("{}", 1), ("v{}.1", 1), ("v", 1)])
def test_a_release_has_the_version_of_its_tag(tag: str, ends: int) -> None:
    name = tag.format(PYPROJECT["project"]["version"])
    script = f'python() {{ "{sys.executable}" "$@"; }}\n' + shell("release.yml", "build", "The tag is the version")
    assert run(script, ROOT, GITHUB_REF_NAME=name).returncode == ends


def test_the_example_of_code_owners_guards_what_decides_about_tokens() -> None:
    [example] = re.findall(
        r"```\n(# \.github/CODEOWNERS\n.*?)```", (ROOT / ".github/SECURITY.md").read_text("utf-8"), re.DOTALL
    )
    rules = [line.split("#")[0].split() for line in example.splitlines()[1:]]
    assert all(len(rule) == 2 and rule[1].startswith("@") for rule in rules)
    guarded = {path for path, _ in rules}
    assert {"/catalog/generator.yaml", "/catalog/.gitattributes", "/.github/"} <= guarded
    assert all((ROOT / path.strip("/")).exists() for path in guarded if "*" not in path)
