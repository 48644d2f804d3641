"""Feeds written as JSON: one object a line, or a document with the objects in one array.

A document is never held whole: its array is cut into elements by counting brackets outside
strings, so that an element which is not valid JSON is one reject and the next one is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Literal

from titlewright.errors import FeedError
from titlewright.feeds.amazon import fields_of
from titlewright.feeds.archives import open_bytes
from titlewright.feeds.encodings import Encoding, is_decoded
from titlewright.feeds.items import RECORD_LIMIT, Record
from titlewright.feeds.json_text import Step
from titlewright.feeds.names import word_set
from titlewright.records import Reject

_CHUNK = 1 << 16
_PREAMBLE_LIMIT = 1 << 20
_COLUMN_SAMPLE = 1000
_WRAPPERS = ("fields", "product", "_source")  # {"fields": {...}}: the product is one level down
_IN_STRING = re.compile(r'["\\]')
_NESTED = re.compile(r'"[^"\\]*"|["\[\]{}]')  # whole strings without escapes are passed over
_BETWEEN = re.compile(r'"[^"\\]*"|["\[\]{},]')
_ARRAY_KEYS = word_set("messages products items listings data results entries rows offers")
_SPACE = " \t\r\n"


class JsonSource:
    """A JSON feed; `lines` says one object a line, `amazon` that the objects are listings."""

    def __init__(self, path: Path, encoding: Encoding, *, lines: bool, amazon: bool) -> None:
        self.path = path
        self.encoding = encoding
        self.lines = lines
        self.amazon = amazon
        keys: dict[str, None] = {}
        bad = 0
        for count, record in enumerate(self.records()):
            keys.update(dict.fromkeys(record.keys))
            bad += record.problem is not None
            if count >= _COLUMN_SAMPLE:
                break
        if not keys:
            raise FeedError(
                f"{path} holds no JSON object that can be read as a product"
                f"{f' ({bad} of its first entries are broken)' if bad else ''}. "
                "Give one object a line, or an array of objects."
            )
        self.columns = tuple(keys)

    def records(self) -> Iterator[Record]:
        """Every object in file order; text between them as records numbered 0."""
        with self.encoding.open(open_bytes(self.path)) as text:
            pieces = _line_pieces(text) if self.lines else _document_pieces(text)
            number = 0
            for piece, kind in pieces:
                if kind == "object":
                    number += 1
                    yield self._record(number, piece)
                else:
                    yield Record(0, piece, problem=_REST if kind == "rest" else None)

    def _record(self, number: int, raw: str) -> Record:
        value = _parse(raw) if is_decoded(raw) else "undecodable"
        if isinstance(value, str):
            return Record(number, raw, problem=_reject(number, raw, value, self.encoding.name))
        fields = fields_of(value) if self.amazon else unwrapped(value)[1]
        return Record(number, raw, tuple(fields), tuple(fields.values()))


def unwrapped(value: Mapping[str, Any]) -> tuple[tuple[Step, ...], Mapping[str, Any]]:
    """The object that holds the product's fields, and the path to it."""
    if len(value) <= 3:
        for key in _WRAPPERS:
            inner = value.get(key)
            if isinstance(inner, Mapping) and inner:
                return (key,), inner
    return (), value


def _parse(raw: str) -> dict[str, Any] | str:
    """The JSON object, or what is wrong with it."""
    if len(raw) >= RECORD_LIMIT:
        return f"The entry is longer than {RECORD_LIMIT:,} characters."
    try:
        value = json.loads(raw)
    except RecursionError:
        return "The JSON is nested too deeply."
    except json.JSONDecodeError as error:
        return f"Not valid JSON: {error.msg} at character {error.pos + 1}."
    except ValueError as error:  # a number of thousands of digits
        return f"Not valid JSON: {error}."
    if not isinstance(value, dict):
        return f"The entry is {_kind(value)}, not an object."
    return value


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _reject(number: int, raw: str, problem: str, encoding: str) -> Reject:
    if "\0" in raw:
        problem, advice = "The entry holds NUL bytes.", "Export the feed again as plain text."
        return Reject(number, "", "row", problem, advice)
    if not is_decoded(raw):
        problem = f"The entry holds bytes that are not {encoding} text."
        return Reject(
            number, "", "row", problem, "Save the whole feed in one encoding, best UTF-8."
        )
    advice = 'Write each product as one JSON object: {"id": "1", "title": "..."}.'
    if len(raw) >= RECORD_LIMIT:
        advice = "Shorten it: a product is a few thousand characters."
    return Reject(number, "", "row", problem, advice)


_REST = Reject(0, "", "row", "The rest of an entry that is too long.", "")

Piece = tuple[str, Literal["object", "between", "rest"]]  # "rest" belongs to the object before it


def _line_pieces(text: IO[str]) -> Iterator[Piece]:
    """The lines of a file with one object a line; blank ones lie between."""
    while line := text.readline(RECORD_LIMIT):
        yield line, "object" if line.strip() else "between"
        while len(line) >= RECORD_LIMIT and not line.endswith("\n"):
            if not (line := text.readline(RECORD_LIMIT)):
                return
            yield line, "rest"


def _document_pieces(text: IO[str]) -> Iterator[Piece]:
    """The elements of a document that is an array, holds one, or is a single object.

    Joined, the texts of all pieces give the document back.
    """
    head = text.read(_PREAMBLE_LIMIT)
    start = array_start(head)
    if start is not None:
        yield head[:start], "between"
        yield from _elements(head[start:], lambda: text.read(_CHUNK))
        return
    while len(head) < RECORD_LIMIT and (more := text.read(_PREAMBLE_LIMIT)):
        head += more
    yield from _cut(head)
    while more := text.read(_PREAMBLE_LIMIT):
        yield more, "rest"


def array_start(head: str) -> int | None:
    """Where the first element of the document's array of products starts; None without array."""
    at = len(head) - len(head.lstrip(_SPACE))
    if head[at : at + 1] == "[":
        return at + 1
    if head[at : at + 1] != "{":
        return None
    decoder = json.JSONDecoder()
    at += 1
    try:
        while True:
            at = _skip(head, at)
            key, at = decoder.raw_decode(head, at)
            at = _skip(head, at)
            at = _skip(head, at + 1)
            if not isinstance(key, str):
                return None
            if key in _ARRAY_KEYS and head[at] == "[" and head[_skip(head, at + 1)] in "{]":
                return at + 1
            at = _skip(head, decoder.raw_decode(head, at)[1])
            if head[at] != ",":
                return None
            at += 1
    except (ValueError, IndexError, RecursionError):
        return None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _elements(buffer: str, more: Callable[[], str]) -> Iterator[Piece]:
    """Elements of an array whose opening bracket is just before `buffer`, and what is between."""
    held: list[str] = []  # text of the current element that has left the buffer
    size = depth = at = start = 0
    in_string = too_long = False
    while True:
        found = (_IN_STRING if in_string else _NESTED if depth else _BETWEEN).search(buffer, at)
        if found is None or (found[0] == "\\" and found.end() == len(buffer)):
            at = found.start() if found else len(buffer)
            held.append(buffer[start:at])
            size += at - start
            if size >= RECORD_LIMIT:
                yield "".join(held), "rest" if too_long else "object"
                held, size, too_long = [], 0, True
            chunk = more()
            buffer, at, start = buffer[at:] + chunk, 0, 0
            if not chunk:
                yield from _element("".join(held) + buffer, too_long)
                return
            continue
        mark, at = found[0], found.end()
        if mark == "\\":
            at += 1
        elif mark == '"':
            in_string = not in_string
        elif mark in "[{":
            depth += 1
        elif depth and mark in "]}":
            depth -= 1
        elif mark in ",]":
            text = "".join(held) + buffer[start : at - 1]
            if mark == "," and not text.strip(_SPACE):
                yield text, "object"  # nothing between two commas: a broken element
            else:
                yield from _element(text, too_long)
            held, size, start, too_long = [], 0, at, False
            yield mark, "between"
            if mark == "]":
                yield buffer[at:], "between"
                while chunk := more():
                    yield chunk, "between"
                return


def _element(text: str, too_long: bool) -> Iterator[Piece]:
    if too_long:
        yield text, "rest"
    else:
        yield from _cut(text)


def _cut(text: str) -> Iterator[Piece]:
    """An element apart from the white space around it."""
    body = text.strip(_SPACE)
    at = text.find(body)
    yield text[:at], "between"
    if body:
        yield body, "object"
    yield text[at + len(body) :], "between"
