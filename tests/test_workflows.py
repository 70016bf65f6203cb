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
from rhoai_catalog.release import IMAGE, Release
from workflows import ACTIONS, BASH, FOLDER, PROJECT, WORKFLOWS, shell, steps_of

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
STEPS = [(file, name, step) for (file, name), job in JOBS.items() for step in job.get("steps", ())]
INNER = [(action, step) for action, text in ACTIONS.items() for step in text["runs"]["steps"]]
FILES = {
    path.relative_to(PROJECT).as_posix(): path for path in (*FOLDER.iterdir(), *PROJECT.glob("actions/*/action.yml"))
}
PINNED = r" *(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
OWN = r" *(- )?uses: \$/\.github/(actions/\w+|workflows/\w+\.yml)"
WRITES = {
    ("catalog.yml", "propose"): {"contents", "pull-requests", "statuses"},
    ("estate.yml", "propose"): {"contents", "pull-requests", "statuses"},
    ("release.yml", "publish"): {"id-token", "attestations"},
    ("release.yml", "push"): {"packages", "id-token", "attestations"},
    ("release.yml", "announce"): {"contents"},
}
READS = {("estate.yml", "observe")}  # they hold tokens, and write nothing
PROPOSE, OBSERVE = ("propose", "Propose what changed"), ("observe", "Observe")
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
    run = [command for step in steps_of(job) for command in commands(step)]
    return any(
        re.search(r"\.ci/|\.github/wheels|podman build", command) or ("pip" in command and "--no-index" not in command)
        for command in run
    )


def test_every_lock_has_its_requirements() -> None:
    assert {path.name for path in LOCKS.iterdir()} == set(NEEDS)
    texts = [path.read_text("utf-8") for path in (*FILES.values(), PROJECT / "wheels")]
    named = set(re.findall(r"requirements/(\S+\.txt)", "".join(texts)))
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
    assert looked_at == {
        ("pip", "/"),
        ("pip", "/.github/requirements"),
        *(("github-actions", folder) for folder in ("/", *(f"/.github/actions/{name}" for name in ACTIONS))),
        ("docker", "/.github/container"),
    }


def uses_of(value: Any) -> Iterator[str]:
    """Everything that a workflow or an action uses, wherever it does."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        if key == "uses":
            yield inner
        yield from uses_of(inner)


@pytest.mark.parametrize("name", FILES)
def test_every_action_is_pinned_by_commit_and_says_its_version(name: str) -> None:
    text = FILES[name].read_text("utf-8")
    uses = re.findall(r"^[^#\n]*\buses:.*$", text, re.MULTILINE)
    assert len(uses) == len([*uses_of(yaml.safe_load(text))])
    for line in uses:
        assert re.fullmatch(f"{PINNED}|{OWN}", line), line


def test_what_is_used_of_our_own_is_there() -> None:
    uses = [used for path in FILES.values() for used in uses_of(yaml.safe_load(path.read_text("utf-8")))]
    own = {used for used in uses if used[0] == "$"}
    assert own == {
        *(f"$/.github/actions/{name}" for name in ACTIONS),
        "$/.github/workflows/wheels.yml",
    }
    assert all((ROOT / used[2:]).exists() for used in own)


def test_one_action_has_one_commit() -> None:
    steps = [*(step for _, _, step in STEPS), *(step for _, step in INNER)]
    pins = {step["uses"] for step in steps if "@" in step.get("uses", "")}
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
    if reaches_an_index(job) or "uses" in job:
        assert not SECRET.search(str(job)) and "environment" not in job and place not in WRITES
    else:
        assert place in {*WRITES, *READS}


def test_what_comes_from_an_index_has_the_hash_that_is_locked_and_runs_nothing_meanwhile() -> None:
    steps = [*(step for _, _, step in STEPS), *(step for _, step in INNER)]
    script = (PROJECT / "wheels").read_text("utf-8")
    [by_hash] = re.findall(r"^by_hash=\((.*)\)$", script, re.MULTILINE)
    run = [
        *(line for step in steps for line in commands(step)),
        *script.replace('"${by_hash[@]}"', by_hash).splitlines(),
    ]
    installs = [line for line in run if re.search(r"^[^#\n]*\bpip\b.* (install|download|wheel)", line)]
    assert len(installs) >= 7
    for line in installs:
        if "--no-index" not in line:
            assert all(option in line for option in ("--require-hashes", "--no-deps", "--only-binary :all:")), line


def test_a_secret_reaches_the_one_step_that_needs_it_in_an_environment_of_its_own() -> None:
    holders = [(file, job, step) for file, job, step in STEPS if SECRET.search(str(step))]
    places = [("catalog.yml", "propose"), ("estate.yml", "observe")]
    places += [("release.yml", "push"), ("release.yml", "announce")]
    assert [(file, job) for file, job, _ in holders] == places
    for file, job, step in holders:
        given = {**step.get("env", {}), "tokens": step.get("with", {}).get("tokens", "")}
        assert SECRET.search(str(given)) and "run" in str([*steps_of({"steps": [step]})])
        other = {**step, "env": {}, "with": {**step.get("with", {}), "tokens": ""}}
        assert not SECRET.search(str(other))
        assert not SECRET.search(str({**WORKFLOWS[file], True: {}, "jobs": {}}) + str({**JOBS[file, job], "steps": []}))
    assert not SECRET.search(str(INNER)), "an action gets what it needs as an input or by the environment"
    assert JOBS["catalog.yml", "propose"]["environment"] == {"name": "catalog", "deployment": False}
    assert {JOBS["release.yml", name]["environment"]["name"] for name in ("publish", "push")} == {"release"}


def test_the_hosts_of_tokens_come_from_outside_the_repository() -> None:
    configuration = yaml.safe_load((ROOT / "catalog" / "generator.yaml").read_text("utf-8"))
    tokens = set(re.findall(r"'tokenEnv': '(\w+)'", str(configuration)))
    [step] = [step for file, _, step in STEPS if file == "catalog.yml" and str(step["uses"]).endswith("/propose")]
    assert set(step["env"]) == tokens - {"GITHUB_TOKEN"} | {"RHOAI_CATALOG_HOSTS"}
    assert ACTIONS["propose"]["inputs"]["token"]["default"] == "${{ github.token }}"
    for _, _, step in STEPS:
        if str(step.get("uses")).endswith(("/actions/propose", "/actions/observe")):
            assert step["env"]["RHOAI_CATALOG_HOSTS"] == "${{ vars.RHOAI_CATALOG_HOSTS }}"


def test_a_checkout_keeps_no_credentials_and_the_wheels_meet_the_python_they_were_taken_for() -> None:
    for _, _, step in STEPS:
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
    [python] = re.findall(r"'python-version': '([\d.]+)'", str(JOBS["wheels.yml", "wheels"]))
    assert ACTIONS["install"]["inputs"]["python-version"]["default"] == python


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder whose `rhoai-catalog` keeps its arguments, and ends as the variable CODE says."""
    program = tmp_path / "rhoai-catalog"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > arguments\nexit "$CODE"\n', "utf-8")
    program.chmod(0o755)
    return tmp_path


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    environment["PATH"] = f"{folder}:{os.environ['PATH']}"
    return subprocess.run((*BASH, "-c", script), cwd=folder, env=environment, capture_output=True, encoding="utf-8")


ASKED = {
    "CONFIG": "catalog/generator.yaml",
    "RHOAI_CATALOG_HOSTS": "*.example.net",
    "SNAPSHOTS": "false",
    "ALLOW_REMOVAL": "",
    "TOKENS": "",
}
CONFIG = "--config\ncatalog/generator.yaml\n"


@pytest.mark.parametrize("step", [PROPOSE, OBSERVE])
@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 0)])
def test_a_run_that_withheld_something_is_no_failure_but_a_warning(
    place: Path, step: tuple[str, str], code: int, ends: int
) -> None:
    asked = {**ASKED, "SOURCE": "east", "RUNNER_TEMP": str(place)}
    done = run(shell(*step), place, **asked, CODE=str(code))
    assert (done.returncode, done.stdout.startswith("::warning::")) == (ends, code == 4)
    wanted = f"--source\neast\n--output\n{place}/snapshots/snapshot.json\n" if step == OBSERVE else ""
    page = f"--html\n{place}/plan.html\n" if step == PROPOSE else ""
    assert (place / "arguments").read_text("utf-8") == f"{step[0]}\n{CONFIG}{page}{wanted}"


def test_a_removal_is_allowed_as_it_was_typed(place: Path) -> None:
    typed = "kserve/east/InferenceService=3; touch owned $(touch owned)"
    run(shell(*PROPOSE), place, **{**ASKED, "ALLOW_REMOVAL": typed}, RUNNER_TEMP="/runner", CODE="0")
    wanted = f"{CONFIG}--html\n/runner/plan.html\n--allow-removal\n{typed}\n"
    assert (place / "arguments").read_text("utf-8") == f"propose\n{wanted}"
    assert not (place / "owned").exists()


def test_the_plan_is_linked_where_it_is_kept(place: Path) -> None:
    address = "https://forge.example/runs/1/artifacts/2"
    script = shell("propose", "Link it on the page of the job")
    assert run(script, place, PAGE=address, GITHUB_STEP_SUMMARY="summary.md").returncode == 0
    assert (place / "summary.md").read_text("utf-8") == f"[The plan as a page to search and filter]({address})\n"


@pytest.mark.parametrize("step", [PROPOSE, OBSERVE])
@pytest.mark.parametrize("hosts", ["", " ,\n"])
def test_without_pinned_hosts_no_token_goes_anywhere(place: Path, step: tuple[str, str], hosts: str) -> None:
    done = run(shell(*step), place, **{**ASKED, "RHOAI_CATALOG_HOSTS": hosts, "TOKENS": "A_TOKEN=x"}, CODE="0")
    assert (done.returncode, done.stdout[:9]) == (2, "::error::") and "RHOAI_CATALOG_HOSTS" in done.stdout
    assert not (place / "arguments").exists()


def test_tokens_that_are_in_no_variable_are_masked_and_nothing_else_is_set(place: Path) -> None:
    (place / "rhoai-catalog").write_text("#!/bin/sh\nenv > environment\n", "utf-8")
    lines = "EAST_TOKEN=a=b.c\nPATH=/evil\nLD_PRELOAD=x\nlower_token=y\nEMPTY_TOKEN=\nWEST_TOKEN=d"
    asked = {**ASKED, "TOKENS": lines, "SOURCE": "east", "RUNNER_TEMP": str(place)}
    done = run(shell(*OBSERVE), place, **asked)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "::add-mask::a=b.c\n::add-mask::d\n"
    environment = (place / "environment").read_text("utf-8").splitlines()
    assert {"EAST_TOKEN=a=b.c", "WEST_TOKEN=d"} <= {*environment}
    assert not any(line.startswith(("PATH=/evil", "LD_PRELOAD", "lower", "EMPTY", "TOKENS")) for line in environment)


def test_what_every_source_showed_is_joined_into_one_proposal(place: Path) -> None:
    for name in ("snapshot-west", "snapshot-east"):
        (place / "snapshots" / name).mkdir(parents=True)
        (place / "snapshots" / name / "snapshot.json").touch()
    asked = {**ASKED, "SNAPSHOTS": "true", "RUNNER_TEMP": str(place)}
    assert run(shell(*PROPOSE), place, **asked, CODE="0").returncode == 0
    files = "".join(f"--snapshot\n{place}/snapshots/snapshot-{name}/snapshot.json\n" for name in ("east", "west"))
    assert (place / "arguments").read_text("utf-8") == f"propose\n{CONFIG}--html\n{place}/plan.html\n{files}"


def test_a_run_s_cache_is_kept_where_the_program_looks_for_it() -> None:
    steps = {step.get("name"): step for step in ACTIONS["propose"]["runs"]["steps"]}
    kept = steps["Take what earlier runs came to"]
    assert kept["with"]["path"] == steps["Propose what changed"]["env"]["RHOAI_CATALOG_CACHE"]
    assert kept["with"]["key"].startswith(kept["with"]["restore-keys"]) and "run_id" in kept["with"]["key"]
    assert [*steps].index(kept["name"]) < [*steps].index("Propose what changed")


def test_where_no_source_was_observed_nothing_is_proposed(place: Path) -> None:
    asked = {**ASKED, "SNAPSHOTS": "true", "RUNNER_TEMP": str(place)}
    done = run(shell(*PROPOSE), place, **asked, CODE="0")
    assert (done.returncode, done.stdout[:9]) == (1, "::error::") and not (place / "arguments").exists()


def test_the_example_of_a_caller_fits_the_workflow() -> None:
    text = (FOLDER / "estate.yml").read_text("utf-8")
    caller = yaml.safe_load("".join(re.findall(r"^#   (.*\n)", text, re.MULTILINE)))
    [job], asked = caller["jobs"].values(), WORKFLOWS["estate.yml"][True]["workflow_call"]
    assert job["uses"].endswith(f"/.github/workflows/estate.yml@v{PYPROJECT['project']['version']}")
    required = {name for name, one in asked["inputs"].items() if one.get("required")}
    assert required <= set(job["with"]) <= set(asked["inputs"]) and set(job["secrets"]) == set(asked["secrets"])
    rights = [JOBS["estate.yml", name].get("permissions", {}) for name in ("wheels", "observe", "propose")]
    assert all(right == "read" or job["permissions"][name] == right for each in rights for name, right in each.items())
    assert len([*re.findall(r"^#   .*\n", text, re.MULTILINE)]) <= 10


@pytest.mark.parametrize(("tag", "ends"), [("v{}", 0), ("{}", 1), ("v{}.1", 1), ("v", 1)])
def test_a_release_has_the_version_of_its_tag(tag: str, ends: int) -> None:
    name = tag.format(PYPROJECT["project"]["version"])
    script = f'python() {{ "{sys.executable}" "$@"; }}\n' + shell("release.yml", "build", "The tag is the version")
    assert run(script, ROOT, GITHUB_REF_NAME=name).returncode == ends


def test_the_image_of_a_release_is_what_the_jobs_of_a_cluster_run_and_is_attested_as_it_was_pushed(place: Path) -> None:
    version = PYPROJECT["project"]["version"]
    (place / "skopeo").write_text('#!/bin/sh\necho "$@" >> asked\necho sha256:abc > digest\n', "utf-8")
    (place / "skopeo").chmod(0o755)
    environment = {"GITHUB_REF_NAME": f"v{version}", "GITHUB_ACTOR": "a", "TOKEN": "hidden", "RUNNER_TEMP": str(place)}
    assert run(shell("release.yml", "push"), place, GITHUB_OUTPUT=str(place / "told"), **environment).returncode == 0
    asked = (place / "asked").read_text("utf-8")
    assert (
        asked.splitlines()[-1].endswith(f" docker://{Release(version=version, ref='').image}") and "hidden" not in asked
    )
    assert (place / "told").read_text("utf-8") == "digest=sha256:abc\n"
    [attested] = [step["with"] for step in JOBS["release.yml", "push"]["steps"] if "/attest@" in step.get("uses", "")]
    assert attested == {"subject-name": IMAGE, "subject-digest": "${{ steps.push.outputs.digest }}"}


def test_a_release_here_has_the_files_and_not_the_image() -> None:
    names = [step["with"]["name"] for step in JOBS["release.yml", "announce"]["steps"] if "uses" in step]
    assert names == ["dist", "files"]


def test_the_example_of_code_owners_guards_what_decides_about_tokens() -> None:
    [example] = re.findall(
        r"```\n(# \.github/CODEOWNERS\n.*?)```", (ROOT / ".github/SECURITY.md").read_text("utf-8"), re.DOTALL
    )
    rules = [line.split("#")[0].split() for line in example.splitlines()[1:]]
    assert all(len(rule) == 2 and rule[1].startswith("@") for rule in rules)
    guarded = {path for path, _ in rules}
    assert {"/catalog/generator.yaml", "/catalog/.gitattributes", "/.github/"} <= guarded
    assert all((ROOT / path.strip("/")).exists() for path in guarded if "*" not in path)
