"""The command that replays tests of titles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

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
