"""Events and titles as rows of the tables, and back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from titlewright.errors import RecordError
from titlewright.learning.records import Event, Title
from titlewright.learning.shoppers import is_hashed
from titlewright.learning.store.schema import events

EVENT_COLUMNS = tuple(column.name for column in events.columns if column.name != "sequence")
_KEYS = ("id", "product_id", "title_id", "impression", "policy", "segments")
_LONGEST = 500  # bytes: five of them are an entry of an index, and PostgreSQL takes 2,704
_AHEAD = 366 * 86_400  # seconds: clocks are wrong by less, units and years by more
_LARGEST = (
    10_000  # of features, as linear policies take them: squares of larger ones drown all else
)
_NOTHING: Mapping[str, float] = {}


def row_of(event: Event) -> dict[str, Any]:
    """The event's columns. Raises RecordError where they can't be stored: see `check_key`."""
    if event.who and not is_hashed(event.who):  # the value is not shown: it may well be a name
        raise RecordError(
            "The event's who is no keyed hash.",
            field="who",
            advice="Hash raw ids with Shoppers.hashed; `record` and `feedback import` do.",
        )
    if event.time > time.time() + _AHEAD:
        raise RecordError(
            f"The event's time {event.time:.0f} is more than a year from now.",
            field="time",
            advice="Give seconds since 1970, or ISO 8601, of when it happened.",
        )
    row: dict[str, Any] = {
        "id": event.id,
        "kind": event.kind,
        "time": float(event.time),
        "product_id": event.product_id,
        "title_id": event.title_id,
        "who": event.who,
        "impression": event.impression,
        "value": float(event.value),
        "policy": event.policy,
        "propensity": event.propensity,
        "arms": as_json(event.arms),
        "segments": segments_text(event.segments),
        "features": _features(event.features),
    }
    for name in _KEYS:
        check_key(row[name], name)
    return row


def check_key(text: str, name: str) -> None:
    """Raises RecordError for what can't be stored, or is too long for an index."""
    check_storable(text, name)
    if len(text) > _LONGEST // 4 and len(text.encode()) > _LONGEST:
        raise RecordError(
            f"{name} {text[:50]!r}… is too long.",
            field=name,
            advice=f"Give {_LONGEST} bytes at most.",
        )


def check_storable(text: str, name: str) -> None:
    """Raises RecordError for half a surrogate pair and NUL, which databases don't take as text."""
    if "\0" in text or not (text.isascii() or _encodes(text)):
        raise RecordError(
            f"{name} {text[:50]!r} holds what is no text.",
            field=name,
            advice="Leave out NUL characters and lone surrogates.",
        )


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_json(values: Sequence[str]) -> str:
    return _as_json(tuple(values)) if values else ""


@lru_cache(maxsize=4096)  # events have few lists, again and again
def _as_json(values: tuple[str, ...]) -> str:
    return json.dumps(values)  # escaped to ASCII, so always storable


def segments_text(segments: Sequence[str]) -> str:
    """The same text for the same groups in any order, so that they can be counted together."""
    return as_json(sorted(set(segments))) if segments else ""


def _features(features: Mapping[str, float]) -> str:
    if not features:
        return ""
    if wild := {name: one for name, one in features.items() if not abs(one) <= _LARGEST}:
        raise RecordError(
            f"The event's features {str(wild)[:200]} can't be learnt from.",
            field="features",
            advice=f"Scale them, best to -1 to 1; none may be beyond {_LARGEST:,}.",
        )
    try:
        return json.dumps(dict(features), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RecordError(
            f"The event's features can't be stored: {error}.",
            field="features",
            advice="Names go with finite numbers.",
        ) from error


@lru_cache(maxsize=4096)
def texts_of(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored)) if stored else ()


def event_of(row: Sequence[Any]) -> Event:
    """The event of a row of the table: its place, and then what an event has, in the same order."""
    (_, name, kind, time, product, title, who, impression, value, policy, propensity, arms,
     segments, features) = row  # fmt: skip
    return Event(
        name, kind, time, product, title, who, impression, value, policy, propensity,
        texts_of(arms), texts_of(segments), json.loads(features) if features else _NOTHING,
    )  # fmt: skip


def title_row(title: Title) -> dict[str, Any]:
    """The title's columns; `told` is whether it is the control, None where nobody said."""
    for name in ("id", "product_id"):
        check_key(getattr(title, name), name)
    check_storable(title.text, "text")
    return {
        "product_id": title.product_id,
        "title_id": title.id,
        "text": title.text,
        "category": as_json(title.category),
        "told": title.control,
    }


def title_of(row: Any) -> Title:
    return Title(row.title_id, row.product_id, row.text, texts_of(row.category), row.control)
