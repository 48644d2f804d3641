"""`benchmark`, `ledger`, `approve` and `rollback`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from titlewright import generators
from titlewright.examples import EXAMPLE_FEED
from titlewright.feeds import open_feed
from titlewright.records import Candidate, Product

ROWS = [
    ("id", "title", "description", "brand"),
    ("1", "SALE!!! wool hat", "A warm red hat knitted from merino wool.", "Fjell"),
    (
        "2",
        "  Mug,  350 ml &amp; saucer",
        "Stoneware mug that holds 350 ml, with saucer.",
        "Kilnworks",
    ),
    ("3", "", "Leather belt for men, 110 cm long.", "Hidebound"),
    ("4", "=SUM(1) blue scarf", "A blue scarf of silk.", "Fjell"),
]


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    return save_csv(ROWS)


@pytest.fixture
def made(titlewright: Callable, feed: Path, tmp_path: Path) -> Path:
    """A feed with new titles, its results beside it."""
    out = tmp_path / "out.csv"
    ran = titlewright("generate", feed, "-o", out, "--results", tmp_path / "results.jsonl")
    assert ran.code == 0
    return out


def titles(path: Path) -> list[str]:
    return [item.product.title for item in open_feed(path)]


class TestBenchmark:
    @pytest.fixture
    def products(self, tmp_path: Path) -> Path:
        path = tmp_path / "products.jsonl"
        items = [item.product.to_json() for item in open_feed(EXAMPLE_FEED)][:8]
        path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
        return path

    def test_measures_beside_the_baselines(
        self, titlewright: Callable, products: Path, tmp_path: Path
    ) -> None:
        judgments, out = tmp_path / "judgments.csv", tmp_path / "bench.json"
        first = json.loads(products.read_text().splitlines()[0])
        judgments.write_text(f"query,id,grade\n{first['title'].lower()},{first['id']},3\n")
        ran = titlewright("benchmark", products, "--judgments", judgments, "--generator",
                          "template", "--channel", "google", "--json", out)  # fmt: skip
        assert ran.code == 0, ran.err
        report = json.loads(out.read_text())
        assert report["products"] == 8
        assert {
            "ndcg10", "mrr", "rouge1", "rougeL", "chrf", "unsupported_rate",
            "violations_per_1000", "rejected_share", "titles_per_second",
        } <= set(report["measures"])  # fmt: skip
        assert {"seller", "first_12_words", "template"} <= set(report["baselines"])
        assert report["intervals"]
        assert report["measures"]["unsupported_rate"] == 0
        assert "ndcg10" in ran.out

    def test_json_to_stdout_is_nothing_else(self, titlewright: Callable, products: Path) -> None:
        ran = titlewright("benchmark", products, "--limit", "3", "--json", "-")
        assert json.loads(ran.out)["products"] == 3

    def test_what_cannot_be_measured(
        self, titlewright: Callable, products: Path, tmp_path: Path
    ) -> None:
        junk = tmp_path / "junk.jsonl"
        junk.write_bytes(bytes(range(256)))
        for arguments in (
            (tmp_path / "missing.jsonl",),
            (junk,),
            (products, "--channel", "nowhere"),
            (products, "--generator", "nobody"),
            (products, "--judgments", tmp_path / "missing.csv"),
            (products, "--judgments", products),
        ):
            ran = titlewright("benchmark", *arguments)
            assert ran.code == 2
            assert ran.err.startswith("error: ")


class TestLedger:
    def test_runs_are_listed_and_shown(self, titlewright: Callable, made: Path) -> None:
        listed = titlewright("ledger")
        (run,) = json.loads(titlewright("ledger", "--json").out)
        assert run["id"] in listed.out
        assert (run["titles"], run["rejects"], run["channel"]) == (4, 0, "google")
        assert run["output"] == str(made)
        shown = json.loads(titlewright("ledger", "last", "--json").out)
        assert [event["kind"] for event in shown["events"]] == ["finished"]
        assert run["fingerprint"] in titlewright("ledger", run["id"]).out

    def test_an_empty_one_says_what_to_do(self, titlewright: Callable) -> None:
        ran = titlewright("ledger")
        assert ran.code == 0
        assert "titlewright generate" in ran.out
        assert json.loads(titlewright("ledger", "--json").out) == []

    @pytest.mark.usefixtures("made")
    def test_approvals_are_written_down(self, titlewright: Callable) -> None:
        assert titlewright("approve", "last", "--by", "Ada").code == 0
        ran = titlewright("approve", "last", "--by", "Bo", "--id", "1", "--id", "4", "--note", "ok")
        assert "2 titles" in ran.err
        events = json.loads(titlewright("ledger", "last", "--json").out)["events"]
        assert [(e["kind"], e["person"], e["product"], e["note"]) for e in events[1:]] == [
            ("approved", "Ada", None, ""),
            ("approved", "Bo", "1", "ok"),
            ("approved", "Bo", "4", "ok"),
        ]

    @pytest.mark.usefixtures("made")
    def test_an_approval_of_what_is_not_there_is_none(self, titlewright: Callable) -> None:
        ran = titlewright("approve", "last", "--by", "Bo", "--id", "1", "--id", "99")
        assert ran.code == 2
        assert "'99'" in ran.err
        events = json.loads(titlewright("ledger", "last", "--json").out)["events"]
        assert [event["kind"] for event in events] == ["finished"]

    @pytest.mark.parametrize("command", [["ledger"], ["approve", "--by", "Ada"], ["rollback"]])
    @pytest.mark.usefixtures("made")
    def test_an_unknown_run(self, titlewright: Callable, command: list[str]) -> None:
        ran = titlewright(*command, "nope")
        assert ran.code == 2
        assert "There is no run 'nope'" in ran.err


class TestRollback:
    def test_the_titles_that_stood_before_are_back(
        self, titlewright: Callable, feed: Path, made: Path
    ) -> None:
        assert titles(made) != titles(feed)
        ran = titlewright("rollback", "last", "--by", "Ada")
        assert ran.code == 0
        assert "4 titles put back" in ran.err
        kept_safe = made.read_bytes().replace(b"'=SUM", b"=SUM")  # what a spreadsheet would run
        assert kept_safe == feed.read_bytes()
        events = json.loads(titlewright("ledger", "last", "--json").out)["events"]
        assert (events[-1]["kind"], events[-1]["person"]) == ("rolled back", "Ada")

    def test_a_title_that_was_edited_since_is_left_alone(
        self, titlewright: Callable, feed: Path, made: Path
    ) -> None:
        made.write_text(made.read_text().replace(titles(made)[0], "Edited By Hand"))
        ran = titlewright("rollback", "last")
        assert "3 titles put back" in ran.err
        assert "1 left alone" in ran.err
        assert titles(made) == ["Edited By Hand", *titles(feed)[1:]]

    def test_twice_changes_nothing(self, titlewright: Callable, made: Path) -> None:
        titlewright("rollback", "last")
        once = made.read_bytes()
        titlewright("rollback", "last")
        assert made.read_bytes() == once

    def test_into_another_file(self, titlewright: Callable, feed: Path, made: Path) -> None:
        new, other = titles(made), made.with_name("other.csv")
        assert titlewright("rollback", "last", "--output", other).code == 0
        assert titles(made) == new
        assert titles(other) == titles(feed)

    def test_from_another_folder(
        self, titlewright: Callable, feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        titlewright("generate", feed.name, "-o", "out.csv")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert titlewright("rollback", "last").code == 0
        assert titles(tmp_path / "out.csv") == titles(feed)

    def test_after_a_rollback_the_run_can_be_made_again(
        self, titlewright: Callable, feed: Path, made: Path, tmp_path: Path
    ) -> None:
        new = titles(made)
        titlewright("rollback", "last")
        titlewright("generate", feed, "-o", made, "--results", tmp_path / "r.jsonl", "--resume")
        assert titles(made) == new

    def test_rows_that_share_an_id_get_their_own_titles_back(
        self, titlewright: Callable, save_csv: Callable, tmp_path: Path
    ) -> None:
        feed = save_csv([("id", "title"), ("1", "SALE!! red hat"), ("1", "hot: red hat"),
                         ("1", "blue mug!!")], "twins.csv")  # fmt: skip
        titlewright("generate", feed, "-o", tmp_path / "out.csv")
        titlewright("rollback", "last")
        assert titles(tmp_path / "out.csv") == titles(feed)

    def test_with_columns_that_had_to_be_told(
        self, titlewright: Callable, save_csv: Callable, tmp_path: Path
    ) -> None:
        feed = save_csv([("Nr", "Bezeichnung", "title"), ("7", "red hat!!!", "A red hat.")])
        out = tmp_path / "out.csv"
        ran = titlewright("generate", feed, "-o", out, "--map", "Bezeichnung=title",
                          "--map", "Nr=id", "--map", "title=description")  # fmt: skip
        assert ran.code == 0, ran.err
        assert out.read_bytes() != feed.read_bytes()
        assert titlewright("rollback", "last").code == 0
        assert out.read_bytes() == feed.read_bytes()

    def test_titles_in_a_column_of_their_own_need_none(
        self, titlewright: Callable, feed: Path, tmp_path: Path
    ) -> None:
        titlewright("generate", feed, "-o", tmp_path / "out.csv", "--title-column", "new")
        ran = titlewright("rollback", "last")
        assert ran.code == 2
        assert "'new'" in ran.err

    def test_a_feed_that_is_gone(self, titlewright: Callable, made: Path) -> None:
        made.unlink()
        ran = titlewright("rollback", "last")
        assert ran.code == 2
        assert "There is no file" in ran.err
        events = json.loads(titlewright("ledger", "last", "--json").out)["events"]
        assert [event["kind"] for event in events] == ["finished"]


class Modelled:
    """Stands for a trained model: what it writes has to be declared to Google."""

    name = "modelled"
    model_made = True

    def generate(self, products: Sequence[Product], **_: object) -> list[list[Candidate]]:
        return [[Candidate(f"{p.brand} {p.description.rstrip('.')}", self.name)] for p in products]


@pytest.mark.parametrize("marked", [False, True])
def test_model_made_titles_are_declared_and_rolled_back(
    titlewright: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marked: bool
) -> None:
    family = SimpleNamespace(ready=True, trainable=False, open=lambda: Modelled)
    monkeypatch.setitem(generators._FAMILIES, "modelled", family)
    feed, out = tmp_path / "feed.tsv", tmp_path / "out.tsv"
    header = "id\ttitle\tdescription\tbrand\tlink\tprice\tavailability"
    rows = ["1\thot hat!!!\tRed wool hat.\tFjell\thttps://shop.example/1\t9 EUR\tin stock",
            "2\tmug\tStoneware mug.\tKiln\thttps://shop.example/2\t5 EUR\tin stock"]  # fmt: skip
    if marked:
        header, rows = header + "\tstructured_title", [row + "\t" for row in rows]
    feed.write_text("\n".join([header, *rows]) + "\n")
    assert open_feed(feed).format == "google-tsv"
    ran = titlewright("generate", feed, "-o", out, "--generator", "modelled")
    assert ran.code == 0, ran.err
    assert out.read_text().count("trained_algorithmic_media:") == 2
    assert titles(out) == ["Fjell Red wool hat", "Kiln Stoneware mug"]
    assert titlewright("rollback", "last").code == 0
    assert "trained_algorithmic_media" not in out.read_text()
    assert titles(out) == titles(feed)
