"""Files that people, other programs or other branches wrote: read, or refused in a line."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rhoai_catalog import catalog, changes, documents, merge, report, snapshot, validate
from rhoai_catalog.config import Cluster, Validation, read_config
from rhoai_catalog.describe import describe
from rhoai_catalog.describe.definitions.contract import declared_definition
from rhoai_catalog.describe.facts.front_matter import split_card
from rhoai_catalog.describe.pages.card import safe_card
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.merge.pages.markdown import merge_page
from rhoai_catalog.merge.pages.sections import section_digests, sections_of
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe.backstage.owners import owners_in
from rhoai_catalog.observe.kserve.connection import connection
from rhoai_catalog.propose.memory import Memory

from fuzz.answers import edited_tree, later, tree
from fuzz.corpus import Seeds, Target, Variant, files, variants
from fuzz.line import CONFIG, planned, require_inside

GENERATED = "# Chat\n\nIt chats.\n\n## Facts\n\nFew.\n\n## Risks\n\nNone.\n"


@contextlib.contextmanager
def on_disk(content: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        yield file


def yaml(variant: Variant) -> None:
    text = variant.text
    assert "".join(documents.split(text)) == text
    with contextlib.suppress(GeneratorError):
        documents.load(text)
    for piece in documents.split(text)[:3]:
        try:
            data = documents.parse(piece)
        except GeneratorError:
            continue
        documents.positions(piece, ["", "/metadata/name", "/0/a", "/~1"])
        list(documents.traps(piece))
        if isinstance(data, dict):
            _edit(piece, {**data, "fuzz": ["x"]})
            _edit(piece, dict.fromkeys(data, "changed"))
            assert documents.parse(documents.dump(data)) == data or _is_odd(data)
        declared_definition(piece, servers=("https://a.example",), needed="A token is needed.", token="Bearer")


def _edit(text: str, data: dict[str, Any]) -> None:
    with contextlib.suppress(GeneratorError):
        before = documents.comments(text)
        edited = documents.edit(text, data)
        assert documents.parse(edited) == data and documents.comments(edited) == before


def _is_odd(data: Any) -> bool:
    """Numbers that equal nothing, and texts that no file holds."""
    return "nan" in repr(data) or "\\ud" in repr(data)


def card(variant: Variant) -> None:
    text = variant.text
    written = safe_card(text)
    safe_card(written)
    split_card(text)
    assert "".join(section.text for section in sections_of(text)) == text
    for bases, mine, new in (
        ([section_digests(GENERATED)], text, GENERATED),
        ([section_digests(GENERATED)], GENERATED, written),
        ([section_digests(written)], f"{text}\nmore\n", GENERATED),
        ([], text, written),
    ):
        with contextlib.suppress(GeneratorError):
            merge_page(bases, mine, new)


def configuration(variant: Variant) -> None:
    with on_disk(variant.content, "generator.yaml") as file, contextlib.suppress(GeneratorError):
        config = read_config(file)
        config.expected()
        config.of_names(())
        with contextlib.suppress(GeneratorError):
            config.proposing_to(open_pull_request=True)
        for source in config.sources:
            with contextlib.suppress(GeneratorError):
                (source.credentials).token()
        config.owners.on_forge(("group:default/x", "y"))


def _configurations() -> Seeds:
    valid = Path(__file__).parents[1] / "examples" / "generator" / "valid"
    return {**files("configuration"), **{file.name: file.read_bytes() for file in sorted(valid.glob("*.yaml"))}}


def kubeconfig(variant: Variant) -> None:
    with on_disk(variant.content, "kubeconfig.yaml") as file, contextlib.suppress(GeneratorError):
        connection(Cluster(name="east", kubeconfig=file, confined_to=())).authorization()


def owners(variant: Variant) -> None:
    with contextlib.suppress(GeneratorError):
        owners_in(variant.text, "org.yaml")


def a_snapshot(variant: Variant) -> None:
    with on_disk(variant.content, "snapshot.json") as file:
        try:
            seen = snapshot.read_snapshots([file])
        except GeneratorError:
            return
        require_inside(planned(Observation(snapshot=seen), tree()), tree())


def memory(variant: Variant) -> None:
    with contextlib.suppress(ValueError):
        read = Memory.from_json(variant.text)
        assert Memory.from_json(read.to_json()) == Memory.from_json(Memory.from_json(read.to_json()).to_json())


def a_baseline(variant: Variant) -> None:
    with on_disk(variant.content, "baseline.json") as file, contextlib.suppress(GeneratorError):
        validate.judge([Path("-")], Validation(baseline=file), None, stdin="kind: Component\n")


@functools.cache
def _tree_seeds() -> Seeds:
    return {file: text.encode() for file, text in edited_tree().items()}


def _base_seeds() -> Seeds:
    return {file: content for file, content in _tree_seeds().items() if file.endswith(".jsonl")}


def a_tree(variant: Variant) -> None:
    """A file of the catalog is another: it is planned anew, validated, told and taken over."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "catalog"
        catalog.write_files(root, edited_tree())
        (root / variant.file).write_bytes(variant.content)
        read = catalog.read_files(root)
        plan = planned(later(), read.texts)
        planned(later(), {**read.texts, **{file: text for file, text in plan.files.items() if text is not None}})
        require_inside(plan, read.texts)
        verdict = validate.judge([root], CONFIG.validation, None)
        told = [write(verdict.problems) for write in report.FORMATS.values()]
        told.append(report.problems_text(verdict.problems, verdict.texts, colour=True))
        current = merge.load(read.texts, read.unreadable)
        rows = changes.overrides(current)
        told += [report.overrides_text(rows, colour=False), report.overrides_json(rows)]
        changes.given_back(current, lambda row: True)
        told.append(
            report.adoptions_text(
                changes.adoptable(current, describe(later().snapshot, CONFIG, current.known())),
                written=False,
                colour=False,
            )
        )
        "".join(told).encode("utf-8")


TARGETS: Final = {
    "yaml": Target(variants=lambda: variants(files("yaml")), read=yaml, examples=200),
    "card": Target(variants=lambda: variants(files("cards")), read=card, examples=100),
    "configuration": Target(variants=lambda: variants(_configurations()), read=configuration, examples=150),
    "kubeconfig": Target(variants=lambda: variants(files("kubeconfig")), read=kubeconfig, examples=100),
    "owners": Target(variants=lambda: variants(files("owners")), read=owners, examples=100),
    "snapshot": Target(variants=lambda: variants(files("snapshot")), read=a_snapshot, examples=60),
    "memory": Target(variants=lambda: variants(files("memory")), read=memory, examples=200),
    "baseline": Target(variants=lambda: variants(files("baseline")), read=a_baseline, examples=100),
    "base": Target(variants=lambda: variants(_base_seeds()), read=a_tree, examples=60),
    "tree": Target(variants=lambda: variants(_tree_seeds()), read=a_tree, examples=60),
}
