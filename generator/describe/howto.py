"""How to call a server, as Markdown that a developer copies from."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

NAMES: Final = {
    "openai": "the OpenAI API",
    "openai-huggingface": "the OpenAI API (below /openai)",
    "v1": "KServe V1",
    "v2": "Open Inference Protocol V2",
    "grpc-v1": "gRPC, TensorFlow Serving",
    "grpc-v2": "gRPC, Open Inference Protocol V2",
    "caikit": "Caikit",
    "tgis": "gRPC, TGIS",
}
TOKEN: Final = (
    "Every request needs a token of OpenShift as `Authorization: Bearer $TOKEN`: `TOKEN=$(oc whoami -t)`, or, for a "
    "program, `oc create token SERVICE_ACCOUNT`. Its account must be allowed to `get` this server."
)
UNKNOWN: Final = "Whether a request needs a token is not known."


def call(protocol: str, model: str) -> tuple[str, Mapping[str, Any]]:
    """Path and body of an example request."""
    if protocol.startswith("openai"):
        prefix = "/openai" if protocol == "openai-huggingface" else ""
        return f"{prefix}/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": "Hello!"}]}
    if protocol == "v2":
        row = {"name": "input-0", "shape": [1, 4], "datatype": "FP32", "data": [5.1, 3.5, 1.4, 0.2]}
        return f"/v2/models/{model}/infer", {"inputs": [row]}
    if protocol == "caikit":
        return "/api/v1/task/text-generation", {"model_id": model, "inputs": "Hello!"}
    return f"/v1/models/{model}:predict", {"instances": [[5.1, 3.5, 1.4, 0.2]]}


def description(
    protocol: str, spoken: Sequence[str], servers: Sequence[str], names: Sequence[str], authentication: bool | None
) -> str:
    """What `info.description` of the definition says."""
    parts = [f"Speaks {NAMES[protocol]}."]
    if len(names) > 1:
        parts.append(f"Models: {', '.join(map(_code, names))}.")
    further = [NAMES.get(name, name) for name in spoken if name != protocol]
    if further:
        parts.append(f"It also speaks {', '.join(further)}.")
    if authentication is not False:
        parts.append(TOKEN if authentication else UNKNOWN)
    if not servers:
        parts.append("The server has no address yet.")
        return "\n\n".join(parts)
    path, body = call(protocol, names[0] if names else "MODEL")
    parts.append(_curl(servers[0].rstrip("/") + path, body, bool(authentication)))
    parts.append(_python(protocol, servers[0].rstrip("/"), path, body, bool(authentication)))
    return "\n\n".join(parts)


def _code(text: str) -> str:
    return f"`{text.replace('`', ' ')}`"


def _curl(url: str, body: Mapping[str, Any], authentication: bool) -> str:
    lines = [f"curl {shlex.quote(url)}", "-H 'Content-Type: application/json'"]
    if authentication:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=True))}")
    return "```sh\n" + " \\\n  ".join(lines) + "\n```"


def _python(protocol: str, server: str, path: str, body: Mapping[str, Any], authentication: bool) -> str:
    key = 'os.environ["TOKEN"]' if authentication else '"none"'
    imports = "import os\n\n" if authentication else ""
    if protocol.startswith("openai"):
        base = server + path.removesuffix("/chat/completions")
        lines = [
            f"{imports}from openai import OpenAI",
            "",
            f"client = OpenAI(base_url={_literal(base)}, api_key={key})",
            f"messages = {_literal(body['messages'])}",
            f"answer = client.chat.completions.create(model={_literal(body['model'])}, messages=messages)",
            "print(answer.choices[0].message.content)",
        ]
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


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)
