"""How many requests an estate takes: `python tests/benchmarks/request_counts.py [SERVERS VERSIONS CARDS]`.

The default is 200 600 110. A cluster that shows where its registry and its catalog are takes three more.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "generator"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from outside import Loopback, catalog_api, cluster_api, registry_api
from outside.large import catalog, cluster, registry
from rhoai_catalog import pipeline
from rhoai_catalog.config import Cluster, Config, Service


def measure(servers: int, versions: int, cards: int, *, referred: int = 0, uri: str = "", labelled: bool = True) -> str:
    """Of everything, and since that; `referred` of the cards are named by versions, servers are stored at `uri`."""
    names = [row["name"] for row in catalog(cards)["models"]][:referred]
    objects = cluster(servers, versions if labelled else 0, uri=uri)
    with (
        Loopback(cluster_api(objects)) as east,
        Loopback(registry_api(**registry(versions, names))) as shared,
        Loopback(catalog_api(**catalog(cards))) as redhat,
    ):
        config = Config(
            root=Path(),
            clusters=(Cluster(name="east", server=east.url),),
            services=(
                Service(family="model-registry", name="shared", url=shared.url, registry="shared"),
                Service(family="model-catalog", name="cards", url=redhat.url),
            ),
        )
        first = pipeline.read_sources(config)
        again = pipeline.read_sources(config, before=first.snapshot)
    assert not first.snapshot.incomplete() and again.snapshot == first.snapshot
    counts = [{traffic.source: traffic.requests for traffic in seen.traffic} for seen in (first, again)]
    return "; ".join(f"{sum(count.values())} {count}" for count in counts)


def main() -> None:
    servers, versions, cards = map(int, sys.argv[1:] or ["200", "600", "110"])
    uri = "oci://registry.example.net/m:7"
    print(f"{servers} servers, {versions} versions, {cards} cards: everything; since that")
    print("nothing refers to a card:", measure(servers, versions, cards))
    print("versions refer to ten:", measure(servers, versions, cards, referred=10))
    print("servers of no version are stored somewhere:", measure(servers, versions, cards, uri=uri, labelled=False))


if __name__ == "__main__":
    main()
