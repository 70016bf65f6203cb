"""What serves a model: the runtime's family, and the protocols that a caller may speak.

A family is known by its program, then by its image, whose last parts count. A word somewhere in a name is no proof.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.families import KSERVE
from rhoai_catalog.observe.kserve.facts.endpoints import deployment_mode
from rhoai_catalog.observe.kserve.facts.families import NOBODY, ROWS, TRANSFORMER, ServingFamily
from rhoai_catalog.observe.kserve.facts.process import Process, is_known, predictor_model
from rhoai_catalog.observe.kserve.fields import Object, items, mapping, text
from rhoai_catalog.observe.kserve.surroundings import Runtime, Surroundings
from rhoai_catalog.snapshot import UNKNOWN, Fact

FAMILIES: Final = {row.name: row for row in ROWS}  # of rows with one name, the last is the family's own
PROGRAMS: Final = tuple((re.compile(row.program), row) for row in ROWS if row.program)
IMAGES: Final = tuple((re.compile(row.image), row) for row in ROWS if row.image)
BY_MARK: Final = {mark: row for row in ROWS for mark in row.marks}
OF_FORMAT: Final = {  # which family KServe, or the platform, takes for a format, where no runtime can be seen
    "caikit": "caikit",
    "huggingface": "huggingface",
    "lightgbm": "lightgbm",
    "openvino_ir": "ovms",
    "paddle": "paddle",
    "pmml": "pmml",
    "sklearn": "sklearn",
    "triton": "triton",
    "vllm": "vllm",
    "xgboost": "xgboost",
}
OF_FORMAT_V2: Final = {**OF_FORMAT, **dict.fromkeys(("lightgbm", "mlflow", "sklearn", "xgboost"), "mlserver")}
REFERENCE: Final = re.compile(r"(?P<repository>.*?)(:(?P<tag>[^/:@]*))?(@sha[0-9]+:[0-9a-f]*)?")
KNOWN: Final = ("v1", "v2", "grpc-v1", "grpc-v2")  # what KServe calls protocols
BY_ENV: Final = ("PROTOCOL", "PROTOCOL_VERSION")
ENVELOPES: Final = {KSERVE: "v1", f"{KSERVE}v2": "v2"}  # as TorchServe calls protocols
OVER_GRPC: Final = ("grpc-v1", "grpc-v2", "tgis")
GRPC_PORT: Final = ("h2c", "grpc")
NIM: Final = "runtimes.opendatahub.io/nvidia-nim"
OPENAI_PREFIX: Final = "KSERVE_OPENAI_ROUTE_PREFIX"  # what KServe's huggingfaceserver puts before OpenAI's paths
NO_MARK: Final = ("", "true", "false")
V2_BY_DEFAULT: Final = "vllm"  # the format for which KServe's webhook writes V2 where nobody says anything


def recognised(process: Process) -> ServingFamily | None:
    """The row that a program, or its image, shows; of two of one name, that of the image's tag."""
    program, image = _by_program(process.line), _by_image(process.image)
    return image if program is None or (image is not None and image.name == program.name and image.tag) else program


def row_of(family: str | None, process: Process) -> ServingFamily:
    """The row of a server whose family is known, or of what stands in front of it."""
    found = recognised(process)
    if process.in_front and found is None:
        return TRANSFORMER
    return found if found is not None and found.name == family else FAMILIES.get(family or "", NOBODY)


@lru_cache(maxsize=limits.RUNTIMES)  # thousands of servers run a few programs
def _by_program(line: str) -> ServingFamily | None:
    return next((row for program, row in PROGRAMS if program.search(line)), None)


@lru_cache(maxsize=limits.RUNTIMES)
def _by_image(image: str) -> ServingFamily | None:
    reference = REFERENCE.fullmatch(image.lower())
    if reference is None:
        return None
    repository, tag = reference["repository"], reference["tag"] or ""
    shown = (row for pattern, row in IMAGES if pattern.search(repository))
    return next((row for row in shown if not row.tag or re.search(row.tag, tag)), None)


def family(
    item: Object, process: Process, runtime: Runtime | None, around: Surroundings, front: Process | None
) -> Fact[str | None]:
    """The runtime family, best evidence first: annotation, program, image, then the model format; where a known family
    stands in front of it, that.
    """
    if front is not None and (row := recognised(front)):
        return Fact(row.name, f"{front.origin} command and image")
    format_name, model = predictor_model(item)
    mark = _mark(runtime) if runtime is not None else ""
    if runtime is not None and (row := BY_MARK.get(mark)):
        return Fact(row.name, f"{runtime.kind} {runtime.name} annotations")
    if runtime is None and around.runtimes.unknown and model:
        return Fact(UNKNOWN, around.runtimes.unknown)
    if row := recognised(process):
        return Fact(row.name, f"{process.origin} command and image")
    if runtime is not None and mark not in NO_MARK:
        return Fact(mark, f"{runtime.kind} {runtime.name} annotations")
    of_format = OF_FORMAT_V2 if text(model.get("protocolVersion")) == "v2" else OF_FORMAT
    default = runtime is None and model and deployment_mode(item) != "ModelMesh"
    usual = of_format.get((format_name or "").lower()) if default else None
    return Fact(usual, "spec.predictor.model.modelFormat" if usual else "nothing says which runtime it is")


def llm_family(process: Process) -> Fact[str | None]:
    """What an LLMInferenceService runs: vLLM, unless its own container says otherwise."""
    row = recognised(process)
    if row is not None and row.name != "vllm":
        return Fact(row.name, f"{process.origin} command and image")
    return Fact("vllm", "what every LLMInferenceService runs")


def _mark(runtime: Runtime) -> str:
    """What annotations call a runtime."""
    if runtime.annotations.get(NIM) == "true":
        return "nim"
    marks = (
        mapping(runtime.spec.get("annotations")).get("opendatahub.io/kserve-runtime"),
        runtime.annotations.get("opendatahub.io/kserve-runtime"),
        runtime.annotations.get("serving.kserve.io/server-type"),
    )
    template = runtime.annotations.get("opendatahub.io/template-name", "")
    named = (mark.lower() for mark in marks if isinstance(mark, str) and mark)
    return next(named, template if template in BY_MARK else "")


def protocols(
    item: Object, process: Process, runtime: Runtime | None, known: Fact[str | None], only_http: str
) -> Fact[tuple[str, ...]]:
    """What a caller may speak with the program that is reached, REST first. `only_http`: what takes no gRPC for it."""
    if deployment_mode(item) == "ModelMesh":
        return Fact(("v2", "grpc-v2"), "what ModelMesh speaks, whatever its runtimes do")
    row = row_of(known.value if isinstance(known.value, str) else None, process)
    if known.value is UNKNOWN and not process.in_front:
        return Fact(UNKNOWN, known.origin)
    return _without_grpc(_at_ports(_spoken(item, process, runtime, row), process, row), only_http)


def _spoken(item: Object, process: Process, runtime: Runtime | None, row: ServingFamily) -> Fact[tuple[str, ...]]:
    """What a family, its runtime, or its server say: of what stands in front, the family alone. A default of KServe's
    webhook says nothing.
    """
    if process.in_front:
        item, runtime = {}, None
    declared = tuple(v for v in items(runtime.spec.get("protocolVersions")) if v in KNOWN) if runtime else ()
    if row.always:
        spoken = tuple(name for name in row.speaks if name in declared) or row.speaks
        return Fact(spoken, f"the runtime is {row.name}")
    format_name, model = predictor_model(item)
    wanted = text(model.get("protocolVersion")) or _by_env(process)
    if row.one:
        return Fact((wanted if wanted in row.speaks else row.speaks[0],), f"the one that {row.name} is set to")
    first = _of_huggingface(process) if row.name == "huggingface" else ()
    if row.name == "ovms" and process.has("--task"):
        first = ("openai-ovms",)
    spoken = declared or tuple(name for name in row.speaks if not name.startswith("openai"))
    if spoken:
        where = (
            f"{runtime.kind} {runtime.name} protocolVersions" if runtime and declared else f"the runtime is {row.name}"
        )
        ordered = sorted(spoken, key=lambda name: (name != wanted, "grpc" in name, declared != () and name == "v1"))
        return Fact((*first, *ordered), where)
    if name := _by_env(process):
        return Fact((name,), f"{process.origin} env PROTOCOL")
    if wanted in KNOWN[1:] and (format_name or "").lower() != V2_BY_DEFAULT:
        return Fact((wanted,), "spec.predictor.model.protocolVersion")
    return Fact((), "nobody says what the runtime speaks")


def _of_huggingface(process: Process) -> tuple[str, ...]:
    """OpenAI's API, as far as it is known where it begins: at the root if nobody wants a path before it."""
    if process.hides(OPENAI_PREFIX) or not is_known(prefix := process.env.get(OPENAI_PREFIX, "/openai")):
        return ()
    return {"openai": ("openai-huggingface",), "": ("openai",)}.get(prefix.strip("/"), ())


def _by_env(process: Process) -> str:
    told = next((process.env[name] for name in BY_ENV if process.env.get(name) in KNOWN), "")
    return told or ENVELOPES.get(process.env.get("TS_SERVICE_ENVELOPE", ""), "")


def _without_grpc(spoken: Fact[tuple[str, ...]], only_http: str) -> Fact[tuple[str, ...]]:
    """Beside REST, gRPC is only spoken where a port of the Service leads to it."""
    assert isinstance(spoken.value, tuple)
    rest = tuple(name for name in spoken.value if name not in OVER_GRPC)
    return Fact(rest, f"{spoken.origin}; {only_http} has no port for gRPC") if only_http and rest else spoken


def _at_ports(spoken: Fact[tuple[str, ...]], process: Process, row: ServingFamily) -> Fact[tuple[str, ...]]:
    """Only gRPC, where the server has no other port: what it speaks there may be a gRPC of its own."""
    assert isinstance(spoken.value, tuple)
    names = [name.lower() for name, _ in process.ports]
    alone = names and all(any(mark in name for mark in GRPC_PORT) for name in names)
    if alone or (row.rest and process.has("--port") and not process.has(row.rest)):
        over_grpc = tuple(name for name in spoken.value if name in OVER_GRPC) or row.grpc
        return Fact(over_grpc, f"{process.origin}: its only port speaks gRPC{'' if over_grpc else ' of its own'}")
    return spoken
