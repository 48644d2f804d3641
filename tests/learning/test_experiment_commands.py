"""`experiment plan`, `assign`, `analyse` and `promote`, and the decisions behind them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from titlewright.errors import FeedError, LearningError
from titlewright.feeds import open_feed
from titlewright.learning.experiments.analysis import analyse
from titlewright.learning.experiments.counts import Count
from titlewright.learning.experiments.findings import Cell, Rules, Worth, read_shares
from titlewright.learning.experiments.promotion import read_chosen
from titlewright.learning.experiments.reading import Columns, read_cells
from titlewright.learning.experiments.scheduling import read_arms

FEED = [
    ("id", "title", "description", "brand"),
    ("1", "wool hat", "A warm red hat knitted from merino wool.", "Fjell"),
    ("2", "Mug 350 ml", "Stoneware mug that holds 350 ml, with saucer.", "Kilnworks"),
    ("3", "Leather belt", "Leather belt for men, 110 cm long.", "Hidebound"),
]
COUNTS = [
    ("arm", "impressions", "clicks", "device"),
    ("old", "30000", "600", "phone"),
    ("old", "10000", "200", "desk"),
    ("new", "30000", "810", "phone"),
    ("new", "10000", "200", "desk"),
]


def verdict(old: Count, new: Count, **rules: Any) -> tuple[str, str]:
    (found,) = analyse([Cell("", "old", old), Cell("", "new", new)], Rules(**rules))
    return found.verdict, found.winner


class TestDeciding:
    def test_each_verdict(self) -> None:
        assert verdict(Count(40_000, 800), Count(40_000, 1000)) == ("ship", "new")
        assert verdict(Count(40_000, 800), Count(40_000, 600)) == ("keep the control", "old")
        assert verdict(Count(40_000, 800), Count(40_000, 820)) == ("go on", "")
        assert verdict(Count(40_000, 800), Count(30_000, 1000)) == ("mend first", "")
        little = Count(2_000_000, 40_000), Count(2_000_000, 40_100)
        assert verdict(*little, worthwhile=0.05) == ("no worthwhile difference", "old")
        end = verdict(Count(40_000, 800), Count(40_000, 820), look="planned end")
        assert end == ("keep the control", "old")

    @pytest.mark.parametrize("look", ["any time", "planned end"])
    def test_a_control_without_clicks_can_lose(self, look: str) -> None:
        cells = [Cell("", "old", Count(1000, 0)), Cell("", "new", Count(1000, 50))]
        (found,) = analyse(cells, Rules(look=look))
        assert (found.verdict, found.winner) == ("ship", "new")
        assert found.reason == "new is clicked more than old"
        worths = [Cell("", arm, Count(1, 0), worth=Worth(value * (arm == "new")))
                  for arm in ("old", "new") for value in range(1, 500)]  # fmt: skip
        (found,) = analyse(worths, Rules(look=look))
        assert (found.verdict, found.winner) == ("ship", "new")

    @pytest.mark.parametrize("look", ["any time", "planned end"])
    def test_an_arm_that_was_not_shown_yet_stops_no_other_test(self, look: str) -> None:
        cells = [Cell("1", "old", Count(9, 3)), Cell("1", "new", Count(0, 0)),
                 Cell("2", "old", Count(40_000, 800)), Cell("2", "new", Count(40_000, 1000)),
                 ]  # fmt: skip
        waiting, decided = analyse(cells, Rules(look=look))
        assert (waiting.verdict, decided.verdict) == ("go on", "ship")
        assert "new wasn't shown yet" in waiting.reason
        assert waiting.arms[1].p is None
        json.dumps(waiting.to_json(), allow_nan=False)

    def test_units_without_a_click_and_a_single_shopper_go_on(self) -> None:
        cells = [Cell("", arm, Count(100, 5 * (arm == "old")), unit=f"{arm}{number}")
                 for arm in ("old", "new") for number in range(20)]  # fmt: skip
        (found,) = analyse(cells, Rules(look="planned end", by_unit=True))
        assert (found.verdict, found.arms[1].why) == ("go on", "new has no click yet")
        few = [Cell("", arm, Count(1, 1), worth=Worth(9.0)) for arm in ("old", "old", "new")]
        (found,) = analyse(few, Rules(look="planned end"))
        assert (found.verdict, found.arms[1].why) == ("go on", "new has too few units")
        with pytest.raises(LearningError, match="Test 'x', arm 'new': 8 units"):
            analyse([Cell("x", cell.arm, Count(9, 1), unit=cell.unit) for cell in cells[16:24]],
                    Rules(look="planned end", by_unit=True))  # fmt: skip

    def test_an_arm_that_got_none_of_its_traffic_is_a_mismatch(self) -> None:
        shares = {"old": 0.4, "new": 0.4, "lost": 0.2}
        assert verdict(Count(40_000, 800), Count(40_000, 1000), shares=shares)[0] == "mend first"

    def test_planned_shares_are_no_mismatch(self) -> None:
        rules = {"shares": read_shares(["old=0.9", "new=0.1"])}
        assert verdict(Count(90_000, 1800), Count(10_000, 320), **rules) == ("ship", "new")
        with pytest.raises(LearningError, match="old90"):
            read_shares(["old90"])

    def test_more_arms_take_more(self) -> None:
        """One arm among twenty that looks good by chance isn't shipped."""
        cells = [Cell("", "old", Count(10_000, 200)), Cell("", "lucky", Count(10_000, 245))]
        (alone,) = analyse(cells, Rules(look="planned end"))
        assert alone.verdict == "ship"
        others = [Cell("", f"arm {number}", Count(10_000, 200)) for number in range(20)]
        (among,) = analyse(cells + others, Rules(look="planned end"))
        assert among.verdict == "keep the control"

    def test_a_control_that_was_never_counted_is_told(self) -> None:
        with pytest.raises(LearningError, match="'nobody'"):
            verdict(Count(10, 1), Count(10, 1), control="nobody")
        with pytest.raises(LearningError, match="planned end only"):
            Rules(by_unit=True)
        with pytest.raises(LearningError, match="--fixed"):
            Rules(by_unit=True)


class TestReading:
    def test_events_count_once_and_clicks_find_their_impression(self, tmp_path: Path) -> None:
        events = [
            {"id": "c1", "kind": "click", "impression": "i1", "title_id": "new", "product_id": "p"},
            {"id": "i1", "kind": "impression", "title_id": "new", "product_id": "p", "who": "a"},
            {"id": "i1", "kind": "impression", "title_id": "new", "product_id": "p", "who": "a"},
            {"id": "c2", "kind": "click", "impression": "i1", "title_id": "new", "product_id": "p"},
            {"id": "i2", "kind": "impression", "title_id": "old", "product_id": "p", "who": "b"},
            {"id": "i3", "kind": "impression", "title_id": "new", "product_id": "p", "who": "a"},
        ]
        path = tmp_path / "events.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in events))
        assert {(c.arm, c.count) for c in read_cells(path)} == {
            ("new", Count(2, 1)), ("old", Count(1, 0)),
        }  # fmt: skip
        shoppers = read_cells(path, Columns(unit="who"))
        assert {(c.arm, c.count) for c in shoppers} == {("new", Count(1, 1)), ("old", Count(1, 0))}

    def test_shoppers_who_see_both_arms_mean_another_unit(self, tmp_path: Path) -> None:
        path = tmp_path / "events.jsonl"
        path.write_text(
            "".join(
                json.dumps({"id": str(n), "kind": "impression", "arm": "ab"[n % 2], "who": "x"})
                + "\n"
                for n in range(4)
            )
        )
        with pytest.raises(LearningError, match="more than one arm"):
            read_cells(path, Columns(unit="who"))

    def test_shoppers_in_a_table_of_counts_count_once_each(
        self, save_csv: Callable[..., Path]
    ) -> None:
        rows = [("who", "arm", "impressions", "clicks"), ("a", "old", "9", "7"),
                ("a", "old", "3", "0"), ("b", "old", "5", "0"), ("c", "new", "4", "2"),
                ("d", "new", "0", "0")]  # fmt: skip
        cells = read_cells(save_csv(rows), Columns(unit="who"))
        told = [(cell.unit, cell.count) for cell in cells]
        assert told == [("a", Count(1, 1)), ("b", Count(1, 0)), ("c", Count(1, 1))]

    def test_parquet_reads_as_csv_does(self, save_csv: Callable[..., Path], tmp_path: Path) -> None:
        columns = dict(zip(COUNTS[0], zip(*COUNTS[1:], strict=True), strict=True))
        numbers = {n: [int(v) for v in columns[n]] for n in ("impressions", "clicks")}
        path = tmp_path / "counts.parquet"
        pyarrow.parquet.write_table(pyarrow.table({**columns, **numbers}), path)
        wanted = Columns(segments=("device",))
        assert read_cells(path, wanted) == read_cells(save_csv(COUNTS), wanted)

    @pytest.mark.parametrize(
        ("rows", "said"),
        [([("arm", "impressions", "clicks"), ("a", "ten", "1")], "'ten'"),
         ([("arm", "impressions", "clicks"), ("a", "10", "1.5")], "not '1.5'. Round it"),
         ([("arm", "impressions", "clicks"), ("", "10", "1")], "arm is empty"),
         ([("arm", "impressions")], "no rows"), ([("arm", "seen"), ("a", "1")], "arm, seen"),
         ([("arm", "impressions", "clicks"), ("a", "1", "1", "9")], "more values")],
    )  # fmt: skip
    def test_what_is_wrong_is_told(
        self, save_csv: Callable[..., Path], rows: list[tuple[str, ...]], said: str
    ) -> None:
        with pytest.raises(FeedError, match=said):
            read_cells(save_csv(rows))


class TestCommands:
    def test_plan(self, titlewright: Callable) -> None:
        ran = titlewright("experiment", "plan", "--rate", "0.02", "--lift", "0.1", "--json")
        assert json.loads(ran.out)["per_arm"] == 80_682
        shown = titlewright("experiment", "plan", "--rate", "0.02", "--lift", "0.1").out
        assert "80,682" in shown
        clusters = titlewright("experiment", "plan", "--rate", "0.02", "--lift", "0.1",
                               "--cluster-size", "50", "--correlation", "0.1").out  # fmt: skip
        assert "one look" in clusters
        assert "any time" not in clusters
        assert titlewright("experiment", "plan", "--rate", "2", "--lift", "0.1").code == 2

    def test_analyse(self, titlewright: Callable, save_csv: Callable[..., Path]) -> None:
        path = save_csv(COUNTS)
        ran = titlewright("experiment", "analyse", path, "--segment", "device")
        assert ran.code == 0
        assert "ship: new is clicked 26.2% more than old" in ran.out
        (told,) = json.loads(titlewright("experiment", "analyse", path, "--json",
                                         "--segment", "device").out)  # fmt: skip
        assert told["verdict"] == "ship"
        lifts = {one["segment"]: one["lift"] for one in told["segments"]}
        assert lifts == pytest.approx({"phone": 0.35, "desk": 0.0}, abs=1e-5)
        missing = titlewright("experiment", "analyse", path, "--segment", "colour")
        assert missing.code == 2
        assert "'colour'" in missing.err

    def test_a_tiny_p_is_not_0_and_an_arm_never_shown_has_no_rate(
        self, titlewright: Callable, save_csv: Callable[..., Path]
    ) -> None:
        rows = [COUNTS[0][:3], ("old", "40000", "800"), ("new", "40000", "1150")]
        (told,) = json.loads(titlewright("experiment", "analyse", save_csv(rows), "--json").out)
        assert 0 < told["arms"][1]["p"] < 1e-6
        ran = titlewright("experiment", "analyse", save_csv([*rows[:2], ("new", "0", "0")]))
        assert "nan" not in ran.out

    def test_what_no_lift_can_say_is_shown(
        self, titlewright: Callable, save_csv: Callable[..., Path]
    ) -> None:
        rows = [COUNTS[0][:3], ("old", "1000", "0"), ("new", "1000", "50")]
        ran = titlewright("experiment", "analyse", save_csv(rows))
        assert "… +∞" in ran.out
        assert "inf" not in ran.out

    def test_winners_go_into_the_feed_and_back(
        self, titlewright: Callable, save_csv: Callable[..., Path], tmp_path: Path
    ) -> None:
        feed = save_csv(FEED)
        counts = [("product_id", "title", "impressions", "clicks"),
                  ("1", "wool hat", "40000", "800"), ("1", "Red merino wool hat", "40000", "1000"),
                  ("2", "Mug 350 ml", "40000", "800"), ("2", "Mug with saucer", "40000", "810"),
                  ("3", "Leather belt", "40000", "800"), ("3", "Silk belt", "40000", "1000"),
                  ]  # fmt: skip
        table, winners, out = save_csv(counts, "c.csv"), tmp_path / "w.csv", tmp_path / "out.csv"
        assert titlewright("experiment", "analyse", table, "--winners", winners).code == 0
        assert winners.read_text() == "id,title\n1,Red merino wool hat\n3,Silk belt\n"
        ran = titlewright("experiment", "promote", winners, "--feed", feed, "-o", out)
        assert ran.code == 1  # one title isn't true
        assert "Silk" in ran.err
        shown = [item.product.title for item in open_feed(out)]
        assert shown == ["Red merino wool hat", "Mug 350 ml", "Leather belt"]
        back = titlewright("rollback", "last", "-o", tmp_path / "back.csv")
        assert "1 titles put back" in back.err
        assert (tmp_path / "back.csv").read_bytes() == feed.read_bytes()

    def test_winners_are_titles_or_nothing(
        self, titlewright: Callable, save_csv: Callable[..., Path], tmp_path: Path
    ) -> None:
        """Arms may have names of their own, if the titles stand beside them."""
        rows = [("product_id", "arm", "impressions", "clicks", "title"),
                ("1", "old", "40000", "800", "Hat"), ("1", "new", "40000", "1000", "Red hat"),
                ("2", "old", "40000", "800", "Mug"), ("2", "new", "40000", "990", "Red mug"),
                ]  # fmt: skip
        winners = tmp_path / "w.csv"
        asked = ("--winners", winners, "--fixed")
        assert titlewright("experiment", "analyse", save_csv(rows), *asked).code == 0
        assert winners.read_text() == "id,title\n1,Red hat\n2,Red mug\n"
        winners.unlink()
        nameless = save_csv([row[:4] for row in rows])
        ran = titlewright("experiment", "analyse", nameless, *asked)
        assert ran.code == 2
        assert "winners are titles of products" in ran.err
        assert not winners.exists()

    def test_no_spreadsheet_runs_what_is_written(
        self, titlewright: Callable, save_csv: Callable[..., Path], tmp_path: Path
    ) -> None:
        rows = [("id", "arm", "title"), ("-1", "a", "=SUM(A1)"), ("-1", "b", "Hat")]
        out = tmp_path / "shown.csv"
        arms = save_csv([*rows, ("2", "a", "'=quoted"), ("2", "b", "-5 hat")])
        shown = [tuple(titles.values()) for titles in read_arms(arms).titles.values()]
        assert shown == [("=SUM(A1)", "Hat"), ("=quoted", "-5 hat")]
        for period in ("0", "1"):
            ran = titlewright("experiment", "assign", arms, "--name", "x", "-o", out,
                              "--period", period)  # fmt: skip
            assert ran.code == 0
            assert out.read_text().splitlines()[1].startswith("'-1,'-1,")
            assert {product: one.title for product, one in read_chosen(out).items()}.items() <= {
                ("-1", "=SUM(A1)"), ("-1", "Hat"), ("2", "=quoted"), ("2", "-5 hat")
            }  # fmt: skip

    def test_arms_cross_over_from_period_to_period(
        self, titlewright: Callable, save_csv: Callable[..., Path], tmp_path: Path
    ) -> None:
        rows = [("id", "arm", "title", "category")] + [
            (str(n), arm, f"{arm} {n}", "Hats" if n % 2 else "Mugs")
            for n in range(40) for arm in ("a", "b")
        ]  # fmt: skip
        table, out = save_csv(rows), tmp_path / "shown.csv"

        def shown(*options: object) -> list[str]:
            ran = titlewright("experiment", "assign", table, "--name", "x", "-o", out, *options)
            assert ran.code == 0
            return [line.split(",")[2] for line in out.read_text().splitlines()[1:]]

        first, second, third = (shown("--period", period) for period in range(3))
        assert all(one != other for one, other in zip(first, second, strict=True))
        assert first == third
        assert 8 < first.count("a") < 32
        by_cluster = shown("--by", "cluster")
        assert len(set(by_cluster[::2])) == len(set(by_cluster[1::2])) == 1
        incomplete = save_csv(rows[:-1])
        ran = titlewright("experiment", "assign", incomplete, "--name", "x", "-o", out)
        assert ran.code == 2
        assert "'39'" in ran.err
