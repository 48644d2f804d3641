"""The ledger: what is entered once stays as it is, and is found again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from titlewright.errors import LedgerError
from titlewright.ledger import Ledger
from titlewright.records import Reject, TitleResult, Usage


def result(row: int, title: str = "Red Wool Hat", cost: float = 0.0) -> TitleResult:
    return TitleResult(
        row=row, product_id=f"p{row}", channel="google", title=title, previous_title="hat!!!",
        generator="template", score=0.9, usage=Usage(100, 10, cost) if cost else Usage(),
    )  # fmt: skip


def begin(book: Ledger, run: str, output: str = "/shop/out.csv") -> None:
    book.begin(
        run, source="/shop/feed.csv", output=output, format="csv", channel="google",
        generator="template", fingerprint="abc", settings={"seed": 0, "hüte": "帽子"}, version="1",
    )  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "deep" / "ledger.sqlite") as ledger:
        begin(ledger, "one")
        yield ledger


def test_a_run_is_found_with_what_it_made(book: Ledger) -> None:
    reject = Reject(2, "p2", "title", "Nothing to say.", "Say something.")
    book.record("one", [result(1, cost=0.25), reject, result(3, cost=0.5)])
    run = book.run("one")
    assert (run.titles, run.rejects, run.cost, run.finished) == (2, 1, 0.75, "")
    assert (run.input_tokens, run.output_tokens) == (200, 20)
    assert run.settings == {"seed": 0, "hüte": "帽子"}
    assert [(t.row, t.product, t.title, t.previous_title) for t in book.titles("one")] == [
        (1, "p1", "Red Wool Hat", "hat!!!"),
        (3, "p3", "Red Wool Hat", "hat!!!"),
    ]
    assert run.to_json()["settings"] == {"seed": 0, "hüte": "帽子"}


def test_a_row_that_is_tried_again_is_no_reject_yet_but_what_it_took_counts(book: Ledger) -> None:
    waiting = Reject(
        1, "p1", "title", "No answer.", "Try again.", again=True, usage=Usage(7, 3, 0.1)
    )
    for _ in range(2):
        book.record("one", [waiting])
    run = book.run("one")
    assert (run.titles, run.rejects, run.input_tokens, run.cost) == (0, 0, 7, 0.1)
    done = replace(result(1), usage=Usage(15, 6, 0.25))
    book.record("one", [done, Reject(2, "p2", "title", "No.", "", usage=Usage(1, 1, 0.5))])
    run = book.run("one")
    assert (run.titles, run.rejects) == (1, 1)
    assert (run.input_tokens, run.output_tokens, run.cost) == (16, 7, 0.75)


def test_entering_something_twice_changes_nothing(book: Ledger) -> None:
    book.record("one", [result(1)])
    book.record("one", [result(1, title="Another Title")])
    begin(book, "one", output="/elsewhere.csv")
    assert [title.title for title in book.titles("one")] == ["Red Wool Hat"]
    assert book.run("one").output == "/shop/out.csv"


def test_a_run_finishes_once(book: Ledger) -> None:
    book.finish("one", {"titled": 3})
    book.finish("one", {"titled": 4})
    (event,) = book.events("one")
    assert (event["kind"], event["note"]) == ("finished", '{"titled": 3}')
    assert book.run("one").finished == event["at"]


def test_events_come_in_order_and_belong_to_a_run_or_a_product(book: Ledger) -> None:
    book.event("one", "approved", person="Ada", product="p1", note="good")
    book.event("one", "rolled back", person="Ada")
    assert [(e["kind"], e["person"], e["product"], e["note"]) for e in book.events("one")] == [
        ("approved", "Ada", "p1", "good"),
        ("rolled back", "Ada", None, ""),
    ]


@pytest.mark.parametrize("table", ["runs", "titles", "rejects", "events"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET rowid = 99"])
def test_nothing_is_changed_or_deleted(book: Ledger, table: str, statement: str) -> None:
    book.record("one", [result(1), Reject(2, "p2", "", "", "")])
    book.event("one", "approved", person="Ada")
    column = {"titles": "row", "rejects": "row"}.get(table, "rowid")
    with (
        sqlite3.connect(book.path) as other,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        other.execute(statement.format(table).replace("rowid", column))
    other.close()


def test_the_newest_run_comes_first_and_is_called_last(book: Ledger) -> None:
    begin(book, "two")
    begin(book, "three", output="/shop/other.csv")
    assert [run.id for run in book.runs()] == ["three", "two", "one"]
    assert book.run("last").id == "three"
    newest = book.last_for("/shop/out.csv")
    assert newest is not None
    assert newest.id == "two"
    assert book.last_for("/nowhere.csv") is None


def test_an_unknown_run_is_an_error_that_names_those_there_are(book: Ledger) -> None:
    with pytest.raises(LedgerError, match=r"'zero'.*newest are: one"):
        book.run("zero")


def test_an_empty_ledger_says_so(tmp_path: Path) -> None:
    with Ledger(tmp_path / "new.sqlite") as book:
        assert book.runs() == []
        with pytest.raises(LedgerError, match="none yet"):
            book.run("last")


def test_what_is_no_ledger_is_told(tmp_path: Path) -> None:
    text = tmp_path / "ledger.sqlite"
    text.write_text("id,title\n" * 200)
    for path in (text, tmp_path, text / "ledger.sqlite"):
        with pytest.raises(LedgerError, match="TITLEWRIGHT_HOME or --ledger"):
            Ledger(path)


def test_half_a_surrogate_pair_comes_back_as_it_was(book: Ledger) -> None:
    book.record("one", [Reject(1, "p\udce9", "title", "bad: \udcff", "Mend it.")])
    book.record("one", [replace(result(2, title="Hat \ud83d"), product_id="\udfff")])
    assert book.run("one").rejects == 1
    (title,) = book.titles("one")
    assert (title.product, title.title) == ("\udfff", "Hat \ud83d")


def test_what_a_row_took_is_right_where_only_its_money_is_known(book: Ledger) -> None:
    """A server that doesn't tell tokens: the row's cost grows from try to try all the same."""
    failed = Reject(1, "p1", "title", "No answer.", "Try again.", again=True)
    book.record("one", [replace(failed, usage=Usage(0, 0, 0.1))])
    book.record("one", [replace(result(1), usage=Usage(0, 0, 0.3))])
    assert book.run("one").cost == pytest.approx(0.3)


def test_a_ledger_that_another_holds_is_told_and_not_left_half_written(
    book: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    book._connection.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(book.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="locked"):
        book.record("one", [result(7)])
    other.execute("ROLLBACK")
    other.close()
    book.record("one", [result(7)])
    assert [title.row for title in book.titles("one")] == [7]
