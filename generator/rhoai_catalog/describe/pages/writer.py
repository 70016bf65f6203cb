"""What a Markdown parser saw, written as Markdown that TechDocs (Python-Markdown with its extensions) reads alike."""

from __future__ import annotations

import re
from typing import Final

from markdown_it.tree import SyntaxTreeNode

from rhoai_catalog import limits
from rhoai_catalog.backstage import web_url
from rhoai_catalog.describe.pages import foreign
from rhoai_catalog.describe.pages.anchors import Anchors
from rhoai_catalog.describe.pages.html import BLOCKS, SafeHtml

LANGUAGE: Final = re.compile(r"[A-Za-z0-9+#-]{1,20}")
RUNS_PROGRAMS: Final = re.compile(r"uml|graphviz|mermaid|^(dot|neato|math|blockdiag|ditaa)", re.IGNORECASE)
TASK: Final = re.compile(r"^\\\[([ xX])\\\] ")  # a box of a list of tasks, as it was escaped
ALERT: Final = re.compile(r"\\\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\\\][ ]*(?:\n+|$)")
ALERTS: Final = {"important": "info", "caution": "danger"}  # as the theme calls them
HTML_LINE: Final = re.compile(rf"^</?(?:{'|'.join(sorted(BLOCKS))})\b", re.MULTILINE)
NOTE: Final = re.compile(r"[\w-]{1,40}")
EMPHASIS_TAGS: Final = {"em": "em", "strong": "strong", "s": "del"}


class Writer:
    """Writes nodes of the parser; `shift` is added to the level of headings, `anchors` are those that links lead to."""

    def __init__(self, shift: int, anchors: Anchors) -> None:
        self.shift, self.anchors = shift, anchors
        self.headings = 0
        self.html = SafeHtml(anchors, shift)

    def card(self, tree: SyntaxTreeNode) -> str:
        return self._closed(tree, 0)

    # -- blocks --------------------------------------------------------------------------------------------------

    def _closed(self, node: SyntaxTreeNode, depth: int) -> str:
        """The blocks below a node; HTML that they leave open is closed behind them."""
        opened = len(self.html.open)
        written = [self._bounded(child, depth) for child in node.children]
        written += self.html.close(opened)
        return "\n\n".join(part for part in written if part.strip())

    def _bounded(self, node: SyntaxTreeNode, depth: int) -> str:
        """One block; of text longer than anybody reads, its beginning."""
        written = self._block(node, depth)
        if len(written) > limits.BLOCK and node.type in ("heading", "paragraph", "html_block"):
            return f"{foreign.encoded(_text(node)[: limits.BLOCK // 4])} …"
        return written

    def _block(self, node: SyntaxTreeNode, depth: int) -> str:
        if depth > limits.BLOCK_DEPTH:
            return foreign.paragraph(_text(node))
        match node.type:
            case "heading":
                return self._heading(node)
            case "paragraph":
                lines = self._paragraph(node).split("\n")
                return "\n".join(foreign.start(line.strip()) for line in lines)
            case "fence" | "code_block":
                return _fence(node)
            case "blockquote":
                return _quote(self._closed(node, depth + 1))
            case "footnote_block":
                return "\n\n".join(self._footnote(note, depth) for note in node.children)
            case "bullet_list" | "ordered_list":
                return self._list(node, depth)
            case "table":
                return self._table(node)
            case "hr":
                return "* * *"
            case "html_block":
                return self.html.block(node.content)
            case _:
                return foreign.paragraph(_text(node))

    def _heading(self, node: SyntaxTreeNode) -> str:
        self.headings += 1
        text = " ".join(self._paragraph(node).split()) or "—"
        text = re.sub(r"#+$", lambda marks: "&#35;" * len(marks[0]), text)
        if self.headings > limits.HEADINGS:
            return foreign.start(text)
        anchor = self.anchors.of(node)
        name = f" {{#{anchor}}}" if anchor else ""
        return f"{'#' * min(6, max(1, int(node.tag[1]) + self.shift))} {text}{name}"

    def _footnote(self, node: SyntaxTreeNode, depth: int) -> str:
        first, *rest = self._closed(node, depth + 1).split("\n")
        return "\n".join([f"[^{_note(node)}]: {first}", *(f"    {line}".rstrip() for line in rest)])

    def _list(self, node: SyntaxTreeNode, depth: int) -> str:
        """As Markdown where every item is a line or lines with perhaps lists below; what holds more needs HTML."""
        first = int(str(node.attrs.get("start", 1)))
        if first == 1 and all(_is_plain(item) for item in node.children):
            return "\n".join(self._plain_item(item, depth) for item in node.children)
        name = "ul" if node.type == "bullet_list" else "ol"
        start = f' start="{first}"' if first != 1 else ""
        items = [f'<li markdown="block">\n\n{self._closed(item, depth + 1)}\n\n</li>' for item in node.children]
        return "\n".join([f'<{name}{start} markdown="1">', *items, f"</{name}>"])

    def _plain_item(self, item: SyntaxTreeNode, depth: int) -> str:
        mark = "-" if item.parent is not None and item.parent.type == "bullet_list" else "1."
        parts = [self._block(child, depth + 1) for child in item.children]
        lines = [line for part in parts for line in part.split("\n")] or [""]
        lines[0] = TASK.sub(r"[\1] ", lines[0])
        return "\n".join([f"{mark} {lines[0]}".rstrip(), *(f"  {line}" for line in lines[1:])])

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [row for part in node.children for row in part.children]
        columns = max(1, len(rows[0].children))
        shown = rows[: max(2, limits.TABLE_CELLS // columns)]
        cells = [[self._cell(cell) for cell in row.children] for row in shown]
        written = foreign.table(cells[0], cells[1:], [_alignment(cell) for cell in rows[0].children])
        more = len(rows) - len(shown)
        return f"{written}\n\n… and {more:,} more" if more else written

    def _cell(self, cell: SyntaxTreeNode) -> str:
        return re.sub(r"(?<!\\)\|", r"\\|", " ".join(self._paragraph(cell).split()))

    # -- inlines -------------------------------------------------------------------------------------------------

    def _paragraph(self, node: SyntaxTreeNode) -> str:
        """The text of a block. HTML that it leaves open is closed at its end."""
        if sum(1 for _ in node.walk()) > limits.SPANS:
            return foreign.encoded(_text(node))
        opened = len(self.html.open)
        written = self._inlines(node)
        return written + "".join(self.html.close(opened))

    def _inlines(self, node: SyntaxTreeNode) -> str:
        written = ""
        for child in node.children:
            part = self._inline(child)
            if written.endswith("!") and part.startswith("["):  # no picture: a link, behind what somebody exclaims
                written = f"{written[:-1]}&#33;"
            written += part
        return written

    def _whole(self, node: SyntaxTreeNode) -> str:
        """The text of a span. No HTML begins in it that ends outside, or the other way round."""
        around, self.html.open = self.html.open, []
        written = self._inlines(node)
        written += "".join(self.html.close(0))
        self.html.open = around
        return written

    def _inline(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "inline":
                return self._inlines(node)
            case "text":
                return foreign.inline(node.content)
            case "softbreak":
                return "\n"
            case "hardbreak":
                return "<br>\n"
            case "code_inline":
                return foreign.code(node.content)
            case "em" | "strong" | "s":
                return self._emphasis(node)
            case "link":
                href = str(node.attrs.get("href", ""))
                url, text = web_url(href), self._whole(node)
                target = self.anchors.target(href) or (foreign.destination(url) if url else "")
                return f"[{text}]({target})" if target else text
            case "image":
                url = web_url(str(node.attrs.get("src", "")))
                alt = foreign.inline(node.content)
                return f"![{alt}]({foreign.destination(url)})" if url else alt
            case "footnote_ref":
                return f"[^{_note(node)}]"
            case "footnote_anchor":
                return ""
            case "html_inline":
                return self.html.inline(node.content)
            case _:
                return foreign.inline(_text(node))

    def _emphasis(self, node: SyntaxTreeNode) -> str:
        text = self._whole(node)
        if _is_tight(node):
            return f"<{EMPHASIS_TAGS[node.type]}>{text}</{EMPHASIS_TAGS[node.type]}>"
        mark = {"em": "*", "strong": "**", "s": "~~"}[node.type]
        return f"{mark}{text}{mark}"


def _quote(text: str) -> str:
    """A quotation, or what GitHub shows as an alert. HTML is read as such at the start of a line alone."""
    alert = ALERT.match(text)
    if alert is None and HTML_LINE.search(text):
        return f'<blockquote markdown="1">\n\n{text}\n\n</blockquote>'
    if alert is None:
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    kind, title = alert[1].lower(), alert[1].capitalize()
    lines = [f"    {line}".rstrip() for line in text[alert.end() :].split("\n")]
    return "\n".join([f'!!! {ALERTS.get(kind, kind)} "{title}"', "", *lines])


def _note(node: SyntaxTreeNode) -> str:
    """What a footnote is called: its own label, where it is a plain one."""
    label = str(node.meta.get("label") or "")
    return label if NOTE.fullmatch(label) else f"note-{node.meta.get('id', 0)}"


def _is_plain(item: SyntaxTreeNode) -> bool:
    """Whether an item is one paragraph, perhaps with plain lists below it."""
    if not item.children:
        return True
    first, *rest = item.children
    return first.type == "paragraph" and all(
        child.type in ("bullet_list", "ordered_list")
        and str(child.attrs.get("start", 1)) == "1"
        and all(_is_plain(inner) for inner in child.children)
        for child in rest
    )


def _is_tight(node: SyntaxTreeNode) -> bool:
    """Whether emphasis touches a letter or other emphasis: there Python-Markdown does not read its marks as meant."""
    siblings = list(node.parent.children) if node.parent is not None else [node]
    place, text = siblings.index(node), _text(node)
    left, right = _edge(siblings[:place][-1:], -1), _edge(siblings[place + 1 :][:1], 0)
    free = left in " ([\"'“„" and right in " .,;:!?)]\"'”"
    nested = any(inner.type in EMPHASIS_TAGS for inner in node.walk() if inner is not node)
    inside = node.parent is not None and node.parent.type in EMPHASIS_TAGS
    return not free or nested or inside or text.strip() != text or not text or bool(re.search(r"[*_~`]", text))


def _edge(neighbour: list[SyntaxTreeNode], place: int) -> str:
    """The character of a neighbour that emphasis touches; a space where there is none."""
    if not neighbour or neighbour[0].type in ("softbreak", "hardbreak"):
        return " "
    text = neighbour[0].content if neighbour[0].type == "text" else "x"
    return text[place] if text else " "


def _alignment(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return next((side for side in ("left", "center", "right") if side in style), "")


def _fence(node: SyntaxTreeNode) -> str:
    """Code as it stands; the language only where it is a word, and none that would run a program."""
    language = (node.info or "").split()[0] if (node.info or "").split() else ""
    if not LANGUAGE.fullmatch(language) or RUNS_PROGRAMS.search(language):
        language = "text"
    longest = max((len(run) for run in re.findall(r"`+", node.content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{node.content.rstrip()}\n{fence}"


def _text(node: SyntaxTreeNode) -> str:
    """All text below a node."""
    if not node.children:
        return str(node.content) if node.type in ("text", "code_inline", "fence", "code_block", "html_block") else "\n"
    return "".join(_text(child) for child in node.children)
