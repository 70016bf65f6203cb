"""The outside world as the tests meet it: small servers on loopback, recorded answers, Backstage's verdicts.

Tests take servers from here and from nowhere else, so the demo, which has them too, may change behind it.
"""

from rhoai_catalog.demo.cluster import cluster_api
from rhoai_catalog.demo.loopback import Answer, Loopback, Request
from rhoai_catalog.demo.run import Estate, at, estate, later, served
from rhoai_catalog.demo.services import catalog_api, registry_api

__all__ = [
    "Answer",
    "Estate",
    "Loopback",
    "Request",
    "at",
    "catalog_api",
    "cluster_api",
    "estate",
    "later",
    "registry_api",
    "served",
]
