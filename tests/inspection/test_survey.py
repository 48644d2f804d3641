"""A whole inspection: counts, row numbers, samples, channels, JSON, and real feeds."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from titlewright.channels import load_channels
from titlewright.feeds import Row, open_feed
from titlewright.inspection import FeedReport, inspect_feed
from titlewright.inspection.lengths import CAP, Lengths
from titlewright.inspection.tally import SAMPLES, Sample, Tally, excerpt
from titlewright.records import Product, Reject

DATA = os.environ.get("TITLEWRIGHT_DATA")
GOOD = Product(
    id="1",
    title="Bosch GSR 12V-15 Cordless Drill Driver with Case",
    description="A light drill driver with two batteries, for wood and metal at home.",
    brand="Bosch",
    category=("Tools", "Drills"),
    images=("https://example.com/1.jpg",),
)


def rows(*products: Product) -> list[Row]:
    return [Row(number, product, titled=True) for number, product in enumerate(products, 1)]


def numbers(report: FeedReport, check: str) -> list[int]:
    return list(report.finding(check).rows.numbers)


def test_a_good_row_has_no_finding() -> None:
    report = inspect_feed(rows(GOOD))
    assert (report.rows, report.products, report.rejected) == (1, 1, 0)
    assert report.fix_first() == []
    assert report.languages.titles == {"en": 1}


def test_findings_name_their_rows() -> None:
    report = inspect_feed(
        rows(
            GOOD,
            replace(GOOD, id="2", title="Bosch <b>Drill</b> 20% off for home and garden"),
            replace(
                GOOD, id="2", brand="", title="Bohrmaschine mit Koffer und zwei Akkus für Holz"
            ),
            replace(GOOD, id="4", title=""),
        )
    )
    assert numbers(report, "html-in-title") == [2]
    assert numbers(report, "promotion") == [2]
    assert numbers(report, "missing-brand") == [3]
    assert numbers(report, "language-mismatch") == [3]
    assert numbers(report, "missing-title") == [4]
    assert numbers(report, "duplicate-id") == [2, 3]
    with pytest.raises(KeyError):
        report.finding("no-such-check")


def test_rows_without_a_title_of_their_own_are_not_judged() -> None:
    report = inspect_feed([*rows(GOOD), Row(2, Product(id="1"), titled=False)])
    assert (report.rows, report.products) == (2, 1)
    assert report.fix_first() == []


def test_rejects_are_grouped_by_reason() -> None:
    feed = [
        Reject(row, str(row), "title", f"The cell holds {row},000 characters.", "Shorten it.")
        for row in (3, 5)
    ]
    report = inspect_feed([*rows(GOOD), *feed, Reject(6, "", "id", "No id.", "Give it one.")])
    assert [(r.field, list(r.rows.numbers)) for r in report.rejects] == [
        ("title", [3, 5]),
        ("id", [6]),
    ]
    assert report.rejected == 3
    assert report.fix_first()[0].check == "rejects"


def test_limit_and_progress() -> None:
    seen: list[int] = []
    feed = rows(*(replace(GOOD, id=str(n)) for n in range(1200)))
    report = inspect_feed(feed, limit=1100, progress=seen.append)
    assert (report.rows, report.complete) == (1100, False)
    assert seen == [500, 1000, 1100]
    assert inspect_feed(feed, limit=1200).complete


def test_channels_count_over_limit_and_broken_rules() -> None:
    channels = load_channels()
    long = replace(GOOD, id="2", title="Bosch " + "very long words about drills " * 6)
    report = inspect_feed(rows(GOOD, long), [channels["ebay"], channels["google"]])
    ebay, google = report.channels
    assert list(ebay.too_long.numbers) == list(google.too_long.numbers) == [2]
    assert list(ebay.with_errors.numbers) == [2]
    assert ebay.rules[0][0] == "ebay.length"
    assert ebay.lengths.longest == len(long.title)
    assert {fix.check for fix in report.fix_first()} >= {"errors-ebay", "errors-google"}


def test_an_error_outweighs_nine_warnings() -> None:
    short = [replace(GOOD, id=str(n), title=f"Drill {n}") for n in range(10, 19)]
    broken = replace(GOOD, id="1", title="Bosch Cordless Drill Driver &amp; Case")
    fixes = inspect_feed(rows(broken, *short)).fix_first()
    assert [fix.check for fix in fixes[:2]] == ["html-in-title", "short-title"]
    assert fixes[1].rows == 9
    assert fixes[1].share == 0.9


def test_json_form_is_plain_and_has_the_documented_keys() -> None:
    report = inspect_feed(rows(GOOD, replace(GOOD, title="=1")), [load_channels()["amazon"]])
    data = json.loads(json.dumps(report.to_json()))
    assert list(data) == [
        "rows", "products", "complete", "rejects", "fix_first", "checks", "duplicates",
        "languages", "lengths", "channels",
    ]  # fmt: skip
    assert set(data["checks"]["formula"]) == {
        "title", "level", "advice", "rows", "share", "row_numbers", "samples",
    }  # fmt: skip
    assert data["checks"]["formula"]["row_numbers"] == [2]
    assert data["checks"]["formula"]["samples"][0]["text"] == "=1"
    assert data["duplicates"]["ids"]["largest"] == [{"size": 2, "rows": [1, 2], "texts": ["1"]}]
    assert set(data["channels"]["amazon"]) == {
        "title", "unit", "limit", "recommended", "lengths", "over_limit", "with_errors",
        "with_warnings", "rules",
    }  # fmt: skip


def test_private_data_is_masked_everywhere() -> None:
    secret = "write to jane.doe@example.com or +49 30 1234 5678"
    products = [
        replace(GOOD, id="jane.doe@example.com", title=f"Drill <b>sale!</b> {secret}"),
        replace(GOOD, id="jane.doe@example.com", title=f"Drill <b>sale!</b> {secret}"),
        replace(GOOD, id="3", title="Drill", description=secret * 3, attributes={"colour": secret}),
    ]
    report = inspect_feed(rows(*products), list(load_channels().values()))
    text = json.dumps(report.to_json())
    assert numbers(report, "private-data") == [1, 2, 3]
    assert "jane" not in text
    assert "1234" not in text


def test_samples_are_few_different_and_the_same_every_time() -> None:
    def drawn() -> list[Sample]:
        tally = Tally()
        for row in range(1, 1001):
            tally.add(row, lambda row=row: Sample(row, "", "title", f"text {row % 400}"))  # type: ignore[misc]
        assert len(tally) == 1000
        return tally.samples

    samples = drawn()
    assert samples == drawn()
    assert len({sample.text for sample in samples}) == len(samples) == SAMPLES
    assert samples[-1].row > 300


def test_excerpts_are_cut_between_words() -> None:
    assert excerpt("one two three four", 12) == "one two…"
    assert excerpt("  one\n two ", 12) == "one two"
    assert excerpt("x" * 50, 12) == "x" * 11 + "…"


def test_lengths() -> None:
    lengths = Lengths()
    assert (lengths.quantile(0.5), lengths.longest, lengths.histogram()) == (0, 0, [])
    for length in [5, 15, 15, 95, 9999]:
        lengths.add(length)
    assert lengths.quantile(0.5) == 15
    assert lengths.longest == CAP
    bins = lengths.histogram(width=10, last=100)
    assert [(b.start, b.rows) for b in bins if b.rows] == [(0, 1), (10, 2), (90, 1), (100, 1)]
    assert bins[-1].end is None


def test_raw_cells_of_a_file_show_what_reading_cleans(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "description", "brand", "color"])
        writer.writerow(["1", "Caf\u00c3\u00a9 maker for two cups", "<p>Good</p>", "Acme", "Red"])
        writer.writerow(
            ["", "Kettle of steel for 1.5 litres", "Boils &amp; whistles", "Acme", "=1+1"]
        )
    report = inspect_feed(open_feed(path))
    assert numbers(report, "mojibake") == [1]
    assert report.finding("mojibake").rows.samples[0].detail == "→ Café maker for two cups"
    assert numbers(report, "html-elsewhere") == [1, 2]
    assert numbers(report, "missing-id") == [2]
    assert numbers(report, "formula") == [2]


def test_shopify_variant_rows_keep_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "shopify.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Handle", "Title", "Body (HTML)", "Vendor", "Option1 Name", "Option1 Value"]
        )
        writer.writerow(["tee", "Linen T-Shirt with Pocket", "<p>Soft</p>", "Acme", "Size", "S"])
        writer.writerow(["tee", "", "", "", "", "M"])
        writer.writerow(
            ["mug", "Caf\u00c3\u00a9 Mug of white stoneware", "Holds 3 dl", "Acme", "", ""]
        )
    report = inspect_feed(open_feed(path))
    assert (report.rows, report.products) == (3, 2)
    assert numbers(report, "html-elsewhere") == [1]
    assert numbers(report, "mojibake") == [3]


@pytest.mark.skipif(DATA is None, reason="TITLEWRIGHT_DATA is not set")
class TestRealFeeds:
    def test_fashion(self) -> None:
        path = Path(DATA or "") / "myntra_catalog/myntra_products_catalog.csv"
        report = inspect_feed(open_feed(path), limit=5000)
        assert report.products == 5000
        assert report.languages.titles["en"] > 4800
        assert numbers(report, "missing-title") == []
        assert 400 < len(report.same_titles.rows) < 2000
        for sample in report.finding("contradiction-colour").rows.samples:
            stated = sample.detail.rpartition(": ")[2].lower()
            assert stated not in sample.text.lower().split()

    def test_electronics_do_not_contradict_themselves(self) -> None:
        path = Path(DATA or "") / "icecat/products.jsonl"
        report = inspect_feed(open_feed(path), limit=5000)
        assert numbers(report, "private-data") == []
        for kind in ("material", "audience", "size", "quantity", "brand"):
            assert numbers(report, f"contradiction-{kind}") == []
        assert len(numbers(report, "contradiction-colour")) < 10
