"""The TechDocs site that the Hub builds of hostile cards and texts, as a browser understands it: nothing in it acts."""

from __future__ import annotations

import collections
import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element

import media
import pytest
from mkdocs.utils.yaml import get_yaml_loader, yaml_load
from outside import Loopback, hostile
from rhoai_catalog import documents, pipeline
from rhoai_catalog.backstage import web_url
from rhoai_catalog.config import Config, Owners, Service
from rhoai_catalog.describe import describe
from rhoai_catalog.describe.pages.card import safe_card
from rhoai_catalog.describe.pages.html import is_no_tag
from rhoai_catalog.describe.pages.site import site_name
from rhoai_catalog.entity import Description, Known
from rhoai_catalog.text.visible import SEAM
from thorough import tries

TEXTS = list(hostile.STRINGS.values())
SAID = TEXTS[:: tries(1, 7)]
CARDS = [*hostile.CARDS.items()][:: tries(1, 5)]
STRETCHED = {
    "deep": "> " * 200 + "x\n\n" + "- " * 100 + "y\n\n" + "*a **b " * 500,
    "many-brackets": "[" * 5_000 + "\n\n" + "[^a]" * 2_000,
    "many-marks": "`a` " * 2_000 + "\n\n" + "{~~a~>" * 500 + "\n\n" + "a_b_" * 5_000,
    "many-headings": "# a\n\n" * 2_000,
    "many-tags": "<b>" * 2_000 + "x\n\n" + "<div>\n\n" * 500,
    "long-word": "a." * 10_000,
}
BEHIND = "\n\n## Artifacts\n\n| Name | Address |\n| --- | --- |\n| behind | `s3://bucket` |\n"
ACTIVE = frozenset(  # what runs, fetches, frames, or tells the browser what to do
    """script style link meta base iframe frame frameset object embed applet form input button textarea select video
    audio source track portal template svg math image isindex plaintext noscript""".split()
)
OF_A_PAGE = frozenset(  # what a card may be made of, and what the theme makes of code, headings and tables
    """article a blockquote br caption code dd del details div dl dt em b i h1 h2 h3 h4 h5 h6 hr img ins kbd li mark ol
    p pre s small span strong sub summary sup table tbody td tfoot th thead tr u ul""".split()
)
ADDRESSES = ("href", "src", "srcset", "action", "formaction", "data", "poster", "background", "cite", "xlink:href")


@pytest.fixture(scope="module")
def description() -> Description:
    """The estate of all texts as registered versions, and of some as MCP servers."""
    apis = hostile.answers([], hostile.registry(SAID), hostile.catalog(SAID[::3]))
    with contextlib.ExitStack() as stack:
        urls = {name: stack.enter_context(Loopback(apis[name])).url for name in ("shared", "cards")}
        families = {"shared": "model-registry", "cards": "model-catalog"}
        services = tuple(Service(family=families[name], name=name, url=url) for name, url in urls.items())
        config = Config(root=Path(), services=services, owners=Owners(), profiles=("seed", "mcp-server"))
        return describe(pipeline.read_sources(config).snapshot, config, Known())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, description: Description) -> Mapping[str, str]:
    """Every page by what it tries, as HTML; `plain` tries nothing. All are built as one site."""
    pages = {"plain": f"# Title\n\n## Facts\n\nf\n\ntext{BEHIND}"}
    for name, card in [*CARDS, *STRETCHED.items()]:
        pages[f"card-{name}"] = f"# Title\n\n## Facts\n\nf\n\n{safe_card(card)}{BEHIND}"
    for number, page in enumerate(description.pages):
        if page.name == "docs/index.md" and isinstance(page.text, str):
            pages[f"text-{number}"] = page.text + BEHIND
    folder = tmp_path_factory.mktemp("site")
    for place in (folder, folder / "docs", folder / "docs" / "docs"):
        place.mkdir(exist_ok=True)
        (place / hostile.CANARY).write_text(f"{hostile.SUNG}\n", "utf-8")
    names = " ".join(text[:40] for text in TEXTS if re.search("[<&\"'{]", text[:40]) and "\n" not in text)
    (folder / "mkdocs.yml").write_text(
        documents.dump({"site_name": site_name(names), "plugins": ["techdocs-core"], "nav": ["index.md"]}), "utf-8"
    )
    others = {"index": "# Index", "control": f'# H\n\n--8<-- "{hostile.CANARY}"\n'}
    for name, text in {**pages, **others}.items():
        (folder / "docs" / f"{name}.md").write_text(text, "utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    assert hostile.SUNG in (folder / "site" / "control" / "index.html").read_text("utf-8"), "as if nothing were done"
    return {name: (folder / "site" / name / "index.html").read_text("utf-8") for name in pages}


def only(root: Element, tag: str) -> Element:
    [element] = [element for element in media.elements(root) if element.tag == tag]
    return element


def is_box(element: Element) -> bool:
    """The box of a task, which nobody can tick."""
    others = {name: value for name, value in element.attrib.items() if name != "checked"}
    return element.tag == "input" and others == {"type": "checkbox", "disabled": ""}


def active(root: Element) -> collections.Counter[tuple[object, ...]]:
    """What acts in a page, with all that it says."""
    return collections.Counter(
        (element.tag, *sorted(element.attrib.items()), element.text if element.tag == "script" else "")
        for element in media.elements(root)
        if element.tag in ACTIVE and not is_box(element)
    )


def wrong_in_article(article: Element) -> Iterator[str]:
    for element in media.elements(article):
        if element.tag not in OF_A_PAGE and not is_box(element) and element.tag != "label":
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if name.startswith("on") or (name == "style" and not re.fullmatch(r"text-align: ?\w+;?", value)):
                yield f"{name}={value!r}"
            if name in ADDRESSES and not (web_url(value) or re.fullmatch(r"#[\w:.-]*", value)):
                yield f"{name}={value!r}"


class _Balance(HTMLParser):
    """Tags that a text leaves open, or closes though they were not open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "hr", "img", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """It opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


@pytest.mark.parametrize(
    "text",
    """<script>x</script> <p onclick=x>y <a href=javascript:x>y <img src=data:x> <p style=position:fixed>y <iframe>
    <svg> <link> <form> <input> <a/href=//evil.example>y <img srcset=//evil.example/x>""".replace("\n    ", " ").split(
        "> "
    ),
)
def test_the_judge_sees_what_acts(text: str) -> None:
    root = media.document(f"<article>{text}></article>")
    assert active(root) or list(wrong_in_article(only(root, "article")))


def test_a_page_holds_nothing_that_acts_but_what_every_page_holds(built: Mapping[str, str]) -> None:
    usual = active(media.document(built["plain"]))
    for name, page in built.items():
        root = media.document(page)
        assert active(root) - usual == usual - active(root) == {}, name
        assert list(wrong_in_article(only(root, "article"))) == [], name


def test_a_card_hides_nothing() -> None:
    for name, card in hostile.CARDS.items():
        assert not media.HIDDEN.search(safe_card(card).replace(SEAM, "")), name


def test_nothing_is_included_and_no_page_failed(built: Mapping[str, str]) -> None:
    for name, page in built.items():
        assert hostile.SUNG not in page and "root:x:0" not in page and "<pre>Error :" not in page, name


def test_what_follows_a_card_is_left_alone(built: Mapping[str, str]) -> None:
    for name, page in built.items():
        article = page[page.index("<h1 ") : page.rindex("</article>")]
        before, heading, behind = article.rpartition('<h2 id="artifacts')
        assert heading and "<td>behind</td>" in behind, name
        assert _Balance(before).open == [], name


def test_the_configuration_of_a_site_is_what_it_says(description: Description) -> None:
    pages = [page.text for page in description.pages if page.name == "mkdocs.yml"]
    for text in pages:
        told = yaml_load(str(text), get_yaml_loader())
        assert set(told) - {"site_description"} == {"site_name", "theme", "plugins"}
        assert told["plugins"] == ["techdocs-core"]
        assert told["theme"] == {"name": "material", "font": False}, "no browser asks for a font elsewhere"
        for text in (told["site_name"], told.get("site_description", "")):
            assert all(map(is_no_tag, re.findall("<([^>]*)", text))) and "\n" not in text
            assert not media.HIDDEN.search(text)
        assert '"' not in told.get("site_description", ""), "the theme writes it into a quoted attribute"
    assert len(pages) > len(SAID)
