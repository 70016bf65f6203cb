"""HTTP in: the only code that talks to a cluster, a registry, a model catalog or a Backstage."""

from rhoai_catalog.observe.backstage.hub import check_hub
from rhoai_catalog.observe.backstage.owners import check_owners, known_owners, with_owners
from rhoai_catalog.observe.checks import check_sources
from rhoai_catalog.observe.estate import read_estate
from rhoai_catalog.observe.kserve.survey import address_of, survey_cluster

__all__ = [
    "address_of",
    "check_hub",
    "check_owners",
    "check_sources",
    "known_owners",
    "read_estate",
    "survey_cluster",
    "with_owners",
]
