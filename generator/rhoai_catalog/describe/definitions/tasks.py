"""What a model does for a caller, best evidence first: its server, its registry or catalog, its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.facts.facts import TASKS as STATED
from rhoai_catalog.describe.facts.facts import best
from rhoai_catalog.snapshot import InferenceService

CHAT: Final = "chat"
COMPLETION: Final = "completion"  # of a model that holds no conversations
TASKS: Final = {  # each, and what registries, catalogs and cards call it
    CHAT: ("text-generation", "conversational", "text-to-text", "chat", "summarization"),
    COMPLETION: ("text2text-generation",),
    "vision": ("image-to-text", "image-text-to-text", "visual-question-answering", "image-captioning"),
    "embedding": ("feature-extraction", "sentence-similarity", "embedding", "embeddings", "text-embedding"),
    "rerank": ("text-ranking", "reranking", "rerank", "text-reranking"),
    "classification": ("text-classification", "token-classification", "fill-mask", "zero-shot-classification"),
    "transcription": ("automatic-speech-recognition", "speech-to-text", "audio-to-text", "transcription"),
    "translation": ("speech-translation", "audio-translation"),
    "image": ("text-to-image", "image-generation"),
    "speech": ("text-to-speech", "text-to-audio"),
    "pooling": ("reward",),
    "forecast": ("time-series-forecasting",),
}
NAMES: Final = (  # what a model's name says of it
    ("rerank", re.compile(r"re-?rank", re.IGNORECASE)),
    ("embedding", re.compile(r"embed|(?<![a-z])(bge|e5|gte)-|minilm|sentence-transformers/", re.IGNORECASE)),
    ("transcription", re.compile(r"whisper", re.IGNORECASE)),
    ("classification", re.compile(r"(?<![a-z])(distil|al|ro|de|xlm-ro|modern)?bert(a)?(?![a-z])", re.IGNORECASE)),
    (COMPLETION, re.compile(r"(?<![a-z])t5(?![a-z0-9])", re.IGNORECASE)),
    ("image", re.compile(r"(?<![a-z])(flux|sdxl|stable-?diffusion)(?![a-z])", re.IGNORECASE)),
)
POOLED: Final = ("classification", "embedding", "pooling")  # a reranker may be served as any of them


def task_of(server: InferenceService, evidence: Evidence) -> tuple[str, bool]:
    """One of TASKS, and whether it is only assumed."""
    own, names = server.task.value, [*_names(server), *(name for name, _ in evidence.names())]
    stated = _stated(best(STATED, evidence).texts)
    named = next((task for task, pattern in NAMES if any(map(pattern.search, names))), "")
    if isinstance(own, str) and own in TASKS:
        return ("rerank" if own in POOLED and "rerank" in (stated, named) else own), False
    if stated or named:
        return stated or named, False
    return CHAT, True


def _stated(words: Iterable[str]) -> str:
    asked = {word.strip().lower() for word in words}
    return next((task for task, known in TASKS.items() if asked & set(known)), "")


def _names(server: InferenceService) -> Iterable[str]:
    """What a server and its model are called."""
    served = server.served_model_names.value
    return (server.name, *(served if isinstance(served, tuple) else ()), *server.artifact_uris)
