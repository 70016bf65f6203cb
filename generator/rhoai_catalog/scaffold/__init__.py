"""A first look at a cluster, and what a person chose -> the files that a catalog's repository begins with.

    configuration  catalog/generator.yaml, and the CA that it names
    account        the account in the cluster, with the rights that reading needs
    jobs           what the forge, or the cluster itself, runs
    remaining      what a person has to do themselves

Nothing here touches the world. Names from the cluster are hostile: YAML is dumped from data, a comment is one line.
"""

from collections.abc import Mapping

from rhoai_catalog.release import Release
from rhoai_catalog.scaffold.account import account, account_file
from rhoai_catalog.scaffold.configuration import CONFIGURATION, configuration
from rhoai_catalog.scaffold.jobs import PIPELINE, jobs
from rhoai_catalog.scaffold.remaining import remaining
from rhoai_catalog.survey import Choices, Origin, Survey

__all__ = ["CONFIGURATION", "PIPELINE", "files", "remaining"]


def files(survey: Survey, origin: Origin, choices: Choices, release: Release) -> Mapping[str, str]:
    """Every file that a repository begins with, by its path."""
    ca = {f"catalog/{choices.ca_file}": survey.ca} if survey.ca and not choices.inside else {}
    return {
        CONFIGURATION: configuration(survey, origin, choices, release),
        **ca,
        account_file(choices): account(survey),
        **jobs(survey, origin, choices, release),
    }
