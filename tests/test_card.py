"""Model cards: whatever is in them, the page builds, does nothing, and reads as its author wrote it."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rhoai_catalog.describe.pages.card import CUT, safe_card

BEHIND = "\n\n## Artifacts\n\n| Name | Address |\n| --- | --- |\n| behind | `s3://bucket` |\n"
FENCE = "```"
ATTACKS = {
    "script": "<script>alert(1)</script>\n\nx <script>alert(1)</script>",
    "handler": '<img src="https://a.example/x.png" onerror="alert(1)">\n\n<b onclick=alert(1)>x</b>',
    "handler-by-link": '<img src="https://a.example/x.png" alt="[a](x onerror=alert(1) y)">',
    "handler-by-address": 'x <img src="https://a.example/[a](x/onerror=alert(1)//)">',
    "handler-by-code": "x <img src=\"https://a.example/y\" alt='`x` [a](javascript:1)'>",
    "javascript": "[x](javascript:x) <a href='java&#115;cript:x'>y</a>\n\n[r]: javascript:x",
    "data": "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "frame": '<iframe src="https://a.example"></iframe><object data="x"></object><form><input><button></form>',
    "overlay": '<div style="position:fixed;inset:0">x</div>\n\nx{: style="position:fixed" onclick="alert(1)" }',
    "head": '<meta http-equiv="refresh" content="0;url=https://a.example"><base href="https://a.example">',
    "include": '--8<-- "/etc/passwd"\n\n;--8<-- "/etc/passwd"\n\n{!/etc/passwd!}\n\n--8<--\n/etc/passwd\n--8<--',
    "include-in-code": f'{FENCE}\n--8<-- "/etc/passwd"\n{FENCE}',
    "plantuml": f"{FENCE}plantuml\nA->B\n{FENCE}\n\n{FENCE}c4plantuml\nA->B\n{FENCE}\n\n::uml::\nA->B\n::end-uml::",
    "plantuml-in-code": f'{FENCE}\n~~~plantuml format="svg" source="/etc/passwd"\n@startuml\n@enduml\n~~~\n{FENCE}',
    "plantuml-indented": "    ~~~plantuml\n    @startuml\n    !include /etc/passwd\n    @enduml\n    ~~~",
    "plantuml-escaped": "\\~~~plantuml\n@startuml\n!include /etc/passwd\n@enduml\n\\~~~",
    "graphviz": f"````\n{FENCE}graphviz dot a.svg\ndigraph G {{ A -> B }}\n{FENCE}\n````\n\n    {FENCE}graphviz dot",
    "graphviz-tag": "{% dot attack.svg\ndigraph G {}\n%}",
    "mermaid": f'{FENCE}mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"]\n{FENCE}',
    "unclosed": "<details>\n<summary>x</summary>\n\ntext",
    "unclosed-div": "<div>\n\n<div align='center'>\n\ntext",
    "unclosed-p": '<p align="center">\n  <img src="https://a.example/x.png">\n<p>\n\ntext',
    "unclosed-table": "<table><tr><td>\n\ntext",
    "unclosed-link": 'text <a href="https://evil.example/"> on <b>and <code>on',
    "unclosed-fence": f"{FENCE}python\nx = 1",
    "unclosed-comment": "text\n\n<!-- and on\n\nmore",
    "closing": "</div></div></div></article>\n\nx </p></div></body></html>",
    "heading": "#Artifacts\n\nx\n\\===\n\ny\n\\---",
    "carriage-return": "a&#13;&#13;# h",
    "references": "[Artifacts]: https://evil.example\n*[Artifacts]: evil\n\n[^1]: note\n\n[^1]",
    "admonition": '!!! danger "x"\n    y\n\n??? note\n    z\n\n=== "tab"\n    t\n\n/// html | script\nalert(1)\n///',
    "critic": "{++a++} {--b--} {~~c~>d~~} {==e==}{>>f<<}",
    "image-of-emoji": "a :rocket: b",
    "front-matter": "---\ntemplate: evil.html\ntitle: '<script>alert(1)</script>'\n---\n# H",
    "controls": "a\x00b \u202egnp.exe\u202c \x02wzxhzdk:0\x03",
    "deep": "> " * 200 + "x\n\n" + "- " * 100 + "y\n\n" + "*a **b " * 500,
    "many-brackets": "[" * 5_000 + "\n\n" + "[^a]" * 2_000,
    "many-marks": "`a` " * 2_000 + "\n\n" + "{~~a~>" * 500 + "\n\n" + "a_b_" * 5_000,
    "many-headings": "# a\n\n" * 2_000,
    "many-tags": "<b>" * 2_000 + "x\n\n" + "<div>\n\n" * 500,
    "long-word": "a." * 10_000,
}
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
    "heading": ("# C#\n\ntext", ["C#"]),
    "excited": ("wow\\![x](https://a.example/)", ["wow!<a"]),
    "rule": ("---\n\nfirst\n\n---\n\nsecond", ["first", "second"]),
    "link": ("[a (b)](https://a.example/x_(y))", ["https://a.example/x_(y)"]),
}
FORBIDDEN = {
    "a script": r"<script(?! src=\"\S*assets|>__md|[^>]*type=\"application/json)",
    "a handler": r"<[a-z][^>]*\son\w+\s*=",
    "a program as address": r"(?:href|src)=[\"']?\s*(?:javascript|data|vbscript|file):",
    "a foreign frame": r"<(?:iframe|object|embed|form|input|meta|base|textarea|button)\b",
    "a style": r"<(?!td|th)[a-z][^>]*\sstyle=",
    "a file of the machine": r"root:x:0",
    "a page that failed": r"<pre>Error :",
}


def site(folder: Path, pages: Mapping[str, str]) -> dict[str, str]:
    """The articles that MkDocs makes of pages, built as TechDocs builds them."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text("site_name: cards\nplugins: [techdocs-core]\n")
    for name, text in pages.items():
        (folder / "docs" / f"{name}.md").write_text(f"# Title\n\n## Facts\n\nf\n\n{text}{BEHIND}", "utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "--quiet"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110)
    assert built.returncode == 0, built.stdout + built.stderr
    texts = {name: (folder / "site" / name / "index.html").read_text("utf-8") for name in pages}
    return {name: text[text.index('<h1 id="title"') : text.rindex("</article>")] for name, text in texts.items()}


class _Open(HTMLParser):
    """The tags that a text leaves open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return site(
        tmp_path_factory.mktemp("attacks") / "site", {name: safe_card(card).text for name, card in ATTACKS.items()}
    )


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_does_nothing_and_leaves_what_follows_alone(attacked: dict[str, str], name: str) -> None:
    article = attacked[name]
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, article, re.IGNORECASE)] == []
    before, heading, behind = article.rpartition('<h2 id="artifacts')
    assert heading and "<td>behind</td>" in behind
    assert _Open(before).open == []


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return site(
        tmp_path_factory.mktemp("honest") / "site", {name: safe_card(card).text for name, (card, _) in HONEST.items()}
    )


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_card_reads_as_its_author_wrote_it(shown: dict[str, str], name: str) -> None:
    article = html.unescape(re.sub(r"</?span[^>]*>", "", shown[name]))
    assert [part for part in HONEST[name][1] if part not in article] == [], article


def test_a_card_stays_markdown_that_a_reviewer_reads() -> None:
    card = "# Granite\n\nIt **follows** instructions, see the [paper](https://a.example/p).\n\n- one\n- two\n"
    assert safe_card(card).text == (
        "## Granite\n\nIt **follows** instructions, see the [paper](<https://a.example/p>).\n\n- one\n- two"
    )


def test_front_matter_is_taken_out_and_kept() -> None:
    card = safe_card("---\nlicense: apache-2.0\ntags: [a, b]\nx: 1\n---\n# H\n")
    assert (card.text, card.front_matter) == ("## H", {"license": "apache-2.0", "tags": ["a", "b"]})


def test_a_card_without_end_is_cut_and_says_so() -> None:
    assert safe_card("word word\n\n" * 100_000).text.endswith(CUT)


PIECES = st.sampled_from([*ATTACKS.values(), *(card for card, _ in HONEST.values())]).map(lambda text: text[:300])


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.text(max_size=40), max_size=4).map("\n\n".join))
@example("```python\n\n<form><input>\n\n```c\nA->B\n```\n\n```c\nA->B\n```")  # a fence within a fence is code
def test_html_is_always_closed_and_a_second_pass_adds_no_tag(card: str) -> None:
    text = re.sub(r"^( *)(`{3,})[^`\n]*\n.*?^\1\2$", "", safe_card(card).text, flags=re.MULTILINE | re.DOTALL)
    tags = re.findall(r"<(/?)([a-z][a-z0-9]*)(?:[ >])", re.sub(r"`[^`]*`|\(<[^>]*>\)", "", text))
    opened = [name for slash, name in tags if not slash and name not in ("br", "hr", "img")]
    assert sorted(opened) == sorted(name for slash, name in tags if slash)


@pytest.mark.parametrize(
    "text", ["![" * 100_000, "[" * 200_000, "[a](" * 50_000, "*a" * 100_000, "`a" * 100_000, "<a" * 100_000]
)
def test_a_card_takes_no_longer_than_it_is_long(text: str) -> None:
    began = time.perf_counter()
    safe_card(text)
    assert time.perf_counter() - began < 20, "it is a few seconds at most, on any machine"
