"""The protocols that model servers speak over HTTP, written down as OpenAPI paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rhoai_catalog.describe.definitions.howto import OPENAI, call

Schema = dict[str, Any]
JSON: Final = "application/json"


def _json(schema: Schema, example: Any = None) -> Schema:
    return {"content": {JSON: {"schema": schema, **({"example": example} if example is not None else {})}}}


def _operation(summary: str, answer: Schema, body: Schema | None = None, example: Any = None, **more: Any) -> Schema:
    operation: Schema = {"summary": summary, **more}
    if body is not None:
        operation["requestBody"] = {"required": True, **_json(body, example)}
    operation["responses"] = {"200": {"description": "The answer", **_json(answer)}}
    return operation


def _upload(summary: str, answer: Schema, names: Sequence[str]) -> Schema:
    body = _object(["file", "model"], file={"type": "string", "format": "binary"}, model=_model(names), language=TEXT)
    request = {"required": True, "content": {"multipart/form-data": {"schema": body}}}
    return {**_operation(summary, answer), "requestBody": request}


def _object(required: Sequence[str] = (), **properties: Schema) -> Schema:
    return {"type": "object", **({"required": list(required)} if required else {}), "properties": properties}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "number"}
INTEGER: Final[Schema] = {"type": "integer"}
BOOLEAN: Final[Schema] = {"type": "boolean"}
ANY: Final[Schema] = {}
USAGE: Final = _object((), prompt_tokens=INTEGER, completion_tokens=INTEGER, total_tokens=INTEGER)


def _model(names: Sequence[str]) -> Schema:
    return {"type": "string", **({"enum": list(names), "example": names[0]} if names else {})}


def _parameter(names: Sequence[str]) -> Schema:
    return {"name": "model_name", "in": "path", "required": True, "schema": _model(names)}


def _openai(names: Sequence[str], task: str, protocol: str = "openai") -> Schema:
    base = OPENAI[protocol]
    path, example = call(protocol, names[0] if names else "MODEL", task)
    listing = {"get": _operation("List the models", _object((), data=_array(_object((), id=TEXT))))}
    if task == "transcription":
        upload = _upload("Transcribe speech", _object((), text=TEXT), names)
        return {"paths": {f"{base}/models": listing, path: {"post": upload}}}
    posts = {
        f"{base}/{name}": {"post": _operation(*operation, example=example if f"{base}/{name}" == path else None)}
        for name, operation in _openai_operations(names).items()
    }
    return {"paths": {f"{base}/models": listing, **posts}, "components": {"schemas": _openai_schemas()}}


def _openai_operations(names: Sequence[str]) -> Mapping[str, tuple[str, Schema, Schema]]:
    """Summary, answer and body by the path that they are posted to."""
    sampling = {"max_tokens": INTEGER, "temperature": NUMBER, "top_p": NUMBER, "stream": BOOLEAN}
    chat = _object(["model", "messages"], model=_model(names), messages=_array(_ref("Message")), **sampling)
    completion = _object(["model", "prompt"], model=_model(names), prompt=TEXT, **sampling)
    completed = _object((), choices=_array(_object((), text=TEXT)), usage=USAGE)
    embedding = _object(["model", "input"], model=_model(names), input=_array(TEXT))
    embedded = _object((), data=_array(_object((), index=INTEGER, embedding=_array(NUMBER))), usage=USAGE)
    return {
        "chat/completions": ("Answer a conversation", _ref("ChatAnswer"), chat),
        "completions": ("Complete a text", completed, completion),
        "embeddings": ("Embed texts, where the model does", embedded, embedding),
    }


def _openai_schemas() -> Schema:
    role = {"type": "string", "enum": ["system", "user", "assistant", "tool"]}
    choice = _object((), index=INTEGER, message=_ref("Message"), finish_reason=TEXT)
    return {
        "Message": _object(["role", "content"], role=role, content=TEXT),
        "ChatAnswer": _object((), id=TEXT, choices=_array(choice), usage=USAGE),
    }


def _v2(names: Sequence[str], task: str) -> Schema:
    parameter = _parameter(names)
    _, example = call("v2", names[0] if names else "MODEL")
    tensor = _object(["name", "shape", "datatype"], name=TEXT, shape=_array(INTEGER), datatype=TEXT, data=_array(ANY))
    request = _object(["inputs"], id=TEXT, inputs=_array(_ref("Tensor")), outputs=_array(_object(["name"], name=TEXT)))
    answer = _object((), model_name=TEXT, model_version=TEXT, id=TEXT, outputs=_array(_ref("Tensor")))
    metadata = _object((), name=TEXT, platform=TEXT, inputs=_array(_ref("Tensor")), outputs=_array(_ref("Tensor")))
    ready = _object((), ready=BOOLEAN)
    return {
        "paths": {
            "/v2/health/live": {"get": _operation("Is the server alive?", _object((), live=BOOLEAN))},
            "/v2/health/ready": {"get": _operation("Is the server ready?", ready)},
            "/v2/models/{model_name}": {
                "get": _operation("Inputs and outputs of the model", metadata, parameters=[parameter])
            },
            "/v2/models/{model_name}/ready": {"get": _operation("Is the model ready?", ready, parameters=[parameter])},
            "/v2/models/{model_name}/infer": {
                "post": _operation("Infer", answer, request, example, parameters=[parameter])
            },
        },
        "components": {"schemas": {"Tensor": tensor}},
    }


def _v1(names: Sequence[str], task: str) -> Schema:
    parameter = _parameter(names)
    _, example = call("v1", names[0] if names else "MODEL")
    request, answer = _object(["instances"], instances=_array(ANY)), _object((), predictions=_array(ANY))
    return {
        "paths": {
            "/v1/models": {"get": _operation("List the models", _object((), models=_array(TEXT)))},
            "/v1/models/{model_name}": {
                "get": _operation("Is the model ready?", _object((), name=TEXT, ready=BOOLEAN), parameters=[parameter])
            },
            "/v1/models/{model_name}:predict": {
                "post": _operation("Predict", answer, request, example, parameters=[parameter])
            },
        }
    }


def _caikit(names: Sequence[str], task: str) -> Schema:
    path, example = call("caikit", names[0] if names else "MODEL")
    request = _object(["model_id", "inputs"], model_id=_model(names), inputs=TEXT, parameters={"type": "object"})
    answer = _object((), generated_text=TEXT, generated_tokens=INTEGER, finish_reason=TEXT)
    return {"paths": {path: {"post": _operation("Generate text", answer, request, example)}}}


PATHS: Final[Mapping[str, Callable[[Sequence[str], str], Schema]]] = {
    "openai": _openai,
    "openai-huggingface": lambda names, task: _openai(names, task, "openai-huggingface"),
    "openai-ovms": lambda names, task: _openai(names, task, "openai-ovms"),
    "v2": _v2,
    "v1": _v1,
    "caikit": _caikit,
}
VERSIONS: Final = {"openai": "1", "openai-huggingface": "1", "openai-ovms": "3", "v2": "2", "v1": "1", "caikit": "1"}
