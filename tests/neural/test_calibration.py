from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.neural.calibration import calibration_error, probability, temperature

RANDOM = np.random.default_rng(0)
TRUE = RANDOM.normal(0, 2, 20_000)  # log-odds
LABELS = (RANDOM.random(20_000) < probability(TRUE)).astype(int)


@pytest.mark.parametrize("factor", [0.3, 1.0, 3.0])
def test_the_temperature_undoes_what_made_log_odds_too_sure(factor: float) -> None:
    assert temperature(TRUE * factor, LABELS) == pytest.approx(factor, rel=0.05)


def test_it_is_the_likeliest_one() -> None:
    def loss(divided_by: float) -> float:
        right = np.where(LABELS == 1, TRUE, -TRUE) / divided_by
        return float(np.mean(np.logaddexp(0, -right)))

    best = temperature(TRUE, LABELS)
    assert loss(best) <= min(loss(best * 0.97), loss(best * 1.03))


def test_right_answers_alone_dont_ask_for_certainty_without_end() -> None:
    assert temperature(np.array([1.0, -1.0]), np.array([1, 0])) == pytest.approx(0.05)
    assert temperature(np.array([1.0, -1.0]), np.array([0, 1])) == pytest.approx(20)
    assert temperature(np.zeros(0), np.zeros(0)) == 1


def test_probabilities_that_come_true_have_no_error() -> None:
    assert calibration_error(probability(TRUE), LABELS) < 0.01
    assert calibration_error(probability(3 * TRUE), LABELS) > 0.05


def test_the_error_by_hand() -> None:
    # three sure answers of 0.9 in one bin, two of them right; one of 0.6, right
    sure = np.array([0.9, 0.1, 0.9, 0.6])
    labels = np.array([1, 0, 0, 1])
    expected = (abs(2.7 - 2) + abs(0.6 - 1)) / 4
    assert calibration_error(sure, labels) == pytest.approx(expected)
    assert math.isnan(calibration_error(np.zeros(0), np.zeros(0)))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.randoms())
def test_any_log_odds_have_a_temperature_and_an_error(logits: list[float], random) -> None:
    values = np.array(logits)
    labels = np.array([random.randint(0, 1) for _ in logits])
    assert 0.05 <= temperature(values, labels) <= 20.0001
    assert 0 <= calibration_error(probability(values), labels) <= 1
