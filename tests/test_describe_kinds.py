"""A kind is a row of the table and a module that describes it; nothing else names it."""

from __future__ import annotations

import sys
import typing
from importlib import import_module
from types import ModuleType

import pytest
from rhoai_catalog import kinds
from rhoai_catalog.describe import servers
from rhoai_catalog.describe.context import Context, Described, OfferContext, ServerContext, VersionContext
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.entity import Description
from rhoai_catalog.kinds import KINDS, OF_OFFER, OF_SERVER, Kind
from rhoai_catalog.snapshot import Snapshot
from test_describe import described, only, server

CONTEXTS: dict[str, type[Context]] = {"server": ServerContext, "version": VersionContext, "offer": OfferContext}


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.of != "file"], ids=lambda kind: f"{kind.kind} {kind.of}"
)
def test_the_module_of_a_kind_describes_it_from_the_context_of_its_group(kind: Kind) -> None:
    module = import_module(f"rhoai_catalog.describe.entities.{kind.module}")
    hints = typing.get_type_hints(module.describe)
    context = typing.get_origin(hints["context"]) or hints["context"]
    assert (context, hints["return"]) == (CONTEXTS[kind.of], Described)


def test_every_group_has_its_order_and_every_table_of_offers_a_last_resort() -> None:
    assert [kind for kind in KINDS if kind.of == "file"] == [kinds.LOCATION]
    tables = {kind.table: kind for kind in OF_OFFER}  # the last of each
    assert set(tables) <= set(Snapshot.__dataclass_fields__)
    assert not any(kind.having for kind in tables.values())
    assert [kind.table for kind in OF_OFFER] == sorted((k.table for k in OF_OFFER), key=[*tables].index), "side by side"


def test_a_further_kind_is_a_row_and_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Kind(kind="Ticket", of="server", module="ticket", type="support", file="tickets.yaml")

    def describe(context: ServerContext) -> Described:
        draft = Draft(context)
        draft.put("/spec/type", context.kind.type, "the row")
        return Described(entity=draft.entity())

    module = ModuleType("ticket")
    module.__dict__["describe"] = describe
    monkeypatch.setitem(sys.modules, "rhoai_catalog.describe.entities.ticket", module)
    monkeypatch.setattr(servers, "OF_SERVER", (*OF_SERVER, row))
    description: Description = described(server())
    ticket = only(description, "Ticket")
    assert ticket.ref.name == only(description, "Component").ref.name
    assert str(ticket.file) == "servers/east/pay/tickets.yaml"
    assert ticket.document["spec"] == {"type": "support"}


def test_a_format_that_says_nothing_is_no_tag() -> None:
    for name, tagged in (("any", False), ("Any", False), ("onnx", True)):
        [entity] = [e for e in described(server(model_format=name)).entities if e.kind == "Component"]
        assert (name.lower() in entity.document["metadata"].get("tags", [])) is tagged
        assert entity.document["metadata"]["annotations"]["rhoai-catalog/model-format"] == name
