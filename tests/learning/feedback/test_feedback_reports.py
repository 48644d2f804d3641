"""Reports of Google and Amazon into the store: titles, totals, numbers and dates."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from titlewright.errors import RecordError
from titlewright.learning.feedback.writing import Writing
from titlewright.learning.records import Title
from titlewright.learning.titles import title_id
from titlewright.settings import load_settings

GOOGLE = """Shopping products report
"March 1, 2026 - March 2, 2026"
Day,Item ID,Title,Campaign,Impr.,Clicks,Cost,Conversions,Conv. value
2026-03-01,mug,red mug,A,"1,234",56,"12.30",1.50,"1,030.20"
2026-03-01,mug,red mug,B,"1,000",6,2.30,--,0.00
2026-03-02,mug,red mug,B,5,6,2.30,--,0.00
Total: Account,,,,"2,239",68,16.90,1.50,"1,030.20"
"""
AMAZON = """Date,Campaign Name,Advertised SKU,Advertised ASIN,Impressions,Clicks,Spend,7 Day Total Sales ,7 Day Total Orders (#)
"Mar 01, 2026",C,SKU-1,B00X,1200,22,$28.50,$130.00,4
"""  # noqa: E501
BUSINESS = """"(Untergeordnete) ASIN","Titel","Sitzungen – Gesamt","Bestellte Einheiten","Gesamtzahl an Bestellposten","Bestellte Produkte – Umsätze"
"B0AAAA1111","Trinkflasche 750 ml","1.250","85","80","1.699,15 €"
"""  # noqa: E501


def test_a_google_report(titlewright, tmp_path: Path, opened) -> None:
    opened.remember([Title("known", "mug", "Red Mug")])  # Google writes titles in lower case
    path = tmp_path / "google.csv"
    path.write_text(GOOGLE, "utf-8")
    ran = titlewright("feedback", "import", path)
    assert ran.out == "4 rows of daily counts (google-ads): 2 new, 1 rejected\n"
    (counts,) = opened.counts(by=["source"])
    assert (counts.title_id, counts.source) == ("known", "google-ads")
    assert (counts.impressions, counts.clicks, counts.purchases) == (2234, 62, 1.5)
    assert (counts.value, round(counts.spend, 2)) == (1030.2, 14.6)
    again = titlewright("feedback", "import", path)
    assert again.out == "4 rows of daily counts (google-ads): 0 new, 2 known before, 1 rejected\n"


def test_a_report_again_counts_once_whatever_titles_came_in_between(
    titlewright, tmp_path: Path, opened
) -> None:
    path = tmp_path / "report.csv"
    for product, reported, event in (("mug", "red mug", "Red mug"), ("cup", "Cup", "cup"),
                                     ("hat", "HAT", "Hat")):  # fmt: skip
        path.write_text(f"date,item id,title,impr\n2026-03-01,{product},{reported},100\n", "utf-8")
        titles = [Title(title_id(product, text), product, text) for text in (event, reported)]
        if product == "cup":  # here the event's title comes first, the reported one in between
            opened.remember(titles[:1])
        titlewright("feedback", "import", path)
        opened.remember(titles)
        titlewright("feedback", "import", path)
        assert [one.impressions for one in opened.counts(products=[product])] == [100]


def test_only_rows_that_sum_up_are_totals(titlewright, tmp_path: Path, opened) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "title,item id,date,impr,clicks\nTotal Gym XLS,gym,2026-03-01,100,5\nTotal,,,100,5\n"
    )
    ran = titlewright("feedback", "import", path)
    assert ran.out == "2 rows of daily counts (google-ads): 1 new\n"
    path.write_text(
        "item id,impr,clicks\nTotal Gym,7,0\nTotal: account,10,5\nGesamt,10,5\n,1,1\n", "utf-8"
    )
    ran = titlewright("feedback", "import", path, "--day", "2026-03-01")
    assert ran.out == "4 rows of daily counts (google-ads): 1 new, 1 rejected\n"
    assert {one.product_id for one in opened.counts()} == {"gym", "Total Gym"}


def test_broken_rows_of_a_report_are_rejects(titlewright, tmp_path: Path, opened) -> None:
    path = tmp_path / "report.jsonl"
    row = {"date": "2026-03-01", "item id": "mug", "impressions": 10, "clicks": 1}
    deep = json.dumps(row)[:-1] + ', "campaign": ' + "[" * 500 + "]" * 500 + "}"
    wild = [{"impressions": 10**400}, {"clicks": 1.5}, {"item id": {}}, {"date": {}},
            {"campaign": "x" * 501}, {"title": "half \ud800"}]  # fmt: skip
    path.write_text("\n".join([*(json.dumps(row | one) for one in wild), deep, json.dumps(row)]))
    ran = titlewright("feedback", "import", path)
    assert ran.out == "8 rows of daily counts (google-ads): 1 new, 7 rejected\n"


def test_amazon_reports(titlewright, tmp_path: Path, opened) -> None:
    path = tmp_path / "amazon.csv"
    path.write_text(AMAZON, "utf-8")
    assert titlewright("feedback", "import", path).code == 0
    (counts,) = opened.counts(by=["day", "source"])
    assert (counts.product_id, counts.day, counts.source) == ("SKU-1", "2026-03-01", "amazon-ads")
    assert (counts.impressions, counts.purchases, counts.value, counts.spend) == (
        1200, 4, 130.0, 28.5,
    )  # fmt: skip
    path.write_text(BUSINESS, "utf-8")
    refused = titlewright("feedback", "import", path)
    assert refused.code == 2
    assert "--day" in refused.err
    assert titlewright("feedback", "import", path, "--day", "2026-03-01").code == 0
    (counts,) = opened.counts(source="amazon-business")
    assert (counts.clicks, counts.purchases, counts.value) == (1250, 80, 1699.15)
    assert "amazon-business" in titlewright("feedback", "show").out


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1,234.50"], 1234.5), (["1.234,50 €"], 1234.5), (["1 234,50"], 1234.5),
        (["1\u202f234,5"], 1234.5), (["$1,234,567"], 1234567), (["1.234.567"], 1234567),
        (["12"], 12), (["--"], 0), ([""], 0), (["0,5", "1.000"], 1000), (["0.5", "1,000"], 1000),
        (["US$ 5.00"], 5), (["12,50 EUR"], 12.5), (["99,90 zł"], 99.9), (["Rs. 1,23,456"], 123456),
        (["CHF 1'234.50"], 1234.5), (["R$ 9,90"], 9.9), (["1234 kr"], 1234), ([7], 7),
    ],
)  # fmt: skip
def test_numbers_as_a_report_writes_them(cells: list[str], read: float) -> None:
    writing = Writing()
    for cell in cells:
        writing.see_number(cell)
    assert writing.number(cells[-1], "value") == read


@pytest.mark.parametrize(
    "cell", ["many", "-3", "1e999", "1.2K", "1.2 M", "5 Mio.", "(5.00)", "<10", "5%", "1,2", "-$5"]
)
def test_what_is_no_number_is_refused_by_name(cell: str) -> None:
    with pytest.raises(RecordError) as refused:
        Writing().number(cell, "value")
    assert refused.value.field == "value"


@pytest.mark.parametrize("cell", ["1.2", "1,2", 1.2, "12.345,6"])
@pytest.mark.parametrize("decimal", ["", ".", ","])
def test_whole_counts_are_whole(cell: object, decimal: str) -> None:
    with pytest.raises(RecordError):
        Writing(decimal).number(cell, "clicks", whole=True)


def test_dates_that_can_be_read_in_two_ways_ask(titlewright, tmp_path: Path, opened) -> None:
    path = tmp_path / "report.csv"
    path.write_text("date,item id,impressions,clicks\n03/04/2026,mug,10,1\n", "utf-8")
    refused = titlewright("feedback", "import", path)
    assert refused.code == 2
    assert "two ways" in refused.err
    assert titlewright("feedback", "import", path, "--day-first").code == 0
    assert [one.day for one in opened.counts(by=["day"])] == ["2026-04-03"]
    path.write_text("date,item id,impressions,clicks\n03/14/2026,cup,10,1\n", "utf-8")
    assert titlewright("feedback", "import", path).code == 0
    assert opened.counts(products=["cup"], by=["day"])[0].day == "2026-03-14"


def test_a_store_that_fails_has_not_taken_half_a_report(tmp_path: Path, titlewright) -> None:
    path = tmp_path / "report.csv"
    path.write_text("date,item id,impressions,clicks\n2026-03-01,mug,10,1\n", "utf-8")
    home = load_settings().home
    home.mkdir(parents=True)
    with sqlite3.connect(home / "learning.sqlite") as connection:
        connection.execute("CREATE TABLE store_facts (name TEXT, value TEXT)")
        connection.execute("INSERT INTO store_facts VALUES ('version', '99')")
    connection.close()
    refused = titlewright("feedback", "import", path)
    assert refused.code == 2
    assert "newer Titlewright" in refused.err
