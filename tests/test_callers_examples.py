"""The examples in definitions, typed as they stand, against small servers that answer as each family documents."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import urllib3
from outside import Answer, Loopback, Request
from rhoai_catalog import documents, pipeline
from rhoai_catalog.config import Cluster, Config
from rhoai_catalog.observation import Observation
from rhoai_catalog.snapshot import Fact, InferenceService, Scope, Snapshot, Source
from test_callers import READY, VLLM, Object, facts_of, isvc, llm, main, sr

PASSAGES = {"model", "query", "documents"}
CHAT, FORM = {"model", "messages"}, {"file", "model"}
VLLM_CHAT = {"/v1/chat/completions": CHAT, "/v1/completions": {"model", "prompt"}}
POOLED = {"/v1/rerank": PASSAGES, "/v1/score": {"model", "text_1", "text_2"}, "/pooling": {"model", "input"}}
EMBEDDINGS = {"/v1/embeddings": {"model", "input"}}
HF = "/openai/v1"
HF_IMAGE = "docker.io/kserve/huggingfaceserver:v0.15"


def model_of(image: str = "", *args: str, command: list[str] | None = None, **runtime: Any) -> list[Object]:
    return [*isvc("m", "any", "r", args=list(args)), sr("r", image=image, command=command or [], **runtime)]


SERVERS: dict[str, tuple[list[Object], Mapping[str, set[str]], set[str]]] = {  # objects, what is answered, its names
    "vLLM": (model_of("", "--served-model-name=granite", command=VLLM), VLLM_CHAT, {"granite"}),
    "vLLM, no name": (model_of("", "--model", "/mnt/models/", command=VLLM), VLLM_CHAT, {"/mnt/models/"}),
    "vLLM, an embedder": (
        model_of("", "--served-model-name=bge-m3", "--task=embed", command=VLLM),
        EMBEDDINGS | POOLED,
        {"bge-m3"},
    ),
    "vLLM, a reranker": (
        model_of("", "--served-model-name=qwen3-reranker", "--convert=classify", command=VLLM),
        POOLED | {"/classify": {"model", "input"}},
        {"qwen3-reranker"},
    ),
    "vLLM, a classifier": (
        model_of("", "--served-model-name=toxic", "--convert=classify", command=VLLM),
        {"/classify": {"model", "input"}, "/pooling": {"model", "input"}},
        {"toxic"},
    ),
    "vLLM, Whisper": (
        [llm("whisper", model={"name": "whisper", "uri": "oci://x/whisper"})],
        {"/v1/audio/transcriptions": FORM, "/v1/audio/translations": FORM},
        {"whisper"},
    ),
    "vLLM, a shell": (
        [
            llm(
                "q",
                model={"name": "org/q"},
                template=main(command=["sh", "-c", 'vllm serve /m --served-model-name "{{.Name}}"']),
            )
        ],
        VLLM_CHAT,
        {"q"},
    ),
    "SGLang": (
        model_of("", "--model-path", "org/m", command=["python3", "-m", "sglang.launch_server"]),
        VLLM_CHAT,
        {"org/m"},
    ),
    "TGI": (
        model_of("ghcr.io/huggingface/text-generation-inference:3", "--model-id=/mnt/models"),
        VLLM_CHAT | {"/generate": {"inputs"}},
        {"tgi"},
    ),
    "TEI": (
        model_of("ghcr.io/huggingface/text-embeddings-inference:cpu-1.5", "--model-id=BAAI/bge-m3"),
        EMBEDDINGS,
        {"BAAI/bge-m3"},
    ),
    "TEI, a reranker": (
        model_of("ghcr.io/huggingface/text-embeddings-inference:cpu-1.5", "--model-id=BAAI/bge-reranker-base"),
        {"/rerank": {"query", "texts"}},
        set(),
    ),
    "Ollama": (model_of("docker.io/ollama/ollama:0.5"), VLLM_CHAT | EMBEDDINGS, {"MODEL"}),
    "llama.cpp": (model_of("ghcr.io/ggml-org/llama.cpp:server", "--alias", "phi"), VLLM_CHAT, {"phi"}),
    "NIM, an embedder": (
        model_of("nvcr.io/nim/nvidia/nv-embedqa-e5-v5:1", env=[{"name": "NIM_SERVED_MODEL_NAME", "value": "nv-embed"}]),
        {"/v1/embeddings": {"model", "input", "input_type"}},
        {"nv-embed"},
    ),
    "NIM, a reranker": (
        model_of("nvcr.io/nim/nvidia/nv-rerankqa:1", env=[{"name": "NIM_SERVED_MODEL_NAME", "value": "nv-rerank"}]),
        {"/v1/ranking": {"model", "query", "passages"}},
        {"nv-rerank"},
    ),
    "AMD's inference microservices": (model_of("amdenterpriseai/aim-qwen-qwen3-32b:0.8.4"), VLLM_CHAT, {"MODEL"}),
    "vLLM Omni, pictures": (
        model_of(
            "vllm/vllm-omni:v0.18", "/m/FLUX.1-dev", "--omni", "--served-model-name=flux", command=["vllm", "serve"]
        ),
        {"/v1/images/generations": {"model", "prompt"}},
        {"flux"},
    ),
    "Infinity, below a path": (
        model_of("michaelf34/infinity:0.0.75", "v2", "--model-id=BAAI/bge-m3", "--url-prefix=/v1"),
        {"/v1/embeddings": {"model", "input"}},
        {"BAAI/bge-m3"},
    ),
    "Infinity": (
        model_of("michaelf34/infinity:0.0.75", "v2", "--model-id=BAAI/bge-m3"),
        {"/embeddings": {"model", "input"}},
        {"BAAI/bge-m3"},
    ),
    "NIM": (
        model_of("nvcr.io/nim/meta/llama:1", env=[{"name": "NIM_SERVED_MODEL_NAME", "value": "meta/llama"}]),
        VLLM_CHAT,
        {"meta/llama"},
    ),
    "KServe's Hugging Face server": (
        model_of(HF_IMAGE, "--model_name=llama3"),
        {f"{HF}/chat/completions": CHAT, f"{HF}/completions": {"model", "prompt"}},
        {"llama3"},
    ),
    "KServe's Hugging Face server, a classifier": (
        model_of(HF_IMAGE, "--model_name=mask", "--task=fill_mask"),
        {"/v1/models/mask:predict": {"instances"}},
        {"mask"},
    ),
    "KServe's Hugging Face server, a classifier by its name": (
        [
            *isvc(
                "m", "huggingface", "r", args=["--model_name=words"], storageUri="hf://distilbert/distilbert-base-sst-2"
            ),
            sr("r", image=HF_IMAGE),
        ],
        {"/v1/models/words:predict": {"instances"}},
        {"words"},
    ),
    "KServe's Hugging Face server, without conversations": (
        model_of(HF_IMAGE, "--model_name=t5", "--model_id=google-t5/t5-small", "--backend=huggingface"),
        {f"{HF}/completions": {"model", "prompt"}},
        {"t5"},
    ),
    "KServe's transformer in front of Triton": (
        [
            *isvc("m", "triton", "r", transformer={"containers": [{"args": ["--model_name=cifar10"]}]}),
            sr("r", image="nvcr.io/nvidia/tritonserver:24"),
        ],
        {"/v1/models/cifar10:predict": {"instances"}},
        {"cifar10"},
    ),
    "OpenVINO": (
        model_of("quay.io/modh/openvino_model_server:1", "--model_name=cats"),
        {"/v2/models/cats/infer": {"inputs"}},
        {"cats"},
    ),
    "OpenVINO, generating": (
        model_of("quay.io/modh/openvino_model_server:1", "--model_name=phi", "--task", "text_generation"),
        {"/v3/chat/completions": CHAT, "/v3/completions": {"model", "prompt"}},
        {"phi"},
    ),
    "MLServer": (model_of("docker.io/seldonio/mlserver:1.7"), {"/v2/models/m/infer": {"inputs"}}, {"m"}),
    "Triton": (model_of("nvcr.io/nvidia/tritonserver:24"), {"/v2/models/m/infer": {"inputs"}}, {"m"}),
    "TorchServe": (model_of("docker.io/pytorch/torchserve-kfs:0.9.0"), {"/v1/models/m:predict": {"instances"}}, {"m"}),
    "the simulator": (
        [
            llm(
                "s",
                model={"name": "x"},
                template=main(image="ghcr.io/llm-d/llm-d-inference-sim:1", args=["--model", "opt"]),
            )
        ],
        VLLM_CHAT,
        {"opt"},
    ),
    "ModelMesh, behind its Route": (
        [
            *isvc("mine", "onnx", "o", meta={"annotations": {"serving.kserve.io/deploymentMode": "ModelMesh"}}),
            sr("o", image="quay.io/opendatahub/openvino_model_server:1", spec={"multiModel": True}),
        ],
        {"/v2/models/mine/infer": {"inputs"}},
        {"mine"},
    ),
}


def documented(paths: Mapping[str, set[str]], names: set[str], token: str = "") -> Any:
    """A server that takes these requests, with at least these keys and one of these names, and refuses all else."""

    def answer(request: Request) -> Answer:
        if token and request.headers.get("authorization") != f"Bearer {token}":
            return Answer({"detail": "no token"}, 401)
        if request.method != "POST" or request.path not in paths:
            return Answer({"detail": f"{request.method} {request.path}"}, 404)
        body = request.body if isinstance(request.body, dict) else form(request)
        if not paths[request.path] <= body.keys():
            return Answer({"detail": "incomplete"}, 422)
        if "model" in body and body["model"] not in names:
            return Answer({"detail": "no such model"}, 404)
        return Answer({"choices": [{"text": "", "message": {"content": ""}}], "data": [{"embedding": []}], "text": ""})

    return answer


def form(request: Request) -> dict[str, str]:
    rows = re.findall(rb'name="([^"]+)"[^\r]*\r\n(?:[^\r]+\r\n)*\r\n([^\r]*)\r\n', request.body or b"")
    return {name.decode(): value.decode() for name, value in rows}


def definition(server: InferenceService) -> tuple[Mapping[str, Any], str]:
    """The API that the whole line writes for a server, and what it says of how to call it."""
    scopes = tuple(
        Scope(source="kserve/east", kind=kind, complete=True) for kind in ("InferenceService", "LLMInferenceService")
    )
    snapshot = Snapshot(sources=(Source(family="kserve", name="east"),), scopes=scopes, inference_services=(server,))
    config = Config(root=Path(), clusters=(Cluster(name="east", server="https://east.example"),))
    plan = pipeline.plan(config, Observation(snapshot=snapshot), {})
    text = plan.files["servers/east/ns/entities.yaml"]
    assert text is not None
    [api] = [document for document in documents.load(text) if document["kind"] == "API"]
    shown = documents.parse(api["spec"]["definition"])
    return shown, shown["info"]["description"]


def at(server: InferenceService, url: str, **facts: Any) -> InferenceService:
    return replace(server, external_url=Fact(url, "the test"), internal_url=Fact(None, "the test"), **facts)


def typed_curl(text: str, token: str = "") -> tuple[str, str, dict[str, str], Any]:
    """Method, URL, headers and body of the curl command in a text, as the shell and curl take it."""
    [command] = re.findall(r"```sh\n(curl .*?)\n```", text, re.DOTALL)
    words = shlex.split(command.replace("\\\n", " ").replace("$TOKEN", token).replace("$API_KEY", token))
    url, headers, fields, body = words[1], {}, {}, None
    for option, value in zip(words[2::2], words[3::2], strict=True):
        if option == "-H":
            name, _, content = value.partition(": ")
            headers[name] = content
        elif option == "-b":
            headers["Cookie"] = value
        elif option == "-d":
            body = value
        else:
            name, _, content = value.partition("=")
            fields[name] = ("speech.wav", b"RIFF") if content.startswith("@") else content
    if fields:
        encoded, headers["Content-Type"] = urllib3.encode_multipart_formdata(fields)
        return "POST", url, headers, encoded
    return "POST", url, headers, body


@contextlib.contextmanager
def packages(pool: urllib3.PoolManager) -> Iterator[None]:
    """`openai` and `requests` as far as examples use them: each call is the request that its documentation says."""

    def with_query(url: str, query: Mapping[str, str] | None) -> str:
        return f"{url}?{urlencode(query)}" if query else url

    def post(url: str, body: Any, headers: Mapping[str, str]) -> types.SimpleNamespace:
        if "file" in body:
            body["file"].close()
            fields = {"model": body["model"], "file": ("speech.wav", b"RIFF")}
            encoded, kind = urllib3.encode_multipart_formdata(fields)
            reply = pool.request("POST", url, body=encoded, headers={**headers, "Content-Type": kind})
        else:
            reply = pool.request("POST", url, json=body, headers=dict(headers))
        assert reply.status == 200, (url, body, reply.data)
        return json.loads(reply.data, object_hook=lambda row: types.SimpleNamespace(**row))

    class OpenAI:
        def __init__(
            self,
            base_url: str,
            api_key: str,
            default_headers: Mapping[str, str] | None = None,
            default_query: Mapping[str, str] | None = None,
        ) -> None:
            def create(path: str) -> Any:
                headers = {"Authorization": f"Bearer {api_key}", **(default_headers or {})}
                return lambda **body: post(with_query(f"{base_url}{path}", default_query), body, headers)

            self.chat = types.SimpleNamespace(completions=types.SimpleNamespace(create=create("/chat/completions")))
            self.completions = types.SimpleNamespace(create=create("/completions"))
            self.embeddings = types.SimpleNamespace(create=create("/embeddings"))
            self.images = types.SimpleNamespace(generate=create("/images/generations"))
            self.audio = types.SimpleNamespace(
                transcriptions=types.SimpleNamespace(create=create("/audio/transcriptions")),
                translations=types.SimpleNamespace(create=create("/audio/translations")),
            )

    def requests_post(
        url: str,
        json: Any,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> types.SimpleNamespace:
        jar = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
        answer = post(with_query(url, params), json, {**(headers or {}), **jar})
        return types.SimpleNamespace(json=lambda: answer)

    requests = types.ModuleType("requests")
    requests.post = requests_post  # type: ignore[attr-defined]
    openai = types.ModuleType("openai")
    openai.OpenAI = OpenAI  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in ("openai", "requests")}
    sys.modules |= {"openai": openai, "requests": requests}
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


@pytest.mark.few(7)
@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("protected", [False, True], ids=["open", "protected"])
def test_an_example_is_taken_by_the_server(
    name: str, protected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects, paths, names = SERVERS[name]
    token = "sha256-of-nobody" if protected else ""
    facts = facts_of(objects)
    with Loopback(documented(paths, names, token)) as server, urllib3.PoolManager() as pool:
        url = f"{server.url}/v2/models/mine" if name.startswith("ModelMesh") else server.url
        shown, text = definition(at(facts, url, authentication_required=Fact(protected, "the test")))
        method, address, headers, body = typed_curl(text, token)
        reply = pool.request(method, address, headers=headers, body=body)
        assert reply.status == 200, (address, body, reply.data)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("TOKEN", token)
        (tmp_path / "speech.wav").write_bytes(b"RIFF")
        [code] = re.findall(r"```python\n(.*?)\n```", text, re.DOTALL)
        with packages(pool), contextlib.redirect_stdout(io.StringIO()):
            exec(code, {})
        base = urlsplit(shown["servers"][0]["url"]).path.rstrip("/")
        listed = {f"{base}{path}" for path, item in shown["paths"].items() if "post" in item}
        filled = {path.replace("{model_name}", next(iter(names), "")) for path in listed}
        assert filled == set(paths), "the paths that it has, and no others"


@pytest.mark.few(3)
@pytest.mark.parametrize("name", [name for name, (_, _, names) in SERVERS.items() if not names & {"tgi", "MODEL"}])
def test_a_server_refuses_another_name(name: str) -> None:
    """The test above could not fail otherwise."""
    objects, paths, names = SERVERS[name]
    if not names:
        return
    facts = facts_of(objects)
    with (
        Loopback(
            documented({path.replace(n, "other"): keys for path, keys in paths.items() for n in names}, {"other"})
        ) as server,
        urllib3.PoolManager() as pool,
    ):
        url = f"{server.url}/v2/models/mine" if name.startswith("ModelMesh") else server.url
        _, text = definition(at(facts, url, authentication_required=Fact(False, "the test")))
        method, address, headers, body = typed_curl(text)
        assert pool.request(method, address, headers=headers, body=body).status == 404


def test_where_nobody_says_the_name_the_definition_says_where_it_stands() -> None:
    _, text = definition(at(facts_of(SERVERS["Ollama"][0]), "https://o.example.net"))
    assert "GET `/v1/models` lists it, in place of `MODEL`" in text


def test_models_are_listed_only_where_the_server_lists_them() -> None:
    listing = {name for name in ("vLLM", "TEI") if "/v1/models" in shown_paths(name)}
    assert listing == {"vLLM"}


def shown_paths(name: str) -> set[str]:
    return set(definition(at(facts_of(SERVERS[name][0]), "https://x.example.net"))[0]["paths"])


@pytest.mark.parametrize(
    "objects",
    [
        model_of(HF_IMAGE, "--model_name=f", "--task=time_series_forecast"),
        model_of("", "--served-model-name=sdxl-turbo", command=VLLM),
        model_of("ghcr.io/huggingface/text-embeddings-inference:cpu-1.5-grpc", "--model-id=BAAI/bge-m3"),
    ],
)
def test_what_a_family_does_not_answer_has_no_definition(objects: list[Object]) -> None:
    with pytest.raises(ValueError, match="not enough values"):
        definition(at(facts_of(objects), "https://f.example.net"))


def test_a_text_is_classified_and_no_numbers() -> None:
    for protocol in ("v1", "v2"):
        server = facts_of(SERVERS["KServe's Hugging Face server, a classifier"][0])
        _, text = definition(at(replace(server, protocols=Fact((protocol,), "the test")), "https://c.example.net"))
        *_, body = typed_curl(text)
        rows = json.loads(body)
        assert (rows.get("instances") or rows["inputs"][0]["data"]) == ["Hello!"]


def test_a_model_that_converses_takes_no_tensors() -> None:
    _, text = definition(at(facts_of(SERVERS["KServe's Hugging Face server"][0]), "https://h.example.net"))
    assert "KServe V1" not in text and "Open Inference Protocol" not in text


def test_a_server_that_nobody_knows_has_no_definition() -> None:
    server = facts_of([*isvc("d", "docling", "r"), sr("r", image="quay.io/rh-aiservices-bu/docling-server:1")])
    with pytest.raises(ValueError, match="not enough values"):
        definition(at(server, "https://d.example.net"))


MAAS = {"route": {}, "gateway": {"refs": [{"name": "maas-default-gateway", "namespace": "openshift-ingress"}]}}
TOKENS = {
    "openshift": ([llm("q", model={"name": "m"})], ["oc whoami -t", "`get` this LLMInferenceService"]),
    "maas": (
        [llm("q", model={"name": "m"}, router=MAAS)],
        ["API key", "https://q.example.net/maas-api/v1/api-keys", "subscription"],
    ),
}


@pytest.mark.parametrize("kind", TOKENS)
def test_how_to_get_a_token_fits_the_gateway(kind: str) -> None:
    objects, words = TOKENS[kind]
    shown, text = definition(at(facts_of(objects), "https://q.example.net/ns/q"))
    assert all(word in text for word in words)
    assert ("Its account must be allowed" in text) == (kind == "openshift")
    assert ("Models as a Service" in shown["components"]["securitySchemes"]["bearer"]["description"]) == (
        kind == "maas"
    )


def test_a_server_with_a_key_of_its_own_says_whom_to_ask() -> None:
    objects = model_of("", "--served-model-name=x", "--api-key=never-shown", command=VLLM)
    _, text = definition(at(facts_of(objects), "https://q.example.net", authentication_required=Fact(False, "")))
    assert "ask its owner" in text and "Authorization: Bearer $TOKEN" in text and "never-shown" not in text


def test_long_names_are_told_beside_the_short_ones() -> None:
    status = {
        "conditions": READY,
        "addresses": [
            {
                "name": "gateway",
                "url": "https://g.example.net/ns/q",
                "models": [{"name": "m"}, {"name": "publishers/ns/models/m"}],
            }
        ],
    }
    _, text = definition(facts_of([llm("q", status, model={"name": "m"})]))
    assert "Addresses that several servers share take `publishers/ns/models/m`." in text
