"""Whole feeds: rows in and out, resuming, what is refused, and what a random feed can do."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from titlewright import generators, workers
from titlewright.batch import Job, Summary, run_feed
from titlewright.channels import check, get_channel
from titlewright.errors import (
    ChannelError,
    FeedError,
    GeneratorError,
    LedgerError,
    ResumeError,
    SettingsError,
    TitlewrightError,
)
from titlewright.examples import EXAMPLE_FEED
from titlewright.feeds import Row, open_feed
from titlewright.ledger import Ledger
from titlewright.records import Product
from titlewright.rollback import roll_back

KILL = Path(__file__).parents[1] / "benchmarks" / "kill.py"
GOOGLE = Job("google")


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def shop(save_csv: Callable[..., Path]) -> Path:
    """Three good rows, one that says nothing."""
    return save_csv(
        [
            ("id", "title", "description", "brand", "colour"),
            ("1", "SALE!!! wool hat", "A warm hat knitted from merino wool.", "Fjell", "red"),
            ("2", "", "", "", ""),
            ("3", "Mug, 350 ml", "Stoneware mug that holds 350 ml.", "Kilnworks", "blue"),
            ("4", "", "Leather belt for men, 110 cm long.", "Hidebound", "brown"),
        ]
    )


class Interrupted(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "CHUNK", 2)


def stop_after(rows: int) -> Callable[[int], None]:
    def progress(done: int) -> None:
        if done >= rows:
            raise Interrupted

    return progress


def test_every_row_is_out_or_a_named_reject(shop: Path, tmp_path: Path) -> None:
    out, results = tmp_path / "new" / "out.csv", tmp_path / "results.jsonl"
    summary = run_feed(open_feed(shop), out, GOOGLE, results=results)
    assert (summary.titled, summary.rejected, summary.passed, summary.rows) == (3, 1, 0, 4)
    assert [item.product.id for item in open_feed(out) if isinstance(item, Row)] == ["1", "3", "4"]
    (reject,) = lines(tmp_path / "new" / "out.csv.rejects.jsonl")
    assert (reject["row"], reject["id"]) == (2, "2")
    assert reject["problem"]
    assert reject["advice"]
    assert [line["row"] for line in lines(results)] == [1, 3, 4]
    assert all(line["evidence"] for line in lines(results))
    assert not list(out.parent.glob("*.run"))


def test_only_titles_change(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run_feed(open_feed(shop), out, Job("google", keep_rejected=True))
    with shop.open(newline="") as before, out.open(newline="") as after:
        pairs = list(zip(csv.DictReader(before), csv.DictReader(after), strict=True))
    assert len(pairs) == 4
    for old, new in pairs:
        assert {**old, "title": ""} == {**new, "title": ""}
    assert "SALE" not in pairs[0][1]["title"]
    assert pairs[1][0] == pairs[1][1]


def test_titles_in_a_column_of_their_own_leave_the_old_ones_alone(
    shop: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    run_feed(open_feed(shop), out, Job("google", title_column="new_title", keep_rejected=True))
    with shop.open(newline="") as before, out.open(newline="") as after:
        for old, new in zip(csv.DictReader(before), csv.DictReader(after), strict=True):
            assert bool(new.pop("new_title")) == (old["id"] != "2")
            assert old == new


def test_processes_make_the_same_files_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "CHUNK", 7)
    for count in (1, 2):
        out = tmp_path / str(count) / "out.csv"
        results = out.with_name("results.jsonl")
        run_feed(open_feed(EXAMPLE_FEED), out, GOOGLE, results=results, workers=count)
    for name in ("out.csv", "results.jsonl"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


@pytest.mark.usefixtures("small_chunks")
def test_a_stopped_run_goes_on_where_it_was(shop: Path, tmp_path: Path) -> None:
    whole, out = tmp_path / "whole" / "out.csv", tmp_path / "stopped" / "out.csv"
    run_feed(open_feed(shop), whole, GOOGLE, results=whole.with_name("results.jsonl"))
    files = {"results": out.with_name("results.jsonl"), "ledger": tmp_path / "ledger.sqlite"}
    with pytest.raises(Interrupted):
        run_feed(open_feed(shop), out, GOOGLE, **files, progress=stop_after(2))
    assert not out.exists()
    journal = tmp_path / "stopped" / "out.csv.run" / "journal.jsonl"
    with journal.open("ab") as stream:
        stream.write(b'{"row": 3, "id": "3", "ti')  # the kill came while this line was written
    summary = run_feed(open_feed(shop), out, GOOGLE, **files, resume=True)
    assert (summary.resumed_at, summary.titled, summary.rejected) == (2, 3, 1)
    for name in ("out.csv", "out.csv.rejects.jsonl", "results.jsonl"):
        assert out.with_name(name).read_bytes() == whole.with_name(name).read_bytes()
    with Ledger(files["ledger"]) as book:
        (run,) = book.runs()
        assert (run.id, run.titles, run.rejects) == (summary.run, 3, 1)
        assert [title.row for title in book.titles(run.id)] == [1, 3, 4]


@pytest.mark.usefixtures("small_chunks")
def test_a_kill_between_journal_and_ledger_loses_nothing(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Interrupted

    ledger = tmp_path / "ledger.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", killed)
        with pytest.raises(Interrupted):
            run_feed(open_feed(shop), tmp_path / "out.csv", GOOGLE, ledger=ledger)
    summary = run_feed(open_feed(shop), tmp_path / "out.csv", GOOGLE, ledger=ledger, resume=True)
    assert summary.resumed_at == 2
    with Ledger(ledger) as book:
        assert [title.row for title in book.titles(summary.run)] == [1, 3, 4]


def test_a_finished_run_is_not_done_again(shop: Path, tmp_path: Path) -> None:
    out, ledger = tmp_path / "out.csv", tmp_path / "ledger.sqlite"

    def run(job: Job = GOOGLE) -> Summary:
        return run_feed(open_feed(shop), out, job, ledger=ledger, resume=True)

    first = run()
    again = run()
    assert (again.run, again.titled, again.rejected) == (first.run, first.titled, first.rejected)
    assert again.resumed_at == 4
    assert run(Job("ebay")).run != first.run
    out.unlink()
    assert run().resumed_at == 0


@pytest.mark.usefixtures("small_chunks")
class TestUnfinished:
    @pytest.fixture(autouse=True)
    def unfinished(self, shop: Path, tmp_path: Path) -> None:
        self.feed, self.out = shop, tmp_path / "out.csv"
        with pytest.raises(Interrupted):
            run_feed(open_feed(shop), self.out, GOOGLE, progress=stop_after(2))

    def test_is_not_overwritten_unasked(self) -> None:
        with pytest.raises(ResumeError, match="--resume"):
            run_feed(open_feed(self.feed), self.out, GOOGLE)

    def test_goes_on_only_with_the_same_options(self) -> None:
        with pytest.raises(ResumeError, match="different: channel, seed"):
            run_feed(open_feed(self.feed), self.out, Job("ebay", seed=1), resume=True)

    def test_goes_on_only_with_the_same_feed(self) -> None:
        with self.feed.open("a", encoding="utf-8") as stream:
            stream.write("5,Scarf,A silk scarf.,Fjell,green\n")
        with pytest.raises(ResumeError, match="different: feed"):
            run_feed(open_feed(self.feed), self.out, GOOGLE, resume=True)

    def test_starts_anew_once_its_folder_is_gone(self) -> None:
        folder = self.out.with_name("out.csv.run")
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        assert run_feed(open_feed(self.feed), self.out, GOOGLE).resumed_at == 0


def test_two_processes_cannot_work_on_one_output(shop: Path, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl", reason="locks of other systems are not tried")
    folder = tmp_path / "out.csv.run"
    folder.mkdir()
    with (folder / "journal.jsonl").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ResumeError, match="at work"):
            run_feed(open_feed(shop), tmp_path / "out.csv", GOOGLE, resume=True)


def test_kills_change_nothing() -> None:
    command = [sys.executable, str(KILL), "--rows", "2000", "--kills", "2"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("the same bytes") == 2


def test_a_worker_that_is_killed_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "CHUNK", 5)
    job = KillsItsWorker("google")
    with pytest.raises(GeneratorError, match="--resume"):
        run_feed(open_feed(EXAMPLE_FEED), tmp_path / "out.csv", job, workers=2)
    assert (tmp_path / "out.csv.run").exists()


class KillsItsWorker(Job):
    """Dies like a process that the system picks when memory runs out."""

    def pipeline(self) -> object:  # type: ignore[override]
        import multiprocessing

        if multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().pipeline()


class BreaksOnMugs:
    name = "fragile"
    model_made = False

    def generate(self, products: list[Product], **_: object) -> list[list[object]]:
        if any("Mug" in product.title for product in products):
            raise ZeroDivisionError("no mugs please")
        return [[] for _ in products]


def test_a_product_that_breaks_the_pipeline_is_a_reject_and_the_rest_goes_on(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = SimpleNamespace(ready=True, trainable=False, open=lambda: BreaksOnMugs)
    monkeypatch.setitem(generators._FAMILIES, "fragile", family)
    summary = run_feed(open_feed(shop), tmp_path / "out.csv", Job("google", generator="fragile"))
    rejects = {line["id"]: line for line in lines(tmp_path / "out.csv.rejects.jsonl")}
    assert "ZeroDivisionError: no mugs please" in str(rejects["3"]["problem"])
    assert summary.rows == 4
    assert "1" not in rejects


def test_a_title_that_the_encoding_lacks_is_a_reject_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from titlewright.feeds import rewrite
    from titlewright.feeds.items import NewTitle

    def unwritable(feed: object, out: Path, titles: Iterator[NewTitle], **options: object) -> int:
        odd = (NewTitle(t.row, "手表" if t.row == 2 else t.text, t.model_made) for t in titles)
        return rewrite(feed, out, odd, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("titlewright.batch.rewrite", unwritable)
    feed = tmp_path / "feed.csv"
    rows = ["id;title;description", "1;Café table;Round café table.", "2;Clock;A wall clock.",
            "3;Été hat;Straw hat."]  # fmt: skip
    feed.write_bytes("\n".join(rows).encode("cp1252"))
    results = tmp_path / "results.jsonl"
    opened = open_feed(feed, encoding="cp1252")
    summary = run_feed(opened, tmp_path / "out.csv", GOOGLE, results=results)
    assert (summary.titled, summary.rejected, summary.passed) == (2, 1, 0)
    assert [line["row"] for line in lines(results)] == [1, 3]
    (reject,) = lines(tmp_path / "out.csv.rejects.jsonl")
    assert reject["row"] == 2
    assert "cp1252" in str(reject["problem"])


def test_variant_rows_pass_with_their_product_or_are_rejected_with_it(
    save_csv: Callable[..., Path], tmp_path: Path
) -> None:
    header = ["Handle", "Title", "Body (HTML)", "Vendor", "Option1 Name", "Option1 Value",
              "Variant SKU", "Image Src"]  # fmt: skip
    feed = save_csv(
        [
            header,
            ["hat", "Wool Hat", "A warm hat of wool.", "Fjell", "Size", "S", "H1", ""],
            ["hat", "", "", "", "", "M", "H2", ""],
            ["odd", "!!!", "", "", "Size", "S", "O1", ""],
            ["odd", "", "", "", "", "M", "O2", ""],
        ]
    )
    summary = run_feed(open_feed(feed), tmp_path / "out.csv", GOOGLE)
    assert summary.rows == 4
    assert (summary.titled, summary.passed, summary.rejected) == (1, 1, 2)
    assert [line["row"] for line in lines(tmp_path / "out.csv.rejects.jsonl")] == [3, 4]


def test_an_older_rejects_file_does_not_stay(tmp_path: Path) -> None:
    stale = tmp_path / "out.csv.rejects.jsonl"
    stale.write_text("{}\n")
    run_feed(open_feed(EXAMPLE_FEED), tmp_path / "out.csv", GOOGLE)
    assert not stale.exists()


def test_names_that_are_no_text_do_not_stop_a_run(tmp_path: Path) -> None:
    feed, ledger = tmp_path / "feed.jsonl", tmp_path / "ledger.sqlite"
    feed.write_text('{"id": "1", "ti\\ud800": 1, "title": "Red hat \\udfff", "brand": "\\ud83d"}\n')
    results = tmp_path / "results.jsonl"
    summary = run_feed(
        open_feed(feed), tmp_path / "o.jsonl", GOOGLE, results=results, ledger=ledger
    )
    assert (summary.titled, summary.rejected) == (1, 0)
    assert "Hat" in str(lines(results)[0]["title"])
    with Ledger(ledger) as book:
        roll_back(book, book.run("last"), tmp_path / "o.jsonl")
    assert (tmp_path / "o.jsonl").read_bytes() == feed.read_bytes()


class TestRefusedBeforeTheWork:
    def run(self, feed: Path, out: Path, job: Job = GOOGLE, **options: Path) -> None:
        run_feed(open_feed(feed), out, job, **options)  # type: ignore[arg-type]

    def test_unknown_channel_and_generator(self, shop: Path, tmp_path: Path) -> None:
        with pytest.raises(ChannelError, match="nowhere"):
            self.run(shop, tmp_path / "out.csv", Job("nowhere"))
        with pytest.raises(GeneratorError, match="nobody"):
            self.run(shop, tmp_path / "out.csv", Job("google", generator="nobody"))
        assert not (tmp_path / "out.csv.run").exists()

    def test_writing_over_the_feed(self, shop: Path) -> None:
        with pytest.raises(SettingsError, match="same file"):
            self.run(shop, shop)

    def test_two_files_in_one(self, shop: Path, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="same file"):
            self.run(shop, tmp_path / "out.csv", results=tmp_path / "out.csv")

    def test_a_folder_as_output(self, shop: Path, tmp_path: Path) -> None:
        with pytest.raises(FeedError, match="folder"):
            self.run(shop, tmp_path)

    def test_a_place_that_cannot_be_made(self, shop: Path) -> None:
        with pytest.raises(FeedError, match="--output"):
            self.run(shop, shop / "out.csv")

    def test_a_ledger_that_is_none(self, shop: Path, tmp_path: Path) -> None:
        with pytest.raises(LedgerError, match="ledger"):
            self.run(shop, tmp_path / "out.csv", ledger=Path("/dev/null"))


def test_a_feed_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    rng = random.Random(7)
    feed, out = tmp_path / "feed.jsonl.gz", tmp_path / "out.jsonl"
    whole = b"".join(
        json.dumps({"id": str(n), "title": f"Red hat {rng.random()}"}).encode() + b"\n"
        for n in range(9000)
    )
    feed.write_bytes(gzip.compress(whole)[:-2000])
    with pytest.raises(FeedError, match="broken archive"):
        run_feed(open_feed(feed), out, GOOGLE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed.jsonl.gz"]


@pytest.mark.parametrize("channel", ["amazon", "taobao"])
def test_nothing_that_a_channel_forbids_comes_out(channel: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run_feed(open_feed(EXAMPLE_FEED), out, Job(channel))
    rules = get_channel(channel)
    for item in open_feed(out):
        assert isinstance(item, Row)
        found = check(rules, item.product.title, item.product)
        assert [violation for violation in found if violation.severity == "error"] == []


SMALL = (
    b"".join(EXAMPLE_FEED.read_bytes().splitlines(keepends=True)[:4]),
    '{"id": "1", "title": "Rote Mütze", "description": "Mütze aus Wolle"}\n'.encode() * 2,
    b"id\ttitle\tlink\tprice\n1\tRed hat!!!\thttps://shop.example/1\t9 EUR\n",
    b"<rss><channel><item><title>Red hat</title><g:id>1</g:id></item></channel></rss>",
    b"Handle,Title,Option1 Name,Option1 Value\nhat,Wool Hat,Size,S\nhat,,,M\nodd,!!!,,\n",
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A small feed with bytes cut out, doubled, swapped for others, or put in."""
    feed = bytearray(draw(st.sampled_from(SMALL)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(feed)))
        length = draw(st.integers(0, 30))
        feed[at : at + length] = draw(
            st.one_of(
                st.binary(max_size=20),
                st.sampled_from(
                    [b'"', b"\n", b",", b"\x00", b"\xff\xfe", b"<![CDATA[", b"=1+1", b"\\ud800"]
                ),
                st.just(bytes(feed[at : at + length]) * 2),
            )
        )
    return bytes(feed)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(mutated(), st.binary(max_size=300)))
def test_any_bytes_are_rows_rejects_or_one_clear_error(tmp_path: Path, content: bytes) -> None:
    feed, out = tmp_path / "fuzzed.csv", tmp_path / "out.csv"
    feed.write_bytes(content)
    rejects = tmp_path / "rejects.jsonl"
    rejects.unlink(missing_ok=True)
    try:
        opened = open_feed(feed)
        rows = sum(1 for _ in opened)
        summary = run_feed(opened, out, GOOGLE, rejects=rejects)
    except TitlewrightError as error:
        assert str(error)  # noqa: PT017 - most bytes are no feed, and that is not what is tested
        return
    assert summary.rows == rows
    named = lines(rejects) if rejects.exists() else []
    assert len(named) == summary.rejected
    assert not [line for line in named if "failed" in str(line["problem"])]
