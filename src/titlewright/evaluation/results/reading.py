"""The lines of results and rejects files, as `generate` writes them.

A line that can't be read is data (`Broken`), so that it costs only itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from titlewright.errors import FeedError, RecordError
from titlewright.records import Reject, Score, Severity

RESULTS_ADVICE = "Give the file that `titlewright generate --results` wrote."
_REJECTS_ADVICE = "Give the file of rejects that `titlewright generate` wrote."


@dataclass(frozen=True, slots=True)
class Made:
    """One line of a results file: what this analysis needs of a TitleResult.

    `warnings` are (rule, severity, message, source URL); `unbacked` is how many spans of the title
    have no evidence, 0 by the gate.
    """

    line: int
    row: int
    product_id: str
    channel: str
    title: str
    previous_title: str
    generator: str
    score: float | None
    scores: tuple[Score, ...]
    repairs: tuple[str, ...]
    warnings: tuple[tuple[str, Severity, str, str], ...]
    unbacked: int
    tokens: int
    cost: float

    @property
    def changed(self) -> bool:
        return self.title != self.previous_title


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that can't be read, and what is wrong with it."""

    line: int
    problem: str


def read_results(path: Path) -> Iterator[Made | Broken]:
    """The lines of a results file but blank ones. Raises FeedError when it can't be opened."""
    for number, text in _lines(path):
        try:
            yield made_of(number, _object(text))
        except RecordError as error:
            yield Broken(number, str(error))


def read_rejects(path: Path) -> Iterator[Reject]:
    """The rejects of a run. Raises FeedError for a file or line that can't be read."""
    for number, text in _lines(path):
        try:
            data = _object(text)
            row = _row(data)
            problem, advice = _text(data, "problem"), _text(data, "advice")
        except RecordError as error:
            raise FeedError(f"{path}, line {number}: {error} {_REJECTS_ADVICE}") from error
        again = data.get("again") is True
        yield Reject(
            row, str(data.get("id", "")), str(data.get("field", "")), problem, advice, again
        )


def count_lines(path: Path) -> int:
    """How many lines that aren't blank a file has."""
    return sum(1 for _ in _lines(path))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise FeedError(f"{path} can't be read: {error.strerror}. Check the path.") from error


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise RecordError(f"The line is not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise RecordError(f"The line is a JSON {type(data).__name__}, not an object.")
    return data


def made_of(number: int, data: Mapping[str, Any]) -> Made:
    """The result that line `number` holds. Raises RecordError with the offending field."""
    scores = tuple(_score(item) for item in _list(data, "scores"))
    return Made(
        line=number,
        row=_row(data),
        product_id=_clean(str(data.get("id", ""))),
        channel=_text(data, "channel"),
        title=_text(data, "title"),
        previous_title=_text(data, "previous_title", empty=True),
        generator=_clean(str(data.get("generator", ""))),
        score=_number(data, "score") if "score" in data else None,
        scores=scores,
        repairs=tuple(_clean(str(repair)) for repair in _list(data, "repairs")),
        warnings=tuple(_warning(item) for item in _list(data, "warnings")),
        unbacked=sum(_part(item, "kind")["kind"] == "none" for item in _list(data, "evidence")),
        tokens=int(_number(data, "input_tokens") + _number(data, "output_tokens")),
        cost=_number(data, "cost"),
    )


def _row(data: Mapping[str, Any]) -> int:
    row = data.get("row")
    if isinstance(row, bool) or not isinstance(row, int) or row < 1:
        raise RecordError(f"row must be the number of a row, from 1, not {row!r}.", field="row")
    return row


def _text(data: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not (value or empty):
        raise RecordError(f"{name} must be text, not {value!r}.", field=name)
    return _clean(value)


def _clean(text: str) -> str:
    """Text that can be written: half a surrogate pair, which JSON allows, becomes a mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _number(data: Mapping[str, Any], name: str) -> float:
    value = data.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise RecordError(f"{name} must be a number, not {value!r}.", field=name)
    return float(value)


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise RecordError(f"{name} must be a list, not {value!r}.", field=name)
    return value


def _part(item: object, name: str) -> Mapping[str, Any]:
    """A part of a result, which is an object that holds `name`."""
    if not isinstance(item, Mapping) or name not in item:
        raise RecordError(f"{item!r} must be a JSON object with {name!r}.", field=name)
    return item


def _score(item: object) -> Score:
    score = _part(item, "name")
    reasons = tuple(_clean(str(reason)) for reason in _list(score, "reasons"))
    return Score(_clean(str(score["name"])), _number(score, "value"), reasons)


def _warning(item: object) -> tuple[str, Severity, str, str]:
    warning = _part(item, "rule")
    severity: Severity = "error" if warning.get("severity") == "error" else "warning"
    told = (warning.get(name) or "" for name in ("rule", "message", "source_url"))
    rule, message, url = (_clean(str(value)) for value in told)
    return rule, severity, message, url
