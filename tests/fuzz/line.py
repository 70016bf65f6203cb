"""The stages behind what was observed: nothing of it may fail, and nothing is written outside the catalog."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from rhoai_catalog import catalog, pipeline, report
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Cluster, Config, Owners, Removal, Service, Validation
from rhoai_catalog.observation import Observation
from rhoai_catalog.plan import Plan
from rhoai_catalog.review import Review

PROFILES: Final = ("seed", "mcp-server", "agent")
CONFIG: Final = Config(
    root=Path("catalog"),
    clusters=(Cluster(name="east", server="https://east.example.net", discover=True),),
    services=(
        Service(family="model-registry", name="shared", url="https://r.example.net"),
        Service(family="model-catalog", name="cards", url="https://c.example.net"),
    ),
    owners=Owners(default="group:default/ai", known=("group:default/ai", "user:default/alice")),
    profiles=PROFILES,
    validation=Validation(profiles=PROFILES),
    removal=Removal(runs=1, hours=0),
)


def planned(observation: Observation, texts: Mapping[str, str]) -> Plan:
    """What would change in a catalog of these texts, told in every form."""
    plan = pipeline.plan(CONFIG, observation, {}, Review.of(Files(texts=texts)))
    for told in (
        report.plan_text(plan, colour=False, verbose=True),
        report.plan_json(plan),
        report.pull_request_body(plan),
        report.pull_request_title(plan),
        report.job_summary(plan),
        report.commit_message(plan),
        report.problems_text(plan.problems, {}, colour=False),
    ):
        told.encode("utf-8")  # no half characters
    return plan


def require_inside(plan: Plan, before: Mapping[str, str]) -> None:
    """Write what a plan says into a catalog, beside which nothing may appear."""
    for file in plan.files:
        path = PurePosixPath(file)
        assert not path.is_absolute() and ".." not in path.parts, file
        assert all(len(part.encode()) <= 255 for part in path.parts), file
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "catalog"
        catalog.write_files(root, {file: before[file] for file in plan.files if file in before})
        catalog.write_files(root, plan.files)
        assert [path.name for path in Path(name).iterdir()] in ([], ["catalog"])
