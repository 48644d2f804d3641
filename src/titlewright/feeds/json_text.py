"""JSON kept as text: where a value stands in it, and how to put another there.

Replacing only the title's characters leaves numbers, escapes, spaces and the order of keys of
everything else as the feed wrote them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()

Step = str | int


def find_value(text: str, path: Sequence[Step]) -> tuple[int, int] | None:
    """Where the value at `path` starts and ends in valid JSON text; None if there is none.

    Of a key that is written twice the last counts, as it does for JSON readers.
    """
    start = _after_space(text, 0)
    for step in path:
        found = _member(text, start, step)
        if found is None:
            return None
        start = found
    return start, _end(text, start)


def put_value(text: str, path: Sequence[Step], value: Any, *, escape: bool = False) -> str:
    """The JSON text with `value` at `path`; objects and lists on the way are made where missing.

    `path` starts in an object. New keys are added at the end of the object they belong to.
    `escape` writes every character outside ASCII as \\u; so does text that already does it.
    """
    escape = escape or ("\\u" in text and text.isascii())
    depth = len(path)
    while (found := find_value(text, path[:depth])) is None:
        depth -= 1
    below = path[depth:]
    container = text[found[0]] if below else ""
    fits = container == ("{" if below and isinstance(below[0], str) else "[")
    for step in reversed(below[1:] if fits else below):
        value = {step: value} if isinstance(step, str) else [value]
    written = json.dumps(value, ensure_ascii=escape)
    if fits:
        return _append(text, found, below[0], written)
    return text[: found[0]] + written + text[found[1] :]


def _append(text: str, span: tuple[int, int], step: Step, member: str) -> str:
    close = span[1] - 1
    inside = text[span[0] + 1 : close]
    body = inside.rstrip(" \t\r\n")
    if isinstance(step, str):
        colon = ": " if '": ' in text or not body else ":"
        member = json.dumps(step) + colon + member
    if body:
        lines = inside[: len(inside) - len(inside.lstrip(" \t\r\n"))]
        comma = "," + (lines or (" " if '": ' in text else ""))
        member = comma + member
    at = span[0] + 1 + len(body)
    return text[:at] + member + text[at:]


def _member(text: str, start: int, step: Step) -> int | None:
    """Where the value of a key or of a list's place starts, inside the object or list there."""
    opening = text[start] if start < len(text) else ""
    if opening != ("{" if isinstance(step, str) else "["):
        return None
    found: int | None = None
    place = 0
    at = _after_space(text, start + 1)
    while text[at] not in "}]":
        key: Step = place
        if opening == "{":
            key, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)  # past the colon
        if key == step:
            found = at
        at = _after_space(text, _end(text, at))
        if text[at] == ",":
            at = _after_space(text, at + 1)
        place += 1
    return found


def _end(text: str, start: int) -> int:
    return _DECODER.raw_decode(text, start)[1]


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
