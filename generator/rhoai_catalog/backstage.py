"""Backstage's nouns and the rules of its fields.

The rules are those of Backstage's own validators (catalog-model: `makeValidator`, `KubernetesValidatorFunctions`,
`CommonValidatorFunctions`), not those of its messages.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog.address import split_url
from rhoai_catalog.text.prose import latin

API_VERSION: Final = "backstage.io/v1alpha1"
DEFAULT_NAMESPACE: Final = "default"
SOURCE: Final = "rhoai-catalog/source"
RHDH_KINDS: Final = ("Component", "API", "Resource", "Location", "System", "Group", "Template")  # its catalog.rules
KINDS: Final = (*RHDH_KINDS, "Domain", "User")  # of every Backstage
AI_KINDS: Final[Mapping[str, str]] = {  # kind -> the module that knows it; RHDH has them from 2.1
    "AiResource": "@backstage/plugin-catalog-backend-module-ai-model",
    "AiModelServerAPI": "@red-hat-developer-hub/backstage-plugin-catalog-backend-module-ai-model-server",
}
AUTH_TAGS: Final = ("auth-required", "auth-not-required")
AUTH_POINTER: Final = "/metadata/tags/auth-required|auth-not-required"  # both tags are one value

NAME: Final = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
NAMESPACE: Final = re.compile(r"[a-z0-9]+(-+[a-z0-9]+)*")
TAG: Final = re.compile(r"[a-z0-9:+#]+(-[a-z0-9:+#]+)*")
DNS_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")

REFERENCES: Final = {  # lists of references -> the kind that a reference without one means (None: it must be written)
    "providesApis": "api",
    "consumesApis": "api",
    "dependsOn": None,
    "dependencyOf": None,
    "members": "user",
    "children": "group",
    "memberOf": "group",
}


@dataclass(frozen=True, slots=True, order=True)
class EntityRef:
    """`kind:namespace/name`; equal as Backstage compares them, without regard to case."""

    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, kind: str, name: str, namespace: str = DEFAULT_NAMESPACE) -> EntityRef:
        return cls(kind.lower(), namespace.lower(), name.lower())

    @classmethod
    @functools.lru_cache(maxsize=1 << 16)  # a reference stands in several places of several trees
    def parse(cls, text: str, kind: str | None = None, namespace: str = DEFAULT_NAMESPACE) -> EntityRef | None:
        """Read a reference as Backstage does; None if it is none, or lacks a kind where no default is given."""
        match = re.fullmatch(r"(?:([^:/]+):)?(?:([^:/]+)/)?([^:/]+)", text.strip())
        if not match or not (match[1] or kind):
            return None
        return cls.of(match[1] or kind or "", match[3], match[2] or namespace)

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"


def ref_of(document: Mapping[str, Any]) -> EntityRef | None:
    """The reference of an entity document, or None if it has no usable kind, name or namespace."""
    metadata = document.get("metadata")
    if not isinstance(metadata, Mapping):
        return None
    kind, name, namespace = document.get("kind"), metadata.get("name"), metadata.get("namespace", DEFAULT_NAMESPACE)
    if not (isinstance(kind, str) and isinstance(name, str) and isinstance(namespace, str) and kind and name):
        return None
    return EntityRef.of(kind, name, namespace)


def annotations_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The annotations of an entity document, as far as it has any that can be read."""
    metadata = document.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return annotations if isinstance(annotations, Mapping) else {}


def source_of(document: Mapping[str, Any]) -> str | None:
    """The identity that an entity document carries in its annotations, if any."""
    value = annotations_of(document).get(SOURCE)
    return value if isinstance(value, str) else None


def owner_of(document: Mapping[str, Any]) -> str | None:
    """The owner that the spec of an entity document names, if any."""
    spec = document.get("spec")
    owner = spec.get("owner") if isinstance(spec, Mapping) else None
    return owner if isinstance(owner, str) else None


def is_entity(document: object) -> bool:
    """Whether Backstage would take a document for an entity at all."""
    return (
        isinstance(document, Mapping) and isinstance(document.get("apiVersion"), str) and ref_of(document) is not None
    )


def is_name(text: str) -> bool:
    return len(text) <= 63 and NAME.fullmatch(text) is not None


def is_namespace(text: str) -> bool:
    return len(text) <= 63 and NAMESPACE.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    return 1 <= len(text) <= 63 and TAG.fullmatch(text) is not None


def is_label_value(text: str) -> bool:
    return text == "" or is_name(text)


def is_key(text: str) -> bool:
    """Whether a text may be the key of a label or an annotation: `[prefix/]name`."""
    prefix, slash, name = text.rpartition("/")
    if not slash:
        return is_name(name)
    return (
        is_name(name) and len(prefix) <= 253 and all(DNS_LABEL.fullmatch(p) and len(p) <= 63 for p in prefix.split("."))
    )


def tag(text: str) -> str | None:
    """The tag nearest to a text, or None if nothing of it may stand in a tag."""
    nearest = re.sub(r"[^a-z0-9:+#]+", "-", latin(text).lower()).strip("-")[:63].strip("-")
    return nearest if is_tag(nearest) else None


def web_url(text: str) -> str | None:
    """The text if it is an absolute http(s) URL without credentials and without characters no URL has, else None."""
    text = text.strip()
    if re.search(r"[\s\x00-\x1f\x7f<>\"`{}|\\^]", text) or not text.isprintable():
        return None
    try:
        parts = split_url(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        return None
    return text if sound else None
