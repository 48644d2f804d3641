"""A row of an event file, or a JSON object, as an Event; raw ids of shoppers are hashed here.

What an id of an event looks like alone decides whether it is hashed as well, or an outcome wouldn't
find its impression where one of them doesn't say who it was. Most ids say nothing about anyone, and
stay as they are: people look events up by them.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from titlewright.errors import RecordError
from titlewright.learning.records import Event, Title
from titlewright.learning.shoppers import Shoppers, is_hashed
from titlewright.learning.titles import title_id
from titlewright.records import category_path, plain_text
from titlewright.text.private import find_private

_MILLISECONDS = 1e11  # a time above this is written in milliseconds: in seconds, the year 5138
_MICROSECONDS = 1e14
_CALENDAR = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}  # digits: no stamp of our time
_SHOWN = 200  # characters of a value in a message
_YES = frozenset({"yes", "true", "1", "y"})
_HIDDEN = re.compile(r"id:[0-9a-f]{32}")


class Read(NamedTuple):
    """An event, and the title that it names by its text, if it does."""

    event: Event
    title: Title | None


def read_event(values: Mapping[str, object], shoppers: Shoppers) -> Read:
    """Raises RecordError with the offending field; it never shows who it was."""
    try:
        return _read(values, shoppers)
    except RecursionError:
        raise too_deep() from None


def _read(values: Mapping[str, object], shoppers: Shoppers) -> Read:
    text = {
        name: plain_text(values.get(name), name)
        for name in ("id", "kind", "product_id", "title_id", "title", "impression", "policy")
    }
    user = plain_text(values.get("user"), "user")
    for name in ("id", "impression"):
        text[name] = hidden(text[name], shoppers)
        if user and user == text[name] and not user.isdecimal():  # numbers meet by chance
            raise RecordError(
                f"The event's {name} is the id of its shopper.", field=name,
                advice="Give events ids of their own, that say nothing about anyone.",
            )  # fmt: skip
    title = _title(text, values)
    event = Event(
        id=text["id"],
        kind=text["kind"].casefold(),  # type: ignore[arg-type]  # checked by Event
        time=read_time(values.get("time")),
        product_id=text["product_id"],
        title_id=title.id if title else text["title_id"],
        who=shoppers.hashed(user) if user else _who(values),
        impression=text["impression"],
        value=_number(values.get("value"), "value") or 0.0,
        policy=text["policy"],
        propensity=_number(values.get("propensity"), "propensity"),
        arms=_texts(values.get("arms"), "arms"),
        segments=_texts(values.get("segments"), "segments"),
        features=_features(values.get("features")),
    )
    return Read(event, title)


def too_deep() -> RecordError:
    return RecordError(
        "The row holds lists in lists, too deep to be read.", field="row",
        advice="Write plain values and lists of them.",
    )  # fmt: skip


def hidden(name: str, shoppers: Shoppers) -> str:
    """An event's id, hashed where it holds private data: an e-mail address, a phone number.

    Its key is another than that of `who`, so the id of an event says of nobody who it was.
    """
    if _HIDDEN.fullmatch(name) or not find_private(name):
        return name
    key = shoppers.derived("ids of events")
    return "id:" + hmac.digest(key, name.encode("utf-8", "replace"), "sha256").hex()[:32]


def _title(text: Mapping[str, str], values: Mapping[str, object]) -> Title | None:
    if not text["title"] or not text["product_id"]:
        return None
    control = plain_text(values.get("control")).casefold()
    return Title(
        text["title_id"] or title_id(text["product_id"], text["title"]),
        text["product_id"],
        text["title"],
        category_path(values.get("category")),
        control in _YES if control else None,
    )


def read_time(value: object) -> float:
    """Seconds since 1970 from ISO 8601 text, a datetime, or a number: of seconds, milliseconds or
    microseconds, or a day such as 20260331 with or without its time.

    A time without a zone is UTC. Raises RecordError where it is none.
    """
    if isinstance(value, datetime):
        return _stamp(value)
    text = plain_text(value) if isinstance(value, int | float) else str(value or "").strip()
    with suppress(ValueError):
        if text.isdecimal() and (writing := _CALENDAR.get(len(text))):
            return _stamp(datetime.strptime(text, writing))
    with suppress(ValueError):
        number = float(text)
        if number > _MICROSECONDS:
            return number / 1e6
        return number / 1000 if number > _MILLISECONDS else number
    try:
        return _stamp(datetime.fromisoformat(text))
    except ValueError:
        raise RecordError(
            f"The event's time {text!r} is no time.", field="time",
            advice="Give seconds since 1970, or ISO 8601 such as 2026-03-31T14:00:00Z.",
        ) from None  # fmt: skip


def _stamp(time: datetime) -> float:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _who(values: Mapping[str, object]) -> str:
    who = plain_text(values.get("who"), "who")
    if who and not is_hashed(who):
        raise RecordError(
            "The column who holds what is no keyed hash.", field="who",
            advice="Put raw ids into a column named user: they are hashed on the way in.",
        )  # fmt: skip
    return who


def _number(value: object, name: str) -> float | None:
    if value is None or value == "":
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise RecordError(
            f"The event's {name} {_shown(value)} is no number.", field=name,
            advice="Write it as 12.50.",
        ) from None  # fmt: skip


def _shown(value: object) -> str:
    """A value as messages show it: its beginning."""
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _loaded(value: Any, name: str, opening: str) -> Any:
    """What a cell says: JSON where it begins like it."""
    if isinstance(value, str) and value.lstrip().startswith(opening):
        try:
            return json.loads(value)
        except ValueError as error:
            raise RecordError(
                f"The event's {name} {_shown(value)} is no JSON.", field=name, advice=f"{error}."
            ) from None
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    """A list, JSON of one, or text with "|" between its items."""
    value = _loaded(value, name, "[")
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    if isinstance(value, Sequence):
        return tuple(plain_text(item, name) for item in value)
    return () if value is None else (plain_text(value, name),)


def _features(value: Any) -> Mapping[str, float]:
    value = _loaded(value, "features", "{")
    if value in (None, ""):
        return {}
    try:
        told = dict(value)  # pairs, too: how Parquet gives its maps
    except (TypeError, ValueError):
        raise RecordError(
            f"The event's features {_shown(value)} aren't names with numbers.", field="features",
            advice='Write them as {"price_band": 0.5}.',
        ) from None  # fmt: skip
    found = {str(name): _number(one, "features") for name, one in told.items()}
    return {name: one for name, one in found.items() if one is not None}
