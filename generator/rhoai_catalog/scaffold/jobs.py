"""What runs the program every hour: a workflow of the forge, or a CronJob of the cluster itself.

The files beside this one are what a user takes. In a workflow nothing is set but the release and the name of a
variable, which are our own words; into manifests of the cluster everything is put as data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from rhoai_catalog import documents
from rhoai_catalog.release import PROJECT, Release
from rhoai_catalog.scaffold.configuration import FORGE_TOKENS
from rhoai_catalog.survey import Choices, Origin, Survey

FOLDER: Final = Path(__file__).parent
CRONJOB: Final = "rhoai-catalog-cronjob.yaml"
TASK: Final = "rhoai-catalog-task.yaml"
COMPONENT: Final = ".gitlab/rhoai-catalog.yml"
PIPELINE: Final = ".gitlab-ci.yml"
OWN_API: Final = "$(KUBERNETES_SERVICE_HOST)"  # set by the kubelet, in every container
APIS: Final = {"github.com": "api.github.com"}  # forges whose API has a host of its own


def jobs(survey: Survey, origin: Origin, choices: Choices, release: Release) -> Mapping[str, str]:
    """The files that run the program, by their path; none where there is no forge to propose to."""
    if not origin.url:
        return {}
    if choices.inside:
        return {
            CRONJOB: _manifest("cronjob.yaml", _in_cronjob(survey, origin, choices, release)),
            TASK: _manifest("tekton.yaml", _in_task(survey, origin, choices, release)),
        }
    match choices.forge:
        case "github":
            return {".github/workflows/catalog.yml": _workflow("github.yaml", choices, release)}
        case "gitea":
            return {".gitea/workflows/catalog.yml": _workflow("gitea.yaml", choices, release)}
    return {COMPONENT: _workflow("gitlab.yaml", choices, release), PIPELINE: pipeline(release)}


def pipeline(release: Release) -> str:
    """The pipeline that takes the component: what has to be added where there is one already."""
    include = {"include": [{"local": f"/{COMPONENT}", "inputs": {"ref": release.ref}}]}
    return documents.dump(include, start=False)


def token_hosts(survey: Survey, origin: Origin) -> tuple[str, ...]:
    """Every host that a run sends a token to: the cluster, what it shows, the forge."""
    forge = urlsplit(origin.url).hostname
    urls = (survey.server, *survey.services.values())
    hosts = (*(urlsplit(url).hostname for url in urls), forge, APIS.get(forge or ""))
    return tuple(dict.fromkeys(host for host in hosts if host))


def _workflow(file: str, choices: Choices, release: Release) -> str:
    text = (FOLDER / file).read_text("utf-8")
    words = {
        "RELEASE_REF": release.ref,
        "RELEASE_VERSION": f"v{release.version}",
        "PROJECT_ADDRESS": PROJECT,
        "CLUSTER_TOKEN": choices.token,
    }
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    return text


def _manifest(file: str, change: Callable[[Any], None]) -> str:
    """A manifest with its comments, and values of its own."""
    text = (FOLDER / file).read_text("utf-8")
    manifest = documents.parse(text)
    change(manifest)
    return documents.edit(text, manifest)


def _in_cronjob(survey: Survey, origin: Origin, choices: Choices, release: Release) -> Callable[[Any], None]:
    def change(manifest: Any) -> None:
        [container] = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        container |= {"image": release.image, "args": [origin.url, origin.base]}
        hosts, token = container["env"]
        hosts["value"] = ",".join((OWN_API, *_beside_own_api(survey, origin)))
        token["name"] = FORGE_TOKENS[choices.forge]

    return change


def _in_task(survey: Survey, origin: Origin, choices: Choices, release: Release) -> Callable[[Any], None]:
    def change(manifest: Any) -> None:
        values = {
            "image": release.image,
            "repository": origin.url,
            "branch": origin.base,
            "hosts": ",".join(_beside_own_api(survey, origin)),
        }
        for parameter in manifest["spec"]["params"]:
            parameter["default"] = values[parameter["name"]]
        manifest["spec"]["steps"][0]["env"][1]["name"] = FORGE_TOKENS[choices.forge]

    return change


def _beside_own_api(survey: Survey, origin: Origin) -> Iterable[str]:
    server = urlsplit(survey.server).hostname
    return [host for host in token_hosts(survey, origin) if host != server]
