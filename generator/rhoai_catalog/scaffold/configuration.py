"""catalog/generator.yaml as a repository begins with it: what the cluster has, and what a person chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.config import DEFAULT_PATH
from rhoai_catalog.kinds import AI_MODEL_SERVER_API, SEED
from rhoai_catalog.release import PROJECT, Release
from rhoai_catalog.survey import Choices, Origin, Survey
from rhoai_catalog.text.visible import visible

CONFIGURATION: Final = DEFAULT_PATH.as_posix()
FORGE_TOKENS: Final = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN", "gitea": "FORGE_TOKEN"}

Block = tuple[Iterable[str], Mapping[str, Any]]  # comments, and the keys below them


def configuration(survey: Survey, origin: Origin, choices: Choices, release: Release) -> str:
    """The text of generator.yaml."""
    return "\n".join(_text(*block) for block in _blocks(survey, origin, choices, release))


def cluster_row(survey: Survey, choices: Choices) -> str:
    """The cluster as an item of `clusters:`."""
    return documents.dump([_cluster(survey, choices)], start=False)


def _blocks(survey: Survey, origin: Origin, choices: Choices, release: Release) -> Iterable[Block]:
    yield (
        (
            f"yaml-language-server: $schema={PROJECT}/raw/{release.ref}/schemas/generator.schema.json",
            "What rhoai-catalog reads, and where it proposes. This file is yours: no run changes it.",
            f'Begun by version {release.version}: pip install "{release.requirement}"',
            f"Every key: {PROJECT}/blob/{release.ref}/generator/rhoai_catalog/handbook/configuration.md",
        ),
        {},
    )
    yield _seen(survey, choices), {"clusters": [_cluster(survey, choices)]}
    yield (
        (
            "Who owns what names no owner of its own: in the registry, or on the server. `map` turns what stands there",
            'into entities of your Hub: map: [{match: "alice*", owner: "user:default/alice"}]',
        ),
        {"owners": {"default": choices.owner}},
    )
    yield (
        (
            f"What is shown: [{SEED}, {AI_MODEL_SERVER_API.profile}] for Red Hat Developer Hub 2.1: its page AI",
            f"Catalog shows {AI_MODEL_SERVER_API.kind}, which its rules have to allow. An older Hub takes [{SEED}].",
        ),
        {"profiles": list(choices.profiles)},
    )
    if choices.hub:
        yield (
            ("The Hub, for links in pull requests, and for `rhoai-catalog doctor --hub`.",),
            {"hub": {"url": choices.hub}},
        )
    if origin.url:
        yield (
            ("Where pull requests are opened; the variable with the token, never the token.",),
            {
                "repository": {
                    "forge": choices.forge,
                    "url": origin.url,
                    "base": origin.base,
                    "tokenEnv": FORGE_TOKENS[choices.forge],
                }
            },
        )


def _seen(survey: Survey, choices: Choices) -> Iterable[str]:
    yield "The name is part of names and paths: it never changes. `discover` finds registries and model catalogs in it."
    yield f"Seen here, Kubernetes {survey.version}: {', '.join(survey.kinds) or 'nothing that serves models'}."
    for name, url in survey.services.items():
        yield f"Found: {name} at {url}"
    for reason in survey.unread:
        yield f"Not read: {reason}"
    if not choices.inside:
        yield f"The token is in the variable {choices.token}, never here."


def _cluster(survey: Survey, choices: Choices) -> Mapping[str, Any]:
    if choices.inside:
        return {"name": choices.cluster, "inCluster": True, "discover": True}
    ca_file = {"caFile": choices.ca_file} if survey.ca else {}
    return {
        "name": choices.cluster,
        "server": survey.server,
        "tokenEnv": choices.token,
        **ca_file,
        "discover": True,
    }


def _text(comments: Iterable[str], keys: Mapping[str, Any]) -> str:
    lines = "".join(f"# {visible(line)}\n" for line in comments)
    return lines + (documents.dump(dict(keys), start=False) if keys else "")
