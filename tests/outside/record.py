"""Recordings of our own, made from those of real servers: `python tests/outside/record.py SOURCE`.

SOURCE is a file of answers, one a line, gzipped: {server, method, path, status, headers, body}. Every server becomes a
file in tests/data/recordings/, gzipped where it is long. The rule:

- Kept are the questions that the program asks, and the pages that the demo's servers are compared with.
- Status, headers, order, ids, times, numbers, keys and page tokens stay. An error stays word for word, but for the
  user and the name of the database.
- In every other text the words are replaced by words of our own; what is between them stays. The same word becomes the
  same word, words keep the order that they sort in, their case and, when they are very long, their length, so that a
  list sorted by name is still sorted and two names that differ still differ. Words of the API, and of the attacks that
  the texts are made of, stay (KEPT). A word in another script becomes one in that script.
- A model card becomes a card of our own; a logo, an empty picture; a UUID, another one. Digests stay.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import sys
import unicodedata
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

FOLDER = Path(__file__).parents[1] / "data" / "recordings"
REGISTRY = re.compile(
    r"/api/model_registry/v1alpha3/(registered_models|model_versions|model_versions/\d+/artifacts|artifacts"
    r"|experiments|inference_services|serving_environments)"
)
CATALOG = re.compile(r"/api/model_catalog/v1alpha1/(sources|models|sources/[^/]+/models/[^/]+/artifacts)")
SEGMENT = re.compile(r"(?<=/sources/)[^/]+|(?<=/models/)[^/]+")  # the names in a path
OWN = sorted(
    """alarm alice amount arrears audit basket batch booking branch budget buyer calendar carol carrier cashier centre
    channel charge checkout churn claim contact contract coupon courier credit customer debit delivery demand deposit
    detector discount dispatch dispute driver enquiry estimate failure forecast fraud freight goods greeting hotline
    income inquiry intent invoice journey ledger loan lorry loyalty margin market merchant meter mileage mortgage
    notice offer order outage parcel payment pension planner postage premium price product purchase queue quote
    ranking rebate receipt refund rental repair reply return revenue reward risk route salary sample savings scoring
    season sender shelf shipment shop stock storage store summary supplier support tariff ticket trade transfer
    travel turnover upgrade visit voucher wallet warehouse warranty weather widget yield""".split()
)
VOCABULARY = sorted({*OWN, *(first + second for first in OWN for second in OWN if first != second)})
KEPT = frozenset(
    """abfs access admin alert algorithm amz and apache api are array artifacts as auth aws axb be bearer body
    bold bool by can cluster code com config content credential date default details dot dots double empty
    endpoint ends env etc everyone example exe expires false file for frame generative get git github global
    good group gs handmade has have hf hidden home href html http https id img in info int integer into invalid
    io is it its javascript json kept key kube last lastmodified license licenses lifecycle link linked list
    local markdown message messages missing model models name nested no not null object oci of off on onclick
    onerror open openapi operationid or org our output owner partly passwd password path paths per post
    predictive production properties provider pvc quoted real region requestbody required responses rf rm schema
    script second secret secrets security see server servers serviceaccount session set signature spec src str
    string struct such svc switched system table tag temp text than that the these this title to token true txt
    type url user using validated value via was we which whole with without www xml yaml yes""".split()
)
AS_THEY_ARE = frozenset(
    """artifactType desiredState digest enabled error language lastKnownState libraryName maturity metadataType
    modelFormatName modelFormatVersion modelSourceKind orderBy parameterType sortOrder sourceType state status
    tasks""".split()
)
SCRIPTS = {"CYRILLIC": "отток", "CJK": "欺诈", "ARABIC": "احتيال", "LATIN": "größe"}
TOKEN = re.compile(
    r"(?P<escape>%[0-9A-Fa-f]{2})|(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|(?P<digest>[0-9a-f]{32,})|(?P<word>[^\W\d_]{2,})"
)
DATABASE = re.compile(r"(?<=user=)\w+|(?<=database=)\w+|(?<=database \")\w+")
CARD = "# A model of the shop\n\nIt was trained on orders and returns. Ask the contact centre before you use it.\n"
LOGO = "data:image/svg+xml;base64," + base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
LONG = 20  # letters
READABLE = 100_000  # bytes; what is longer is compressed

Words = Mapping[str, str]


def main(source: str) -> None:
    """Write tests/data/recordings/ anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for server, text in recordings(Path(source)).items():
        content = text.encode()
        if len(content) > READABLE:
            (FOLDER / f"{server}.jsonl.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        else:
            (FOLDER / f"{server}.jsonl").write_bytes(content)


def recordings(source: Path) -> dict[str, str]:
    """What the rule makes of the answers in a file: the lines of each server."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if _wanted(row)]
    words = _words(rows)
    servers: dict[str, str] = {}
    for row in rows:
        line = json.dumps(_answer(row, words), ensure_ascii=False)
        servers[row["server"]] = servers.get(row["server"], "") + line + "\n"
    return servers


def _wanted(row: Mapping[str, Any]) -> bool:
    """Whether the program asks this, or a page of the demo's servers is compared with it."""
    parts = urlsplit(row["path"])
    query = dict(parse_qsl(parts.query, True))
    size = query.pop("pageSize", None)
    token = query.pop("nextPageToken", None)
    if row["method"] != "GET" or row["status"] is None or (token and row["status"] != 200):
        return False
    if listing := REGISTRY.fullmatch(parts.path):
        paged = row["server"] == "registry" and listing[1].startswith(("registered_models", "model_versions"))
        return query == {"orderBy": "ID", "sortOrder": "ASC"} and size in (("1", "7", "100") if paged else ("100",))
    if CATALOG.fullmatch(parts.path):
        source = query.pop("source", "")
        odd = "," in source or "\0" in source or "%00" in parts.path or "nosuch" in parts.path
        paged = size in ("1", "7") and row["server"] == "catalog" and not parts.path.endswith("/artifacts")
        return not query and not odd and (paged or size in ("100", "1000") or (size is None and token is None))
    return False


class _Seen(dict[str, str]):
    """Learns every word that is asked for."""

    def __missing__(self, word: str) -> str:
        return self.setdefault(word, word)


def _words(rows: list[dict[str, Any]]) -> Words:
    """Which word stands for which: the n-th of ours for the n-th of theirs, as they sort."""
    seen = _Seen()
    for row in rows:
        _answer(row, seen)
    step = len(VOCABULARY) / len(seen)
    return {word: VOCABULARY[int(number * step)] for number, word in enumerate(sorted(seen))}


def _answer(row: dict[str, Any], words: Words) -> dict[str, Any]:
    parts = urlsplit(row["path"])
    path = SEGMENT.sub(lambda segment: quote(_own(unquote(segment[0]), words), safe=""), parts.path)
    query = {key: _value(key, value, words) for key, value in parse_qsl(parts.query, True)}
    body = _value("", row["body"], words) if row["status"] == 200 else _error(row["body"])
    return {**row, "path": path + (f"?{urlencode(query)}" if query else ""), "body": body}


def _value(field: str, value: Any, words: Words) -> Any:
    if isinstance(value, dict):
        named = field == "customProperties"
        return {_own(key, words) if named else key: _value(key, inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [_value(field, inner, words) for inner in value]
    if not isinstance(value, str) or field in AS_THEY_ARE:
        return value
    if field == "nextPageToken":
        return base64.b64encode(_own(_decoded(value), words).encode()).decode()
    if field == "readme" and len(value) > len(CARD):
        return CARD
    return LOGO if field == "logo" else _own(value, words)


def _error(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: _error(value) for key, value in body.items()}
    return DATABASE.sub("shop", body) if isinstance(body, str) else body


def _own(text: str, words: Words) -> str:
    return TOKEN.sub(lambda token: _replaced(token, words), text)


def _replaced(token: re.Match[str], words: Words) -> str:
    if token["uuid"]:
        return str(uuid.UUID(hashlib.md5(token["uuid"].encode()).hexdigest()))
    word = token["word"]
    if word is None or word.lower() in KEPT or not word.isascii():
        return _script(token[0]) if word and not word.isascii() else token[0]
    own = words[word.lower()]
    if len(word) > LONG:
        own = (own * len(word))[: len(word)]
    return own.upper() if word.isupper() else own.capitalize() if word[0].isupper() else own


def _script(word: str) -> str:
    script = unicodedata.name(word[0], "LATIN").split()[0]
    return SCRIPTS.get(script, SCRIPTS["LATIN"])


def _decoded(token: str) -> str:
    return base64.b64decode(token).decode()


if __name__ == "__main__":
    main(*sys.argv[1:])
