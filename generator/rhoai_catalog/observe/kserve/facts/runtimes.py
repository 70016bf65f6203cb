"""What serves a model: the runtime's family, and the protocols that a caller may speak."""

from __future__ import annotations

from typing import Final

from rhoai_catalog.observe.kserve.facts.endpoints import deployment_mode
from rhoai_catalog.observe.kserve.facts.families import BY_MARK, FAMILIES, NOBODY, OF_FORMAT, by_image, by_program
from rhoai_catalog.observe.kserve.facts.process import Process, predictor_model
from rhoai_catalog.observe.kserve.fields import Object, items, mapping, text
from rhoai_catalog.observe.kserve.surroundings import Runtime, Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact

KNOWN: Final = ("v1", "v2", "grpc-v1", "grpc-v2")  # what KServe calls protocols
BY_ENV: Final = ("PROTOCOL", "PROTOCOL_VERSION")
GRPC_PORT: Final = ("h2c", "grpc")
NIM: Final = "runtimes.opendatahub.io/nvidia-nim"


def family(item: Object, process: Process, runtime: Runtime | None, around: Surroundings) -> Fact[str | None]:
    """The runtime family, best evidence first: annotation, program, image, then the model format."""
    format_name, model = predictor_model(item)
    if runtime is not None:
        if annotated := _annotated_family(runtime):
            return Fact(annotated, f"{runtime.kind} {runtime.name} annotations")
    elif around.runtimes.unknown and model:
        return Fact(UNKNOWN, around.runtimes.unknown)
    if row := by_program(process.line) or by_image(process.image):
        return Fact(row.name, f"{process.origin} command and image")
    usual = OF_FORMAT.get((format_name or "").lower()) if runtime is None and model else None
    return Fact(usual, "spec.predictor.model.modelFormat" if usual else "nothing says which runtime it is")


def llm_family(process: Process) -> Fact[str | None]:
    """What an LLMInferenceService runs: vLLM, unless its own container says otherwise."""
    row = by_program(process.line) or by_image(process.image)
    if row is not None and row.name != "vllm":
        return Fact(row.name, f"{process.origin} command and image")
    return Fact("vllm", "what every LLMInferenceService runs")


def _annotated_family(runtime: Runtime) -> str | None:
    if runtime.annotations.get(NIM) == "true":
        return "nim"
    marks = (
        mapping(runtime.spec.get("annotations")).get("opendatahub.io/kserve-runtime"),
        runtime.annotations.get("opendatahub.io/kserve-runtime"),
        runtime.annotations.get("serving.kserve.io/server-type"),
    )
    mark = next((mark.lower() for mark in marks if isinstance(mark, str) and mark), None)
    row = BY_MARK.get(mark or runtime.annotations.get("opendatahub.io/template-name", ""))
    return row.name if row else mark


def protocols(
    item: Object, process: Process, runtime: Runtime | None, known: Fact[str | None]
) -> Fact[tuple[str, ...]]:
    """What a caller may speak, REST first. A default of KServe's webhook says nothing about what a server speaks."""
    if deployment_mode(item) == "ModelMesh":
        return Fact(("v2", "grpc-v2"), "what ModelMesh speaks, whatever its runtimes do")
    if known.value is UNKNOWN:
        return Fact(UNKNOWN, known.origin)
    row = FAMILIES.get(known.value if isinstance(known.value, str) else "", NOBODY)
    declared = tuple(v for v in items(runtime.spec.get("protocolVersions")) if v in KNOWN) if runtime else ()
    if row.always:
        spoken = tuple(name for name in row.speaks if name in declared) or row.speaks
        return _at_ports(Fact(spoken, f"the runtime is {row.name}"), process)
    _, model = predictor_model(item)
    wanted = text(model.get("protocolVersion")) or _by_env(process)
    first = ("openai-huggingface",) if row.name == "huggingface" else ()
    if row.name == "ovms" and process.has("--task"):
        first = ("openai-ovms",)
    spoken = declared or tuple(name for name in row.speaks if not name.startswith("openai"))
    if spoken:
        where = (
            f"{runtime.kind} {runtime.name} protocolVersions" if runtime and declared else f"the runtime is {row.name}"
        )
        ordered = sorted(spoken, key=lambda name: (name != wanted, "grpc" in name, declared != () and name == "v1"))
        return _at_ports(Fact((*first, *ordered), where), process)
    if name := _by_env(process):
        return Fact((name,), f"{process.origin} env PROTOCOL")
    if wanted in KNOWN and wanted != KNOWN[0]:
        return Fact((wanted,), "spec.predictor.model.protocolVersion")
    return Fact((), "nobody says what the runtime speaks")


def _by_env(process: Process) -> str:
    return next((process.env[name] for name in BY_ENV if process.env.get(name) in KNOWN), "")


def _at_ports(spoken: Fact[tuple[str, ...]], process: Process) -> Fact[tuple[str, ...]]:
    """Only gRPC, where the server has no other port."""
    assert isinstance(spoken.value, tuple)
    over_grpc = tuple(name for name in spoken.value if name.startswith("grpc"))
    names = [name.lower() for name, _ in process.ports]
    if over_grpc and names and all(any(mark in name for mark in GRPC_PORT) for name in names):
        return Fact(over_grpc, f"{process.origin}: its only port speaks gRPC")
    return spoken
