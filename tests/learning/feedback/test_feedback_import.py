"""Files of events and reports into the store, by the commands that people type."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import titlewright as package
from titlewright.errors import FeedError, RecordError
from titlewright.learning.feedback import import_feedback
from titlewright.learning.feedback.event_rows import read_event
from titlewright.learning.records import Event
from titlewright.learning.shoppers import Shoppers, load_shoppers
from titlewright.learning.store import EventStore
from titlewright.settings import load_settings

TOLD = {"id": "1", "kind": "impression", "time": 1772359300, "product_id": "mug", "title_id": "t"}
LOG = """id,kind,time,product,title,user,impression,value,segments,propensity
1,impression,2026-03-01T10:00:00Z,mug,Red mug,alice@example.com,,,mobile|returning,0.5
alice@example.com-2,click,1772359300,mug,Red mug,alice@example.com,1,,,
3,purchase,1772359300000,mug,Red mug,bob,1,"19.90",,
4,jump,2026-03-01,mug,Red mug,bob,99,,,
5,click,yesterday,mug,Red mug,bob,99,,,
6,click,2026-03-01T10:00:00Z,,Red mug,bob,99,,,
7,click,2026-03-01T10:00:00Z,mug,Red mug,bob
"""


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


def test_a_file_of_something_else_says_what_is_needed(titlewright, tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text("sku,name\n1,Mug\n", "utf-8")
    refused = titlewright("feedback", "import", path)
    assert refused.code == 2
    assert "neither events nor a report" in refused.err
    assert titlewright("feedback", "import", tmp_path / "none.csv").code == 2
    assert titlewright("feedback", "import", path, "--map", "x=time").code == 2


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
