"""What a model server does with a request, and how long that may be, as far as its own manifests tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rhoai_catalog.observe.kserve.facts.families import ServingFamily
from rhoai_catalog.observe.kserve.facts.process import Process, is_known
from rhoai_catalog.observe.kserve.facts.runtimes import row_of
from rhoai_catalog.observe.kserve.fields import Object, annotation, label
from rhoai_catalog.snapshot import UNKNOWN, Fact

TIMES: Final = {"": 1, "k": 1_000, "K": 1_024, "m": 1_000_000, "M": 1_048_576}  # as vLLM reads numbers
MODEL_TYPE: Final = "opendatahub.io/model-type"
TASKS: Final[Mapping[str, str]] = {  # what servers call a task -> what is asked for
    "auto": "",
    "generate": "chat",
    "text_generation": "chat",
    "text2text_generation": "completion",
    "embedding": "embedding",
    "embed": "embedding",
    "embeddings": "embedding",
    "text_embedding": "embedding",
    "score": "rerank",
    "rerank": "rerank",
    "classify": "classification",
    "sequence_classification": "classification",
    "token_classification": "classification",
    "fill_mask": "classification",
    "reward": "pooling",
    "transcription": "transcription",
    "speech2text": "transcription",
    "text2speech": "speech",
    "image_generation": "image",
    "time_series_forecast": "forecast",
}
TYPES: Final = {"embedding": "embedding", "generative": "", "predictive": ""}
FLAGS: Final = {  # options without a value
    "--is-embedding": "embedding",
    "--embedding": "embedding",
    "--embeddings": "embedding",
    "--rerank": "rerank",
    "--reranking": "rerank",
}
VARIABLES: Final = {"LLAMA_ARG_EMBEDDINGS": "embedding", "LLAMA_ARG_RERANKING": "rerank"}
ON: Final = ("1", "true", "on", "enabled")  # as llama.cpp reads them


def task_of(item: Object, process: Process, family: str | None) -> Fact[str | None]:
    """The task that a server was given; None where nothing says it, and the model decides."""
    told = next((v[-1] for v in (process.option("--task"),) if v and is_known(v[-1])), "").lower().replace("-", "_")
    if task := TASKS.get(told):
        return Fact(task, f"{process.origin}, --task")
    runner, convert = (next(iter(process.option(name)), "") for name in ("--runner", "--convert"))
    if convert in ("embed", "classify"):
        return Fact("embedding" if convert == "embed" else "classification", f"{process.origin}, --convert")
    if runner == "pooling":
        return Fact("embedding", f"{process.origin}, --runner")
    for flag, task in FLAGS.items():
        if process.has(flag):
            return Fact(task, f"{process.origin}, {flag}")
    for name, task in VARIABLES.items():
        if process.env.get(name, "").lower() in ON:
            return Fact(task, f"{process.origin}, {name}")
    if family in ("tei", "infinity"):
        return Fact("embedding", f"what {family} is for")
    stated = annotation(item, MODEL_TYPE) or label(item, MODEL_TYPE) or ""
    if task := TYPES.get(stated.lower()):
        return Fact(task, f"annotation {MODEL_TYPE}")
    return Fact(None, "nothing says what it does; its model decides")


def context_length(process: Process, family: str | None, unknown: str) -> Fact[int | None]:
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
