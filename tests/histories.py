"""Random histories of an estate and of people who edit its catalog, judged by laws after every run.

`python tests/histories.py --histories 10000 --jobs 2` plays many; a slice of them is in test_histories.py. What is
judged is the tree alone: nothing here asks the program what belongs to whom.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from rhoai_catalog import changes, documents, merge, pipeline
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Cluster, Config, Removal, Service
from rhoai_catalog.describe import describe
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.observation import Observation
from rhoai_catalog.review import Review
from rhoai_catalog.snapshot import Scope, Snapshot
from test_describe import CARDS, EAST, SHARED, card, fact, link, model, registered_from, server, snapshot, version

CONFIG = Config(
    root=Path("catalog"),
    clusters=(Cluster(name="east", server="https://east.example"),),
    services=(
        Service(family="model-registry", name="shared", url="https://r.example", registry="public"),
        Service(family="model-catalog", name="cards", url="https://c.example"),
    ),
    removal=Removal(percent=100, count=1000, runs=1, hours=0),
)
SOURCES = ("kserve/east", "model-registry/shared", "model-catalog/cards")
HEADINGS = ("Granite", "Granite for all", "The Granite")  # of one section, at one time or another
FOLDER = "models/shared/granite"


@dataclass
class Estate:
    """What the sources say now, as few numbers; each change of the estate counts one of them up or down."""

    servers: dict[str, Counter[str]] = field(default_factory=lambda: {"chat": Counter(), "fraud": Counter()})
    versions: dict[str, Counter[str]] = field(default_factory=lambda: {"v1": Counter()})
    card: Counter[str] = field(default_factory=Counter)
    down: frozenset[str] = frozenset()
    linked: bool = False  # servers serve versions, now this one and now that

    def seen(self) -> Snapshot:
        rows: list[Any] = [model(description=f"About granite, part {self.card['model']}.")]
        for name, n in self.servers.items():
            rows.append(
                server(
                    name,
                    external_url=f"https://{name}{n['url']}.example.net",
                    authentication_required=bool(n["auth"] % 2),
                    display_name=f"{name} {n['title']}",
                    description=f"Serves {name}, {n['text']}.",
                    annotations={"rhdh.io/owner": f"user:default/u{n['owner']}"} if n["owner"] else {},
                    model_format=fact("vLLM").value if n["format"] % 2 == 0 else None,
                    registry=link(str(n["format"] % 3 + 1), registry=None) if self.linked else None,
                )
            )
        for number, (name, n) in enumerate(self.versions.items(), 1):
            rows.append(
                version(str(number), name, artifacts=registered_from(), description=f"Version {name}, {n['text']}.")
            )
        rows.append(card(readme=self._readme(), license=("mit", "apache-2.0")[self.card["licence"] % 2]))
        told = snapshot(*rows, sources=(EAST, SHARED, CARDS))
        listed = (*told.scopes, Scope(source="kserve/east", kind="Namespace", complete=True))
        scopes = tuple(replace(s, complete=s.source not in self.down, reason="down") for s in listed)
        lost = {"kserve/east": "inference_services", "model-registry/shared": "model_versions"}
        tables: dict[str, Any] = {table: () for source, table in lost.items() if source in self.down}
        if "model-registry/shared" in self.down:
            tables["registered_models"] = ()
        if "model-catalog/cards" in self.down:
            tables |= {"catalog_models": (), "catalog_sources": ()}
        return replace(told, scopes=scopes, **tables)

    def _readme(self) -> str:
        n = self.card
        limits = "" if n["dropped"] % 2 else f"### Limits\n\nMany, {n['limits']}.\n\n"
        title = HEADINGS[n["heading"] % 3]
        return f"# {title}\n\nIt chats, {n['intro']}.\n\n## Use\n\nAsk it, {n['use']}.\n\n{limits}## Risks\n\nFew.\n"


@dataclass
class History:
    """One history. `written` are marks of people's words that must be there, with where they wrote them; `deleted` what
    must not come back; `touched` the pointers and sections in which people worked.
    """

    random: random.Random
    estate: Estate = field(default_factory=Estate)
    texts: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    deleted: dict[tuple[str, str], str] = field(default_factory=dict)
    touched: set[tuple[str, str]] = field(default_factory=set)
    own: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    number: int = 0
    runs: int = 0
    moved: bool = False
    has_people: bool = True
    windows: set[str] = field(default_factory=set)
    before: dict[str, str] = field(default_factory=dict)
    place: str = FOLDER  # where a person moved that
    damaged: set[str] = field(default_factory=set)  # since the last run: what is deleted now, nobody can know

    # -- a run -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        self.before, self.damaged = self.texts, set()
        self.texts = generated(self.estate.seen(), self.before)
        self.runs += 1
        again = generated(self.estate.seen(), self.texts)
        require(again == self.texts, "a second run changes nothing", self, _differing(again, self.texts))
        self.judge()

    def judge(self) -> None:
        tree = "\n".join(text for file, text in self.texts.items() if not file.startswith(".base/"))
        for mark, where in self.written.items():
            require(mark in tree, "no word of a person is lost", self, f"{mark} in {where}")
        for (what, name), kind in self.deleted.items():
            require(
                not self._is_there(what, name, kind), "nothing deleted comes back", self, f"{kind} {name} of {what}"
            )
        for file in self.windows & self.texts.keys():
            text = self.texts[file].replace("\r\n", "")
            require("\n" not in text, "a page with Windows line ends keeps them", self, file)
        for file, text in self.own.items():
            require(self.texts.get(file) == text, "files of people are untouched", self, file)
        if self.estate.down:
            self._judge_outage()
        else:
            self._judge_fresh()

    def _judge_outage(self) -> None:
        down, self.estate.down = self.estate.down, frozenset()
        fresh, before, after = (entities(t) for t in (generated(self.estate.seen(), {}), self.before, self.texts))
        self.estate.down = down
        wholly = {source(document) for ref, document in fresh.items() if (ref, "") in self.touched}
        alone = {ref for ref, one in fresh.items() if one["kind"] == "API" and source(one) in wholly}
        for ref in before.keys() & fresh.keys() - (alone if "kserve/east" not in down else set()):
            lost = flat(before[ref]).keys() & flat(fresh[ref]).keys() - flat(after.get(ref, {})).keys()
            lost = {pointer for pointer in lost if not self._is_touched(ref, pointer)}
            require(not lost, "an outage takes nothing away", self, f"{ref}: {sorted(lost)}")

    def _following(self, text: str) -> str:
        """A fresh file with the owner of each API as its Component has it, where a person set that one."""
        if not text.startswith("---\n") or "kind: API" not in text:
            return text
        components = {
            source(document): document["spec"]["owner"]
            for ref, document in entities(self.texts).items()
            if document.get("kind") == "Component" and (ref, "/spec/owner") in self.touched
        }
        parts = documents.split(text)
        for place, part in enumerate(parts):
            document = documents.parse(part)
            owner = components.get(source(document)) if document["kind"] == "API" else None
            if owner is not None:
                parts[place] = re.sub(r"(?m)^  owner: .*$", f"  owner: {owner}", part, count=1)
        return "".join(parts)

    def _judge_fresh(self) -> None:
        fresh = generated(self.estate.seen(), {})
        if not self.touched and not self.own and not self.moved:
            require(fresh == self.texts, "an unedited tree is that of a fresh run", self, _differing(fresh, self.texts))
        ours, texts, edited = entities(self.texts), pieces(self.texts), {what for what, _ in self.touched}
        fresh = {file: self._following(text) for file, text in fresh.items()}
        for ref, text in pieces(fresh).items():
            same = ref in edited or ref not in texts or texts[ref].rstrip() == text.rstrip()
            require(same, "an unedited document is that of a fresh run", self, f"{ref}: {texts.get(ref)}")
        wholly = {source(document) for ref, document in entities(fresh).items() if (ref, "") in self.touched}
        for ref, document in entities(fresh).items():
            mine = ours.get(ref)
            if mine is None:  # an API goes with its Component
                is_alone = document["kind"] == "API" and source(document) in wholly
                require(is_alone or (ref, "") in self.touched, "nothing is missing", self, ref)
                continue
            wanted, found = flat(document), flat(mine)
            for pointer in wanted.keys() | found.keys():
                stale = wanted.get(pointer) != found.get(pointer) and not self._is_touched(ref, pointer)
                require(not stale, "nothing unedited is stale", self, f"{ref} {pointer}: {found.get(pointer)!r}")
        for file, text in fresh.items():
            if file.endswith(".md") and self.now(file) in self.texts:
                self._judge_page(self.now(file), text, self.texts[self.now(file)])

    def _judge_page(self, file: str, fresh: str, mine: str) -> None:
        edited = {other for what, name in self.touched if what == file for other in _also_called(name)}
        if "" in edited:
            return
        bodies = bodies_of(mine)
        for title, body in bodies_of(fresh).items():
            if title not in edited and (title, "title") not in self.touched:
                require(
                    body in bodies.values(), "no section that nobody edited is stale", self, f"{file} {title}: {body!r}"
                )

    def now(self, file: str) -> str:
        """Where a generated file is since a person moved its folder."""
        return self.place + file.removeprefix(FOLDER) if file.startswith(f"{FOLDER}/") else file

    def _is_touched(self, ref: str, pointer: str) -> bool:
        return any(what == ref and (name == pointer or pointer.startswith(f"{name}/")) for what, name in self.touched)

    def _is_there(self, what: str, name: str, kind: str) -> bool:
        if kind == "page":
            return what in self.texts
        if kind == "section":
            return what in self.texts and name in bodies_of(self.texts[what])
        document = entities(self.texts).get(what)
        if kind == "entity":
            return document is not None
        return document is not None and name in flat(document)

    # -- what happens ------------------------------------------------------------------------------------------------

    def step(self) -> None:
        for _ in range(self.random.randint(0, 2)):
            self._estate()
        if self.random.random() < 0.15:  # what the last run proposed was not merged, or was reverted: files and base
            self.texts = self.before or self.texts
            self.log.append("the last run is taken back")
        for _ in range(self.random.choice((0, 1, 1, 2, 3)) if self.has_people else 0):
            act = self.random.choice(ACTS)
            if act(self):
                self.log.append(act.__name__)
        down = self.random.random() < 0.25
        self.estate.down = frozenset(self.random.sample(SOURCES, 1)) if down else frozenset()
        self.log.append(f"run, down: {[*self.estate.down]}" if down else "run")
        self.run()

    def _estate(self) -> None:
        kind = self.random.choice(("server", "server", "server", "version", "card", "card", "card", "new", "gone"))
        if kind == "server":
            name = self.random.choice([*self.estate.servers])
            what = self.random.choice(("url", "auth", "title", "text", "owner", "format", "format"))
            self.estate.servers[name][what] += 1
            self.log.append(f"estate: {name} {what}")
        elif kind == "version":
            name = self.random.choice([*self.estate.versions])
            self.estate.versions[name]["text"] += 1
            self.log.append(f"estate: {name} text")
        elif kind == "card":
            what = self.random.choice(("heading", "intro", "use", "limits", "dropped", "dropped", "licence", "model"))
            self.estate.card[what] += 1
            self.log.append(f"estate: card {what}")
        elif kind == "new" and len(self.estate.servers) < 4:
            self.estate.servers.setdefault(self.random.choice(("more", "ocr")), Counter())
            self.log.append("estate: new server")
        elif kind == "gone" and len(self.estate.servers) > 2:
            name = [*self.estate.servers][-1]
            if not any(f"east.pay.{name}" in what for what, _ in self.touched):
                del self.estate.servers[name]
                self.log.append(f"estate: {name} gone")

    def mark(self) -> str:
        self.number += 1
        return f"word{self.number:04d}"

    def document(self, kinds: tuple[str, ...] = ("Component", "API", "Resource")) -> tuple[str, str, str] | None:
        """File, text and reference of a generated document in which a person is going to write."""
        found = [
            (file, piece, ref)
            for file, text in sorted(self.texts.items())
            if merge.is_entity_file(file) and file not in self.own and file != "catalog-info.yaml"
            for piece in documents.split(text)
            for ref in [reference(documents.parse(piece))]
            if ref and ref.partition(":")[0] in {kind.lower() for kind in kinds} and ref not in self.damaged
        ]
        return self.random.choice(found) if found else None

    def put(self, file: str, old: str, new: str) -> None:
        assert old in self.texts[file]
        if file in self.windows:
            new = new.replace("\r\n", "\n").replace("\n", "\r\n")
        self.texts = {**self.texts, file: self.texts[file].replace(old, new, 1)}


Act = Callable[[History], bool]
ACTS: list[Act] = []


def act(function: Act) -> Act:
    ACTS.append(function)
    return function


@act
def write_a_value(h: History) -> bool:
    place = h.document()
    if place is None:
        return False
    file, piece, ref = place
    pointer, pattern = h.random.choice(
        (
            ("/spec/owner", r"(?m)^  owner: .*$"),
            ("/metadata/title", r"(?m)^  title: .*$"),
            ("/spec/lifecycle", r"(?m)^  lifecycle: .*$"),
        )
    )
    match = re.search(pattern, piece)
    if not match or " #" in match[0]:
        return False
    mark = h.mark()
    value = f"group:default/{mark}" if pointer == "/spec/owner" else mark
    for old in [old for old, where in h.written.items() if where == f"{ref} {pointer}"]:
        del h.written[old]
    key = match[0].partition(":")[0]
    h.put(file, piece, piece.replace(match[0], f"{key}: {value}", 1))
    h.touched.add((ref, pointer))
    h.written[mark] = f"{ref} {pointer}"
    return True


@act
def add_things(h: History) -> bool:
    place = h.document()
    if place is None or "\n  annotations:\n" not in place[1]:
        return False
    file, piece, ref = place
    mark = h.mark()
    h.put(file, piece, piece.replace("\n  annotations:\n", f"\n  annotations:\n    x/{mark}: 'ours'\n", 1))
    h.touched.add((ref, f"/metadata/annotations/x/{mark}"))
    h.written[mark] = f"{ref} annotation"
    return True


@act
def add_a_link(h: History) -> bool:
    place = h.document(("Component", "API"))
    if place is None or "\n  links:\n" not in place[1]:
        return False
    file, piece, ref = place
    mark = h.mark()
    link = f'  - url: "https://{mark}.example"  # c{mark}\n    title: Ours\n'
    h.put(file, piece, piece.replace("\n  links:\n", f"\n  links:\n{link}", 1))
    h.touched.add((ref, f"/metadata/links/https://{mark}.example"))
    h.written |= {f'"https://{mark}.example"': f"{ref} link", f"# c{mark}": f"{ref} link"}
    return True


@act
def comment(h: History) -> bool:
    place = h.document()
    if place is None:
        return False
    file, piece, ref = place
    head = piece.partition("  definition:")[0].splitlines()[1:]  # what follows is one text
    lines = [line for line in head if re.fullmatch(r" {0,4}(- )?[\w./-]+: [^|>{\[#'\"]+| *- [\w:./-]+", line)]
    if not lines:
        return False
    line, mark = h.random.choice(lines), h.mark()
    new = f"{line}  # c{mark}" if h.random.random() < 0.6 else f"{re.match(' *', line)[0]}# c{mark}\n{line}"  # type: ignore[index]
    h.put(file, piece, piece.replace(f"\n{line}\n", f"\n{new}\n", 1))
    if f"# c{mark}" not in h.texts[file]:
        return False
    h.written[f"# c{mark}"] = ref
    h.touched.add((ref, "layout"))
    return True


@act
def delete_a_value(h: History) -> bool:
    place = h.document()
    if place is None:
        return False
    file, piece, ref = place
    document = documents.parse(piece)
    choices = [
        (f"/metadata/annotations/{key}", rf"(?m)^    {re.escape(key)}: .*\n")
        for key in document["metadata"].get("annotations", {})
        if key.startswith(("backstage.io/kubernetes", "rhoai-catalog/runtime", "rhoai-catalog/model-format"))
    ]
    choices += [
        (f"/metadata/tags/{tag}", rf"(?m)^  - {re.escape(tag)}\n") for tag in document["metadata"].get("tags", ())
    ]
    choices += [(f"/spec/dependsOn/{r}", rf"(?m)^  - {re.escape(r)}\n") for r in document["spec"].get("dependsOn", ())]
    choices = [
        (pointer, pattern)
        for pointer, pattern in choices
        if len(lines := re.findall(pattern, piece)) == 1 and "auth" not in pointer and "#" not in lines[0]
    ]
    if not choices:
        return False
    often = [choice for choice in choices if "model-format" in choice[0]]  # it comes and goes with its source
    pointer, pattern = h.random.choice(often if often and h.random.random() < 0.7 else choices)
    without = re.sub(pattern, "", piece, count=1)
    try:
        after = documents.parse(without)
    except Exception:
        return False
    if (
        pointer in flat(after)
        or after["metadata"].get("tags", 1) is None
        or after["metadata"].get("annotations", 1) is None
    ):
        return False
    h.put(file, piece, without)
    h.touched.add((ref, pointer))
    if (ref, "") not in h.touched:  # where a base was lost, what had left its source is a person's from then on
        h.deleted[ref, pointer] = "value"
    return True


@act
def delete_an_entity(h: History) -> bool:
    place = h.document(("Component", "API"))
    if place is None or h.random.random() < 0.7 or " # " in place[1]:
        return False
    file, piece, ref = place
    h.put(file, piece, "")
    _forget(h, ref)
    known = (ref, "") not in h.touched  # where its base was lost, and not made anew yet, nobody can know
    h.touched |= {(ref, ""), *((other, "/spec") for other in entities(h.texts))}
    h.touched.add((ref.replace("api:", "component:", 1), "/metadata/description"))  # no longer leads to its API
    if known:
        h.deleted[ref, ""] = "entity"
    return True


def _forget(h: History, ref: str) -> None:
    h.written = {mark: where for mark, where in h.written.items() if not where.startswith(ref)}


def page_of(h: History) -> str | None:
    pages = [file for file in sorted(h.texts) if file.endswith("/docs/index.md") and file not in h.damaged]
    return h.random.choice(pages) if pages else None


@act
def write_a_sentence(h: History) -> bool:
    file = page_of(h)
    if file is None:
        return False
    parts = [part for part in bodies_of(h.texts[file], whole=True).items() if part[0]]
    if not parts:
        return False
    title, text = h.random.choice(parts)
    mark = h.mark()
    h.put(file, text, f"{text.rstrip()}\n\nSentence {mark}.\n\n")
    h.touched.add((file, title))
    h.written[f"Sentence {mark}."] = file
    return True


@act
def write_a_section(h: History) -> bool:
    file = page_of(h)
    if file is None:
        return False
    parts = [text for title, text in bodies_of(h.texts[file], whole=True).items() if title]
    if len(parts) < 2:
        return False
    before, mark = h.random.choice(parts[1:]), h.mark()
    heading = h.random.choice(("#", "##", "###"))
    h.put(file, before, f"{heading} Own {mark}\n\nOurs {mark}.\n\n{before}")
    h.written[f"Ours {mark}."] = file
    h.touched.add((file, f"Own {mark}"))
    return True


@act
def delete_a_section(h: History) -> bool:
    file = page_of(h)
    if file is None:
        return False
    parts = [part for part in bodies_of(h.texts[file], whole=True).items() if part[0] in ("Limits", "Risks", "Use")]
    if not parts:
        return False
    often = [part for part in parts if part[0] == "Limits"]  # it comes and goes with its source
    title, text = h.random.choice(often if often and h.random.random() < 0.7 else parts)
    if "word" in text:
        return False
    h.put(file, text, "")
    h.touched.add((file, title))
    if (file, "") not in h.touched:
        h.deleted[file, title] = "section"
    return True


@act
def rename_a_title(h: History) -> bool:
    file = page_of(h)
    match = re.search(r"(?m)^# (granite \w+)$", h.texts[file]) if file else None
    if file is None or match is None:
        return False
    mark = h.mark()
    h.put(file, match[0], f"# Ours {mark}")
    h.written[f"# Ours {mark}"] = file
    h.touched.add((file, match[1]))
    return True


@act
def add_a_file(h: History) -> bool:
    mark = h.mark()
    file = f"own/{mark}.yaml"
    text = f"# ours\nkind: System\napiVersion: backstage.io/v1alpha1\nmetadata: {{name: {mark}}}\nspec: {{owner: us}}\n"
    h.texts = {**h.texts, file: text}
    h.own[file] = text
    return True


@act
def rename_an_entity(h: History) -> bool:
    place = h.document(("Resource",))
    if place is None or h.random.random() < 0.7:
        return False
    file, piece, ref = place
    name = re.search(r"(?m)^  name: (.*)$", piece)
    if name is None or "#" in name[1] or any(what == ref for what, _ in h.touched):
        return False
    mark = h.mark()
    h.put(file, piece, piece.replace(name[0], f"  name: {mark}", 1))
    h.written[f"name: {mark}"] = ref
    h.moved = True
    h.touched |= {(ref, ""), (f"resource:{mark}", "/metadata/name")}
    for other in entities(h.texts):
        h.touched |= {(other, "/spec/dependsOn"), (other, "/metadata/annotations/backstage.io/techdocs-entity")}
    return True


@act
def edit_the_address_of_a_link(h: History) -> bool:
    place = h.document(("Component", "API"))
    match = re.search(r"(?m)^  - url: (https://\S+)$", place[1]) if place else None
    if place is None or match is None:
        return False
    file, piece, ref = place
    mark = h.mark()
    h.put(file, piece, piece.replace(match[0], f"  - url: https://{mark}.example", 1))
    h.written.pop(match[1], None)
    h.touched |= {(ref, f"/metadata/links/{match[1]}"), (ref, f"/metadata/links/https://{mark}.example")}
    h.touched.add((ref, "/metadata/links"))
    h.written[f"https://{mark}.example"] = f"{ref} link"
    return True


@act
def move_an_entity(h: History) -> bool:
    place = h.document()
    if place is None or h.random.random() < 0.5:
        return False
    file, piece, ref = place
    h.put(file, piece, "")
    h.texts = {**h.texts, f"moved/{h.mark()}.yaml": piece}
    h.moved = True
    h.touched.add((ref, "/metadata/annotations/backstage.io/techdocs-ref"))
    return True


@act
def move_a_folder_whole(h: History) -> bool:
    """As `git mv` does: with its sites, and what else people put there."""
    old, new = h.place, f"models/{h.mark()}"
    if "kind: Resource" not in h.texts.get(f"{old}/entities.yaml", "") or h.random.random() < 0.5:
        return False

    def now(name: str) -> str:
        return new + name.removeprefix(old) if name.startswith(f"{old}/") else name

    h.texts = {now(file): text for file, text in h.texts.items()}
    h.own = {now(file): text for file, text in h.own.items()}
    h.deleted = {(now(what), name): kind for (what, name), kind in h.deleted.items()}
    h.touched |= {(now(what), name) for what, name in h.touched}
    h.windows, h.damaged = {*map(now, h.windows)}, {*h.damaged, *map(now, h.damaged)}
    h.place, h.moved = new, True
    return True


@act
def save_with_windows_line_ends(h: History) -> bool:
    file = page_of(h)
    if file is None or h.random.random() < 0.7:
        return False
    h.texts = {**h.texts, file: h.texts[file].replace("\r\n", "\n").replace("\n", "\r\n")}
    h.windows.add(file)
    h.touched.add((file, "layout"))
    return True


@act
def damage_the_base(h: History) -> bool:
    """A line is lost, or cannot be believed; what people did is known from then on by what differs from its source."""
    files = [file for file in sorted(h.texts) if file.startswith(".base/") and h.texts[file]]
    if not files or h.random.random() < 0.6:
        return False
    file = h.random.choice(files)
    lines = h.texts[file].splitlines(keepends=True)
    number = h.random.randrange(len(lines))
    if not lines[number].startswith("{"):
        return False
    line = json.loads(lines[number])
    lines[number] = h.random.choice(("", lines[number].replace('"file"', '"fil"', 1), "<<<<<<< ours\n"))
    h.texts = {**h.texts, file: "".join(lines)}
    ref = line.get("ref", "").replace("default/", "")
    places = {name for name in (ref, line.get("file", ""), h.now(line.get("file", ""))) if name}
    for place in [p for p in h.deleted if p[0] in places]:
        del h.deleted[place]
    h.touched |= {(place, "") for place in places}
    h.damaged |= places
    return True


@act
def keep_both_sides_of_a_conflict_in_the_base(h: History) -> bool:
    files = [
        file for file in sorted(h.texts) if file.startswith(".base/") and file in h.before and h.random.random() < 0.5
    ]
    if not files:
        return False
    file = h.random.choice(files)
    both = f"<<<<<<< ours\n{h.texts[file]}=======\n{h.before[file]}>>>>>>> theirs\n"
    if h.before[file] == h.texts[file]:
        return False
    h.texts = {**h.texts, file: both}
    sound = [line for line in h.before[file].splitlines() if line.startswith("{") and '"file"' in line]
    for line in map(json.loads, sound):  # a value as it was once counts as generated, too
        h.touched.add((line.get("ref", "").replace("default/", ""), "") if "ref" in line else (line["file"], ""))
        for place in [p for p in h.deleted if p[0] in (line.get("ref", "").replace("default/", ""), line["file"])]:
            del h.deleted[place]
    return True


@act
def give_one_back(h: History) -> bool:
    """As `overrides drop` does: the next run generates it again."""
    lost = {what for what, name in h.touched if not name}
    marks = [m for m, where in sorted(h.written.items()) if re.search(r" /(spec|metadata)/", where)]
    marks = [mark for mark in marks if h.written[mark].split(" ")[0] not in lost]
    if not marks or h.random.random() < 0.5:
        return False
    mark = h.random.choice(marks)
    ref, pointer = h.written[mark].split(" ")
    current = merge.load(h.texts)
    files, rows = changes.given_back(
        current, lambda row: row.what.replace("default/", "") == ref and row.pointer == pointer
    )
    require(bool(rows), "what a person wrote is in the ledger", h, h.written[mark])
    h.texts = {**h.texts, **files}
    del h.written[mark]
    if not any((ref, other) in h.touched for other in ("", "/spec", "layout")):
        h.touched.discard((ref, pointer))
        h.touched.add((ref, "layout"))  # what else the person's document looks like is theirs
        h.moved = True
    return True


@act
def adopt_what_a_person_made(h: History) -> bool:
    """A person has described a server by hand before; `adopt` takes that over, with its name, file and text."""
    if h.estate.down or "ocr" in h.estate.servers or any("InferenceService/ocr" in text for text in h.texts.values()):
        return False
    h.estate.servers["ocr"] = Counter()
    mark = h.mark()
    text = (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {mark}  # c{mark}\n"
        f"  description: Ours {mark}\n  annotations:\n    rhdh.modelcatalog.io/external-route-url: https://ocr0.example.net\n"
        "spec: {type: model-server, lifecycle: production, owner: 'user:default/ana'}\n"
    )
    h.texts = {**h.texts, f"moved/{mark}.yaml": text}
    seen, before = h.estate.seen(), merge.load(h.texts)
    rows = changes.adoptable(before, describe(seen, CONFIG, before.known()))
    chosen = [row for row in rows if row.what == f"component:default/{mark}"]
    require(len(chosen) == 1 and not chosen[0].problem, "what a person made is found by its address", h, mark)
    current = merge.load(changes.provisional(before, chosen))
    h.texts = {**h.texts, **changes.adopted(current, describe(seen, CONFIG, current.known()), chosen)}
    h.written |= {f"Ours {mark}": f"component:{mark}", f"# c{mark}": f"component:{mark}"}
    h.touched |= {("component:east.pay.ocr", ""), ("api:east.pay.ocr", ""), (f"component:{mark}", "")}
    h.moved = True
    return True


# -- reading a tree ------------------------------------------------------------------------------------------------


def generated(seen: Snapshot, texts: dict[str, str]) -> dict[str, str]:
    return dict(pipeline.desire(CONFIG, Observation(snapshot=seen), {}, Review.of(Files(texts=texts))).merged.texts)


def reference(document: Any) -> str:
    return f"{document['kind']}:{document['metadata']['name']}".lower() if isinstance(document, dict) else ""


def entities(texts: dict[str, str]) -> dict[str, Any]:
    return {
        reference(document): document
        for file, text in texts.items()
        if merge.is_entity_file(file) and not file.startswith(("own/", "catalog-info"))
        for document in _documents(text)
        if isinstance(document, dict)
    }


def _documents(text: str) -> list[Any]:
    """Of a file that cannot be read, none."""
    try:
        return documents.load(text)
    except DocumentError:
        return []


def source(document: Any) -> str:
    return str(((document.get("metadata") or {}).get("annotations") or {}).get("rhoai-catalog/source", ""))


def pieces(texts: dict[str, str]) -> dict[str, str]:
    """The text of each document by its reference."""
    files = [f for f in texts if merge.is_entity_file(f) and not f.startswith(("own/", "catalog-info"))]
    found = ((reference(documents.parse(piece)), piece) for file in files for piece in documents.split(texts[file]))
    return {ref: piece for ref, piece in found if ref}


def flat(document: Any, where: str = "") -> dict[str, Any]:
    """Single values by pointer; members of sets by themselves, links by URL."""
    values: dict[str, Any] = {}
    for key, value in document.items():
        pointer = f"{where}/{key}"
        if isinstance(value, dict):
            values |= flat(value, pointer)
        elif pointer == "/metadata/links":
            values |= {f"{pointer}/{link.get('url')}": link.get("title") for link in value or ()}
        elif isinstance(value, list):
            values |= {f"{pointer}/{item}": True for item in value}
        else:
            values[pointer] = value
    return values


def bodies_of(text: str, *, whole: bool = False) -> dict[str, str]:
    """The sections of a page by title; generated pages of these histories have no title twice, and no code."""
    parts: dict[str, str] = {}
    text = text if whole else text.replace("\r\n", "\n")
    for match in re.finditer(r"(?ms)^(#{1,6}) ([^\r\n]*)\r?\n(.*?)(?=^#{1,6} |\Z)", text):
        parts.setdefault(match[2], match[0] if whole else match[3].strip())
    return parts


def _also_called(title: str) -> set[str]:
    """A heading by all the names that its source gives it."""
    return {title, *(HEADINGS if title in HEADINGS else ())}


def _differing(one: dict[str, str], other: dict[str, str]) -> str:
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    return "; ".join(f"{name}: {one.get(name)!r} / {other.get(name)!r}" for name in names[:2])[:1500]


class LawBroken(AssertionError):
    """Which law, in which history."""


def require(holds: bool, law: str, history: History, what: str) -> None:
    if not holds:
        raise LawBroken(f"{law}: {what}\n  " + "\n  ".join(history.log[-25:]))


def play(seed: int, steps: int = 6) -> History:
    history = History(random.Random(seed))
    history.log.append(f"seed {seed}")
    history.has_people = seed % 6 != 0
    history.run()
    for _ in range(steps):
        history.step()
    return history


def judged(seed: int) -> tuple[int, int, int, str]:
    try:
        history = play(seed)
    except LawBroken as broken:
        return seed, 0, 0, str(broken)
    return seed, history.runs, history.number, ""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    asked = parser.parse_args()
    began, runs, edits, broken = time.monotonic(), 0, 0, Counter[str]()
    with multiprocessing.Pool(asked.jobs) as pool:
        seeds = range(asked.first, asked.first + asked.histories)
        for done, (seed, played, written, failure) in enumerate(pool.imap_unordered(judged, seeds, 20), 1):
            runs, edits = runs + played, edits + written
            if failure:
                broken[failure.partition(":")[0]] += 1
                if sum(broken.values()) <= 5:
                    print(f"history {seed}: {failure}\n", flush=True)
            if done % 1000 == 0:
                print(f"{done} histories, {time.monotonic() - began:.0f} s", flush=True)
    seconds = time.monotonic() - began
    print(f"{asked.histories} histories, {runs} runs, {edits} edits, {seconds:.0f} s; broken: {dict(broken) or 0}")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
