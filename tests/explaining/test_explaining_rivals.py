"""Contributions that sum to the score, why others lost, and what happens without a quality."""

from __future__ import annotations

import json

import pytest
from explaining_helpers import TITLES, explained, made

from titlewright.explaining import explain
from titlewright.explaining.reading import result_from_json
from titlewright.explaining.rivals import rivals, without_qualities
from titlewright.records import Alternative, Contribution, TitleResult


def chosen(mine: dict[str, float], others: dict[str, dict[str, float]]) -> TitleResult:
    """A title "a" with these contributions beside others with theirs."""

    def parts(of: dict[str, float]) -> tuple[Contribution, ...]:
        return tuple(Contribution(name, value) for name, value in of.items())

    return TitleResult(
        1, "1", "google", "a", "", "me",
        score=sum(mine.values()),
        contributions=parts(mine),
        alternatives=tuple(
            Alternative(text, "me", sum(of.values()), "", contributions=parts(of))
            for text, of in others.items()
        ),
    )  # fmt: skip


@pytest.mark.parametrize("likely", [None, [-1.0, -2.0, -9.0, None]])
def test_contributions_sum_to_the_score(likely: list[float | None] | None) -> None:
    found = explained(likely=likely)
    assert sum(part.value for part in found.parts) == pytest.approx(found.score, abs=1e-12)
    assert [abs(p.value) for p in found.parts] == sorted(abs(p.value) for p in found.parts)[::-1]
    stored = explain(result_from_json(json.loads(json.dumps(made(likely=likely).to_json()))))
    assert sum(part.value for part in stored.parts) == pytest.approx(
        stored.score, abs=1e-5 * len(stored.parts)
    )


def test_a_runner_up_loses_by_the_sum_of_its_differences() -> None:
    found = explained().rivals
    assert [one.place for one in found] == [2, 3]
    for one in found:
        assert one.gap > 0
        assert sum(part.value for part in one.differences) == pytest.approx(one.gap)
    assert found[0].differences[0].name == "complete"


def test_a_candidate_without_a_score_was_kept_out() -> None:
    (fell,) = explained([*TITLES[:1], "Red Wool Hat"]).fallen
    assert fell.text == "Red Wool Hat"
    assert fell.reason


def test_without_the_quality_that_decides_another_is_first() -> None:
    result = chosen({"x": 0.5, "y": 0.1}, {"b": {"x": 0.1, "y": 0.3}, "c": {"x": 0.3, "y": 0.05}})
    by_name = {one.name: one for one in without_qualities(result)}
    assert (by_name["x"].first, by_name["x"].place) == ("b", 2)
    assert (by_name["y"].first, by_name["y"].place) == ("a", 1)


def test_a_quality_that_tells_against_it_is_a_difference_too() -> None:
    (rival,) = rivals(chosen({"x": 0.5, "y": -0.1}, {"b": {"x": 0.2, "z": 0.1}}))
    assert {one.name: pytest.approx(one.value) for one in rival.differences} == {
        "x": 0.3, "y": -0.1, "z": -0.1,
    }  # fmt: skip


def test_results_of_older_versions_have_no_differences() -> None:
    result = made()
    data = result.to_json()
    for other in data["alternatives"]:
        other.pop("contributions", None)
        other.pop("scores", None)
    data.pop("rules")
    old = explain(result_from_json(data))
    assert [one.differences for one in old.rivals] == [(), ()]
    assert old.qualities == ()
    assert old.score == pytest.approx(result.score, abs=1e-6)
