"""Google and Meta XML feeds (RSS 2.0, Atom): items cut out of the stream, each parsed by itself.

A feed is never parsed as one document: its text is cut at <item> or <entry>, so one item that is
not well-formed is one reject and the next one is read, and rewriting changes only titles. Each
item goes through expat with its depth bounded. A document type can't stand inside an element and
is refused before the first item, so no entity is ever defined and nothing is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat

from titlewright.errors import FeedError
from titlewright.feeds.archives import open_bytes
from titlewright.feeds.encodings import Encoding, is_decoded
from titlewright.feeds.items import DEPTH_LIMIT, RECORD_LIMIT, Record
from titlewright.feeds.xml_items import cut_items, first_item
from titlewright.records import Reject

_PREAMBLE_LIMIT = 1 << 20
_COLUMN_SAMPLE = 200
_GOOGLE = "http://base.google.com/ns/1.0"
_NAMESPACE = re.compile(rf"""xmlns:([A-Za-z_][\w.-]*)\s*=\s*["']{_GOOGLE[:22]}[^"']*["']""")
_FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Element:
    """A direct child of an item: its name, text or parts, and where its tags stand in the item.

    start:end covers the element, inner_start:inner_end what is between its tags, in bytes of the
    item as UTF-8.
    """

    name: str
    value: str | dict[str, str]
    start: int
    end: int
    inner_start: int
    inner_end: int


class XmlSource:
    """An RSS or Atom product feed. Raises FeedError when it has no items or a document type."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self.path = path
        self.encoding = encoding
        with self._open() as text:
            head = text.read(_PREAMBLE_LIMIT)
        first = first_item(head)
        self.refuse_document_type(head[:first] if first is not None else head)
        if first is None:
            raise FeedError(
                f"{path} is XML without <item> or <entry> elements. "
                "Give an RSS 2.0 or Atom product feed."
            )
        self.prefixes = frozenset(["", "g", *_NAMESPACE.findall(head)])
        names: dict[str, None] = {}
        for count, record in enumerate(self.records()):
            names.update(dict.fromkeys(record.keys))
            if count >= _COLUMN_SAMPLE:
                break
        self.columns = tuple(names)

    def _open(self) -> IO[str]:
        return self.encoding.open(open_bytes(self.path))

    def refuse_document_type(self, text: str) -> None:
        """Document types define entities, which product feeds don't need and attacks do."""
        if _FORBIDDEN.search(text):
            raise FeedError(
                f"{self.path} declares a document type or entities, which are refused. "
                "Remove <!DOCTYPE ...> from the feed."
            )

    def records(self) -> Iterator[Record]:
        """Every item in file order; text between items as records numbered 0."""
        number = 0
        with self._open() as text:
            for piece, kind in cut_items(text):
                if kind in ("item", "cut"):
                    number += 1
                    yield self._record(number, piece, whole=kind == "item")
                else:
                    yield Record(0, piece, problem=_REST if kind == "rest" else None)

    def _record(self, number: int, raw: str, *, whole: bool) -> Record:
        advice = "Escape & as &amp; and < as &lt;, or put the text in <![CDATA[...]]>."
        if len(raw) >= RECORD_LIMIT:
            problem = f"The item is longer than {RECORD_LIMIT:,} characters."
            advice = "Shorten it: a product is a few thousand characters."
        elif not whole:
            problem, advice = "The item has no end tag.", "Download or export the feed again."
        elif not is_decoded(raw):
            problem = f"The item holds bytes that are not {self.encoding.name} text."
            advice = "Save the whole feed in one encoding, best UTF-8."
        else:
            try:
                elements = parse_item(raw)
            except ItemError as error:
                problem = str(error)
            else:
                found = [(self.local(element.name), element.value) for element in elements]
                kept = [(name, value) for name, value in found if name]
                return Record(
                    number, raw, tuple(name for name, _ in kept), [value for _, value in kept]
                )
        return Record(number, raw, problem=Reject(number, "", "item", problem, advice))

    def local(self, name: str) -> str:
        """The name without the prefix of Google's namespace; empty for other namespaces."""
        prefix, _, local = name.rpartition(":")
        return local if prefix in self.prefixes else ""


_REST = Reject(0, "", "item", "The rest of an item that is too long.", "")


class ItemError(ValueError):
    """An item is not well-formed XML, or nested too deeply."""


class _Parser:
    """Collects the direct children of one item."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.elements: list[Element] = []
        self._depth = 0
        self._text: list[str] = []
        self._parts: dict[str, str] = {}
        self._part_text: list[str] = []
        self._start = self._inner = 0
        self.expat = expat.ParserCreate("utf-8")
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self._open
        self.expat.EndElementHandler = self._close
        self.expat.CharacterDataHandler = self._characters

    def _open(self, _name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise ItemError(f"The item is nested deeper than {DEPTH_LIMIT} elements.")
        if self._depth == 2:
            self._start = self.expat.CurrentByteIndex
            self._inner = self._after_tag(self._start)
            self._text, self._parts = [], {}
            if "href" in attributes:
                self._text.append(attributes["href"])  # Atom: <link href="..."/>
        elif self._depth == 3:
            self._part_text = []

    def _close(self, name: str) -> None:
        if self._depth == 2:
            close = self.expat.CurrentByteIndex
            empty = self.data[self._inner - 2 : self._inner] == b"/>"
            inner_end = self._inner if empty else close
            end = self._inner if empty else self._after_tag(close)
            value = self._parts or "".join(self._text)
            self.elements.append(Element(name, value, self._start, end, self._inner, inner_end))
        elif self._depth == 3:
            self._parts[name.rpartition(":")[2]] = "".join(self._part_text).strip()
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._depth == 2:
            self._text.append(text)
        elif self._depth >= 3:
            self._part_text.append(text)

    def _after_tag(self, start: int) -> int:
        """The end of the tag that starts here; ">" may stand in its attributes' quotes."""
        quote = b""
        for found in _TAG_MARK.finditer(self.data, start):
            mark = found[0]
            if quote:
                quote = b"" if mark == quote else quote
            elif mark == b">":
                return found.end()
            else:
                quote = mark
        return len(self.data)


_TAG_MARK = re.compile(rb"[\"'>]")


def parse_item(raw: str) -> list[Element]:
    """The direct children of an item in order. Raises ItemError when it is not well-formed."""
    data = raw.encode("utf-8")
    parser = _Parser(data)
    try:
        parser.expat.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        at = f"line {error.lineno}, character {error.offset + 1} of the item"
        raise ItemError(f"The item is not well-formed XML: {what} at {at}.") from None
    return parser.elements
