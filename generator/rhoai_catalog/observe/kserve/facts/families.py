"""The families of model servers, one row each: how one is recognised, what it speaks, where it tells its names.

The facts are from the projects' own sources. What of a family is another server than the rest is a row of its own with
the same name, before the family's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingFamily:
    """One family. Where options are listed, those in capitals are variables of its environment; the best comes first.

    It is recognised by what annotations call it (`marks`), by a pattern of its command line (`program`), or of its
    image (`image`, and `tag`).

    `speaks` are its protocols where nothing is declared; where `always`, nothing else counts; where `one`, its server
    chooses one of them. `grpc` is what it speaks at a port for gRPC alone. Without the option `rest` an explicit
    `--port` is one for gRPC. `prefix` are options with a path before all others; `keys` variables with a key that it
    compares.

    `names` are options with the names that it answers to, `model` those whose text is its name without them, as is the
    word behind `positional`; of a path the last `parts` count. `several` says how more than one name is given: as
    `words` behind an option, or as `options`; `apart` stands between those in one text. `conventional`: else KServe's
    convention holds, the server's own name. `any_name` stands for a model whose name is not looked at. `adapter_after`
    stands between the names of a base model and its adapter; `fetching` are commands of the program that fetch a model.

    `context` are options that bound a conversation, and `slots` among how many conversations that is shared.
    """

    name: str
    marks: tuple[str, ...] = ()
    program: str = ""
    image: str = ""
    tag: str = ""
    speaks: tuple[str, ...] = ()
    always: bool = False
    one: bool = False
    grpc: tuple[str, ...] = ()
    rest: str = ""
    prefix: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    several: str = ""
    apart: str = ""
    model: tuple[str, ...] = ()
    positional: str = ""
    parts: int = 0
    conventional: bool = False
    any_name: str = ""
    adapter_after: str = ""
    fetching: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()


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
        several="words",
        model=("--model",),
        context=_LENGTH,
    ),
    ServingFamily(
        name="nim",
        image=r"^nvcr\.io/nim/",
        speaks=("openai",),
        always=True,
        names=(*_SERVED, "NIM_SERVED_MODEL_NAME"),
        context=(*_LENGTH, "NIM_MAX_MODEL_LEN"),
    ),
    ServingFamily(name="aim", image=r"^(docker\.io/)?amdenterpriseai/aim-", speaks=("openai",), always=True),
    ServingFamily(
        name="sglang",
        program=r"sglang[._ ](launch_server|serve)|sglang\.launch_server",
        image=r"(^|/)sglang$",
        speaks=("openai",),
        always=True,
        names=_SERVED,
        model=("--model-path", "--model"),
        adapter_after=":",
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
        image=r"/(text-generation-inference|tgi-gaudi|huggingface-text-generation-inference-[a-z0-9.-]+)$",
        speaks=("openai",),
        always=True,
        keys=("API_KEY",),
        any_name="tgi",
        context=("--max-total-tokens", "MAX_TOTAL_TOKENS"),
    ),
    *(
        ServingFamily(
            name="tei",
            program=program,
            image=r"/(text-embeddings-inference|huggingface-text-embeddings-inference-[a-z0-9.-]+)$",
            tag=tag,
            speaks=speaks,
            always=True,
            keys=("API_KEY",),
            names=(*_SERVED, "SERVED_MODEL_NAME"),
            model=("--model-id", "MODEL_ID"),
        )
        for program, tag, speaks in (("", r"-grpc$", ()), (r"text-embeddings-router\b", "", ("openai",)))
    ),
    ServingFamily(
        name="infinity",
        program=r"\binfinity_emb\b",
        image=r"(^|/)infinity$",
        speaks=("openai-infinity",),
        always=True,
        prefix=("--url-prefix", "INFINITY_URL_PREFIX"),
        keys=("INFINITY_API_KEY",),
        names=(*_SERVED, "INFINITY_SERVED_MODEL_NAME"),
        several="options",
        apart=";",
        model=("--model-id", "--model-name-or-path", "INFINITY_MODEL_ID"),
        parts=2,
    ),
    ServingFamily(
        name="ollama",
        program=r"(^|/)ollama\b",
        image=r"(^|/)ollama(-[a-z0-9]+)?$",
        speaks=("openai",),
        always=True,
        fetching=("pull", "run"),
        context=("OLLAMA_CONTEXT_LENGTH",),
    ),
    ServingFamily(
        name="llama.cpp",
        program=r"(^|/)llama-server\b|llama_cpp\.server\b",
        image=r"(^|/)(llama\.cpp|[a-z0-9-]*llama-?cpp[a-z0-9-]*)$",
        speaks=("openai",),
        always=True,
        prefix=("--api-prefix", "LLAMA_ARG_API_PREFIX"),
        keys=("LLAMA_API_KEY", "LLAMA_ARG_API_KEY_FILE"),
        names=("--alias", "-a", "--model_alias", "LLAMA_ARG_ALIAS"),
        apart=",",
        model=("-m", "--model", "LLAMA_ARG_MODEL"),
        context=("-c", "--ctx-size", "--n_ctx", "LLAMA_ARG_CTX_SIZE"),
        slots=("-np", "--parallel", "LLAMA_ARG_N_PARALLEL"),
    ),
    ServingFamily(
        name="huggingface",
        marks=("huggingfaceserver", "huggingface"),
        program=r"-m huggingfaceserver\b",
        image=r"/huggingfaceserver$",
        speaks=("openai-huggingface", "v1", "v2"),
        grpc=("grpc-v2",),
        names=(*_SERVED, *_MODEL_NAME),
        conventional=True,
        context=(*_LENGTH, "--max_length", "--max-length"),
    ),
    *(
        ServingFamily(
            name=name,
            marks=marks,
            program=program,
            image=image,
            speaks=speaks,
            always=True,
            grpc=grpc,
            keys=("VLLM_API_KEY",),
            names=_SERVED,
            several="words",
            model=("--model",),
            positional="serve",
            context=_LENGTH,
        )
        for name, marks, program, image, speaks, grpc in (
            ("vllm", (), r"\bvllm\.entrypoints\.api_server\b", "", (), ()),  # its first server, before OpenAI's API
            ("vllm", (), r"\bvllm_tgis_adapter\b", "", ("openai",), ("tgis",)),
            ("vllm-omni", (), r"(^|/)vllm serve .*--omni\b", r"(^|/)vllm-omni$", ("openai",), ()),
            (
                "vllm",
                ("vllm", "vllmserver"),
                r"(^|/)vllm serve\b|\bvllm\.entrypoints\b",
                r"(^|/)(odh-)?vllm([-_][a-z0-9._-]+)?$|/(rhaiis|rhaii|rhaii-early-access|vllm)/"
                r"|^ghcr\.io/llm-d/llm-d(-[a-z0-9-]+)?$",
                ("openai",),
                (),
            ),
        )
    ),
    ServingFamily(
        name="ovms",
        marks=("ovms", "openvino"),
        program=r"(^|/)ovms\b",
        image=r"openvino/model_server|(^|/)(odh-)?openvino[-_]model[-_]server[a-z0-9-]*$|(^|/)ovms$",
        speaks=("v2", "grpc-v2"),
        rest="--rest_port",
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
        grpc=("grpc-v2",),
        names=("MLSERVER_MODEL_NAME",),
        conventional=True,
    ),
    ServingFamily(
        name="triton",
        marks=("triton", "tritonserver"),
        program=r"(^|/)tritonserver\b",
        image=r"(^|/)tritonserver$",
        speaks=("v2", "grpc-v2"),
        always=True,
        grpc=("grpc-v2",),
        conventional=True,
    ),
    ServingFamily(
        name="torchserve",
        marks=("torchserve",),
        program=r"(^|/)torchserve\b",
        image=r"(^|/)torchserve(-kfs)?$",
        speaks=("v1", "v2", "grpc-v2"),
        one=True,
        conventional=True,
    ),
    ServingFamily(
        name="tensorflow-serving",
        marks=("tensorflow-serving", "tfserving"),
        program=r"(^|/)tensorflow_model_server\b",
        image=r"tensorflow/serving$",
        speaks=("v1", "grpc-v1"),
        rest="--rest_api_port",
        names=(*_MODEL_NAME, "MODEL_NAME"),
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
            grpc=("grpc-v2",),
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
TRANSFORMER: Final = ServingFamily(  # KServe starts each with options of its own library, which speaks both
    name="transformer", speaks=("v1", "v2"), always=True, grpc=("grpc-v2",), names=_MODEL_NAME, conventional=True
)
NOBODY: Final = ServingFamily(name="", names=(*_SERVED, *_MODEL_NAME))
