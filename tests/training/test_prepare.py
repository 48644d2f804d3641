"""The preparation from end to end: what goes, what stays, and that it comes out the same."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from prepare_helpers import all_examples, examples_of, plain_rows, save_jsonl, touched

from titlewright.errors import FeedError, SettingsError
from titlewright.training.prepare import PrepareOptions, prepare, read_examples, read_products
from titlewright.training.prepare.run import FILES
from titlewright.training.prepare.storage import read_rows

NO_HELD_OUT = PrepareOptions(dev=0, test=0)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return save_jsonl(tmp_path / "feed.jsonl", plain_rows(300))


def test_every_row_is_an_example_or_counted(feed: Path, tmp_path: Path) -> None:
    report = prepare([feed], tmp_path / "out")
    assert report.rows == report.examples == 300
    assert touched(report) == {}
    splits = examples_of(tmp_path / "out")
    assert {split: len(rows) for split, rows in splits.items()} == {
        split: report.splits[split] for split in ("train", "dev", "test")
    }
    assert 15 <= report.splits["test"] <= 50
    assert 4 <= report.splits["dev"] <= 30
    assert report.splits["text"] == report.splits["train"]


def test_what_each_step_takes_out(tmp_path: Path) -> None:
    rows = plain_rows(30)
    odd = [
        {"id": "none", "title": "", "description": "A bowl of ash wood for fruit and bread."},
        {"id": "test", "title": "Test product 2", "description": "Nothing much to be seen here."},
        {"id": "code", "title": "XK-2400/B 17", "description": "A spare part of a pump for ponds."},
        {"id": "short", "title": "Bowl", "description": "A bowl of ash wood for soup and salad."},
        {"id": "long", "title": "bowl " * 50, "description": "A bowl of ash wood for cereals."},
        {"id": "little", "title": "Ash Wood Bowl", "description": "Nice one"},
        {"id": "phone", "title": "Bowl, call us at 555-234-5678", "description": "A wooden bowl."},
        {"id": "twin", **{k: rows[3][k] for k in ("title", "description", "brand")}},
        {**rows[4], "id": "near", "description": rows[4]["description"].replace(" its", "")},
    ]
    report = prepare([save_jsonl(tmp_path / "f.jsonl", rows + odd)], tmp_path / "out", NO_HELD_OUT)
    assert touched(report) == {
        "no-title": 1,
        "placeholder": 2,
        "short-title": 1,
        "long-title": 1,
        "little-input": 1,
        "private": 1,
        "private-title": 1,
        "same": 1,
        "nearly-same": 1,
    }
    assert set(all_examples(tmp_path / "out")) == {row["id"] for row in rows}


def test_rows_in_and_out_add_up(tmp_path: Path) -> None:
    rows = plain_rows(40)
    rows[3]["title"] = ""
    rows[7]["title"] = "Untitled"
    rows[8] = {**rows[9], "id": "again"}
    report = prepare([save_jsonl(tmp_path / "f.jsonl", rows)], tmp_path / "out")
    left = report.rows
    for item in report.steps:
        assert item.rows_in == left
        if item.step.effect in ("removed", "text only"):
            left -= item.rows
    assert left == report.examples == 37


def test_duplicates_are_kept_when_asked_for(tmp_path: Path) -> None:
    rows = plain_rows(20)
    rows.append({**rows[0], "id": "again"})
    feed = save_jsonl(tmp_path / "f.jsonl", rows)
    options = PrepareOptions(keep_duplicates=True)
    assert prepare([feed], tmp_path / "kept", options).examples == 21
    kept = all_examples(tmp_path / "kept")
    assert kept["p0"]["group"] == kept["again"]["group"]


def test_inputs_hold_no_copy_of_the_title(tmp_path: Path) -> None:
    rows = plain_rows(20)
    rows[0]["description"] = f"{rows[0]['title']}. Holds two litres and whistles when it boils."
    rows[1]["attributes"] = {"Name": rows[1]["title"].upper(), "Colour": "green"}
    report = prepare([save_jsonl(tmp_path / "f.jsonl", rows)], tmp_path / "out", NO_HELD_OUT)
    assert touched(report)["leak"] == 2
    found = all_examples(tmp_path / "out")
    assert found["p0"]["description"] == "Holds two litres and whistles when it boils"
    assert found["p1"]["attributes"] == [("colour", "green")]


def test_private_data_is_in_no_file(tmp_path: Path) -> None:
    rows = plain_rows(20)
    rows[0]["description"] += " Write to ana@example.com."
    rows[1]["attributes"] = {"contact ben@example.com": "or carl@example.com"}
    rows[2]["brand"] = "dora@example.com"
    rows[3]["id"] = "eve@example.com"
    rows[4]["title"] += " fred@example.com"
    rows[5]["category"] = ["Kitchen", "gina@example.com"]
    feed = save_jsonl(tmp_path / "f.jsonl", rows)
    report = prepare([feed], tmp_path / "out", NO_HELD_OUT)
    assert touched(report)["private"] == 6
    assert touched(report)["private-title"] == 1
    stored = [str(row) for row in read_rows(tmp_path / "out" / "text.parquet")]
    stored += [
        (tmp_path / "out" / name).read_text("utf-8") for name in ("report.json", "report.html")
    ]
    assert not any("@example.com" in text for text in stored)
    assert any("[e-mail]" in text for text in stored)


def test_boilerplate_goes_and_facts_stay(tmp_path: Path) -> None:
    rows = plain_rows(60)
    for row in rows:
        row["description"] += " Please contact us before you leave feedback. Made of 100% cotton."
    report = prepare([save_jsonl(tmp_path / "f.jsonl", rows)], tmp_path / "out", NO_HELD_OUT)
    assert touched(report)["boilerplate"] == 60
    for row in all_examples(tmp_path / "out").values():
        assert "feedback" not in row["description"]
        assert row["description"].endswith("Made of 100% cotton.")


def test_a_family_is_on_one_side(tmp_path: Path) -> None:
    rows = [
        {**row, "id": f"{row['id']}-{colour}-{size}", "title": f"{row['title']} {colour} {size} ml",
         "description": f"{row['description']} It is {colour}; it holds {size} ml."}
        for row in plain_rows(60) for colour in ("Red", "Navy Blue") for size in (500, 750)
    ]  # fmt: skip
    feed = save_jsonl(tmp_path / "f.jsonl", rows)
    report = prepare([feed], tmp_path / "out", PrepareOptions(dev=0.2, test=0.2))
    assert report.examples == 240
    assert report.groups == 60
    sides: dict[str, set[str]] = {}
    for split, found in examples_of(tmp_path / "out").items():
        for row in found:
            sides.setdefault(row["id"].split("-")[0], set()).add(split)
    assert all(len(found) == 1 for found in sides.values())
    assert len(set().union(*sides.values())) == 3


def test_rows_of_one_column_value_are_on_one_side(tmp_path: Path) -> None:
    rows = [{**row, "shelf": f"s{index // 10}"} for index, row in enumerate(plain_rows(200))]
    feed = save_jsonl(tmp_path / "f.jsonl", rows)
    report = prepare([feed], tmp_path / "out", PrepareOptions(group="shelf", dev=0.2, test=0.2))
    assert report.groups == 20
    for found in examples_of(tmp_path / "out").values():
        assert len(found) % 10 == 0


def test_the_same_bytes_whatever_the_workers(tmp_path: Path) -> None:
    feed = save_jsonl(tmp_path / "f.jsonl", plain_rows(550) * 2)
    prepare([feed], tmp_path / "one", workers=1)
    prepare([feed], tmp_path / "two", workers=2)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_same_bytes_in_another_process(feed: Path, tmp_path: Path) -> None:
    """Hashes of texts differ from process to process; none may decide anything."""
    code = (
        "import sys; from titlewright.training.prepare import prepare; "
        "prepare(sys.argv[1:2], sys.argv[2])"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(feed), str(tmp_path / seed)],
            env={"PYTHONHASHSEED": seed, "PATH": ""}, check=True, timeout=60,
        )  # fmt: skip
    for name in FILES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_another_seed_splits_otherwise(feed: Path, tmp_path: Path) -> None:
    prepare([feed], tmp_path / "a", PrepareOptions(seed=1))
    prepare([feed], tmp_path / "b", PrepareOptions(seed=2))
    first, second = examples_of(tmp_path / "a"), examples_of(tmp_path / "b")
    assert {row["id"] for row in first["test"]} != {row["id"] for row in second["test"]}
    assert set(all_examples(tmp_path / "a")) == set(all_examples(tmp_path / "b"))


def test_more_rows_leave_the_others_where_they_were(tmp_path: Path) -> None:
    rows = plain_rows(300)
    prepare([save_jsonl(tmp_path / "few.jsonl", rows[:150])], tmp_path / "few")
    prepare([save_jsonl(tmp_path / "all.jsonl", rows)], tmp_path / "all")
    few, every = examples_of(tmp_path / "few"), examples_of(tmp_path / "all")
    for split, found in few.items():
        assert {row["id"] for row in found} <= {row["id"] for row in every[split]}


def test_languages_and_backing_can_be_asked_for(tmp_path: Path) -> None:
    rows = plain_rows(20)
    rows += [
        {"id": "de", "title": "Schöne Schale aus Eschenholz für Obst",
         "description": "Eine schöne Schale aus Holz, die für Obst und Brot gemacht ist."},
        {"id": "zh", "title": "不锈钢保温水杯大容量",
         "description": "这款水杯采用不锈钢制成，保温效果好，容量大。"},
        {"id": "invented", "title": "Gorgeous Premium Marvel", "brand": "Acme",
         "description": "A bowl of ash wood that holds fruit and bread."},
    ]  # fmt: skip
    feed = save_jsonl(tmp_path / "f.jsonl", rows)
    options = PrepareOptions(languages=("en",), min_backed=0.2, dev=0, test=0)
    report = prepare([feed], tmp_path / "en", options)
    assert touched(report) == {"language": 2, "unbacked": 1}
    prepare([feed], tmp_path / "all", NO_HELD_OUT)
    found = all_examples(tmp_path / "all")
    assert {found[name]["language"] for name in ("de", "zh", "p0")} == {"de", "zh", "en"}


def test_several_feeds_in_several_formats(feed: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["title", "description"])
        writer.writerows(
            (row["title"] + " Deluxe", row["description"] + " Deluxe edition.")
            for row in plain_rows(20)
        )
    report = prepare([feed, table], tmp_path / "out", NO_HELD_OUT)
    assert report.sources == ("feed.jsonl", "table.csv")
    found = all_examples(tmp_path / "out")
    assert {row["source"] for row in found.values()} == {"feed.jsonl", "table.csv"}
    assert found["1"]["title"] == "Brakov Steel Kettle Deluxe"


def test_what_the_manifest_says_is_so(feed: Path, tmp_path: Path) -> None:
    options = PrepareOptions(seed=7)
    prepare([feed], tmp_path / "out", options)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["options"] == options.to_json()
    (source,) = manifest["inputs"]
    assert source["sha256"] == hashlib.sha256(feed.read_bytes()).hexdigest()
    for name, said in manifest["outputs"].items():
        written = (tmp_path / "out" / name).read_bytes()
        assert said["sha256"] == hashlib.sha256(written).hexdigest()
        assert said["rows"] == len(list(read_rows(tmp_path / "out" / name)))


def test_examples_are_read_from_the_folder_and_from_the_feed(feed: Path, tmp_path: Path) -> None:
    prepare([feed], tmp_path / "out")
    for split in ("train", "dev", "test"):
        kept = list(read_examples(tmp_path / "out", split))
        assert kept == list(read_examples(feed, split))
        assert kept == list(read_examples(tmp_path / "out" / f"{split}.parquet", "train"))
        assert all(example.title and not example.product.title for example in kept)


def test_pretraining_sees_nothing_that_is_held_out(tmp_path: Path) -> None:
    rows = plain_rows(200)
    rows += [{**row, "id": f"{row['id']}-untitled", "title": ""} for row in rows]
    feed = save_jsonl(tmp_path / "f.jsonl", rows)
    prepare([feed], tmp_path / "out", PrepareOptions(test=0.3))
    seen = {product.id.removesuffix("-untitled") for product in read_products(tmp_path / "out")}
    splits = examples_of(tmp_path / "out")
    assert seen == {row["id"] for row in splits["train"]}


def test_a_stop_leaves_nothing_behind(feed: Path, tmp_path: Path) -> None:
    def stop(stage: str, rows: int) -> None:
        if stage == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare([feed], tmp_path / "out", progress=stop)
    assert {path.name for path in tmp_path.iterdir()} <= {"feed.jsonl", "home"}


def test_a_full_folder_is_replaced_only_by_force(feed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(SettingsError, match="not empty"):
        prepare([feed], out)
    prepare([feed], out, force=True)
    assert (out / "notes.txt").read_text() == "mine"
    assert {path.name for path in out.iterdir()} == {*FILES, "notes.txt"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        ("title,description\n", "holds no data rows"),
        ("sku,description\n1,a bowl of ash wood\n", "no column of titles"),
        ("title,description\n,a bowl of ash wood\n", "None of 1 rows makes an example: no title 1"),
    ],
)
def test_a_feed_without_titles_is_refused(content: str, problem: str, tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(content, encoding="utf-8")
    with pytest.raises(FeedError, match=problem):
        prepare([feed], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_words": 0}, {"min_words": 9, "max_words": 8}, {"dev": 0.5, "test": 0.5}, {"dev": -1},
        {"min_backed": 2}, {"languages": ("english",)}, {"min_input_words": -1},
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(wrong: dict) -> None:
    with pytest.raises(SettingsError):
        PrepareOptions(**wrong)


def test_unknown_columns_splits_and_folders_are_named(feed: Path, tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="'shelf'"):
        prepare([feed], tmp_path / "out", PrepareOptions(group="shelf"))
    with pytest.raises(SettingsError, match="'valid'"):
        next(read_examples(feed, "valid"))  # type: ignore[arg-type]
    with pytest.raises(FeedError, match=r"holds no train\.parquet"):
        next(read_examples(tmp_path))
    with pytest.raises(FeedError, match="doesn't exist"):
        next(read_examples(tmp_path / "nowhere"))


def test_the_command(titlewright, feed: Path, tmp_path: Path) -> None:
    ran = titlewright("prepare", feed, "-o", tmp_path / "out", "--test", "0.2")
    assert ran.code == 0
    assert "300 examples from 300 rows" in ran.err
    again = titlewright("prepare", feed, "-o", tmp_path / "out")
    assert again.code == 2
    assert "--force" in again.err
    forced = titlewright("prepare", feed, "-o", tmp_path / "out", "--force", "--json")
    assert json.loads(forced.out) == json.loads((tmp_path / "out" / "report.json").read_text())
    missing = titlewright("prepare", tmp_path / "nowhere.csv", "-o", tmp_path / "other")
    assert missing.code == 2
    assert "nowhere.csv" in missing.err


def test_the_page_needs_nothing_else(feed: Path, tmp_path: Path) -> None:
    prepare([feed], tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "300 examples" in page
    assert "<link" not in page
    assert "src=" not in page


def test_importing_it_loads_nothing_heavy() -> None:
    code = (
        "import sys, titlewright.training.prepare; "
        "print([m for m in ('numpy', 'pyarrow', 'ftfy', 'jinja2') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.slow
def test_real_data_as_the_benchmark_writes_it(data: Path, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "datasets.py"
    subprocess.run(
        [sys.executable, str(script), "--out", str(tmp_path), "--split", "all",
         "--only", "kobe,walmart_free"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    feeds = [tmp_path / "kobe.jsonl", tmp_path / "walmart_free.jsonl"]
    report = prepare(feeds, tmp_path / "out")
    assert report.rows > 3500
    assert report.examples > 0.95 * report.rows
    assert touched(report)["boilerplate"] > 300  # of walmart_free's sellers
    for row in all_examples(tmp_path / "out").values():
        title = row["title"].casefold()
        assert title
        if len(title.split()) >= 5 or (len(title) >= 8 and not title.isascii()):
            assert title not in row["description"].casefold()


def test_a_split_that_was_asked_to_be_empty_is_no_surprise(feed: Path, tmp_path: Path) -> None:
    report = prepare([feed], tmp_path / "none", NO_HELD_OUT)
    assert report.splits["dev"] == report.splits["test"] == 0
    assert report.warnings() == []
    few = save_jsonl(tmp_path / "few.jsonl", plain_rows(3))
    assert any(
        "test.parquet is empty" in text for text in prepare([few], tmp_path / "b").warnings()
    )
