"""Files of events and reports into the store, by the commands that people type."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import titlewright as package
from titlewright.errors import FeedError, RecordError
from titlewright.learning.columns import EVENT
from titlewright.learning.feedback import import_feedback
from titlewright.learning.feedback.event_rows import read_event
from titlewright.learning.feedback.writing import Writing
from titlewright.learning.records import Event, Title
from titlewright.learning.shoppers import Shoppers, load_shoppers
from titlewright.learning.store import EventStore, open_store
from titlewright.learning.titles import title_id
from titlewright.settings import load_settings

LOG = """id,kind,time,product,title,user,impression,value,segments,propensity
1,impression,2026-03-01T10:00:00Z,mug,Red mug,alice@example.com,,,mobile|returning,0.5
alice@example.com-2,click,1772359300,mug,Red mug,alice@example.com,1,,,
3,purchase,1772359300000,mug,Red mug,bob,1,"19.90",,
4,jump,2026-03-01,mug,Red mug,bob,99,,,
5,click,yesterday,mug,Red mug,bob,99,,,
6,click,2026-03-01T10:00:00Z,,Red mug,bob,99,,,
7,click,2026-03-01T10:00:00Z,mug,Red mug,bob
"""


TOLD = {"id": "1", "kind": "impression", "time": 1772359300, "product_id": "mug", "title_id": "t"}
SHOPPERS = Shoppers(b"a key of sixteen bytes or more")


@pytest.fixture
def opened():
    """The store that commands of this test use."""
    with open_store(load_settings()) as store:
        yield store


def test_events_go_in_once_and_bad_rows_are_named(titlewright, tmp_path: Path, opened) -> None:
    path = tmp_path / "events.csv"
    path.write_text(LOG, "utf-8")
    ran = titlewright("feedback", "import", path)
    assert ran.code == 0, ran.err
    assert ran.out == "7 rows of events: 3 new, 4 rejected\n"
    rejects = [json.loads(line) for line in Path(f"{path}.rejects.jsonl").read_text().splitlines()]
    assert [(one["row"], one["field"]) for one in rejects] == [
        (4, "kind"), (5, "time"), (6, "product_id"), (7, "row"),
    ]  # fmt: skip
    shown, click, bought = sorted(opened.events(), key=lambda one: one.kind != "impression")
    assert (shown.segments, shown.propensity) == (("mobile", "returning"), 0.5)
    assert click.who == shown.who != bought.who
    assert bought.time == click.time == 1772359300
    (counts,) = opened.counts()
    assert (counts.impressions, counts.clicks, counts.value) == (1, 1, 19.9)
    assert [one.text for one in opened.titles()] == ["Red mug"]
    again = titlewright("feedback", "import", path, "--strict", "--json")
    assert again.code == 1
    assert {"new": 0, "known": 3, "rejected": 4}.items() <= json.loads(again.out).items()
    path.write_text("\n".join(LOG.splitlines()[:3]), "utf-8")
    assert titlewright("feedback", "import", path, "--strict").code == 0
    assert not Path(f"{path}.rejects.jsonl").exists()


def test_no_raw_id_is_written_anywhere(titlewright, tmp_path: Path, own_home: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(LOG, "utf-8")
    printed = titlewright("feedback", "import", path)
    titlewright("feedback", "show")
    files = [one for one in own_home.rglob("*") if one.is_file()]
    assert files
    assert not any(b"alice" in one.read_bytes() for one in files)
    assert "alice" not in printed.out + printed.err + Path(f"{path}.rejects.jsonl").read_text()


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
     ("features", {"a": float("nan")}), ("features", {"a": 1e7}), ("features", "a"),
     ("features", {"a": None, "b": "x"})],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(RecordError) as refused:
        read_event(TOLD | {field: value}, SHOPPERS)
    assert refused.value.field in (field, "row")
    assert len(str(refused.value)) < 500


def test_rows_that_are_broken_in_any_way_are_rejects_and_the_others_go_in(
    titlewright, tmp_path: Path, opened
) -> None:
    path = tmp_path / "events.jsonl"
    deep = json.dumps(TOLD)[:-1] + ', "segments": ' + "[" * 500 + "]" * 500 + "}"
    wild = [{"features": [1, 2]}, {"value": 10**400}, {"time": 10**400}, {"arms": "[" * 100_000},
            {"features": {"a": 10**400}}, {"id": {"a": 1}}]  # fmt: skip
    lines = [json.dumps(TOLD | one) for one in wild]
    path.write_text("\n".join([*lines, deep, json.dumps(TOLD)]), "utf-8")
    ran = titlewright("feedback", "import", path)
    assert ran.out == "8 rows of events: 1 new, 7 rejected\n"
    assert [one.id for one in opened.events()] == ["1"]


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


def test_a_row_that_leaves_category_and_control_blank_takes_neither_away(
    titlewright, tmp_path: Path, opened
) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "id,kind,time,product,title,control,category,impression\n"
        "1,impression,2026-03-01,mug,Red mug,yes,Home > Mugs,\n"
        "2,click,2026-03-01,mug,Red mug,,,1\n",
        "utf-8",
    )
    assert titlewright("feedback", "import", path).code == 0
    (title,) = opened.titles()
    assert (title.category, title.control) == (("Home", "Mugs"), True)
    package.record([{"id": "3", "kind": "impression", "time": 1772359300, "product_id": "mug",
                     "title": "Red mug"}])  # fmt: skip
    assert opened.titles() == [title]


def test_forget_by_raw_id_and_by_hash(titlewright, tmp_path: Path, opened) -> None:
    path = tmp_path / "events.csv"
    path.write_text(LOG, "utf-8")
    titlewright("feedback", "import", path)
    before = opened.counts(by=["day", "segment"])
    assert "out of 2 events" in titlewright("forget", "alice@example.com").out
    (bob,) = {one.who for one in opened.events()} - {""}
    assert json.loads(titlewright("forget", bob, "--json").out) == {"events": 1}
    assert opened.counts(by=["day", "segment"]) == before
    assert titlewright("forget", " ").code == 2
    nobody = titlewright("forget", "alice@example.com")
    assert (nobody.code, nobody.out) == (0, "")
    assert "check how it is written, and the key" in nobody.err


def test_spaces_around_an_id_are_no_part_of_it(titlewright, opened) -> None:
    opened.append([read_event(TOLD | {"user": " bob "}, load_shoppers(load_settings())).event])
    assert "out of 1 events" in titlewright("forget", " bob ").out


def test_the_file_that_is_read_takes_no_rejects(titlewright, tmp_path: Path, opened) -> None:
    path, rejects = tmp_path / "events.csv", tmp_path / "rejects.jsonl"
    path.write_text(LOG, "utf-8")
    refused = titlewright("feedback", "import", path, "--rejects", path)
    assert refused.code == 2
    assert "--rejects is the file that is read" in refused.err
    assert path.read_text("utf-8") == LOG
    rejects.write_text("of an older run")
    assert titlewright("feedback", "import", tmp_path / "no.csv", "--rejects", rejects).code == 2
    assert rejects.read_text() == "of an older run"


def test_json_lines_and_parquet_say_the_same_as_csv(titlewright, tmp_path: Path, opened) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {"id": "a", "kind": "impression", "time": "2026-03-01T10:00:00+01:00", "product_id": "mug",
         "title_id": "t", "arms": ["t", "u"], "features": {"price_band": 0.5}, "user": "zoe"},
        {"id": "b", "kind": "click", "time": "2026-03-01T09:05:00", "product_id": "mug",
         "title_id": "t", "impression": "a", "user": "zoe"},
    ]  # fmt: skip
    lines = tmp_path / "events.jsonl"
    lines.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert titlewright("feedback", "import", lines).out.startswith("2 rows of events: 2 new")
    first = list(opened.events())
    assert first[0].arms == ("t", "u")
    assert dict(first[0].features) == {"price_band": 0.5}
    assert first[1].time - first[0].time == 300
    for row in rows:
        row["id"] += "2"
    table = tmp_path / "events.parquet"
    pq.write_table(pa.Table.from_pylist(rows), table)
    assert titlewright("feedback", "import", table).out.startswith("2 rows of events: 2 new")


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


def test_what_is_exported_is_imported_as_it_was(titlewright, tmp_path: Path, opened) -> None:
    path, out = tmp_path / "events.csv", tmp_path / "out.jsonl"
    path.write_text(LOG, "utf-8")
    titlewright("feedback", "import", path)
    assert "3 events" in titlewright("feedback", "export", "-o", out).err
    with EventStore(tmp_path / "another.sqlite") as other:
        import_feedback(out, other, Shoppers(b"another key of the shop"))
        assert list(other.events()) == list(opened.events())
        assert other.titles() == opened.titles()
    titlewright("feedback", "export", "-o", out, "--since", "2026-03-02")
    assert out.read_text() == ""
    ran = titlewright("feedback", "export", "-o", tmp_path / "no" / "out.jsonl")
    assert ran.code == 2
    assert "can't be written" in ran.err
    ran = titlewright("feedback", "export", "-o", out, "--until", "March")
    assert "--until 'March' is no day" in ran.err


def test_clicks_without_their_impression_are_named(titlewright, opened) -> None:
    opened.append(
        [Event(f"c{n}", "click", 1.7e9 + n, "mug", "red", impression="i") for n in range(3)]
    )
    assert "3 whose impression hasn't come: c0, c1, c2\n" in titlewright("feedback", "show").out
    opened.append([Event("c9", "click", 1.6e9, "mug", "red", impression="i")])
    told = json.loads(titlewright("feedback", "show", "--json").out)
    assert (told["orphans"], told["first_orphans"]) == (4, ["c9", "c0", "c1"])
    opened.append([Event("i", "impression", 1.7e9, "mug", "red")])
    assert "orphans" not in titlewright("feedback", "show").out


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


def test_a_file_of_something_else_says_what_is_needed(titlewright, tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("sku,name\n1,Mug\n", "utf-8")
    refused = titlewright("feedback", "import", path)
    assert refused.code == 2
    assert "neither events nor a report" in refused.err
    assert titlewright("feedback", "import", tmp_path / "none.csv").code == 2
    assert titlewright("feedback", "import", path, "--map", "x=time").code == 2


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


def test_record_from_python(opened) -> None:
    told = {"id": "1", "kind": "impression", "time": 1774965600, "product_id": "mug",
            "title": "Red mug", "user": "alice@example.com"}  # fmt: skip
    assert package.record([told]).new == 1
    click = Event("2", "click", 1774965601, "mug", "t", impression="alice@example.com")
    assert package.record([told, click, told | {"id": "alice@example.com"}]).new == 2
    assert list(opened.orphans()) == []
    first, _, second = opened.events()
    assert first.who.startswith("who:")
    assert not second.who
    with pytest.raises(RecordError, match="unknown"):
        package.record([told | {"id": "3", "kind": "look"}])


def test_feed_error_names_a_column_that_is_not_there(tmp_path: Path, opened) -> None:
    from titlewright.learning.feedback import import_feedback
    from titlewright.learning.feedback.importing import Asked
    from titlewright.learning.shoppers import Shoppers

    path = tmp_path / "events.csv"
    path.write_text(LOG, "utf-8")
    with pytest.raises(FeedError, match="no column 'what'"):
        import_feedback(path, opened, Shoppers(b"k" * 16), Asked({"what": "time"}))
