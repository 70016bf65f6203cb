"""What a terminal shows: lines as wide as it is, in colours that stay, and commands that can be copied."""

from __future__ import annotations

import html
import itertools
import os
import pty
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rhoai_catalog import handbook
from rhoai_catalog.demo.run import run_demo
from rhoai_catalog.report.handbook.text import handbook_text
from rhoai_catalog.report.style import Style, fitted, styled

WORDS = st.lists(st.text("ab-/.", min_size=1, max_size=30), min_size=1, max_size=20)


@given(WORDS, st.integers(0, 8), st.integers(20, 60), st.sampled_from(Style))
def test_lines_are_broken_between_words_and_lose_none(
    words: list[str], indent: int, columns: int, style: Style
) -> None:
    assume(not any(word.startswith("--") for word in words))
    line = " " * indent + " ".join(words)
    lines = fitted(styled(line, style, colour=True), columns).split("\n")
    bare = [click.unstyle(each) for each in lines]
    assert " ".join(bare).split() == words
    assert bare[0].startswith(" " * indent) and all(each.startswith(" " * (indent + 2)) for each in bare[1:])
    for each in bare:
        assert len(each) <= columns or len(each.split()) == 1
    for each, following in itertools.pairwise(bare):
        assert len(f"{each} {following.split()[0]}") > columns, "no line is broken before it has to be"


def test_a_line_with_an_option_stays_whole_so_that_it_can_be_copied() -> None:
    line = "      to release: --allow-removal model-registry/team-a/ModelVersion=12"
    assert fitted(f"{line}\nshort", 40) == f"{line}\nshort"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that the demo names as the next step."""
    told: list[str] = []
    run_demo(tmp_path_factory.mktemp("terminal"), told.append)
    return [sys.executable, "-m", "rhoai_catalog", *shlex.split(told[-1].splitlines()[-1])[1:]]


def shown(command: list[str], columns: int, **environment: str) -> list[str]:
    """What a command writes to a terminal of a width."""
    ours, theirs = pty.openpty()
    root = Path(__file__).parent.parent / "generator"
    variables = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": str(columns), "TERM": "xterm", **environment}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=variables):
        os.close(theirs)
        parts = []
        while part := _read(ours):
            parts.append(part)
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n").splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody writes to it any more
        return b""


@pytest.mark.few(1)
@pytest.mark.parametrize("columns", [60, 80, 160])
def test_a_plan_is_as_wide_as_the_terminal(plan: list[str], columns: int) -> None:
    lines = [click.unstyle(line) for line in shown(plan, columns)]
    assert lines[0] == "Hand edits, kept"
    assert [line for line in lines if len(line) > columns and len(line.split()) > 1] == []
    words = " ".join(lines)
    assert ("false alarms of the holidays" in words) == (columns > 100), "a wide terminal shows more of a value"


def test_colours_are_those_of_a_terminal_unless_it_wants_none(plan: list[str]) -> None:
    coloured, plain = shown(plan, 100), shown(plan, 100, NO_COLOR="1")
    assert [click.unstyle(line) for line in coloured] == plain
    assert any(re.search("\x1b\\[", line) for line in coloured)


# -- pages of the handbook ---------------------------------------------------------------------------------------------

SYNTAX = re.compile(r"\*\*\w|```|^\|[ :-]|\]\(https?:|<!--|<code>|&\w+;|\u200b", re.MULTILINE)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("topic", handbook.topics())
def test_a_page_is_printed_as_it_is_read_and_loses_no_word(topic: str, columns: int) -> None:
    written = handbook.page(topic)
    printed = handbook_text(written, colour=False, columns=columns)
    for line in printed.splitlines():
        is_code = re.match(r"(│ |- |\d\. | +)* {4}", line)
        assert len(line) <= min(columns, 100) or is_code or len(line.split()) <= 3 > line.count("  "), line
    assert not SYNTAX.search(printed)
    mermaid_and_markup = r"^> ```mermaid.*?^> ```$|<!--.*?-->|^ *```\w*$|<\w+>|</\w+>|\u200b|^> \| :--.*?$"
    read = re.sub(mermaid_and_markup, "", html.unescape(written).replace("<br>", " "), flags=re.MULTILINE | re.DOTALL)
    assert _words(read) - _words(printed) == Counter()
    coloured = click.unstyle(handbook_text(written, colour=True, columns=columns))
    assert _words(read) - _words(coloured) == Counter() and "\n\n\n" not in printed


def test_code_tables_and_lists_are_laid_out() -> None:
    page = """\
# First [page](https://a.example)

Some `code` and **bold
text**.

| option | says |
|---|---|
| `--one` | a text that is far too long for a line of it |
| `--two` | b |

3. Do:

   ```sh
   run --with "a long line that somebody copies and that no program may break"
   ```

4. Then
   that.

- x
- y
"""
    assert handbook_text(page, colour=False, columns=40).splitlines() == [
        "# First page (https://a.example)",
        "",
        "Some `code` and bold text.",
        "",
        "option   says",
        "───────  ───────────────────────────────",
        "`--one`  a text that is far too long for",
        "         a line of it",
        "",
        "`--two`  b",
        "",
        "3. Do:",
        "",
        '       run --with "a long line that somebody copies and that no program may break"',
        "",
        "4. Then that.",
        "",
        "- x",
        "- y",
    ]
    coloured = handbook_text(page, colour=True, columns=40)
    assert coloured.startswith("\x1b[1mFirst\x1b[0m ") and "\x1b[1mbold\x1b[0m" in coloured
    assert "\x1b[36mcode\x1b[0m" in coloured and "`" not in coloured


def test_a_table_without_room_for_its_words_has_a_paragraph_for_each_row() -> None:
    page = "| a | b | c |\n|---|---|---|\n| abcdefghij | klmnopqrst uvw | |\n| x | | y |\n"
    told = ["a: abcdefghij", "  b: klmnopqrst", "    uvw", "", "a: x", "  c: y"]
    assert handbook_text(page, colour=False, columns=18).splitlines() == told


def test_only_a_terminal_gets_a_page_that_is_laid_out() -> None:
    command = [sys.executable, "-m", "rhoai_catalog", "help", "commands"]
    at_terminal = "\n".join(shown(command, 80, NO_COLOR="1")) + "\n"
    assert at_terminal == handbook_text(handbook.page("commands"), colour=False, columns=80)
    assert "\x1b[1mCommands" in shown(command, 80)[0]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent / "generator")}
    piped = subprocess.run(command, capture_output=True, text=True, env=environment).stdout
    assert piped == handbook.page("commands")
