"""The requests of servers that speak OpenAI's API: which family answers which, by what its model does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog.describe.definitions.endpoint import Endpoint
from rhoai_catalog.describe.definitions.tasks import CHAT, COMPLETION

BASES: Final = {  # where a protocol begins
    "openai": "/v1",
    "openai-huggingface": "/openai/v1",
    "openai-ovms": "/v3",
    "openai-infinity": "",
}
HELLO: Final = "Hello!"
FILE: Final = "speech.wav"
PICTURE: Final = "https://example.com/picture.png"
QUESTION: Final = {"query": "What is a catalog?"}
PASSAGES: Final = ("A list of things.", "A kind of cat.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOperation:
    """One request: `path` follows the protocol's base, unless it is `at_root`. `body` is an example for a model.

    `call` is how OpenAI's Python package sends it, where it does; a `file` goes as a form.
    """

    path: str
    summary: str
    body: Callable[[str], Mapping[str, Any]]
    at_root: bool = False
    call: str = ""
    result: str = ""


def _message(content: Any) -> list[Any]:
    return [{"role": "user", "content": content}]


OPERATIONS: Final = {
    "chat": ApiOperation(
        path="/chat/completions",
        summary="Answer a conversation",
        body=lambda model: {"model": model, "messages": _message(HELLO)},
        call="chat.completions.create",
        result="choices[0].message.content",
    ),
    "vision": ApiOperation(
        path="/chat/completions",
        summary="Answer a conversation, with pictures",
        body=lambda model: {
            "model": model,
            "messages": _message(
                [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": PICTURE}}]
            ),
        },
        call="chat.completions.create",
        result="choices[0].message.content",
    ),
    "completion": ApiOperation(
        path="/completions",
        summary="Complete a text",
        body=lambda model: {"model": model, "prompt": HELLO},
        call="completions.create",
        result="choices[0].text",
    ),
    "embedding": ApiOperation(
        path="/embeddings",
        summary="Embed texts",
        body=lambda model: {"model": model, "input": [HELLO]},
        call="embeddings.create",
        result="data[0].embedding",
    ),
    "nim-embedding": ApiOperation(
        path="/embeddings",
        summary="Embed texts",
        body=lambda model: {"model": model, "input": [HELLO], "input_type": "query"},
    ),
    "rerank": ApiOperation(
        path="/rerank",
        summary="Rank documents for a question",
        body=lambda model: {"model": model, **QUESTION, "documents": list(PASSAGES)},
    ),
    "score": ApiOperation(
        path="/score",
        summary="Score how well texts fit",
        body=lambda model: {"model": model, "text_1": QUESTION["query"], "text_2": list(PASSAGES)},
    ),
    "ranking": ApiOperation(
        path="/ranking",
        summary="Rank passages for a question",
        body=lambda model: {
            "model": model,
            "query": {"text": QUESTION["query"]},
            "passages": [{"text": passage} for passage in PASSAGES],
        },
    ),
    "classification": ApiOperation(
        path="/classify",
        at_root=True,
        summary="Classify texts",
        body=lambda model: {"model": model, "input": [HELLO]},
    ),
    "sglang-classification": ApiOperation(
        path="/classify", summary="Classify texts", body=lambda model: {"model": model, "input": [HELLO]}
    ),
    "pooling": ApiOperation(
        path="/pooling",
        at_root=True,
        summary="The model's own vectors or rewards",
        body=lambda model: {"model": model, "input": [HELLO]},
    ),
    "transcription": ApiOperation(
        path="/audio/transcriptions",
        summary="Transcribe speech",
        body=lambda model: {"model": model, "file": FILE},
        call="audio.transcriptions.create",
        result="text",
    ),
    "translation": ApiOperation(
        path="/audio/translations",
        summary="Translate speech into English",
        body=lambda model: {"model": model, "file": FILE},
        call="audio.translations.create",
        result="text",
    ),
    "image": ApiOperation(
        path="/images/generations",
        summary="Make a picture",
        body=lambda model: {"model": model, "prompt": "A catalog"},
        call="images.generate",
        result="data[0]",
    ),
    "speech": ApiOperation(
        path="/audio/speech", summary="Speak a text", body=lambda model: {"model": model, "input": HELLO}
    ),
    "generate": ApiOperation(
        path="/generate", at_root=True, summary="Continue a text", body=lambda model: {"inputs": HELLO}
    ),
    "tei-rerank": ApiOperation(
        path="/rerank",
        at_root=True,
        summary="Rank texts for a question",
        body=lambda model: {**QUESTION, "texts": list(PASSAGES)},
    ),
    "tei-predict": ApiOperation(
        path="/predict", at_root=True, summary="Classify a text", body=lambda model: {"inputs": HELLO}
    ),
}
CONVERSING: Final = {CHAT: ("chat", "completion"), "vision": ("vision", "completion"), COMPLETION: ("completion",)}
FAMILIES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {  # by task, the request of an example first
    "vllm": {
        **CONVERSING,
        "embedding": ("embedding", "rerank", "score", "pooling"),
        "rerank": ("rerank", "score", "classification", "pooling"),
        "classification": ("classification", "pooling"),
        "pooling": ("pooling",),
        "transcription": ("transcription", "translation"),
        "translation": ("translation", "transcription"),
    },
    "vllm-omni": {**CONVERSING, "image": ("image",), "speech": ("speech",)},
    "llm-d-inference-sim": CONVERSING,
    "aim": CONVERSING,
    "sglang": {
        **CONVERSING,
        "embedding": ("embedding",),
        "rerank": ("rerank", "score"),
        "classification": ("sglang-classification",),
        "transcription": ("transcription",),
    },
    "tgi": {task: (*names, "generate") for task, names in CONVERSING.items()},
    "tei": {"embedding": ("embedding",), "rerank": ("tei-rerank",), "classification": ("tei-predict",)},
    "infinity": {"embedding": ("embedding",), "rerank": ("rerank",), "classification": ("classification",)},
    "ollama": {
        **{task: (*names, "embedding") for task, names in CONVERSING.items()},
        "embedding": ("embedding", "chat", "completion"),
    },
    "llama.cpp": {**CONVERSING, "embedding": ("embedding",), "rerank": ("rerank",)},
    "nim": {**CONVERSING, "embedding": ("nim-embedding",), "rerank": ("ranking",)},
    "huggingface": {**CONVERSING, "embedding": ("embedding",), "rerank": ("rerank",)},
    "ovms": {
        **CONVERSING,
        "embedding": ("embedding",),
        "rerank": ("rerank",),
        "transcription": ("transcription", "translation"),
        "translation": ("translation", "transcription"),
        "image": ("image",),
        "speech": ("speech",),
    },
}
LISTS_NO_MODELS: Final = ("tei",)
TENSORS: Final = {"huggingface": ("classification",)}  # of families with both, the tasks for KServe's protocols


def speaks(family: str, protocol: str, task: str) -> bool:
    """Whether a family answers requests by a protocol for a task."""
    if protocol in BASES:
        return task in FAMILIES.get(family, FAMILIES["vllm"])
    return task in TENSORS.get(family, (task,))


def operations(endpoint: Endpoint) -> tuple[ApiOperation, ...]:
    """The requests that a server answers, that of an example first."""
    known = FAMILIES.get(endpoint.family, FAMILIES["vllm"])
    names = known.get(endpoint.task) or next(iter(known.values()))
    return tuple(OPERATIONS[name] for name in names)


def path_of(operation: ApiOperation, protocol: str) -> str:
    """The path of a request at a server."""
    return operation.path if operation.at_root else f"{BASES[protocol]}{operation.path}"
