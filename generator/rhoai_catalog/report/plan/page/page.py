"""The document: what a browser may do with it, and all of it in one file."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Final

from rhoai_catalog.plan import Plan
from rhoai_catalog.report.plan.headline import pull_request_title, verdict
from rhoai_catalog.report.plan.page.element import Html, element, joined
from rhoai_catalog.report.plan.page.filters import contents, filters, keys
from rhoai_catalog.report.plan.page.reader import Reader
from rhoai_catalog.report.plan.page.sections import PageSection, sections

FOLDER: Final = Path(__file__).parent


def plan_page(plan: Plan) -> str:
    """The plan as HTML for a browser: one file, which asks for no other and runs nothing but its own script."""
    style, script = ((FOLDER / f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    title = pull_request_title(plan)
    reader = Reader.of(plan)
    made = sections(reader)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Html(style)),
    )
    nothing = "" if made else element("p", "Nothing to tell: the catalog is as it should be.", class_="note")
    body = element(
        "body",
        element("a", "Skip to the changes", href="#main", class_="skip"),
        element("header", element("h1", title), _verdict(plan)),
        element(
            "div",
            element("aside", filters(reader), contents(made), keys(), aria_label="Filters and contents"),
            element("main", *map(_section, made), nothing, id="main", tabindex="-1"),
            class_="columns",
        ),
        element("footer", f"rhoai-catalog · plan {plan.digest[:12]}"),
        element("script", Html(script)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded, sent or run but the style and the script of the page."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _verdict(plan: Plan) -> Html:
    return element("ul", *(element("li", part) for part in verdict(plan).split(" · ")), class_="verdict")


def _section(section: PageSection) -> Html:
    count = element("small", f"{section.count:,}", class_="count") if section.name != "graph" else ""
    head = element("h2", section.title, count)
    return element("section", head, joined([section.inside]), id=section.name, data_section=True)
