"""Cuts the items of an RSS or Atom feed out of its text as it streams by.

Knows comments, CDATA sections and processing instructions well enough to not take what stands in
them for tags; what an item holds is for the parser.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO, Literal

from titlewright.feeds.items import RECORD_LIMIT

_CHUNK = 1 << 16
_MARK = re.compile(
    r"<!--|<!\[CDATA\[|<\?|<!|"
    r"<(?P<close>/?)(?P<tag>(?:[A-Za-z_][\w.-]*:)?(?:item|entry))(?=[\s>/])[^<>]*>"
)
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>", "<!": ">"}
_LONGEST_TAG = 1 << 12  # a start tag of an item that is longer is not recognised

# "cut" is an item without its end tag, "rest" what goes with an over-long item before it.
Piece = tuple[str, Literal["item", "cut", "between", "rest"]]


def cut_items(text: IO[str]) -> Iterator[Piece]:
    """The feed in pieces that join to its text: items, and what is between them."""
    buffer, held = text.read(_CHUNK), _Held()
    start = at = 0
    until = ""  # the end of the comment or section we are in
    ended = False
    while True:
        limit = len(buffer) if ended else _safe_limit(buffer, at, until)
        if until:
            end = buffer.find(until, at)
            if end >= 0:
                at, until = end + len(until), ""
                continue
        elif found := _MARK.search(buffer, at, limit):
            at = found.end()
            if found["tag"] is None:
                until = _ENDS[found[0]]
                continue
            place, close, name = found.start(), bool(found["close"]), found["tag"]
            alone = found[0].endswith("/>")
            if close and name == held.tag:
                yield from held.finish(buffer[start:at], "item")
                start = at
            elif not close:  # an item begins; one that is still open has lost its end tag
                yield from held.finish(buffer[start:place], "cut" if held.tag else "between")
                start = place
                held.tag = name
                if alone:
                    yield from held.finish(buffer[start:at], "item")
                    start = at
            continue
        yield from held.add(buffer[start:limit])
        if ended:
            yield from held.finish("", "cut" if held.tag else "between")
            return
        chunk = text.read(_CHUNK)
        ended = not chunk
        at = max(at - limit, 0)
        buffer, start = buffer[limit:] + chunk, 0


def first_item(head: str) -> int | None:
    """Where the first item starts in the beginning of a feed."""
    place = 0
    for piece, kind in cut_items(io.StringIO(head, newline="")):
        if kind in ("item", "cut"):
            return place
        place += len(piece)
    return None


def _safe_limit(buffer: str, at: int, until: str) -> int:
    """How much of the buffer can be judged before more of the feed is read."""
    if until:
        return max(at, len(buffer) - len(until) + 1)
    last = buffer.rfind("<", at)
    if last < 0 or ">" in buffer[last:] or len(buffer) - last > _LONGEST_TAG:
        return len(buffer)
    return last


class _Held:
    """Text of the current piece that has left the buffer."""

    def __init__(self) -> None:
        self.tag = ""  # of the item we are in
        self._texts: list[str] = []
        self._size = 0
        self._too_long = False

    def add(self, text: str) -> Iterator[Piece]:
        self._texts.append(text)
        self._size += len(text)
        if not self.tag:
            yield from self._emit("between")
        elif self._size >= RECORD_LIMIT:
            yield from self._emit("rest" if self._too_long else "item")
            self._too_long = True

    def finish(self, text: str, kind: Literal["item", "cut", "between"]) -> Iterator[Piece]:
        self._texts.append(text)
        yield from self._emit("rest" if self._too_long else kind)
        self.tag, self._too_long = "", False

    def _emit(self, kind: Literal["item", "cut", "between", "rest"]) -> Iterator[Piece]:
        text = "".join(self._texts)
        self._texts, self._size = [], 0
        if text:
            yield text, kind
