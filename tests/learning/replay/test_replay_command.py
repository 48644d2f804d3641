"""The command that replays tests of titles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

ROWS = [
    ["test", "title", "impressions", "clicks"],
    *(
        [f"t{number}", title, "5000", str(clicks)]
        for number in range(8)
        for title, clicks in ((f"Mug {number}", "60"), (f"Mug {number} with lid", "150"))
    ),
]


def test_a_replay_tells_of_every_policy_asked_for(
    save_csv: Callable[..., Path], tmp_path: Path, titlewright: Callable
) -> None:
    out = tmp_path / "out.json"
    ran = titlewright(
        "replay", save_csv(ROWS), "--policies", "uniform,thompson,prior_thompson",
        "--impressions", "3000", "--seeds", "2", "--json", out,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    told = json.loads(out.read_text(encoding="utf-8"))["policies"]
    assert set(told) == {"uniform", "thompson", "prior_thompson"}
    for name in ("thompson", "prior_thompson"):
        assert told[name]["gain"]["low"] <= told[name]["gain"]["mean"] <= told[name]["gain"]["high"]
        assert told[name]["gain"]["mean"] > 0.1
        assert told[name]["best_arm_share"]["mean"] > 0.6
    assert abs(told["uniform"]["gain"]["mean"]) < 0.02
    assert "replay" in ran.out.casefold()


def test_what_is_no_table_of_tests_is_refused(
    save_csv: Callable[..., Path], titlewright: Callable
) -> None:
    ran = titlewright("replay", save_csv([["a", "b"], ["1", "2"]]))
    assert ran.code == 2
    assert "test" in ran.err


def test_numbers_that_make_no_sense_are_refused_at_once(
    save_csv: Callable[..., Path], titlewright: Callable
) -> None:
    tests = save_csv(ROWS)
    for wrong in (
        ["--impressions", "0"], ["--seeds", "0"], ["--seed", "-1"], ["--floor", "1.5"],
        ["--policies", "thomson"], ["--impressions", "10", "--batches", "11"],
        ["--prior", "nowhere.json"],
    ):  # fmt: skip
        ran = titlewright("replay", tests, "--policies", "uniform", *wrong)
        assert ran.code == 2, wrong
        assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["t", "Mug", "many", "1"], "impressions must be a whole number from 0, not 'many'"),
        (["t", "Mug", "5", "9"], "9 clicks of 5 impressions can't be"),
        (["t", "", "5", "1"], "title is empty"),
        (["", "Mug", "5", "1"], "test is empty"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(
    row: list[str], said: str, save_csv: Callable[..., Path], titlewright: Callable
) -> None:
    ran = titlewright("replay", save_csv([*ROWS, row]), "--policies", "uniform")
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
    assert f"line {len(ROWS) + 1}" in " ".join(ran.err.split())


def test_parquet_is_read_as_csv_is(
    save_csv: Callable[..., Path], tmp_path: Path, titlewright: Callable
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    header, *rows = ROWS
    columns = {name: [row[at] for row in rows] for at, name in enumerate(header)}
    columns |= {name: [int(one) for one in columns[name]] for name in ("impressions", "clicks")}
    path = tmp_path / "tests.parquet"
    parquet.write_table(pyarrow.table(columns), path)
    asked = ("--policies", "thompson", "--impressions", "500", "--seeds", "2", "--json", "-")
    from_csv = titlewright("replay", save_csv(ROWS), *asked)
    from_parquet = titlewright("replay", path, *asked)
    assert json.loads(from_parquet.out) == json.loads(from_csv.out)


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path, titlewright: Callable) -> None:
    path = tmp_path / "tests.parquet"
    path.write_bytes(b"PAR1 but not really")
    ran = titlewright("replay", path)
    assert ran.code == 2
    assert "no Parquet file" in " ".join(ran.err.split())
