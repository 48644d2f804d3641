"""Writes a JSON feed back: every object as it came, only the title's characters replaced."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import IO

from titlewright.errors import RecordError
from titlewright.feeds.amazon import selectors_of, title_path
from titlewright.feeds.items import NewTitle, Record
from titlewright.feeds.json_source import JsonSource, unwrapped
from titlewright.feeds.json_text import Step, find_value, put_value


class JsonWriter:
    """Writes records of `source`; `column_of` names the key a row's title goes to."""

    def __init__(
        self, source: JsonSource, out: IO[bytes], column_of: Callable[[Sequence[str]], str]
    ) -> None:
        self._source = source
        self._out = out
        self._column_of = column_of
        self._head: list[str] = []  # what stands before the first object
        self._between: list[str] = []  # what stands after the last one
        self._seen = self._written = False
        out.write(source.encoding.mark)

    def keep(self, record: Record) -> None:
        self._put(record, str(record.raw))

    def retitle(self, record: Record, title: NewTitle) -> None:
        try:
            text = self._with_title(record, title)
        except RecursionError:
            raise RecordError(
                "The entry is nested too deeply to be changed.",
                field="row",
                advice="Flatten it.",
            ) from None
        self._put(record, text)

    def _with_title(self, record: Record, title: NewTitle) -> str:
        raw = str(record.raw)
        thing = json.loads(raw)
        column = self._column_of(record.keys)
        value: object = title.text
        path: tuple[Step, ...]
        if self._source.amazon:
            path = title_path(thing, column)
            if find_value(raw, path) is None:
                path, value = path[:-1], {"value": title.text, **selectors_of(thing)}
        else:
            path = (*unwrapped(thing)[0], column)
        escape = not self._source.encoding.can_write(title.text)
        return put_value(raw, path, value, escape=escape)

    def leave_out(self, record: Record) -> None:
        if record.number:
            self._note_object()

    def close(self) -> None:
        if not self._written:
            self._write("".join(self._head))
        self._write("".join(self._between))

    def _put(self, record: Record, text: str) -> None:
        if self._source.lines or (record.problem and not record.number):
            self._write(text)
        elif not record.number and self._seen:
            self._between.append(text)
        elif not record.number:
            self._head.append(text)
        else:
            self._write("".join(self._between if self._written else self._head))
            self._written = True
            self._note_object()
            self._write(text)

    def _note_object(self) -> None:
        """Of the commas around objects that are left out, the last one is written."""
        self._seen = True
        self._between = []

    def _write(self, text: str) -> None:
        self._out.write(self._source.encoding.encode(text))
