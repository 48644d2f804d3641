"""Rows and mappings as events: ids, times, and whatever makes no sense."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.errors import RecordError
from titlewright.learning.columns import EVENT
from titlewright.learning.feedback.event_rows import read_event
from titlewright.learning.shoppers import Shoppers

TOLD = {"id": "1", "kind": "impression", "time": 1772359300, "product_id": "mug", "title_id": "t"}
SHOPPERS = Shoppers(b"a key of sixteen bytes or more")


def test_a_click_finds_its_impression_whoever_is_named_beside_it(opened) -> None:
    for at, name in enumerate(("imp-1005", "alice@example.com-7", "call +49 151 12345678")):
        click = {"id": f"c{at}", "kind": "click", "user": "", "impression": name}
        rows = [TOLD | {"id": name, "user": "5"}, TOLD | click]
        opened.append([read_event(row, SHOPPERS).event for row in rows])
    assert list(opened.orphans()) == []
    ids = {one.id for one in opened.events()} | {one.impression for one in opened.events()}
    assert {"imp-1005", "c0"} < ids  # people look events up by what says nothing about anyone
    assert not any("alice" in name or "151" in name for name in ids)
    hashed = next(name for name in ids if name.startswith("id:"))
    again = read_event(TOLD | {"id": hashed}, Shoppers(b"another key of the shop"))
    assert again.event.id == hashed  # exported and imported elsewhere


def test_no_id_of_an_event_is_the_hash_of_a_shopper() -> None:
    mail = "alice@example.com"
    event = read_event(TOLD | {"id": mail, "user": mail}, SHOPPERS).event
    assert event.id.removeprefix("id:") != event.who.removeprefix("who:") != mail
    with pytest.raises(RecordError, match="id of its shopper") as refused:
        read_event(TOLD | {"id": "bob", "user": "bob"}, SHOPPERS)
    assert refused.value.field == "id"
    assert read_event(TOLD | {"id": "5", "user": "5"}, SHOPPERS).event.id == "5"


@pytest.mark.parametrize(
    "time",
    [1772359300, 1772359300.0, "1772359300", 1772359300000, "1772359300000000",
     "2026-03-01T10:01:40Z", "2026-03-01 11:01:40+01:00", "20260301T100140", 20260301100140,
     datetime(2026, 3, 1, 10, 1, 40)],
)  # fmt: skip
def test_times_as_people_write_them(time: object) -> None:
    assert read_event(TOLD | {"time": time}, SHOPPERS).event.time == 1772359300


@pytest.mark.parametrize("day", ["20260301", 20260301, 20260301.0, date(2026, 3, 1), "2026-03-01"])
def test_a_day_is_no_count_of_seconds(day: object) -> None:
    assert read_event(TOLD | {"time": day}, SHOPPERS).event.time == 1772323200


@pytest.mark.parametrize(
    ("field", "value"),
    [("time", 10**400), ("time", 10**18), ("time", float("nan")), ("time", True),
     ("value", 10**400), ("value", "nan"), ("propensity", 10**400), ("arms", "[" * 100_000),
     ("features", [1, 2]), ("features", {"a": 10**400}), ("features", {"a": float("inf")}),
     ("features", {"a": float("nan")}), ("features", "a"),
     ("features", {"a": None, "b": "x"})],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(RecordError) as refused:
        read_event(TOLD | {field: value}, SHOPPERS)
    assert refused.value.field in (field, "row")
    assert len(str(refused.value)) < 500


NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 1e308])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | st.sampled_from(["[" * 9999, "{", "[1"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(EVENT)), JSON))
def test_whatever_a_row_holds_it_is_an_event_or_a_named_reject(row: dict[str, object]) -> None:
    with suppress(RecordError):
        read_event(TOLD | row, SHOPPERS)
