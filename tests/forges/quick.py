"""What GitLab makes of a text: which lines it runs as quick actions, and which words it takes for references."""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt

COMMANDS = """approve assign assign_reviewer close copy_metadata draft label lock merge ready rebase reopen
    request_review reviewer subscribe tableflip target_branch title todo unlabel unlock wip""".split()
# Kept from being looked at, as the extractor of quick actions does it: fences, blocks of HTML, quotes, one-line code.
_KEPT = re.compile(
    r"^```.+?\n```$|^<[^>\n]+?>\s*\n.+?\n</[^>\n]+?>$|^>>>\s*\n.+?\n>>>$|^(?:`[^`\n]+`)$", re.MULTILINE | re.DOTALL
)
_COMMAND = re.compile(rf"^/({'|'.join(COMMANDS)})(?:[ \t]+([^\n]*))?$\n?", re.MULTILINE | re.IGNORECASE)
_WITHOUT = re.compile(r"<(code|pre|a|style)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_LINKED = re.compile(r"(?<!\w)https?://[a-z0-9][^\s<]*", re.IGNORECASE)
_REFERENCE = re.compile(
    r"""(?<!\w)(?:@@?\w[\w.-]*|~(?:[\w\-?.&]*\w|"[^"]+")|%(?:[^"\s\u200b][^"\s]*|"[^"]+")|GL-\d+|\^alert\#\d+)
        |(?<![&\w])[\w./-]*[\#!$&]\d+
        |\[(?:vulnerability|feature_flag|issue|epic|work_item):\w[^\]]*\]|\*iteration:[\w"]\S*""",
    re.VERBOSE,
)


def run(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A text without its commands, and these with their arguments. Texts come with LF only."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    commands: list[tuple[str, str]] = []

    def taken(match: re.Match[str]) -> str:
        commands.append((match[1].lower(), (match[2] or "").strip()))
        return ""

    parts: list[str] = []
    end = 0
    for kept in _KEPT.finditer(text):
        parts += [_COMMAND.sub(taken, text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, _COMMAND.sub(taken, text[end:])]), commands


def references(text: str) -> list[str]:
    """What is found in the text that a reader sees, outside code and links."""
    shown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    shown = re.sub(r"<[^>]+>", " ", _WITHOUT.sub(" ", shown))
    return _REFERENCE.findall(html.unescape(_LINKED.sub(" ", shown)))
