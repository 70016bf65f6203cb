"""`doctor` asks Git and the forge whether a run could propose, and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from forges import FORGES, TOKEN, Protected, World, denied, forge_world, git
from outside import Answer, Loopback, Request, registry_api
from rhoai_catalog import documents, report
from rhoai_catalog.check import Check
from rhoai_catalog.cli import main
from rhoai_catalog.config import Credentials
from rhoai_catalog.propose import check_repository

OURS = "rhoai-catalog/update"
NOWHERE = "file:///nowhere/catalog.git"


@pytest.fixture(params=FORGES)
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A forge, and a clone in which the commands run."""
    monkeypatch.setenv("FORGE_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    with forge_world(tmp_path, request.param) as world:
        git(tmp_path, "clone", "--quiet", str(world.remote), "clone")
        monkeypatch.chdir(tmp_path / "clone")
        Path("catalog").mkdir()
        yield world
        assert world.forge.writes == []
    refs = git(world.remote, "for-each-ref", "--format=%(refname)").splitlines()
    assert [ref for ref in refs if "rhoai-catalog" in ref] == ([f"refs/heads/{OURS}"] if world.head() else [])


only = pytest.mark.parametrize
GITHUB, GITEA, GITLAB = (only("world", [name], indirect=True) for name in ("github", "gitea", "gitlab"))


def looked(world: World, **more: Any) -> list[Check]:
    return [*check_repository(world.repository(**more), Path("catalog").resolve())]


def told(checks: list[Check]) -> str:
    """As a person reads it: failures, what is not known, and what is well."""
    marks = {(True, True): "ok", (True, False): "?", (False, True): "FAIL"}
    return "\n".join(
        f"{'warn' if check.warning else marks[check.well, check.known]} {check.message} | {check.hint}"
        for check in checks
    )


def failures(checks: list[Check]) -> list[str]:
    return [check.message for check in checks if not check.well]


# -- Git ---------------------------------------------------------------------------------------------------------------


def test_where_all_is_well_nothing_fails_and_nothing_is_written(world: World) -> None:
    world.forge.role = "admin"
    checks = looked(world)
    assert failures(checks) == []
    text = told(checks)
    assert "ok origin answers, and has main" in text
    assert f"ok {OURS} may be pushed to origin" in text
    assert "ok answers, and the token is accepted" in text
    assert "ok the token's account may push, and open pull requests" in text
    assert f"ok no rule is against {OURS}" in text
    assert "ok main takes commits without a signature" in text
    assert world.head() == ""


def test_a_base_branch_that_is_not_there(world: World) -> None:
    [failure] = failures(looked(world, base="trunk"))[:1]
    assert failure == "origin has no branch trunk"


def test_what_no_commit_holds_would_stop_a_run(world: World) -> None:
    Path("catalog/x.yaml").write_text("kind: Component\n")
    [failure] = failures(looked(world))
    assert "catalog/ has uncommitted changes" in failure


def test_a_remote_that_takes_no_push(world: World) -> None:
    git(Path(), "remote", "set-url", "--push", "origin", NOWHERE)
    [failure] = failures(looked(world))
    assert failure.startswith("git push: ") and "nowhere" in failure


@GITHUB
def test_a_host_that_lets_the_token_read_and_not_push(world: World) -> None:
    asked: list[str] = []

    def host(request: Request) -> Answer:
        asked.append(f"{request.method} {request.query.get('service')}")
        if request.query.get("service") == "git-receive-pack":
            return Answer("", 403)
        return Answer(f"{world.head('main')}\trefs/heads/main\n", 200, {"Content-Type": "text/plain"})

    with Loopback(host) as server:
        git(Path(), "remote", "set-url", "origin", f"{server.url}/org/catalog.git")
        checks = looked(world)
    assert any("403" in failure for failure in failures(checks))
    assert "lacks the right to push here" in told(checks)
    assert {line.split()[0] for line in asked} == {"GET"}


def test_the_catalog_is_no_whole_repository(world: World) -> None:
    [failure, *_] = [check for check in check_repository(world.repository(), Path.cwd()) if not check.well]
    assert "lies at the top of the repository" in failure.message and "catalog/generator.yaml" in failure.hint


def test_no_repository_around_the_catalog(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    [failure] = [c for c in check_repository(world.repository(), outside) if c.source == "git"]
    assert "is in no Git repository" in failure.message and not failure.well


@GITLAB
def test_commits_are_to_be_signed_and_there_is_no_key(world: World) -> None:
    assert failures(looked(world, sign=True)) == ["repository.sign is set, and there is no signing key"]
    git(Path(), "config", "user.signingkey", "KEY")
    assert failures(looked(world, sign=True)) == []


# -- the token ---------------------------------------------------------------------------------------------------------


def test_a_token_that_is_not_accepted_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORGE_TOKEN", "another")
    [check] = [check for check in looked(world) if check.source == "forge"]
    assert not check.well and "401" in check.message
    assert check.hint == "the token in FORGE_TOKEN is not accepted: renew it"


def test_no_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORGE_TOKEN")
    [check] = [check for check in looked(world) if check.source == "forge"]
    assert "FORGE_TOKEN is not set" in check.message and not check.well


def test_an_account_that_may_only_read(world: World) -> None:
    world.forge.role = "read"
    checks = looked(world)
    assert "the token's account may not push to the repository" in failures(checks)
    assert "FAIL" in told(checks) and "the token needs " in told(checks)


def test_an_archived_repository(world: World) -> None:
    world.forge.archived = True
    assert "the repository takes no pull request: it is archived" in failures(looked(world))


@only("world", ["github", "gitlab"], indirect=True)
def test_a_token_without_the_scope_that_proposing_takes(world: World) -> None:
    world.forge.scopes = ("read_api", "repo:status")
    [failure] = failures(looked(world))
    assert failure in ("the token lacks the scope repo", "the token lacks the scope api")


@only("world", ["github", "gitlab"], indirect=True)
def test_a_token_that_does_not_tell_its_scopes_is_no_failure(world: World) -> None:
    world.forge.scopes = None
    checks = looked(world)
    assert failures(checks) == []
    assert "? whether the token itself has " in told(checks)


def test_what_an_account_lacks_is_told_under_one_hint(world: World) -> None:
    world.forge.role, world.forge.scopes = "read", ()
    hints = {check.hint for check in looked(world) if not check.well}
    assert len(hints) == 1


@GITLAB
def test_a_jobs_own_token_opens_no_merge_request(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_JOB_TOKEN", TOKEN)
    [failure] = failures(looked(world, credentials=Credentials(env="CI_JOB_TOKEN")))
    assert "a job's own token never has" in failure


@GITHUB
def test_an_apps_permissions_are_not_those_of_an_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub answers `push: false` to apps and jobs that may push."""
    world.forge.role, world.forge.scopes = "read", None
    for token, lacks in (("github_pat_hidden", 1), ("ghs_hidden", 0)):
        world.forge.token = token
        monkeypatch.setenv("FORGE_TOKEN", token)
        assert len(failures(looked(world))) == lacks


@only("world", ["github", "gitlab"], indirect=True)
def test_a_token_that_ends_soon(world: World) -> None:
    world.forge.token_expires = "2026-01-02"
    assert "expires on 2026-01-02" in told(looked(world))


# -- rules of branches -------------------------------------------------------------------------------------------------

EVERYTHING = "**"
RULES = [
    (Protected(EVERYTHING, pushes=False), "pushes"),
    (Protected(EVERYTHING, force=False), "force pushes"),
]


@only(("rule", "what"), RULES)
@only("is_there", [False, True])
def test_a_rule_against_our_branch(world: World, rule: Protected, what: str, is_there: bool) -> None:
    if is_there:
        world.push("second")
    world.forge.role, world.forge.rules = "admin", [rule]
    checks = looked(world)
    [failure] = failures(checks)
    assert failure.startswith(f"{OURS} does not take {what}, by ")
    assert "repository.branch" in told(checks)


def test_a_rule_for_other_branches_is_of_no_matter(world: World) -> None:
    world.forge.role, world.forge.rules = "admin", [Protected("release/*", pushes=False, force=False)]
    assert failures(looked(world)) == []


def test_the_base_branch_may_refuse_every_push(world: World) -> None:
    world.forge.role, world.forge.rules = "admin", [Protected("main", pushes=False, force=False)]
    assert failures(looked(world)) == []


def test_a_branch_that_takes_signed_commits_only(world: World) -> None:
    world.forge.role, world.forge.has_push_rules = "admin", True
    world.forge.rules = [Protected(EVERYTHING, signed=True)]
    wrong = failures(looked(world))
    assert [failure.split(", by ")[0] for failure in wrong] == [
        f"{OURS} does not take commits without a signature",
        "main takes signed commits only",
    ]
    git(Path(), "config", "user.signingkey", "KEY")
    assert failures(looked(world, sign=True)) == []


def test_rules_that_the_token_may_not_see_are_not_known(world: World) -> None:
    world.push("second")
    world.forge.has_push_rules = True
    world.forge.rules = [Protected(EVERYTHING, classic=True)]
    checks = looked(world)
    assert failures(checks) == []
    assert f"? whether a rule is against {OURS} is not known, because 403" in told(checks)
    assert "? whether main takes signed commits only is not known, because 403" in told(checks)


WARNING = "warn a pull request into main can be merged without a review | have the forge require an approval for main"


def test_that_a_proposal_may_be_merged_without_a_review_is_a_warning(world: World) -> None:
    world.forge.role, world.forge.requires, world.forge.has_push_rules = "admin", False, True
    alone = Protected("main", approvals=0)  # a pull request, and nobody's approval
    for rules in ([], [Protected("main", force=False)], [Protected("other", approvals=1)], [alone]):
        world.forge.rules = rules
        checks = looked(world)
        assert failures(checks) == [] and WARNING in told(checks)
    world.forge.rules = [Protected("main", approvals=1)]
    text = told(looked(world))
    assert "ok a pull request into main needs a review" in text and "warn" not in text


@GITLAB
def test_a_gitlab_without_the_tier_requires_no_review(world: World) -> None:
    assert WARNING in told(looked(world))


@GITLAB
def test_an_approval_that_only_what_a_scan_found_asks_for_is_no_review(world: World) -> None:
    scan = {"name": "Coverage-Check", "rule_type": "report_approver", "approvals_required": 1, "protected_branches": []}
    world.forge.refusals["GET /approval_rules"] = Answer([scan])
    assert WARNING in told(looked(world))
    world.forge.refusals["GET /approval_rules"] = Answer([scan, {**scan, "rule_type": "any_approver"}])
    assert WARNING not in told(looked(world))


@GITHUB
def test_a_protection_that_requires_a_review_may_not_be_seen(world: World) -> None:
    world.forge.rules = [Protected("main", approvals=1, classic=True)]
    assert "? whether a pull request into main needs a review is not known, because 403" in told(looked(world))
    world.forge.refusals["GET /branches/main/protection"] = denied(404, "Not Found")
    assert "? whether a pull request into main needs a review is not known, because 404" in told(looked(world))
    world.forge.refusals.clear()
    world.forge.role = "admin"
    assert "ok a pull request into main needs a review" in told(looked(world))


def test_a_warning_is_shown_with_what_to_do_and_is_no_failure() -> None:
    lines = [*report.check_lines([Check(source="forge", message="look", warning=True, hint="do")], colour=False)]
    assert lines == ["warn forge: look", "       do"]


@GITHUB
def test_a_ruleset_that_lets_the_account_through(world: World) -> None:
    world.push("second")
    world.forge.rules = [Protected(EVERYTHING, pushes=False, force=False, signed=True, bypass=True)]
    world.forge.role = "admin"  # who sees that there is no protection of the older kind beside it
    checks = looked(world)
    assert failures(checks) == [] and f"ok no rule is against {OURS}" in told(checks)


@GITHUB
def test_an_older_enterprise_has_no_rulesets(world: World) -> None:
    world.forge.refusals["GET /rules/branches/main"] = denied(404, "Not Found")
    checks = looked(world)
    assert failures(checks) == [] and "? whether main takes signed commits only is not known" in told(checks)
    assert "404 Not Found, which is said as well of what the token may not see" in told(checks)


@GITHUB
def test_a_protection_that_github_hides_is_not_taken_for_none(world: World) -> None:
    world.push("second")
    world.forge.rules = [Protected(EVERYTHING, classic=True)]
    world.forge.refusals["GET /branches/rhoai-catalog%2Fupdate/protection"] = denied(404, "Not Found")
    assert f"? whether a rule is against {OURS} is not known, because 404 Not Found" in told(looked(world))


@GITHUB
def test_a_classic_protection_that_binds_administrators_too(world: World) -> None:
    world.push("second")
    world.forge.role = "admin"
    world.forge.rules = [Protected(EVERYTHING, force=False, signed=True, classic=True)]
    assert len(failures(looked(world))) == 3
    world.forge.rules = [replace(world.forge.rules[0], bypass=True)]
    assert failures(looked(world)) == []


@GITLAB
def test_push_rules_of_which_only_commits_show_whether_they_fit(world: World) -> None:
    world.forge.role, world.forge.has_push_rules = "admin", True
    world.forge.push_rules = {"branch_name_regex": "^feature/", "reject_non_dco_commits": True}
    checks = looked(world)
    assert failures(checks) == [f"{OURS} does not take commits without the line Signed-off-by, by the push rules"]
    assert "what branch_name_regex does not allow" in told(checks)


@GITLAB
def test_of_several_rules_for_a_branch_the_most_permissive_holds(world: World) -> None:
    world.forge.rules = [Protected("*", pushes=False, force=False), Protected("rhoai-catalog/*")]
    assert failures(looked(world)) == []


@GITHUB
def test_whether_workflows_may_open_pull_requests(world: World) -> None:
    world.forge.role = "admin"
    env = Credentials(env="GITHUB_TOKEN")
    checks = looked(world, credentials=env)
    assert failures(checks) == ["workflows may not open pull requests with their own token"]
    assert "Settings, Actions, General" in told(checks)
    world.forge.workflows_open_pulls = True
    assert failures(looked(world, credentials=env)) == []
    world.forge.role, world.forge.workflows_open_pulls = "write", False
    unseen = looked(world, credentials=env)
    assert failures(unseen) == [] and "whether workflows may open pull requests" in told(unseen)
    assert "workflows" not in told(looked(world))


def test_an_answer_of_another_api_is_told(world: World) -> None:
    world.forge.refusals["GET "] = Answer([1, 2])
    [check] = [check for check in looked(world) if check.source == "forge"]
    assert not check.well


# -- the command -------------------------------------------------------------------------------------------------------


def doctor(world: World, *arguments: str, code: int = 0, **keys: Any) -> Result:
    """In a clone whose configuration is committed, with one registry that can be read."""
    with Loopback(registry_api([], [], {})) as registry:
        repository = {"url": f"{world.forge.url}/{world.forge.web}", "forge": world.forge.forge}
        configuration = {
            "modelRegistries": [{"name": "team", "url": registry.url}],
            "repository": {**repository, "tokenEnv": "FORGE_TOKEN"},
            **keys,
        }
        Path("catalog/generator.yaml").write_text(documents.dump(configuration, start=False))
        git(Path(), "add", "--all")
        git(Path(), "commit", "--quiet", "--allow-empty", "-m", "Configure")
        result = CliRunner().invoke(main, ["doctor", *arguments])
    assert result.exit_code == code, result.output
    return result


def test_doctor_goes_from_the_sources_to_the_forge(world: World) -> None:
    text = doctor(world, owners={"known": ["group:default/ml", "user:default/alice"]}).stdout
    places = [text.index(part) for part in ("model-registry/team: ", "owners.known: ", "git: ", "forge: ")]
    assert places == sorted(places) and "FAIL" not in text


def test_owners_that_nobody_can_read_are_a_failure(world: World) -> None:
    text = doctor(world, owners={"known": ["missing.txt"]}, code=3).stdout
    assert "FAIL owners.known: " in text and "missing.txt" in text


def test_one_hint_stands_below_all_that_it_mends(world: World) -> None:
    world.forge.role, world.forge.scopes = "read", ()
    text = doctor(world, code=3).stdout
    assert text.count("the token needs ") == 1
    last = max(n for n, line in enumerate(text.splitlines()) if line.startswith("FAIL"))
    assert text.splitlines()[last + 1].strip().startswith("the token needs ")


def test_as_json_each_check_says_whether_it_is_known_and_well(world: World) -> None:
    world.forge.role = "read"
    checks = json.loads(doctor(world, "--json", code=3).stdout)["checks"]
    assert {"git", "forge", "model-registry/team"} == {check["source"] for check in checks}
    assert {(check["known"], check["well"]) for check in checks} >= {(True, True), (True, False)}


def test_quiet_leaves_what_is_wrong(world: World) -> None:
    assert doctor(world, "--quiet").stdout == ""
    world.forge.role = "read"
    lines = doctor(world, "--quiet", code=3).stdout.splitlines()
    assert lines and all(line.startswith(("FAIL", "       ")) for line in lines)


@GITEA
def test_no_token_and_no_escape_of_a_forge_reaches_the_terminal(world: World) -> None:
    world.forge.refusals["GET "] = denied(403, f"\x1b[31m{TOKEN}\x07 ::error::")
    result = doctor(world, code=3)
    assert "\x1b[31m" not in result.output and "\x07" not in result.output


# -- with a snapshot ---------------------------------------------------------------------------------------------------


@GITEA
def test_with_a_snapshot_no_source_is_asked_and_the_rest_is_looked_at(world: World) -> None:
    with Loopback(registry_api([], [], {})) as registry:
        configuration = {"modelRegistries": [{"name": "team", "url": registry.url}]}
        Path("catalog/generator.yaml").write_text(documents.dump(configuration, start=False))
        assert CliRunner().invoke(main, ["observe", "-o", "seen.json"]).exit_code == 0
    text = doctor(world, "--snapshot", "seen.json").stdout  # whose registry lies elsewhere
    assert "ok   model-registry/team: is complete in the snapshot" in text and "ok   forge: answers" in text
    other = [{"name": "other", "url": "http://127.0.0.1:9"}]
    missing = doctor(world, "--snapshot", "seen.json", modelRegistries=other, code=3).stdout
    assert "FAIL model-registry/other: " in missing and "answers" not in missing.split("git: ")[0]
    unread = doctor(world, "--snapshot", "nowhere.json", code=3).stdout
    assert "FAIL snapshot: " in unread and "ok   forge: answers" in unread


@only("option", ["--roles", "--hub"])
def test_what_a_snapshot_has_nothing_to_do_with(option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["doctor", "--snapshot", "x.json", option])
    assert result.exit_code == 2
    assert f"{option} has nothing to do with a snapshot" in result.stderr
