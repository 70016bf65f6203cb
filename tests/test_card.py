"""Model cards: an honest one reads as its author wrote it, none is endless. What attacks is in test_hostile_site."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outside import hostile
from rhoai_catalog import documents, limits
from rhoai_catalog.describe.facts.front_matter import front_matter
from rhoai_catalog.describe.pages.card import CUT, safe_card
from thorough import tries

FENCE = "```"
HONEST = {
    "table": ("| a | b |\n|:-:|---|\n| **x** | `y|z` |", ["<strong>x</strong>", "center"]),
    "nested-list": ("- a\n  - b\n    - c\n- d\n\n1. e\n   1. f\n2. g", ["<li>b<ul>", "<li>c</li>", "<li>f</li>"]),
    "list-of-blocks": (
        f"- a:\n\n  {FENCE}python\n  x = 1\n  {FENCE}\n- b\n\n  more",
        ["language-python", "<p>more</p>"],
    ),
    "ordered-from": ("5. five\n6. six", ['<ol start="5">']),
    "details": (
        "<details>\n<summary>S</summary>\n\nSome **bold**\n\n- i\n\n</details>",
        ["<strong>bold</strong>", "<li>i</li>"],
    ),
    "centre": ('<div align="center">\n\n# Name\n\n[l](https://a.example/)\n\n</div>', ['align="center"', ">Name<"]),
    "emphasis": (
        "un*frigging*believable **中文**中文 **a**b",
        ["<em>frigging</em>", "<strong>中文</strong>", "<strong>a</strong>b"],
    ),
    "tags-of-models": ("It emits <think> and List<String>.", ["<think>", "List<String>"]),
    "code": (f"{FENCE}jinja\n{{{{ messages }}}}\n{FENCE}\n\n`#!/bin/sh`", ["messages", "#!/bin/sh"]),
    "html-in-a-quotation": (
        "> **a**\n>\n> <details>\n> <summary>S</summary>\n>\n> **b**\n>\n> - c\n>\n> </details>\n\nd",
        [
            "<blockquote>",
            "<strong>a</strong>",
            "<details>",
            "<strong>b</strong>",
            "<li>c</li>",
            "</blockquote>",
            "<p>d</p>",
        ],
    ),
    "heading": ("# C#\n\ntext", ["C#"]),
    "excited": ("wow\\![x](https://a.example/)", ["wow!<a"]),
    "rule": ("---\n\nfirst\n\n---\n\nsecond", ["first", "second"]),
    "contents": (
        '[Use](#how-to-use) <a href="#2-übersicht">b</a>\n\n## How to use\n\n## 2. Übersicht\n\n## How to use',
        ['href="#how-to-use"', 'id="how-to-use"', 'href="#2-übersicht"', 'id="2-übersicht"'],
    ),
    "link-to-nowhere": ("[gone](#gone) here", ["gone here"]),
    "footnotes": (
        "A word[^1] and[^b-c].\n\n[^1]: The first.\n\n[^b-c]: Second.\n    Goes on.",
        ["The first.", "Goes on.", 'class="footnote'],
    ),
    "tasks": ("- [ ] todo\n- [x] done", ['type="checkbox"', "todo", "checked"]),
    "right-to-left": ('<div dir="rtl">\n\nنص\n\n</div>', ['dir="rtl"']),
    "alert": ("> [!TIP]\n> Do **this**.", ['class="admonition tip"', "<strong>this</strong>"]),
    "html-heading": ("<h1>Big</h1>\n\ntext", ["<h2"]),
    "dates": ("on 2024/3/8, 1/2 of it, c/o me", ["2024/3/8", "1/2 of", "c/o me"]),
    "link": ("[a (b)](https://a.example/x_(y))", ["https://a.example/x_(y)"]),
}


def site(folder: Path, pages: Mapping[str, str]) -> dict[str, str]:
    """The articles that MkDocs makes of pages, built as TechDocs builds them."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text("site_name: cards\nplugins: [techdocs-core]\n")
    for name, text in pages.items():
        (folder / "docs" / f"{name}.md").write_text(f"# Title\n\n{text}\n", "utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110)
    assert built.returncode == 0, built.stdout + built.stderr
    texts = {name: (folder / "site" / name / "index.html").read_text("utf-8") for name in pages}
    return {name: text[text.index('<h1 id="title"') : text.rindex("</article>")] for name, text in texts.items()}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return site(
        tmp_path_factory.mktemp("honest") / "site", {name: safe_card(card) for name, (card, _) in HONEST.items()}
    )


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_card_reads_as_its_author_wrote_it(shown: dict[str, str], name: str) -> None:
    article = html.unescape(re.sub(r"</?span[^>]*>", "", shown[name]))
    assert [part for part in HONEST[name][1] if part not in article] == [], article


def test_a_card_stays_markdown_that_a_reviewer_reads() -> None:
    card = "# Granite\n\nIt **follows** instructions, see the [paper](https://a.example/p).\n\n- one\n- two\n"
    assert safe_card(card) == (
        "## Granite\n\nIt **follows** instructions, see the [paper](https://a.example/p).\n\n- one\n- two"
    )


def test_what_somebody_exclaims_stays_readable() -> None:
    card = "# Use!\n\nHello!\nGreat! So **good!**\n\n- one!\n\n| a! |\n| --- |\n| b! |\n\n<div>\n<p>c!</p>\n</div>\n"
    assert "&#33;" not in safe_card(card)


def test_an_address_opens_no_tag_where_markdown_is_not_read() -> None:
    card = "[a](https://a.example/on=x) ![b](<https://a.example/(b'>) <https://a.example/c>"
    assert safe_card(card) == (
        "[a](https://a.example/on=x) ![b](https://a.example/&#40;b&#39;) [https:&#47;/a.example/c](https://a.example/c)"
    )


def test_front_matter_is_taken_out_and_kept() -> None:
    card = "---\nlicense: apache-2.0\ntags: [a, b]\nx: 1\n---\n# H\n"
    assert (safe_card(card), front_matter(card)) == ("## H", {"license": "apache-2.0", "tags": ["a", "b"]})


def test_a_card_without_end_is_cut_and_says_so() -> None:
    assert safe_card("word word\n\n" * 100_000).endswith(CUT)


def table(columns: int, rows: int) -> str:
    """Of short rows, which are shown as long as the first."""
    return "|a" * columns + "|\n" + "|-" * columns + "|\n" + "|b\n" * rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("number", [1, 4])
def test_of_more_cells_than_anybody_reads_the_text_is_shown(number: int, end: str) -> None:
    """In one table, or in several."""
    rows = limits.CELLS // 8 // number
    some, many = (f"# H\n\n{one}".replace("\n", end) for one in (table(8, 20), f"{table(8, rows)}\n" * number))
    assert "\n| b |  |" in safe_card(some)
    shown = safe_card(many)
    assert shown.startswith("## H\n\n") and shown.count("b") == rows * number and "| b" not in shown


PIECES = st.sampled_from([*hostile.CARDS.values(), *(card for card, _ in HONEST.values())]).map(lambda text: text[:300])


@settings(max_examples=tries(60, 12), deadline=None)
@given(st.lists(PIECES | st.text(max_size=40), max_size=4).map("\n\n".join))
@example("```python\n\n<form><input>\n\n```c\nA->B\n```\n\n```c\nA->B\n```")  # a fence within a fence is code
def test_html_is_always_closed_and_a_second_pass_adds_no_tag(card: str) -> None:
    text = re.sub(r"^( *)(`{3,})[^`\n]*\n.*?^\1\2$", "", safe_card(card), flags=re.MULTILINE | re.DOTALL)
    tags = re.findall(r"<(/?)([a-z][a-z0-9]*)(?:[ >])", re.sub(r"(?<!\\)`(?:[^`\n]|\n(?!\n))*`|\(<[^>]*>\)", "", text))
    opened = [name for slash, name in tags if not slash and name not in ("br", "hr", "img")]
    assert sorted(opened) == sorted(name for slash, name in tags if slash)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "text", ["![" * 100_000, "[" * 200_000, "[a](" * 50_000, "*a" * 100_000, "`a" * 100_000, "<a" * 100_000]
)
def test_a_card_takes_no_longer_than_it_is_long(text: str) -> None:
    began = time.process_time()
    safe_card(text)
    assert time.process_time() - began < 20, "it is a few seconds at most, on any machine"


CALLS = re.compile(
    r"""(?:src|href|action|data|poster)=["']?((?:https?:)?//[^"'\s>]+)|url\(["']?((?:https?:)?//[^"')]+)"""
)


def test_a_site_makes_a_browser_call_nowhere_and_says_its_name_once(tmp_path: Path) -> None:
    """A Hub shows a page once every style sheet has come: one from the internet never does where there is none. And it
    shows the site's name above all pages, so that no page has to.
    """
    for site_of in (Path(__file__).parents[1] / "catalog").rglob("mkdocs.yml"):
        folder = tmp_path / site_of.parent.name
        shutil.copytree(site_of.parent, folder)
        command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict"]
        assert subprocess.run(command, cwd=folder, capture_output=True, timeout=110).returncode == 0
        for page in folder.glob("site/**/*.html"):
            head = page.read_text("utf-8").partition("</head>")[0]
            assert [a or b for a, b in CALLS.findall(re.sub(r"<link rel=.canonical.[^>]*>", "", head))] == []
        name = documents.parse((folder / "mkdocs.yml").read_text("utf-8"))["site_name"]
        index = (folder / "site/index.html").read_text("utf-8")
        shown = re.sub(
            r"<[^>]*>", "", index[index.index('<nav class="md-nav md-nav--primary"') : index.index("</article>")]
        )
        assert shown.count(name) == 1, "above the list of pages; the Hub's header has it once more"
        break
