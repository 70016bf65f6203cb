"""How each medium reads a text: the browser, a forge, the Hub, a terminal, a runner of workflows, Git.

Each judge gives what acts, as words for a failed test; nothing acts where it gives nothing.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import cmarkgfm
import html5lib
import yaml
from cmarkgfm.cmark import Options
from rhoai_catalog.text.visible import SEAM, visible

EXTENSIONS: Final = ["table", "autolink", "strikethrough", "tasklist"]
OPTIONS: Final = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES  # HTML as it is: what a filter takes out later
OF_A_REPORT: Final = frozenset(
    "html head body a b br code details em h3 h4 hr li p strong summary table tbody td th thead tr ul wbr".split()
)
OF_A_TEXT: Final = frozenset(  # of a description in the Hub: nothing that leads anywhere, or looks like the page's own
    """html head body blockquote br code del em hr input li ol p pre strong table tbody td th thead tr ul""".split()
)
# What forges link in what a reader sees, outside code and links.
REFERENCES: Final = re.compile(
    r"(?<![\w/])@[A-Za-z0-9]|(?<!\w)#\d|\bGH-\d|(?<!\w)[\w.-]+/[\w.-]+#\d|(?<![0-9a-f])[0-9a-f]{7,40}(?![\w])|://|www\.\w"
    r"|(?<!\w):[a-z_+-]+:"
)
ADDRESSES: Final = re.compile(r"(?:https?|ftp)://|www\.|[\w.+-]@[\w-]*\.\w", re.IGNORECASE)
HIDDEN: Final = re.compile(  # what hides, reorders or breaks a text; the joiners of languages and of emoji do not
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
COLOURS: Final = re.compile(r"\x1b\[(?:\d{1,2}(?:;\d{1,2})*)?m")


# -- browsers ----------------------------------------------------------------------------------------------------------


def document(html: str) -> Element:
    """HTML as a browser understands it."""
    return html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)


def rendered(markdown: str) -> Element:
    """GitHub-flavoured Markdown, before GitHub takes out what it does not like."""
    text = markdown.encode("utf-8", "replace").decode()
    return document(cmarkgfm.markdown_to_html_with_extensions(text, options=OPTIONS, extensions=EXTENSIONS))


def elements(root: Element) -> Iterator[Element]:
    """All elements; a comment has no name."""
    return (element for element in root.iter() if isinstance(element.tag, str))


def texts(root: Element, *, without: Iterable[str] = ()) -> Iterator[str]:
    """The texts that a reader sees, but for those in some elements."""
    if isinstance(root.tag, str) and root.tag not in without:
        yield root.text or ""
        for child in root:
            yield from texts(child, without=without)
            yield child.tail or ""


def seen(root: Element) -> str:
    return "".join(texts(root))


def handlers(root: Element) -> list[str]:
    """What runs a program, or covers the page."""
    return [
        f"<{element.tag} {name}={value!r}>"
        for element in elements(root)
        for name, value in element.attrib.items()
        if name.startswith("on") or name in ("style", "srcdoc", "formaction", "xlink:href")
    ]


# -- Markdown ----------------------------------------------------------------------------------------------------------


def acts_on_forge(markdown: str, *, own: Iterable[str] = ()) -> list[str]:
    """What a forge's Markdown links, runs, fetches, or shows as something that no report has; `own` are our links."""
    root = rendered(markdown)
    fenced = {code for pre in elements(root) if pre.tag == "pre" for code in (pre, *elements(pre))}
    wrong = [e.tag for e in elements(root) if e.tag not in OF_A_REPORT and e not in fenced]
    wrong += [seen(e) for e in fenced if e.tag == "pre" and not (_is_drawing(seen(e)) or _is_location(seen(e)))]
    wrong += [f"link to {e.get('href')}" for e in elements(root) if e.tag == "a" and not _is_own(e.get("href"), own)]
    wrong += [str(element.text) for element in root.iter() if not isinstance(element.tag, str)]  # comments
    for row in (element for element in elements(root) if element.tag == "table"):
        widths = {len(line) for line in elements(row) if line.tag == "tr"}
        wrong += [f"rows of {sorted(widths)} cells"] if len(widths) > 1 else []
    prose = "\n".join(texts(root, without=("code", "a")))
    return [*wrong, *handlers(root), *REFERENCES.findall(prose)]


BOX: Final = re.compile(r'  (?:n\d+|more)\(?\["([^"\n]*)"\]\)?(?::::(?:added|changed|removed))?')
INERT: Final = re.compile(r"(?:[^\W_]| |#\d+;)*")  # of a label: nothing that mermaid, Markdown or HTML reads


def _is_drawing(fenced: str) -> bool:
    """Whether code in a fence is a diagram as reports have them, of nothing but boxes, lines and looks."""
    lines = fenced.rstrip("\n").split("\n")
    boxes = [match for line in lines if (match := BOX.fullmatch(line))]
    rest = [line for line in lines[1:] if not BOX.fullmatch(line)]
    ours = all(re.fullmatch(r"  n\d+ --> n\d+|  classDef (?:added|changed|removed) [\w:#,-]+", line) for line in rest)
    return lines[0] == "graph LR" and ours and all(INERT.fullmatch(box[1]) for box in boxes)


def _is_location(fenced: str) -> bool:
    """Whether code in a fence is what an app-config names a catalog by, and says nothing else."""
    try:
        [place] = yaml.safe_load(fenced)["catalog"]["locations"]
        [rule] = place["rules"]
    except (yaml.YAMLError, TypeError, KeyError, ValueError):
        return False
    kinds = rule["allow"]
    return place.keys() == {"type", "target", "rules"} and all(re.fullmatch(r"\w+", kind) for kind in kinds)


def _is_own(href: str | None, own: Iterable[str]) -> bool:
    """Whether an address is one of ours, or lies below one of them that ends in a slash."""
    href = href or ""
    below = [address for address in own if address.endswith("/")]
    return any(unquote(href) == unquote(address) for address in own) or any(map(href.startswith, below))


def acts_in_hub(markdown: str) -> list[str]:
    """What a description in the Hub links, fetches, or shows as HTML or as a heading."""
    root = rendered(markdown)
    wrong = [element.tag for element in elements(root) if element.tag not in OF_A_TEXT]
    wrong += [str(element.text) for element in root.iter() if not isinstance(element.tag, str)]
    return [*wrong, *handlers(root), *ADDRESSES.findall("\n".join(texts(root, without=("code",))))]


# -- terminals and runners ---------------------------------------------------------------------------------------------


def commands(output: str) -> list[str]:
    """The lines that a runner of workflows obeys, and what other systems take for theirs."""
    return [
        line for line in re.split(r"\r\n|\r|\n", output) if re.match(r"\s*::", line) or re.search(r"##(?:\w+)?\[", line)
    ]


def acts_on_terminal(output: str) -> list[str]:
    """What moves, hides or reorders on a terminal, and what a log obeys; colours of our own aside."""
    lines = [COLOURS.sub("", line) for line in output.split("\n")]
    return [line for line in lines if not line.isprintable() or visible(line) != line] + commands(output)


def annotations(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Name, properties and message of each workflow command, as the runner reads it."""
    told = []
    for line in output.split("\n"):
        match = re.fullmatch(r"::(\w[\w-]*)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)", line)
        assert match, f"no command: {line!r}"
        pairs = [pair.partition("=")[::2] for pair in (match[2] or "").split(",") if pair]
        told.append((match[1], {key: _read_back(value) for key, value in pairs}, _read_back(match[3])))
    return told


def _read_back(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


# -- Git ---------------------------------------------------------------------------------------------------------------


def acts_in_commit(message: str) -> list[str]:
    """What Git takes for trailers, and what forges and their checks obey in a commit message."""
    command = ["git", "interpret-trailers", "--parse"]
    found = subprocess.run(command, input=message.encode(), capture_output=True, check=True).stdout.decode()
    words = re.findall(
        rf"\[\s?(?:skip|no|ci|actions)[ -]|\*\*\*NO_CI|[@#][^\s{SEAM}]|\bGH-\d|://|^/\w+", message, re.IGNORECASE | re.M
    )
    return [*found.splitlines(), *words]
