"""An entity in the making: each value goes in together with where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from rhoai_catalog import backstage
from rhoai_catalog.backstage import API_VERSION, AUTH_TAGS, DEFAULT_NAMESPACE, SOURCE, EntityRef
from rhoai_catalog.describe.context import Context
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.describe.identities.files import relative
from rhoai_catalog.entity import Entity
from rhoai_catalog.identity import encoded
from rhoai_catalog.kinds import SHARED
from rhoai_catalog.pointer import join, split
from rhoai_catalog.snapshot import Fact, Unknown
from rhoai_catalog.text import hub
from rhoai_catalog.text.credentials import without_credentials
from rhoai_catalog.text.prose import is_cut, paragraphs

T = TypeVar("T")
TECHDOCS_REF: Final = "backstage.io/techdocs-ref"
METADATA: Final = ("name", "namespace", "title", "description", "labels", "annotations", "tags", "links")
LOOKS: Final[Mapping[str, Mapping[str, str]]] = {  # title of a link -> how Backstage shows it
    "API": {"icon": "kind:api", "type": "api"},
    "Artifact Location": {"icon": "kind:resource", "type": "artifact"},
    "Homepage": {"icon": "dashboard", "type": "website"},
    "How to use": {"icon": "help", "type": "documentation"},
    "Documentation": {"icon": "docs", "type": "documentation"},
    "How to call it": {"icon": "kind:api", "type": "definition"},
    "Model": {"icon": "kind:resource", "type": "model"},
    "Model card": {"icon": "docs", "type": "documentation"},
    "License": {"icon": "docs", "type": "license"},
}


def listed(values: Iterable[str], separator: str = ",") -> str:
    """Values as one annotation: separators, white space and percent signs inside a value are percent-encoded."""
    return separator.join(encoded(value, reserved=",%") for value in values)


class Draft:
    """Collects the values of one entity, and for each JSON pointer its origin; what could not be known is `unknown`."""

    def __init__(self, context: Context) -> None:
        self.context, ref = context, context.ref
        self.metadata: dict[str, Any] = {"name": ref.name}
        self.spec: dict[str, Any] = {}
        self.origins: dict[str, str] = {}
        self.unknown: set[str] = set()
        self.refused: list[str] = []
        self.summary = ""
        if ref.namespace != DEFAULT_NAMESPACE:
            self.metadata["namespace"] = ref.namespace
        self.annotation(SOURCE, str(context.identity), "the identity in its source")

    def put(self, pointer: str, value: Any, origin: str) -> None:
        """Set a field of metadata or spec (`/metadata/title`); None and "" are no value."""
        if value is not None and value != "":
            part, name = split(pointer)
            (self.metadata if part == "metadata" else self.spec)[name] = value
            self.origins[pointer] = origin

    def describe(self, text: str, origin: str) -> bool:
        """Set the description, which the Hub shows as Markdown, to a text; says whether it holds anything to see."""
        shown = paragraphs(text)
        self.put("/metadata/description", hub.inert(shown), origin)
        if is_cut(text):
            self.refuse(origin, f"has {len(text):,} characters; its beginning is shown")
        return bool(shown)

    def summarize(self, markdown: str) -> None:
        """Add our own words, as Markdown, to the description."""
        self.summary = markdown
        own = self.metadata.get("description", "")
        origin = self.origins.get("/metadata/description", "")
        self.put("/metadata/description", "\n\n".join(filter(None, (own, markdown))), origin)

    def withdraw_description(self) -> None:
        """Take it back: what is in the tree stays."""
        self.metadata.pop("description", None)
        self.origins.pop("/metadata/description", None)

    def until_known(self, pointer: str) -> bool:
        """Mark a value that what is not known now may tell otherwise; says whether to put one in until then.

        An entity that is in the tree keeps what it has.
        """
        self.unknown.add(pointer)
        return not self.context.in_tree

    def annotation(self, key: str, value: str | None, origin: str) -> None:
        if value:
            self.metadata.setdefault("annotations", {})[key] = value
            self.origins[annotation_pointer(key)] = origin

    def fact(self, key: str, fact: Fact[T], text: Callable[[T], str | None]) -> None:
        """An annotation from a fact; where the fact is unknown, whatever stands there stays."""
        if isinstance(fact.value, Unknown):
            self.unknown.add(annotation_pointer(key))
        else:
            self.annotation(key, text(fact.value), fact.origin)

    def site(self) -> None:
        """Where the pages of its own site are, if it has one, as seen from its file."""
        if self.context.site is not None:
            folder = relative(self.context.site, self.context.file.parent)
            self.annotation(TECHDOCS_REF, f"dir:{folder}", "where its pages are")

    def label(self, key: str, value: str, origin: str) -> None:
        if value and backstage.is_label_value(value):
            self.metadata.setdefault("labels", {})[key] = value
            self.origins[join("metadata", "labels", key)] = origin

    def tag(self, text: str | None, origin: str) -> bool:
        """A tag of a foreign text; none says whether a token is needed, as only `authentication` knows."""
        tag = backstage.tag(text) if text else None
        if tag and tag not in AUTH_TAGS:
            self._tag(tag, origin)
        return tag is not None

    def authentication(self, required: bool, origin: str) -> None:
        self._tag(AUTH_TAGS[0] if required else AUTH_TAGS[1], origin)

    def _tag(self, tag: str, origin: str) -> None:
        self.metadata.setdefault("tags", set()).add(tag)
        self.origins[join("metadata", "tags", tag)] = origin

    def link(self, title: str, url: str | None, origin: str) -> bool:
        """Add a link if the URL is one that a person may follow; says whether it is."""
        sound = backstage.web_url(without_credentials(url)) if url else None
        if sound:
            links = self.metadata.setdefault("links", [])
            if all(link["url"] != sound for link in links):
                links.append({"url": sound, "title": without_credentials(title), **LOOKS.get(title, {})})
                self.origins[join("metadata", "links", sound)] = origin
        return sound is not None

    def wanted_link(self, title: str, url: Stated) -> None:
        """A link that people asked for."""
        if not self.link(title, url.text, url.origin):
            self.refuse(url.origin, "is no http or https address that a link can have")

    def refuse(self, origin: str, reason: str) -> None:
        """Keep for the report what people asked for and no entity can have; not the value, which may be a secret."""
        self.refused.append(f"{origin} {reason}")

    def first(self, values: Sequence[T], most: int, origin: str) -> Sequence[T]:
        """The first of the values that people wrote; that there are more goes to the report."""
        if len(values) > most:
            self.refuse(origin, f"has {len(values):,} values; the first {most} are shown")
        return values[:most]

    def relation(self, field: str, refs: Iterable[EntityRef], origin: str) -> None:
        targets = sorted({str(ref) for ref in refs})
        if targets:
            self.put(join("spec", field), targets, origin)

    def entity(self) -> Entity:
        if "tags" in self.metadata:
            self.metadata["tags"] = sorted(self.metadata["tags"])
        for part in ("annotations", "labels"):
            if part in self.metadata:
                self.metadata[part] = dict(sorted(self.metadata[part].items()))
        kind = self.context.kind
        document: Mapping[str, Any] = {
            "apiVersion": API_VERSION,
            "kind": kind.kind,
            "metadata": {name: self.metadata[name] for name in METADATA if name in self.metadata},
            "spec": {name: self.spec[name] for name in (*SHARED, *kind.spec) if name in self.spec},
        }
        return Entity(
            identity=self.context.identity,
            file=self.context.file,
            document=document,
            unknown=frozenset(self.unknown),
            origins=self.origins,
            refused=tuple(self.refused),
            summary=self.summary,
        )


def annotation_pointer(key: str) -> str:
    """Where an annotation stands."""
    return join("metadata", "annotations", key)
