"""Text for GitLab: nothing in it acts, judged by how GitLab reads it; what it shows stays."""

from __future__ import annotations

import html
import re
import time

import pytest
from forges import quick
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rhoai_catalog.text.gitlab import inert, without_commands
from rhoai_catalog.text.visible import SEAM
from thorough import tries


@pytest.mark.parametrize(
    "text",
    [
        "/close",
        "Text\n/close",
        "Text\r\n/merge\r\n",
        "Text\r/approve",
        '/label ~bug ~"two words"',
        "~~~\n/close\n~~~",
        "````\n```\n/close\n````",
        "```x``` text\n```\n/close\n```",
        "> quote\n/close",
        "- item\n/title Mine",
        "|a|\n|-|\n/assign me",
    ],
)
def test_no_line_is_a_command(text: str) -> None:
    for made in (inert(text), without_commands(text)):
        assert quick.run(made)[1] == []
        assert made.replace(SEAM, "") == text


@pytest.mark.parametrize(
    "text",
    """@all|@alice, please|(@alice)|#12|org/catalog#12|!7|group/project!7|~bug|~"two words"|%v1.0|%"next one"|$3|&4
    |group&5|GL-12|^alert#3|[vulnerability:12]|[epic:3]|*iteration:9|&#64;alice|&commat;alice|&#x40;alice|&#126;bug
    |&#37;v1|&amp;4|&#38;4|&#35;12|&num;12|&dollar;3|Closes #12, #13|~~~bug|**@alice**|<b>@alice</b>|<b @alice>
    |\\@alice|\\#12|a `b | @alice ` c|`x|@alice` y|[@alice](https://git.example.net/)|@@maintainers|# @alice
    |<details><summary>#12</summary>~bug</details>|&excl;7|&#33;7|&percnt;v1|1|""".replace("\n    ", "").split("|"),
)
def test_no_word_is_a_reference(text: str) -> None:
    assert quick.references(inert(text)) == []


def test_the_judge_sees_what_gitlab_would() -> None:
    text = "@all #12 !7 ~bug %v1.0 $3 &4 GL-12 &#126;bug [epic:3] org/catalog#9"
    assert len(quick.references(text)) == 11
    assert quick.references("`@all` <code>@all</code> e@mail 100 % of C#") == []


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\n## Changes\n\n- one\n- two\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        '```json\n{"a": "@alice", "path": "/v1/models"}\n/v1/models\n```\n',
        "A `@alice` and `#12` in code",
        "<code>git@example.net ~x $5</code>",
        '<a href="https://git.example.net/x#L3">Text</a>',
        "[Text](https://git.example.net/org/catalog/-/blob/main/a.yaml#L3-9)",
        "https://git.example.net/-/merge_requests/7#note_1",
        "<details><summary>More</summary>\n\nText\n\n</details>",
        "<!-- rhoai-catalog:begin -->\nText &amp; more, 50 % & so on, 5 < 6 &#60;\n<!-- rhoai-catalog:end -->",
        "![image](https://git.example.net/a.png)",
        "Price: 5 $, e-mail me at a @ b, C# and F#",
    ],
)
def test_what_does_nothing_stays_to_the_letter(text: str) -> None:
    assert inert(text) == text


PIECES = """``` ~~~ /close alice 12 &#64; &amp; <code> </code> <b> https://x.example/ GL- bug [epic: ~~ - > &#126; &num;
    \u200b https://@ """.split(" ")
pieces = st.sampled_from([*"@#!~%$&^/*`\\<>[]()|\"' \n\r", "\n\n", "    ", *PIECES])


@settings(max_examples=tries(300, 60), deadline=None)
@given(st.lists(pieces, max_size=14).map("".join))
def test_nothing_acts_whatever_stands_there(text: str) -> None:
    made = inert(text)
    assert quick.run(made)[1] == []
    assert inert(made) == made
    assert made.replace(SEAM, "") == text.replace(SEAM, "")


@settings(max_examples=tries(300, 60), deadline=None)
@given(st.lists(pieces, max_size=14).map("".join))
def test_no_reference_is_left_whatever_stands_there(text: str) -> None:
    assert quick.references(inert(text)) == []


@settings(max_examples=tries(200, 40), deadline=None)
@given(st.lists(pieces, max_size=14).map("".join))
def test_what_a_reader_sees_stays(text: str) -> None:
    def shown(markdown: str) -> str:
        page = MarkdownIt("commonmark", {"html": True}).render(markdown.replace(SEAM, ""))
        return html.unescape(re.sub(r"\s+", " ", page))

    assert shown(inert(text)) == shown(text)


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "text",
    [
        "`" * 60_000,
        "".join("`" * n + " " for n in range(1, 300)),
        "<a " * 20_000,
        "<a" + " b" * 30_000,
        "<a b=" * 12_000,
        "<!--" * 15_000,
        "&#" * 30_000,
        "@" * 60_000,
        "/x\n" * 20_000,
        "[x:" * 20_000,
    ],
)
def test_it_takes_no_time(text: str) -> None:
    since = time.process_time()
    inert(text)
    assert time.process_time() - since < 2
