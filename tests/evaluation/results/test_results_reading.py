"""Results and rejects files: what is read, and what a broken line says."""

from pathlib import Path

import pytest
from results_helpers import line, write_lines

from titlewright.errors import FeedError
from titlewright.evaluation.results.reading import Broken, Made, read_rejects, read_results


def test_a_line_is_read_with_its_scores_and_repairs(tmp_path: Path) -> None:
    warning = {"rule": "google.capitals", "severity": "warning", "message": "m", "source_url": "u"}
    evidence = [{"text": "x", "kind": "none"}, {"text": "y", "kind": "exact"}]
    made = line(7, "New", "Old", repairs=["r"], warnings=[warning], evidence=evidence,
                input_tokens=3, output_tokens=4, cost=0.5, contributions=[])  # fmt: skip
    (read,) = read_results(write_lines(tmp_path / "r.jsonl", ["", made, "  "]))
    assert isinstance(read, Made)
    assert (read.line, read.row, read.product_id, read.title) == (2, 7, "7", "New")
    assert read.scores[0].reasons == ("leaves out brand",)
    assert read.warnings == (("google.capitals", "warning", "m", "u"),)
    assert (read.unbacked, read.tokens, read.cost, read.repairs) == (1, 7, 0.5, ("r",))
    assert read.changed


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "JSON list, not an object"),
        ('{"row": 0, "title": "x"}', "row must be the number of a row, from 1, not 0"),
        ('{"row": true}', "not True"),
        ('{"row": 1, "channel": "google", "title": ""}', "title must be text, not ''"),
        ('{"row": 1, "channel": "google", "title": "x"}', "previous_title must be text, not None"),
        ('{"row": 1, "problem": "p", "advice": "a"}', "channel must be text"),
        ('{"row": 1, "channel": "google", "title": "x", "previous_title": "", "scores": 3}',
         "scores must be a list, not 3"),
        ('{"row": 1, "channel": "google", "title": "x", "previous_title": "", "cost": "a"}',
         "cost must be a number, not 'a'"),
        ('{"row": 1, "channel": "google", "title": "x", "previous_title": "", "evidence": [1]}',
         "1 must be a JSON object"),
    ],
)  # fmt: skip
def test_a_broken_line_costs_only_itself(tmp_path: Path, broken: str, problem: str) -> None:
    good = line(2, "New")
    first, second = read_results(write_lines(tmp_path / "r.jsonl", [broken, good]))
    assert isinstance(first, Broken)
    assert first.line == 1
    assert problem in first.problem
    assert isinstance(second, Made)


def test_half_a_character_can_be_written_again(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_lines(path, [line(1, "蓝色杯子 \ud83d")])
    (read,) = read_results(path)
    assert isinstance(read, Made)
    assert read.title.encode("utf-8").decode("utf-8") == "蓝色杯子 ?"


def test_a_broken_reject_is_named(tmp_path: Path) -> None:
    reject = {"row": 1, "id": "a", "field": "title", "problem": "p", "advice": "a", "again": True}
    path = write_lines(tmp_path / "j.jsonl", [reject, '{"row": 2}'])
    reading = read_rejects(path)
    assert next(reading).again
    with pytest.raises(FeedError, match=r"line 2: problem must be text.*file of rejects"):
        next(reading)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"nowhere.jsonl can't be read"):
        list(read_results(tmp_path / "nowhere.jsonl"))
