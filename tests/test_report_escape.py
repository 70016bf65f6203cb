"""No hostile text acts in any medium, and every one of them can still be read."""

from __future__ import annotations

import html
import json
import math
import re
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import hostile
from rhoai_catalog.text.annotation import annotation, annotation_property, workflow_command
from rhoai_catalog.text.commit import commit_line
from rhoai_catalog.text.json import json_text
from rhoai_catalog.text.markdown import markdown_cell, markdown_code
from rhoai_catalog.text.markup import html_text, xml_text
from rhoai_catalog.text.prose import line, paragraphs, printable, without_invisible
from rhoai_catalog.text.terminal import terminal, terminal_lines
from rhoai_catalog.text.visible import SEAM, visible
from rhoai_catalog.validate.document import words

HOSTILE = tuple(hostile.STRINGS.values())
ANY = st.one_of(st.text(), st.lists(st.sampled_from(HOSTILE)).map("".join), st.text("@#!:GHgh-1a_*[]<>&|`~\\$w.\n "))


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
        ("\u1160\u3164\u2028", r"\u1160\u3164\u2028"),
        ("Grüße, 世界 ❤️", "Grüße, 世界 ❤️"),
    ],
)
def test_how_it_is_shown_wherever_it_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert words.shown(text) == f'"{shown}"'


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
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    assert terminal(terminal(text)) == terminal(text)
    assert terminal_lines(text) == "\n".join(terminal(line) for line in text.split("\n"))


@given(ANY)
def test_json_says_what_the_text_says_and_no_more(text: str) -> None:
    made = json_text({"text": text, text: [text]})
    assert json.loads(made) == {"text": text, text: [text]}
    assert made.replace("\n", "").isprintable() and made.isascii()
    assert not re.search(r"##\w*\[", made)
    assert not any(line.lstrip().startswith("::") for line in made.splitlines())


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_json_has_no_number_that_others_cannot_read(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text({"a": number})


@given(ANY)
def test_xml_can_be_read_back(text: str) -> None:
    element = ElementTree.Element("e", a=xml_text(text))
    element.text = xml_text(text)
    read_back = ElementTree.fromstring(ElementTree.tostring(element, encoding="unicode").encode())
    assert (read_back.text or "") == read_back.get("a") == terminal(text)
    assert xml_text(text).isprintable()


@given(ANY)
def test_html_opens_nothing_and_says_all(text: str) -> None:
    made = html_text(text)
    assert html.unescape(made) == visible(text) and made.isprintable()
    assert not re.search("[<>\"']", made)


@given(ANY)
def test_a_commit_line_mentions_nobody_closes_nothing_and_skips_nothing(text: str) -> None:
    made = commit_line(text)
    assert made.replace(SEAM, "") == visible(text)
    assert not re.search(r"[@#!\[][^\s\u200b]|\bGH-\d|://|\*\*", made, re.IGNORECASE)


def test_git_finds_no_trailer() -> None:
    for text in HOSTILE:
        message = f"Subject\n\n{commit_line(text)}\n"
        command = ["git", "interpret-trailers", "--parse"]
        assert subprocess.run(command, input=message.encode(), capture_output=True, check=True).stdout == b"", text


@given(ANY, ANY)
def test_a_workflow_command_is_the_only_one_of_its_line(message: str, value: str) -> None:
    made = workflow_command("error", message, {"file": value, "title": value})
    assert made.isprintable() and made.startswith("::error file=")
    properties = made.removeprefix("::error ").split("::")[0]
    assert [pair.split("=")[0] for pair in properties.split(",")] == ["file", "title"]
    assert made == f"::error {properties}::{annotation(message)}"
    assert workflow_command("notice", "x") == "::notice::x"


@given(ANY)
def test_an_annotation_is_one_line_that_the_runner_reads_back(text: str) -> None:
    message, name = annotation(text), annotation_property(text)
    assert message.isprintable() and name.isprintable()
    assert not set(name) & set(":,")
    read_back = message.replace("%0A", "\n").replace("%25", "%")
    assert read_back == "\n".join(terminal(line) for line in re.split(r"\r\n|\r|\n", text))
    assert name.replace("%3A", ":").replace("%2C", ",").replace("%25", "%") == visible(text)


# -- texts of files that people read and edit ---------------------------------------------------------------------


@given(ANY)
def test_prose_has_nothing_that_hides_or_reorders(text: str) -> None:
    hidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
    for made in (without_invisible(text), line(text), paragraphs(text)):
        assert not hidden.search(made)
        made.encode()
    assert "\n" not in line(text) and "\r" not in paragraphs(text)
    assert printable(text).isprintable() and len(printable(text)) == len(text)


def test_prose_keeps_what_languages_and_emoji_need() -> None:
    text = "می\u200cخواهم 👩\u200d🔬 co\u00adoperate"
    assert line(text) == paragraphs(text) == without_invisible(text) == text


def test_paragraphs_end_where_a_reviewer_has_enough() -> None:
    assert len(paragraphs("x" * 30_000)) == 20_000
    assert paragraphs("a\r\n" * 2_000).count("\n") == 999
