"""The protocols that model servers speak over HTTP, written down as OpenAPI paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.describe.definitions.endpoint import Endpoint
from rhoai_catalog.describe.definitions.howto import call
from rhoai_catalog.describe.definitions.operations import BASES, LISTS_NO_MODELS, ApiOperation, operations, path_of

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
SAMPLING: Final = {"max_tokens": INTEGER, "temperature": NUMBER, "top_p": NUMBER, "stream": BOOLEAN}
SHAPES: Final[Mapping[str, Schema]] = {  # of the values of a request, by name
    "prompt": TEXT,
    "input": ANY,
    "input_type": {"type": "string", "enum": ["query", "passage"]},
    "query": ANY,
    "documents": _array(TEXT),
    "passages": _array(_object(text=TEXT)),
    "texts": _array(TEXT),
    "text_1": ANY,
    "text_2": ANY,
    "inputs": TEXT,
}
USAGE: Final = _object(prompt_tokens=INTEGER, completion_tokens=INTEGER, total_tokens=INTEGER)
OPENAI_SCHEMAS: Final[Mapping[str, Schema]] = {
    "Message": _object(
        ["role", "content"], role={"type": "string", "enum": ["system", "user", "assistant", "tool"]}, content=ANY
    ),
    "ChatAnswer": _object(
        id=TEXT,
        choices=_array(_object(index=INTEGER, message=_ref("Message"), finish_reason=TEXT)),
        usage=USAGE,
    ),
}
ANSWERS: Final[Mapping[str, Schema]] = {  # by the path of the request
    "/chat/completions": _ref("ChatAnswer"),
    "/completions": _object(choices=_array(_object(text=TEXT)), usage=USAGE),
    "/embeddings": _object(data=_array(_object(index=INTEGER, embedding=_array(NUMBER))), usage=USAGE),
    "/rerank": ANY,
    "/score": _object(data=_array(_object(index=INTEGER, score=NUMBER)), usage=USAGE),
    "/classify": ANY,
    "/predict": ANY,
    "/pooling": _object(data=_array(_object(index=INTEGER, data=ANY)), usage=USAGE),
    "/audio/transcriptions": _object(text=TEXT),
    "/audio/translations": _object(text=TEXT),
    "/generate": _object(generated_text=TEXT),
}


def _model(names: Sequence[str]) -> Schema:
    """The name of a model: one of these, unless there are so many that others may not be named."""
    choice = {"enum": list(names)} if len(names) < limits.SERVED_NAMES else {}
    return {"type": "string", **({**choice, "example": names[0]} if names else {})}


def _parameter(names: Sequence[str]) -> Schema:
    return {"name": "model_name", "in": "path", "required": True, "schema": _model(names)}


def _openai(endpoint: Endpoint, protocol: str) -> Schema:
    answered = operations(endpoint)
    paths: Schema = {}
    if endpoint.family not in LISTS_NO_MODELS:
        listing = _operation("List the models", _object(data=_array(_object(id=TEXT))))
        paths[f"{BASES[protocol]}/models"] = {"get": listing}
    for operation in answered:
        post = _posted(operation, endpoint, example=operation is answered[0])
        paths.setdefault(path_of(operation, protocol), {"post": post})
    named = any(f"#/components/schemas/{name}" in str(paths) for name in OPENAI_SCHEMAS)
    return {"paths": paths, **({"components": {"schemas": OPENAI_SCHEMAS}} if named else {})}


def _posted(operation: ApiOperation, endpoint: Endpoint, *, example: bool) -> Schema:
    body = operation.body(endpoint.model)
    answer = ANSWERS.get(operation.path, _object())
    if "file" in body:
        return _upload(operation.summary, answer, endpoint.names)
    known = {"model": _model(endpoint.names), "messages": _array(_ref("Message")), **SHAPES}
    properties = {name: known.get(name, _object()) for name in body}
    sampled = SAMPLING if operation.path.endswith("completions") else {}
    request = _object(list(body), **properties, **sampled)
    return _operation(operation.summary, answer, request, body if example else None)


def _v2(endpoint: Endpoint, protocol: str) -> Schema:
    parameter = _parameter(endpoint.names)
    _, example = call("v2", endpoint)
    tensor = _object(["name", "shape", "datatype"], name=TEXT, shape=_array(INTEGER), datatype=TEXT, data=_array(ANY))
    request = _object(["inputs"], id=TEXT, inputs=_array(_ref("Tensor")), outputs=_array(_object(["name"], name=TEXT)))
    answer = _object(model_name=TEXT, model_version=TEXT, id=TEXT, outputs=_array(_ref("Tensor")))
    metadata = _object(name=TEXT, platform=TEXT, inputs=_array(_ref("Tensor")), outputs=_array(_ref("Tensor")))
    ready = _object(ready=BOOLEAN)
    return {
        "paths": {
            "/v2/health/live": {"get": _operation("Is the server alive?", _object(live=BOOLEAN))},
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


def _v1(endpoint: Endpoint, protocol: str) -> Schema:
    parameter = _parameter(endpoint.names)
    _, example = call("v1", endpoint)
    request, answer = _object(["instances"], instances=_array(ANY)), _object(predictions=_array(ANY))
    return {
        "paths": {
            "/v1/models": {"get": _operation("List the models", _object(models=_array(TEXT)))},
            "/v1/models/{model_name}": {
                "get": _operation("Is the model ready?", _object(name=TEXT, ready=BOOLEAN), parameters=[parameter])
            },
            "/v1/models/{model_name}:predict": {
                "post": _operation("Predict", answer, request, example, parameters=[parameter])
            },
        }
    }


def _caikit(endpoint: Endpoint, protocol: str) -> Schema:
    path, example = call("caikit", endpoint)
    request = _object(
        ["model_id", "inputs"], model_id=_model(endpoint.names), inputs=TEXT, parameters={"type": "object"}
    )
    answer = _object(generated_text=TEXT, generated_tokens=INTEGER, finish_reason=TEXT)
    return {"paths": {path: {"post": _operation("Generate text", answer, request, example)}}}


PATHS: Final[Mapping[str, Callable[[Endpoint, str], Schema]]] = {
    **dict.fromkeys(BASES, _openai),
    "v2": _v2,
    "v1": _v1,
    "caikit": _caikit,
}
VERSIONS: Final = {**dict.fromkeys(BASES, "1"), "openai-ovms": "3", "v2": "2", "v1": "1", "caikit": "1"}
