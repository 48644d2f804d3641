"""Writes an XML feed back: items as they came, only their title elements replaced.

A title that a model made goes to g:structured_title and the plain title goes away, since Google
takes only one of them: https://support.google.com/merchants/answer/6324415.
"""

from __future__ import annotations

import re
from typing import IO
from xml.sax.saxutils import escape

from titlewright.errors import FeedError, RecordError
from titlewright.feeds.google import MODEL_MADE, STRUCTURED_TITLE
from titlewright.feeds.items import NewTitle, Record
from titlewright.feeds.xml_source import Element, XmlSource, parse_item

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_NAME = re.compile(r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?")
_CDATA = b"<![CDATA["


class XmlWriter:
    """Writes records of `source` with the title in elements named `column`."""

    def __init__(self, source: XmlSource, out: IO[bytes], column: str) -> None:
        if not _XML_NAME.fullmatch(column):
            raise FeedError(
                f"{column!r} can't be the name of an XML element. "
                "Use letters, digits and underscores, such as new_title."
            )
        self._source = source
        self._encoding = source.encoding
        self._out = out
        self._column = column
        out.write(source.encoding.mark)

    def keep(self, record: Record) -> None:
        self._out.write(self._encoding.encode(str(record.raw)))

    def retitle(self, record: Record, title: NewTitle) -> None:
        if bad := _NOT_XML.search(title.text):
            raise RecordError(
                f"The title {title.text!r} holds {bad[0]!r}, which XML can't.",
                field="title",
                advice="Remove the character.",
            )
        item = _Item(self._source, str(record.raw))
        if self._column != "title":
            item.set_text(item.named(self._column), self._column, self._escaped(title.text))
        elif title.model_made:
            item.set_structured(self._escaped(title.text))
        else:
            titles = item.named("title")
            for element in titles:
                item.set_text([element], "title", self._escaped(title.text))
            if not titles:
                item.set_text([], "title", self._escaped(title.text))
            for element in item.named(STRUCTURED_TITLE):
                item.remove(element)
        self._out.write(self._encoding.encode(item.text()))

    def leave_out(self, record: Record) -> None:
        """The white space around an item that is left out stays."""

    def close(self) -> None:
        """All that follows the last item is written through."""

    def _escaped(self, text: str) -> str:
        """Text for an element, as character references where the encoding has no character."""
        text = escape(text)
        if self._encoding.can_write(text):
            return text
        codec = self._encoding.codec
        return text.encode(codec, "xmlcharrefreplace").decode(codec)


class _Item:
    """One item while it is edited; edits are places in its UTF-8 bytes."""

    def __init__(self, source: XmlSource, raw: str) -> None:
        self._source = source
        self._data = raw.encode()
        self._elements = parse_item(raw)
        self._edits: list[tuple[int, int, str]] = []

    def named(self, name: str) -> list[Element]:
        return [
            element
            for element in self._elements
            if name in (element.name, self._source.local(element.name))
        ]

    def set_text(self, elements: list[Element], name: str, text: str) -> None:
        """Put escaped text into the first of the elements, or into a new one."""
        if not elements:
            name = name if ":" in name else self._prefix() + name
            self._append(f"<{name}>{text}</{name}>")
            return
        element = elements[0]
        if self._data.startswith(_CDATA, element.inner_start) and "&#" not in text:
            text = _cdata(text)
        if element.inner_start == element.end:  # <title/>
            self._edits.append((element.start, element.end, _wrap(element.name, text)))
        else:
            self._edits.append((element.inner_start, element.inner_end, text))

    def set_structured(self, text: str) -> None:
        prefix = self._prefix()
        parts = _wrap(prefix + "digital_source_type", MODEL_MADE) + _wrap(prefix + "content", text)
        structured = _wrap(prefix + STRUCTURED_TITLE, parts)
        first, *others = [*self.named(STRUCTURED_TITLE), *self.named("title"), None]
        if first is None:
            self._append(structured)
            return
        self._edits.append((first.start, first.end, structured))
        for element in others:
            if element is not None:
                self.remove(element)

    def remove(self, element: Element) -> None:
        """Take out the element and the white space before it."""
        before = self._data[: element.start].rstrip()
        self._edits.append((len(before), element.end, ""))

    def text(self) -> str:
        data = self._data
        for start, end, new in sorted(self._edits, reverse=True):
            data = data[:start] + new.encode() + data[end:]
        return data.decode()

    def _prefix(self) -> str:
        """The prefix that this item's Google elements carry."""
        prefixes = {element.name.rpartition(":")[0] for element in self._elements}
        found = sorted(prefixes & (self._source.prefixes - {""}))
        return f"{found[0]}:" if found else ""

    def _append(self, element: str) -> None:
        """After the last child, on a line of its own if the others are."""
        if not self._elements:
            raise RecordError(
                "The item is empty, so no title can be put into it.",
                field="item",
                advice="Fill the item or remove it.",
            )
        last = self._elements[-1]
        before = self._data[: last.start]
        space = before[len(before.rstrip()) :].decode()
        self._edits.append((last.end, last.end, space + element))


def _wrap(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>"


def _cdata(escaped: str) -> str:
    text = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
