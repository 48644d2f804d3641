"""Values compared instead of clicks: money a shopper, with and without what was known before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from titlewright.errors import FeedError, LearningError
from titlewright.learning.experiments.analysis import analyse
from titlewright.learning.experiments.counts import Count
from titlewright.learning.experiments.findings import Cell, Rules, Worth
from titlewright.learning.experiments.reading import Columns, read_cells
from titlewright.learning.joining import join
from titlewright.learning.records import Event, Title
from titlewright.learning.store import open_store
from titlewright.settings import load_settings

Save = Callable[..., Path]


def spending(rng: Generator, lift: float, count: int = 3000) -> list[tuple[str, ...]]:
    """Shoppers who spend much as they did before; the new title makes them spend more."""
    rows = [("shopper", "arm", "device", "spent", "spent_before")]
    for number in range(count):
        arm, device = "old" if number % 2 else "new", "phone" if number % 3 else "desk"
        usual = rng.gamma(2.0, 10.0)
        spent = usual * (1 + lift * (arm == "new")) + rng.normal(0, 3)
        rows.append((str(number), arm, device, f"{max(spent, 0):.2f}", f"{usual:.2f}"))
    return rows


def test_what_is_known_from_before_makes_the_interval_narrower(
    rng: Generator, save_csv: Save
) -> None:
    path = save_csv(spending(rng, 0.08))
    found = {}
    for before in ("", "spent_before"):
        cells = read_cells(path, Columns(value="spent", before=before, unit="shopper"))
        (found[before],) = analyse(cells, Rules(control="old", look="planned end"))
    control, adjusted = found["spent_before"].arms
    plain = found[""].arms[1]
    widths = [np.diff(arm.lift_interval)[0] for arm in (plain, adjusted)]
    assert widths[1] < 0.4 * widths[0]
    assert adjusted.lift == pytest.approx(adjusted.mean / control.mean - 1)
    assert found["spent_before"].saved == pytest.approx(0.95, abs=0.03)
    assert adjusted.lift_interval[0] < 0.08 < adjusted.lift_interval[1]
    assert found["spent_before"].verdict == "ship"
    assert "new brings" in found["spent_before"].reason


def test_looking_at_any_time_takes_more(rng: Generator, save_csv: Save) -> None:
    cells = read_cells(save_csv(spending(rng, 0.0)), Columns(value="spent", unit="shopper"))
    once, often = (analyse(cells, Rules(control="old", look=look))[0].arms[1]
                   for look in ("planned end", "any time"))  # fmt: skip
    assert np.diff(often.lift_interval)[0] > 1.3 * np.diff(once.lift_interval)[0]
    assert once.lift == often.lift


def test_segments_of_values(rng: Generator, save_csv: Save) -> None:
    columns = Columns(value="spent", unit="shopper", segments=("device",))
    (found,) = analyse(read_cells(save_csv(spending(rng, 0.3)), columns), Rules(control="old"))
    assert {one.segment for one in found.segments} == {"phone", "desk"}
    assert all(one.arm.lift > 0.1 and one.differs > 0.01 for one in found.segments)


def test_segments_whose_shoppers_spend_unlike_have_lifts_of_their_own(rng: Generator) -> None:
    """5 % in both, from means of about 200 and 20."""
    cells = []
    for number in range(4000):
        arm, name = "old" if number % 2 else "new", "big" if number % 4 < 2 else "small"
        before = rng.gamma(20.0, 10.0 if name == "big" else 1.0)
        worth = Worth(before * (1.05 if arm == "new" else 1) + rng.normal(0, before / 20), before)
        cells.append(Cell("", arm, Count(1, 1), (("size", name),), str(number), worth))
    (found,) = analyse(cells, Rules(control="old", look="planned end"))
    lifts = {one.segment: one.arm.lift for one in found.segments}
    assert lifts == pytest.approx({"big": 0.05, "small": 0.05}, abs=0.01)
    assert all(one.differs > 0.05 for one in found.segments)


def test_the_command(titlewright: Callable, rng: Generator, save_csv: Save) -> None:
    path = save_csv(spending(rng, 0.1))
    asked = ("experiment", "analyse", path, "--value", "spent", "--before", "spent_before",
             "--unit", "shopper", "--control", "old")  # fmt: skip
    shown = titlewright(*asked)
    assert shown.code == 0
    assert "ship: new brings" in shown.out
    (told,) = json.loads(titlewright(*asked, "--json").out)
    assert told["arms"][0]["units"] == 1500
    assert told["variance_saved"] > 0.9
    missing = titlewright(*asked[:3], "--value", "earned")
    assert missing.code == 2
    assert "'earned'" in missing.err


def test_a_unit_that_comes_twice_is_refused(save_csv: Save) -> None:
    rows = [("shopper", "arm", "spent"), ("a", "old", "1"), ("a", "old", "2")]
    with pytest.raises(FeedError, match="'a' stands there twice"):
        read_cells(save_csv(rows), Columns(value="spent", unit="shopper"))


EVENTS = [
    {"id": "p1", "kind": "purchase", "impression": "i1", "value": 12.5},
    {"id": "i1", "kind": "impression", "arm": "new", "who": "a"},
    {"id": "i2", "kind": "impression", "arm": "new", "who": "a"},
    {"id": "p1", "kind": "purchase", "impression": "i1", "value": 12.5},
    {"id": "p2", "kind": "purchase", "impression": "i2", "value": "7.5"},
    {"id": "p9", "kind": "purchase", "impression": "i9", "value": 99},
    {"id": "i3", "kind": "impression", "arm": "old", "who": "b"},
    {"id": "i4", "kind": "impression", "arm": "old", "who": ""},
]


def test_revenue_of_events_by_impression_and_by_shopper(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in EVENTS))
    values = [(cell.arm, cell.worth.value) for cell in read_cells(path, goal="revenue")]
    assert values == [("new", 12.5), ("new", 7.5), ("old", 0.0), ("old", 0.0)]
    by_shopper = read_cells(path, Columns(unit="who"), goal="revenue")
    assert [(c.unit, c.worth.value) for c in by_shopper] == [("a", 20.0), ("b", 0.0)]


def test_what_would_be_ignored_is_refused(tmp_path: Path, save_csv: Save) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in EVENTS))
    with pytest.raises(FeedError, match="--goal revenue"):
        read_cells(path, Columns(value="value"))
    counts = save_csv([("arm", "impressions", "clicks", "age"), ("a", "9", "1", "3")])
    with pytest.raises(FeedError, match="values only"):
        read_cells(counts, Columns(before="age"))


def test_whoever_is_in_several_segments_counts_in_each(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    told = [{"segments": ["mobile", "new"]}, {"segments": "mobile|new"}, {"segments": []}]
    path.write_text("".join(
        json.dumps({"id": str(at), "kind": "impression", "arm": "a"} | some) + "\n"
        for at, some in enumerate(told)
    ))  # fmt: skip
    cells = read_cells(path, Columns(segments=("segments",)))
    both = (("segments", "mobile"), ("segments", "new"))
    assert {cell.segments: cell.count.impressions for cell in cells} == {
        both: 2, (("segments", "(none)"),): 1,
    }  # fmt: skip


def test_the_file_that_is_imported_is_read_whatever_its_columns_are_called(save_csv: Save) -> None:
    rows = [("event_id", "Event Type", "ts", "sku", "title", "customer_id", "impression_id"),
            ("1", "Impression", "2026-03-01", "mug", "Red mug", "a", ""),
            ("2", "CLICK", "2026-03-01", "mug", "Red mug", "a", "1"),
            ("3", "impression", "2026-03-01", "mug", "Mug", "b", "")]  # fmt: skip
    for unit in ("", "user"):
        cells = read_cells(save_csv(rows), Columns(unit=unit))
        assert [(one.test, one.arm, one.count.clicks) for one in cells] == [
            ("mug", "Red mug", 1), ("mug", "Mug", 0),
        ]  # fmt: skip


def test_joining_says_what_is_wrong() -> None:
    rows = [(f"line {at}", row) for at, row in enumerate(EVENTS, 1)]
    assert [len(one.earned) for one in join(rows, "purchase")] == [1, 1, 0, 0]
    with pytest.raises(FeedError, match="'sale'"):
        join(rows, "sale")
    with pytest.raises(FeedError, match="no impression"):
        join(rows[:1], "click")
    with pytest.raises(FeedError, match="line 1: the event has no id"):
        join([("line 1", {"kind": "click"})], "click")
    with pytest.raises(FeedError, match="line 1: the kind 'look' is unknown"):
        join([("line 1", EVENTS[0] | {"kind": "look"})], "click")
    with pytest.raises(FeedError, match="can't be worth -2"):
        join([("x", EVENTS[0] | {"value": -2}), *rows[1:2]], "revenue")
    with pytest.raises(FeedError, match="No purchase names its impression"):
        join([("x", EVENTS[0] | {"impression": ""}), *rows[1:3]], "purchase")
    with pytest.raises(FeedError, match="value must be a number"):
        join([("x", EVENTS[0] | {"value": "free"}), *rows[1:2]], "revenue")


def test_products_that_were_assigned_are_units_and_no_tests(save_csv: Save) -> None:
    rows = [("product_id", "arm", "impressions", "clicks")] + [
        (str(n), arm, "1000", str(20 + n % 7 + 5 * (arm == "new")))
        for n in range(40) for arm in ("old", "new")
    ]  # fmt: skip
    cells = read_cells(save_csv(rows), Columns(unit="product_id"))
    (found,) = analyse(cells, Rules(look="planned end", by_unit=True))
    assert found.verdict == "ship"
    alone = [cell for cell in cells if int(cell.unit) < 5]
    with pytest.raises(LearningError, match="5 units"):
        analyse(alone, Rules(look="planned end", by_unit=True))


def test_products_that_differ_make_no_segments_that_differ(rng: Generator) -> None:
    """Whether segments differ, in A/A tests of 40 products an arm and segment."""
    alarms = 0
    for _ in range(100):
        rates = 0.05 * np.exp(rng.normal(0, 0.5, 160))
        cells = [
            Cell("", "old" if n % 2 else "new", Count(1000, int(rng.binomial(1000, rate))),
                 (("shop", "big" if n % 4 < 2 else "small"),), str(n))
            for n, rate in enumerate(rates)
        ]  # fmt: skip
        (found,) = analyse(cells, Rules(control="old", look="planned end", by_unit=True))
        alarms += found.segments[0].differs <= 0.05
    assert alarms <= 13  # 5 expected, three standard errors


REPORT = """Day,Item ID,Title,Impr.,Clicks,Cost,Conversions,Conv. value
2026-03-01,1,wool hat,1000,20,1.00,1,9.90
2026-03-02,1,RED WOOL HAT,1100,35,1.00,2,19.80
2026-03-02,1,Hat of last year,50,9,1.00,0,0
2026-03-01,2,Mug,2000000,30000,1.00,0,0
"""
ARMS = [("id", "arm", "title"), ("1", "old", "Wool hat"), ("1", "new", "Red wool hat"),
        ("2", "old", "Mug"), ("2", "new", "Big mug")]  # fmt: skip


def test_what_reports_counted_goes_to_the_arms_whose_titles_they_name(
    titlewright: Callable, save_csv: Save, tmp_path: Path
) -> None:
    report, out, arms = tmp_path / "google.csv", tmp_path / "counts.csv", save_csv(ARMS)
    ran = titlewright("experiment", "count", arms, "-o", out)
    assert ran.code == 2
    assert "Nothing was counted" in ran.err
    report.write_text(REPORT)
    assert titlewright("feedback", "import", report).code == 0
    ran = titlewright("experiment", "count", arms, "-o", out)
    assert "50 impressions had titles that are in no arm" in ran.err
    assert out.read_text().splitlines() == [
        "product_id,cluster,arm,impressions,clicks,carts,purchases,value",
        "1,product 1,new,1100,35,0,2,19.8",
        "1,product 1,old,1000,20,0,1,9.9",
        "2,product 2,old,2000000,30000,0,0,0",
    ]
    cells = read_cells(out, Columns(unit="product_id"), goal="purchase")
    assert [cell.count.clicks for cell in cells] == [2, 1, 0]
    titlewright("experiment", "count", arms, "-o", out, "--since", "2026-03-02")
    assert len(out.read_text().splitlines()) == 2
    titlewright("feedback", "import", report, "--source", "another")
    ran = titlewright("experiment", "count", arms, "-o", out)
    assert "another, google-ads" in ran.err
    assert titlewright("experiment", "count", arms, "-o", out, "--source", "another").code == 0


def test_titles_that_differ_in_case_alone_are_told_apart_in_events_only(
    titlewright: Callable, save_csv: Save, tmp_path: Path
) -> None:
    report, out = tmp_path / "google.csv", tmp_path / "counts.csv"
    arms = save_csv([ARMS[0], ("1", "old", "Wool hat"), ("1", "new", "WOOL HAT")])
    with open_store(load_settings()) as store:
        store.remember([Title("a", "1", "WOOL  HAT"), Title("b", "1", "Wool hat")])
        store.append([Event(f"{n}", "impression", 10.0, "1", "aab"[n]) for n in range(3)])
    assert titlewright("experiment", "count", arms, "-o", out).code == 0
    assert out.read_text().splitlines()[1:] == [
        "1,product 1,new,2,0,0,0,0", "1,product 1,old,1,0,0,0,0",
    ]  # fmt: skip
    report.write_text(f"{REPORT.splitlines()[0]}\n2026-03-01,1,wool hat,1000,20,1.00,1,9.90\n")
    assert titlewright("feedback", "import", report).code == 0
    ran = titlewright("experiment", "count", arms, "-o", out, "--source", "google-ads")
    assert ran.code == 2
    assert "of the arms 'old' and 'new'" in ran.err


def test_a_report_without_titles_counts_for_the_only_arm(
    titlewright: Callable, save_csv: Save, tmp_path: Path
) -> None:
    report, out = tmp_path / "amazon.csv", tmp_path / "counts.csv"
    report.write_text("Date,Advertised ASIN,Impressions,Clicks\n2026-03-01,1,1000,20\n"
                      "2026-03-01,2,500,5\n")  # fmt: skip
    assert titlewright("feedback", "import", report).code == 0
    shown = save_csv([ARMS[0], ARMS[2], *ARMS[3:]])  # the first product shows one title, by assign
    assert titlewright("experiment", "count", shown, "-o", out).code == 0
    assert out.read_text().splitlines()[1:] == ["1,product 1,new,1000,20,0,0,0"]
