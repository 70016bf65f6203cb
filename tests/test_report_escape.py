"""No hostile text acts in any medium, and every one of them can still be read."""

from __future__ import annotations

import html
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhoai_catalog.text.escape import (
    SEAM,
    annotation,
    annotation_property,
    commit_line,
    markdown_cell,
    markdown_code,
    terminal,
    visible,
)

HOSTILE = (
    "a|b",
    "`",
    "``` x ```",
    "line\n| row | row |",
    "```mermaid\ngraph TD; a-->b\n```",
    "@octocat please merge",
    "ops@example.com and mailto:ops@example.com",
    "fixes #1, closes org/repo#2, resolves GH-3",
    "Fixes https://github.com/org/repo/issues/4",
    "0123456789abcdef0123456789abcdef01234567",
    "www.example.com https://example.com ftp://example.com",
    "[click](javascript:alert(1)) ![x](https://example.com/x.png)",
    "[ref]: https://example.com",
    "<script>alert(1)</script>",
    "</details></summary></td></table>",
    "<!-- hidden --> <![CDATA[x]]>",
    "- [ ] task",
    "1. one\n2. two",
    "# heading\n===\n---",
    "    indented code",
    "*bold* __bold__ ~~gone~~ _a_",
    "&lt;b&gt; &#64;octocat &amp;",
    "\\| \\` \\",
    "$x^2$ $$y$$ :tada:",
    "abc\u202egnp.exe\u202c \u2066x\u2069",
    "zero\u200bwidth\ufeff\u00ad soft\u2060",
    "\x1b[31mred\x1b[0m \x1b]8;;https://example.com\x07link\x1b]8;;\x07 \x9b2J \x07\x00",
    "::error file=x::y\r\n::set-output name=a::b",
    "##[add-mask]x ##vso[task.setvariable variable=a]b",
    "Co-authored-by: Mallory <m@example.com>",
    "Signed-off-by : x\n\nReviewed-by: y",
    "[skip ci] [ci skip] ***NO_CI***",
    "skip-checks: true",
    "\ud800 lone \U000e0041\u3164\u2800",
    "%0A%25,:",
    "A" * 500,
)
ANY = st.one_of(st.text(), st.lists(st.sampled_from(HOSTILE)).map("".join), st.text("@#!:GHgh-1a_*[]<>&|`~\\$w.\n "))

hostile = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


@given(ANY)
def test_what_is_not_seen_is_shown(text: str) -> None:
    assert visible(text).isprintable()
    assert visible(visible(text)) == visible(text)
    visible(text).encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202e\u200b\x1b", r"\u202E\u200B\u001B"),
        ("\U000e0041", r"\U000E0041"),
        ("\ud800", r"\uD800"),
        ("Grüße, 世界 ❤️", "Grüße, 世界 ❤️"),
    ],
)
def test_how_it_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY)
def test_markdown_keeps_the_text_and_leaves_no_structure(text: str) -> None:
    for made in (markdown_cell(text), markdown_code(text).removeprefix("<code>").removesuffix("</code>")):
        assert html.unescape(made).replace(SEAM, "") == visible(text)
        raw = re.sub(r"&#\d+;", "·", made)
        assert not re.search(r"[&<>|`*~\[\]#@\\$\n]|://|www\.", raw, re.IGNORECASE)
        assert not re.search(r"(^|[\W_])_|_([\W_]|$)", made)


@given(ANY)
def test_prose_of_markdown_links_nothing_and_opens_no_block(text: str) -> None:
    made = markdown_cell(text)
    rendered = html.unescape(made)
    assert not re.search(r"[@#!:][^\s\u200b]|\bGH-\d|[0-9a-f]{7}|www\.[^\u200b]", rendered, re.IGNORECASE)
    assert not re.match(r"[-+=\s]|\d+[.)]", made)


def test_a_value_can_be_copied() -> None:
    release = "--allow-removal model-registry/team-a/ModelVersion=12"
    assert markdown_code(release) == f"<code>{release}</code>"
    assert (
        html.unescape(markdown_code("https://x.example/a_b?c=1&d=#e")) == "<code>https://x.example/a_b?c=1&d=#e</code>"
    )
    assert SEAM in html.unescape(markdown_code("@octocat"))


@given(ANY)
def test_a_terminal_gets_no_sequence_and_a_workflow_no_command(text: str) -> None:
    made = terminal(text)
    assert made.isprintable()
    assert not made.lstrip().startswith("::")
    assert not re.search(r"##\w*\[", made)


@given(ANY)
def test_a_commit_line_mentions_nobody_closes_nothing_and_skips_nothing(text: str) -> None:
    made = commit_line(text)
    assert made.replace(SEAM, "") == visible(text)
    assert not re.search(r"[@#!\[][^\s\u200b]|\bGH-\d|://|\*\*", made, re.IGNORECASE)


@hostile
def test_git_finds_no_trailer(text: str) -> None:
    message = f"Subject\n\n{commit_line(text)}\n"
    command = ["git", "interpret-trailers", "--parse"]
    assert subprocess.run(command, input=message.encode(), capture_output=True, check=True).stdout == b""


@given(ANY)
def test_an_annotation_is_one_line_that_the_runner_reads_back(text: str) -> None:
    message, name = annotation(text), annotation_property(text)
    assert message.isprintable() and name.isprintable()
    assert not set(name) & set(":,")
    read_back = message.replace("%0A", "\n").replace("%25", "%")
    assert read_back == "\n".join(visible(line) for line in re.split(r"\r\n|\r|\n", text))
    assert name.replace("%3A", ":").replace("%2C", ",").replace("%25", "%") == visible(text)
