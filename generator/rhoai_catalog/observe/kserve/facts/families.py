"""The families of model servers, one row each: how one is recognised, what it speaks, where it tells its names.

The facts are from the projects' own sources. A family is recognised by an annotation of its runtime, then by its
program, then by its image, whose last parts count: a word somewhere in a name is no proof.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingFamily:
    """One family. `marks` are what annotations call it, `program` and `image` patterns of a command line and of an
    image without its tag. `speaks` are its protocols where nothing is declared; where `always`, nothing else counts.

    `names` are the options with the names that it answers to, `model` those whose text is its name without them, as is
    the word behind `positional`; `name_env` is a variable with the name; `conventional`: else KServe's convention
    holds, the server's own name. `any_name` stands for a model whose name is not looked at. `context` are options, or
    variables, that bound a conversation.
    """

    name: str
    marks: tuple[str, ...] = ()
    program: str = ""
    image: str = ""
    speaks: tuple[str, ...] = ()
    always: bool = False
    names: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    name_env: str = ""
    conventional: bool = False
    any_name: str = ""
    positional: str = ""
    context: tuple[str, ...] = ()


_SERVED: Final = ("--served-model-name", "--served_model_name")
_MODEL_NAME: Final = ("--model_name", "--model-name")
_LENGTH: Final = ("--max-model-len", "--max_model_len")

ROWS: Final = (  # the order is that of recognition: what names another's program in its own comes first
    ServingFamily(
        name="llm-d-inference-sim",
        program=r"(^|/)llm-d-inference-sim\b",
        image=r"/llm-d-inference-sim$",
        speaks=("openai",),
        always=True,
        names=_SERVED,
        model=("--model",),
        context=_LENGTH,
    ),
    ServingFamily(
        name="nim",
        image=r"^nvcr\.io/nim/",
        speaks=("openai",),
        always=True,
        name_env="NIM_SERVED_MODEL_NAME",
        names=_SERVED,
        context=("NIM_MAX_MODEL_LEN", *_LENGTH),
    ),
    ServingFamily(
        name="sglang",
        program=r"sglang[._ ](launch_server|serve)|sglang\.launch_server",
        image=r"(^|/)sglang$",
        speaks=("openai",),
        always=True,
        names=_SERVED,
        model=("--model-path", "--model"),
        context=("--context-length",),
    ),
    ServingFamily(
        name="caikit",
        marks=("caikit", "caikit-tgis"),
        program=r"caikit\.runtime",
        image=r"(^|/)[a-z-]*caikit-(tgis-serving|nlp)[a-z0-9-]*$",
        speaks=("caikit",),
        always=True,
        conventional=True,
    ),
    ServingFamily(
        name="tgis",
        marks=("tgis",),
        program=r"text-generation-launcher .*--(model-name|grpc-port)\b",
        image=r"(^quay\.io/(modh|opendatahub)/text-generation-inference|/odh-text-generation-inference[a-z0-9-]*)$",
        speaks=("tgis",),
        always=True,
        conventional=True,
    ),
    ServingFamily(
        name="tgi",
        program=r"text-generation-launcher\b",
        image=r"/text-generation-inference$",
        speaks=("openai",),
        always=True,
        any_name="tgi",
        context=("--max-total-tokens",),
    ),
    ServingFamily(
        name="tei",
        program=r"text-embeddings-router\b",
        image=r"/text-embeddings-inference$",
        speaks=("openai",),
        always=True,
        names=_SERVED,
        model=("--model-id",),
    ),
    ServingFamily(
        name="infinity",
        program=r"\binfinity_emb\b",
        image=r"(^|/)infinity$",
        speaks=("openai-infinity",),
        always=True,
        names=_SERVED,
        model=("--model-id",),
    ),
    ServingFamily(
        name="ollama",
        program=r"(^|/)ollama\b",
        image=r"(^|/)ollama(-[a-z0-9]+)?$",
        speaks=("openai",),
        always=True,
        context=("OLLAMA_CONTEXT_LENGTH",),
    ),
    ServingFamily(
        name="llama.cpp",
        program=r"(^|/)llama-server\b|llama_cpp\.server\b",
        image=r"(^|/)(llama\.cpp|[a-z0-9-]*llama-?cpp[a-z0-9-]*)$",
        speaks=("openai",),
        always=True,
        names=("--alias", "-a", "--model_alias"),
        name_env="LLAMA_ARG_ALIAS",
        model=("-m", "--model"),
        context=("-c", "--ctx-size", "LLAMA_ARG_CTX_SIZE", "--n_ctx"),
    ),
    ServingFamily(
        name="huggingface",
        marks=("huggingfaceserver", "huggingface"),
        program=r"-m huggingfaceserver\b",
        image=r"/huggingfaceserver$",
        speaks=("openai-huggingface", "v1", "v2"),
        names=(*_SERVED, *_MODEL_NAME),
        conventional=True,
        context=(*_LENGTH, "--max_length", "--max-length"),
    ),
    ServingFamily(
        name="vllm",
        marks=("vllm", "vllmserver"),
        program=r"(^|/)vllm serve\b|\bvllm\.entrypoints\b|\bvllm_tgis_adapter\b",
        image=r"(^|/)(odh-)?vllm([-_][a-z0-9._-]+)?$|/(rhaiis|rhaii|rhaii-early-access|vllm)/|^ghcr\.io/llm-d/llm-d(-[a-z0-9-]+)?$",
        speaks=("openai",),
        always=True,
        names=_SERVED,
        model=("--model",),
        positional="serve",
        context=_LENGTH,
    ),
    ServingFamily(
        name="ovms",
        marks=("ovms", "openvino"),
        program=r"(^|/)ovms\b",
        image=r"openvino/model_server|(^|/)(odh-)?openvino[-_]model[-_]server[a-z0-9-]*$|(^|/)ovms$",
        speaks=("v2", "grpc-v2"),
        names=_MODEL_NAME,
        model=("--source_model",),
        conventional=True,
    ),
    ServingFamily(
        name="mlserver",
        marks=("mlserver",),
        program=r"(^|/)mlserver start\b",
        image=r"(^|/)(odh-)?mlserver[a-z0-9-]*$",
        speaks=("v2", "grpc-v2"),
        always=True,
        name_env="MLSERVER_MODEL_NAME",
        conventional=True,
    ),
    ServingFamily(
        name="triton",
        marks=("triton", "tritonserver"),
        program=r"(^|/)tritonserver\b",
        image=r"(^|/)tritonserver$",
        speaks=("v2", "grpc-v2"),
        always=True,
        conventional=True,
    ),
    ServingFamily(
        name="torchserve",
        marks=("torchserve",),
        program=r"(^|/)torchserve\b",
        image=r"(^|/)torchserve(-kfs)?$",
        speaks=("v1",),
        conventional=True,
    ),
    ServingFamily(
        name="tensorflow-serving",
        marks=("tensorflow-serving", "tfserving"),
        program=r"(^|/)tensorflow_model_server\b",
        image=r"tensorflow/serving$",
        speaks=("v1", "grpc-v1"),
        names=_MODEL_NAME,
        name_env="MODEL_NAME",
        conventional=True,
    ),
    ServingFamily(
        name="guardrails-detector",
        marks=("guardrails-detector", "guardrails-detector-huggingface"),
        image=r"guardrails-detector[a-z0-9-]*$",
        always=True,
    ),
    *(
        ServingFamily(
            name=name,
            marks=(server,),
            program=rf"-m {server}\b",
            image=rf"(^|/)(odh-)?{server}[a-z0-9-]*$",
            speaks=("v1", "v2"),
            names=_MODEL_NAME,
            conventional=True,
        )
        for name, server in {  # KServe's own, in Python
            "sklearn": "sklearnserver",
            "xgboost": "xgbserver",
            "lightgbm": "lgbserver",
            "pmml": "pmmlserver",
            "paddle": "paddleserver",
            "predictive": "predictiveserver",
            "autogluon": "autogluonserver",
        }.items()
    ),
)
FAMILIES: Final = {row.name: row for row in ROWS}
BY_MARK: Final = {mark: row for row in ROWS for mark in row.marks}
OF_FORMAT: Final = {  # which family KServe, or the platform, takes for a format, where no runtime can be seen
    "caikit": "caikit",
    "huggingface": "huggingface",
    "lightgbm": "lightgbm",
    "openvino_ir": "ovms",
    "paddle": "paddle",
    "pmml": "pmml",
    "sklearn": "sklearn",
    "triton": "triton",
    "vllm": "vllm",
    "xgboost": "xgboost",
}
NOBODY: Final = ServingFamily(name="")


def by_program(line: str) -> ServingFamily | None:
    """The family whose program a command line runs."""
    return next((row for row in ROWS if row.program and re.search(row.program, line)), None)


def by_image(image: str) -> ServingFamily | None:
    """The family that an image is of: by its repository, without tag and digest."""
    repository = re.sub(r"(:[^/:@]*)?(@sha[0-9]+:[0-9a-f]*)?$", "", image.lower())
    return next((row for row in ROWS if row.image and re.search(row.image, repository)), None)
