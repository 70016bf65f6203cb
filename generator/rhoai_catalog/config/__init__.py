"""catalog/generator.yaml and the environment -> Config.

Tokens are read where they are used, from the environment or a file, and are never part of a repr or a message.
"""

from rhoai_catalog.config.addresses import NOWHERE, Addresses, file_address
from rhoai_catalog.config.credentials import Credentials
from rhoai_catalog.config.difference import changed_keys
from rhoai_catalog.config.keys import (
    Config,
    Defaults,
    Hub,
    Models,
    Owners,
    PullRequestRules,
    Removal,
    Repository,
    Validation,
)
from rhoai_catalog.config.kubeconfig import parse_kubeconfig, read_kubeconfig
from rhoai_catalog.config.read import DEFAULT_PATH, parse_config, read_config, require_sources
from rhoai_catalog.config.sources import Cluster, Service
from rhoai_catalog.config.trust import guarded

__all__ = [
    "DEFAULT_PATH",
    "NOWHERE",
    "Addresses",
    "Cluster",
    "Config",
    "Credentials",
    "Defaults",
    "Hub",
    "Models",
    "Owners",
    "PullRequestRules",
    "Removal",
    "Repository",
    "Service",
    "Validation",
    "changed_keys",
    "file_address",
    "guarded",
    "parse_config",
    "parse_kubeconfig",
    "read_config",
    "read_kubeconfig",
    "require_sources",
]
