"""How to call a server, as Markdown that a developer copies from."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

from rhoai_catalog.text.prose import printable

PROTOCOL_NAMES: Final = {
    "openai": "the OpenAI API",
    "openai-huggingface": "the OpenAI API (below /openai)",
    "openai-ovms": "the OpenAI API (below /v3)",
    "v1": "KServe V1",
    "v2": "Open Inference Protocol V2",
    "grpc-v1": "gRPC, TensorFlow Serving",
    "grpc-v2": "gRPC, Open Inference Protocol V2",
    "caikit": "Caikit",
    "tgis": "gRPC, TGIS",
}
TOKEN_NEEDED: Final = (
    "Every request needs a token of OpenShift as `Authorization: Bearer $TOKEN`: `TOKEN=$(oc whoami -t)`, or, for a "
    "program, `oc create token SERVICE_ACCOUNT`. Its account must be allowed to `get` this server."
)
OPENAI: Final = {"openai": "/v1", "openai-huggingface": "/openai/v1", "openai-ovms": "/v3"}  # where it begins
TASKS: Final[Mapping[str, tuple[str, ...]]] = {  # what is asked for differently than a conversation, and its tasks
    "embedding": ("feature-extraction", "sentence-similarity", "embedding", "embeddings", "text-embedding"),
    "transcription": ("automatic-speech-recognition", "speech-to-text", "audio-to-text", "transcription"),
}
TOKEN_UNKNOWN: Final = "Whether a request needs a token is not known."


def task_of(tasks: Iterable[str]) -> str:
    """Which of TASKS a model is for, going by the tasks that it is said to have; "" for a conversation."""
    asked = {task.strip().lower() for task in tasks}
    return next((name for name, known in TASKS.items() if asked & set(known)), "")


def call(protocol: str, model: str, task: str = "") -> tuple[str, Mapping[str, Any]]:
    """Path and body of an example request."""
    if protocol.startswith("openai"):
        base = OPENAI[protocol]
        if task == "embedding":
            return f"{base}/embeddings", {"model": model, "input": ["Hello!"]}
        if task == "transcription":
            return f"{base}/audio/transcriptions", {"model": model, "file": "speech.wav"}
        return f"{base}/chat/completions", {"model": model, "messages": [{"role": "user", "content": "Hello!"}]}
    if protocol == "v2":
        row = {"name": "input-0", "shape": [1, 4], "datatype": "FP32", "data": [5.1, 3.5, 1.4, 0.2]}
        return f"/v2/models/{quote(model, safe='')}/infer", {"inputs": [row]}
    if protocol == "caikit":
        return "/api/v1/task/text-generation", {"model_id": model, "inputs": "Hello!"}
    return f"/v1/models/{quote(model, safe='')}:predict", {"instances": [[5.1, 3.5, 1.4, 0.2]]}


def description(
    protocol: str,
    spoken: Sequence[str],
    servers: Sequence[str],
    names: Sequence[str],
    authentication: bool | None,
    task: str = "",
) -> str:
    """What `info.description` of the definition says."""
    parts = [*_spoken(protocol, spoken)]
    if len(names) > 1:
        parts.insert(1, f"Models: {', '.join(map(_code, names))}.")
    if authentication is not False:
        parts.append(TOKEN_NEEDED if authentication else TOKEN_UNKNOWN)
    if not servers:
        parts.append("The server has no address yet.")
        return "\n\n".join(parts)
    path, body = call(protocol, names[0] if names else "MODEL", task)
    parts.append(_curl(servers[0].rstrip("/") + path, body, bool(authentication)))
    parts.append(_python(protocol, servers[0].rstrip("/"), path, body, bool(authentication)))
    return "\n\n".join(parts)


def _spoken(protocol: str, spoken: Sequence[str]) -> Iterator[str]:
    yield f"Speaks {PROTOCOL_NAMES[protocol]}."
    if further := [PROTOCOL_NAMES.get(name, name) for name in spoken if name != protocol]:
        yield f"It also speaks {', '.join(further)}."


def grpc(
    protocol: str, spoken: Sequence[str], servers: Sequence[str], names: Sequence[str], authentication: bool | None
) -> Iterator[str]:
    """What stands above a definition in protocol buffers, line by line; none ends the comment that it is in."""
    yield from map(printable, _called_by_grpc(protocol, spoken, servers, names, authentication))


def _called_by_grpc(
    protocol: str, spoken: Sequence[str], servers: Sequence[str], names: Sequence[str], authentication: bool | None
) -> Iterator[str]:
    yield from _spoken(protocol, spoken)
    if names:
        yield f"Models: {', '.join(names)}."
    if authentication is not False:
        yield TOKEN_NEEDED if authentication else TOKEN_UNKNOWN
    address = urlsplit(servers[0]) if servers else None
    if address is None or address.hostname is None:
        yield "The server has no address yet."
        return
    secure = address.scheme in ("https", "grpcs")
    method, body = _message(protocol, names[0] if names else "MODEL")
    host = address.netloc if re.search(r":[0-9]+$", address.netloc) else f"{address.netloc}:{443 if secure else 80}"
    parts = ["grpcurl -proto FILE", *([] if secure else ["-plaintext"])]
    parts += ['-H "Authorization: Bearer $TOKEN"'] if authentication else []
    yield "With these lines in FILE:"
    yield " ".join([*parts, f"-d {shlex.quote(json.dumps(body, ensure_ascii=True))}", shlex.quote(host), method])


def _message(protocol: str, model: str) -> tuple[str, Mapping[str, Any]]:
    """Method and message of an example call."""
    if protocol == "tgis":
        return "fmaas.GenerationService/Generate", {"model_id": model, "requests": [{"text": "Hello!"}]}
    contents = {"fp32_contents": [5.1, 3.5, 1.4, 0.2]}
    row = {"name": "input-0", "datatype": "FP32", "shape": [1, 4], "contents": contents}
    return "inference.GRPCInferenceService/ModelInfer", {"model_name": model, "inputs": [row]}


def _code(text: str) -> str:
    return f"`{text.replace('`', ' ')}`"


def _curl(url: str, body: Mapping[str, Any], authentication: bool) -> str:
    lines = [f"curl {shlex.quote(url)}"]
    if authentication:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if "file" in body:
        model = shlex.quote(f"model={printable(str(body['model']))}")
        lines += [f"--form-string {model}", f"-F file=@{body['file']}"]
    else:
        lines.insert(1, "-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=True))}")
    return "```sh\n" + " \\\n  ".join(lines) + "\n```"


def _python(protocol: str, server: str, path: str, body: Mapping[str, Any], authentication: bool) -> str:
    key = 'os.environ["TOKEN"]' if authentication else '"none"'
    imports = "import os\n\n" if authentication else ""
    if protocol.startswith("openai"):
        client = [
            f"{imports}from openai import OpenAI",
            "",
            f"client = OpenAI(base_url={_literal(server + OPENAI[protocol])}, api_key={key})",
        ]
        lines = client + _openai_call(body)
    else:
        headers = (
            f', headers={{"Authorization": f"Bearer {{{key}}}"}}'.replace('["TOKEN"]', "['TOKEN']")
            if authentication
            else ""
        )
        lines = [
            f"{imports}import requests",
            "",
            f"answer = requests.post({_literal(server + path)}, json={_literal(body)}{headers})",
            "print(answer.json())",
        ]
    return "```python\n" + "\n".join(lines) + "\n```"


def _openai_call(body: Mapping[str, Any]) -> list[str]:
    model = f"model={_literal(body['model'])}"
    if "input" in body:
        call = f"answer = client.embeddings.create({model}, input={_literal(body['input'])})"
        return [call, "print(answer.data[0].embedding)"]
    if "file" in body:
        opened = f"open({_literal(body['file'])}, {_literal('rb')})"
        return [f"answer = client.audio.transcriptions.create({model}, file={opened})", "print(answer.text)"]
    return [
        f"messages = {_literal(body['messages'])}",
        f"answer = client.chat.completions.create({model}, messages=messages)",
        "print(answer.choices[0].message.content)",
    ]


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)
