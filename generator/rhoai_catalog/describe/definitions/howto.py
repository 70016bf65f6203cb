"""How to call a server, as Markdown that a developer copies from."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from rhoai_catalog import limits
from rhoai_catalog.describe.definitions.endpoint import Endpoint
from rhoai_catalog.describe.definitions.operations import (
    BASES,
    HELLO,
    LISTS_NO_MODELS,
    ApiOperation,
    operations,
    path_of,
)
from rhoai_catalog.describe.definitions.security import Credential, credential
from rhoai_catalog.describe.definitions.tokens import NONE_NEEDED, UNCLEAR, UNKNOWN
from rhoai_catalog.snapshot import GATEWAY_KEY, GATEWAY_TOKEN, MAAS, OWN_KEY
from rhoai_catalog.text.hub import code
from rhoai_catalog.text.prose import line, printable

PROTOCOL_NAMES: Final = {
    "openai": "the OpenAI API",
    "openai-huggingface": "the OpenAI API (below /openai)",
    "openai-ovms": "the OpenAI API (below /v3)",
    "openai-infinity": "the OpenAI API (at the root)",
    "v1": "KServe V1",
    "v2": "Open Inference Protocol V2",
    "grpc-v1": "gRPC, TensorFlow Serving",
    "grpc-v2": "gRPC, Open Inference Protocol V2",
    "caikit": "Caikit",
    "tgis": "gRPC, TGIS",
}
PLACEHOLDERS: Final = "The numbers of the example are placeholders: the model's own inputs go there."
READ_TEXTS: Final = ("huggingface",)  # families whose models take texts by KServe's protocols
WHICH_UNKNOWN: Final = "Which token or key a request needs is not known: ask the platform's owners."
HEADER: Final = credential().shown
ASSUMED: Final = "Nothing says what its model is for; conversations are assumed."


def call(protocol: str, endpoint: Endpoint) -> tuple[str, Mapping[str, Any]]:
    """Path and body of an example request."""
    model = endpoint.model
    if protocol in BASES:
        operation = operations(endpoint)[0]
        return path_of(operation, protocol), operation.body(model)
    if protocol == "v2":
        row = {"name": "input-0", "shape": [1, 4], "datatype": "FP32", "data": [5.1, 3.5, 1.4, 0.2]}
        if endpoint.family in READ_TEXTS:
            row |= {"shape": [1], "datatype": "BYTES", "data": [HELLO]}
        return f"/v2/models/{quote(model, safe='')}/infer", {"inputs": [row]}
    if protocol == "caikit":
        return "/api/v1/task/text-generation", {"model_id": model, "inputs": "Hello!"}
    instance = HELLO if endpoint.family in READ_TEXTS else [5.1, 3.5, 1.4, 0.2]
    return f"/v1/models/{quote(model, safe='')}:predict", {"instances": [instance]}


def description(protocol: str, endpoint: Endpoint) -> str:
    """What `info.description` of the definition says."""
    parts = [*_spoken(protocol, endpoint), *_called(protocol, endpoint)]
    if protocol in BASES and endpoint.assumed:
        parts.append(ASSUMED)
    parts += how_to_get_token(endpoint)
    if protocol in ("v1", "v2"):
        parts.append(PLACEHOLDERS)
    if not endpoint.servers:
        parts.append("The server has no address yet.")
        return "\n\n".join(parts)
    server = endpoint.servers[0].rstrip("/")
    path, body = call(protocol, endpoint)
    needed = endpoint.credential
    parts.append(_curl(server + path, body, needed))
    operation = operations(endpoint)[0] if protocol in BASES else None
    parts.append(_python(protocol, operation, server, path, body, needed))
    return "\n\n".join(parts)


def _spoken(protocol: str, endpoint: Endpoint) -> Iterator[str]:
    yield f"Speaks {PROTOCOL_NAMES[protocol]}."
    if further := [PROTOCOL_NAMES.get(name) or code(line(name)) for name in endpoint.spoken if name != protocol]:
        where = f" at {code(line(endpoint.grpc_url))}" if endpoint.grpc_url else ""
        more = f", and {len(further) - limits.PROTOCOLS:,} more" if len(further) > limits.PROTOCOLS else ""
        yield f"It also speaks {', '.join(further[: limits.PROTOCOLS])}{more}{where}."


def _called(protocol: str, endpoint: Endpoint) -> Iterator[str]:
    """The names for `model`, as far as there is a choice, or none."""
    if len(endpoint.names) > 1:
        yield _models(map(code, endpoint.names), endpoint.unnamed)
    if endpoint.further:
        yield f"Addresses that several servers share take {', '.join(code(line(name)) for name in endpoint.further)}."
    if not endpoint.names and protocol in BASES and endpoint.family not in LISTS_NO_MODELS:
        yield f"No manifest says the name of its model: GET `{BASES[protocol]}/models` lists it, in place of `MODEL`."


def _models(names: Iterable[str], unnamed: int) -> str:
    return f"Models: {', '.join(names)}{f', and {unnamed:,} more' if unnamed else ''}."


def how_to_get_token(endpoint: Endpoint) -> Iterator[str]:
    """What is said of the token that a server takes, as paragraphs."""
    token, issuer, shown = endpoint.token, endpoint.issuer, endpoint.carried.shown
    required = endpoint.authentication_required  # whether the platform asks for it
    if token == UNCLEAR and required is not False:
        yield WHICH_UNKNOWN if required else UNKNOWN
    elif required and token == GATEWAY_KEY:
        yield f"Every request needs an API key of the gateway as {shown}: ask the platform's owners for one."
    elif required and token == GATEWAY_TOKEN and issuer:
        yield f"Every request needs a token that `{issuer}` issues, as {shown}: ask the platform's owners for one."
    elif required and token == GATEWAY_TOKEN:
        yield f"Every request needs a token of the gateway's issuer as {shown}: ask the platform's owners who that is."
    elif required and token == MAAS:
        host = next((parts.hostname for url in endpoint.servers if (parts := urlsplit(url)).hostname), None)
        keys = f"https://{host}/maas-api/v1/api-keys" if host else "/maas-api/v1/api-keys of its gateway"
        yield (
            f"Every request needs an API key as {HEADER}, for a subscription that covers this model: make one in the "
            f"dashboard of OpenShift AI, or by POST to `{keys}` with a token of OpenShift (`oc whoami -t`). Others "
            "are refused. (OpenShift AI 3.3 and before has no keys: there, POST to `/maas-api/v1/tokens`.)"
        )
    elif required:
        yield (
            f"Every request needs a token of OpenShift as {HEADER}: `TOKEN=$(oc whoami -t)`, or, for a program, "
            f"`oc create token SERVICE_ACCOUNT`. Its account must be allowed to `get` this {endpoint.kind}."
        )
    elif token != OWN_KEY:
        yield UNKNOWN if required is None else NONE_NEEDED
    if token == OWN_KEY:
        yield (
            "The server itself compares a key as well: ask its owner for it."
            if required
            else f"The server compares a key of its own, as {HEADER}: ask its owner for it."
        )


def grpc(protocol: str, endpoint: Endpoint) -> Iterator[str]:
    """What stands above a definition in protocol buffers, line by line; none ends the comment that it is in."""
    yield from map(printable, _called_by_grpc(protocol, endpoint))


def _called_by_grpc(protocol: str, endpoint: Endpoint) -> Iterator[str]:
    yield from _spoken(protocol, endpoint)
    if endpoint.names:
        yield _models(endpoint.names, endpoint.unnamed)
    yield from how_to_get_token(endpoint)
    addresses = [endpoint.grpc_url] if endpoint.grpc_url else list(endpoint.servers)
    address = urlsplit(addresses[0]) if addresses else None
    if address is None or address.hostname is None:
        yield "The server has no address yet."
        return
    secure = address.scheme in ("https", "grpcs")
    method, body = _message(protocol, endpoint.model)
    host = address.netloc if re.search(r":[0-9]+$", address.netloc) else f"{address.netloc}:{443 if secure else 80}"
    parts = ["grpcurl -proto FILE", *([] if secure else ["-plaintext"])]
    needed = endpoint.credential
    parts += [needed.metadata] if needed is not None and needed.metadata else []
    yield "With these lines in FILE:"
    yield " ".join([*parts, f"-d {shlex.quote(json.dumps(body, ensure_ascii=True))}", shlex.quote(host), method])


def _message(protocol: str, model: str) -> tuple[str, Mapping[str, Any]]:
    """Method and message of an example call."""
    if protocol == "tgis":
        return "fmaas.GenerationService/Generate", {"model_id": model, "requests": [{"text": "Hello!"}]}
    numbers = [5.1, 3.5, 1.4, 0.2]
    if protocol == "grpc-v1":
        shape = {"dim": [{"size": 1}, {"size": 4}]}
        tensor = {"dtype": "DT_FLOAT", "tensor_shape": shape, "float_val": numbers}
        body = {"model_spec": {"name": model}, "inputs": {"input-0": tensor}}
        return "tensorflow.serving.PredictionService/Predict", body
    row = {"name": "input-0", "datatype": "FP32", "shape": [1, 4], "contents": {"fp32_contents": numbers}}
    return "inference.GRPCInferenceService/ModelInfer", {"model_name": model, "inputs": [row]}


def _curl(url: str, body: Mapping[str, Any], needed: Credential | None) -> str:
    lines = [f"curl {shlex.quote(url)}{needed.query if needed else ''}"]
    if needed is not None and needed.curl:
        lines.append(needed.curl)
    if "file" in body:
        model = shlex.quote(f"model={printable(str(body['model']))}")
        lines += [f"--form-string {model}", f"-F file=@{body['file']}"]
    else:
        lines.insert(1, "-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=True))}")
    return "```sh\n" + " \\\n  ".join(lines) + "\n```"


def _python(
    protocol: str,
    operation: ApiOperation | None,
    server: str,
    path: str,
    body: Mapping[str, Any],
    needed: Credential | None,
) -> str:
    imports = "import os\n\n" if needed else ""
    if operation is not None and operation.call:
        key = needed.client if needed else 'api_key="none"'
        values = ", ".join(f"{name}={_argument(name, value)}" for name, value in body.items())
        lines = [
            f"{imports}from openai import OpenAI",
            "",
            f"client = OpenAI(base_url={_literal(server + BASES[protocol])}, {key})",
            f"answer = client.{operation.call}({values})",
            f"print(answer.{operation.result})",
        ]
    else:
        sent = f", {needed.post}" if needed else ""
        lines = [
            f"{imports}import requests",
            "",
            f"answer = requests.post({_literal(server + path)}, json={_literal(body)}{sent})",
            "print(answer.json())",
        ]
    return "```python\n" + "\n".join(lines) + "\n```"


def _argument(name: str, value: Any) -> str:
    return f"open({_literal(value)}, {_literal('rb')})" if name == "file" else _literal(value)


def _literal(value: Any) -> str:
    """Texts as Python writes them: of one character that JSON escapes as two, it would make two."""
    return json.dumps(value, ensure_ascii=False)
