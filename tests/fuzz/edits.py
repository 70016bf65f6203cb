"""Edits of bytes, and of JSON at random places, as data: hypothesis makes them smaller until one sees what mattered."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from hypothesis import strategies as st

Way = tuple[str | int, ...]
Edit = tuple[Any, ...]

TOKENS: Final[Sequence[bytes]] = (
    *(b"\n", b"\r", b"\r\n", b"\t", b" ", b"\0", b"\x1b[31m", b"\x85", b"\xff", b"\xc2"),
    *(b"\xed\xa0\x80", b"\xef\xbb\xbf"),
    *("\u2028".encode(), "\u202e".encode(), "\u200b".encode(), "😀".encode(), "é".encode(), "²".encode(), "٣".encode()),
    *(b"---\n", b"...\n", b": ", b"- ", b"? ", b"#", b" #", b"&a ", b"*a", b"<<: *a", b"!!set "),
    *(b"!x ", b"%YAML 1.1\n"),
    *(b"|", b">", b"|2-\n", b"'", b'"', b"{", b"}", b"[", b"]", b",", b"\\", b"\\ud83d"),
    *(b"\\u0000", b"\\x", b"~", b"@"),
    *(b"0x", b"1e999", b".nan", b"-.inf", b"1" * 400, b"0o9", b"null", b"true", b"NaN", b"-0", b"2024-13-45"),
    *(b"[" * 200, b"{\"a\":" * 200, b"- " * 200, b"> " * 200, b"  " * 200, b"a" * 5_000, b"\n" * 500, b"{a: " * 200),
    *(b"```", b"~~~", b"<!--", b"<![CDATA[", b"<div>", b"</div>", b"<a href='", b"![", b"]("),
    *(b"](<", b"|-|-|\n", b"# "),
    *(b"::error::", b"${{ x }}", b"{{ x }}", b"{% x %}", b"<<<<<<< a\n", b"=======\n"),
    *(b">>>>>>> b\n", b"../", b"/etc/passwd"),
    *(b"http://[", b"https://a:b@c/", b"http://a:99999999/", b"file://C:/x", b"//", b"://"),
    b"https://\xc2\xb2.example/",
)  # fmt: skip
ODD: Final[Sequence[Any]] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**63, 2**64, -(2**63), 10**30, 0.5, -1.5, 1e300, 1e999, -1e999),
    *("", " ", "\n", "x", "\0", "\ud800", "\u2028", "\u202e", "²", "٣", "1", "-1", "1e5", "true"),
    *("null", "NaN", "{}", "[]"),
    *("a/b", "../../x", "/etc/passwd", "C:\\x", "con", ".", "..", "~", "*", "%", "%00", "%2f"),
    *("a%", "_", "#", "?", "@a"),
    *("http://[", "http://[::1", "https://a:b@c/", "http://a:99999/", "http://²/", "javascript:x"),
    *("//x", "https://a/\n"),
    *("2024-01-01T00:00:00Z", "0000-00-00", "9999-12-31T23:59:59-23:59", "99999999999999999999"),
    *("kind:ns/name", ":", "/"),
    *("---\na: b", "# x\n\n<script>", "{{.Name}}", "$(X)", "--served-model-name", "x" * 300, "x" * 70_000, "a b" * 99),
    *([[], {}] * 12),
    *([[]], [None], [1], ["x"], ["x", "x"], [{}], [[["x"]]], ["x"] * 300, {"": ""}, {"x": None}, {"x": {}}, {"x": [1]}),
    *({"name": 1}, {"$ref": "#/x"}, {"value": 1}, {"login": []}, {"__proto__": 1}, {"metadata": None}, {"x" * 300: 1}),
)  # fmt: skip
DEEP: Final = "\ue0de"  # stands for a value that nests deeper than the json package of Python writes
LEVELS: Final = 3_000

_place = st.integers(0, 1 << 16)
_bytes = st.one_of(
    st.tuples(st.just("put"), _place, st.sampled_from(TOKENS)),
    st.tuples(st.just("cut"), _place, st.sampled_from((1, 2, 7, 30, 200, 5_000))),
    st.tuples(st.just("flip"), _place, st.integers(1, 255)),
    st.tuples(st.just("repeat"), _place, st.sampled_from((1, 5, 40, 300)), st.sampled_from((1, 2, 30))),
    st.tuples(st.just("end"), _place),
    st.tuples(st.just("splice"), _place, _place, st.sampled_from((10, 100, 2_000))),
)
_values = st.one_of(
    st.tuples(st.just("is"), _place, st.sampled_from(ODD)),
    st.tuples(st.just("is"), _place, st.sampled_from(ODD)),
    st.tuples(st.just("text"), _place, st.text(max_size=12)),
    st.tuples(st.just("gone"), _place),
    st.tuples(st.just("twice"), _place),
    st.tuples(st.just("many"), _place),
    st.tuples(st.just("as"), _place, _place),
    st.tuples(st.just("called"), _place, st.sampled_from([odd for odd in ODD if isinstance(odd, str)])),
    st.tuples(st.just("in a list"), _place),
    st.tuples(st.just("deep"), _place),
)
edits_of_bytes: Final = st.lists(_bytes, min_size=1, max_size=4)
edits_of_values: Final = st.lists(_values, min_size=1, max_size=3)


def edited(content: bytes, edits: Sequence[Edit], other: bytes = b"") -> bytes:
    """The bytes with each edit made in turn; `other` is what is spliced in."""
    for kind, place, *how in edits:
        start = place % (len(content) + 1)
        match kind:
            case "put":
                content = content[:start] + how[0] + content[start:]
            case "cut":
                content = content[:start] + content[start + how[0] :]
            case "flip" if start < len(content):
                content = content[:start] + bytes([content[start] ^ how[0]]) + content[start + 1 :]
            case "repeat":
                content = content[:start] + content[start : start + how[0]] * how[1] + content[start:]
            case "end":
                content = content[:start]
            case "splice":
                begin = how[0] % (len(other) + 1)
                content = content[:start] + other[begin : begin + how[1]] + content[start:]
    return content


def edited_json(document: Any, edits: Sequence[Edit]) -> str:
    """The JSON of a document with each edit made in turn; surrogates and infinite numbers as Python writes them."""
    document = {"": copy.deepcopy(document)}
    for kind, place, *how in edits:
        ways = [*_ways(document)]
        way = ways[place % len(ways)]
        parent = _at(document, way[:-1])
        key = way[-1]
        match kind:
            case "is" | "text":
                parent[key] = copy.deepcopy(how[0])
            case "gone" if way != ("",):
                del parent[key]
            case "twice" | "many" if isinstance(parent, list):
                parent[key:key] = [copy.deepcopy(parent[key]) for _ in range(1 if kind == "twice" else 150)]
            case "as":
                parent[key] = copy.deepcopy(_at(document, ways[how[0] % len(ways)]))
            case "called" if isinstance(parent, dict) and way != ("",):
                parent[how[0]] = parent.pop(key)
            case "in a list":
                parent[key] = [parent[key]]
            case "deep":
                parent[key] = DEEP
    text = json.dumps(document[""])
    return text.replace(json.dumps(DEEP), "[" * LEVELS + "]" * LEVELS)


def way_of(document: Any, edit: Edit) -> Way:
    """The way to the value that a first edit changes."""
    ways = [*_ways({"": document})]
    return ways[edit[1] % len(ways)][1:]


def places_of(document: Any) -> int:
    """How many places an edit can change; the first is the whole document."""
    return len([*_ways({"": document})])


def _ways(value: Any, way: Way = ()) -> Iterator[Way]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*way, key)
        yield from _ways(inner, (*way, key))


def _at(value: Any, way: Way) -> Any:
    for key in way:
        value = value[key]
    return value
