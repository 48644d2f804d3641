"""The scripts in benchmarks/ on the real data sets; skipped where there are none."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "benchmarks"
DATA = os.environ.get("TITLEWRIGHT_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="TITLEWRIGHT_DATA names no data folder")


def script(name, *arguments, environment=None):
    return subprocess.run(
        [sys.executable, str(SCRIPTS / name), *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False,
        env=os.environ if environment is None else environment,
    )  # fmt: skip


def without_data():
    return {name: value for name, value in os.environ.items() if name != "TITLEWRIGHT_DATA"}


@pytest.mark.parametrize("name", ["datasets.py", "planted.py"])
def test_without_data_the_scripts_say_what_to_set(tmp_path, name):
    done = script(name, "--out", tmp_path / "out", environment=without_data())
    assert done.returncode != 0
    assert "TITLEWRIGHT_DATA" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_set_is_named(tmp_path):
    for name in ("datasets.py", "planted.py"):
        done = script(name, "--out", tmp_path / "out", "--only", "nonsense")
        assert done.returncode != 0
        assert "nonsense" in done.stderr


def test_planted_needs_something_to_do():
    done = script("planted.py")
    assert done.returncode == 2
    assert "--out" in done.stderr


@needs_data
def test_feeds_and_judgments(tmp_path):
    done = script("datasets.py", "--out", tmp_path, "--only", "crowdflower,livostyle,weidian")
    assert done.returncode == 0, done.stderr
    for name in ("crowdflower", "livostyle", "weidian"):
        with (tmp_path / f"{name}.jsonl").open(encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        assert len(rows) > 300
        assert all(row["title"] and (row["description"] or row["attributes"]) for row in rows)
        assert len({row["id"] for row in rows}) == len(rows)
    with (tmp_path / "crowdflower.judgments.csv").open(newline="", encoding="utf-8") as file:
        grades = {row["grade"] for row in csv.DictReader(file)}
    assert grades == {"0", "1", "2", "3"}


@needs_data
def test_train_and_test_share_no_product(tmp_path):
    for split in ("test", "train"):
        script("datasets.py", "--out", tmp_path / split, "--only", "livostyle", "--split", split)
    titles = [
        {
            json.loads(line)["title"]
            for line in (tmp_path / split / "livostyle.jsonl").read_text("utf-8").splitlines()
        }
        for split in ("test", "train")
    ]
    assert all(titles)
    assert len(titles[0] & titles[1]) < 0.02 * len(titles[0])  # variants stay on one side


@needs_data
def test_the_planted_set_is_the_same_every_time(tmp_path):
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    for path in (first, second):
        done = script("planted.py", "--out", path, "--only", "livostyle,zh_title_rewrite",
                      "--limit", 200)  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert first.read_bytes() == second.read_bytes()
    cases = [json.loads(line) for line in first.read_text(encoding="utf-8").splitlines()]
    assert 300 < len(cases) <= 400
    assert not any("title" in case["product"] for case in cases)
    assert {case["split"] for case in cases} == {"dev", "test"}
    assert 0.4 < sum(not case["supported"] for case in cases) / len(cases) < 0.6
