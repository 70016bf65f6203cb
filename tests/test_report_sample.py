"""One plan as a reviewer meets it, in every medium. The golden files are there to be read.

`python tests/test_report_sample.py` writes them anew after a wanted change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import pytest
from rhoai_catalog import report
from rhoai_catalog.backstage import AUTH_POINTER
from rhoai_catalog.config import Addresses, Repository
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.identity import Identity
from rhoai_catalog.plan import Change, Flag, HandEdit, Held, Operation, Plan, Upkeep, ValueChange
from rhoai_catalog.problem import Problem
from rhoai_catalog.snapshot import Scope

GOLDEN = Path(__file__).parent / "data" / "report"
PAYMENTS, VISION = "group:default/payments", "group:default/vision"
SERVER = "kserve/east/payments/InferenceService"
LICENCE = "/metadata/annotations/rhoai-catalog~1license"
EXTERNAL = "/metadata/annotations/rhdh.modelcatalog.io~1external-route-url"
HOSTILE = "</summary> @all | fixes #1 `x` <!-- \u202egnp.exe\n## Owned\x1b[31m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    source: str
    requests: int
    pages: int
    retries: int
    seconds: float


TRAFFIC = (
    Cost(source="kserve/east", requests=14, pages=9, retries=0, seconds=2.41),
    Cost(source="model-registry/team-a", requests=31, pages=22, retries=4, seconds=61.02),
)


def _definition(operations: int) -> str:
    return "openapi: 3.1.0\npaths:\n" + "".join(f"  /v2/operation-{number}: {{}}\n" for number in range(operations))


CHANGES = (
    Change(
        operation=Operation.REMOVE,
        what="component:default/east.payments.fraud-v1",
        kind="Component",
        file="servers/east/payments/entities.yaml",
        identity=Identity(f"{SERVER}/fraud-v1"),
        title="Fraud detection, first generation",
        owner=PAYMENTS,
        flags=(Flag.REMOVED,),
    ),
    Change(
        operation=Operation.REMOVE,
        what="component:default/east.sandbox.trial",
        kind="Component",
        file="servers/east/sandbox/entities.yaml",
        identity=Identity("kserve/east/sandbox/InferenceService/trial"),
        title="Trial",
        flags=(Flag.REMOVED,),
        reason="clusters east namespaces",
    ),
    Change(
        operation=Operation.CREATE,
        what="api:default/east.payments.fraud-v3",
        part_of="component:default/east.payments.fraud-v3",
        kind="API",
        file="servers/east/payments/entities.yaml",
        line=61,
        identity=Identity(f"{SERVER}/fraud-v3"),
        title="Fraud detection",
        owner=PAYMENTS,
    ),
    Change(
        operation=Operation.CREATE,
        what="component:default/east.payments.fraud-v3",
        kind="Component",
        file="servers/east/payments/entities.yaml",
        line=20,
        identity=Identity(f"{SERVER}/fraud-v3"),
        title="Fraud detection",
        owner=PAYMENTS,
    ),
    Change(
        operation=Operation.CREATE,
        what="resource:default/team-a.mnist.2-61f3a09c",
        kind="Resource",
        file="models/team-a/mnist/entities.yaml",
        identity=Identity("model-registry/team-a/mnist/2"),
        title=HOSTILE,
        owner=VISION,
    ),
    Change(
        operation=Operation.CREATE,
        what="models/team-a/mnist/2-61f3a09c/docs/index.md",
        kind="",
        file="models/team-a/mnist/2-61f3a09c/docs/index.md",
        identity=Identity("model-registry/team-a/mnist/2"),
    ),
    Change(
        operation=Operation.UPDATE,
        what="api:default/east.vision.digits",
        part_of="component:default/east.vision.digits",
        kind="API",
        file="servers/east/vision/entities.yaml",
        identity=Identity("kserve/east/vision/InferenceService/digits"),
        title="Digits",
        owner=VISION,
        values=(ValueChange(pointer="/spec/definition", old=_definition(10), new=_definition(12)),),
    ),
    Change(
        operation=Operation.UPDATE,
        what="component:default/east.vision.digits",
        kind="Component",
        file="servers/east/vision/entities.yaml",
        line=2,
        identity=Identity("kserve/east/vision/InferenceService/digits"),
        title="Digits",
        owner=VISION,
        values=(
            ValueChange(pointer="/metadata/annotations/rhoai-catalog~1accelerators", new="nvidia.com/gpu=2"),
            ValueChange(pointer=EXTERNAL, new="https://digits-vision.apps.east.example.net", flag=Flag.EXPOSED),
            ValueChange(pointer="/metadata/tags/onnx", old=True),
            ValueChange(pointer="/metadata/tags/vllm", new=True),
            ValueChange(
                pointer=AUTH_POINTER, old="auth-required", new="auth-not-required", flag=Flag.AUTHENTICATION_OFF
            ),
        ),
        flags=(Flag.AUTHENTICATION_OFF, Flag.EXPOSED),
    ),
    Change(
        operation=Operation.UPDATE,
        what="resource:default/team-a.granite.3.1",
        kind="Resource",
        file="models/team-a/granite/entities.yaml",
        moved_from="models/team-a/_3f/entities.yaml",
        identity=Identity("model-registry/team-a/granite/3.1"),
        title="Granite 3.1",
        owner=PAYMENTS,
        values=(
            ValueChange(
                pointer="/metadata/annotations/rhoai-catalog~1artifact-uris",
                old="oci://registry.example.net/models/payments/language/granite-3.1-8b-instruct-quantized-for-east/weights:1.4.0"
                "+build.20260112",
                new="oci://registry.example.net/models/payments/language/granite-3.1-8b-instruct-quantized-for-east/weights:1.5.0"
                "+build.20260301",
            ),
            ValueChange(pointer=LICENCE, old="apache-2.0", new="llama3.1", flag=Flag.LICENCE),
            ValueChange(pointer="/spec/owner", old="group:default/ai-platform", new=PAYMENTS, flag=Flag.OWNER),
        ),
        flags=(Flag.OWNER, Flag.LICENCE),
    ),
    Change(
        operation=Operation.UPDATE,
        what="models/team-a/granite/3.1/docs/index.md",
        kind="",
        file="models/team-a/granite/3.1/docs/index.md",
        identity=Identity("model-registry/team-a/granite/3.1"),
        values=(
            ValueChange(pointer="/Granite 3.1/Licence", old="a", new="b"),
            ValueChange(pointer="/Granite 3.1/Metrics", new="c"),
        ),
    ),
)
HELD = tuple(
    Held(
        what=f"model-registry/team-a/{name}/1",
        reason="12 of 30 ModelVersion of model-registry/team-a would go at once",
        release="--allow-removal model-registry/team-a/ModelVersion=12",
    )
    for name in ("bert", "clip", "resnet")
)
HAND_EDITS = (
    HandEdit(
        what="component:default/east.payments.risk",
        file="servers/east/payments/entities.yaml",
        pointer=EXTERNAL,
        mine="https://risk.example.com",
        generated="https://risk-payments.apps.east.example.net",
        flags=(Flag.URL_EDITED,),
    ),
    HandEdit(
        what="component:default/east.payments.risk",
        file="servers/east/payments/entities.yaml",
        pointer="/metadata/title",
        mine="Risk | all regions",
        generated="risk",
    ),
    HandEdit(
        what="component:default/east.vision.digits",
        file="servers/east/vision/entities.yaml",
        pointer="/metadata/description",
        mine="Reads digits. Ask #vision before you change it.",
        generated="Reads digits, and now letters.",
        state="conflict",
    ),
    HandEdit(
        what="component:default/east.vision.digits",
        file="servers/east/vision/entities.yaml",
        pointer="/metadata/tags/onnx",
        generated=True,
    ),
    HandEdit(
        what="resource:default/team-a.old.1",
        file="models/team-a/old/entities.yaml",
        pointer="",
        state="orphan",
    ),
)
SCOPES = (
    Scope(source="kserve/east", kind="InferenceService", complete=True, listed=41),
    Scope(source="kserve/east", kind="LLMInferenceService", complete=True, listed=3),
    Scope(source="model-catalog/redhat", kind="CatalogModel", complete=True, listed=120),
    Scope(source="model-registry/team-a", kind="RegisteredModel", complete=True, listed=18),
    Scope(
        source="model-registry/team-a",
        kind="ModelVersion",
        complete=False,
        listed=50,
        reason="GET https://team-a.example.net/api/model_registry/v1alpha3/model_versions answered 502 on page 2",
        hint="the run after this one tries again; if it lasts, look at the pods of the registry",
    ),
)
PLAN = Plan(
    changes=CHANGES,
    held=HELD,
    hand_edits=HAND_EDITS,
    left_out=(
        LeftOut(what="model-registry/team-a/ghost/1", reason="its registered model 77 is not there"),
        LeftOut(what="component:default/east.vision.digits", reason=f"the tag {HOSTILE!r} is no tag"),
    ),
    scopes=SCOPES,
    problems=(
        Problem(
            path="catalog/servers/east/payments/entities.yaml",
            line=88,
            column=5,
            pointer="/spec/owner",
            message="'Payments Team' is no entity reference",
        ),
    ),
    unreadable=(
        Problem(
            path="catalog/models/team-a/whisper/entities.yaml", line=14, column=3, message="mapping key 'spec' twice"
        ),
    ),
    files={"servers/east/payments/entities.yaml": "kind: Component\n", "servers/east/sandbox/entities.yaml": None},
    existing={"API": 44, "Component": 44, "Resource": 96},
    relations={
        "component:default/east.vision.digits": (
            "resource:default/team-a.mnist.2-61f3a09c",
            "api:default/east.vision.digits",
        )
    },
    upkeep=(Upkeep(file="catalog-info.yaml", what="./servers/east/sandbox/entities.yaml is read no longer"),),
)
AT = Addresses(
    repository=Repository(url="https://git.example.net/org/catalog", forge="gitea"), hub="https://hub.example.net"
)
FIRST = replace(PLAN, changes=CHANGES[2:6], hand_edits=(), held=(), unreadable=(), problems=(), is_first=True)
MEDIA = {
    "pull_request.md": report.pull_request_body(PLAN, traffic=TRAFFIC, at=AT),
    "first_pull_request.md": report.pull_request_body(FIRST, at=AT).replace(version("rhoai-catalog"), "VERSION"),
    "job_summary.md": report.job_summary(PLAN, traffic=TRAFFIC),
    "commit.txt": report.commit_message(PLAN),
    "plan.txt": report.plan_text(PLAN, colour=False, verbose=False),
    "plan.json": report.plan_json(PLAN),
}


@pytest.mark.parametrize("name", MEDIA)
def test_the_sample_reads_as_reviewed(name: str) -> None:
    assert MEDIA[name] == (GOLDEN / name).read_text("utf-8")


if __name__ == "__main__":
    for name, text in MEDIA.items():
        (GOLDEN / name).write_text(text, "utf-8")
