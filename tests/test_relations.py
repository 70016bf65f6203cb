"""What is around the things that a reviewer should look at, of the tree as it was and as it would be."""

from __future__ import annotations

from pathlib import Path

from outside import Estate, estate, later
from rhoai_catalog import limits, pipeline
from rhoai_catalog.changes.relations import relations
from rhoai_catalog.config import read_config
from rhoai_catalog.demo.run import CONFIGURATION, at, served
from rhoai_catalog.identity import Identity
from rhoai_catalog.merge import Current, load
from rhoai_catalog.plan import Change, Flag, HandEdit, Operation, Plan

FILE = "servers/east/payments/entities.yaml"


def component(name: str, spec: str) -> str:
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: model-server\n"
        f"  owner: x\n  lifecycle: production\n{spec}"
    )


def tree(**servers: str) -> Current:
    return load({FILE: "---\n".join(component(name, spec) for name, spec in servers.items())})


def uses(*models: str) -> str:
    return f"  dependsOn: [{', '.join(f'resource:default/{model}' for model in models)}]\n"


def change(what: str, *flags: Flag) -> Change:
    return Change(
        operation=Operation.UPDATE, what=what, kind="x", file=FILE, identity=Identity("kserve/east/x"), flags=flags
    )


def test_what_a_flagged_server_leads_to_however_its_references_are_written() -> None:
    after = tree(Chat="  dependsOn: [Resource:m, 'resource:other/n', 3]\n  providesApis: [CHAT, api:default/grpc]\n")
    assert relations((after,), [change("component:default/chat", Flag.EXPOSED)], ()) == {
        "component:default/chat": (
            "resource:default/m",
            "resource:other/n",
            "api:default/chat",
            "api:default/grpc",
        )
    }


def test_every_server_of_a_flagged_model_and_no_other() -> None:
    after = tree(a=uses("m", "n"), b=uses("m"), c=uses("n"), d=uses("m2"), e="")
    found = relations((after,), [change("resource:default/m", Flag.LICENCE)], ())
    assert found == {
        "component:default/a": ("resource:default/m", "resource:default/n"),
        "component:default/b": ("resource:default/m",),
    }


def test_what_stays_is_told_as_it_would_be_and_what_goes_as_it_was() -> None:
    before, after = tree(stays=uses("old"), goes=uses("m")), tree(stays=uses("new"))
    flagged = [change("component:default/stays", Flag.OWNER), change("component:default/goes", Flag.REMOVED)]
    assert relations((after, before), flagged, ()) == {
        "component:default/goes": ("resource:default/m",),
        "component:default/stays": ("resource:default/new",),
    }


def test_a_flagged_hand_edit_counts_and_a_change_without_a_flag_does_not() -> None:
    after = tree(a=uses("m"), b=uses("n"))
    edit = HandEdit(what="component:default/a", file=FILE, pointer="/x", flags=(Flag.URL_EDITED,))
    assert set(relations((after,), [change("component:default/b")], [edit])) == {"component:default/a"}


def test_no_more_is_looked_for_than_can_be_drawn_and_the_worst_first() -> None:
    names = [f"s{number:03}" for number in range(3 * limits.GRAPH_THINGS)]
    changes = [change(f"component:default/{name}", Flag.LIFECYCLE) for name in names[:-1]]
    changes.append(change(f"component:default/{names[-1]}", Flag.AUTHENTICATION_OFF))
    found = relations((tree(**{name: uses("m") for name in names}),), changes, ())
    assert len(found) == limits.GRAPH_THINGS and f"component:default/{names[-1]}" in found


def planned(root: Path, what: Estate) -> Plan:
    with served(what) as addresses:
        config = at(read_config(root / "generator.yaml"), addresses)
        return pipeline.plan(config, pipeline.read_sources(config), {})


def test_a_plan_tells_what_its_flagged_servers_will_lead_to(tmp_path: Path) -> None:
    root = tmp_path / "catalog"
    root.mkdir()
    (root / "generator.yaml").write_text(CONFIGURATION, "utf-8")
    pipeline.generate(read_config(root / "generator.yaml"), planned(root, estate()))
    after = later(estate())
    for item in after.clusters["east"]:
        if item["kind"] == "InferenceService" and item["metadata"]["name"] == "fraud-detector":
            item["metadata"]["labels"]["modelregistry.opendatahub.io/model-version-id"] = "13"
    found = planned(root, after).relations
    assert found["component:default/east.payments.fraud-detector"] == (
        "resource:default/shared.fraud-detector.2.2.0",
        "api:default/east.payments.fraud-detector",
    )
    assert found["component:default/east.support.trial"] == ("api:default/east.support.trial",), "it goes"
