"""What a caller needs of a server, from manifests of the kinds in use: names, protocol, task, devices, token."""

from __future__ import annotations

from typing import Any

import pytest
from faults import QUICK
from outside import Loopback, cluster_api
from rhoai_catalog.config import Cluster
from rhoai_catalog.http.traffic import Traffic
from rhoai_catalog.observe import kserve
from rhoai_catalog.observe.family import Reading
from rhoai_catalog.snapshot import UNKNOWN, InferenceService

Object = dict[str, Any]

PLATFORM: Object = {
    "apiVersion": "datasciencecluster.opendatahub.io/v1",
    "kind": "DataScienceCluster",
    "metadata": {"name": "default"},
}
READY = [{"type": "Ready", "status": "True"}]
KSERVE = "serving.kserve.io"
MESH = {"annotations": {f"{KSERVE}/deploymentMode": "ModelMesh"}}
MESH_STATUS = {
    "url": "grpc://modelmesh-serving.ns:8033",
    "components": {
        "predictor": {"grpcUrl": "grpc://modelmesh-serving.ns:8033", "restUrl": "http://modelmesh-serving.ns:8008"}
    },
    "conditions": READY,
}


def sr(
    name: str, *, image: str = "", annotations: Object | None = None, spec: Object | None = None, **container: Any
) -> Object:
    """A ServingRuntime with one `kserve-container`."""
    return {
        "apiVersion": f"{KSERVE}/v1alpha1",
        "kind": "ServingRuntime",
        "metadata": {"namespace": "ns", "name": name, "annotations": annotations or {}},
        "spec": {"containers": [{"name": "kserve-container", "image": image, **container}], **(spec or {})},
    }


CLAIMS = [{"name": "gpu", "resourceClaimTemplateName": "one-of-them"}]


def isvc(
    name: str,
    model_format: str = "vLLM",
    runtime: str = "",
    *,
    predictor: Object | None = None,
    transformer: Object | None = None,
    meta: Object | None = None,
    status: Object | None = None,
    **model: Any,
) -> list[Object]:
    """An InferenceService of a runtime, with its headless Service."""
    own = {"modelFormat": {"name": model_format}, **({"runtime": runtime} if runtime else {}), **model}
    address = {"url": f"http://{name}-predictor.ns.svc.cluster.local:8080"}
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": "ns", "name": f"{name}-predictor", "ownerReferences": [{"uid": f"uid-{name}"}]},
        "spec": {"clusterIP": "None", "ports": [{"port": 80, "targetPort": 8080}]},
    }
    server = {
        "apiVersion": f"{KSERVE}/v1beta1",
        "kind": "InferenceService",
        "metadata": {"namespace": "ns", "name": name, "uid": f"uid-{name}", **(meta or {})},
        "spec": {"predictor": predictor or {"model": own}, **({"transformer": transformer} if transformer else {})},
        "status": status or {"address": address, "conditions": READY},
    }
    return [server, service]


def llm(name: str, status: Object | None = None, **spec: Any) -> Object:
    return {
        "apiVersion": f"{KSERVE}/v1alpha2",
        "kind": "LLMInferenceService",
        "metadata": {"namespace": "ns", "name": name, "uid": f"uid-{name}"},
        "spec": spec,
        "status": status or {"conditions": READY},
    }


def config(name: str, **spec: Any) -> Object:
    return {
        "apiVersion": f"{KSERVE}/v1alpha2",
        "kind": "LLMInferenceServiceConfig",
        "metadata": {"namespace": "ns", "name": name},
        "spec": spec,
    }


def main(**container: Any) -> Object:
    return {"containers": [{"name": "main", **container}]}


def gpu(count: int, name: str = "nvidia.com/gpu") -> Object:
    return {"limits": {name: str(count)}}


def env(**values: str | None) -> list[Object]:
    """Variables of a container; those without a value come from elsewhere."""
    return [{"name": n, **({"valueFrom": {}} if v is None else {"value": v})} for n, v in values.items()]


def multiplied(variable: str) -> list[str]:
    """Variables from `v0` to `v6`, each ten times the one before."""
    return ["v0=xxxxxxxxxx", *(f"v{n + 1}={variable.format(f'v{n}') * 10}" for n in range(6))]


def port(number: int, name: str = "h2c") -> list[Object]:
    return [{"containerPort": number, "name": name}]


VLLM = ["python", "-m", "vllm.entrypoints.openai.api_server"]
SHELL = (
    "ray start --head --port=6379\nexport SERVED_MODEL_NAME=${MODEL_NAME}\nexport MODEL_NAME=${MODEL_DIR}\n"
    "exec python3 -m vllm.entrypoints.openai.api_server --port=8080 \\\n --model=${MODEL_NAME} "
    "--served-model-name=${SERVED_MODEL_NAME}"
)
ARGUMENTS = (  # a command in a variable, with what the shell was given
    'export MODEL=${MODEL_DIR}\nCMD="python3 -m vllm.entrypoints.openai.api_server \\\n --model=${MODEL} $0 $@"\n'
    "ray start --head --disable-usage-stats\nexec $CMD"
)
BESIDE = [{"name": "transformer-container", "image": "registry.example.net/own:1", "args": ["--model_name=digits"]}]
CAIKIT = {  # in front of TGIS, in its pod
    "name": "transformer-container",
    "image": "quay.io/modh/caikit-tgis-serving@sha256:abc",
    "ports": [{"containerPort": 8080}],
}
ADAPTER = '{"name": "sql", "path": "/mnt/sql", "base_model_name": "base"}'
LISTED = {
    "conditions": READY,
    "addresses": [
        {
            "name": "gateway-external",
            "url": "https://g.example.net/ns/x",
            "models": [{"name": "m"}, {"name": "publishers/ns/models/m"}],
        }
    ],
}
ROUTED = {
    "conditions": READY,
    "addresses": [
        {
            "name": "gateway-model-routing",
            "url": "https://g.example.net/",
            "models": [{"name": "publishers/ns/models/m"}],
        }
    ],
}

CASES: dict[str, tuple[list[Object], Object]] = {
    # -- names -----------------------------------------------------------------------------------------------------
    "the name is a template of the runtime": (
        [
            *isvc("granite", runtime="r"),
            sr("r", image="vllm/vllm-openai:1", args=["--served-model-name={{ .Name }}-x"]),
        ],
        {"served_model_names": ("granite-x",)},
    ),
    "the server's own arguments win over its runtime's": (
        [
            *isvc("granite", runtime="r", args=["--served-model-name", "a", "b"]),
            sr("r", image="vllm/vllm-openai:1", args=["--served-model-name={{.Name}}"]),
        ],
        {"served_model_names": ("a", "b")},
    ),
    "the server's arguments come behind its runtime's": (
        [
            *isvc("x", runtime="r", args=["--max-model-len=8k"]),
            sr("r", command=["vllm", "serve", "m"], args=["--served-model-name=n", "--max-model-len=4k"]),
        ],
        {"served_model_names": ("n",), "context_length": 8000},
    ),
    "an LLM's arguments take the place of a configuration's": (
        [
            llm("x", baseRefs=[{"name": "c"}], template=main(args=["--served-model-name=own"])),
            config("c", template=main(command=["vllm", "serve", "m"], args=["--max-model-len=4k"])),
        ],
        {"served_model_names": ("own",), "context_length": None},
    ),
    "an adapter of the runtime, behind the name": (
        [
            *isvc("lora", runtime="r"),
            sr(
                "r",
                command=VLLM,
                args=["--served-model-name={{.Name}}", "--enable-lora", "--lora-modules", "calls=/mnt/x", ADAPTER],
            ),
        ],
        {"served_model_names": ("lora", "calls", "sql")},
    ),
    "without a name it is the text of the model": (
        [
            *isvc("mistral", "pytorch", "vllm"),
            sr(
                "vllm",
                image="quay.io/rh-aiservices-bu/vllm-openai-ubi9:0.4",
                args=["--model", "/mnt/models/", "--port", "8080"],
            ),
        ],
        {"served_model_names": ("/mnt/models/",), "runtime": "vllm", "protocols": ("openai",)},
    ),
    "without a name it is the positional model": (
        [*isvc("x", runtime="r"), sr("r", command=["vllm", "serve", "org/m"], args=["--max-model-len=8k"])],
        {"served_model_names": ("org/m",), "context_length": 8000},
    ),
    "a shell's variables are followed": (
        [
            *isvc("multi", runtime="r"),
            sr("r", command=["bash", "-c"], args=[SHELL], env=[{"name": "MODEL_NAME", "value": "{{.Name}}"}]),
        ],
        {"served_model_names": ("multi",), "runtime": "vllm"},
    ),
    "a shell's variable that nobody sets is not known": (
        [*isvc("x", runtime="r"), sr("r", command=["sh", "-c"], args=["exec vllm serve m --served-model-name=$WHO"])],
        {"served_model_names": ()},
    ),
    "a variable that is set in a branch is not known": (
        [
            *isvc("x", runtime="r"),
            sr("r", command=["sh", "-c"], args=["N=a\nif true; then N=b; fi\nvllm serve m --served-model-name $N"]),
        ],
        {"served_model_names": ()},
    ),
    "a shell's variables that multiply are not known, and cost nothing": (
        [
            *isvc("x", runtime="r"),
            sr(
                "r",
                command=["sh", "-c"],
                args=["\n".join((*multiplied("${}"), "vllm serve m --served-model-name x$v6"))],
            ),
        ],
        {"served_model_names": (), "runtime": "vllm"},
    ),
    "a variable alone that multiplies": (
        [
            *isvc("x", runtime="r"),
            sr(
                "r",
                command=["sh", "-c"],
                args=["; ".join((*multiplied("${}"), "vllm serve m --served-model-name $v6"))],
            ),
        ],
        {"served_model_names": (), "runtime": "vllm"},
    ),
    "the kubelet's variables that multiply": (
        [
            *isvc("x", runtime="r"),
            sr(
                "r",
                command=["vllm", "serve", "m", "--served-model-name", "x$(v6)"],
                env=env(**dict(row.split("=") for row in multiplied("$({})"))),
            ),
        ],
        {"served_model_names": (), "runtime": "vllm"},
    ),
    "an annotation that a runtime's templates repeat": (
        [
            *isvc("x", runtime="r", meta={"annotations": {"long": "x" * 50_000}}),
            sr("r", command=["vllm", "serve", "m", "--served-model-name", "{{.Annotations.long}}" * 3]),
        ],
        {"served_model_names": (), "runtime": "vllm"},
    ),
    "the kubelet fills in variables, but none from a secret": (
        [
            *isvc("x", runtime="r"),
            sr(
                "r",
                command=["vllm", "serve", "m", "--served-model-name", "$(A)"],
                env=[{"name": "A", "value": "$(B)"}, {"name": "B", "valueFrom": {}}],
            ),
        ],
        {"served_model_names": ()},
    ),
    "a name that stands in a file of the server is not known": (
        [*isvc("x", runtime="r"), sr("r", command=["vllm", "serve"], args=["--config", "/mnt/c.yaml"])],
        {"served_model_names": ()},
    ),
    "further arguments in a variable": (
        [
            *isvc("x", runtime="r"),
            sr(
                "r",
                command=["vllm", "serve", "m"],
                env=[{"name": "VLLM_ADDITIONAL_ARGS", "value": "--served-model-name q --max-model-len 1K"}],
            ),
        ],
        {"served_model_names": ("q",), "context_length": 1024},
    ),
    "ModelMesh knows a model by the name of its server": (
        [
            *isvc("mine", "sklearn", "ml", meta=MESH, status=MESH_STATUS),
            sr(
                "ml",
                image="docker.io/seldonio/mlserver:1.6",
                spec={"multiModel": True, "protocolVersions": ["grpc-v2"]},
                env=[{"name": "MLSERVER_MODEL_NAME", "value": "dummy-model"}],
            ),
        ],
        {
            "served_model_names": ("mine",),
            "protocols": ("v2", "grpc-v2"),
            "internal_url": "http://modelmesh-serving.ns:8008",
            "grpc_url": "grpc://modelmesh-serving.ns:8033",
        },
    ),
    "ModelMesh over a runtime that speaks gRPC V1 only": (
        [
            *isvc("img", "onnx", "ovms", meta=MESH, status=MESH_STATUS),
            sr(
                "ovms",
                image="quay.io/opendatahub/openvino_model_server@sha256:abc",
                spec={"multiModel": True, "protocolVersions": ["grpc-v1"]},
            ),
        ],
        {"protocols": ("v2", "grpc-v2"), "runtime": "ovms"},
    ),
    "the LLM's own container, whatever its model is called": (
        [
            llm(
                "llama-32",
                model={"name": "RedHatAI/llama", "uri": "oci://x"},
                template=main(
                    command=VLLM, args=["--served-model-name={{.Name}}", "--model=/mnt/models", "--max-model-len=70000"]
                ),
            )
        ],
        {"served_model_names": ("llama-32",), "context_length": 70_000},
    ),
    "the LLM's model by a template": (
        [
            llm(
                "q",
                model={"name": "org/q", "uri": "hf://q"},
                template=main(
                    command=[
                        "sh",
                        "-c",
                        'vllm serve /mnt/models --served-model-name "{{ .Spec.Model.Name }}" --max-model-len 8192',
                    ]
                ),
            )
        ],
        {"served_model_names": ("org/q",), "context_length": 8192},
    ),
    "an LLM of base configurations": (
        [
            llm("qwen", baseRefs=[{"name": "m"}, {"name": "w"}]),
            config("m", model={"uri": "hf://Qwen/Q", "name": "Qwen/Q"}),
            config(
                "w",
                template=main(command=VLLM, args=["--model", "Qwen/Q", "--max-model-len", "4096"], resources=gpu(1)),
            ),
        ],
        {
            "served_model_names": ("Qwen/Q",),
            "accelerators": {"nvidia.com/gpu": 1},
            "context_length": 4096,
            "artifact_uris": ("hf://Qwen/Q",),
        },
    ),
    "the model's name of the last base configuration wins": (
        [
            llm("q", baseRefs=[{"name": "a"}, {"name": "b"}], model={"name": "mine", "uri": "hf://x"}),
            config("a", model={"name": "one"}),
            config("b", model={"name": "two"}),
        ],
        {"served_model_names": ("two",)},
    ),
    "a base configuration that is not there": (
        [llm("q", baseRefs=[{"name": "gone"}], model={"name": "m"})],
        {"served_model_names": UNKNOWN, "context_length": UNKNOWN},
    ),
    "the status tells, where the platform's program runs": (
        [llm("x", LISTED, model={"name": "m"})],
        {"served_model_names": ("m",), "further_model_names": ("publishers/ns/models/m",)},
    ),
    "only the long name, where the address takes no other": (
        [llm("x", ROUTED, model={"name": "m"})],
        {"served_model_names": ("publishers/ns/models/m",)},
    ),
    "adapters of an LLM": (
        [llm("x", model={"name": "base", "lora": {"adapters": [{"name": "pirate", "uri": "hf://p"}]}})],
        {"served_model_names": ("base", "pirate")},
    ),
    "a shell's arguments, in a text of its own": (
        [
            *isvc("multi", runtime="r", args=["--max-model-len=8k", "--served-model-name", "granite"]),
            sr("r", command=["bash", "-c", ARGUMENTS], args=["--port=8080"]),
        ],
        {"served_model_names": ("granite",), "context_length": 8000, "runtime": "vllm"},
    ),
    "what a shell calls itself is an argument, too": (
        [
            *isvc("hf", "huggingface", "r"),
            sr(
                "r",
                command=["bash", "-c", "ray start --head\npython -m huggingfaceserver --model_dir=/m $0 $@"],
                args=["--model_name=llama"],
            ),
        ],
        {"served_model_names": ("llama",), "runtime": "huggingface"},
    ),
    "TEI's model in a variable": (
        [
            *isvc("e", "any", "r"),
            sr("r", image="ghcr.io/huggingface/text-embeddings-inference:cpu-1.5", env=env(MODEL_ID="BAAI/bge")),
        ],
        {"served_model_names": ("BAAI/bge",), "runtime": "tei"},
    ),
    "llama.cpp's model in a variable; its slots share the context": (
        [
            *isvc("l", "gguf", "r"),
            sr(
                "r",
                image="quay.example.net/llama-cpp",
                env=env(LLAMA_ARG_MODEL="/m/a.gguf", LLAMA_ARG_CTX_SIZE="30000", LLAMA_ARG_N_PARALLEL="3"),
            ),
        ],
        {"served_model_names": ("/m/a.gguf",), "context_length": 10_000, "task": None},
    ),
    "several names in one variable": (
        [
            *isvc("l", "gguf", "r", args=["-c", "8192", "-np", "2", "--kv-unified"]),
            sr("r", image="ghcr.io/ggml-org/llama.cpp:server", env=env(LLAMA_ARG_ALIAS="phi,phi-4")),
        ],
        {"served_model_names": ("phi", "phi-4"), "context_length": 8192},
    ),
    "Infinity's models, each by the end of its path": (
        [
            *isvc("i", "any", "r", args=["--model-id", "BAAI/bge", "--model-id", "/mnt/models/org/rank"]),
            sr("r", image="docker.io/michaelf34/infinity:0.0.75", args=["v2"]),
        ],
        {"served_model_names": ("BAAI/bge", "org/rank")},
    ),
    "Infinity's models in a variable": (
        [
            *isvc("i", "any", "r"),
            sr("r", image="michaelf34/infinity:latest", env=env(INFINITY_MODEL_ID="BAAI/bge;org/rank;")),
        ],
        {"served_model_names": ("BAAI/bge", "org/rank"), "runtime": "infinity"},
    ),
    "a name that comes from elsewhere is not the server's": (
        [*isvc("m", "sklearn", "r"), sr("r", image="seldonio/mlserver:1.7", env=env(MLSERVER_MODEL_NAME=None))],
        {"served_model_names": ()},
    ),
    "a server that nobody knows is told its name": (
        isvc("own", predictor={"containers": [{"image": "registry.example.net/own:1", "args": ["--model_name=m"]}]}),
        {"served_model_names": ("m",), "protocols": (), "runtime": None},
    ),
    "an LLM's name may be a template": (
        [llm("x", model={"name": "{{ .ObjectMeta.Name }}-chat", "uri": "hf://x"})],
        {"served_model_names": ("x-chat",)},
    ),
    "an LLM's name that cannot be filled in": (
        [llm("x", model={"name": "{{ .Status.URL }}", "uri": "hf://x"})],
        {"served_model_names": ()},
    ),
    # -- what stands in front --------------------------------------------------------------------------------------
    "a transformer is called as the server, and not as its predictor is": (
        [
            *isvc("shop", "triton", "r", transformer={"containers": [{"image": "registry.example.net/own:1"}]}),
            sr("r", image="nvcr.io/nvidia/tritonserver:24", args=["tritonserver"], ports=port(9000)),
        ],
        {"served_model_names": ("shop",), "protocols": ("v1", "v2"), "runtime": "triton"},
    ),
    "a transformer in the predictor's pod": (
        [
            *isvc("d", predictor={"model": {"modelFormat": {"name": "pytorch"}, "runtime": "r"}, "containers": BESIDE}),
            sr("r", image="pytorch/torchserve-kfs:0.9.0"),
        ],
        {"served_model_names": ("digits",), "protocols": ("v1", "v2"), "runtime": "torchserve"},
    ),
    "a known family in front speaks as it does itself": (
        [
            *isvc("b", "triton", "r", transformer={"containers": [{"image": "kserve/huggingfaceserver:v0.17"}]}),
            sr("r", image="nvcr.io/nvidia/tritonserver:24", spec={"protocolVersions": ["v2", "grpc-v2"]}),
        ],
        {"protocols": ("openai-huggingface", "v1", "v2"), "runtime": "huggingface", "served_model_names": ("b",)},
    ),
    "Caikit in front of TGIS": (
        [
            *isvc("c", "caikit", "r"),
            sr(
                "r",
                spec={
                    "containers": [
                        {
                            "name": "kserve-container",
                            "image": "quay.io/modh/text-generation-inference@sha256:abc",
                            "command": ["text-generation-launcher", "--model-name=/mnt/models/artifacts/"],
                        },
                        CAIKIT,
                    ]
                },
            ),
        ],
        {"served_model_names": ("c",), "protocols": ("caikit",), "runtime": "caikit"},
    ),
    # -- who speaks what -------------------------------------------------------------------------------------------
    "Ollama": (
        [
            *isvc("o", "any", "r"),
            sr("r", image="quay.io/rh-aiservices-bu/ollama-ubi9:0.2.8", ports=[{"containerPort": 11434}]),
        ],
        {"runtime": "ollama", "protocols": ("openai",), "served_model_names": ()},
    ),
    "llama.cpp": (
        [
            *isvc("l", "gguf", "r", args=["--alias", "phi", "-c", "4096"]),
            sr("r", image="ghcr.io/ggml-org/llama.cpp:server-cuda"),
        ],
        {"runtime": "llama.cpp", "protocols": ("openai",), "served_model_names": ("phi",), "context_length": 4096},
    ),
    "TGI is not TGIS": (
        [
            *isvc("t", "pytorch", "r"),
            sr(
                "r",
                image="ghcr.io/huggingface/text-generation-inference:1.4.0",
                command=["text-generation-launcher"],
                args=["--model-id=/mnt/models/", "--port=3000"],
            ),
        ],
        {"runtime": "tgi", "protocols": ("openai",), "served_model_names": ("tgi",)},
    ),
    "TGIS is not TGI": (
        [
            *isvc("t", "pytorch", "r"),
            sr(
                "r",
                image="quay.io/modh/text-generation-inference:fast",
                command=["text-generation-launcher"],
                args=["--model-name=/mnt/models", "--grpc-port=8033"],
            ),
        ],
        {"runtime": "tgis", "protocols": ("tgis",)},
    ),
    "TEI": (
        [
            *isvc("e", "any", "r"),
            sr("r", image="ghcr.io/huggingface/text-embeddings-inference:cpu-1.5", args=["--model-id", "BAAI/bge"]),
        ],
        {"runtime": "tei", "protocols": ("openai",), "served_model_names": ("BAAI/bge",), "task": "embedding"},
    ),
    "SGLang": (
        [
            *isvc("s", "any", "r"),
            sr(
                "r",
                command=["python3", "-m", "sglang.launch_server"],
                args=["--model-path", "/mnt/models", "--context-length=9000"],
            ),
        ],
        {"runtime": "sglang", "protocols": ("openai",), "served_model_names": ("/mnt/models",), "context_length": 9000},
    ),
    "SGLang: an adapter is called behind its base model": (
        [
            *isvc("s", "any", "r"),
            sr(
                "r",
                command=["python3", "-m", "sglang.launch_server"],
                args=[
                    "--served-model-name=base",
                    "--lora-paths",
                    "sql=/mnt/sql",
                    "/mnt/plain",
                    '{"lora_name": "json", "lora_path": "/mnt/j"}',
                    "[1]",
                ],
            ),
        ],
        {"served_model_names": ("base", "base:sql", "base:/mnt/plain", "base:json")},
    ),
    "SGLang: without a name it is behind the text of the model": (
        [
            *isvc("s", "any", "r"),
            sr("r", command=["sglang", "serve"], args=["--model-path", "org/m", "--lora-paths", "sql=/mnt/sql"]),
        ],
        {"served_model_names": ("org/m", "org/m:sql")},
    ),
    "Ollama: what its script fetches": (
        [
            *isvc("o", "any", "r"),
            sr(
                "r",
                image="ollama/ollama:0.5",
                command=["/bin/sh", "-c"],
                args=["ollama serve &\nsleep 5\nollama pull llama3.2:1b\nollama run --keepalive 1h granite3\nwait"],
            ),
        ],
        {"runtime": "ollama", "served_model_names": ("llama3.2:1b", "granite3")},
    ),
    "Ollama: what is fetched right after its start": (
        [
            *isvc("o", "any", "r"),
            sr(
                "r",
                image="ollama/ollama:0.5",
                lifecycle={"postStart": {"exec": {"command": ["/bin/sh", "-c", "sleep 3; ollama pull $MODEL"]}}},
                env=env(MODEL="qwen3:8b"),
            ),
        ],
        {"runtime": "ollama", "served_model_names": ("qwen3:8b",)},
    ),
    "Ollama: what is fetched is only known where it runs": (
        [
            *isvc("o", "any", "r"),
            sr(
                "r",
                image="ollama/ollama:0.5",
                command=["sh", "-c", "ollama serve & ollama pull $MODEL"],
                env=env(MODEL=None),
            ),
        ],
        {"runtime": "ollama", "served_model_names": ()},
    ),
    **{
        f"the huggingface server with {prefix!r} before OpenAI's paths": (
            [
                *isvc("h", "huggingface", "r"),
                sr("r", image="kserve/huggingfaceserver:v0.15", env=env(KSERVE_OPENAI_ROUTE_PREFIX=prefix)),
            ],
            {"protocols": (*openai, "v1", "v2")},
        )
        for prefix, openai in (
            ("", ("openai",)),
            ("/", ("openai",)),
            ("openai", ("openai-huggingface",)),
            ("/openai", ("openai-huggingface",)),
            ("/elsewhere", ()),
            ("$(UNSEEN)", ()),
            (None, ()),
        )
    },
    **{
        f"{replicas} replicas that decode and {prefilling} that prefill": (
            [
                llm(
                    "m",
                    model={"name": "m"},
                    template=main(resources=gpu(1)),
                    prefill={"template": main(resources=gpu(2)), "replicas": prefilling, **more},
                    **({"replicas": replicas} if replicas else {}),
                )
            ],
            {"accelerators": {"nvidia.com/gpu": count}},
        )
        for replicas, prefilling, more, count in (
            (None, 3, {}, 7),
            (2, 4, {}, 5),
            (2, 2, {}, 3),
            (2, 3, {}, 3),
            (4, 2, {}, 3),
            (1, 5, {"scaling": {"minReplicas": 1}}, 3),
        )
    },
    "NIM": (
        [
            *isvc("n", "llama", "r"),
            sr(
                "r",
                image="nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8",
                annotations={"runtimes.opendatahub.io/nvidia-nim": "true"},
                resources=gpu(2),
            ),
        ],
        {"runtime": "nim", "protocols": ("openai",), "served_model_names": (), "accelerators": {"nvidia.com/gpu": 2}},
    ),
    "the simulator of llm-d": (
        [
            llm(
                "sim",
                model={"name": "m"},
                template=main(
                    image="ghcr.io/llm-d/llm-d-inference-sim:v0.7",
                    args=["--model", "facebook/opt", "--served-model-name", "opt", "opt-2"],
                ),
            )
        ],
        {"runtime": "llm-d-inference-sim", "protocols": ("openai",), "served_model_names": ("opt", "opt-2")},
    ),
    "a server that nobody knows has no protocol": (
        [
            *isvc("d", "docling", "r", protocolVersion="v1"),
            sr(
                "r",
                image="quay.io/rh-aiservices-bu/docling-server:cuda-0.0.7",
                annotations={"opendatahub.io/apiProtocol": "REST"},
            ),
        ],
        {"runtime": None, "protocols": (), "served_model_names": ()},
    ),
    "a server that nobody knows speaks what its runtime declares": (
        [
            *isvc("d", "own", "r"),
            sr("r", image="registry.example.net/own:1", spec={"protocolVersions": ["v2", "grpc-v2"]}),
        ],
        {"protocols": ("v2",)},
    ),
    "a runtime that the platform made of its template": (
        [
            *isvc("o", "onnx", "r"),
            sr("r", image="registry.example.net/own:1", annotations={"opendatahub.io/template-name": "ovms"}),
        ],
        {"runtime": "ovms", "protocols": ("v2",)},
    ),
    "Triton never speaks V1": (
        [
            *isvc("t", "onnx", "r"),
            sr("r", image="nvcr.io/nvidia/tritonserver:23.10-py3", spec={"protocolVersions": ["v1", "v2"]}),
        ],
        {"runtime": "triton", "protocols": ("v2",)},
    ),
    "a port for gRPC alone": (
        isvc("t", predictor={"triton": {"storageUri": "gs://x", "ports": [{"containerPort": 9000, "name": "h2c"}]}}),
        {"runtime": "triton", "protocols": ("grpc-v2",)},
    ),
    "TorchServe": (
        [*isvc("t", "pytorch", "r"), sr("r", image="docker.io/pytorch/torchserve-kfs:0.9.0")],
        {"runtime": "torchserve", "protocols": ("v1",), "served_model_names": ("t",)},
    ),
    "TorchServe takes one envelope, the first": (
        [
            *isvc("t", "pytorch", "r"),
            sr("r", image="pytorch/torchserve-kfs:0.9.0", spec={"protocolVersions": ["v1", "v2", "grpc-v2"]}),
        ],
        {"protocols": ("v1",)},
    ),
    "TorchServe takes the envelope that it is given": (
        [
            *isvc("t", "pytorch", "r", protocolVersion="v2"),
            sr("r", image="pytorch/torchserve-kfs:0.9.0", spec={"protocolVersions": ["v1", "v2", "grpc-v2"]}),
        ],
        {"protocols": ("v2",)},
    ),
    "TorchServe's own gRPC is nobody else's": (
        [
            *isvc("t", "pytorch", "r", protocolVersion="v1", ports=port(7070)),
            sr("r", image="pytorch/torchserve-kfs:0.9.0", spec={"protocolVersions": ["v1", "v2", "grpc-v2"]}),
        ],
        {"protocols": ()},
    ),
    "KServe's own servers speak gRPC where they have no other port": (
        [
            *isvc("s", "sklearn", "r", protocolVersion="v2", ports=port(8081)),
            sr("r", image="kserve/sklearnserver:v0.17", spec={"protocolVersions": ["v1", "v2"]}),
        ],
        {"protocols": ("grpc-v2",), "runtime": "sklearn"},
    ),
    "vLLM's adapter for TGIS, at its own port": (
        [
            *isvc("v", "pytorch", "r"),
            sr(
                "r",
                command=["python3", "-m", "vllm_tgis_adapter"],
                args=["--port=8080", "--served-model-name={{.Name}}"],
                ports=port(8033),
            ),
        ],
        {"runtime": "vllm", "protocols": ("tgis",), "served_model_names": ("v",)},
    ),
    "vLLM's adapter for TGIS, at the port of OpenAI's API": (
        [*isvc("v", runtime="r"), sr("r", command=["python3", "-m", "vllm_tgis_adapter"], ports=port(8080, "http"))],
        {"runtime": "vllm", "protocols": ("openai",)},
    ),
    "vLLM's first server knows nothing of OpenAI": (
        isvc("v", predictor={"containers": [{"command": ["python3", "-m", "vllm.entrypoints.api_server"]}]}),
        {"runtime": "vllm", "protocols": ()},
    ),
    "Caikit's own gRPC": (
        [
            *isvc("c", "caikit", "r"),
            sr(
                "r",
                image="quay.io/modh/caikit-nlp@sha256:abc",
                command=["python", "-m", "caikit.runtime"],
                ports=port(8085),
            ),
        ],
        {"runtime": "caikit", "protocols": ()},
    ),
    "TEI's own gRPC": (
        [
            *isvc("e", "any", "r"),
            sr(
                "r",
                image="ghcr.io/huggingface/text-embeddings-inference:86-1.5-grpc",
                command=["text-embeddings-router", "--model-id", "BAAI/bge"],
            ),
        ],
        {"runtime": "tei", "protocols": (), "served_model_names": ("BAAI/bge",)},
    ),
    "TGI for Gaudi": (
        [*isvc("t", "pytorch", "r"), sr("r", image="ghcr.io/huggingface/tgi-gaudi:2.3.1", args=["--model-id", "m"])],
        {"runtime": "tgi", "protocols": ("openai",), "served_model_names": ("tgi",)},
    ),
    "OpenVINO without a port for REST": (
        [
            *isvc("o", "onnx", "r"),
            sr("r", image="openvino/model_server:2025.1", args=["--model_name={{.Name}}", "--port=8001"]),
        ],
        {"runtime": "ovms", "protocols": ("grpc-v2",), "served_model_names": ("o",)},
    ),
    "what KServe's webhook adds for the format is no protocol": (
        [*isvc("v", "vLLM", "r", protocolVersion="v2"), sr("r", image="registry.example.net/own:1")],
        {"runtime": None, "protocols": ()},
    ),
    "an annotation that names no family": (
        [
            *isvc("l", "gguf", "r"),
            sr(
                "r",
                image="quay.example.net/llamacpp:latest",
                spec={"annotations": {"opendatahub.io/kserve-runtime": "true"}},
            ),
        ],
        {"runtime": "llama.cpp", "protocols": ("openai",)},
    ),
    "an annotation that names nothing": (
        [*isvc("l", "own", "r"), sr("r", spec={"annotations": {"opendatahub.io/kserve-runtime": "true"}})],
        {"runtime": None, "protocols": ()},
    ),
    "an annotation that names a family of its own": (
        [*isvc("l", "own", "r"), sr("r", spec={"annotations": {"opendatahub.io/kserve-runtime": "Ours"}})],
        {"runtime": "ours", "protocols": ()},
    ),
    "ModelMesh takes one of its own runtimes for a format": (
        isvc("mine", "lightgbm", meta=MESH, status=MESH_STATUS),
        {"runtime": None, "protocols": ("v2", "grpc-v2")},
    ),
    "KServe takes MLServer for V2": (
        isvc("mine", "xgboost", protocolVersion="v2"),
        {"runtime": "mlserver", "protocols": ("v2",)},
    ),
    # -- tasks -----------------------------------------------------------------------------------------------------
    "a classifier": (
        [
            *isvc("q", runtime="r", args=["--runner=pooling", "--convert=classify"]),
            sr("r", command=VLLM, args=["--model=/m"]),
        ],
        {"task": "classification"},
    ),
    "an embedder by its task": (
        [*isvc("q", runtime="r", args=["--task", "embed"]), sr("r", command=VLLM)],
        {"task": "embedding"},
    ),
    "an embedder by its label": (
        [
            *isvc("q", runtime="r", meta={"annotations": {"opendatahub.io/model-type": "embedding"}}),
            sr("r", command=VLLM),
        ],
        {"task": "embedding"},
    ),
    "an embedder by a variable": (
        [
            *isvc("l", "gguf", "r"),
            sr("r", image="ghcr.io/ggml-org/llama.cpp:server", env=env(LLAMA_ARG_EMBEDDINGS="true")),
        ],
        {"task": "embedding"},
    ),
    "a conversation is left to the model": ([*isvc("q", runtime="r"), sr("r", command=VLLM)], {"task": None}),
    # -- accelerators ----------------------------------------------------------------------------------------------
    "only the runtime has limits": (
        [*isvc("g", runtime="r"), sr("r", command=["vllm", "serve"], args=["/m"], resources=gpu(1))],
        {"accelerators": {"nvidia.com/gpu": 1}},
    ),
    "the server's limits over the runtime's": (
        [
            *isvc("g", runtime="r", resources={"limits": {"nvidia.com/gpu": 4, "memory": "1Gi"}}),
            sr("r", resources={"limits": {"nvidia.com/gpu": 1, "aws.amazon.com/neuron": 2}}),
        ],
        {"accelerators": {"aws.amazon.com/neuron": 2, "nvidia.com/gpu": 4}},
    ),
    "devices that the server's pod claims": (
        [
            *isvc(
                "g", predictor={"model": {"modelFormat": {"name": "vLLM"}, "runtime": "r"}, "resourceClaims": CLAIMS}
            ),
            sr("r"),
        ],
        {"accelerators": UNKNOWN},
    ),
    "devices that the runtime's pod claims": (
        [*isvc("g", runtime="r"), sr("r", spec={"resourceClaims": CLAIMS}, resources=gpu(1))],
        {"accelerators": UNKNOWN},
    ),
    "devices that a pod of an LLMInferenceService claims": (
        [llm("g", template={}, worker={"containers": [], "resourceClaims": CLAIMS})],
        {"accelerators": UNKNOWN},
    ),
    "devices that prefilling claims": (
        [llm("g", template={}, prefill={"template": {"resourceClaims": CLAIMS}})],
        {"accelerators": UNKNOWN},
    ),
    "what counts as a device": (
        isvc(
            "g",
            resources={
                "limits": {
                    "nvidia.com/gpu.shared": 2,
                    "nvidia.com/mig-1g.5gb": 1,
                    "gpu.intel.com/i915": 1,
                    "google.com/tpu": 4,
                    "habana.ai/gaudi": 1,
                    "huawei.com/Ascend910": 8,
                    "ibm.com/spyre_vf": 2,
                    "acme.example/npu": 3,
                    "hugepages-2Mi": "4Mi",
                    "ephemeral-storage": "1Gi",
                    "rdma/hca": 1,
                    "openshift.io/sriov": 1,
                    "vpc.amazonaws.com/efa": 4,
                    "gpu.intel.com/i915_monitoring": 1,
                    "nvidia.com/roce_rdma": 1,
                    "huawei.com/Ascend910-memory": 32,
                    "aliyun.com/gpu-mem": 8,
                    "aliyun.com/gpu-core.percentage": 50,
                    "nvidia.com/gpumem-percentage": 50,
                    "devices.kubevirt.io/kvm": 1,
                }
            },
        ),
        {
            "accelerators": {
                "acme.example/npu": 3,
                "google.com/tpu": 4,
                "gpu.intel.com/i915": 1,
                "habana.ai/gaudi": 1,
                "huawei.com/Ascend910": 8,
                "ibm.com/spyre_vf": 2,
                "nvidia.com/gpu.shared": 2,
                "nvidia.com/mig-1g.5gb": 1,
            }
        },
    ),
    "leader and workers": (
        [
            llm(
                "m",
                model={"name": "m"},
                parallelism={"tensor": 8, "pipeline": 2},
                template=main(resources=gpu(8)),
                worker=main(resources=gpu(8)),
            )
        ],
        {"accelerators": {"nvidia.com/gpu": 16}},
    ),
    "decoding and prefilling": (
        [
            llm(
                "m",
                model={"name": "m"},
                template=main(resources=gpu(1)),
                prefill={"template": main(resources=gpu(1)), "parallelism": {}},
            )
        ],
        {"accelerators": {"nvidia.com/gpu": 2}},
    ),
    "workers without a size are the leader alone": (
        [llm("m", model={"name": "m"}, template=main(resources=gpu(2)), worker=main(resources=gpu(2)))],
        {"accelerators": {"nvidia.com/gpu": 2}},
    ),
    "by data parallelism": (
        [llm("m", model={"name": "m"}, parallelism={"data": 16, "dataLocal": 8}, worker=main(resources=gpu(8)))],
        {"accelerators": {"nvidia.com/gpu": 16}},
    ),
    "several nodes of an InferenceService": (
        isvc(
            "m",
            predictor={
                "model": {"modelFormat": {"name": "vLLM"}},
                "workerSpec": {"pipelineParallelSize": 2, "tensorParallelSize": 4},
            },
        ),
        {"accelerators": {"nvidia.com/gpu": 8}},
    ),
    # -- addresses -------------------------------------------------------------------------------------------------
    "an address without a Service": (
        isvc(
            "mnist",
            status={
                "url": "http://mnist-ns.example.com",
                "address": {"url": "http://mnist.ns.svc.cluster.local/"},
                "conditions": READY,
            },
        ),
        {"internal_url": "http://mnist-predictor.ns.svc.cluster.local:8080"},
    ),
    "an address with a request's path": (
        [
            isvc(
                "m",
                meta={"annotations": {f"{KSERVE}/deploymentMode": "Serverless"}},
                status={
                    "url": "http://m-ns.models.example.org",
                    "address": {"url": "http://m.ns.svc.cluster.local/v1/models/m:predict"},
                    "conditions": READY,
                },
            )[0]
        ],
        {"internal_url": "http://m.ns.svc.cluster.local"},
    ),
    "a server below a path": (
        [
            *isvc("i", "any", "r"),
            sr("r", image="michaelf34/infinity:0.0.75", env=env(INFINITY_URL_PREFIX="/v1/", INFINITY_MODEL_ID="m")),
        ],
        {"internal_url": "http://i-predictor.ns.svc.cluster.local:8080", "prefix": "/v1"},
    ),
    # -- tokens ----------------------------------------------------------------------------------------------------
    "a gateway of models as a service": (
        [
            llm(
                "q",
                model={"name": "m"},
                router={
                    "route": {},
                    "gateway": {"refs": [{"name": "maas-default-gateway", "namespace": "openshift-ingress"}]},
                },
            )
        ],
        {"token": "maas"},
    ),
    "a model that is offered as a service": (
        [
            llm("q", model={"name": "m"}),
            {
                "apiVersion": "maas.opendatahub.io/v1alpha1",
                "kind": "MaaSModelRef",
                "metadata": {"namespace": "ns", "name": "q"},
                "spec": {"modelRef": {"kind": "LLMInferenceService", "name": "q"}},
            },
        ],
        {"token": "maas"},
    ),
    "the platform's token": ([llm("q", model={"name": "m"})], {"token": "openshift"}),
    "a key of the server's own": (
        [*isvc("q", runtime="r"), sr("r", command=VLLM, env=[{"name": "VLLM_API_KEY", "valueFrom": {}}])],
        {"token": "api-key"},
    ),
    "a key in a variable of its family": (
        [
            *isvc("e", "any", "r"),
            sr("r", image="ghcr.io/huggingface/text-embeddings-inference:cpu-1.5", env=env(API_KEY=None)),
        ],
        {"token": "api-key"},
    ),
    "a key for another service": (
        [*isvc("q", runtime="r"), sr("r", command=VLLM, env=env(API_KEY=None))],
        {"token": "openshift"},
    ),
}


def facts_of(objects: list[Object]) -> InferenceService:
    with Loopback(cluster_api([PLATFORM, *objects])) as server:
        cluster = Cluster(name="east", server=server.url)
        facts = kserve.read(cluster, Reading(traffic=Traffic("kserve/east"), policy=QUICK))
    assert not [scope for scope in facts.scopes if not scope.complete]
    (server_,) = facts.tables["inference_services"]
    assert isinstance(server_, InferenceService)
    return server_


@pytest.mark.parametrize("case", CASES)
def test_facts_of_a_kind(case: str) -> None:
    objects, told = CASES[case]
    facts = facts_of(objects)
    assert {name: getattr(value := getattr(facts, name), "value", value) for name in told} == told


def test_a_target_port_of_odd_digits_is_a_name() -> None:
    server, service = isvc("m", runtime="r")
    service["spec"]["ports"] = [{"name": "http", "port": 80, "targetPort": "²"}]
    assert facts_of([server, service, sr("r", command=["vllm", "serve", "m"])]).internal_url.value


@pytest.mark.parametrize(
    ("ports", "spoken"),
    [
        ([{"name": "http", "port": 80, "targetPort": 8080}], ("v2",)),
        ([{"name": "https", "port": 8443, "targetPort": "https"}], ("v2",)),
        ([{"name": "http", "port": 80, "targetPort": 8080}, {"name": "grpc", "port": 81}], ("v2", "grpc-v2")),
        ([{"name": "h2c", "port": 80, "targetPort": 8080}, {"name": "rest", "port": 81}], ("v2", "grpc-v2")),
        (
            [{"name": "a", "port": 80, "targetPort": 8080}, {"name": "b", "port": 81, "targetPort": 8001}],
            ("v2", "grpc-v2"),
        ),
        ([{"port": 80, "targetPort": 8080, "appProtocol": "kubernetes.io/h2c"}], ("v2", "grpc-v2")),
        ([], ("v2", "grpc-v2")),  # nothing is known of it
    ],
)
def test_grpc_is_spoken_where_the_service_has_a_port_for_it(ports: list[Object], spoken: tuple[str, ...]) -> None:
    server, service = isvc("m", "onnx", "r")
    service["spec"]["ports"] = ports
    runtime = sr("r", image="quay.io/modh/openvino_model_server:1", spec={"protocolVersions": ["v2", "grpc-v2"]})
    assert facts_of([server, service, runtime]).protocols.value == spoken
