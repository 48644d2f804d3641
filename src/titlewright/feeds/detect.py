"""What kind of file a feed is, from its first bytes; the name's suffix only settles doubts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import IO, Literal

from titlewright.errors import FeedError
from titlewright.feeds.amazon import is_listing
from titlewright.feeds.archives import open_bytes
from titlewright.feeds.encodings import Encoding, detect_encoding, named_encoding
from titlewright.feeds.json_source import array_start

HEAD = 1 << 18  # characters looked at to tell the format
Kind = Literal["delimited", "lines", "document", "xml", "parquet"]

_PACKED = frozenset([".gz", ".zst", ".zstd"])
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["']""")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "iso8859-1": "cp1252"}
_KINDS: dict[str, Kind] = {"jsonl": "lines", "json": "document", "google-xml": "xml",
                           "parquet": "parquet"}  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def is_parquet(path: Path) -> bool:
    with open_bytes(path) as stream:
        return stream.read(4) == b"PAR1"


def find_encoding(path: Path, wanted: str | None) -> Encoding:
    """The encoding asked for, declared in XML, or detected."""
    with open_bytes(path) as stream:
        if wanted is not None:
            return named_encoding(wanted, stream)
        declared = _DECLARED.match(_peek(stream, 300))
    if declared:
        with open_bytes(path) as stream:
            encoding = named_encoding(declared[1].decode("ascii"), stream)
        return Encoding(_WIDER.get(encoding.codec, encoding.codec), encoding.mark)
    with open_bytes(path) as stream:
        return detect_encoding(stream)


def _peek(stream: IO[bytes], count: int) -> bytes:
    return stream.read(count).removeprefix(b"\xef\xbb\xbf")


def read_head(path: Path, encoding: Encoding) -> str:
    """The first characters of the feed. Raises FeedError when they are not text of any kind."""
    with encoding.open(open_bytes(path)) as text:
        head = text.read(HEAD)
    start = head[:4096]
    if not head.strip():
        raise FeedError(f"{path} is empty. Give a feed with at least a header and one row.")
    if len(_CONTROLS.findall(start)) > 4 + len(start) // 50:
        raise FeedError(
            f"{path} is not a text file that can be read as {encoding.name}. "
            "Give a CSV, TSV, JSON, XML or Parquet feed, or name its encoding."
        )
    return head


def kind_of(path: Path, head: str, wanted: str | None) -> Kind:
    """The kind of file a head of text belongs to, or that the wanted format is written in."""
    first = head.lstrip()[:1]
    if wanted is not None and wanted != "amazon-json":
        return _KINDS.get(wanted, "delimited")
    if first in ("{", "[") or wanted == "amazon-json":
        return _json_kind(path, head)
    if first == "<":
        if re.match(r"\s*<(?:!doctype\s+)?html\b", head, re.IGNORECASE):
            raise FeedError(
                f"{path} is a web page, not a feed. Perhaps its download asks for a login."
            )
        return "xml"
    return "delimited"


def _json_kind(path: Path, head: str) -> Kind:
    first_line = head.lstrip().split("\n", 1)[0]
    if first_line.startswith("{") and array_start(head) is None:
        try:
            json.loads(first_line)
        except (ValueError, RecursionError):
            suffix = _plain_suffix(path)
            cut_off = len(first_line) > HEAD // 2  # a first object longer than the head
            broken = first_line.rstrip().endswith("}") or suffix in (".jsonl", ".ndjson")
            return "lines" if cut_off or broken else "document"
        more = head.lstrip()[len(first_line) :].strip()
        return "lines" if more or _plain_suffix(path) != ".json" else "document"
    return "document" if first_line.startswith(("[", "{")) else "lines"


def _plain_suffix(path: Path) -> str:
    suffixes = [suffix.casefold() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def holds_listings(head: str, kind: Kind) -> bool:
    """Whether the first readable JSON object is an Amazon listing."""
    start = array_start(head) if kind == "document" else 0
    decoder = json.JSONDecoder()
    texts = [head[start or 0 :].lstrip()] if kind == "document" else head.split("\n")[:50]
    for text in texts:
        try:
            return is_listing(decoder.raw_decode(text.strip())[0])
        except (ValueError, RecursionError):
            continue
    return False
