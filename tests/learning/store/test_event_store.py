"""What a store of events must do, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Callable
from datetime import date

import pytest

from titlewright.errors import LearningError, RecordError
from titlewright.learning.records import Event, Title
from titlewright.learning.shoppers import Shoppers
from titlewright.learning.store import Appended, DailyCounts, EventStore, Taken

DAY = 86_400.0
NOON = 1_772_366_400.0  # 2026-03-01 12:00 UTC
SHOPPERS = Shoppers(b"a key of sixteen bytes or more")
ALICE = SHOPPERS.hashed("alice@example.com")


def shown(name: str, title: str = "red", time: float = NOON, **more: object) -> Event:
    return Event(name, "impression", time, "mug", title, **more)  # type: ignore[arg-type]


def outcome(
    name: str, impression: str, kind: str = "click", time: float = NOON, **more: object
) -> Event:
    return Event(name, kind, time, "mug", "red", impression=impression, **more)  # type: ignore[arg-type]


FULL = Event(
    "e1", "impression", NOON + 0.125, "mug-1", "t1", who=ALICE, policy="thompson", propensity=0.25,
    arms=("t1", "t2", "Kaffeebecher \u2615"), segments=("mobile", "returning"),
    features={"price_band": 0.5},
)  # fmt: skip


def test_an_event_reads_back_as_it_was(store: EventStore) -> None:
    bought = Event("e2", "purchase", NOON + 3, "mug-1", "t1", impression="e1", value=19.99)
    assert store.append([bought, FULL]) == Appended(new=2)
    assert list(store.events()) == [FULL, bought]
    assert list(store.events(start=NOON + 1)) == [bought]
    assert list(store.events(end=NOON + 1)) == [FULL]


def test_an_event_sent_twice_counts_once(store: EventStore) -> None:
    batch = [shown("a"), shown("a"), outcome("b", "a")]
    assert store.append(batch) == Appended(new=2, known=1)
    assert store.append(batch) == Appended(new=0, known=3)
    (counts,) = store.counts()
    assert (counts.impressions, counts.clicks) == (1, 1)
    assert store.append([]) == Appended()


def test_the_order_in_which_events_come_changes_no_count(
    open_it: Callable[[], EventStore],
) -> None:
    batch = [shown(f"i{n}", time=NOON + n * 3600, segments=("mobile",)) for n in range(20)]
    batch += [outcome(f"c{n}", f"i{n}", time=NOON + 2 * DAY) for n in range(0, 20, 3)]
    batch += [outcome(f"p{n}", f"i{n}", "purchase", value=5.0) for n in (0, 6)]
    random.Random(1).shuffle(batch)
    store = open_it()
    for place in range(0, len(batch), 7):
        store.append(batch[place : place + 7])
    (counts,) = store.counts()
    assert (counts.impressions, counts.clicks, counts.purchases, counts.value) == (20, 7, 2, 10.0)
    days = store.counts(by=["day", "segment"])
    assert [(one.day, one.segment, one.impressions, one.clicks) for one in days] == [
        ("2026-03-01", "mobile", 12, 4),  # clicks count on the day on which they were shown
        ("2026-03-02", "mobile", 8, 3),
    ]


def test_a_click_without_its_impression_is_kept_and_named_until_that_comes(
    store: EventStore,
) -> None:
    late = outcome("c", "i")
    store.append([late])
    assert list(store.orphans()) == [late]
    assert store.counts() == []
    assert store.summary()["orphans"] == 1
    store.append([shown("i")])
    assert list(store.orphans()) == []
    (counts,) = store.counts()
    assert (counts.impressions, counts.clicks) == (1, 1)


def test_a_click_that_names_no_impression_counts_by_itself(store: EventStore) -> None:
    store.append([shown("i"), outcome("c", "")])
    (counts,) = store.counts()
    assert (counts.impressions, counts.clicks) == (1, 1)
    assert list(store.orphans()) == []


def test_an_impression_clicked_twice_was_clicked_once(store: EventStore) -> None:
    store.append([shown("i"), outcome("c1", "i"), outcome("c2", "i"), outcome("d", "i", "dismiss")])
    (counts,) = store.counts()
    assert (counts.clicks, counts.dismissals, counts.carts) == (1, 1, 0)


def test_only_purchases_bring_money(store: EventStore) -> None:
    store.append([shown("i"), outcome("k", "i", "cart", value=12.9)])
    store.append([outcome("p", "i", "purchase", value=12.9), outcome("c", "i", value=12.9)])
    (counts,) = store.counts()
    assert (counts.clicks, counts.carts, counts.purchases, counts.value) == (1, 1, 1, 12.9)


def test_counts_of_some_products_and_of_a_span(store: EventStore) -> None:
    other = dataclasses.replace(shown("x"), product_id="cup")
    store.append([shown("a"), shown("b", "blue", NOON + DAY), other])
    assert [one.title_id for one in store.counts(products=["mug"])] == ["blue", "red"]
    assert [one.product_id for one in store.counts(end=NOON + 1)] == ["cup", "mug"]
    assert store.counts(products=[]) == []


def test_somebody_in_two_segments_counts_in_each(store: EventStore) -> None:
    store.append([shown("a", segments=("x", "y")), shown("b", segments=("y",)), shown("c")])
    found = {one.segment: one.impressions for one in store.counts(by=["segment"])}
    assert found == {"": 1, "x": 1, "y": 2}


def test_who_reads_on_from_a_place_sees_each_event_once(store: EventStore) -> None:
    store.append([shown(f"a{n}", time=NOON + n) for n in range(5)])
    first, place = store.arrivals(limit=3)
    store.append([shown("early", time=NOON - DAY)])  # happened long before, came last
    second, place = store.arrivals(place)
    assert [one.id for one in first + second] == ["a0", "a1", "a2", "a3", "a4", "early"]
    assert store.arrivals(place) == ([], place)


def test_raw_ids_are_refused_and_not_shown(store: EventStore) -> None:
    with pytest.raises(RecordError, match="no keyed hash") as refused:
        store.append([shown("a"), shown("b", who="alice@example.com")])
    assert "alice" not in str(refused.value)
    assert list(store.events()) == []


@pytest.mark.parametrize("text", ["a\0b", "half \ud800"])
def test_what_is_no_text_is_refused_by_name(store: EventStore, text: str) -> None:
    with pytest.raises(RecordError, match="holds what is no text") as refused:
        store.append([shown(text)])
    assert refused.value.field == "id"


LONG = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz", k=20_000))


@pytest.mark.parametrize(
    "name", ["id", "product_id", "title_id", "impression", "policy", "segments"]
)
def test_keys_that_an_index_does_not_take_are_refused_by_name(store: EventStore, name: str) -> None:
    def event(text: str) -> Event:
        value = (text,) if name == "segments" else text
        return dataclasses.replace(outcome("a", "i"), **{name: value})

    store.append([event(LONG[:490])])
    for text in (LONG, "杯" * 170):
        with pytest.raises(RecordError, match="too long") as refused:
            store.append([event(text)])
        assert refused.value.field == name
        assert len(str(refused.value)) < 500


def test_a_report_with_the_longest_keys_is_taken(store: EventStore) -> None:
    longest = [LONG[at : at + 500] for at in range(0, 2000, 500)]
    day = date(2026, 3, 1)
    assert store.take_report([DailyCounts(day, *longest)]) == Taken(new=1)
    with pytest.raises(RecordError, match="part"):
        store.take_report([DailyCounts(day, "ads", "mug", part=LONG)])


def test_the_longest_keys_outlive_their_events(store: EventStore) -> None:
    keys = {"product_id": LONG[:500], "title_id": LONG[500:1000], "segments": (LONG[1000:1496],)}
    store.append([dataclasses.replace(shown("a"), **keys)])
    assert store.expire(date(2026, 3, 2)) == 1


def test_a_report_that_the_database_refuses_says_why(store: EventStore) -> None:
    with pytest.raises(LearningError, match=r"out of range|too large"):
        store.take_report([row(impressions=10**400)])
    assert store.take_report([row(impressions=1)]) == Taken(new=1)


def test_events_of_the_far_future_are_refused(store: EventStore) -> None:
    """They would make all others fade where a policy has a half-life."""
    store.append([shown("a", time=time.time() + 300 * DAY)])
    with pytest.raises(RecordError, match="more than a year from now") as refused:
        store.append([shown("b", time=time.time() + 400 * DAY)])
    assert refused.value.field == "time"


@pytest.mark.parametrize("value", [20_000, -1e200, 10**400])
def test_features_that_drown_all_else_are_refused(store: EventStore, value: float) -> None:
    store.append([shown("a", features={"price": -10_000})])
    with pytest.raises(RecordError, match="best to -1 to 1") as refused:
        store.append([shown("b", features={"price": value})])
    assert refused.value.field == "features"


def test_titles_are_remembered_and_said_anew(store: EventStore) -> None:
    store.remember([Title("t", "mug", "Red mug", ("Home", "Kitchen"), control=True)])
    store.remember([Title("t", "mug", "Red mug, 300 ml", ("Home",)), Title("u", "cup", "Cup")])
    assert store.titles() == [
        Title("u", "cup", "Cup"),
        Title("t", "mug", "Red mug, 300 ml", ("Home",)),
    ]
    assert store.titles(["cup"]) == [Title("u", "cup", "Cup")]


def test_what_is_not_told_of_a_title_stays_as_it_was(store: EventStore) -> None:
    told = Title("t", "mug", "Red mug", ("Home", "Kitchen"), control=True)
    silent = dataclasses.replace(told, text="Red mug, 300 ml", category=(), control=None)
    store.remember([silent])
    assert store.titles() == [dataclasses.replace(silent, control=False)]
    for wordings in ([told], [silent], [told, silent]):  # later, and within one batch
        store.remember(wordings)
        expected = dataclasses.replace(told, text=wordings[-1].text)
        assert store.titles() == [expected]
    store.remember([told, dataclasses.replace(told, control=False)])
    assert not store.titles()[0].control


def test_forgetting_takes_somebody_out_and_changes_no_count(store: EventStore) -> None:
    other = SHOPPERS.hashed("bob")
    store.append([FULL, shown("a", who=ALICE, segments=("mobile",)), shown("b", who=other)])
    store.append([outcome("c", "a", who=ALICE)])
    before = store.counts(by=["day", "segment"])
    assert store.forget(ALICE) == 3
    assert store.forget(ALICE) == 0
    assert store.counts(by=["day", "segment"]) == before
    assert {one.who for one in store.events()} == {"", other}
    assert all(not one.features for one in store.events())
    assert store.append([FULL]) == Appended(known=1)  # sent again, nobody comes back
    assert {one.who for one in store.events()} == {"", other}


def test_nothing_of_somebody_forgotten_stays_in_the_file(tmp_path) -> None:
    path = tmp_path / "learning.sqlite"
    with EventStore(path) as store:
        store.append([dataclasses.replace(FULL, id=f"e{n}", who=ALICE) for n in range(500)])
        store.forget(ALICE)
        files = [one for one in tmp_path.iterdir() if one.name.startswith(path.name)]
        assert not any(ALICE.encode() in one.read_bytes() for one in files)


def test_forgetting_says_when_somebody_reads_what_was_there(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("titlewright.learning.store.connecting._WAIT", 0.1)
    path = tmp_path / "learning.sqlite"

    def left() -> bool:
        files = [one for one in tmp_path.iterdir() if one.name.startswith(path.name)]
        return any(ALICE.encode() in one.read_bytes() for one in files)

    with EventStore(path) as store, EventStore(path) as other:
        store.append([dataclasses.replace(FULL, who=ALICE)])
        reading = other.events()
        next(reading)
        with pytest.raises(LearningError, match="Taken out of 1 events, but another program reads"):
            store.forget(ALICE)
        assert left()
        reading.close()
        assert store.forget(ALICE) == 0
        assert not left()


def test_what_expires_leaves_its_counts_behind(store: EventStore) -> None:
    batch = [shown(f"i{n}", time=NOON + n * 6 * 3600, segments=("mobile",)) for n in range(8)]
    batch += [outcome(f"c{n}", f"i{n}", time=NOON + 9 * DAY) for n in (0, 1, 5)]
    batch += [outcome("paid", "i1", "purchase", NOON + 9 * DAY, value=7.0), outcome("lost", "?")]
    store.append(batch)
    before = store.counts(by=["day", "segment", "source"])
    assert store.expire(date(2026, 3, 2)) == 6  # i0, i1, both clicks, the purchase, the orphan
    assert store.counts(by=["day", "segment", "source"]) == before
    assert store.expire(date(2026, 3, 2)) == 0
    assert store.expire(date(2026, 3, 1)) == 0
    # the same events again: those of past days are turned away, outcomes of what is gone wait
    assert store.append(batch) == Appended(new=3, known=7, expired=3)
    assert store.counts(by=["day", "segment", "source"]) == before
    assert {one.id for one in store.orphans()} == {"c0", "c1", "paid"}


def row(product: str = "mug", day: int = 1, **more: object) -> DailyCounts:
    return DailyCounts(date(2026, 3, day), "google-ads", product, "red", **more)  # type: ignore[arg-type]


def test_a_report_again_changes_nothing_and_a_corrected_one_corrects(store: EventStore) -> None:
    rows = [row(part="a", impressions=10, clicks=1), row(part="b", impressions=5, purchases=0.5),
            row(part="a", impressions=2), row(day=2, impressions=7)]  # fmt: skip
    assert store.take_report(rows) == Taken(new=3)
    assert store.take_report(rows) == Taken(known=3)
    assert store.take_report([row(day=2, impressions=9)]) == Taken(corrected=1)
    (counts,) = store.counts()
    assert (counts.impressions, counts.clicks, counts.purchases) == (26, 1, 0.5)
    store.append([shown("i", time=NOON)])
    found = {one.source: one.impressions for one in store.counts(by=["source"])}
    assert found == {"events": 1, "google-ads": 26}
    assert [one.impressions for one in store.counts(source="google-ads", by=["day"])] == [17, 9]


def test_a_report_that_breaks_off_changes_nothing(store: EventStore) -> None:
    def broken():
        yield row(impressions=1)
        raise RecordError("The row is broken.")

    with pytest.raises(RecordError):
        store.take_report(broken())
    assert store.counts() == []
    assert store.take_report([row(impressions=1)]) == Taken(new=1)


def test_a_store_of_a_newer_version_is_refused(open_it: Callable[[], EventStore]) -> None:
    from sqlalchemy import update

    from titlewright.learning.store.schema import facts

    with open_it()._database.writing() as connection:
        connection.execute(update(facts).values(value="99"))
    with pytest.raises(LearningError, match="newer Titlewright"):
        open_it()


def test_summary(store: EventStore) -> None:
    store.append([FULL, shown("a"), outcome("b", "a", who=ALICE), outcome("c", "?", "cart")])
    found = store.summary()
    assert found["events"] == {
        "impression": 2, "click": 1, "cart": 1, "purchase": 0, "dismiss": 0,
    }  # fmt: skip
    assert (found["products"], found["shoppers"], found["orphans"]) == (2, 1, 1)
    assert (found["first"], found["last"]) == (NOON, NOON + 0.125)
