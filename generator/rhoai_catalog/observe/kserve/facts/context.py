"""How long a conversation with a model server may be."""

from __future__ import annotations

import re
from typing import Final

from rhoai_catalog.observe.kserve.facts.families import ServingFamily
from rhoai_catalog.observe.kserve.facts.process import Process
from rhoai_catalog.observe.kserve.facts.recognition import row_of
from rhoai_catalog.snapshot import UNKNOWN, Fact

TIMES: Final = {"": 1, "k": 1_000, "K": 1_024, "m": 1_000_000, "M": 1_048_576}  # as vLLM reads numbers


def context_length(process: Process, family: str | None, unknown: str = "") -> Fact[int | None]:
    """How many tokens a request and its answer may have together, where the server is told so.

    `unknown` says why the manifests that may tell it could not all be seen, if so.
    """
    row = row_of(family, process)
    for name in row.context:
        value = (*process.option(name), "")[0]
        if (number := re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([kKmM]?)|([0-9]{1,9})", value)) is not None:
            digits, unit = number[1] or number[3], number[2] or ""
            length = int(float(digits) * TIMES[unit]) // _conversations(process, row)
            return Fact(length or None, f"{process.origin}, {name}")
    return Fact(UNKNOWN, unknown) if unknown else Fact(None, "nothing bounds it but the model")


def _conversations(process: Process, row: ServingFamily) -> int:
    """Among how many conversations the length is shared."""
    slots = (*process.option(*row.slots), "")[0]
    shared = re.fullmatch(r"[1-9][0-9]{0,3}", slots) and not process.has("-kvu", "--kv-unified")
    return int(slots) if shared and "LLAMA_ARG_KV_UNIFIED" not in process.variables else 1
