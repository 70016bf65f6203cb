"""What is left for a person to do: rights in the cluster, tokens where runs find them, the Hub."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rhoai_catalog.kinds import AI_MODEL_SERVER_API
from rhoai_catalog.release import PROJECT, Release
from rhoai_catalog.scaffold.account import NAME, NAMESPACE, account_file
from rhoai_catalog.scaffold.configuration import FORGE_TOKENS, cluster_row
from rhoai_catalog.scaffold.jobs import CRONJOB, pipeline, token_hosts
from rhoai_catalog.survey import Choices, Origin, Step, Survey

LIFETIME: Final = "2160h"  # 90 days
TOKEN: Final = f"create token {NAME} --namespace {NAMESPACE} --duration {LIFETIME}"  # behind `oc`
NOW: Final = f"create job {NAME}-first --from cronjob/{NAME} --namespace {NAMESPACE}"
BOUND: Final = (
    " Its token, made by `oc create token`, ends with it, and after 90 days (a cluster may allow less); the same "
    "command renews it. `doctor` and every run say when it is not accepted any more."
)
HOSTS: Final = "RHOAI_CATALOG_HOSTS names the hosts that may get a token, whatever a branch says."
BRANCHES: Final = '{"deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}}'
OWN: Final[Mapping[str, str]] = {  # behind `export`: a token of the person's own, out of the shell's history
    "github": ' GITHUB_TOKEN="$(gh auth token)"',
    "gitlab": ' GITLAB_TOKEN="$(glab config get token)"',
    "gitea": " FORGE_TOKEN && read -rs FORGE_TOKEN",
}


def remaining(
    survey: Survey,
    origin: Origin,
    choices: Choices,
    release: Release,
    *,
    index: str,
    files: Sequence[str],
    pipeline_kept: bool,
) -> Iterator[Step]:
    """Every step, in order. `index` is the address of the catalog's index, `files` what was written.

    Whoever is logged in begins without an account: it takes an admin. `pipeline_kept`: the repository had a pipeline of
    its own, which is not changed.
    """
    as_oneself = survey.logged_in and not choices.inside
    if not as_oneself:
        yield _account(survey, choices)
    if choices.joins:
        yield Step(
            title="Add the cluster to `clusters:` in catalog/generator.yaml",
            why=f"And {choices.token} to what the job that proposes is given.",
            commands=tuple(cluster_row(survey, choices).splitlines()),
        )
    if pipeline_kept:
        yield Step(title="Add to .gitlab-ci.yml", commands=tuple(pipeline(release).splitlines()))
    if as_oneself:
        yield Step(
            title="Look at what would be proposed, with your own login",
            why="Nothing is written. What your login may not list is told, and left out.",
            commands=(f'export {choices.token}="$({survey.oc} whoami -t)"', "rhoai-catalog plan"),
        )
    if files:
        names = " ".join(map(shlex.quote, files))
        push = f'git add {names} && git commit -m "Configure the catalog" && git push origin HEAD'
        yield Step(title="Commit what was written", commands=(push,))
    if choices.inside:
        yield from _inside(survey, choices, release)
    else:
        yield _first(survey, origin, choices, as_oneself=as_oneself)
        if as_oneself:
            yield _account(survey, choices)
        yield from _every_hour(survey, origin, choices)
    if index:
        yield _hub(index, choices)


def _account(survey: Survey, choices: Choices) -> Step:
    registries = f" A role of its own for each registry: {', '.join(survey.registries)}." if survey.registries else ""
    return Step(
        title="Create the account that reads the cluster, as an admin of it",
        why=f"It may read what the catalog shows, and no more.{registries}{'' if choices.inside else BOUND}",
        commands=(f"{survey.oc} apply -f {account_file(choices)}",),
    )


def _first(survey: Survey, origin: Origin, choices: Choices, *, as_oneself: bool) -> Step:
    """The first pull request, from where one is; `as_oneself`, the cluster's token is exported already."""
    token = "" if as_oneself else f' {choices.token}="$({survey.oc} {TOKEN})"'
    if not origin.url:
        why = "The remote is no web address of a forge, so the branch alone is pushed."
        export = (f"export{token}",) if token else ()
        return Step(title="Propose", why=why, commands=(*export, "rhoai-catalog propose --no-pr"))
    forge = FORGE_TOKENS[choices.forge]
    return Step(
        title="Open the first pull request, from here",
        why=f"{forge} is yours here: it may push a branch and open a pull request.",
        commands=(f"export{token}{OWN[choices.forge]}", "rhoai-catalog doctor", "rhoai-catalog propose"),
    )


def _every_hour(survey: Survey, origin: Origin, choices: Choices) -> Iterator[Step]:
    """Tokens, and the hosts that may get one, where the forge's jobs find them."""
    hosts = shlex.quote(",".join(token_hosts(survey, origin)))
    branch = shlex.quote(f"name={origin.base}")
    match choices.forge:
        case "github":
            environment = "repos/{owner}/{repo}/environments/catalog"
            yield Step(
                title=f"To have it every hour: the secret {choices.token} in an environment of {origin.base} alone",
                why=HOSTS,
                commands=(
                    f"echo '{BRANCHES}' | gh api --method PUT {environment} --input -",
                    f"gh api --method POST {environment}/deployment-branch-policies -f {branch}",
                    f"{survey.oc} {TOKEN} | gh secret set {choices.token} --env catalog",
                    f"gh variable set RHOAI_CATALOG_HOSTS --env catalog --body {hosts}",
                ),
            )
            if not origin.url.startswith("https://github.com/"):
                yield Step(
                    title="Let your GitHub reach the project, or give it a mirror, which the workflow then names",
                    why=f"The workflow takes its parts from {PROJECT}: by GitHub Connect, for example.",
                )
            permissions = "repos/{owner}/{repo}/actions/permissions/workflow"
            yield Step(
                title="Let workflows open pull requests (Settings, Actions, General)",
                why="The forge's token is that of the job. Its pull requests start no checks until somebody says so.",
                commands=(f"gh api --method PUT {permissions} -F can_approve_pull_request_reviews=true",),
            )
        case "gitlab":
            yield Step(
                title=f"To have it every hour: {choices.token} and GITLAB_TOKEN as variables of the scope `catalog`",
                why=f"{HOSTS} GITLAB_TOKEN: a project access token, role Developer, scopes api, write_repository.",
                commands=(
                    f"{survey.oc} {TOKEN} | glab variable set {choices.token} --scope catalog --masked --protected",
                    "glab variable set GITLAB_TOKEN --scope catalog --masked --protected",
                    f"glab variable set RHOAI_CATALOG_HOSTS --scope catalog --protected {hosts}",
                    "glab schedule create --cron '17 * * * *' --description rhoai-catalog "
                    f"--ref {shlex.quote(origin.base)}",
                ),
            )
        case "gitea":
            yield Step(
                title=f"To have it every hour: {choices.token} and FORGE_TOKEN as secrets, the hosts as a variable",
                why="In Settings, Actions. FORGE_TOKEN is that of an account that may push and open pull requests.",
                commands=(f"{survey.oc} {TOKEN}", f"RHOAI_CATALOG_HOSTS: {','.join(token_hosts(survey, origin))}"),
            )


def _inside(survey: Survey, choices: Choices, release: Release) -> Iterator[Step]:
    forge = FORGE_TOKENS[choices.forge]
    yield Step(
        title="Put the forge's token into the Secret `rhoai-catalog`",
        why=f"The cluster's own token is mounted, and renewed by the kubelet. {forge} holds one that may push and open "
        "pull requests.",
        commands=(
            f'printf %s "${forge}" | {survey.oc} create secret generic {NAME} --namespace {NAMESPACE} '
            "--from-file=forge-token=/dev/stdin",
        ),
    )
    source = f"{PROJECT}.git#{release.ref}"
    yield Step(
        title=f"Have the image {release.image} where the cluster can pull it, or build it",
        commands=(f"podman build --tag {release.image} --file .github/container/Containerfile {source}",),
    )
    yield Step(title="Run it every hour, and now", commands=(f"{survey.oc} apply -f {CRONJOB}", f"{survey.oc} {NOW}"))


def _hub(index: str, choices: Choices) -> Step:
    rule = AI_MODEL_SERVER_API.kind
    needs = f" With the profile {AI_MODEL_SERVER_API.profile}, `catalog.rules` has to allow {rule}."
    return Step(
        title="Point Red Hat Developer Hub at the index, once the first pull request is merged",
        why=f"In its app-config.{needs if AI_MODEL_SERVER_API.profile in choices.profiles else ''}",
        commands=("catalog:", "  locations:", f"    - {{type: url, target: {index}}}"),
    )
