"""`titlewright generate`: whole feeds, in any format, and going on after a stop."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.examples import EXAMPLE_FEED
from titlewright.feeds import open_feed

ROWS = [
    ("id", "title", "description", "brand"),
    ("1", "SALE!!! wool hat", "A warm red hat knitted from merino wool.", "Fjell"),
    ("2", "", "", ""),
    ("3", "Mug, 350 ml", "Stoneware mug that holds 350 ml.", "Kilnworks"),
]


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    return save_csv(ROWS)


def titles(path: Path) -> list[str]:
    return [item.product.title for item in open_feed(path)]


def test_a_feed_comes_out_with_its_titles(
    titlewright: Callable, feed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    ran = titlewright("generate", feed, "-o", out)
    assert ran.code == 0
    assert ran.out == ""
    assert "2 titles in" in ran.err
    assert "1 rejected, each with its reason in" in ran.err
    assert "titlewright rollback" in ran.err
    assert len(titles(out)) == 2
    (reject,) = (tmp_path / "out.csv.rejects.jsonl").read_text().splitlines()
    assert set(json.loads(reject)) == {"row", "id", "field", "problem", "advice"}


def test_json_for_machines(titlewright: Callable, feed: Path, tmp_path: Path) -> None:
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv", "--json")
    summary = json.loads(ran.out)
    assert set(summary) == {
        "run", "output", "titled", "rejected", "passed", "resumed_at", "seconds", "done_before",
        "again",
    }  # fmt: skip
    assert (summary["titled"], summary["rejected"], summary["passed"]) == (2, 1, 0)


def test_strict_tells_of_rejects_by_its_exit_code(
    titlewright: Callable, feed: Path, save_csv: Callable, tmp_path: Path
) -> None:
    assert titlewright("generate", feed, "-o", tmp_path / "out.csv", "--strict").code == 1
    good = save_csv([*ROWS[:2], *ROWS[3:]], "good.csv")
    assert titlewright("generate", good, "-o", tmp_path / "good.out.csv", "--strict").code == 0


def test_results_and_rejects_go_where_asked(
    titlewright: Callable, feed: Path, tmp_path: Path
) -> None:
    results, rejects = tmp_path / "sub" / "results.jsonl", tmp_path / "sub" / "bad.jsonl"
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv", "--results", results,
                      "--rejects", rejects)  # fmt: skip
    assert ran.code == 0
    assert str(rejects) in ran.err.replace("\n", "")
    assert [json.loads(line)["id"] for line in results.read_text().splitlines()] == ["1", "3"]
    assert [json.loads(line)["id"] for line in rejects.read_text().splitlines()] == ["2"]


def test_titles_in_a_column_of_their_own(titlewright: Callable, feed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    titlewright("generate", feed, "-o", out, "--title-column", "better", "--keep-rejected")
    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["title"] for row in rows] == [row[1] for row in ROWS[1:]]
    assert rows[0]["better"]
    assert "SALE" not in rows[0]["better"]
    assert rows[1]["better"] == ""


@pytest.mark.parametrize("name", ["feed.tsv", "feed.jsonl", "feed.csv.gz", "feed.json", "feed.xml"])
def test_the_same_format_comes_out(titlewright: Callable, tmp_path: Path, name: str) -> None:
    path, out = tmp_path / name, tmp_path / ("out." + name.partition(".")[2])
    records = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    if name.endswith(".jsonl"):
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    elif name.endswith(".json"):
        path.write_text(json.dumps(records))
    elif name.endswith(".xml"):
        items = "".join(
            "<item>" + "".join(f"<g:{k}>{v}</g:{k}>" for k, v in record.items()) + "</item>"
            for record in records
        )
        path.write_text(
            f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{items}</channel></rss>'
        )
    elif name.endswith(".tsv"):
        path.write_text("\n".join("\t".join(row) for row in ROWS) + "\n")
    else:
        text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS)
        path.write_bytes(gzip.compress(text.encode()))
    ran = titlewright("generate", path, "-o", out, "--json")
    assert json.loads(ran.out)["titled"] == 2, ran.err
    assert open_feed(out).format == open_feed(path).format
    assert len(titles(out)) == 2
    assert not any("SALE" in title for title in titles(out))


def test_format_columns_and_encoding_can_be_told(titlewright: Callable, tmp_path: Path) -> None:
    feed, out = tmp_path / "feed.txt", tmp_path / "out.txt"
    feed.write_bytes(
        "Nr;Bezeichnung;Text\n7;Müsli!!! Schale;Eine Schale für Müsli.\n".encode("cp1252")
    )
    ran = titlewright("generate", feed, "-o", out, "--format", "csv", "--encoding", "cp1252",
                      "--map", "Nr=id", "--map", "Bezeichnung=title",
                      "--map", "Text=description")  # fmt: skip
    assert ran.code == 0, ran.err
    header, row = out.read_bytes().decode("cp1252").splitlines()
    assert header == "Nr;Bezeichnung;Text"
    assert row.startswith("7;")
    assert row.endswith(";Eine Schale für Müsli.")
    assert "Müsli" in row.split(";")[1]
    assert "!" not in row


def test_a_stopped_run_is_gone_on_with_only_when_asked(
    titlewright: Callable, feed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    titlewright("generate", feed, "-o", tmp_path / "whole.csv")
    folder = _stopped_run(titlewright, feed, out)
    refused = titlewright("generate", feed, "-o", out)
    assert refused.code == 2
    assert "--resume" in refused.err
    assert folder.exists()
    other = titlewright("generate", feed, "-o", out, "--resume", "--channel", "ebay")
    assert other.code == 2
    assert "different: channel" in other.err
    ran = titlewright("generate", feed, "-o", out, "--resume", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["resumed_at"] == 1
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not folder.exists()


def _stopped_run(titlewright: Callable, feed: Path, out: Path) -> Path:
    """What a run that is killed after its first row leaves behind."""
    from titlewright import batch

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "_write_files", killed)
        ran = titlewright("generate", feed, "-o", out)
    assert ran.code == 130
    assert "--resume" in ran.err
    journal = out.with_name(out.name + ".run") / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0] + b'{"row": 2')
    return journal.parent


def test_a_finished_run_is_not_repeated(titlewright: Callable, feed: Path, tmp_path: Path) -> None:
    arguments = ("generate", feed, "-o", tmp_path / "out.csv", "--resume", "--json")
    first, again = (json.loads(titlewright(*arguments).out) for _ in range(2))
    assert again["run"] == first["run"]
    assert again["resumed_at"] == 3
    said = titlewright(*arguments[:-1])
    assert (said.code, "nothing left to do" in said.err) == (0, True)


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="signals of POSIX")
def test_control_c_is_one_line_and_leaves_work_to_go_on_with(tmp_path: Path) -> None:
    feed, out = tmp_path / "feed.csv", tmp_path / "out.csv"
    header, *rows = EXAMPLE_FEED.read_text(encoding="utf-8").splitlines(keepends=True)
    feed.write_text(header + "".join(rows) * 100, encoding="utf-8")
    assert len(rows) == 30  # a line a row, or the feed would be no feed
    command = [sys.executable, "-m", "titlewright", "generate", str(feed), "-o", str(out),
               "--workers", "2"]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    journal = tmp_path / "out.csv.run" / "journal.jsonl"
    while process.poll() is None and not (journal.exists() and journal.stat().st_size):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to the workers too
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.decode().splitlines() == [
        "error: Interrupted. The same command with --resume goes on where it was."
    ]
    assert journal.stat().st_size
    assert not out.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (bytes(range(256)) * 20, "not a text file"),
        (gzip.compress(EXAMPLE_FEED.read_bytes())[:1500], "broken archive"),
        (b"PK\x03\x04" + bytes(50), "zip archive"),
        (b"just,some,columns\n1,2,3\n", "no column that is known"),
    ],
)
def test_bad_feeds_are_told_in_one_line(
    titlewright: Callable, tmp_path: Path, content: bytes | None, said: str
) -> None:
    feed = tmp_path / "feed.any"
    if content is not None:
        feed.write_bytes(content)
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv")
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "content", [b"<rss><channel><item><title>hat</ti", b'[{"title": "hat"', b'{"title": "hat"\n']
)
def test_a_feed_cut_short_is_named(titlewright: Callable, tmp_path: Path, content: bytes) -> None:
    feed = tmp_path / "feed.any"
    feed.write_bytes(content)
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv", "--strict")
    assert ran.code in {1, 2}
    rejects = tmp_path / "out.csv.rejects.jsonl"
    assert ran.err.startswith("error: ") or json.loads(rejects.read_text())["problem"]


def test_a_folder_is_no_feed_and_no_output(
    titlewright: Callable, feed: Path, tmp_path: Path
) -> None:
    for arguments in ((tmp_path, "-o", tmp_path / "out.csv"), (feed, "-o", tmp_path)):
        ran = titlewright("generate", *arguments)
        assert ran.code == 2
        assert "folder" in ran.err


@pytest.mark.parametrize("option", ["--output", "--results", "--rejects", "--ledger"])
def test_places_that_cannot_be_written_are_told_before_the_work(
    titlewright: Callable, feed: Path, tmp_path: Path, option: str
) -> None:
    places = {"--output": tmp_path / "out.csv", option: feed / "inside" / "a.file"}
    ran = titlewright("generate", feed, *(str(part) for pair in places.items() for part in pair))
    assert ran.code == 2
    assert option in ran.err
    assert not (tmp_path / "out.csv.run").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--channel", "nowhere"], "There is no channel"),
        (["--generator", "nobody"], "There is no generator"),
        (["--format", "odd"], "There is no feed format"),
        (["--encoding", "odd"], "odd"),
        (["--map", "title"], "--map wants column=field"),
        (["--map", "nocolumn=title"], "has no column 'nocolumn'"),
        (["--map", "title=nofield"], "nofield"),
    ],
)
def test_options_that_make_no_sense_are_told(
    titlewright: Callable, feed: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv", *arguments)
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert not (tmp_path / "out.csv.run").exists()


def test_a_setting_that_makes_no_sense_is_told(
    titlewright: Callable, feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TITLEWRIGHT_WORKERS", "many")
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv")
    assert ran.code == 2
    assert "TITLEWRIGHT_WORKERS" in ran.err
